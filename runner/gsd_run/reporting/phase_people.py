"""What of a phase a person has to look at, and how its requirements stand."""

from collections.abc import Iterator, Sequence

from gsd_run.domain.verification import HumanItem, Item, JudgedPlan, Requirement
from gsd_run.reporting.phase_items import PhaseFacts, undecided

_MOST_NAMED = 12  # of the claims in one sentence
_COMPLETE = frozenset({"", "complete", "completed", "done", "finished", "passed", "success"})


def human_items(facts: PhaseFacts, items: Sequence[Item]) -> Iterator[HumanItem]:
    """Give what of the phase as it is now is left to a person."""
    unjudged = {one.plan.id for one in facts.plans if one.report is None}
    for item in items:
        of_plans = {one.split(" ")[0] for one in item.source.split(" = ")}
        if item.state == "UNCERTAIN" and not of_plans & unjudged:  # those are gaps already
            yield HumanItem(
                name=item.source,
                test=f"Look whether this holds ({item.source}): {item.text}",
                expected=item.text,
                why_human=item.evidence,
            )
    for one in facts.plans:
        yield from _human_of(one)
    named = {name for one in facts.plans for name in one.plan.requirements}
    for name in facts.roadmap.requirements:
        if name not in named:
            yield HumanItem(
                name=f"Requirement {name}",
                test=f"Look whether {name} is met. {facts.requirements.get(name, '')}".strip(),
                expected=f"{name} holds, or a plan of the phase takes it up",
                why_human="the roadmap gives it to this phase, and no plan of the phase names it",
            )
    if facts.roadmap.unread:
        yield HumanItem(
            name="What the roadmap asks",
            test=f"Look whether the phase is what the roadmap asks for: {facts.folder}",
            expected="its goal is reached, and its success criteria hold",
            why_human=facts.roadmap.unread,
        )
    if not items:
        yield HumanItem(
            name="The phase's goal",
            test=f"Look whether the phase reached its goal: {facts.roadmap.goal or facts.folder}",
            expected=facts.roadmap.goal or "what the phase was for",
            why_human="neither the roadmap nor a plan says what must be true",
        )


def left_items(gaps: Sequence[str], looks: Sequence[str]) -> Iterator[HumanItem]:
    """Give what an earlier report left: gaps that no claim repeats, and what a person was to do."""
    for gap in gaps:
        yield HumanItem(
            name="Gap of the earlier report",
            test=f"Look whether this gap of the earlier report is closed: {gap}",
            expected=gap,
            why_human="no claim that was decided says the same, so nothing was measured for it; "
            "an override of it closes it",
        )
    for look in looks:
        yield HumanItem(
            name="Left by the earlier report",
            test=look,
            expected="as the earlier report says",
            why_human="the earlier report left it to a person, and nothing tells what was seen; "
            "an override of it closes it",
        )


def _human_of(judged: JudgedPlan) -> Iterator[HumanItem]:
    """Give what a plan leaves to a person: its human checks, and claims that no check decides."""
    plan = judged.plan
    if judged.report and not judged.standing and judged.status not in _COMPLETE:
        yield HumanItem(
            name=f"The summary of {plan.id}",
            test=f"Look whether all of {plan.path} is done",
            expected="it is, and its summary says so",
            why_human=f"its summary says status: {judged.status}",
        )
    for task in plan.tasks if judged.report else ():
        for check in task.human_checks:
            test = check.test or check.text
            yield HumanItem(
                name=f"{plan.id}, task {task.number}",
                test=f"{plan.id}, task {task.number}: {test}",
                expected=check.expected or "as the plan says",
                why_human=check.why_human or "the plan leaves it to a person",
            )
    if left := undecided(judged):
        names = ", ".join(f"{row.id} (line {row.line})" for row in left[:_MOST_NAMED])
        more = f" and {len(left) - _MOST_NAMED} more" if len(left) > _MOST_NAMED else ""
        yield HumanItem(
            name=f"Claims of {plan.id} that no check decides",
            test=f"Look through what {plan.path} states and no check decides: {names}{more}",
            expected="each of them holds",
            why_human=left[0].reason,
        )


def requirements_of(facts: PhaseFacts) -> Iterator[Requirement]:
    """Give each requirement with the state of the plans that name it; itself it is not judged."""
    named = [name for one in facts.plans for name in one.plan.requirements]
    for name in dict.fromkeys((*facts.roadmap.requirements, *named)):
        of_it = [one for one in facts.plans if name in one.plan.requirements]
        refuted = [one.plan.id for one in of_it if one.standing or _count(one, "REFUTED")]
        unproven = [one.plan.id for one in of_it if _count(one, "UNPROVEN")]
        if not of_it:
            status, told = "? NEEDS HUMAN", "no plan of the phase names it"
        elif refuted:
            status, told = "✗ BLOCKED", f"gaps in {', '.join(refuted)}"
        elif unproven:
            status, told = "? NEEDS HUMAN", f"claims are undecided in {', '.join(unproven)}"
        else:
            status, told = "claims hold", f"every claim of {', '.join(p.plan.id for p in of_it)}"
        yield Requirement(
            id=name,
            plans=tuple(one.plan.id for one in of_it),
            text=facts.requirements.get(name, ""),
            status=status,
            evidence=told,
        )


def _count(judged: JudgedPlan, state: str) -> int:
    return sum(row.state == state for row in (judged.report.claims if judged.report else ()))
