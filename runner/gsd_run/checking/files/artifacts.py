"""Checks of files: what a plan's artifacts must be, always inside the project."""

import re
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.checking.files.content import is_double, tests_in, undone, written_lines
from gsd_run.checking.files.exports import judge_exports
from gsd_run.checking.files.key_links import judge_pattern
from gsd_run.checking.files.places import inside, is_several, matching, spelled_otherwise
from gsd_run.checking.files.searching import search
from gsd_run.checking.files.sought import contained, squeezed
from gsd_run.checking.predicates.observation import Observation
from gsd_run.domain import lazy
from gsd_run.domain.claim import ArtifactCheck, Evidence, State
from gsd_run.outside.project_files import read_within

__all__ = ["judge_artifact", "judge_pattern"]

BaseText = Callable[[str], str | None]
_NO_PLAIN_PATH = lazy.pattern(r"[*?{}<>|\n]|\s\(|,\s")
_MOST_FILES = 200
_DECISIVE: tuple[State, ...] = ("REFUTED", "UNPROVEN")
_SAMPLE = 8192  # bytes; what is no text has a zero among the first


class _Seen(Struct, frozen=True, kw_only=True):
    """What was found of one demand: its state, and words for it."""

    state: State
    told: str


def judge_artifact(  # noqa: C901, PLR0911 - rules, the first that fits
    check: ArtifactCheck, root: Path, base_text: BaseText | None
) -> Observation:
    """Judge one artifact; the first thing that does not hold refutes it.

    What is outside of the project is not looked at, and shows nothing.
    """
    path = check.path.strip()
    if not path:
        return _saw(path, "UNPROVEN", "the artifact names no path")
    place, why = inside(root, path)
    if place is None:
        return _saw(path, "UNPROVEN", why)
    if not place.exists() and is_several(path):
        return _judge_several(check, root, base_text)
    if not place.exists() and _NO_PLAIN_PATH.search(path):
        return _saw(path, "UNPROVEN", f"{path} is no path of a single file")
    spelled = spelled_otherwise(root, path)
    exists = (place.exists() or place.is_symlink()) and not spelled
    if not check.present:
        return _saw(path, "REFUTED" if exists else "PROVEN",
                    f"{path} {'exists' if exists else 'does not exist'}")  # fmt: skip
    if not exists:
        told = f", but {spelled} does" if spelled else ""
        return _saw(path, "REFUTED", f"{path} does not exist{told}")
    if place.is_dir():
        return _judge_folder(check, place)
    if not place.is_file():
        return _saw(path, "REFUTED", f"{path} is no file")
    try:
        content = read_within(root, path) or b""
    except OSError as error:
        return _saw(path, "UNPROVEN", f"{path} {error.strerror}; nothing is said of it")
    if b"\0" in content[:_SAMPLE]:
        return _judge_binary(check, len(content))
    text = content.decode("utf-8", errors="replace").replace("\r\n", "\n")
    if check.changed and base_text is None:
        return Observation(state="UNPROVEN", reason="no base commit is known to compare with")
    if check.changed and base_text is not None:
        return _judge_change(check, text, base_text(path))
    return _judge_content(check, text, root)


def _judge_several(check: ArtifactCheck, root: Path, base_text: BaseText | None) -> Observation:
    """Judge each file that a path with wildcards means; all must hold."""
    paths = matching(root, check.path.strip())[:_MOST_FILES]
    if not paths or not check.present:
        state: State = "REFUTED" if bool(paths) != check.present else "PROVEN"
        told = f"{len(paths)} files are {check.path}" if paths else f"no file is {check.path}"
        return _saw(check.path, state, told)
    judged = [judge_artifact(replace(check, path=one), root, base_text) for one in paths]
    for state in _DECISIVE:
        decisive = [(path, one) for path, one in zip(paths, judged, strict=True)
                    if one.state == state]  # fmt: skip
        if decisive:
            told = "; ".join(f"{path}: {one.reason}" for path, one in decisive[:3])
            return _saw(check.path, state, told)
    return _saw(check.path, "PROVEN", f"{len(paths)} files: {judged[0].reason}")


def _judge_folder(check: ArtifactCheck, place: Path) -> Observation:
    """A folder with something in it is there; what a file must be can't be asked of it."""
    named_so = check.path.endswith("/") or "." not in place.name.lstrip(".")
    if not named_so:
        return _saw(check.path, "REFUTED", f"{check.path} is no file")
    number = sum(1 for _ in place.iterdir())
    plain = check == ArtifactCheck(path=check.path, hollow=check.hollow)
    state: State = "PROVEN" if number and plain else "UNPROVEN"
    return _saw(check.path, state, f"is a folder with {number} entries")


def _judge_binary(check: ArtifactCheck, size: int) -> Observation:
    plain = check == ArtifactCheck(path=check.path, hollow=check.hollow)
    told = f"{size} bytes, no text"
    return _saw(check.path, "PROVEN" if plain else "UNPROVEN", told)


