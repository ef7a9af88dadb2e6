"""What a run measured before and after the work: tests and coverage."""

from gsd_run.domain import lazy
from gsd_run.domain.measurement import Measurement, TestRun
from gsd_run.domain.report import CoverageRow, TestsRow
from gsd_run.domain.run import RunState

_NAMES = lazy.pattern(r"[\w.-]*\w")  # of files, as they stand at the end of a path


def _measured(state: RunState, tree: str) -> list[Measurement]:
    return [one.measurement for one in state.measured.values() if one.tree == tree]


def tests_of(state: RunState) -> TestsRow | None:
    """Return the script whose tests are most, before and after."""
    assert state.ended is not None
    after = _largest(_measured(state, state.ended.tree))
    return _tests_row(state, *after) if after else None


def all_tests_of(state: RunState) -> tuple[TestsRow, ...]:
    """Return every script whose tests were run at the end, before and after."""
    assert state.ended is not None
    each = [_largest([one]) for one in _measured(state, state.ended.tree)]
    return tuple(_tests_row(state, *found) for found in each if found)


def _tests_row(state: RunState, script: Measurement, now: TestRun) -> TestsRow:
    at_base = [
        one for one in _measured(state, state.started.base_tree) if one.script == script.script
    ]
    then = _largest(at_base)
    before = then[1] if then else None
    bad_before, bad_now = _not_passed(before), _not_passed(now)
    return TestsRow(
        command=script.script,
        before=before,
        after=now,
        fixed=tuple(name for name in bad_before if name not in bad_now),
        broken=tuple(name for name in bad_now if name not in bad_before),
    )


def _largest(measurements: list[Measurement]) -> tuple[Measurement, TestRun] | None:
    runs = [(one, run) for one in measurements for run in one.tests if run.collected]
    return max(runs, key=lambda pair: pair[1].collected, default=None)


def _not_passed(run: TestRun | None) -> tuple[str, ...]:
    return tuple(case.name for case in run.cases if case.outcome != "passed") if run else ()


def coverage_of(state: RunState) -> tuple[CoverageRow, ...]:
    """Return the files that a coverage claim of the plan speaks of."""
    assert state.ended is not None
    words = {word for claim in state.claims for word in _NAMES.findall(claim.text)}
    before = {
        file.path: file.percent
        for one in _measured(state, state.started.base_tree)
        for file in one.coverage
    }
    after = {
        file.path: file.percent
        for one in _measured(state, state.ended.tree)
        for file in one.coverage
    }
    return tuple(
        CoverageRow(path=path, before=before.get(path), after=percent)
        for path, percent in after.items()
        if path.rsplit("/", 1)[-1] in words
    )
