"""Checks of files: artifacts and the patterns of key links, always inside the project."""

import ast
from collections.abc import Callable
from pathlib import Path

from gsd_run.checking.predicates.observation import Observation
from gsd_run.domain.claim import ArtifactCheck, Evidence, PatternCheck, PatternItem, State

PATTERN_SECONDS = 2.0  # for one search of a plan's regular expression


def judge_artifact(
    check: ArtifactCheck, root: Path, base_text: Callable[[str], str | None] | None
) -> Observation:
    """Judge one artifact; the first thing that does not hold refutes it."""
    place, why = _inside(root, check.path)
    if place is None:
        return Observation(state="REFUTED", reason=why, evidence=(_seen(check.path, why),))
    if not check.present:
        state: State = "REFUTED" if place.exists() else "PROVEN"
        found = f"{check.path} {'exists' if place.exists() else 'does not exist'}"
        return Observation(state=state, reason=found, evidence=(_seen(check.path, found),))
    if not place.is_file():
        found = f"{check.path} {'is no file' if place.exists() else 'does not exist'}"
        return Observation(state="REFUTED", reason=found, evidence=(_seen(check.path, found),))
    text = place.read_text(encoding="utf-8", errors="replace")
    if check.changed and base_text is None:
        return Observation(state="UNPROVEN", reason="no base commit is known to compare with")
    if check.changed and base_text is not None:
        return _judge_change(check, text, base_text(check.path))
    return _judge_content(check, text)


def _judge_change(check: ArtifactCheck, text: str, before: str | None) -> Observation:
    state: State
    if check.changed == "created":
        found = "new since the base commit" if before is None else "was there at the base commit"
        state = "PROVEN" if before is None else "REFUTED"
    elif before is None:
        found, state = "new since the base commit", "PROVEN"
    else:
        state = "PROVEN" if text != before else "REFUTED"
        found = f"{'differs from' if text != before else 'is as it was at'} the base commit"
    return Observation(state=state, reason=found, evidence=(_seen(check.path, found),))


def _judge_content(check: ArtifactCheck, text: str) -> Observation:
    lines = text.count("\n")
    told = [f"{lines} lines"]
    if check.min_lines is not None and lines < check.min_lines:
        found = f"{lines} lines, {check.min_lines} are asked for"
        return Observation(state="REFUTED", reason=found, evidence=(_seen(check.path, found),))
    for wanted in check.contains:
        place = _search(wanted, text, check.path) or _literal(wanted, text, check.path)
        if place is None:
            found = f"does not contain {wanted!r}"
            return Observation(state="REFUTED", reason=found, evidence=(_seen(check.path, found),))
        told.append(f"contains {wanted!r} at {place}")
    if check.exports:
        names = _python_names(text) if check.path.endswith(".py") else None
        if names is None:
            found = f"the exports of {check.path} can't be read"
            return Observation(state="UNPROVEN", reason=found, evidence=(_seen(check.path, found),))
        missing = [name for name in check.exports if name not in names]
        if missing:
            found = f"does not define {', '.join(missing)}"
            return Observation(state="REFUTED", reason=found, evidence=(_seen(check.path, found),))
        told.append(f"defines {', '.join(check.exports)}")
    found = ", ".join(told)
    return Observation(state="PROVEN", reason=found, evidence=(_seen(check.path, found),))


