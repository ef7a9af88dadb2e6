"""The elements of a plan, from tags at the starts of lines.

Plans look like XML but are not: code, shell redirections and whole sample plans stand in them
unescaped. So a tag counts where an author sets one: at the start of a line or right after another
tag; its closing tag where nothing but tags follow on the line. What code fences, comments and
CDATA hide is worked out in `masks`.
"""

import re
from bisect import bisect_left, bisect_right
from itertools import accumulate

from msgspec import Struct

from gsd_run.domain.plan import Text
from gsd_run.reading.masks import Masks, masked_regions
from gsd_run.reading.notes import Notes
from gsd_run.reading.vocabulary import CONTAINERS, KNOWN, SECTIONS, canonical

_ATTRIBUTES = r"""((?:[^<>"'\n]|"[^"\n]{0,500}"|'[^'\n]{0,500}'|\n(?![ \t]*\n)){0,400}+)"""
_TAG = re.compile(rf"<(/?)([A-Za-z][\w.-]{{0,60}})(?=[\s/>]){_ATTRIBUTES}>")
_LINE_START = re.compile(r"^[ \t]*(?=</?[A-Za-z])", re.MULTILINE)
_OPEN = re.compile(r"<([A-Za-z][\w-]{0,60})(?=[\s>])")
_CLOSE = re.compile(r"</([A-Za-z][\w.-]{0,60})\s{0,20}>")
_ATTRIBUTE = re.compile(r"""([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>/]+))""")
_SPACE = re.compile(r"\s*")
_ENDS_LINE = re.compile(r"[ \t]*(?:\n|\Z|</?[A-Za-z]|<!--)")


class Element(Struct, frozen=True, kw_only=True):
    """One element: `inner` is everything between its tags, `children` only those of containers.

    `name` is spelled as GSD does; `line` is that of the opening tag; `closed` tells whether its
    closing tag was found. Of an element without any content `inner` is empty.
    """

    name: str
    line: int
    inner: Text
    attributes: dict[str, str] = {}
    children: tuple["Element", ...] = ()
    closed: bool = True


class Lines:
    """Positions of a text as lines of its file."""

    def __init__(self, text: str, first_line: int) -> None:
        self._starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
        self._first = first_line

    def at(self, position: int) -> int:
        """Return the line of a position."""
        return bisect_right(self._starts, position) - 1 + self._first


def scan(text: str, first_line: int, notes: Notes) -> tuple[Element, ...]:
    """Return the elements of a plan's body, which starts on `first_line` of its file."""
    lines = Lines(text, first_line)
    elements = _Scan(text, masked_regions(text), lines, notes).root()
    if not _has_task(elements) and "<task" in text:
        # a plan whose tasks all stand in one fence means them
        inside = _Scan(text, masked_regions(text, fences_at_root=False), lines, notes).root()
        if _has_task(inside):
            notes.add(lines.at(text.index("<task")), "the tasks stand in a code fence; read anyway")
            return inside
    return elements


def _has_task(elements: tuple[Element, ...]) -> bool:
    return any(e.name in ("task", "feature") or _has_task(e.children) for e in elements)


