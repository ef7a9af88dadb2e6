"""Whether a file offers the names that a plan asks of it, followed to where they are defined."""

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from gsd_run.checking.files.places import text_at
from gsd_run.checking.files.wanted import Wanted, wanted
from gsd_run.checking.languages.outline import Definition, Outline, Passed
from gsd_run.checking.languages.reading import outline
from gsd_run.checking.linking.ecmascript import is_local
from gsd_run.checking.linking.resolving import resolve
from gsd_run.domain.claim import State
from gsd_run.outside.grammars import language_of

_FARTHEST = 6  # files that pass a name on to each other
_COMPONENTS = frozenset({"vue", "svelte", "astro"})
_ORDER = ("public", "perhaps", "package", "private")
# Here functions are mostly members, and a plan names them without their class.
_MEMBERS_COUNT = frozenset({"java", "csharp", "php", "ruby", "swift", "kotlin", "go", "rust"})


class Offered(Struct, frozen=True, kw_only=True):
    """Whether a name is offered, in words that name the place."""

    state: State
    told: str


class _Place(Struct, frozen=True, kw_only=True):
    root: Path
    path: str
    text: str
    stubs: bool
    seen: tuple[str, ...] = ()


def judge_exports(
    entries: Sequence[str], path: str, text: str, root: Path, *, stubs: bool = False
) -> list[Offered]:
    """Judge each entry of `exports`; with `stubs` the plan asks for functions without work."""
    found: list[Offered] = []
    for entry in entries:
        names = wanted(entry)
        if names is None:
            told = f"the export {entry!r} names nothing that could be looked for"
            found.append(Offered(state="UNPROVEN", told=told))
            continue
        place = _Place(root=root, path=path, text=text, stubs=stubs)
        found += [_offered(one, place) for one in names]
    return found


def _offered(one: Wanted, place: _Place) -> Offered:
    file = outline(place.path, place.text)
    if file is None:
        return _unproven(f"the exports of {place.path} can't be read: its grammar is not known")
    stem, _, end = place.path.rpartition("/")[2].partition(".")
    if end in _COMPONENTS and one.name in {"default", stem} and not one.kinds:
        return Offered(state="PROVEN", told=f"exports its component as {one.name}")
    own = _own(one, file, place.path)
    if own is not None and own.visibility == "public":
        return _judged(one, own, file, place)
    followed = _followed(one, file, place)
    if followed is not None and (own is None or followed.state == "PROVEN"):
        return followed
    return _judged(one, own, file, place) if own is not None else _missing(one, file, place)


def _own(one: Wanted, file: Outline, path: str) -> Definition | None:
    """Return the definition that a name means, the most visible first."""
    names = {one.name, f"${one.name}", f"{one.name}!"}
    exact = [d for d in file.definitions if d.name in names]
    if not exact and (language_of(path) in _MEMBERS_COUNT or "." in one.name):
        exact = [d for d in file.definitions if d.name.endswith(f".{one.name}")]
    return min(exact, key=lambda d: _ORDER.index(d.visibility), default=None)


def _judged(  # noqa: PLR0911 - rules, the first that fits
    one: Wanted, own: Definition, file: Outline, place: _Place
) -> Offered:
    at = f"{place.path}:{own.line}"
    if 0 <= file.broken <= own.start:
        line = place.text.count("\n", 0, file.broken) + 1
        return _unproven(f"{one.name} is at {at}, but {place.path}:{line} can't be parsed")
    if own.visibility == "private":
        return Offered(state="REFUTED", told=f"{one.name} is at {at}, but {own.label}")
    if own.visibility != "public":
        return _unproven(f"{one.name} is at {at}, but {own.label}")
    names = {d.name for d in file.definitions if d.visibility == "public"}
    if one.local and one.local not in names:
        return _unproven(f"the default export at {at} is not plainly {one.local}")
    if one.kinds and own.kind not in one.kinds:
        return _unproven(f"{one.name} at {at} is a {own.kind}, which the plan calls otherwise")
    if not place.stubs:
        if stub := _stub(own, file):
            return Offered(state="REFUTED", told=f"{one.name} at {at} does nothing yet: {stub}")
        if own.empty and not own.abstract:
            return _unproven(f"{one.name} at {at} has an empty body")
    return Offered(state="PROVEN", told=f"exports {one.name} at {at}")


