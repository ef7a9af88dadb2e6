"""A phase's VERIFICATION.md in GSD's format, from the verdicts on its plans' claims."""

from collections.abc import Iterator, Sequence

from gsd_run.domain.plan import Plan
from gsd_run.domain.report import ClaimRow
from gsd_run.domain.verification import (
    Gap,
    Item,
    JudgedPlan,
    Status,
    Verification,
)
from gsd_run.outside.templates import rendered
from gsd_run.reporting.phase_items import (
    MUST_HAVES,
    PhaseFacts,
    items_of,
    undecided,
    wording,
)
from gsd_run.reporting.phase_people import human_items, left_items, requirements_of
from gsd_run.reporting.summary import short

_MOST_SHOWN = 3  # of the evidence on one gap


def verification_of(facts: PhaseFacts) -> Verification:
    """Return what holds of a phase; nothing that no check decided counts as verified."""
    overrides = facts.earlier.overrides if facts.earlier else ()
    items = items_of(facts, overrides)
    gaps = (*_gaps_of_plans(facts.plans), *_gaps_of_items(items, facts.plans))
    gaps = (*gaps, *_gaps_of_checks(facts.plans))
    remaining, closed = _since(facts, items)
    settled = {wording(one.must_have) for one in overrides}
    left = tuple(
        one for one in (facts.earlier.human if facts.earlier else ()) if wording(one) not in settled
    )
    told = {wording(one) for one in (*(gap.truth for gap in gaps), *(item.text for item in items))}
    untold = [one for one in remaining if wording(one) not in told]
    human = (*human_items(facts, items), *left_items(untold, left))
    status: Status = "gaps_found" if gaps else "human_needed" if human else "passed"
    was_verified = {wording(text) for text in facts.earlier.verified} if facts.earlier else set()
    return Verification(
        phase=facts.folder,
        number=facts.number,
        name=facts.roadmap.name or facts.folder,
        goal=facts.roadmap.goal,
        verified_at=facts.verified_at,
        status=status,
        items=items,
        gaps=gaps,
        human=human,
        requirements=tuple(requirements_of(facts)),
        plans=facts.plans,
        overrides=overrides,
        covered=facts.covered,
        digest=facts.digest,
        version=facts.version,
        earlier=facts.earlier,
        closed=closed,
        remaining=remaining,
        left=left,
        regressed=tuple(
            one.text for one in items if one.state == "FAILED" and wording(one.text) in was_verified
        ),
    )


def verification_text(verification: Verification) -> str:
    """Return the whole VERIFICATION.md."""
    values = {
        "it": verification,
        "short": short,
        "truths": [one for one in verification.items if one.kind in {"truth", "prohibition"}],
        "artifacts": [one for one in verification.items if one.kind == "artifact"],
        "links": [one for one in verification.items if one.kind == "key_link"],
        "undecided": {one.plan.id: undecided(one) for one in verification.plans},
        "vacuous": [
            f"{one.plan.id} {row.id}"
            for one in verification.plans
            for row in (one.report.claims if one.report else ())
            if row.note == "vacuous" and row.kind in MUST_HAVES
        ],
    }
    return rendered("gsd_run.reporting", "verification.md.j2", values)


def _gaps_of_plans(plans: Sequence[JudgedPlan]) -> Iterator[Gap]:
    for one in plans:
        if one.standing:
            yield Gap(
                truth=_carried_out(one.plan),
                reason=one.standing,
                artifacts=tuple((path, "its plan is not complete") for path in _files(one.plan)),
                missing=(f"carry {one.plan.path} out: `gsd-run {one.plan.id}`",),
            )


def _gaps_of_items(items: Sequence[Item], plans: Sequence[JudgedPlan]) -> Iterator[Gap]:
    rows = {
        f"{one.plan.id} {row.id}": (one.plan, row)
        for one in plans
        for row in (one.report.claims if one.report else ())
    }
    for item in items:
        if item.state == "FAILED":
            source = next(
                one for one in item.source.split(" = ")
                if one in rows and rows[one][1].state == "REFUTED"
            )  # fmt: skip
            plan, row = rows[source]
            files = item.subject[:1] or _files(plan, row.task)
            yield _gap(item.text, files, row, source)


def _gaps_of_checks(plans: Sequence[JudgedPlan]) -> Iterator[Gap]:
    """Give what is refuted beside the must-haves: checks of tasks, criteria, done."""
    for one in plans:
        for row in one.report.claims if one.report else ():
            if row.state == "REFUTED" and row.kind not in MUST_HAVES:
                files = _files(one.plan, row.task)
                yield _gap(_named(one.plan, row), files, row, f"{one.plan.id} {row.id}")


def _gap(truth: str, files: Sequence[str], row: ClaimRow, source: str) -> Gap:
    seen = [
        f"what makes {source} hold: {short(one.check)} showed: {short(one.found)}"
        for one in row.evidence[:_MOST_SHOWN]
    ]
    return Gap(
        truth=truth,
        reason=row.reason,
        artifacts=tuple((path, row.reason) for path in files),
        missing=tuple(seen) or (f"what makes {source} hold",),
    )


def _files(plan: Plan, task: int | None = None) -> tuple[str, ...]:
    for one in plan.tasks:
        if one.number == task and one.files:
            return one.files
    return plan.files_modified


def _since(facts: PhaseFacts, items: Sequence[Item]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which gaps of an earlier report are left, and which were seen to be closed."""
    holds = {wording(one.text) for one in items if one.state in {"VERIFIED", "OVERRIDDEN"}}
    known = {wording(one.text) for one in items}  # an override of these is judged with them
    holds |= {
        wording(one.must_have) for one in (facts.earlier.overrides if facts.earlier else ())
    } - known
    for one in facts.plans:
        holds |= set() if one.standing else {wording(_carried_out(one.plan))}
        holds |= {
            wording(_named(one.plan, row))
            for row in (one.report.claims if one.report else ())
            if row.state == "PROVEN"
        }
    gaps = facts.earlier.gaps if facts.earlier else ()
    return (
        tuple(one for one in gaps if wording(one) not in holds),
        tuple(one for one in gaps if wording(one) in holds),
    )


def _carried_out(plan: Plan) -> str:
    return f"Plan {plan.id} is carried out"


def _named(plan: Plan, row: ClaimRow) -> str:
    return f"{plan.id} {row.id}: {short(row.text)}"
