"""Test runs of one command: from the files that it wrote, else from its closing lines.

A closing line counts only when the program that wrote it is a test runner, when nothing behind
it in the pipe can have changed or dropped such a line, and when it agrees with the runner's
exit status.
"""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from gsd_run.checking.test_results.called import Called, called
from gsd_run.checking.test_results.counts import COLOURS, Counts, added
from gsd_run.checking.test_results.junit import Unreadable, junit_counts, test_run
from gsd_run.checking.test_results.reports import written_reports
from gsd_run.checking.test_results.table import RUNNERS, Runner
from gsd_run.domain import lazy
from gsd_run.domain.measurement import CommandRun, TestRun
from gsd_run.outside.shell import Pipeline

KEEPS_ALL = frozenset({"cat", "tee"})
KEEPS_END = KEEPS_ALL | {"tail"}
_DOCUMENT = lazy.pattern(r"<testsuites?[\s>].*</testsuites?>", re.DOTALL)


def runner_of(pipeline: Pipeline, folder: Path | None = None) -> str | None:
    """Return the name of the first test runner that a command calls, if it calls one."""
    for member in pipeline.members:
        found = called(member, folder)
        if found:
            return found.runners[0]
    return None


def from_closing_lines(
    pipeline: Pipeline,
    run: CommandRun,
    *,
    command: int,
    folder: Path | None = None,
    own: Mapping[int, str] | None = None,
) -> tuple[TestRun, ...]:
    """Read the closing lines of the runners that a command called.

    `pipeline` is the command as the shell's grammar has it, `folder` where it ran, and `own`
    what each member of the pipe wrote, where that is known. Nothing comes back when no runner
    was called, or its result can't be told with certainty.
    """
    for place, member in enumerate(pipeline.members):
        found = called(member, folder)
        if found is None or len(run.statuses) != len(pipeline.members):
            continue
        outputs = _outputs(pipeline, run, place, found, own or {})
        if outputs is None:
            return ()
        by_runner = {
            name: _counts(RUNNERS[name], *outputs, times=times, found=found)
            for name, times in Counter(found.runners).items()
        }
        whole = added(counts for counts in by_runner.values() if counts is not None)
        if None in by_runner.values() and not whole.failed + whole.errors:
            return ()
        if not _agrees(whole, run.statuses[place]):
            return ()
        return tuple(
            test_run(counts, command, name, "closing line")
            for name, counts in by_runner.items()
            if counts is not None
        )
    return ()


def from_reports(
    pipeline: Pipeline,
    run: CommandRun,
    *,
    command: int,
    folder: Path,
    times: tuple[float, float | None],
) -> tuple[TestRun, ...]:
    """Read the JUnit XML that a command wrote into the project between two `times`."""
    for place, member in enumerate(pipeline.members):
        found = called(member, folder)
        if found is None or len(run.statuses) != len(pipeline.members):
            continue
        documents = written_reports(found, since=times[0], until=times[1])
        if not documents or len(set(found.runners)) > 1:
            return ()
        name = found.runners[0]
        try:
            counts = junit_counts(documents, runner=name)
        except Unreadable:
            return ()
        agrees = _agrees(counts, run.statuses[place])
        return (test_run(counts, command, name, "junit"),) if agrees else ()
    return ()


def _agrees(counts: Counts, status: int) -> bool:
    """Tell whether counts and exit status say the same; where no test ran, the status is free."""
    unhappy = counts.failed + counts.errors > 0
    none_ran = not (counts.passed + counts.uncounted or unhappy)
    return none_ran or unhappy == (status != 0)


def _outputs(
    pipeline: Pipeline, run: CommandRun, place: int, found: Called, own: Mapping[int, str]
) -> tuple[str, str | None] | None:
    """Return what a member of a pipe wrote to stdout and to stderr, None if that is not known.

    Without a stderr, that is joined with stdout.
    """
    joined = re.search(r">&1|&>|\|&", pipeline.text) is not None
    if place in own:
        stdout = COLOURS.sub("", own[place])
        return stdout, None if joined else COLOURS.sub("", run.stderr)
    once = all(RUNNERS[name].once for name in found.runners)
    keeps = KEEPS_END if once and len(found.runners) == 1 else KEEPS_ALL
    if not all(after.program in keeps for after in pipeline.members[place + 1 :]):
        return None
    return COLOURS.sub("", run.stdout), None if joined else COLOURS.sub("", run.stderr)


def _counts(
    runner: Runner, stdout: str, stderr: str | None, *, times: int, found: Called
) -> Counts | None:
    """Return what a runner's closing blocks say together; None if that can't be told.

    They count where the runner writes them: what tests print mostly goes to the other output,
    which is looked at when a script may have joined the two, and for a word that none ran. One
    call writes one block; of more, the last is its own. Several calls must have written as many,
    or fewer when one of them failed and ended the rest.
    """
    if any("junit" in word.lower() for word in found.arguments) and _DOCUMENT.search(stdout):
        return _document(stdout)
    streams = (stdout, stderr or "")
    if runner.on_stderr and stderr is not None:
        streams = (stderr, stdout)
    blocks = runner.read("\n".join(streams) if _joined(runner) else streams[0])
    if not blocks:
        other = runner.read(streams[1])
        blocks = other if found.by_script or all(one == Counts() for one in other) else []
    if not blocks or (found.others and not runner.once):
        return None
    if times == 1:
        return blocks[-1] if runner.once else added(blocks)
    whole = added(blocks)
    broke_off = len(blocks) < times and whole.failed + whole.errors > 0
    return whole if len(blocks) == times or broke_off or not runner.once else None


def _document(stdout: str) -> Counts | None:
    """Return the tests of the one JUnit XML document that a runner was asked to print."""
    found = _DOCUMENT.search(stdout)
    if not found or stdout.count("<testsuites") != 1 or stdout.count("</testsuites>") != 1:
        return None
    try:
        return junit_counts([found[0].encode()], runner="")
    except Unreadable:
        return None


def _joined(runner: Runner) -> bool:
    """Tell whether a runner's closing lines need the other stream's details."""
    return runner in (RUNNERS["vitest"], RUNNERS["gradle"], RUNNERS["gradle build"])
