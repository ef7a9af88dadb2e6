"""Which of a plan's tasks are carried out now: all of them, unless the user asks for fewer."""

from gsd_run.domain.errors import UsageError
from gsd_run.domain.plan import Plan, Task
from gsd_run.domain.run import RunState, TaskState
from gsd_run.running.carrying import Options


def selected(plan: Plan, options: Options) -> tuple[Task, ...]:
    """Return the tasks that are asked for, in the plan's order."""
    if options.task is not None:
        return plan.tasks[options.task - 1 : options.task]
    return plan.tasks[: options.until]


def refuse_selection(plan: Plan, state: RunState | None, options: Options) -> None:
    """Refuse tasks that the plan does not have, and one whose predecessors are not finished.

    `state` is the run that is gone on with, None for a new one.

    Raises:
        UsageError: the choice makes no sense.
    """
    for number in (options.task, options.until):
        if number is not None and not 1 <= number <= len(plan.tasks):
            raise UsageError(f"{plan.id} has no task {number}; its last is {len(plan.tasks)}")
    only = options.task
    if only is None:
        return
    open_ones = [
        task.number
        for task in plan.tasks[: only - 1]
        if state is None or not is_finished(state.tasks.get(task.number))
    ]
    if open_ones:
        raise UsageError(
            f"task {only} builds on task {open_ones[0]}, which is not finished; `--until {only}` "
            "carries out what is missing, too"
        )


def unfinished(state: RunState) -> tuple[Task, ...]:
    """Return the tasks that are still to be carried out."""
    return tuple(t for t in state.plan.tasks if not is_finished(state.tasks[t.number]))


def is_finished(state: TaskState | None) -> bool:
    """Tell whether a task was judged well, and its change is committed."""
    if state is None or state.ended is None or state.ended.outcome == "FAILED":
        return False
    changed = state.changed
    nothing = changed and not (changed.added or changed.modified or changed.deleted)
    return bool(state.committed or nothing)
