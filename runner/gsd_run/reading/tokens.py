"""Where the tags of a text stand, found in one pass."""

import re
from bisect import bisect_right
from itertools import accumulate, repeat
from operator import add

from msgspec import Struct

from gsd_run.domain import lazy
from gsd_run.reading.vocabulary import canonical

_TOKEN = lazy.pattern(
    r"<(?:/([A-Za-z][\w.:-]{0,60})(?=\s{0,20}>|[ \t]{0,20}$)|([A-Za-z][\w.:-]{0,60})(?=[\s/>]))",
    re.MULTILINE,
)
_BLANK = lazy.pattern(r"[ \t]*")


class Token(Struct, frozen=True, gc=False):
    """One tag: where it starts, its name in GSD's spelling, whether it opens an element.

    `leads` tells whether only blanks stand before it on its line.
    """

    start: int
    name: str
    opens: bool
    leads: bool


class Lines:
    """Positions of a text as lines of its file."""

    def __init__(self, text: str, first_line: int) -> None:
        lengths = map(add, map(len, text.split("\n")), repeat(1))
        self._starts: list[int] = [0, *accumulate(lengths)]
        self._first = first_line

    def at(self, position: int) -> int:
        """Return the line of a position."""
        return bisect_right(self._starts, position) - 1 + self._first

    def start(self, position: int) -> int:
        """Return where the line of a position starts."""
        return self._starts[bisect_right(self._starts, position) - 1]

    def column(self, position: int) -> int:
        """Return the column of a position, counted from 1."""
        return position - self.start(position) + 1


def tokens_of(text: str) -> list[Token]:
    """Return the tags of a text: all that close, and those that open and lead their line."""
    found = []
    line_end = lead = -1
    for match in _TOKEN.finditer(text):
        start = match.start()
        if start >= line_end:
            line_start = text.rfind("\n", 0, start) + 1
            line_end = text.find("\n", start)
            line_end = len(text) if line_end < 0 else line_end
            blank = _BLANK.match(text, line_start)
            lead = blank.end() if blank else line_start
        closing, opening = match.groups()
        if opening is None:
            found.append(Token(start, canonical(closing), opens=False, leads=start == lead))
        elif start == lead:
            found.append(Token(start, canonical(opening), opens=True, leads=True))
    return found
