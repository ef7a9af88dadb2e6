"""The lines of a file that come closest to a text that is not there, side by side with it."""

import difflib
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest

from msgspec import Struct

COLUMN = 48  # characters of a line that are shown
ROWS = 24
ALIKE = 0.6  # how alike two lines must be to be worth showing, from 0 to 1
SEARCHED = 20_000  # lines; in longer files only equal lines are looked for
VISIBLE = str.maketrans({" ": "·", "\t": "→", "\r": "␍", "\u00a0": "⍽"})


class Row(Struct, frozen=True):
    """A given line beside one of the file; None where the other side has no such line."""

    given: str | None
    line: int  # of the file, from 1; 0 without one
    there: str | None


def nearest(text: str, wanted: str) -> str:
    """Return the closest lines of a text beside the wanted ones, indented; "" if none is close.

    Lines that differ are marked with `!`. Where two differ in white space alone, it is made
    visible: · for a space, → for a tab, ␍ for a carriage return, ⍽ for a no-break space.
    """
    given, lines = _lines(wanted), _lines(text)
    while len(given) > 1 and not given[-1].strip():
        given.pop()
    starts = _starts(given, lines)
    if not starts:
        return ""
    if len(given) == 1:
        rows = [Row(given[0], at + 1, lines[at]) for at in starts]
    else:
        rows = _beside(given, lines, starts[0])
    return _shown(rows)


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n")


def _starts(given: Sequence[str], lines: Sequence[str]) -> list[int]:
    """Return where the given lines could begin in the file, the best first, from 0."""
    votes: Counter[int] = Counter()
    where: dict[str, list[int]] = {}
    for at, line in enumerate(lines):
        where.setdefault(_plain(line), []).append(at)
    for number, line in enumerate(given):
        plain = _plain(line)
        for at in where.get(plain, []) if plain else []:
            votes[at - number] += len(plain)
    if not votes and len(lines) <= SEARCHED:
        # Nothing is as given: the line that says most is looked for among those like it.
        number = max(range(len(given)), key=lambda one: len(given[one].strip()))
        for at, score in _alike(given[number], lines):
            votes[at - number] = round(1000 * score)
    if len(given) == 1:
        return sorted(at for at, _ in votes.most_common(3))
    return [start for start, _ in votes.most_common(1)]


def _plain(line: str) -> str:
    return " ".join(line.split())


def _alike(wanted: str, lines: Sequence[str]) -> Iterator[tuple[int, float]]:
    matcher = difflib.SequenceMatcher(autojunk=False)
    matcher.set_seq2(_plain(wanted))
    for at, line in enumerate(lines):
        matcher.set_seq1(_plain(line))
        if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
            continue
        if (score := matcher.ratio()) >= ALIKE:
            yield at, score


def _beside(given: Sequence[str], lines: Sequence[str], start: int) -> list[Row]:
    """Pair the given lines with those of the file around a place, allowing for more and fewer."""
    first = max(0, start - 2)
    window = lines[first : max(0, start) + len(given) + 2]
    matcher = difflib.SequenceMatcher(
        None, [_plain(line) for line in given], [_plain(line) for line in window], autojunk=False
    )
    rows: list[Row] = []
    for tag, one, end, other, last in matcher.get_opcodes():
        here = range(other, last)
        if tag == "replace" and one == 0 and last - other > end:
            # Lines above what was given are none of the matter.
            here = range(last - end, last)
        pairs = zip_longest(given[one:end], here)
        rows += [
            Row(want, first + at + 1 if at is not None else 0,
                window[at] if at is not None else None)
            for want, at in pairs
        ]  # fmt: skip
    while rows and rows[0].given is None:
        rows.pop(0)
    while rows and rows[-1].given is None:
        rows.pop()
    return rows


def _shown(rows: Sequence[Row]) -> str:
    numbers = max(len(str(row.line)) for row in rows)
    # A single line is compared with several; among more, those that agree need no width.
    cells = [_cells(row) for row in rows]
    width = max(5, *(len(given) for given, _ in cells))
    told = [f"  {'':{numbers}}   {'given':{width}}  in the file"]
    for same, group in groupby(zip(rows, cells, strict=True), lambda pair: _same(pair[0])):
        held = list(group)
        if same and len(held) > 5:  # noqa: PLR2004 - two of context on either side, and one left out
            held = [*held[:2], (Row(None, 0, None), ("…", "…")), *held[-2:]]
        for row, (given, there) in held:
            number = str(row.line) if row.line else ""
            mark = " " if same else "!"
            told.append(f"  {number:>{numbers}} {mark} {given:{width}}  {there}".rstrip())
    if len(told) > ROWS:
        told = [*told[:ROWS], f"  … {len(told) - ROWS} more lines"]
    return "".join(f"\n{line}" for line in told)


def _same(row: Row) -> bool:
    return row.given == row.there


def _cells(row: Row) -> tuple[str, str]:
    given, there = row.given, row.there
    if given is None or there is None:
        return _cut(given or "", 0), _cut(there or "", 0)
    if given != there and _bare(given) == _bare(there):
        given, there = given.translate(VISIBLE), there.translate(VISIBLE)
    differs = next(
        (at for at, (one, other) in enumerate(zip(given, there, strict=False)) if one != other),
        min(len(given), len(there)),
    )
    return _cut(given, differs), _cut(there, differs)


def _bare(line: str) -> str:
    return "".join(line.split())


def _cut(line: str, differs: int) -> str:
    """Return a line as wide as a column, so that the place where it differs is in it."""
    line = line.replace("\t", "→").replace("\r", "␍")
    if len(line) <= COLUMN:
        return line
    start = 0 if differs < COLUMN - 8 else differs - 16
    cut = line[start : start + COLUMN - 2]
    return f"{'…' if start else ''}{cut}{'…' if start + len(cut) < len(line) else ''}"
