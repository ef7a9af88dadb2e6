"""Coverage as coverage.py measured it, as FileCoverage values with paths of the project."""

import configparser
import contextlib
import sqlite3
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from gsd_run.checking.coverage_results.unreadable import Unreadable
from gsd_run.domain.measurement import FileCoverage
from gsd_run.outside.confinement import Confinement, run_confined


class _Summary(Struct):
    percent_covered: float
    num_statements: int
    missing_lines: int


class _File(Struct):
    summary: _Summary


class _Report(Struct):
    files: dict[str, _File]


def read_data(
    data: Path, *, root: Path, environment: Mapping[str, str], reader: tuple[str, Confinement]
) -> tuple[FileCoverage, ...]:
    """Turn a coverage.py data file into figures, by the project's own coverage.py and settings.

    `reader` is the project's interpreter and how it is run. Writes beside the data file only. Files
    outside of `root` are left out.

    Raises:
        Unreadable: coverage.py is missing in the project, or can't read the data.
    """
    root = root.resolve()
    python, confinement = reader
    folder = _settings_folder(_measured(data), root)
    report = data.with_name("coverage.json")
    argv = [python, "-m", "coverage", "json", "-i", "-q", f"--data-file={data}", "-o", str(report)]
    finished = run_confined(
        confinement, argv, cwd=folder, env=environment, timeout=120, writes=(data.parent,)
    )
    # The status tells whether the project's own threshold was reached; the figures are there
    # in either case.
    if not report.exists():
        said = (finished.stderr or finished.stdout).strip() or f"status {finished.status}"
        raise Unreadable(f"coverage data was written but can't be read: {said}")
    return from_json(report.read_bytes(), folder=folder, root=root)


def from_json(report: bytes, *, folder: Path, root: Path) -> tuple[FileCoverage, ...]:
    """Read a report of `coverage json` that was made in `folder`.

    Raises:
        Unreadable: it has not the form of such a report.
    """
    try:
        files = msgspec.json.decode(report, type=_Report).files
    except msgspec.DecodeError as error:
        raise Unreadable(f"the coverage report can't be read: {error}") from error
    found = []
    for path, file in files.items():
        place = (folder / path).resolve()
        if not place.is_relative_to(root):
            continue
        found.append(
            FileCoverage(
                path=place.relative_to(root).as_posix(),
                percent=file.summary.percent_covered,
                statements=file.summary.num_statements,
                missing=file.summary.missing_lines,
            )
        )
    return tuple(sorted(found, key=lambda one: one.path))


def _measured(data: Path) -> tuple[Path, ...]:
    """Return the files named in the data: absolute, or relative to where the tests ran."""
    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(sqlite3.connect(f"{data.as_uri()}?mode=ro", uri=True)) as database,
    ):
        return tuple(Path(path) for (path,) in database.execute("SELECT path FROM file"))
    return ()


def _settings_folder(files: tuple[Path, ...], root: Path) -> Path:
    """Return the folder in which the tests most likely ran: its settings and paths hold.

    Paths in the data say it when they are relative. Otherwise it is the folder with coverage
    settings nearest above the measured files.
    """
    relative = [path for path in files if not path.is_absolute()]
    if relative:
        near = [root, *sorted(path for path in root.glob("[!.]*") if path.is_dir())]
        return max(near, key=lambda folder: sum((folder / path).exists() for path in relative))
    inside = [path for path in files if path.is_relative_to(root)]
    for folder in _above(inside, root):
        if _has_settings(folder):
            return folder
    return root


def _above(files: list[Path], root: Path) -> Iterator[Path]:
    common = [set(path.parents) for path in files]
    shared = set.intersection(*common) if common else set()
    yield from sorted(
        (folder for folder in shared if folder.is_relative_to(root)),
        key=lambda folder: -len(folder.parts),
    )


def _has_settings(folder: Path) -> bool:
    if (folder / ".coveragerc").is_file():
        return True
    for name in ("setup.cfg", "tox.ini"):
        parser = configparser.RawConfigParser()
        with contextlib.suppress(configparser.Error, UnicodeDecodeError):
            parser.read(folder / name, encoding="utf-8")
        if any(section.startswith("coverage:") for section in parser.sections()):
            return True
    with contextlib.suppress(OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        settings = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
        return "coverage" in settings.get("tool", {})
    return False
