"""Must-have artifacts and key links, compiled to checks of files."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from gsd_run.checking.measuring.runners import selects, test_members
from gsd_run.domain import lazy
from gsd_run.domain.claim import (
    ArtifactCheck,
    Expectation,
    Part,
    PatternCheck,
    PatternItem,
    ScriptCheck,
    ScriptSource,
)
from gsd_run.domain.plan import Artifact, KeyLink

_CREATED = {"created", "new", "added", "exists", "create", "add"}
_CHANGED = {"updated", "modified", "changed", "extended", "refactored", "fixed", "repaired"}
_CHANGED |= {"update", "modify", "change", "extend", "refactor", "edit", "edited"}
_GONE = {"deleted", "removed", "absent", "delete", "remove", "gone"}
_PRESENT = {"present", "required", "unchanged", "existing", "done", "complete"}
_CALL = lazy.pattern(r"(?P<name>[A-Za-z_]\w*)\\*\(\\*\)")
_PLAIN = lazy.pattern(r"[\w ./-]+")
_NEGATION = lazy.pattern(r"^(?:NOT\s+|no\s+|not\s+|without\s+)", re.IGNORECASE)
_BANG = lazy.pattern(r"^!(?:\.\*)?")
_NEGATES = lazy.pattern(
    r"\b(?:no|not|never|without|removed?|deleted?|instead|absent|gone|longer|drop(?:s|ped)?)\b",
    re.IGNORECASE,
)
# The plan itself says that there is to be no work in the file yet.
_HOLLOW = lazy.pattern(
    r"\b(?:stubs?|stubbed|no-?ops?|not (?:yet )?implemented|"
    r"(?:placeholder|coming[- ]soon|empty) (?:\w+ )?(?:page|screen|view|component|implementation|"
    r"module|file|test|content|text)s?|(?:test|file|module|class|code) (?:skeleton|scaffold)s?)\b",
    re.IGNORECASE,
)
_NOT_HOLLOW = lazy.pattern(
    r"\b(?:no|not an?|without|replac\w+|instead|remov\w+|real|full\w*|complete\w*|working)\b",
    re.IGNORECASE,
)
# Keys that tell about a must-have and ask nothing of it.
_TELLING = frozenset(
    {"note", "notes", "description", "comment", "comments", "reason", "why", "rationale", "purpose",
     "summary", "task", "tasks", "plan", "phase", "wave", "requirement", "requirements", "id",
     "name", "title", "label", "owner", "see", "ref", "refs", "source", "priority", "category",
     "language", "role", "details", "context", "truth", "truths", "satisfies", "covers"}
)  # fmt: skip
_CONTAINS = lazy.pattern(r"contains?(?:_?also)?_?\d*|(?:also|must|should)_contains?|includes?")
_LACKS = lazy.pattern(
    r"(?:not|no|never|must_not|should_not|does_not|doesnt)_?(?:contains?|includes?)|"
    r"contains?_(?:negated|not|none)|excludes?|lacks|forbidden|absent_patterns?"
)
_EXPORTS = lazy.pattern(r"exports?(?:_?also)?_?\d*")


def artifact_parts(artifact: Artifact | None, sources: Sequence[ScriptSource]) -> list[Part]:
    """Return the parts of an artifact: what the file must be, then what its `status` says.

    What is asked under a key that no check knows is a part of its own, without a check.
    """
    if artifact is None:
        return []
    status = artifact.status.strip().lower()
    asked, unknown = _asked(artifact.unknown)
    absent = artifact.absent or status in _GONE
    whole = ArtifactCheck(
        path=artifact.path,
        present=not absent,
        min_lines=artifact.min_lines,
        max_lines=artifact.max_lines,
        exact_lines=artifact.exact_lines,
        min_tests=artifact.min_tests,
        contains=(*artifact.contains, *asked["contains"]),
        matches=artifact.matches,
        lacks=(*artifact.lacks, *asked["lacks"]),
        exports=(*artifact.exports, *asked["exports"]),
        ignore_case=artifact.ignore_case,
        hollow=_is_hollow(artifact.provides),
    )
    parts = [Part(text=artifact.path, rule="the file itself", check=whole), *unknown]
    if not status or status in _GONE | _PRESENT or absent:
        return parts
    return [*parts, *_status_parts(artifact, status, sources)]


def _is_hollow(provides: str) -> bool:
    return bool(_HOLLOW.search(provides)) and not _NOT_HOLLOW.search(provides)


def _status_parts(artifact: Artifact, status: str, sources: Sequence[ScriptSource]) -> list[Part]:
    words = f"status: {artifact.status}"
    parts: list[Part] = []
    if status in _CREATED | _CHANGED:
        check = ArtifactCheck(
            path=artifact.path, changed="created" if status in _CREATED else "changed"
        )
        parts.append(Part(text=words, rule="compared with the base commit", check=check))
    else:
        parts.append(
            Part(text=words, rule="prose", unproven=f'nothing shows the status "{artifact.status}"')
        )
    running = [source for source in sources if _runs(source, artifact.path)]
    if status in {"fixed", "repaired"} and running:
        expectation = Expectation(kind="tests_pass", text=words)
        check_run = ScriptCheck(sources=tuple(running), expectations=(expectation,), every=True)
        parts.append(Part(text=words, rule="the plan's commands that run it", check=check_run))
    return parts


def _runs(source: ScriptSource, path: str) -> bool:
    """Tell whether a script runs a whole test file."""
    return (
        bool(test_members(source.script)) and path in source.script and not selects(source.script)
    )


def _asked(unknown: Mapping[str, Any]) -> tuple[dict[str, tuple[str, ...]], list[Part]]:
    """Sort the keys that have no field: known by another name, only telling, or unknown."""
    asked: dict[str, tuple[str, ...]] = {"contains": (), "lacks": (), "exports": ()}
    parts: list[Part] = []
    for key, value in unknown.items():
        name = key.strip().lower().replace("-", "_").replace(" ", "_")
        texts = _texts(value)
        for kind, names in (("lacks", _LACKS), ("contains", _CONTAINS), ("exports", _EXPORTS)):
            if names.fullmatch(name) and texts:
                asked[kind] += texts
                break
        else:
            if name not in _TELLING:
                words = f"{key}: {value if isinstance(value, str) else ', '.join(texts) or value}"
                parts.append(Part(text=words, rule="unknown key", unproven=_unknown(words)))
    return asked, parts


def _unknown(words: str) -> str:
    return f'no check is known for "{" ".join(words.split())[:100]}"'


def _texts(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - a plan's own value, of any shape
    """Return a text, or a list's texts; () for anything else."""
    if isinstance(value, str):
        return (value,) if value.strip() else ()
    if isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value):
        return tuple(one for one in value if one.strip())
    return ()