def _stub(own: Definition, file: Outline) -> str:
    """Say what makes a function a stub, or all functions of a class."""
    if own.stub:
        return "" if own.abstract else own.stub
    if own.kind != "class" or own.inherits:
        return ""
    inner = [d for d in file.definitions if d.name.startswith(own.name + ".")]
    members = [d for d in inner if d.kind == "function" and not d.abstract]
    if not members or not all(d.stub or d.empty for d in members):
        return ""
    return next((f"line {d.line}: {d.stub}" for d in members if d.stub), "")


def _followed(one: Wanted, file: Outline, place: _Place) -> Offered | None:
    """Follow a name that the file passes on; None when it passes on no such name."""
    head, _, member = one.name.partition(".")
    doubts: list[str] = []
    for passed in file.passed:
        if passed.name == "*":
            if one.name == "default":
                continue
            there = _there(one, passed, place)
        elif passed.name == one.name:
            there = _through(one, passed.original, passed, place)
        elif passed.name == head and member:
            name = f"{passed.original}.{member}" if passed.original else member
            there = _through(one, name, passed, place)
        else:
            continue
        if passed.used_only and there.state == "PROVEN":
            there = _unproven(
                f"{one.name} is imported at {place.path}:{passed.line}, for use there"
            )
        if there.state == "PROVEN" or (passed.name != "*" and there.state == "REFUTED"):
            return there
        if there.state == "UNPROVEN":
            doubts.append(there.told)
    return _unproven(doubts[0]) if doubts else None


def _there(one: Wanted, passed: Passed, place: _Place) -> Offered:
    """Look for a name among all that another module offers."""
    there = _through(one, one.name, passed, place)
    if there.state == "UNPROVEN" and resolve(passed.module, place.path, place.root) is None:
        told = f"{place.path}:{passed.line} passes on all of {passed.module}, which can't be read"
        return _unproven(told)
    return there


def _through(one: Wanted, name: str, passed: Passed, place: _Place) -> Offered:
    at = f"{place.path}:{passed.line}"
    file = resolve(passed.module, place.path, place.root)
    if file is None or file in place.seen or len(place.seen) >= _FARTHEST:
        why = "is not there" if file is None and is_local(passed.module) else "can't be read"
        return _unproven(f"{one.name} comes from {passed.module} ({at}), which {why}")
    # A Python package has its modules, too: `from . import models`.
    if file == place.path and (module := _submodule(passed, name, place)):
        return Offered(state="PROVEN", told=f"passes on {module} as {one.name} at {at}")
    text = text_at(place.root, file)
    if text is None:
        return _unproven(f"{one.name} comes from {passed.module} ({at}), which can't be read")
    if not name:
        return Offered(state="PROVEN", told=f"passes on {file} as {one.name} at {at}")
    further = _Place(
        root=place.root, path=file, text=text, stubs=place.stubs, seen=(*place.seen, place.path)
    )
    found = _offered(Wanted(name=name, kinds=one.kinds), further)
    if found.state == "REFUTED" and (module := _submodule(passed, name, place)):
        return Offered(state="PROVEN", told=f"passes on {module} as {one.name} at {at}")
    return Offered(state=found.state, told=f"{found.told}, passed on at {at}")


def _submodule(passed: Passed, name: str, place: _Place) -> str:
    """Return the module that `from package import module` passes on, "" if it is none."""
    if language_of(place.path) != "python" or "." in name:
        return ""
    dotted = passed.module if passed.module.endswith(".") else f"{passed.module}."
    file = resolve(f"{dotted}{name}", place.path, place.root)
    return file or ""


def _missing(one: Wanted, file: Outline, place: _Place) -> Offered:
    head, _, member = one.name.rpartition(".")
    owner = next((d for d in file.definitions if head and d.name == head), None)
    if owner is not None and owner.inherits:
        return _unproven(f"{head} does not define {member} itself, but it inherits")
    inner = next((d for d in file.definitions if d.name.endswith(f".{one.name}")), None)
    if inner is not None:
        return _unproven(f"{one.name} is a member: {inner.name} at {place.path}:{inner.line}")
    if one.route and not place.path.rpartition("/")[2].startswith("route."):
        return _unproven(f"exports no {one.name}; whether it serves the route can't be told")
    if file.open:
        return _unproven(f"does not plainly export {one.name}: {file.open}")
    if file.broken >= 0:
        line = place.text.count("\n", 0, file.broken) + 1
        return _unproven(f"{one.name} is not seen, but {place.path}:{line} can't be parsed")
    return Offered(state="REFUTED", told=f"does not export {one.name}")


def _unproven(told: str) -> Offered:
    return Offered(state="UNPROVEN", told=told)
