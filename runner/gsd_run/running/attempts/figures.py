"""Measured figures by name, for steps that write figures into code."""

from gsd_run.domain.measurement import Measurement, TestRun
from gsd_run.domain.run import RunState


def figures(state: RunState) -> dict[str, str]:
    """Return the newest figures: `coverage:PATH`, `tests:passed`, …, with `base:` as at the base.

    The tests are those of the largest test run that was measured.
    """
    base = state.started.base_tree
    whole = [one for one in state.measured.values() if not one.without]
    at_base = [one.measurement for one in whole if one.tree == base]
    later = [one.measurement for one in whole if one.tree != base]
    return {
        **_named("base:", at_base),
        **_named("", later or at_base),
    }


def _named(prefix: str, measurements: list[Measurement]) -> dict[str, str]:
    found = {
        f"{prefix}coverage:{file.path}": f"{file.percent:.1f}"
        for measurement in measurements
        for file in measurement.coverage
    }
    largest = largest_run(measurements)
    if largest is None:
        return found
    percent = 100 * largest.passed / largest.collected if largest.collected else 0.0
    return {
        **found,
        f"{prefix}tests:passed": str(largest.passed),
        f"{prefix}tests:failed": str(largest.failed + largest.errors),
        f"{prefix}tests:collected": str(largest.collected),
        f"{prefix}tests:rate": f"{percent:.1f}",
    }


def largest_run(measurements: list[Measurement]) -> TestRun | None:
    """Return the test run that collected most; of equals the newest."""
    best: TestRun | None = None
    for measurement in measurements:
        for run in measurement.tests:
            if run.collected and (best is None or run.collected >= best.collected):
                best = run
    return best
