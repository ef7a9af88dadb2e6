"""What an event means, in a few words, for those who wait for a run from afar."""

from gsd_run.domain.agent import AgentCalled
from gsd_run.domain.event import (
    AttemptStarted,
    BaselineDone,
    Committed,
    Completed,
    Event,
    Judged,
    RunStarted,
    Stopped,
    TaskEnded,
)
from gsd_run.domain.run import RunState

WIDTH = 160  # of a line


def told_of(event: Event, state: RunState) -> str:  # noqa: PLR0911 - a table of events
    """Return a line on an event, "" for those that nobody waits for."""
    match event:
        case RunStarted():
            return f"run {event.run} of {state.plan.id}: {len(state.claims)} claims"
        case BaselineDone():
            return "judged at the base commit"
        case Judged():
            at = {"base": " at the base", "before": " before the task"}.get(event.moment, "")
            return in_a_line(f"{event.verdict.claim} {event.verdict.state}{at}")
        case AttemptStarted():
            name = next(one.title for one in state.plan.tasks if one.number == event.task)
            return in_a_line(f"task {event.task} of {len(state.plan.tasks)}: {name}")
        case AgentCalled():
            return f"task {event.task}: calling {event.agent}"
        case TaskEnded():
            return in_a_line(f"task {event.task} {event.outcome} {event.reason}".strip())
        case Committed():
            return in_a_line(f"committed {event.commit[:9]} {event.subject}")
        case Completed():
            return f"complete: {event.summary}"
        case Stopped():
            return in_a_line(f"stopped: {event.reason}")
    return ""


def in_a_line(text: str) -> str:
    """Return a text as one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"
