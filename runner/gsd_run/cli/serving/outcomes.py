"""What the tools give back, made from what the Python API gives."""

from collections import Counter
from collections.abc import Sequence

from gsd_run.api.values import Result
from gsd_run.checking.compiling.adaptations import shown
from gsd_run.cli.serving.values import (
    Findings,
    FoundIn,
    Outcome,
    Outcomes,
    Overview,
    Refuted,
    Seen,
    Stands,
    TaskDone,
    Unproven,
)
from gsd_run.domain.plan import Finding
from gsd_run.domain.report import ClaimRow
from gsd_run.domain.standing import PlanStands, Standing

STATES = ("PROVEN", "REFUTED", "UNPROVEN")
# An agent reads all of it, at a price: what is more is counted.
MOST = 40  # claims of a kind in an outcome
MOST_FOUND = 200  # findings, and plans of an overview
MOST_SEEN = 5  # pieces of evidence for a claim
LONGEST = 1000  # characters of a piece of evidence
_SEVERITIES = ("error", "warning", "note")
_GOES_ON: dict[PlanStands, str] = {
    "ready": "call `run`",
    "running": "wait: a program carries it out now",
    "stopped": "call `resume`; if something has to be mended or made first, it says what",
    "waits for you": "make the change that it waits for, commit nothing, and call `resume`",
    "unreadable": "call `lint`: it says what is wrong with the file",
}


def outcome_of(result: Result, *, carried_out: bool) -> Outcome:
    """Return what came of a plan; `carried_out` where a run of it can go on."""
    report = result.report
    refuted, unproven = result.refuted, result.unproven
    return Outcome(
        plan=result.plan,
        path=result.path,
        outcome=result.outcome,
        counts={state: sum(row.state == state for row in result.claims) for state in STATES},
        vacuous=sum(row.note == "vacuous" for row in result.proven),
        judged_at=report.ended_at if report else "",
        next=_next(result, carried_out=carried_out),
        told=result.told,
        question=result.question,
        refuted=[_refuted(row, result) for row in refuted[:MOST]],
        unproven=[_unproven(row, result) for row in unproven[:MOST]],
        left_out=len(refuted[MOST:]) + len(unproven[MOST:]),
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
    """Return what lint found; where that is much, errors go before notes."""
    listed = [
        FoundIn(
            path=one.path,
            line=one.line,
            column=one.column,
            severity=one.severity or "warning",
            code=one.code,
            message=one.message,
        )
        for one in found
    ]
    if len(listed) > MOST_FOUND:
        listed.sort(key=lambda one: _SEVERITIES.index(one.severity))
    return Findings(
        errors=sum(one.severity == "error" for one in listed),
        warnings=sum(one.severity == "warning" for one in listed),
        findings=listed[:MOST_FOUND],
        left_out=len(listed[MOST_FOUND:]),
    )


def overview_of(standings: Sequence[Standing]) -> Overview:
    """Return where plans stand; where they are many, those with nothing to do are left out."""
    listed = list(standings)
    if len(listed) > MOST_FOUND:
        listed = [one for one in listed if one.next] or listed
    return Overview(
        states=dict(Counter(one.state for one in standings)),
        plans=[_stands(one) for one in listed[:MOST_FOUND]],
        left_out=len(standings) - len(listed[:MOST_FOUND]),
    )


def _stands(one: Standing) -> Stands:
    return Stands(
        plan=one.name,
        path=one.plan.path,
        title=one.plan.title,
        state=one.state,
        why=one.why,
        next=_goes_on(one),
        tasks=len(one.run.tasks) if one.run else one.plan.tasks,
        committed=one.run.committed if one.run else 0,
    )


def _goes_on(one: Standing) -> str:
    """Say what goes on with a plan, in the words of the tools; `answer` is a person's to type."""
    if one.run is not None and one.run.asks is not None and one.state == "waits for you":
        return f"your user answers the checkpoint, in a terminal: `{one.next}`"
    decides = f"your user decides: `{one.next}`" if one.next else ""
    return _GOES_ON.get(one.state, decides)


def _refuted(row: ClaimRow, result: Result) -> Refuted:
    return Refuted(
        id=row.id,
        at=_at(row, result),
        text=_cut(row.text),
        reason=_cut(row.reason),
        task=row.task,
        evidence=[
            Seen(check=_cut(one.check), found=_cut(one.found)) for one in row.evidence[:MOST_SEEN]
        ],
        places=[f"{one.path}:{one.line}: {one.what}" for one in result.places.get(row.id, ())],
    )


def _unproven(row: ClaimRow, result: Result) -> Unproven:
    return Unproven(id=row.id, at=_at(row, result), text=_cut(row.text), reason=_cut(row.reason))


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
    if result.report is None:
        return "nothing was carried out or judged: call `check`, which says what holds"
    return _next_of_run(result) if carried_out else _next_after_check(result)


def _next_of_run(result: Result) -> str:
    match result.outcome:
        case "finished" if result.summary and result.told:
            return (
                "the plan was complete before: its verdicts are those of `judged_at`, and `check` "
                f"says what holds now{_unknown(result)}"
            )
        case "finished" if result.summary:
            return f"the plan is complete; report its verdicts{_unknown(result)}"
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
        return (
            f"mend what is refuted, at the places named, and call `check` again{_unknown(result)}"
        )
    if not result.claims:
        return "the plan claims nothing that could be judged: nothing is shown about it"
    return f"nothing is refuted; report the verdicts{_unknown(result)}"


def _unknown(result: Result) -> str:
    number = len(result.unproven)
    if not number:
        return ""
    what = "one claim is UNPROVEN" if number == 1 else f"{number} claims are UNPROVEN"
    return f"; {what}, not shown to be true: don't say otherwise"
