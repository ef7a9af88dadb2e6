"""Test results: counts, rates, names; zero tests never pass, and none may vanish."""

import re
from collections.abc import Iterator, Sequence

from gsd_run.checking.measuring.runners import test_members
from gsd_run.checking.predicates.observation import Observation, observed, ran
from gsd_run.checking.predicates.since_base import changes, missing
from gsd_run.domain.claim import Expectation, State
from gsd_run.domain.measurement import Measurement, TestCase, TestRun


def counts(run: TestRun) -> str:
    """Say a test run's counts as its runner would."""
    words = ((run.failed, "failed"), (run.errors, "errors"), (run.skipped, "skipped"))
    told = [f"{number} {word}" for number, word in words if number]
    if run.uncounted:
        what = "files" if run.runner == "prove" else "packages"
        told.insert(0, f"{run.uncounted} {what} ok, their tests not counted")
    return ", ".join(told if run.uncounted and not run.passed else [f"{run.passed} passed", *told])


def rate(run: TestRun) -> float:
    """Return the percentage of the collected tests that passed."""
    return 100 * run.passed / run.collected if run.collected else 0.0


def _cases(measurement: Measurement) -> Iterator[TestCase]:
    for run in measurement.tests:
        yield from run.cases


def _unread(measurement: Measurement) -> list[str]:
    """Return the commands that run tests and whose results could not be read."""
    known = {run.command for run in measurement.tests}
    return [
        command.text
        for number, command in enumerate(measurement.commands)
        if number not in known and test_members(command.text)
    ]


def _opened(
    measurement: Measurement, before: Measurement | None
) -> tuple[tuple[TestRun, ...], Observation | None]:
    """Return the test runs, or what can be said without looking at their counts."""
    runs = measurement.tests
    if not runs:
        notes = "".join(f"; {note}" for note in measurement.notes)
        reason = f"the command gave no test results{notes}"
        return runs, observed("UNPROVEN", reason, measurement)
    if fewer := missing(measurement, before):
        return runs, observed("REFUTED", f"{_told(runs)}; {fewer}", measurement)
    return runs, None


def _told(runs: Sequence[TestRun]) -> str:
    return "; ".join(counts(run) for run in runs)


def _compared(measurement: Measurement, before: Measurement | None) -> str:
    """Say the counts, and what became of tests since the base."""
    since = changes(measurement, before)
    return f"{_told(measurement.tests)}; {since}" if since else _told(measurement.tests)


def _uncounted(measurement: Measurement) -> Observation | None:
    """Say that a number can't be compared with what the runner did not count."""
    if not any(run.uncounted for run in measurement.tests):
        return None
    reason = f"{_told(measurement.tests)}; how many can't be told (with -v it can)"
    return observed("UNPROVEN", reason, measurement)


def _by_closing_lines(runs: Sequence[TestRun]) -> list[TestCase]:
    """Return the tests of runs without JUnit XML: many runners do not say why one fails."""
    return [case for run in runs if run.source != "junit" for case in run.cases]


def _bad(runs: Sequence[TestRun]) -> int:
    return sum(run.failed + run.errors for run in runs)


def _unless_unread(found: Observation, measurement: Measurement) -> Observation:
    """Take a proof back when some of the tests gave no results that could be read."""
    unread = _unread(measurement)
    if found.state != "PROVEN" or not unread:
        return found
    first = unread[0].split("\n")[0][:60]
    return observed("UNPROVEN", f"{found.reason}; no results of `{first}` can be read", measurement)


def tests_pass(
    expectation: Expectation, measurement: Measurement, before: Measurement | None
) -> Observation:
    """In every run at least one test ran, and all that ran passed."""
    runs, said = _opened(measurement, before)
    if said:
        return said
    holds = all(run.passed + run.uncounted > 0 and run.failed + run.errors == 0 for run in runs)
    state: State = "PROVEN" if holds else "REFUTED"
    told = _compared(measurement, before)
    reason = told if holds else f"{told}; all should pass, and at least one"
    found = observed(state, reason, measurement)
    by_status = expectation.kind in {"exit_zero", "exit_zero_or_no_match"}
    return found if by_status else _unless_unread(found, measurement)


def tests_passed(
    expectation: Expectation, measurement: Measurement, before: Measurement | None
) -> Observation:
    """Just so many tests passed, in one run or in all together, and those not spoken of, too.

    Said to be all or a part of a total, they must be so many of so many. Without a total, other
    tests that failed leave it open what was meant.
    """
    runs, said = _opened(measurement, before)
    if said:
        return said
    if unknown := _uncounted(measurement):
        return unknown
    number, total = expectation.number or 0, expectation.total
    fitting = [run for run in (*runs, _together(runs)) if number and run.passed == number]
    if not fitting:
        reason = f"{_told(runs)}; {number:g} should pass"
        return observed("REFUTED", reason, measurement)
    if total is not None and all(run.collected != total for run in fitting):
        reason = f"{_told(runs)}; {number:g} should pass of {total}"
        skipped = any(run.collected - run.skipped == total for run in fitting)
        return observed("UNPROVEN" if skipped else "REFUTED", reason, measurement)
    if _bad(runs) and (total is None or total == number):
        reason = f"{_told(runs)}; the plan says nothing of failing tests"
        return observed("UNPROVEN", reason, measurement)
    told = _compared(measurement, before)
    return _unless_unread(observed("PROVEN", told, measurement), measurement)


