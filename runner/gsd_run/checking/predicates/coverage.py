"""Coverage of one file, compared with a claim and with the base commit."""

from collections.abc import Sequence

from gsd_run.checking.predicates.observation import Observation, observed
from gsd_run.domain.claim import Expectation, State
from gsd_run.domain.measurement import FileCoverage, Measurement


def covered(wanted: str, files: Sequence[FileCoverage]) -> tuple[FileCoverage | None, str]:
    """Return the one file that a claim means ("": the only one), or why it can't be told."""
    if not files:
        return None, "no coverage was measured"
    named = [file for file in files if not wanted or f"/{file.path}".endswith(f"/{wanted}")]
    if len(named) == 1:
        return named[0], ""
    if not named:
        return None, f"the coverage that was measured has no {wanted}"
    paths = ", ".join(file.path for file in named[:4])
    return None, f"{len(named)} files fit, and the plan does not say which: {paths}"


def coverage_at_least(
    expectation: Expectation, measurement: Measurement, before: Measurement | None
) -> Observation:
    """The file's coverage reaches the figure; says so if it did at the base commit already."""
    file, why = covered(expectation.value, measurement.coverage)
    if file is None:
        return observed("UNPROVEN", why, measurement)
    wanted = expectation.number or 0.0
    reason = f"{file.path}: {file.percent:.1f} % of {file.statements} statements"
    if before is not None and before.key != measurement.key:
        reason += _already(expectation.value, wanted, before)
    state: State = "PROVEN" if file.percent >= wanted else "REFUTED"
    return observed(state, reason, measurement)


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
