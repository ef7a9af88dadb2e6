"""Which of the plan's commands show what a statement says: the one that fits, or every one."""

from collections.abc import Callable, Sequence

from gsd_run.checking.predicates.coverage import covered
from gsd_run.domain.claim import Expectation, ScriptCheck, ScriptSource
from gsd_run.domain.measurement import Measurement

Measured = tuple[ScriptSource, Measurement]
_ABOUT_COVERAGE = {"coverage_at_least", "coverage_above", "coverage_before", "coverage_kept"}


def chosen(
    check: ScriptCheck,
    measure: Callable[[ScriptSource], Measurement],
    before: Callable[[ScriptSource], Measurement | None],
) -> tuple[tuple[Measured, ...], str]:
    """Return the measurements by which a check is judged, or why none can be named.

    Sources are measured in order until one fits. A number of tests is that of the first run which
    collects so many; if none does, of the one that did at the base commit. It is not told which
    run was meant if there never was one, nor if another run contradicts the one that fits.
    """
    first = check.sources[0]
    if len(check.sources) == 1:
        return ((first, measure(first)),), ""
    if check.every:
        return tuple((source, measure(source)) for source in check.sources), ""
    count = next((one for one in check.expectations if one.kind == "tests_passed"), None)
    if count is not None:
        return _counting(count, [(source, measure(source)) for source in check.sources], before)
    for source in check.sources:
        measurement = measure(source)
        if _fits(check.expectations, measurement):
            return ((source, measurement),), ""
    return ((first, measure(first)),), ""


def _counting(
    count: Expectation,
    all_measured: Sequence[Measured],
    before: Callable[[ScriptSource], Measurement | None],
) -> tuple[tuple[Measured, ...], str]:
    wanted = count.total or int(count.number or 0)
    fitting = [one for one in all_measured if _collects(wanted, one[1])]
    if not fitting:
        then = [(one, before(one[0])) for one in all_measured]
        meant = [one for one, past in then if past is not None and _collects(wanted, past)]
        if meant or _same_tests([one for _, one in all_measured]):
            return ((meant or all_measured)[0],), ""
        return (all_measured[0],), f"none of {len(all_measured)} test runs is one of {wanted} tests"
    best = fitting[0]
    for other in all_measured:
        if other[1].key != best[1].key and (name := contradiction(best[1], other[1])):
            both = f"{best[0].claim} and {other[0].claim}"
            reason = f"the commands of {both} contradict each other ({name})"
            return (best, other), reason
    return (best,), ""


def _same_tests(all_measured: Sequence[Measurement]) -> bool:
    """Tell whether all measurements ran the very same tests, each in one run."""
    named = [
        sorted((case.file, case.name) for case in one.tests[0].cases)
        for one in all_measured
        if len(one.tests) == 1 and one.tests[0].named
    ]
    return len(named) == len(all_measured) and all(one == named[0] != [] for one in named)


def _collects(number: int, measurement: Measurement) -> bool:
    runs = measurement.tests
    return any(run.collected == number for run in runs) or (
        len(runs) > 1 and sum(run.collected for run in runs) == number
    )


def contradiction(one: Measurement, other: Measurement) -> str:
    """Return a test that passes in one measurement and fails in another, or what hides that."""
    passed = {case.name for run in one.tests for case in run.cases if case.outcome == "passed"}
    failing = [
        case.name
        for run in other.tests
        for case in run.cases
        if case.outcome in {"failed", "error"}
    ]
    both = [name for name in failing if name in passed]
    if both:
        return both[0]
    failed = sum(run.failed + run.errors for run in other.tests)
    unnamed = failed > len(failing) or (failed > 0 and not passed)
    return f"{failed} failing tests, not all known by name" if unnamed else ""


def _fits(expectations: Sequence[Expectation], measurement: Measurement) -> bool:
    """Tell whether a measurement is about what the expectations speak of."""
    for expectation in expectations:
        if expectation.kind in _ABOUT_COVERAGE:
            return covered(expectation.value, measurement.coverage)[0] is not None
        if expectation.kind == "tests_at_least":
            wanted = expectation.number or 1
            return any(run.collected >= wanted for run in measurement.tests)
    return bool(measurement.tests)
