"""What the tools give back, made from what the Python API gives; a short text of each."""

from collections.abc import Sequence

from gsd_run.api.values import Result
from gsd_run.checking.compiling.adaptations import shown
from gsd_run.cli.serving.tools import (
    Findings,
    FoundIn,
    Outcome,
    Outcomes,
    Refuted,
    Seen,
    Stands,
    TaskDone,
    Unproven,
)
from gsd_run.domain.plan import Finding
from gsd_run.domain.report import ClaimRow
from gsd_run.domain.standing import Standing

STATES = ("PROVEN", "REFUTED", "UNPROVEN")
MOST = 40  # claims of a kind, findings and plans in a text
LONGEST = 2000  # characters of a piece of evidence


def outcome_of(result: Result, *, carried_out: bool) -> Outcome:
    """Return what came of a plan; `carried_out` where a run of it can go on."""
    report = result.report
    claims = report.claims if report else ()
    return Outcome(
        plan=result.plan,
        path=result.path,
        outcome=result.outcome,
        counts={state: sum(row.state == state for row in claims) for state in STATES},
        next=_next(result, carried_out=carried_out),
        told=result.told,
        question=result.question,
        refuted=[_refuted(row, result) for row in result.refuted],
        unproven=[
            Unproven(id=row.id, at=_at(row, result), text=_cut(row.text), reason=_cut(row.reason))
            for row in result.unproven
        ],
        tasks=[
            TaskDone(number=row.number, name=row.name, outcome=row.outcome, commit=row.commit)
            for row in (report.tasks if report and carried_out else ())
        ],
        commits=list(result.commits),
        summary=result.summary,
        warnings=list(result.warnings),
    )


def outcomes_of(results: Sequence[Result]) -> Outcomes:
    """Return what came of plans that were judged."""
    plans = [outcome_of(one, carried_out=False) for one in results]
    counts = {state: sum(one.counts[state] for one in plans) for state in STATES}
    return Outcomes(counts=counts, plans=plans)


def findings_of(found: Sequence[Finding]) -> Findings:
    """Return what lint found."""
    return Findings(
        errors=sum(one.severity == "error" for one in found),
        warnings=sum(one.severity == "warning" for one in found),
        findings=[
            FoundIn(
                path=one.path,
                line=one.line,
                column=one.column,
                severity=one.severity or "warning",
                code=one.code,
                message=one.message,
            )
            for one in found
        ],
    )


def stands_of(one: Standing) -> Stands:
    """Return where a plan stands."""
    return Stands(
        plan=one.plan.id,
        path=one.plan.path,
        title=one.plan.title,
        state=one.state,
        why=one.why,
        next=one.next,
        tasks=len(one.run.tasks) if one.run else one.plan.tasks,
        committed=one.run.committed if one.run else 0,
    )


def text_of_outcome(one: Outcome) -> str:
    """Return an outcome in lines: counts, what is refuted and where, what to do next."""
    counts = ", ".join(f"{number} {state}" for state, number in one.counts.items())
    lines = [f"{one.plan}: {one.outcome}; {counts}"]
    for claim in one.refuted[:MOST]:
        lines.append(f"REFUTED {claim.id} ({claim.at}): {claim.reason}")
        lines.extend(f"  {place}" for place in claim.places)
    if len(one.refuted) > MOST:
        lines.append(f"… and {len(one.refuted) - MOST} more")
    lines += [one.question or one.told] if one.question or one.told else []
    return "\n".join([*lines, f"next: {one.next}"])


def text_of_findings(found: Findings) -> str:
    """Return findings a line each; what is only a note is counted."""
    told = [one for one in found.findings if one.severity != "note"]
    lines = [f"{one.path}:{one.line}:{one.column}: {one.code} {one.message}" for one in told]
    more = [f"… and {len(lines) - MOST} more"] if len(lines) > MOST else []
    notes = len(found.findings) - len(told)
    counted = f"{found.errors} errors, {found.warnings} warnings, {notes} notes"
    return "\n".join([*lines[:MOST], *more, counted])


def text_of_plans(plans: Sequence[Stands]) -> str:
    """Return where plans stand, a line each."""
    lines = [
        f"{one.plan}: {one.state}{f' ({one.why})' if one.why else ''}"
        f"{f'; next: {one.next}' if one.next else ''}"
        for one in plans
    ]
    return "\n".join(lines) or "no plan lies below .planning"


def _refuted(row: ClaimRow, result: Result) -> Refuted:
    return Refuted(
        id=row.id,
        at=_at(row, result),
        text=_cut(row.text),
        reason=_cut(row.reason),
        task=row.task,
        evidence=[Seen(check=_cut(one.check), found=_cut(one.found)) for one in row.evidence],
        places=[f"{one.path}:{one.line}: {one.what}" for one in result.places.get(row.id, ())],
    )


def _at(row: ClaimRow, result: Result) -> str:
    return f"{result.path}:{row.line}"


def _cut(text: str) -> str:
    text = shown(text)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _next(result: Result, *, carried_out: bool) -> str:
    """Say what to do, in the words of the tools."""
    if result.question:
        return (
            "put the question to your user; they answer with the command it names, or you hand "
            "their answer over by `answer` if this server takes answers"
        )
    if not carried_out:
        return _next_after_check(result)
    match result.outcome:
        case "finished":
            return "nothing: the plan is complete" if result.summary else "call `resume` to go on"
        case "failed":
            return (
                "mend what is refuted, at the places named, commit nothing, and call `resume`: "
                "your mend is judged and committed"
            )
        case "waits":
            return "do what is asked, commit nothing, and call `resume`"
    return "call `resume` to go on"


def _next_after_check(result: Result) -> str:
    if result.refuted:
        return "mend what is refuted, at the places named, and call `check` again"
    if result.unproven:
        return "nothing is refuted; what is UNPROVEN was not shown to be true: don't say it is"
    return "nothing: every claim is proven"
