"""Cells of Markdown tables, changed where they stand."""

import itertools
import re
from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

_BAR = re.compile(r"(?<!\\)\|")
_DELIMITER = re.compile(r"^[^\S\n]*\|[ \t]*:?-[-:| \t]*$", re.MULTILINE)


class Cell(Struct, frozen=True, kw_only=True):
    """A cell between its bars, spaces included, and where it lies in the text."""

    text: str
    start: int
    end: int


def cells_of(line: str, start: int = 0) -> tuple[Cell, ...]:
    """Return the cells of a row that starts at `start` of its text."""
    left = len(line) - len(line.lstrip())
    right = len(line.rstrip())
    left += line[left:right].startswith("|")
    right -= line[left:right].endswith("|")
    bars = [left - 1, *(left + one.start() for one in _BAR.finditer(line[left:right])), right]
    return tuple(
        Cell(text=line[a + 1 : b], start=start + a + 1, end=start + b)
        for a, b in itertools.pairwise(bars)
    )


def plain(cell: Cell) -> str:
    """Return what a cell says."""
    return re.sub(r"\\([\\|])", r"\1", cell.text.strip())


def tables(text: str) -> Iterator[tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]]:
    """Return each table's column names and rows."""
    after = 0  # the end of the last table
    for rule in _DELIMITER.finditer(text):
        start = text.rfind("\n", 0, max(rule.start() - 1, 0)) + 1
        head = text[start : max(rule.start() - 1, 0)]
        if start < after or not head.lstrip().startswith("|"):
            continue
        names = tuple(plain(cell) for cell in cells_of(head, start))
        if len(cells_of(rule[0])) != len(names):
            continue
        rows = []
        after = rule.end() + 1
        while (line := _line_at(text, after)).lstrip().startswith("|"):
            rows.append(cells_of(line, after))
            after += len(line) + 1
        yield names, tuple(rows)


def _line_at(text: str, start: int) -> str:
    end = text.find("\n", start)
    return text[start : end if end >= 0 else len(text)]


def with_cell(
    text: str,
    wanted: Callable[[Mapping[str, str]], bool],
    column: str,
    changed: Callable[[str], str],
) -> str | None:
    """Return the text with one cell changed, None where there is no such cell.

    It is that of the first row wanted, in the first table that has the column.
    """
    for names, rows in tables(text):
        if column not in names:
            continue
        place = names.index(column)
        for row in rows:
            said = {name: plain(cell) for name, cell in zip(names, row, strict=False)}
            if place < len(row) and wanted(said):
                cell = row[place]
                new = changed(plain(cell))
                if new == plain(cell):
                    return text
                return text[: cell.start] + new + text[cell.end :]
        return None
    return None