class _Scan:
    """One pass over a text; every search goes forward, so the time stays linear."""

    def __init__(self, text: str, masks: Masks, lines: Lines, notes: Notes) -> None:
        self.text = text
        self.masks = masks
        self.lines = lines
        self.notes = notes
        self.closes: dict[str, list[int]] = {}
        for match in _CLOSE.finditer(text):
            if not masks.end_of(match.start()):
                self.closes.setdefault(canonical(match[1]), []).append(match.start())
        self.opens: list[int] = []
        self.tasks: list[int] = []
        for match in _OPEN.finditer(text):
            name = canonical(match[1])
            if (
                name in KNOWN
                and self._opens_line(match.start())
                and not masks.end_of(match.start())
            ):
                self.opens.append(match.start())
                if name in CONTAINERS:
                    self.tasks.append(match.start())

    def root(self) -> tuple[Element, ...]:
        children, _ = self._children("", 0, len(self.text), 0)
        return children

    def _children(
        self, container: str, start: int, limit: int, indent: int
    ) -> tuple[tuple[Element, ...], int]:
        """Return the elements from `start` on, and where the container's content ends."""
        found: list[Element] = []
        position = start
        while True:
            close = min(self._close(container, position, limit), limit)
            tag = self._next_tag(position, close)
            if tag is None:
                return tuple(found), close
            name = canonical(tag[2])
            if tag[1] or tag[0].endswith("/>"):
                position = tag.end()
                if tag[1] and name == "tasks" and container in ("task", "feature"):
                    return tuple(found), tag.start()
                continue
            if container in ("task", "feature") and self._ends_task(name, tag, indent):
                return tuple(found), tag.start()
            if not self._counts(name, tag, limit):
                position = tag.end()
                continue
            element, position = self._element(tag, name, limit, container)
            found.append(element)

    def _counts(self, name: str, tag: re.Match[str], limit: int) -> bool:
        """Tell whether a tag opens an element: a known one, or one that is closed."""
        return name in KNOWN or self._close(name, tag.end(), limit) < limit

    def _ends_task(self, name: str, tag: re.Match[str], indent: int) -> bool:
        if name in CONTAINERS:
            return True
        if name not in SECTIONS:
            return False
        if self._indent(tag.start()) > indent:
            return False
        # no deeper than the task itself: inside it only if the task is closed further on
        end = self._next_task(tag.end())
        return self._close("task", tag.end(), end) >= end

    def _element(
        self, tag: re.Match[str], name: str, limit: int, container: str
    ) -> tuple[Element, int]:
        start = tag.end()
        if name in CONTAINERS:
            indent = self._indent(tag.start())
            children, end = self._children(name, start, limit, indent)
            closed = self._is_close(name, end)
        else:
            children = ()
            end, closed = self._leaf_end(name, start, limit, container)
        line = self.lines.at(tag.start())
        if not closed:
            self.notes.add(line, f"<{tag[2]}> is never closed")
        element = Element(
            name=name,
            line=line,
            inner=self._inner(start, end),
            attributes=_attributes(tag[3]),
            children=children,
            closed=closed,
        )
        after = _CLOSE.match(self.text, end) if closed else None
        return element, after.end() if after else end

    def _leaf_end(self, name: str, start: int, limit: int, container: str) -> tuple[int, bool]:
        if container in ("task", "feature"):
            bound = min(self._close(container, start, limit), self._next_task(start), limit)
        elif name in ("verification", "context", "interfaces", "output"):  # also inside of tasks
            bound = min(self._next_task(start), limit)
        else:
            bound = limit
        close = self._close(name, start, bound)
        if close < bound:
            return close, True
        i = bisect_left(self.opens, start)
        following = self.opens[i] if i < len(self.opens) else limit
        return min(following, bound), False

    def _close(self, name: str, start: int, limit: int) -> int:
        """Return where the element's closing tag starts, or `limit` where there is none."""
        positions = self.closes.get(name, ())
        i = first = bisect_left(positions, start)
        while i < len(positions) and positions[i] < limit and i < first + 20:
            if self._is_proper(positions[i]):
                return positions[i]
            i += 1
        return positions[first] if first < len(positions) and positions[first] < limit else limit

    def _is_proper(self, position: int) -> bool:
        """Tell a closing tag from one that the text only mentions."""
        before = self.text[self.text.rfind("\n", 0, position) + 1 : position][-200:]
        match = _CLOSE.match(self.text, position)
        if before.endswith("`") or match is None:
            return False
        return not before.strip() or _ENDS_LINE.match(self.text, match.end()) is not None

    def _is_close(self, name: str, position: int) -> bool:
        match = _CLOSE.match(self.text, position)
        return match is not None and canonical(match[1]) == name

    def _next_task(self, start: int) -> int:
        i = bisect_left(self.tasks, start)
        return self.tasks[i] if i < len(self.tasks) else len(self.text)

    def _next_tag(self, start: int, limit: int) -> re.Match[str] | None:
        """Return the next tag that stands right here or opens a line."""
        here = _SPACE.match(self.text, start)
        candidate = here.end() if here else start
        while candidate < limit:
            masked = self.masks.end_of(candidate)
            tag = None if masked else _TAG.match(self.text, candidate, limit)
            if tag is not None:
                return tag
            line = _LINE_START.search(self.text, max(masked, candidate + 1), limit)
            if line is None:
                return None
            candidate = line.end()
        return None

    def _opens_line(self, position: int) -> bool:
        return not self.text[self.text.rfind("\n", 0, position) + 1 : position].strip()

    def _indent(self, position: int) -> int:
        return position - (self.text.rfind("\n", 0, position) + 1)

    def _inner(self, start: int, end: int) -> Text:
        return trimmed(self.text[start:end], self.lines.at(start))


def trimmed(text: str, line: int) -> Text:
    """Return the text without the blank lines around it, at the line of what remains.

    The marks of one CDATA section around it go as well: they are no part of what it says.
    """
    cdata = re.fullmatch(r"(\s*<!\[CDATA\[)(.*?)\]\]>\s*", text, re.DOTALL)
    if cdata:
        line += text.count("\n", 0, cdata.end(1))
        text = cdata[2]
    blank = re.match(r"(?:[ \t]*\n)*", text)
    skipped = blank.end() if blank else 0
    body = text[skipped:].rstrip()
    if not body:
        return Text("", line)
    if not skipped:
        body = body.lstrip()
    return Text(body, line + text.count("\n", 0, skipped))


def _attributes(text: str) -> dict[str, str]:
    return {
        match[1].lower(): (match[2] or match[3] or match[4] or "").strip()
        for match in _ATTRIBUTE.finditer(text)
    }
