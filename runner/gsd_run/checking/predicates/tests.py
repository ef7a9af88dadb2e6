"""Test results: counts, rates, names; zero tests never pass, and none may vanish."""

import re
from collections.abc import Callable

from gsd_run.checking.predicates.observation import Observation, observed, ran
from gsd_run.domain.claim import Expectation
from gsd_run.domain.measurement import Measurement, TestRun

Predicate = Callable[[Expectation, Measurement, Measurement | None], Observation]


def counts(run: TestRun) -> str:
    """Say a test run's counts as its runner would."""
    words = ((run.failed, "failed"), (run.errors, "errors"), (run.skipped, "skipped"))
    return ", ".join(
        [f"{run.passed} passed", *(f"{number} {word}" for number, word in words if number)]
    )


def rate(run: TestRun) -> float:
    """Return the percentage of the collected tests that passed."""
    return 100 * run.passed / run.collected if run.collected else 0.0


def vanished(measurement: Measurement, before: Measurement | None) -> tuple[str, ...]:
    """Return the tests by name that the same script ran at the base and does not run now."""
    now = {case.name for run in measurement.tests for case in run.cases}
    then = [case.name for run in before.tests for case in run.cases] if before else []
    return tuple(name for name in then if name not in now) if now else ()


def _on_counts(
    holds: Callable[[Expectation, TestRun], bool], wanted: Callable[[Expectation], str]
) -> Predicate:
    """Make a predicate on the counts: some test run must fulfil it."""

    def predicate(
        expectation: Expectation, measurement: Measurement, before: Measurement | None
    ) -> Observation:
        if not measurement.tests:
            notes = "".join(f"; {note}" for note in measurement.notes)
            return observed("UNPROVEN", f"the command gave no test results{notes}", measurement)
        told = "; ".join(counts(run) for run in measurement.tests)
        gone = vanished(measurement, before)
        if gone:
            reason = f"{told}; {len(gone)} tests that ran at the base are gone: "
            return observed("REFUTED", reason + ", ".join(gone[:3]), measurement)
        if any(holds(expectation, run) for run in measurement.tests):
            return observed("PROVEN", told, measurement)
        return observed("REFUTED", f"{told}; {wanted(expectation)}", measurement)

    return predicate


tests_pass = _on_counts(
    lambda _, run: run.passed > 0 and run.failed + run.errors == 0,
    lambda _: "all should pass, and at least one",
)
tests_passed = _on_counts(
    lambda wanted, run: run.passed == wanted.number,
    lambda wanted: f"{wanted.number:g} should pass",
)
tests_failed = _on_counts(
    lambda wanted, run: run.failed + run.errors == wanted.number and run.collected > 0,
    lambda wanted: f"{wanted.number:g} should fail",
)
pass_rate = _on_counts(
    lambda wanted, run: _same_figure(rate(run), wanted),
    lambda wanted: f"the pass rate should be {wanted.number:g} %",
)


def _same_figure(measured: float, claimed: Expectation) -> bool:
    """Compare to as many decimals as the claim's text gives."""
    decimals = max((len(part) for part in re.findall(r"\d\.(\d+)", claimed.text)), default=0)
    return round(measured, decimals) == claimed.number


def pass_rate_before(
    expectation: Expectation, _: Measurement, before: Measurement | None
) -> Observation:
    """A figure of the past says nothing of the work: where it is off, that is a deviation."""
    if before is None or not before.tests:
        return Observation(state="UNPROVEN", reason="the pass rate at the base was not measured")
    run = max(before.tests, key=lambda one: one.collected)
    found = f"{rate(run):.1f} % at the base ({run.passed} of {run.collected})"
    if _same_figure(rate(run), expectation):
        return observed("PROVEN", found, before)
    told = f'the plan says "{expectation.text}"; measured: {found}'
    return Observation(
        state="UNPROVEN", reason=told, evidence=(ran(before, found),), deviations=(told,)
    )


def failures_lack(
    expectation: Expectation, measurement: Measurement, _: Measurement | None
) -> Observation:
    """No test failed with an error of that name, and the failing ones are known by name."""
    if not any(run.passed for run in measurement.tests):
        return observed("UNPROVEN", "no test passed, so nothing is shown", measurement)
    bad = [
        case
        for run in measurement.tests
        for case in run.cases
        if case.outcome in {"failed", "error"}
    ]
    hit = [case for case in bad if expectation.value in case.message]
    if hit:
        reason = f"{len(hit)} tests fail with {expectation.value}, first {hit[0].name}"
        return observed("REFUTED", reason, measurement)
    if sum(run.failed + run.errors for run in measurement.tests) > len(bad):
        return observed("UNPROVEN", "the failing tests are not known by name", measurement)
    told = "; ".join(counts(run) for run in measurement.tests)
    return observed("PROVEN", f"{told}, none with {expectation.value}", measurement)
