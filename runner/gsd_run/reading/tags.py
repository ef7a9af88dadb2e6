"""The elements of a plan, from tags at the starts of lines.

Plans look like XML but are not: code, shell redirections and whole sample plans stand in them
unescaped. So a tag counts where an author sets one: at the start of a line or right after another
tag; its closing tag where nothing but tags follow on the line. What code fences, comments and
CDATA hide is worked out in `masks`.
"""

import re
from bisect import bisect_left

from msgspec import Struct

from gsd_run.domain import lazy
from gsd_run.domain.plan import Text
from gsd_run.reading.attributes import attributes_of
from gsd_run.reading.codes import Code
from gsd_run.reading.masks import Masks, comments, masked_regions
from gsd_run.reading.notes import Notes
from gsd_run.reading.tokens import Lines, Token, tokens_of
from gsd_run.reading.vocabulary import (
    CONTAINERS,
    KNOWN,
    SECTIONS,
    TASK_ELEMENTS,
    TASKS,
    canonical,
)

_ATTRIBUTES = r"""((?:[^<>"'\n]|"[^"\n]{0,500}"|'[^'\n]{0,500}'|\n(?![ \t]*\n)){0,400}+)"""
_TAG = lazy.pattern(rf"<(/?)([A-Za-z][\w.:-]{{0,60}})(?=[\s/>]){_ATTRIBUTES}>")
_CUT_TAG = lazy.pattern(r"<(/?)([A-Za-z][\w.:-]{0,60})(?=\s)([^<>\n]{0,400})$", re.MULTILINE)
_CLOSE = lazy.pattern(r"</([A-Za-z][\w.:-]{0,60})(?:\s{0,20}>|[ \t]{0,20}$)", re.MULTILINE)
_SPACE = lazy.pattern(r"\s*")
_ENDS_LINE = lazy.pattern(r"[ \t]*(?:\n|\Z|</?[A-Za-z]|<!--)")
_CDATA = lazy.pattern(r"(\s*<!\[CDATA\[)(.*?)\]\]>\s*", re.DOTALL)
_BLANK_LINES = lazy.pattern(r"(?:[ \t]*\n)*")
_LAST_CLOSE = lazy.pattern(r"</([A-Za-z][\w-]{0,60})>\s*$")

# Sections that also stand inside of tasks; a task that opens below ends them at the latest.
_ALSO_IN_TASKS = frozenset(("verification", "context", "interfaces", "output"))


class Element(Struct, frozen=True, kw_only=True):
    """One element: `inner` is everything between its tags, `children` only those of containers.

    `name` is spelled as GSD does; `line` is that of the opening tag, `lines` those of its
    attributes; `closed` tells whether its closing tag was found, `last` is the line on which its
    content ends. Of an element without any content `inner` is empty.
    """

    name: str
    line: int
    inner: Text
    attributes: dict[str, str] = {}
    children: tuple["Element", ...] = ()
    closed: bool = True
    lines: dict[str, int] = {}
    last: int = 0


def scan(text: str, first_line: int, notes: Notes) -> tuple[Element, ...]:
    """Return the elements of a plan's body, which starts on `first_line` of its file."""
    lines = Lines(text, first_line)
    tokens = tokens_of(text)
    masks = masked_regions(text, tokens)
    elements = _Scan(text, tokens, masks, lines, notes).root()
    if not has_task(elements) and "<task" in text:
        # a plan whose tasks all stand in one fence means them
        masks = masked_regions(text, tokens, fences_at_root=False)
        inside = _Scan(text, tokens, masks, lines, notes).root()
        if has_task(inside):
            said = "the tasks stand in a code fence; read anyway"
            notes.add(lines.at(text.index("<task")), said, Code.TASKS_IN_FENCE)
            elements = inside
    _note_commented_out(text, tokens, masks, lines, notes)
    return elements