def _python_names(text: str) -> set[str] | None:
    """Return the names that a Python module defines at its top level."""
    try:
        body = ast.parse(text).body
    except SyntaxError:
        return None
    names: set[str] = set()
    for node in body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names.add(node.name)
            case ast.Assign(targets=targets):
                names.update(target.id for target in targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                names.update(alias.asname or alias.name for alias in aliases)
    return names


def judge_pattern(check: PatternCheck, root: Path) -> Observation:
    """Search a key link's pattern; a list in words is judged by what it plainly says."""
    texts: dict[str, str] = {}
    for path in (check.source, check.target):
        place, why = _inside(root, path)
        if place is None:
            return Observation(state="UNPROVEN", reason=why)
        if place.is_file():
            texts[path] = place.read_text(encoding="utf-8", errors="replace")
    if check.source not in texts:
        found = f"{check.source} does not exist"
        return Observation(state="REFUTED", reason=found, evidence=(_seen(check.source, found),))
    try:
        for path, text in texts.items():
            match = _search(check.regex, text, path, invalid="raise")
            if match:
                found = f"found at {match}"
                return Observation(
                    state="PROVEN", reason=found, evidence=(_seen(check.regex, found),)
                )
        if check.prose:
            return _judge_list(check, texts[check.source])
    except _Unusable as error:
        return Observation(state="UNPROVEN", reason=str(error))
    found = f"no match in {' or '.join(texts)}"
    return Observation(state="REFUTED", reason=found, evidence=(_seen(check.regex, found),))


def _judge_list(check: PatternCheck, text: str) -> Observation:
    told: list[str] = []
    for item in check.items:
        place = _call(item, text, check.source)
        if bool(place) == item.negated:
            words = f"a call of {item.call}" if item.call else repr(item.regex)
            found = f"{words} is {'at ' + place if place else 'not there'}"
            reason = (
                f'the pattern "{check.regex}" is malformed: a list in words, no regular '
                f"expression; read plainly it does not hold ({found})"
            )
            return Observation(
                state="UNPROVEN", reason=reason, evidence=(_seen(check.regex, found),)
            )
        told.append(f"{_worded(item)} at {place}" if place else _worded(item))
    found = "a list in words, read plainly: " + ", ".join(told)
    return Observation(state="PROVEN", reason=found, evidence=(_seen(check.regex, found),))


def _call(item: PatternItem, text: str, path: str) -> str | None:
    """Find an item of a list; where it names a call, comments and strings do not count."""
    if not item.call:
        return _search(item.regex, text, path, invalid="raise")
    if path.endswith(".py"):
        try:
            nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
        except SyntaxError as error:
            raise _Unusable(f"{path}:{error.lineno}: this is no Python: {error.msg}") from error
        lines = [node.lineno for node in nodes if _called(node) == item.call]
        return f"{path}:{min(lines)}" if lines else None
    return _search(rf"(?<!\w){item.call}\(", text, path, invalid="raise")


def _called(node: ast.Call) -> str:
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _worded(item: PatternItem) -> str:
    words = f"a call of {item.call}" if item.call else repr(item.regex)
    return f"no {words.removeprefix('a ')}" if item.negated else words


class _Unusable(Exception):
    """A pattern that can't be searched with: invalid, or it takes too long."""


def _search(pattern: str, text: str, path: str, invalid: str = "ignore") -> str | None:
    """Return file:line of the first match of a plan's pattern, in bounded time, else None."""
    import regex  # noqa: PLC0415 - only plans with patterns pay for it

    try:
        match = regex.search(pattern, text, flags=regex.MULTILINE, timeout=PATTERN_SECONDS)
    except regex.error as error:
        if invalid == "raise":
            raise _Unusable(f"the pattern {pattern!r} is malformed: {error}") from error
        return None
    except TimeoutError as error:
        raise _Unusable(f"the pattern {pattern!r} takes too long to search for") from error
    return None if match is None else f"{path}:{text.count(chr(10), 0, match.start()) + 1}"


def _literal(wanted: str, text: str, path: str) -> str | None:
    position = text.find(wanted)
    return None if position < 0 else f"{path}:{text.count(chr(10), 0, position) + 1}"


def _inside(root: Path, path: str) -> tuple[Path | None, str]:
    """Return the place of a plan's path, or why it is none of the project's."""
    place = root / path
    if Path(path).is_absolute() or not place.resolve().is_relative_to(root.resolve()):
        return None, f"{path} leads outside the project"
    return place, ""


def _seen(check: str, found: str) -> Evidence:
    return Evidence(check=check, found=found)
