"""Expectations against a measurement: each predicate says what it saw and by what rule."""

from collections.abc import Callable

from msgspec.structs import replace

from gsd_run.checking.predicates.amounts import output_amount
from gsd_run.checking.predicates.coverage import (
    coverage_above,
    coverage_at_least,
    coverage_before,
    coverage_kept,
)
from gsd_run.checking.predicates.http import http_status
from gsd_run.checking.predicates.narrowing import narrowed
from gsd_run.checking.predicates.observation import Observation, ran
from gsd_run.checking.predicates.output import (
    output_contains,
    output_count,
    output_empty,
    output_lacks,
)
from gsd_run.checking.predicates.status import (
    exit_in,
    exit_nonzero,
    exit_zero,
    exit_zero_or_no_match,
    tests_fail,
)
from gsd_run.checking.predicates.tests import (
    failures_lack,
    pass_rate,
    pass_rate_before,
    tests_at_least,
    tests_failed,
    tests_pass,
    tests_passed,
)
from gsd_run.domain.claim import Expectation, ExpectationKind
from gsd_run.domain.measurement import Measurement

Predicate = Callable[[Expectation, Measurement, Measurement | None], Observation]

PREDICATES: dict[ExpectationKind, Predicate] = {
    "exit_zero": exit_zero,
    "exit_zero_or_no_match": exit_zero_or_no_match,
    "exit_nonzero": exit_nonzero,
    "exit_in": exit_in,
    "http_status": http_status,
    "output_amount": output_amount,
    "output_contains": output_contains,
    "output_lacks": output_lacks,
    "output_empty": output_empty,
    "output_count": output_count,
    "tests_passed": tests_passed,
    "tests_at_least": tests_at_least,
    "tests_fail": tests_fail,
    "tests_failed": tests_failed,
    "tests_pass": tests_pass,
    "failures_lack": failures_lack,
    "pass_rate": pass_rate,
    "pass_rate_before": pass_rate_before,
    "coverage_at_least": coverage_at_least,
    "coverage_above": coverage_above,
    "coverage_before": coverage_before,
    "coverage_kept": coverage_kept,
}


def judge_expectation(
    expectation: Expectation, measurement: Measurement, before: Measurement | None
) -> Observation:
    """Compare one expectation with what a script showed, and with what it showed at the base.

    A script whose time ran out REFUTES what rests on it: it does not come to its end.
    """
    if measurement.trouble:
        return Observation(
            state="REFUTED" if measurement.timed_out else "UNPROVEN",
            reason=measurement.trouble,
            evidence=(ran(measurement, measurement.trouble),),
            started=False,
        )
    if expectation.command:
        measurement = narrowed(measurement, expectation.command)
        before = narrowed(before, expectation.command) if before else None
    observation = PREDICATES[expectation.kind](expectation, measurement, before)
    if observation.state == "PROVEN" or not measurement.withheld:
        return observation
    return replace(observation, reason=f"{observation.reason}; {_missing(measurement.withheld)}")


def _missing(names: tuple[str, ...]) -> str:
    """Say which variables may be what a command missed, and how it gets them."""
    verb, them = ("is", "it") if len(names) == 1 else ("are", "them")
    listed = ", ".join(f"${name}" for name in names)
    return (
        f"{listed} {verb} set here but not passed on; if the command needs {them}, add {them} to "
        "pass in [environment] of .planning/gsd-run.toml"
    )
