"""What the tools give back, in a few lines: some clients show an agent nothing else."""

from collections.abc import Sequence

from gsd_run.cli.serving.values import Findings, Outcome, Overview, Refuted, Unproven
from gsd_run.domain.plan import Plan, Task

MOST = 40  # findings and plans
WIDTH = 300  # of a line
ACTION = 4000  # characters of what a task says is to be done


def text_of_outcome(one: Outcome) -> str:
    """Return an outcome in lines: counts, what is refuted and where, what to do next."""
    counts = ", ".join(f"{number} {state}" for state, number in one.counts.items())
    vacuous = f" ({one.vacuous} of the PROVEN held before the work, too)" if one.vacuous else ""
    at = f", judged {one.judged_at[:19]}Z" if one.judged_at else ""
    lines = [f"{one.plan}: {one.outcome}; {counts}{vacuous}{at}"]
    lines += [line for claim in one.refuted for line in _refuted(claim)]
    lines += map(_unproven, one.unproven)
    lines += [f"… and {one.left_out} more claims"] if one.left_out else []
    lines += [one.question or one.told] if one.question or one.told else []
    return "\n".join([*lines, *one.warnings, f"next: {one.next}"])


def text_of_findings(found: Findings) -> str:
    """Return findings a line each; what is only a note is counted."""
    told = [one for one in found.findings if one.severity != "note"]
    lines = [_line(f"{one.path}:{one.line}:{one.column}: {one.code} {one.message}") for one in told]
    more = [f"… and {len(lines) - MOST} more"] if len(lines) > MOST else []
    notes = len(found.findings) + found.left_out - found.errors - found.warnings
    counted = f"{found.errors} errors, {found.warnings} warnings, {notes} notes"
    return "\n".join([*lines[:MOST], *more, counted])


def text_of_overview(found: Overview) -> str:
    """Return where plans stand, a line each."""
    lines = [
        _line(
            f"{one.plan}: {one.state}{f' ({one.why})' if one.why else ''}"
            f"{f'; next: {one.next}' if one.next else ''}"
        )
        for one in found.plans
    ]
    left = len(lines[MOST:]) + found.left_out
    more = [f"… and {left} more; name a phase to see its plans"] if left else []
    return "\n".join([*lines[:MOST], *more]) or "no plan lies below .planning"


def text_of_plan(plan: Plan) -> str:
    """Return a plan in lines: its objective, its tasks, what must be true of the result."""
    lines = [f"{plan.id} ({plan.path})", plan.objective.text.strip() if plan.objective else ""]
    for task in plan.tasks:
        lines += _task(task)
    lines += [f"must be true: {one.statement}" for one in plan.must_haves.truths]
    lines += [f"must exist: {one.path}" for one in plan.must_haves.artifacts]
    return "\n".join(line for line in lines if line)


def _task(task: Task) -> list[str]:
    action = task.action.text.strip() if task.action else ""
    return [
        f"{task.number}. {task.title}",
        f"files: {', '.join(task.files)}" if task.files else "",
        action if len(action) <= ACTION else f"{action[:ACTION]}… (the whole is in the plan)",
        *(f"verify: {one.text.strip()}" for one in task.verify),
        *(f"accepted if: {one.text.strip()}" for one in task.acceptance),
        *(f"done when: {one.text.strip()}" for one in task.done),
    ]


def _refuted(claim: Refuted) -> Sequence[str]:
    told = f"REFUTED {claim.id} ({claim.at}): {claim.reason}"
    return [_line(told), *(_line(f"  {place}") for place in claim.places)]


def _unproven(claim: Unproven) -> str:
    return _line(f"UNPROVEN {claim.id} ({claim.at}): {claim.reason}")


def _line(text: str) -> str:
    line = " ".join(text.split()) if not text.startswith("  ") else text.replace("\n", " ")
    return line if len(line) <= WIDTH else f"{line[:WIDTH]}…"