def key_link_parts(link: KeyLink | None, pattern: str) -> list[Part]:
    """Return the parts of a key link; without a pattern, the imports of its source decide."""
    if link is None:
        return []
    words = f"{link.source} → {link.target}" + (f" via {link.via}" if link.via else "")
    asked, unknown = _asked(link.unknown)
    if not link.source.strip():
        told = link.via or link.target or "the key link"
        reason = "the key link does not say where it comes from"
        return [Part(text=told, rule="no source", unproven=reason), *unknown]
    items = _items(pattern, link.via)
    prose = any(item.negated for item in items) or (
        len(items) > 1 and all(item.call or _PLAIN.fullmatch(item.regex) for item in items)
    )
    check = PatternCheck(
        source=link.source,
        target=link.target,
        regex=pattern.strip(),
        items=items,
        prose=prose,
        lacks=(*link.lacks, *asked["lacks"]),
        ignore_case=link.ignore_case,
        absent=link.absent,
    )
    rule = "pattern list in words" if prose else "pattern" if pattern.strip() else "imports"
    return [Part(text=words, rule=rule, check=check), *unknown]


def _items(pattern: str, via: str) -> tuple[PatternItem, ...]:
    return tuple(_item(piece, via) for piece in re.split(r",\s+", pattern.strip()) if piece)


def _item(piece: str, via: str) -> PatternItem:
    """Read one piece of a pattern; `!x` negates only where the words beside it do."""
    bare = _NEGATION.sub("", piece.strip())
    if bare == piece.strip() and _NEGATES.search(via):
        bare = _BANG.sub("", bare) or bare
    call = _CALL.fullmatch(bare)
    return PatternItem(regex=bare, negated=bare != piece.strip(), call=call["name"] if call else "")