def _judge_change(check: ArtifactCheck, text: str, before: str | None) -> Observation:
    state: State
    if check.changed == "created":
        found = "new since the base commit" if before is None else "was there at the base commit"
        state = "PROVEN" if before is None else "REFUTED"
    elif before is None:
        found, state = "new since the base commit", "PROVEN"
    else:
        # The file was read with its line ends made LF; git gives them as they are.
        differs = text != before.replace("\r\n", "\n")
        state = "PROVEN" if differs else "REFUTED"
        found = f"{'differs from' if differs else 'is as it was at'} the base commit"
    return _saw(check.path, state, found)


def _judge_content(check: ArtifactCheck, text: str, root: Path) -> Observation:
    path = check.path.strip()
    seen = [_length(check, text)]
    state, why = (None, "") if check.hollow else undone(path, text)
    if state is not None:
        seen.insert(0, _Seen(state=state, told=why))
    seen += [_contained(one, check, text) for one in check.contains]
    seen += [_contained(one, check, text, expression=True) for one in check.matches]
    seen += [_lacked(one, check, text) for one in check.lacks]
    if check.min_tests is not None:
        seen.append(_tests(check.min_tests, path, text))
    stubs = check.hollow or is_double(path)
    offered = judge_exports(check.exports, path, text, root, stubs=stubs)
    seen += [_Seen(state=one.state, told=one.told) for one in offered]
    for decisive in _DECISIVE:
        told = [one.told for one in seen if one.state == decisive]
        if told:
            return _saw(path, decisive, "; ".join(told))
    return _saw(path, "PROVEN", ", ".join(one.told for one in seen))


def _length(check: ArtifactCheck, text: str) -> _Seen:
    """Count lines as `wc -l` does: by their ends."""
    lines = text.count("\n")
    told = f"{lines} lines" if lines != 1 else "1 line"
    if text and not text.endswith("\n"):
        told += " as wc -l counts, and a last one without its end"
    least, most, exact = check.min_lines, check.max_lines, check.exact_lines
    if least is not None and lines < least:
        return _Seen(state="REFUTED", told=f"{told}, {least} are asked for")
    if most is not None and lines > most:
        return _Seen(state="REFUTED", told=f"{told}, at most {most} are asked for")
    if exact is not None and lines != exact:
        return _Seen(state="REFUTED", told=f"{told}, exactly {exact} are asked for")
    if least is not None and (written := written_lines(check.path, text)) < least / 2:
        told += f" ({written} of them neither blank nor comments)"
    return _Seen(state="PROVEN", told=told)


def _contained(wanted: str, check: ArtifactCheck, text: str, *, expression: bool = False) -> _Seen:
    found = contained(
        wanted, check.path, text, ignore_case=check.ignore_case, expression=expression
    )
    if found.doubt:
        return _Seen(state="UNPROVEN", told=found.doubt)
    verb = "match" if expression else "contain"
    if not found.place and not expression and squeezed(wanted) in squeezed(text):
        # a formatter's doing, most likely: other quotes, blanks or line ends
        return _Seen(state="UNPROVEN", told=f"{wanted!r} stands there, written a little otherwise")
    if not found.place:
        return _Seen(state="REFUTED", told=f"does not {verb} {wanted!r}")
    return _Seen(state="PROVEN", told=f"{verb}{'e' * expression}s {wanted!r} at {found.place}")


def _lacked(unwanted: str, check: ArtifactCheck, text: str) -> _Seen:
    """Plainly there refutes it; in a comment or as a part of longer words leaves doubt."""
    found = contained(unwanted, check.path, text, ignore_case=check.ignore_case)
    if found.place and re.fullmatch(r"\w+", unwanted):
        whole = search(rf"\b{unwanted}\b", text, check.path, ignore_case=check.ignore_case)
        if not whole.place:
            told = f"{unwanted!r} stands at {found.place}, but only as a part of longer words"
            return _Seen(state="UNPROVEN", told=told)
    if found.place:
        return _Seen(state="REFUTED", told=f"contains {unwanted!r} at {found.place}")
    if found.doubt:
        return _Seen(state="UNPROVEN", told=found.doubt)
    return _Seen(state="PROVEN", told=f"does not contain {unwanted!r}")


def _tests(least: int, path: str, text: str) -> _Seen:
    number = tests_in(path, text)
    if number is None:
        return _Seen(state="UNPROVEN", told=f"the tests of {path} can't be counted")
    told = f"{number} tests are written out"
    if number >= least:
        return _Seen(state="PROVEN", told=told)
    return _Seen(state="UNPROVEN" if number else "REFUTED", told=f"{told}, {least} are asked for")


def _saw(check: str, state: State, found: str) -> Observation:
    return Observation(state=state, reason=found, evidence=(Evidence(check=check, found=found),))
