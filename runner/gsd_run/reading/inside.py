"""Elements inside of another one's text, such as <fails_when> in <verify>."""

import re
from collections.abc import Iterator

from msgspec import Struct

from gsd_run.domain.plan import Text
from gsd_run.reading.tags import trimmed


class Inside(Struct, frozen=True):
    """An element inside of a text: its attributes as written, its line, what it holds."""

    attributes: str
    line: int
    inner: Text


def inside_of(text: Text, name: str) -> list[Text]:
    """Return the texts of all elements of a name within a text, however it is spelled."""
    return [found.inner for found in elements_inside(text, name) if found.inner.text]


def elements_inside(text: Text, name: str) -> Iterator[Inside]:
    """Yield all elements of a name within a text, however it is spelled."""
    line, counted = text.line, 0
    for start, end in _matches(text.text, name):
        line += text.text.count("\n", counted, start.start())
        counted = start.start()
        inner = trimmed(text.text[start.end() : end.start()], line)
        yield Inside(start[1], line, inner)


def spans_of(text: str, name: str) -> Iterator[tuple[int, int]]:
    """Yield where the elements of a name start and end within a text."""
    for start, end in _matches(text, name):
        yield start.start(), end.end()


def _matches(text: str, name: str) -> Iterator[tuple[re.Match[str], re.Match[str]]]:
    """Yield opening and closing tags; every search goes forward."""
    if "<" not in text:
        return
    spelled = re.sub("[-_]", "[-_]", name)
    opening = re.compile(rf"(?<!`)<{spelled}s?(?![\w-])([^<>\n]{{0,400}})>", re.IGNORECASE)
    closing = re.compile(rf"</{spelled}s?\s{{0,20}}>", re.IGNORECASE)
    position = 0
    while (start := opening.search(text, position)) and (end := closing.search(text, start.end())):
        yield start, end
        position = end.end()
