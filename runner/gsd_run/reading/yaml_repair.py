"""Invalid YAML of plans, mended line by line, each mend told.

Models write frontmatter as if quotes were decoration: text after a closing quote, the escapes of
regular expressions in double quotes, a colon or a backtick at the wrong place. Re-quoting the
value that the parser stumbles over (its mark may stand up to two lines below) recovers nearly all.
Each top-level key is mended by itself, so that one that can't be understood costs no other.
"""

import re
from collections.abc import Iterator

from gsd_run.domain import lazy
from gsd_run.domain.plan import Finding
from gsd_run.reading.codes import Code
from gsd_run.reading.notes import Notes
from gsd_run.reading.yaml_nodes import Mapping, Node, Pair, Unreadable, compose, reaches
from gsd_run.reading.yaml_rewording import indented, rewordings

# Each try reads the lines of its key anew; these bounds keep the whole linear.
MOST_CHARACTERS = 1_000_000
MOST_TIMES = 20
AHEAD = 12  # lines below the trouble that a try reads

_NOT_PRINTABLE = lazy.pattern(r"[\0-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_TOP_KEY = lazy.pattern(r"""([ ]*)(?:[\w.-]+|"[^"\n]*"|'[^'\n]*')[ ]*:(?:\s|$)""", re.ASCII)


def compose_mended(text: str, path: str, first_line: int = 1) -> tuple[Node | None, list[Finding]]:
    """Return the nodes of the text and a warning for every line that had to be changed for it.

    A line that no mend helps is left out, with a warning of its own; text of which nothing can
    be understood gives None.
    """
    notes = Notes(path)
    lines = _printable(text, first_line, notes).split("\n")
    try:
        return compose("\n".join(lines), first_line), notes.findings
    except Unreadable:
        pass
    parts = [_Mending(lines[start:end], first_line + start, notes) for start, end in _keys(lines)]
    nodes = [node for part in parts if (node := part.node()) is not None]
    if len(parts) == 1:
        return nodes[0] if nodes else None, notes.findings
    pairs: list[Pair] = []
    for node in nodes:
        if isinstance(node, Mapping):
            pairs.extend(node.pairs)
        else:
            notes.at(node, "no YAML here; left out: text without a key", Code.YAML_LEFT_OUT)
    return Mapping(tuple(pairs), first_line) if pairs else None, notes.findings


def _printable(text: str, first_line: int, notes: Notes) -> str:
    clean = _NOT_PRINTABLE.sub(" ", text)
    if clean != text:
        offset = next(i for i, (a, b) in enumerate(zip(text, clean, strict=True)) if a != b)
        message = "characters that YAML forbids are read as spaces"
        notes.add(
            first_line + text.count("\n", 0, offset),
            message,
            Code.FORBIDDEN_CHARACTER,
            offset - text.rfind("\n", 0, offset),
        )
    return clean


def _keys(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of the lines of each top-level key; what is above goes with the first."""
    marks = [(i, match[1]) for i, line in enumerate(lines) if (match := _TOP_KEY.match(line))]
    starts = [i for i, indent in marks if indent == marks[0][1]]
    yield from zip([0, *starts[1:]], [*starts[1:], len(lines)], strict=True)


class _Mending:
    """The lines of one top-level key, changed until they are YAML."""

    def __init__(self, lines: list[str], first_line: int, notes: Notes) -> None:
        self._lines = lines
        self._first = first_line
        self._notes = notes
        self._left = MOST_CHARACTERS + MOST_TIMES * sum(map(len, lines))

    def node(self) -> Node | None:
        """Return the nodes of the lines, or of those that could be saved."""
        while True:
            try:
                return self._composed(len(self._lines))
            except Unreadable as trouble:
                if self._left > 0 and self._mend(trouble):
                    continue
                return self._saved(trouble)

    def _composed(self, end: int) -> Node | None:
        text = "\n".join(self._lines[:end])
        self._left -= len(text)
        return compose(text, self._first)

    def _saved(self, trouble: Unreadable) -> Node | None:
        """Return what stands above the trouble, if that is YAML; the rest is lost."""
        last = self._first + len(self._lines) - 1  # the parser may stop below the last line
        self._notes.add(
            min(trouble.line, last),
            f"not understood as YAML: {trouble.message}; write it anew",
            Code.YAML_LOST,
        )
        for line in (trouble.line, trouble.first):
            try:
                return self._composed(max(line - self._first, 0))
            except Unreadable:
                continue
        return None

    def _mend(self, trouble: Unreadable) -> bool:
        """Change one of the lines so that the parser gets further, and tell it."""
        last = len(self._lines) - 1
        marked = min(trouble.line - self._first, last)
        began = min(trouble.first - self._first, last)
        near = [i for i in dict.fromkeys((marked, marked - 1, marked - 2, began)) if i >= 0]
        for ways in (rewordings, indented):
            for i in near:
                after = next(
                    (way for way in ways(self._lines, i) if self._helps(i, way, trouble)), None
                )
                if after is not None:
                    said = f"no YAML as it stands ({trouble.message}); read as {after.strip()}"
                    self._tell(i, said, Code.YAML_MENDED)
                    return True
        for i in near:
            lost = self._lines[i].strip()
            if lost and self._helps(i, "", trouble):
                said = f"no YAML ({trouble.message}); left out: {lost}"
                self._tell(i, said, Code.YAML_LEFT_OUT)
                return True
        return False

    def _tell(self, i: int, message: str, code: Code) -> None:
        line = self._lines[i]
        self._notes.add(self._first + i, message, code, len(line) - len(line.lstrip()) + 1)

    def _helps(self, i: int, after: str, trouble: Unreadable) -> bool:
        """Put a line in place of another, and keep it if the parser gets further."""
        before, self._lines[i] = self._lines[i], after
        # what a few lines below the trouble hold is enough to see whether it is gone
        text = "\n".join(self._lines[: max(trouble.line, trouble.first) - self._first + AHEAD])
        self._left -= len(text)
        if self._left > 0 and reaches(text, self._first, trouble.line):
            return True
        self._lines[i] = before
        return False
