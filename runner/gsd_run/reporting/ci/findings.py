"""Results as findings: at the plan's lines, and at the lines of code where they show."""

from collections import Counter
from collections.abc import Iterator, Sequence

from gsd_run.domain.plan import Finding
from gsd_run.domain.report import ClaimRow
from gsd_run.domain.rule import Severity
from gsd_run.reporting.ci.places import CodePlace, all_places
from gsd_run.reporting.ci.result import FAILED, FINISHED, WAITING, PlanResult
from gsd_run.reporting.ci.standing import NOT_JUDGED
from gsd_run.reporting.findings import SEVERITIES, Place, PlacedFinding, Rules, severity_of
from gsd_run.reporting.summary import short

MOST_SHOWN = 10  # annotations of one severity that GitHub shows of a step
_TURN = 4
_FIRST = ("FAILED-TEST", "REFUTED-HERE", "STOPPED", "REFUTED", "WAITING", "UNPROVEN")


def result_findings(results: Sequence[PlanResult]) -> list[Finding]:
    """Return what is REFUTED, UNPROVEN or vacuous, and why a run stands, plan by plan.

    What is refuted is told at the line of the plan or summary, with the places of the code beside
    it, and again at each of these places.
    """
    return [finding for result in results for finding in _of_plan(result)]


def _of_plan(result: PlanResult) -> Iterator[Finding]:
    yield from (_mistake(one, result) for one in result.mistakes)
    if result.told and not result.mistakes and not _told_by_claims(result):
        code = "WAITING" if result.status == WAITING else "STOPPED"
        left = sum(row.reason == NOT_JUDGED for row in result.claims)
        counted = f"{left} claim{'' if left == 1 else 's'}"
        more = f" ({counted} not judged, and so unproven)" if left else ""
        how = "waits" if code == "WAITING" else "stopped"
        told = f"{result.plan} {how}: {result.told}{more}"
        weight: Severity | None = "note" if result.status == FINISHED else None  # as asked
        path = result.prefix + result.path
        yield Finding(path=path, line=1, message=told, code=code, severity=weight)
    lines = {row.id: (_file(row, result), max(row.line, 1), short(row.text))
             for row in result.claims}  # fmt: skip
    for row in result.claims:
        if code := _code(row):
            yield _of_claim(row, code, result)
    for place, claims in all_places(result.places):
        if place.there:
            told = f"{place.what or 'refuted here'} (refutes {', '.join(claims)} of {result.plan})"
            yield PlacedFinding(
                path=result.prefix + place.path,
                line=place.line,
                message=told,
                code="FAILED-TEST" if place.kind == "test" else "REFUTED-HERE",
                related=tuple(
                    Place(path=lines[one][0], line=lines[one][1], message=f"{one}: {lines[one][2]}")
                    for one in claims
                ),
            )


def _mistake(one: Finding, result: PlanResult) -> Finding:
    return Finding(
        path=result.prefix + one.path,
        line=max(one.line, 1),
        column=one.column,
        message=one.message,
        code=one.code or "STOPPED",
        severity="error",
    )


def _told_by_claims(result: PlanResult) -> bool:
    """Tell whether why a run failed is told by the claims that it refuted."""
    refuted = [row for row in result.claims if row.state == "REFUTED"]
    return result.status == FAILED and any(row.id in result.told for row in refuted)


def _code(row: ClaimRow) -> str:
    if row.reason == NOT_JUDGED:
        return ""  # that the run stopped is told once
    return row.state if row.state != "PROVEN" else "VACUOUS" if row.note == "vacuous" else ""


def _file(row: ClaimRow, result: PlanResult) -> str:
    return result.prefix + (result.summary if row.kind == "summary" else result.path)


def _of_claim(row: ClaimRow, code: str, result: PlanResult) -> Finding:
    how = "PROVEN, and was at the base" if code == "VACUOUS" else code
    return PlacedFinding(
        path=_file(row, result),
        line=max(row.line, 1),
        message=f"{row.id} is {how}: {row.reason} [{short(row.text)}]",
        code=code,
        related=tuple(_place(one, result) for one in result.places.get(row.id, ()) if one.there),
    )


def _place(one: CodePlace, result: PlanResult) -> Place:
    return Place(path=result.prefix + one.path, line=one.line, message=one.what or "here")


def most_important(findings: Sequence[Finding], rules: Rules) -> list[Finding]:
    """Return as many findings of each severity as GitHub shows of a step: some of every code.

    Places of the code come first, as a pull request shows them best. Where there are more, the
    last tells how many, and where they are.
    """
    kept: list[Finding] = []
    for severity in SEVERITIES:
        alike = _by_turns([one for one in findings if severity_of(one, rules) == severity])
        if len(alike) > MOST_SHOWN:
            left = len(alike) - MOST_SHOWN + 1
            last = alike[MOST_SHOWN - 1]
            told = f"and {left} more findings of this weight; the job summary and the reports "
            more = Finding(
                path=last.path, line=last.line, message=f"{told}list them all", severity=severity
            )
            alike = [*alike[: MOST_SHOWN - 1], more]
        kept += alike
    return kept


def _by_turns(findings: Sequence[Finding]) -> list[Finding]:
    """Return findings so that a few of each code come, then the next few."""
    counts: Counter[str] = Counter()
    places = []
    for one in findings:
        order = _FIRST.index(one.code) if one.code in _FIRST else len(_FIRST)
        places.append((counts[one.code] // _TURN, order))
        counts[one.code] += 1
    return [findings[n] for n in sorted(range(len(findings)), key=lambda n: places[n])]
