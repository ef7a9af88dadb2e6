"""Coverage of one file, compared with a claim and with the base commit."""

import re
from collections.abc import Sequence

from gsd_run.checking.predicates.observation import Observation, observed, ran
from gsd_run.domain import lazy
from gsd_run.domain.claim import Expectation, State
from gsd_run.domain.measurement import FileCoverage, Measurement

_TEST_FILE = lazy.pattern(r"(?:^|/)(?:tests?/|test_[^/]*$|conftest\.py$)|_test\.\w+$")


def covered(wanted: str, files: Sequence[FileCoverage]) -> tuple[FileCoverage | None, str]:
    """Return the one file that a claim means ("": the only one), or why it can't be told.

    That the tests cover themselves says nothing, nor does a file without statements.
    """
    if not files:
        return None, "no coverage was measured"
    if wanted:
        named = [file for file in files if f"/{file.path}".endswith(f"/{wanted.lstrip('/')}")]
    else:
        named = [file for file in files if not _TEST_FILE.search(file.path)]
    if not named:
        return None, f"the coverage that was measured has no {wanted or 'file besides the tests'}"
    if len(named) > 1:
        paths = ", ".join(file.path for file in named[:4])
        return None, f"{len(named)} files fit, and the plan does not say which: {paths}"
    if named[0].counted and not named[0].statements:
        return None, f"{named[0].path} has no statements that could be covered"
    return named[0], ""


def coverage_at_least(
    expectation: Expectation, measurement: Measurement, before: Measurement | None
) -> Observation:
    """The file's coverage reaches the figure; says so if it did at the base commit already."""
    return _reached(expectation, measurement, before, strictly=False)


def coverage_above(
    expectation: Expectation, measurement: Measurement, before: Measurement | None
) -> Observation:
    """The file's coverage is more than the figure."""
    return _reached(expectation, measurement, before, strictly=True)


def _reached(
    expectation: Expectation,
    measurement: Measurement,
    before: Measurement | None,
    *,
    strictly: bool,
) -> Observation:
    file, why = covered(expectation.value, measurement.coverage)
    wanted = expectation.number
    if file is None or wanted is None:
        return observed("UNPROVEN", why or "the plan gives no figure", measurement)
    reason = f"{file.path}: {file.percent:.1f} %"
    reason += f" of {file.statements} statements" if file.counted else ""
    if before is not None and before.key != measurement.key:
        reason += _already(expectation.value, wanted, before)
    holds = file.percent > wanted if strictly else file.percent >= wanted
    return observed("PROVEN" if holds else "REFUTED", reason, measurement)


def _already(name: str, wanted: float, before: Measurement) -> str:
    """Say that the figure was reached before the work, and how it could be."""
    then, _ = covered(name, before.coverage)
    if then is None or then.percent < wanted:
        return ""
    failing = sum(run.failed + run.errors for run in before.tests)
    beside = f", with {failing} tests failing" if failing else ""
    return f"; {then.percent:.1f} % at the base already{beside}"


def coverage_kept(
    expectation: Expectation, measurement: Measurement, before: Measurement | None
) -> Observation:
    """The file's coverage is not below what it was at the base commit."""
    now, why = covered(expectation.value, measurement.coverage)
    then, why_then = covered(expectation.value, before.coverage if before else ())
    if now is None or then is None:
        return observed("UNPROVEN", why or f"at the base: {why_then}", measurement)
    reason = f"{now.percent:.1f} % now, {then.percent:.1f} % at the base"
    state: State = "PROVEN" if now.percent >= then.percent else "REFUTED"
    return observed(state, reason, measurement)


def coverage_before(
    expectation: Expectation, measurement: Measurement, before: Measurement | None
) -> Observation:
    """A figure of the past says nothing of the work: where it is off, that is a deviation."""
    file, why = covered(expectation.value, before.coverage if before else ())
    if before is None or file is None or expectation.number is None:
        return observed("UNPROVEN", f"at the base: {why}", measurement)
    found = f"{file.path}: {file.percent:.1f} % at the base"
    decimals = max((len(part) for part in re.findall(r"\d\.(\d+)", expectation.text)), default=0)
    if round(file.percent, decimals) == expectation.number:
        return observed("PROVEN", found, before)
    told = f'the plan says "{expectation.text}"; measured: {found}'
    return Observation(
        state="UNPROVEN", reason=told, evidence=(ran(before, found),), deviations=(told,)
    )