def has_task(elements: tuple[Element, ...]) -> bool:
    """Tell whether one of the elements, or one in them, is a task."""
    return any(element.name in TASKS or has_task(element.children) for element in elements)


def _note_commented_out(
    text: str, tokens: list[Token], masks: Masks, lines: Lines, notes: Notes
) -> None:
    unclosed = text.find("<!--", max(text.rfind("-->"), 0))
    leads = text[unclosed - 1 : unclosed] in ("", "\n")
    if unclosed >= 0 and leads and not masks.end_of(unclosed):
        said = "<!-- is never closed; what follows is read as if it were no comment"
        notes.add(lines.at(unclosed), said, Code.TAG_UNCLOSED)
    starts = [token.start for token in tokens if token.opens and token.name == "task"]
    for region in comments(text) if starts else ():
        i = bisect_left(starts, region.start)
        if i < len(starts) and starts[i] < region.end and masks.end_of(starts[i]):
            said = "tasks inside of a comment are left out"
            place = lines.column(region.start)
            notes.add(lines.at(region.start), said, Code.TASKS_COMMENTED_OUT, place)


class _Scan:
    """One pass over a text; every search goes forward, so the time stays linear."""

    def __init__(
        self, text: str, tokens: list[Token], masks: Masks, lines: Lines, notes: Notes
    ) -> None:
        self.text = text
        self.masks = masks
        self.lines = lines
        self.notes = notes
        self.closes: dict[str, list[int]] = {}
        self.leading: list[int] = []
        self.opens: list[int] = []
        self.tasks: list[int] = []
        for token in tokens:
            if masks.end_of(token.start):
                continue
            if token.leads:
                self.leading.append(token.start)
            if not token.opens:
                self.closes.setdefault(token.name, []).append(token.start)
            elif token.name in KNOWN:
                self.opens.append(token.start)
                if token.name in CONTAINERS:
                    self.tasks.append(token.start)

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
            if tag[1] or _says_nothing(tag, name) or (name == container == "tasks"):
                position = tag.end()
                if tag[1] and name == "tasks" and container in TASKS:
                    return tuple(found), tag.start()
                continue
            if container in TASKS and self._ends_task(name, tag, indent):
                return tuple(found), tag.start()
            if not self._counts(name, tag, limit):
                position = tag.end()
                continue
            element, position = self._element(tag, name, limit, container)
            found.append(element)

    def _counts(self, name: str, tag: re.Match[str], limit: int) -> bool:
        """Tell whether a tag opens an element: a known one, or one closed before any task."""
        if name in KNOWN:
            return True
        close = self._close(name, tag.end(), limit)
        return close < limit and close <= self._next_task(tag.end())

    def _ends_task(self, name: str, tag: re.Match[str], indent: int) -> bool:
        if name in CONTAINERS:
            return name != "checkpoint" or "type" in tag[3] or ":" in tag[2]
        if name not in SECTIONS:
            return False
        if self.lines.column(tag.start()) - 1 > indent:
            return False
        # no deeper than the task itself: inside it only if the task is closed further on
        end = self._next_task(tag.end())
        return self._close("task", tag.end(), end) >= end

    def _element(
        self, tag: re.Match[str], name: str, limit: int, container: str
    ) -> tuple[Element, int]:
        start = tag.end()
        children: tuple[Element, ...] = ()
        alone = closed = tag[0].endswith("/>")
        if alone:
            end = start
        elif name in CONTAINERS:
            indent = self.lines.column(tag.start()) - 1
            children, end = self._children(name, start, limit, indent)
            closed = self._is_close(name, end)
        else:
            end, closed = self._leaf_end(name, start, limit, container)
        if not (closed and tag[0].endswith(">")):
            self._note_slips(tag, closed=closed)
        attributes, lines = attributes_of(tag, self.lines)
        if name == "checkpoint" and ":" in tag[2]:  # <checkpoint:decision> says its type itself
            attributes = {"type": tag[2].lower(), **attributes}
        element = Element(
            name=name,
            line=self.lines.at(tag.start()),
            inner=self._inner(start, end, closed=closed or bool(children)),
            attributes=attributes,
            children=children,
            closed=closed,
            lines=lines,
            last=self.lines.at(max(end - 1, tag.start())),
        )
        after = _CLOSE.match(self.text, end) if closed and not alone else None
        return element, after.end() if after else end

    def _note_slips(self, tag: re.Match[str], *, closed: bool) -> None:
        line, column = self.lines.at(tag.start()), self.lines.column(tag.start())
        if not tag[0].endswith(">"):
            said = f"<{tag[2]} lacks its >; read as if it stood at the end of the line"
            self.notes.add(line, said, Code.TAG_BROKEN, column)
        if not closed:
            self.notes.add(line, f"<{tag[2]}> is never closed", Code.TAG_UNCLOSED, column)

    def _leaf_end(self, name: str, start: int, limit: int, container: str) -> tuple[int, bool]:
        if container in TASKS:
            bound = min(self._close(container, start, limit), self._next_task(start), limit)
        elif name in _ALSO_IN_TASKS or name in TASK_ELEMENTS:
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
        if self.text[position - 1 : position] == "`":
            return False
        match = _CLOSE.match(self.text, position)
        if match is None:
            return False
        if _ENDS_LINE.match(self.text, match.end()) is not None:
            return True
        start = max(self.lines.start(position), position - 200)
        return not self.text[start:position].strip()

    def _is_close(self, name: str, position: int) -> bool:
        match = _CLOSE.match(self.text, position)
        return match is not None and canonical(match[1]) == name

    def _next_task(self, start: int) -> int:
        i = bisect_left(self.tasks, start)
        return self.tasks[i] if i < len(self.tasks) else len(self.text)

    def _next_tag(self, start: int, limit: int) -> re.Match[str] | None:
        """Return the next tag that stands right here or opens a line."""
        space = _SPACE.match(self.text, start)
        here = space.end() if space else start
        if here < limit and not self.masks.end_of(here):
            tag = _TAG.match(self.text, here, limit)
            if tag is not None:
                return tag
        for i in range(bisect_left(self.leading, here), len(self.leading)):
            if self.leading[i] >= limit:
                return None
            tag = _TAG.match(self.text, self.leading[i], limit) or self._cut_tag(self.leading[i])
            if tag is not None:
                return tag
        return None

    def _cut_tag(self, position: int) -> re.Match[str] | None:
        """Return an opening tag that lacks its `>`, if it is one that a plan is made of."""
        tag = _CUT_TAG.match(self.text, position)
        return tag if tag and not tag[1] and canonical(tag[2]) in KNOWN else None

    def _inner(self, start: int, end: int, *, closed: bool) -> Text:
        text = self.text[start:end]
        if not closed:  # the closing tag of another name at the end is none of the text
            last = _LAST_CLOSE.search(text, max(len(text) - 200, 0))
            if last and f"<{last[1]}" not in text:
                text = text[: last.start()]
        return trimmed(text, self.lines.at(start))


def _says_nothing(tag: re.Match[str], name: str) -> bool:
    """Tell whether a tag such as `<verify/>` is empty; `<task name="…"/>` says what it says."""
    return tag[0].endswith("/>") and (name not in TASKS or "=" not in tag[3])


def trimmed(text: str, line: int) -> Text:
    """Return the text without the blank lines around it, at the line of what remains.

    The marks of one CDATA section around it go as well: they are no part of what it says.
    """
    if "<![CDATA[" in text:
        cdata = _CDATA.fullmatch(text)
        if cdata:
            line += text.count("\n", 0, cdata.end(1))
            text = cdata[2]
    blank = _BLANK_LINES.match(text)
    skipped = blank.end() if blank else 0
    body = text[skipped:].rstrip()
    if not body:
        return Text("", line)
    if not skipped:
        body = body.lstrip()
    return Text(body, line + text.count("\n", 0, skipped))
