"""Amendments that an agent proposes: for the user to allow, and then in the run file."""

from gsd_run.domain.agent import AmendmentProposed
from gsd_run.domain.errors import GsdRunError, PlanError
from gsd_run.domain.event import TaskEnded
from gsd_run.domain.plan import Task
from gsd_run.domain.run_file import Amendment
from gsd_run.reading.locating import run_file_path
from gsd_run.reading.run_file import read_run_file
from gsd_run.reading.run_file_splicing import amend_text, spliced
from gsd_run.running.attempts.briefing import PROPOSALS
from gsd_run.running.beginning.baseline import judge_changed_claims_at_base
from gsd_run.running.beginning.preparing import prepared
from gsd_run.running.carrying import Carrying
from gsd_run.running.finishing import write_text


def take_proposals(run: Carrying, task: Task) -> str:
    """Take the amendments that an agent left, and those allowed into the run file.

    Returns what the user is to be told of those that are not allowed, "" if there are none.
    """
    place = run.project.root / PROPOSALS
    if not place.is_file() or place.is_symlink():
        return ""
    try:
        amendments = read_run_file(place.read_bytes().decode(), PROPOSALS).amendments
    except (PlanError, UnicodeDecodeError) as error:
        run.watcher.said(f"the agent's proposal can't be understood: {error}")
        amendments = ()
    own = [one for one in amendments if one.claim.split(".")[:2] == ["verify", str(task.number)]]
    if others := ", ".join(one.claim for one in amendments if one not in own):
        run.watcher.said(
            f"the agent proposes to amend {others}, which is passed over: it may only propose "
            f"that for verify.{task.number}"
        )
    # A crash may have come in the middle of this: what is done already is not done again.
    left = [one for one in own if (one.claim, one.replace) not in _made(run)]
    accepted = bool(own) and run.options.allow_amendments and (not left or _accepted(run, left))
    events = [_proposed(run, task, one, accepted=accepted) for one in own]
    for event in events:
        if event not in run.state.proposals:
            run.add(event)
    place.unlink()
    if not own or run.options.allow_amendments:
        return ""
    return (
        f"the agent proposes to amend checks of task {task.number}:\n{amend_text(own)}"
        "`gsd-run resume --allow-amendments` accepts that; the summary will list it."
    )


def _made(run: Carrying) -> set[tuple[str, tuple[tuple[str, str], ...]]]:
    """Return the amendments that the run file holds."""
    known = run.state.run_file.amendments if run.state.run_file else ()
    return {(one.claim, one.replace) for one in known}


def accept_proposals(run: Carrying, task: Task) -> bool:
    """Accept what was proposed for a task and not allowed then; tell whether there was any."""
    if not run.options.allow_amendments:
        return False
    made = _made(run)
    accepted = {(one.claim, one.replace) for one in run.state.proposals if one.accepted}
    proposed = (
        Amendment(claim=one.claim, replace=one.replace, reason=one.reason, line=0)
        for one in run.state.proposals
        if one.task == task.number and (one.claim, one.replace) not in accepted
    )
    open_ones = list(dict.fromkeys(proposed))
    left = [one for one in open_ones if (one.claim, one.replace) not in made]
    if not open_ones or (left and not _accepted(run, left)):
        return False
    for one in open_ones:
        run.add(_proposed(run, task, one, accepted=True))
    return True


def accepted_since_it_failed(run: Carrying, task: Task) -> bool:
    """Tell whether an amendment was accepted after the task's last end: then came a kill."""
    for record in reversed(run.journal.records):
        match record.event:
            case AmendmentProposed(task=task.number, accepted=True):
                return True
            case TaskEnded(task=task.number):
                return False
    return False


def _proposed(
    run: Carrying, task: Task, amendment: Amendment, *, accepted: bool
) -> AmendmentProposed:
    return AmendmentProposed(
        task=task.number,
        attempt=run.state.tasks[task.number].attempt,
        claim=amendment.claim,
        replace=amendment.replace,
        reason=amendment.reason,
        accepted=accepted,
    )


def _accepted(run: Carrying, amendments: list[Amendment]) -> bool:
    """Write amendments into the run file and go by the plan as amended; tell whether they fit."""
    plan_path = run.project.root / run.state.plan.path
    place = run_file_path(plan_path)
    name = place.relative_to(run.project.root).as_posix()
    before = place.read_bytes() if place.is_file() else None
    marked = [
        Amendment(
            claim=one.claim,
            replace=one.replace,
            reason=f"{one.reason} (proposed by an agent)",
            line=one.line,
        )
        for one in amendments
    ]
    after = spliced(before.decode() if before else None, marked, run.state.plan.id)
    write_text(run.project.root, name, after)
    try:
        read = prepared(plan_path, run.project).read
    except GsdRunError as error:
        if before is None:
            place.unlink()
        else:
            write_text(run.project.root, name, before.decode())
        run.watcher.said(f"the agent's amendment does not fit the plan: {error.message}")
        return False
    run.add(read)
    judge_changed_claims_at_base(run)
    return True
