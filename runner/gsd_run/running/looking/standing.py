"""Where one plan stands: its file, its summary and its newest run taken together."""

import shlex
from collections.abc import Callable
from typing import NamedTuple

from gsd_run.domain.standing import Holder, PlanFacts, PlanStands, RunFacts, Standing, Unmet

HALTED = ("halted", "blocked")  # a summary's words for a plan that is not complete
_WAITING = 10  # the exit code of a run that stopped for a person


class Around(NamedTuple):
    """What there is around the plans.

    Who works in the repository; the branch that is checked out, "" on a detached HEAD, None if
    that is not known; and whether a commit is part of what is checked out.
    """

    holder: Holder | None
    branch: str | None
    has: Callable[[str], bool]


class Written(NamedTuple):
    """A plan's summary as it lies there: the status that it says, "" if none."""

    status: str
    empty: bool = False


def standing(
    plan: PlanFacts,
    name: str,
    written: Written | None,
    unmet: tuple[Unmet, ...],
    run: RunFacts | None,
    around: Around,
) -> Standing:
    """Return where a plan stands; `name` is what to call it by."""
    if run is not None and not run.is_over:
        return _begun(plan, name, run, around)
    if written is not None and written.status in HALTED:
        return Standing(plan, name, "halted", f"its summary says {written.status}", run=run)
    if written is not None:
        return Standing(plan, name, "complete", _by(written, run), run=run)
    if run is not None and run.completed and around.has(_last_commit(run)):
        on = _words("summary", name)
        why = "its summary is gone; written again by:"
        return Standing(plan, name, "complete", why, on, run=run)
    return _to_do(plan, name, unmet, run)


def _by(written: Written, run: RunFacts | None) -> str:
    """Say by whose word a plan is complete, where no run stands for it."""
    if run is not None and run.completed:
        return ""
    told = "by its summary alone" + (", which is empty" if written.empty else "")
    return f"{told}: its run was taken back" if run else told


def _last_commit(run: RunFacts) -> str:
    return next((commit for _, _, _, commit in reversed(run.tasks) if commit), "")


def _to_do(plan: PlanFacts, name: str, unmet: tuple[Unmet, ...], run: RunFacts | None) -> Standing:
    """Return where a plan stands whose work is not here."""
    if plan.superseded:
        return Standing(plan, name, "superseded")
    if plan.unreadable:
        word = _words("lint", name)
        return Standing(plan, name, "unreadable", f"its mistakes: {word}", word)
    why = ""
    if run is not None and run.undone:
        why = "its run was taken back"
    elif run is not None:
        why = f"run {run.run} completed it on {_branch(run.branch)}; that work is not here"
    if unmet:
        return Standing(plan, name, "waits", why, waits_for=unmet, run=run)
    return Standing(plan, name, "ready", why, _words("", name), run=run)


def _begun(plan: PlanFacts, name: str, run: RunFacts, around: Around) -> Standing:
    """Return where a plan stands that has a run which is not over."""
    if run.undoing:
        return Standing(plan, name, "half taken back", "", _words("undo", name), run=run)
    # What was written since the lock was taken, its holder wrote: no other program may.
    holder = around.holder
    if holder is not None and run.last >= holder.since and not run.stands:
        return Standing(plan, name, "running", _doing(run), _words("log", name), run=run)
    waits = run.asks is not None or run.exit_code == _WAITING
    state: PlanStands = "waits for you" if waits else "stopped"
    on = _answer(run, name) if run.asks else _words("resume", name)
    why = _stopped(run)
    if run.path != plan.path:
        on = _words("", name)  # `resume` looks for the plan where it was
        why = f"{why}; since then its plan was moved from {run.path}"
    if around.branch is not None and run.branch != around.branch:
        why = f"{why} (on {_branch(run.branch)}, which is not checked out here)"
    return Standing(plan, name, state, why, on, run=run)


def without_its_file(one: Standing) -> Standing:
    """Return where a run stands whose plan is not there; nothing but its file takes it on."""
    if one.state == "running":
        return one
    return one._replace(why=f"{one.why}; {one.plan.path} is gone, and going on needs it", next="")


def _stopped(run: RunFacts) -> str:
    """Say why a run stands."""
    task = run.stopped_task or run.task
    if run.asks is not None:
        options = f": {', '.join(run.asks.options)}" if run.asks.options else ""
        return f"task {run.asks.task} ({run.asks.title}) asks{options}"
    if run.stopped and (run.exit_code in {0, _WAITING} or not task):
        return run.stopped
    if run.stopped:
        return f"in task {task}: {run.stopped}"
    if run.stands_on and not task:
        return "what followed was taken back"
    return f"it ended without a word in task {task}" if task else "it ended without a word"


def _doing(run: RunFacts) -> str:
    if not run.task:
        return run.doing or "judging before the first task"
    attempt = f", attempt {run.attempt}" if run.attempt > 1 else ""
    return f"task {run.task}{attempt}: {run.doing}"


def _branch(name: str) -> str:
    return f"branch {name}" if name else "a detached HEAD"


def _words(command: str, name: str) -> str:
    """Return what to type for a plan, as a shell takes it."""
    return " ".join(word for word in ("gsd-run", command, shlex.quote(name)) if word)


def _answer(run: RunFacts, name: str) -> str:
    assert run.asks is not None
    how = "--choose OPTION" if run.asks.kind == "decision" else "--approve"
    return f"{_words('answer', name)} {how}"
