"""Expectations against a measurement: each predicate says what it saw and by what rule."""

from gsd_run.checking.predicates.coverage import coverage_at_least, coverage_kept
from gsd_run.checking.predicates.observation import Observation, observed
from gsd_run.checking.predicates.output import output_contains, output_empty, output_lacks
from gsd_run.checking.predicates.status import exit_zero
from gsd_run.checking.predicates.tests import (
    Predicate,
    failures_lack,
    pass_rate,
    pass_rate_before,
    tests_failed,
    tests_pass,
    tests_passed,
)
from gsd_run.domain.claim import Expectation, ExpectationKind, State
from gsd_run.domain.measurement import Measurement

PREDICATES: dict[ExpectationKind, Predicate] = {
    "exit_zero": exit_zero,
    "output_contains": output_contains,
    "output_lacks": output_lacks,
    "output_empty": output_empty,
    "tests_passed": tests_passed,
    "tests_failed": tests_failed,
    "tests_pass": tests_pass,
    "failures_lack": failures_lack,
    "pass_rate": pass_rate,
    "pass_rate_before": pass_rate_before,
    "coverage_at_least": coverage_at_least,
    "coverage_kept": coverage_kept,
}


def judge_expectation(
    expectation: Expectation, measurement: Measurement, before: Measurement | None
) -> Observation:
    """Compare one expectation with what a script showed, and with what it showed at the base.

    A script whose time ran out REFUTES what rests on it: it does not come to its end.
    """
    if measurement.trouble:
        state: State = "REFUTED" if measurement.timed_out else "UNPROVEN"
        return observed(state, measurement.trouble, measurement)
    return PREDICATES[expectation.kind](expectation, measurement, before)
