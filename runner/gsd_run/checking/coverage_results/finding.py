"""Coverage reports that a script's commands wrote, and never those of another run."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from gsd_run.checking.coverage_results.documents import from_document
from gsd_run.checking.coverage_results.tables import from_tables
from gsd_run.checking.coverage_results.unreadable import Unreadable
from gsd_run.domain import lazy
from gsd_run.domain.measurement import FileCoverage

FILE_LIMIT = 128 * 1024 * 1024  # bytes of one report
# Where the tools write them unless told otherwise, the most exact first.
_USUAL = (
    "coverage/coverage-final.json", "coverage/lcov.info", "lcov.info", "coverage/lcov/lcov.info",
    "coverage.lcov", "coverage/cobertura-coverage.xml", "coverage.xml", "cobertura.xml",
    "coverage/cobertura.xml", "coverage/coverage.xml", "coverage.out", "cover.out", "cp.out",
    "coverage.txt", "c.out", "profile.cov", "target/site/jacoco/jacoco.xml",
    "build/reports/jacoco/test/jacocoTestReport.xml", "build/logs/clover.xml",
)  # fmt: skip
_SEARCHED = (
    "TestResults/*/coverage.cobertura.xml",
    "*/TestResults/*/coverage.cobertura.xml",
    "*/*/TestResults/*/coverage.cobertura.xml",
    "*/target/site/jacoco/jacoco.xml",
    "*/build/reports/jacoco/test/jacocoTestReport.xml",
)
_NAMED = lazy.pattern(r"(?:^|[=:,])(?P<path>[\w@./-]+\.(?:info|lcov|xml|json|out|cov|txt))$")
_FOLDERS = lazy.pattern(
    r"--(?:coverage\.reportsDirectory|coverageDirectory|reports-dir|report-dir)[= ]?(?P<path>\S*)"
)


def written(
    folders: Sequence[Path],
    *,
    root: Path,
    since: float,
    words: Sequence[str],
    outputs: Sequence[str],
) -> tuple[tuple[FileCoverage, ...], tuple[str, ...]]:
    """Return the coverage in reports written since a time, and notes of those that are damaged.

    `folders` are where commands ran, `words` theirs, which may name a report. Of a file that
    several reports have, the first counts. The tables in `outputs` stand for what no report has.
    """
    root = root.resolve()
    found, notes = dict[str, FileCoverage](), list[str]()
    for place in dict.fromkeys(_places([one.resolve() for one in folders], words)):
        try:
            state = place.stat()
            if state.st_mtime <= since or state.st_size > FILE_LIMIT or not place.is_file():
                continue
            read = from_document(place.read_bytes(), place=place, folders=tuple(folders), root=root)
        except OSError:
            continue
        except Unreadable as error:
            notes.append(f"{place.name}: {error}")
            continue
        for one in read or ():
            found.setdefault(one.path, one)
    if not found:
        found = {one.path: one for output in outputs for one in from_tables(output, root)}
    return tuple(found.values()), tuple(notes)


def _places(folders: Sequence[Path], words: Sequence[str]) -> Iterator[Path]:
    directories = [
        one for word in words if (said := _FOLDERS.match(word)) and (one := said["path"])
    ]
    for folder in folders:
        yield from (folder / one["path"] for word in words if (one := _NAMED.search(word)))
        for directory in directories:
            yield folder / directory / "coverage-final.json"
            yield folder / directory / "lcov.info"
        yield from (folder / usual for usual in _USUAL)
        for pattern in _SEARCHED:
            yield from sorted(folder.glob(pattern))