def _together(runs: Sequence[TestRun]) -> TestRun:
    return TestRun(
        command=runs[0].command,
        runner="",
        source="",
        passed=sum(run.passed for run in runs),
        failed=sum(run.failed for run in runs),
        errors=sum(run.errors for run in runs),
        skipped=sum(run.skipped for run in runs),
        uncounted=sum(run.uncounted for run in runs),
    )


def tests_at_least(
    expectation: Expectation, measurement: Measurement, before: Measurement | None
) -> Observation:
    """So many tests or more passed, and none failed."""
    runs, said = _opened(measurement, before)
    if said:
        return said
    whole, wanted = _together(runs), expectation.number or 1
    holds = whole.passed >= wanted and not _bad(runs)
    if not holds and not _bad(runs) and (unknown := _uncounted(measurement)):
        return unknown
    told = _compared(measurement, before)
    reason = told if holds else f"{told}; {wanted:g} or more should pass"
    return observed("PROVEN" if holds else "REFUTED", reason, measurement)


def tests_failed(
    expectation: Expectation, measurement: Measurement, before: Measurement | None
) -> Observation:
    """Just so many tests failed; where none ran to an end, that says nothing."""
    runs, said = _opened(measurement, before)
    if said:
        return said
    whole = _together(runs)
    if whole.passed + whole.uncounted + _bad(runs) == 0:
        return observed("UNPROVEN", f"{_told(runs)}: no test ran", measurement)
    holds = _bad(runs) == expectation.number
    reason = _told(runs) if holds else f"{_told(runs)}; {expectation.number:g} should fail"
    found = observed("PROVEN" if holds else "REFUTED", reason, measurement)
    return _unless_unread(found, measurement)


def pass_rate(
    expectation: Expectation, measurement: Measurement, before: Measurement | None
) -> Observation:
    """So many percent of all tests passed."""
    runs, said = _opened(measurement, before)
    if said:
        return said
    if unknown := _uncounted(measurement):
        return unknown
    holds = _same_figure(_together(runs), expectation)
    reason = _compared(measurement, before)
    if not holds:
        reason += f"; the pass rate should be {expectation.number:g} %"
    found = observed("PROVEN" if holds else "REFUTED", reason, measurement)
    return _unless_unread(found, measurement)


def _same_figure(run: TestRun, claimed: Expectation) -> bool:
    """Compare to as many decimals as the claim's text gives; all is all, and none none."""
    if claimed.number in {0, 100}:
        return run.collected > 0 and rate(run) == claimed.number
    decimals = max((len(part) for part in re.findall(r"\d\.(\d+)", claimed.text)), default=0)
    return round(rate(run), decimals) == claimed.number


def pass_rate_before(
    expectation: Expectation, _: Measurement, before: Measurement | None
) -> Observation:
    """A figure of the past says nothing of the work: where it is off, that is a deviation."""
    if before is None or not before.tests:
        return Observation(state="UNPROVEN", reason="the pass rate at the base was not measured")
    run = max(before.tests, key=lambda one: one.collected)
    found = f"{rate(run):.1f} % at the base ({run.passed} of {run.collected})"
    if _same_figure(run, expectation):
        return observed("PROVEN", found, before)
    told = f'the plan says "{expectation.text}"; measured: {found}'
    return Observation(
        state="UNPROVEN", reason=told, evidence=(ran(before, found),), deviations=(told,)
    )


def failures_lack(
    expectation: Expectation, measurement: Measurement, _: Measurement | None
) -> Observation:
    """No test failed with an error of that name, and the failing ones are known by name."""
    runs = measurement.tests
    if not any(run.passed + run.uncounted for run in runs):
        return observed("UNPROVEN", "no test passed, so nothing is shown", measurement)
    bad = [case for case in _cases(measurement) if case.outcome in {"failed", "error"}]
    hit = [case for case in bad if expectation.value in case.message]
    if hit:
        reason = f"{len(hit)} tests fail with {expectation.value}, first {hit[0].name}"
        return observed("REFUTED", reason, measurement)
    if _bad(runs) > len(bad):
        return observed("UNPROVEN", "the failing tests are not known by name", measurement)
    if any(case in bad and not case.message for case in _by_closing_lines(runs)):
        return observed("UNPROVEN", "it is not known why the failing tests fail", measurement)
    found = observed("PROVEN", f"{_told(runs)}, none with {expectation.value}", measurement)
    return _unless_unread(found, measurement)
