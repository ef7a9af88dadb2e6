"""Must-have artifacts and key links, compiled to checks of files."""

import re
from collections.abc import Sequence

from gsd_run.checking.runners import selects, test_members
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

_CREATED = {"created", "new", "added", "exists"}
_CHANGED = {"updated", "modified", "changed", "extended", "refactored", "fixed", "repaired"}
_GONE = {"deleted", "removed", "absent"}
_CALL = re.compile(r"(?P<name>[A-Za-z_]\w*)\\?\(\\?\)")
_PLAIN = re.compile(r"[\w ./-]+")
_NEGATION = re.compile(r"^(?:NOT\s+|no\s+|!)", re.IGNORECASE)


def artifact_parts(artifact: Artifact | None, sources: Sequence[ScriptSource]) -> list[Part]:
    """Return the parts of an artifact: what the file must be, then what its `status` says."""
    if artifact is None:
        return []
    status = artifact.status.strip().lower()
    whole = ArtifactCheck(
        path=artifact.path,
        present=status not in _GONE,
        min_lines=artifact.min_lines,
        contains=artifact.contains,
        exports=artifact.exports,
    )
    parts = [Part(text=artifact.path, rule="the file itself", check=whole)]
    if not status or status in _GONE:
        return parts
    words = f"status: {artifact.status}"
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


def key_link_parts(link: KeyLink | None, pattern: str) -> list[Part]:
    """Return the one part of a key link; without a pattern nothing shows the link yet."""
    if link is None:
        return []
    words = f"{link.source} → {link.target}" + (f" via {link.via}" if link.via else "")
    if not pattern.strip():
        return [Part(text=words, rule="no pattern", unproven="the key link gives no pattern")]
    items = tuple(_item(piece) for piece in re.split(r",\s+", pattern.strip()) if piece)
    prose = any(item.negated for item in items) or (
        len(items) > 1 and all(item.call or _PLAIN.fullmatch(item.regex) for item in items)
    )
    check = PatternCheck(
        source=link.source, target=link.target, regex=pattern, items=items, prose=prose
    )
    return [Part(text=words, rule="pattern list in words" if prose else "pattern", check=check)]


def _item(piece: str) -> PatternItem:
    bare = _NEGATION.sub("", piece.strip())
    call = _CALL.fullmatch(bare)
    return PatternItem(regex=bare, negated=bare != piece.strip(), call=call["name"] if call else "")
