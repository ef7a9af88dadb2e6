"""What a script's commands brought to light: the results of tests, and coverage."""

import re
from collections.abc import Mapping
from pathlib import Path

from gsd_run.checking import coverage_results, test_results
from gsd_run.checking.measuring.command_runs import first_line
from gsd_run.checking.measuring.cutting import RUN_SCRIPTS, Cut, Places
from gsd_run.domain import lazy
from gsd_run.domain.measurement import CommandRun, FileCoverage, TestRun
from gsd_run.outside import processes
from gsd_run.outside.confinement import Confinement
from gsd_run.outside.recording import Record

# Words of commands that measure coverage.
COVERAGE_WORDS = lazy.pattern(
    r"cover|--cov\b|\b(?:c8|nyc|jacoco\w*|tarpaulin|llvm-cov|kcov|lcov|simplecov|gcovr?)\b|:cov\b"
)

MEASURE_COVERAGE = RUN_SCRIPTS | frozenset(
    {"c8", "cargo", "coverage", "dotnet-coverage", "gcovr", "geninfo", "go", "grcov", "kcov"}
    | {"lcov", "mix", "mvn", "nyc", "phpdbg", "python", "python3", "rake", "reportgenerator"}
)


def tests_of(
    cut: Cut,
    runs: Mapping[int, CommandRun],
    records: Mapping[int, Record],
    documents: Mapping[int, bytes],
    *,
    asked: bool,
) -> tuple[tuple[TestRun, ...], tuple[str, ...]]:
    """Return the test results, and notes of what should have been there and can't be read.

    `documents` is the JUnit XML that pytest wrote because it was `asked`, by command.
    """
    tests, notes = list[TestRun](), list[str]()
    for command, (number, run) in enumerate(runs.items()):
        written = [part for part in re.split(rb"(?=<\?xml )", documents[number]) if part.strip()]
        for document in written:
            try:
                tests.append(test_results.from_junit(document, command=command, runner="pytest"))
            except test_results.Unreadable as error:
                notes.append(f"{first_line(run.text)}: {error}")
        if written:
            continue
        record = records.get(number)
        runner = test_results.runner_of(cut.pipelines[number], record.folder if record else None)
        # Asked for results, pytest writes them unless it broke off: what looks like its closing
        # line then comes from something else.
        told: tuple[TestRun, ...] = ()
        if runner is not None and not (asked and runner == "pytest"):
            told = _told(cut, number, run, record, command)
        tests.extend(told)
        if runner is not None and not told:
            notes.append(f"{first_line(run.text)}: no results of {runner} can be read")
    return tuple(tests), tuple(notes)


def _told(
    cut: Cut, number: int, run: CommandRun, record: Record | None, command: int
) -> tuple[TestRun, ...]:
    """Return what a runner says by itself: its files, unless its closing lines say otherwise."""
    pipeline = cut.pipelines[number]
    if record is None:
        return test_results.from_closing_lines(pipeline, run, command=command)
    said = test_results.from_closing_lines(
        pipeline, run, command=command, folder=record.folder, own=record.own
    )
    times = (record.started, record.ended)
    written = test_results.from_reports(
        pipeline, run, command=command, folder=record.folder, times=times
    )
    same = sum(one.collected for one in said) == sum(one.collected for one in written)
    return written if written and (same or not said) else said


def coverage_of(
    places: Places,
    settings: Mapping[str, str],
    reader: tuple[str, Confinement],
    records: Mapping[int, Record],
    cut: Cut,
) -> tuple[tuple[FileCoverage, ...], tuple[str, ...]]:
    """Return the coverage that a script measured, and notes of what of it can't be read.

    `reader` is the project's interpreter and how it is run: coverage settings may name plugins.
    """
    found, notes = dict[str, FileCoverage](), list[str]()
    if places.coverage.exists():
        try:
            measured = coverage_results.read_data(
                places.coverage, root=places.root, environment=settings, reader=reader
            )
            found |= {one.path: one for one in measured}
        except (coverage_results.Unreadable, processes.ProgramNotFound) as error:
            notes.append(str(error))
    for one in _written(places.root, records, cut, notes):
        found.setdefault(one.path, one)
    return tuple(sorted(found.values(), key=lambda one: one.path)), tuple(notes)


def _written(
    root: Path, records: Mapping[int, Record], cut: Cut, notes: list[str]
) -> list[FileCoverage]:
    """Return the coverage in the reports of commands that run tests or speak of coverage."""
    folders, words, outputs, began = [root], list[str](), list[str](), list[float]()
    for number, record in records.items():
        pipeline = cut.pipelines[number]
        each = [test_results.called(member, record.folder) for member in pipeline.members]
        calls = [one for one in each if one]
        said = " ".join([pipeline.text, *(word for one in calls for word in one.arguments)])
        about = COVERAGE_WORDS.search(said) is not None
        measures = any(one.program in MEASURE_COVERAGE for one in pipeline.members)
        if not calls and not (about and measures):
            continue
        began.append(record.started)
        folders += [record.folder, *(folder for one in calls for folder in one.folders)]
        words += [word for member in pipeline.members for word in member.arguments]
        words += [word for one in calls for word in one.arguments]
        outputs += [*record.own.values(), record.stdout] if calls and about else []
    if not began:
        return []
    found, unread = coverage_results.written(
        folders, root=root, since=min(began), words=words, outputs=outputs
    )
    notes.extend(unread)
    return list(found)
