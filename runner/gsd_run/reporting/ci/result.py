"""What came of one plan, checked or carried out: what every form for other programs is made of."""

from collections.abc import Sequence

from msgspec import Struct

from gsd_run.domain.plan import Finding
from gsd_run.domain.report import ClaimRow, Report
from gsd_run.domain.run import RunState
from gsd_run.reporting.ci.places import CodePlace, Files, code_places
from gsd_run.reporting.report import report_of

FINISHED, FAILED, WAITING, INTERRUPTED = 0, 1, 10, 130  # exit statuses


class PlanResult(Struct, frozen=True, kw_only=True):
    """What came of one plan, in a call that ended with `status`.

    `told` says why it stopped, waits or could not begin, "" where it came to its end. Without a
    run, `report` is None and `mistakes` are those of the plan. `places` are where refuted claims
    show in the code, `seconds` how long the checks of a claim took, both by its id. `summary` is
    the file whose statements were judged too. Paths are relative to the project; `prefix` is the
    project's path below the top of its repository, "" or ending in a slash.
    """

    plan: str
    path: str
    status: int
    told: str = ""
    report: Report | None = None
    mistakes: tuple[Finding, ...] = ()
    places: dict[str, tuple[CodePlace, ...]] = {}
    seconds: dict[str, float] = {}
    summary: str = ""
    prefix: str = ""

    @property
    def claims(self) -> tuple[ClaimRow, ...]:
        """Return the claims with their verdicts, none where nothing was judged."""
        return self.report.claims if self.report else ()


def result_of(state: RunState, status: int, told: str, files: Files) -> PlanResult:
    """Return the result of a run whose state has a verdict on every claim."""
    return PlanResult(
        plan=state.plan.id,
        path=state.plan.path,
        status=status,
        told=told,
        report=report_of(state),
        places=code_places(state, files),
        seconds=_seconds(state),
    )


def status_of(results: Sequence[PlanResult], *, strict: bool = False) -> int:
    """Return the exit status that checked plans come to."""
    states = {row.state for result in results for row in result.claims}
    if "REFUTED" in states:
        return FAILED
    return WAITING if strict and "UNPROVEN" in states else FINISHED


def reports_in(results: Sequence[PlanResult]) -> list[Report]:
    """Return the reports that there are."""
    return [one.report for one in results if one.report]


def _seconds(state: RunState) -> dict[str, float]:
    """Return how long the measurements took that each claim rests on."""
    took = {key: one.measurement.seconds for key, one in state.measured.items()}
    found = {}
    for claim, verdict in state.end_verdicts.items():
        evidence = (one for part in verdict.parts for one in part.evidence)
        keys = {one.measurement for one in evidence if one.measurement}
        found[claim] = sum(took.get(key, 0.0) for key in keys)
    return found
