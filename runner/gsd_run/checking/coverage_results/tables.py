"""The table of coverage that Istanbul's tools print: jest, vitest, c8 and nyc."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from gsd_run.domain import lazy
from gsd_run.domain.measurement import FileCoverage

_HEAD = lazy.pattern(
    r"^File +\| +% Stmts +\| +% Branch +\| +% Funcs +\| +% Lines +\|", re.MULTILINE
)
_ROW = lazy.pattern(
    r"^(?P<indent> *)(?P<name>\S.*?) *\| +(?P<statements>[\d.]+) +\|(?: +[\d.]+ +\|){3}"
)
_NOT_ENTERED = frozenset({"node_modules", ".git", ".venv", "venv", "dist", "build", "coverage"})
MOST_FILES = 50_000


def from_tables(output: str, root: Path) -> list[FileCoverage]:
    """Return the statements' percentages of the last table in an output.

    The table has rounded percentages only, and names that may lack their first folders; one
    that fits none or several files of the project is left out.
    """
    heads = list(_HEAD.finditer(output))
    if not heads:
        return []
    rows = list(_rows(output[heads[-1].end() :]))
    files = _files(root, {path.rpartition("/")[2] for path, _ in rows}) if rows else []
    found = []
    for path, percent in rows:
        fitting = [file for file in files if f"/{file}".endswith(f"/{path}")]
        exact = [file for file in fitting if file == path]
        if len(exact or fitting) == 1:
            one = (exact or fitting)[0]
            found.append(
                FileCoverage(path=one, percent=percent, statements=0, missing=0, counted=False)
            )
    return found


def _rows(table: str) -> Iterator[tuple[str, float]]:
    """Return the files of a table; a folder has rows below it that are indented further."""
    rows = list[tuple[int, str, float]]()
    for line in table.splitlines():
        row = _ROW.match(line)
        if row:
            rows.append((len(row["indent"]), row["name"], float(row["statements"])))
        elif rows and not line.startswith("-"):
            break
    folder, depth = "", 0
    for place, (indent, name, percent) in enumerate(rows):
        if name == "All files":
            continue
        holds = place + 1 < len(rows) and rows[place + 1][0] > indent
        if holds:
            folder, depth = f"{name}/", indent
        elif not name.startswith("..."):
            yield (f"{folder}{name}" if indent > depth else name), percent


def _files(root: Path, names: set[str]) -> list[str]:
    found, seen = list[str](), 0
    for above, folders, files in os.walk(root):
        folders[:] = [one for one in folders if one not in _NOT_ENTERED and one[:1] != "."]
        seen += len(files)
        if seen > MOST_FILES:
            return []
        found += [
            (Path(above) / file).relative_to(root).as_posix() for file in files if file in names
        ]
    return found
