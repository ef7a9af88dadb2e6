"""What somebody who looks on knows of a run at one moment: the value that the screen shows."""

from msgspec import Struct

from gsd_run.domain.agent import AgentCalled, AgentEnded
from gsd_run.domain.event import (
    AttemptStarted,
    BaselineDone,
    Changed,
    Committed,
    Ended,
    Event,
    Judged,
    RunStarted,
    TaskEnded,
)
from gsd_run.domain.measurement import TestRun
from gsd_run.domain.run import RunState

RECENT = 100  # lines of the log that a screen may have room for


class Seen(Struct, frozen=True, kw_only=True):
    """A moment of a run, as it is seen.

    `doing` says in a few words what goes on, in `task` if that is set. `command` runs now, and
    `output` is the end of what it printed; it stays to be seen when it has ended. `recent` are
    the last lines of the log. The times are seconds of a clock that only counts up.
    """

    began: float
    state: RunState | None = None
    doing: str = "reading the plan"
    task: int | None = None
    task_began: float = 0.0
    command: str = ""
    command_began: float = 0.0
    command_ended: float | None = None
    output: tuple[str, ...] = ()
    recent: tuple[str, ...] = ()


_MADE_BY = {
    "agent": "waiting for the agent",
    "model": "waiting for the agent",
    "hand": "waiting for a person",
    "person": "waiting for a person",
}


def doing_after(  # noqa: PLR0911 - a table of events
    event: Event, state: RunState
) -> tuple[str, int | None] | None:
    """Return what goes on after an event, and in which task; None if that is as before it."""
    match event:
        case RunStarted() | Judged(moment="base"):
            return "judging at the base commit", None
        case BaselineDone():
            return "beginning", None
        case AttemptStarted():
            return _MADE_BY.get(event.executor, "changing"), event.task
        case AgentCalled():
            return "the agent works", event.task
        case AgentEnded() | Changed() | Judged(moment="task", task=int()):
            return "judging", event.task
        case Judged(moment="end"):
            return "judging all claims", None
        case TaskEnded():
            return "committing", event.task
        case Committed(part="task"):
            left = [one.number for one in state.tasks.values() if one.ended is None]
            return f"judging before task {left[0]}" if left else "judging all claims", None
        case Ended():
            return "writing the summary", None
    return None


def tests_at(state: RunState, *, base: bool) -> TestRun | None:
    """Return the largest test run that was measured at the base, or last at another tree."""
    tree = state.started.base_tree
    found = [
        [run for run in one.measurement.tests if run.collected]
        for one in state.measured.values()
        if (one.tree == tree) is base and not one.without
    ]
    every = [run for runs in found for run in runs]
    if not every:
        return None
    most = max(run.collected for run in every)
    return next(run for run in reversed(every) if run.collected == most)
