"""Looking for names where a truth says they are: defined, imported, or nowhere."""

import re
from collections.abc import Iterator
from pathlib import Path

from gsd_run.checking.files.places import files_of, inside, text_at
from gsd_run.checking.files.sought import contained, squeezed
from gsd_run.checking.languages.outline import Outline
from gsd_run.checking.languages.reading import outline
from gsd_run.checking.predicates.observation import Observation
from gsd_run.domain.claim import Evidence, NameCheck, State

_SORTS = {
    "class": {"class"}, "dataclass": {"class"}, "model": {"class"}, "interface": {"type", "class"},
    "struct": {"class", "type"}, "enum": {"class", "type"}, "trait": {"type", "class"},
    "function": {"function", "value"}, "method": {"function"}, "hook": {"function", "value"},
    "component": {"function", "value", "class"}, "helper": {"function", "value"},
    "const": {"value"}, "constant": {"value"}, "variable": {"value"}, "macro": {"function"},
    "module": {"module"},
}  # fmt: skip
_ORDER: tuple[State, ...] = ("REFUTED", "UNPROVEN")


def judge_names(check: NameCheck, root: Path) -> Observation:  # noqa: PLR0911 - rules
    """Judge what a file's grammar says of names, or that some text is in no file of a folder."""
    path = check.path
    place, why = inside(root, path)
    if place is None:
        return _saw(path, "UNPROVEN", why)
    if check.lacks:
        return _lacking(check, place, root)
    text = text_at(root, path)
    if text is None:
        there = "can't be read as text" if place.exists() else "does not exist"
        return _saw(path, "UNPROVEN" if place.exists() else "REFUTED", f"{path} {there}")
    file = outline(path, text)
    if file is None:
        return _saw(path, "UNPROVEN", f"no grammar here reads {path}")
    found = [*_defined(check, file), *_imported(check, file)]
    for state in _ORDER:
        if told := [one for one_state, one in found if one_state == state]:
            if state == "REFUTED" and file.broken >= 0:
                return _saw(path, "UNPROVEN", f"{told[0]}, but not all of {path} can be parsed")
            return _saw(path, state, "; ".join(told))
    return _saw(path, "PROVEN", ", ".join(one for _, one in found))


def _defined(check: NameCheck, file: Outline) -> Iterator[tuple[State, str]]:
    sorts = _SORTS.get(check.sort)
    for name in check.defined:
        fitting = [one for one in file.definitions
                   if one.name == name or one.name.endswith(f".{name}")]  # fmt: skip
        if not fitting:
            passed = any(one.name == name for one in file.passed)
            state: State = "UNPROVEN" if passed or file.open else "REFUTED"
            yield state, f"{check.path} does not define {name}"
            continue
        own = fitting[0]
        at = f"{check.path}:{own.line}"
        if sorts and own.kind not in sorts:
            yield "UNPROVEN", f"{name} at {at} is a {own.kind}, which the truth calls otherwise"
        elif own.stub and not own.abstract:
            yield "REFUTED", f"{name} at {at} does nothing yet: {own.stub}"
        elif own.empty and not own.abstract:
            yield "UNPROVEN", f"{name} at {at} has an empty body"
        else:
            yield "PROVEN", f"defines {name} at {at}"


def _imported(check: NameCheck, file: Outline) -> Iterator[tuple[State, str]]:
    if check.module:
        wanted = _plain(check.module)
        fitting = [one for one in file.imports if _plain(one.module) == wanted]
        if not fitting:
            yield "REFUTED", f"{check.path} does not import from {check.module}"
            return
        items = {item for one in fitting for item in (*one.items, *one.names)}
        missing = [name for name in check.imported if name not in items]
        at = f"{check.path}:{fitting[0].line}"
        if missing:
            yield "REFUTED", f"{at} does not import {', '.join(missing)} from {check.module}"
        else:
            yield "PROVEN", f"imports from {check.module} at {at}"
    if check.not_module:
        unwanted = [
            one for one in file.imports
            if check.not_module in {one.module, *re.split(r"[/.:\\]", one.module)}
        ]  # fmt: skip
        if unwanted:
            yield "REFUTED", f"{check.path}:{unwanted[0].line} imports {unwanted[0].module}"
        else:
            yield "PROVEN", f"imports nothing from {check.not_module}"


def _plain(module: str) -> str:
    return re.sub(r"\.(?:[cm]?[jt]sx?)$", "", module)


def _lacking(check: NameCheck, place: Path, root: Path) -> Observation:
    """Judge that some text stands in no file; only in comments, it leaves doubt."""
    if place.is_dir():
        paths = list(files_of(root, check.path.rstrip("/")))
    else:
        paths = [check.path] if place.is_file() else []
    doubts: list[str] = []
    looked = 0
    for path in paths:
        text = text_at(root, path)
        if text is None:
            continue
        looked += 1
        for unwanted in check.lacks:
            if unwanted not in text:
                if squeezed(unwanted) in squeezed(text):
                    doubts.append(f"{unwanted!r} stands in {path}, written a little otherwise")
                continue
            found = contained(unwanted, path, text)
            if found.place and _whole(unwanted, text):
                return _saw(check.path, "REFUTED", f"{unwanted!r} stands at {found.place}")
            doubts.append(found.doubt or f"{unwanted!r} stands at {found.place} in a longer word")
    if not looked:
        return _saw(check.path, "UNPROVEN", f"there is no text in {check.path} to look at")
    if doubts:
        return _saw(check.path, "UNPROVEN", doubts[0])
    named = ", ".join(map(repr, check.lacks))
    told = f"{named} in none of {looked} files" if looked > 1 else f"no {named} in {check.path}"
    return _saw(check.path, "PROVEN", told)


def _whole(text: str, within: str) -> bool:
    """Tell whether a text stands somewhere that is not a part of a longer word."""
    before = r"(?<!\w)" if text[:1].isalnum() else ""
    behind = r"(?!\w)" if text[-1:].isalnum() else ""
    return re.search(before + re.escape(text) + behind, within) is not None


def _saw(check: str, state: State, found: str) -> Observation:
    return Observation(state=state, reason=found, evidence=(Evidence(check=check, found=found),))
