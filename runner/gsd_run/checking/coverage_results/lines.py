"""Lines or statements of files with how often each ran, as coverage reports list them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from gsd_run.domain.measurement import FileCoverage


class Tally(Struct, frozen=True):
    """How many statements of a file there are, and how many of them never ran."""

    path: str
    statements: int
    missing: int


def tallied(hits: Iterable[tuple[str, str, int]]) -> list[Tally]:
    """Add up (path, statement, times): one that is listed several times ran if it did once."""
    files: dict[str, dict[str, int]] = defaultdict(dict)
    for path, statement, times in hits:
        files[path][statement] = max(times, files[path].get(statement, 0))
    return [
        Tally(path, len(found), sum(not times for times in found.values()))
        for path, found in files.items()
    ]


def placed(tallies: Iterable[Tally], bases: Iterable[Path], root: Path) -> Iterator[FileCoverage]:
    """Return the figures of files of the project, by their paths in it.

    A relative path is looked for in each of `bases`, in that order.
    """
    folders = list(dict.fromkeys(bases))
    for one in tallies:
        path = in_project(one.path, folders, root)
        if path:
            reached = one.statements - one.missing
            yield FileCoverage(
                path=path,
                percent=100 * reached / one.statements if one.statements else 100.0,
                statements=one.statements,
                missing=one.missing,
            )


def in_project(path: str, bases: Iterable[Path], root: Path) -> str:
    """Return a report's path relative to the root of the project, "" if it is no file of it."""
    for base in bases:
        place = (base / path.replace("\\", "/")).resolve()
        if place.is_file() and place.is_relative_to(root):
            return place.relative_to(root).as_posix()
    return ""
