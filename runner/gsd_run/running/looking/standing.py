"""Where one plan stands: its file, its summary and its newest run taken together."""

from gsd_run.domain.standing import Holder, PlanFacts, RunFacts, Standing, Unmet

_WAITING = 10  # the exit code of a run that stopped for a person
_HALTED = ("halted", "blocked")


def standing(  # noqa: PLR0911 - a table of states
    plan: PlanFacts,
    summary: str | None,
    unmet: tuple[Unmet, ...],
    run: RunFacts | None,
    holder: Holder | None,
) -> Standing:
    """Return where a plan stands. `summary` is the status that its summary says, None without."""
    if run is not None and (run.undoing or not run.undone):
        return _with_run(plan, run, holder, summary)
    if summary in _HALTED:
        return Standing(plan, "halted", f"its summary says {summary}", run=run)
    if summary is not None:
        why = "its summary stands, though its run was taken back" if run else "by its summary"
        return Standing(plan, "complete", why, run=run)
    if plan.superseded:
        return Standing(plan, "superseded")
    if plan.unreadable:
        word = f"gsd-run lint {plan.id}"
        return Standing(plan, "unreadable", f"its mistakes: {word}", word)
    why = "its run was taken back" if run else ""
    if unmet:
        return Standing(plan, "waits", why, waits_for=unmet, run=run)
    return Standing(plan, "ready", why, f"gsd-run {plan.id}", run=run)


def _with_run(  # noqa: PLR0911 - as above
    plan: PlanFacts, run: RunFacts, holder: Holder | None, summary: str | None
) -> Standing:
    if run.undoing:
        return Standing(plan, "half taken back", "", f"gsd-run undo {plan.id}", run=run)
    if run.completed:
        why = "" if summary is not None else "its summary is gone; written again by:"
        next_word = "" if summary is not None else f"gsd-run summary {plan.id}"
        return Standing(plan, "complete", why, next_word, run=run)
    # What was written since the lock was taken, its holder wrote: no other program may.
    if holder is not None and run.last >= holder.since and not run.stands:
        return Standing(plan, "running", _doing(run), f"gsd-run log {plan.id}", run=run)
    if run.asks is not None:
        told = f"task {run.asks.task} ({run.asks.title}) asks"
        return Standing(plan, "waits for you", told, _answer(plan, run), run=run)
    on = f"gsd-run resume {plan.id}"
    if run.stopped:
        where = f"in task {run.stopped_task}" if run.stopped_task else "outside a task"
        if run.exit_code == _WAITING:
            return Standing(plan, "waits for you", run.stopped, on, run=run)
        if run.exit_code == 0:
            return Standing(plan, "stopped", run.stopped, on, run=run)
        return Standing(plan, "stopped", f"{where}: {run.stopped}", on, run=run)
    if run.stands_on and not run.task:
        return Standing(plan, "stopped", "what followed was taken back", on, run=run)
    where = f" in task {run.task}" if run.task else ""
    return Standing(plan, "stopped", f"it ended without a word{where}", on, run=run)


def _doing(run: RunFacts) -> str:
    if not run.task:
        return run.doing or "judging before the first task"
    attempt = f", attempt {run.attempt}" if run.attempt > 1 else ""
    return f"task {run.task}{attempt}: {run.doing}"


def _answer(plan: PlanFacts, run: RunFacts) -> str:
    assert run.asks is not None
    if run.asks.kind == "decision":
        return f"gsd-run answer {plan.id} --choose {'|'.join(run.asks.options) or 'ID'}"
    return f"gsd-run answer {plan.id} --approve"
