"""Lines, headings, sections and labelled fields of GSD's planning files.

All functions here work on text whose lines end in a line feed; `with_endings_of` gives a text the
line ends of the file that it came from.
"""

import difflib
import functools
import re
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})(.*)$", re.MULTILINE)
_HEADING = re.compile(r"^ {0,3}(#{1,6})([ \t]+.*|[ \t]*)?$", re.MULTILINE)


class Heading(Struct, frozen=True, kw_only=True):
    """A heading outside code fences: its level, its text, where its line starts and ends."""

    level: int
    text: str
    start: int
    end: int


class Section(Struct, frozen=True, kw_only=True):
    """What stands under a heading, from the line after it, without blank lines at its end."""

    body: str
    start: int
    end: int


def unified(text: str) -> str:
    """Return a text whose lines all end in a line feed."""
    return text.replace("\r\n", "\n")


def with_endings_of(original: str, text: str) -> str:
    """Return `text` (line feeds only) with each line ended as in the original.

    A line that the original does not have ends as most of its lines do.
    """
    crlf = original.count("\r\n")
    if not crlf:
        return text
    if crlf == original.count("\n"):
        return text.replace("\n", "\r\n")
    old = original.splitlines(keepends=True)
    new = text.splitlines(keepends=True)
    usual = "\r\n" if 2 * crlf > len(old) else "\n"
    ended = [line.replace("\n", usual) for line in new]
    plain = [unified(line) for line in old]
    # Without autojunk a file of many equal lines, blank ones say, takes minutes.
    for block in difflib.SequenceMatcher(None, plain, new).get_matching_blocks():
        ended[block.b : block.b + block.size] = old[block.a : block.a + block.size]
    return "".join(ended)


@functools.lru_cache(maxsize=8)
def headings(text: str) -> tuple[Heading, ...]:
    """Return the headings outside code fences, in order."""
    fenced = _fenced(text)
    block = next(fenced, None)
    found = []
    for line in _HEADING.finditer(text):
        while block and block[1] < line.start():
            block = next(fenced, None)
        if block and block[0] <= line.start():
            continue
        words = re.sub(r"[ \t]+#+$", "", (line[2] or "").strip())
        found.append(
            Heading(level=len(line[1]), text=words.strip(), start=line.start(), end=line.end())
        )
    return tuple(found)


def _fenced(text: str) -> Iterator[tuple[int, int]]:
    """Return where each code fence begins, and where it ends: both lines are in it."""
    opened = None
    for mark in _FENCE.finditer(text):
        if opened is None:
            if mark[1][0] == "~" or "`" not in mark[2]:
                opened = mark
        elif mark[1].startswith(opened[1]) and not mark[2].strip():
            yield opened.start(), mark.end()
            opened = None
    if opened is not None:
        yield opened.start(), len(text)


def section(text: str, wanted: Callable[[Heading], bool]) -> Section | None:
    """Return the first section whose heading is wanted, up to the next of its level or above."""
    found = headings(text)
    for number, one in enumerate(found):
        if wanted(one):
            after = (later.start for later in found[number + 1 :] if later.level <= one.level)
            start = min(one.end + 1, len(text))
            body = text[start : next(after, len(text))].rstrip()
            return Section(body=body, start=start, end=start + len(body))
    return None


def named(*names: str, levels: Sequence[int] = (2,)) -> Callable[[Heading], bool]:
    """Return what tells a heading of these levels by its words, in any case."""
    return lambda one: one.level in levels and one.text.casefold() in names


def field(text: str, name: str) -> str | None:
    """Return the value of `**Name:** value`, `Name: value` or a row `| Name | value |`."""
    label = re.escape(name)
    for pattern in (rf"^[ \t]*\*\*{label}:\*\*[ \t]*(.+)", rf"^{label}:[ \t]*(.+)"):
        if match := re.search(pattern, text, re.IGNORECASE | re.MULTILINE):
            return match[1].strip()
    match = _row(text, name)
    return match[1].strip() if match else None


def with_field(text: str, name: str, value: str) -> str | None:
    """Return the text with the field's first place set; None where it has no such field."""
    label = re.escape(name)
    for pattern in (rf"^([ \t]*\*\*{label}:\*\*[ \t]*)(.*)$", rf"^({label}:[ \t]*)(.*)"):
        if match := re.search(pattern, text, re.IGNORECASE | re.MULTILINE):
            gap = "" if not value or match[1].endswith((" ", "\t")) else " "
            return f"{text[: match.start()]}{match[1]}{gap}{value}{text[match.end() :]}"
    if match := _row(text, name):
        return text[: match.start(1)] + value + text[match.end(1) :]
    return None


def _row(text: str, name: str) -> re.Match[str] | None:
    pattern = rf"^\|[ \t]*{re.escape(name)}[ \t]*\|[ \t]*([^|\n]*?)[ \t]*\|[ \t]*$"
    return re.search(pattern, text, re.IGNORECASE | re.MULTILINE)


@functools.lru_cache(maxsize=8)
def without_fences(text: str) -> str:
    """Return the text with the lines of code fences left empty."""
    kept, at = [], 0
    for start, end in _fenced(text):
        kept += [text[at:start], "\n" * text.count("\n", start, end)]
        at = end
    return "".join([*kept, text[at:]])
