"""Which parts of a plan's body only show tags instead of setting them.

Code fences, comments and CDATA sections hide the tags in them, but only where they are what they
seem: authors forget closing fences and nest fences of the same length, and a mask taken from
CommonMark alone swallows whole tasks. A region that would close an element opened outside it is
no mask.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from msgspec import Struct

from gsd_run.domain import lazy
from gsd_run.reading.tokens import Token
from gsd_run.reading.vocabulary import CONTAINERS, KNOWN

DEEPEST_FENCE = 3

# The patterns start with what is rare, so that a search skips through the rest of a text.
_BACKTICKS = lazy.pattern(r"```(`*)([^`\n]*)$", re.MULTILINE)
_TILDES = lazy.pattern(r"~~~(~*)([^\n]*)$", re.MULTILINE)
_MARKER = lazy.pattern(r"[ \t]*(?:[-*+][ \t]+|\d{1,3}[.)][ \t]+)?")


class Region(Struct, frozen=True, order=True):
    """Part of a text, from the start of its first line to the end of its last."""

    start: int
    end: int


class Fence(Struct, frozen=True):
    """One fence line: the start of the line, of its mark, its end, and what follows the mark."""

    line_start: int
    start: int
    end: int
    mark: str
    language: str

    @property
    def indent(self) -> int:
        """Return how far in the fence stands, where only blanks are before it."""
        return self.start - self.line_start


class FencePair(Struct, frozen=True):
    """An opening fence and, where there is one, the fence that closes it."""

    opening: Fence
    closing: Fence | None
    depth: int


class Masks:
    """The masked regions of a text, without overlap."""

    def __init__(self, regions: list[Region]) -> None:
        self._starts = [region.start for region in regions]
        self._ends = [region.end for region in regions]

    def end_of(self, position: int) -> int:
        """Return the end of the region around a position, or 0 where it is in none."""
        i = bisect_right(self._starts, position) - 1
        return self._ends[i] if i >= 0 and position < self._ends[i] else 0


def fence_pairs(text: str) -> list[FencePair]:
    """Return the fences of a text with what closes them, outer before inner.

    A fence with a language can't close, so inside another one it opens an inner one; a bare
    fence closes the innermost one of its kind and length, or opens one where none is open.
    """
    open_fences: list[Fence] = []
    pairs: list[FencePair] = []
    for fence in _fences_of(text):
        top = open_fences[-1] if open_fences else None
        if not fence.language and top and fence.mark.startswith(top.mark):
            open_fences.pop()
            pairs.append(FencePair(top, fence, len(open_fences)))
        else:
            open_fences.append(fence)
    pairs.extend(FencePair(fence, None, depth) for depth, fence in enumerate(open_fences))
    return sorted(pairs, key=lambda pair: pair.opening.start)


def _fences_of(text: str) -> Iterator[Fence]:
    matches = list(_BACKTICKS.finditer(text)) if "```" in text else []
    if "~~~" in text:
        matches = sorted((*matches, *_TILDES.finditer(text)), key=re.Match.start)
    for match in matches:
        line_start = text.rfind("\n", 0, match.start()) + 1
        if _MARKER.fullmatch(text, line_start, match.start()):
            mark = text[match.start() : match.end(1)]
            yield Fence(line_start, match.start(), match.end(), mark, match[2].strip())


def masked_regions(text: str, tokens: list[Token], *, fences_at_root: bool = True) -> Masks:
    """Return the masks of a body; `fences_at_root` hides tags in fences outside of elements too."""
    cdata = frozenset(_marked(text, "<![CDATA[", "]]>"))
    candidates = sorted((*_fences(text), *comments(text), *cdata))
    if not candidates:
        return Masks([])
    # a tag right after a backtick is only mentioned
    marks = [
        token
        for token in tokens
        if token.name in KNOWN and text[token.start - 1 : token.start] != "`"
    ]
    starts = [token.start for token in marks]
    masked: list[Region] = []
    stack: list[str] = []
    at = 0
    for region in candidates:
        if masked and region.start < masked[-1].end:
            continue
        at = _follow(marks, at, region.start, stack)
        inside = marks[at : bisect_right(starts, region.end, at)]
        if not fences_at_root and not stack and text.startswith(("`", "~"), region.start):
            continue
        if region in cdata or not _closes_outside(inside, stack):
            masked.append(region)
            at = bisect_left(starts, region.end)
    return Masks(masked)


def comments(text: str) -> Iterator[Region]:
    """Yield the HTML comments of a text."""
    yield from _marked(text, "<!--", "-->")


def _fences(text: str) -> Iterator[Region]:
    for pair in fence_pairs(text):
        if pair.closing is not None and pair.depth < DEEPEST_FENCE:
            yield Region(pair.opening.start, pair.closing.end)


def _marked(text: str, opening: str, closing: str) -> Iterator[Region]:
    position = text.find(opening)
    while position >= 0:
        end = text.find(closing, position + len(opening))
        if end < 0:
            return
        yield Region(position, end + len(closing))
        position = text.find(opening, end)


def _follow(tokens: list[Token], at: int, limit: int, stack: list[str]) -> int:
    """Bring the stack of open elements to a position; return the first token after it."""
    while at < len(tokens) and tokens[at].start < limit:
        token = tokens[at]
        if token.opens:
            stack.append(token.name)
        elif token.name in stack[-40:]:
            while stack.pop() != token.name:
                pass
        at += 1
    return at


def _closes_outside(tokens: list[Token], stack: list[str]) -> bool:
    """Tell whether the tokens close an element that is open around them, innermost first."""
    inside: list[str] = []
    leaves = []
    for name in reversed(stack[-40:]):
        leaves.append(name)
        if name in CONTAINERS:
            break
    if len(leaves) > 1:
        leaves.pop()  # the container can't be closed before what is open in it
    for token in tokens:
        if token.opens:
            inside.append(token.name)
        elif token.name in inside[-40:]:
            while inside.pop() != token.name:
                pass
        elif token.name in leaves:
            return True
    return False
