"""Checks of files: artifacts and the patterns of key links, always inside the project."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

from gsd_run.checking.content import python_names, stub, without_comments
from gsd_run.checking.predicates.observation import Observation
from gsd_run.checking.searching import Found, search
from gsd_run.domain.claim import ArtifactCheck, Evidence, PatternCheck, PatternItem, State

BaseText = Callable[[str], str | None]
_NO_PLAIN_PATH = re.compile(r"[*?{}<>|\n]|\s\(")


def judge_artifact(  # noqa: PLR0911 - rules, the first that fits
    check: ArtifactCheck, root: Path, base_text: BaseText | None
) -> Observation:
    """Judge one artifact; the first thing that does not hold refutes it.

    What is outside of the project is not looked at, and shows nothing.
    """
    place, why = _inside(root, check.path)
    if place is None:
        return Observation(state="UNPROVEN", reason=why, evidence=(_seen(check.path, why),))
    if _NO_PLAIN_PATH.search(check.path) and not place.exists():
        why = f"{check.path} is no path of a single file"
        return Observation(state="UNPROVEN", reason=why, evidence=(_seen(check.path, why),))
    if not check.present:
        exists = place.exists() or place.is_symlink()
        found = f"{check.path} {'exists' if exists else 'does not exist'}"
        return _saw(check.path, "REFUTED" if exists else "PROVEN", found)
    if check.path.endswith("/") and place.is_dir():
        number = sum(1 for _ in place.iterdir())
        state: State = "PROVEN" if number and _asks_no_more(check) else "UNPROVEN"
        return _saw(check.path, state, f"is a folder with {number} entries")
    if not place.is_file():
        found = f"{check.path} {'is no file' if place.exists() else 'does not exist'}"
        return _saw(check.path, "REFUTED", found)
    text = place.read_text(encoding="utf-8", errors="replace")
    if check.changed and base_text is None:
        return Observation(state="UNPROVEN", reason="no base commit is known to compare with")
    if check.changed and base_text is not None:
        return _judge_change(check, text, base_text(check.path))
    return _judge_content(check, text)


def _asks_no_more(check: ArtifactCheck) -> bool:
    return not (check.min_lines or check.contains or check.exports or check.changed)


def _judge_change(check: ArtifactCheck, text: str, before: str | None) -> Observation:
    state: State
    if check.changed == "created":
        found = "new since the base commit" if before is None else "was there at the base commit"
        state = "PROVEN" if before is None else "REFUTED"
    elif before is None:
        found, state = "new since the base commit", "PROVEN"
    else:
        # The file was read with its line ends made LF; git gives them as they are.
        differs = text.split() != before.split() or text != before.replace("\r\n", "\n")
        state = "PROVEN" if differs else "REFUTED"
        found = f"{'differs from' if differs else 'is as it was at'} the base commit"
    return _saw(check.path, state, found)


def _judge_content(check: ArtifactCheck, text: str) -> Observation:  # noqa: PLR0911 - as above
    lines = text.count("\n")
    told = [f"{lines} lines"]
    if why := stub(check.path, text):
        return _saw(check.path, "REFUTED", why)
    if check.min_lines is not None and lines < check.min_lines:
        return _saw(check.path, "REFUTED", f"{lines} lines, {check.min_lines} are asked for")
    doubts = []
    for wanted in check.contains:
        found = search(wanted, text, check.path)
        if not found.place and not found.doubt:
            return _saw(check.path, "REFUTED", f"does not contain {wanted!r}")
        doubts += [found.doubt] if found.doubt else []
        told.append(f"contains {wanted!r} at {found.place}")
    if doubts:
        return _saw(check.path, "UNPROVEN", "; ".join(doubts))
    if check.exports:
        names = python_names(text) if check.path.endswith(".py") else None
        if names is None:
            return _saw(check.path, "UNPROVEN", f"the exports of {check.path} can't be read")
        wanted_names = [name.strip().removesuffix("()") for name in check.exports]
        missing = [name for name in wanted_names if name not in names]
        if missing:
            return _saw(check.path, "REFUTED", f"does not define {', '.join(missing)}")
        told.append(f"defines {', '.join(wanted_names)}")
    return _saw(check.path, "PROVEN", ", ".join(told))


def judge_pattern(check: PatternCheck, root: Path) -> Observation:  # noqa: PLR0911 - as above
    """Search a key link's pattern; a list in words is judged by what it plainly says.

    Comments are not searched: they link nothing. A match in the target alone shows that the
    target has what is linked to, not that the source uses it.
    """
    texts: dict[str, str] = {}
    for path in (check.source, check.target):
        place, why = _inside(root, path)
        if place is None:
            if path == check.source:
                return Observation(state="UNPROVEN", reason=why)
        elif place.is_file():
            text = place.read_text(encoding="utf-8", errors="replace")
            texts[path] = without_comments(path, text)
    if check.source not in texts:
        return _no_source(check, root)
    if check.prose:
        return _judge_list(check, texts[check.source])
    found = search(check.regex, texts[check.source], check.source)
    if found.doubt:
        return _saw(check.regex, "UNPROVEN", found.doubt)
    if found.place:
        return _saw(check.regex, "PROVEN", f"found at {found.place}")
    other = search(check.regex, texts.get(check.target, ""), check.target)
    if other.place:
        told = f"found at {other.place} only: nothing in {check.source} shows the link"
        return _saw(check.regex, "UNPROVEN", told)
    return _saw(check.regex, "REFUTED", f"no match in {' or '.join(texts)}")


def _no_source(check: PatternCheck, root: Path) -> Observation:
    if _NO_PLAIN_PATH.search(check.source) or " " in check.source.strip():
        return _saw(check.source, "UNPROVEN", f"{check.source!r} names no single file")
    exists = (root / check.source).exists()
    if not exists and "." not in check.source.rpartition("/")[2]:
        return _saw(check.source, "UNPROVEN", f"{check.source!r} names no file")
    found = f"{check.source} {'is no file' if exists else 'does not exist'}"
    return _saw(check.source, "UNPROVEN" if exists else "REFUTED", found)


def _judge_list(check: PatternCheck, text: str) -> Observation:
    told: list[str] = []
    for item in check.items:
        found = _call(item, text, check.source)
        if found.doubt:
            return _saw(check.regex, "UNPROVEN", found.doubt)
        place = found.place
        if bool(place) == item.negated:
            words = f"a call of {item.call}" if item.call else repr(item.regex)
            seen = f"{words} is {'at ' + place if place else 'not there'}"
            reason = (
                f'the pattern "{check.regex}" is malformed: a list in words, no regular '
                f"expression; read plainly it does not hold ({seen})"
            )
            return Observation(
                state="UNPROVEN", reason=reason, evidence=(_seen(check.regex, seen),)
            )
        told.append(f"{_worded(item)} at {place}" if place else _worded(item))
    return _saw(check.regex, "PROVEN", "a list in words, read plainly: " + ", ".join(told))


def _call(item: PatternItem, text: str, path: str) -> Found:
    """Find an item of a list; where it names a call, strings do not count either."""
    if not item.call:
        return search(item.regex, text, path)
    if path.endswith(".py"):
        try:
            nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
        except SyntaxError as error:
            return Found(doubt=f"{path}:{error.lineno}: this is no Python: {error.msg}")
        lines = [node.lineno for node in nodes if _called(node) == item.call]
        return Found(place=f"{path}:{min(lines)}") if lines else Found()
    return search(rf"(?<!\w){item.call}\s*\(", text, path)


def _called(node: ast.Call) -> str:
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _worded(item: PatternItem) -> str:
    words = f"a call of {item.call}" if item.call else repr(item.regex)
    return f"no {words.removeprefix('a ')}" if item.negated else words


def _inside(root: Path, path: str) -> tuple[Path | None, str]:
    """Return the place of a plan's path, or why it is none of the project's."""
    place = root / path
    try:
        inside = place.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError) as error:
        return None, f"{path} can't be looked up: {error}"
    if Path(path).is_absolute() or path.startswith("~") or not inside:
        return None, f"{path} leads outside the project"
    return place, ""


def _saw(check: str, state: State, found: str) -> Observation:
    return Observation(state=state, reason=found, evidence=(_seen(check, found),))


def _seen(check: str, found: str) -> Evidence:
    return Evidence(check=check, found=found)
