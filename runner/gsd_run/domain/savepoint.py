"""Savepoints: the states of the files that a run went through, each kept under a ref of its own.

They are named by events of the journal and numbered as these are; a ref keeps the tree from
git's garbage collection, and exists before the event does.
"""

from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.domain.agent import AgentEnded
from gsd_run.domain.event import AttemptStarted, Changed, Event, Kept, Record, TaskEnded
from gsd_run.domain.undo import UndoPlanned


class Savepoint(Struct, frozen=True, kw_only=True):
    """One state of the tree. `number` is that of the event that names it.

    `moment` is before or after an attempt; kept, where something was put aside; or undone, the
    run's last commit before it was taken back. `tree` is "" where only the ref tells it.
    """

    number: int
    time: str
    moment: Literal["before", "after", "kept", "undone"]
    ref: str
    tree: str = ""
    task: int | None = None
    attempt: int | None = None
    reason: str = ""


def folder_of(run: str) -> str:
    """Return the folder of a run's refs, ending in a slash."""
    return f"refs/gsd-run/{run}/"


def ref_of(run: str, number: int) -> str:
    """Return the ref of the tree that a run's event names."""
    return f"{folder_of(run)}savepoint-{number}"


def new_tree(records: Sequence[Record], event: Event) -> str | None:
    """Return the tree that an event adds to those that the run's savepoints hold, if it does."""
    named = _named(event)
    if named is None:
        return None
    before = next((one for record in reversed(records) if (one := _named(record.event))), None)
    return None if named == before and not isinstance(event, AttemptStarted) else named[2]


def savepoints(run: str, records: Iterable[Record]) -> tuple[Savepoint, ...]:
    """Return a run's savepoints, oldest first."""
    found: list[Savepoint] = []
    seen: list[Record] = []
    for record in records:
        event = record.event
        tree = new_tree(seen, event)
        if isinstance(event, TaskEnded) and tree is None:
            _tell(found, event)
        if one := _savepoint(run, record, tree):
            found.append(one)
        if _named(event):
            seen = [record]
    return tuple(found)


def _tell(found: list[Savepoint], event: TaskEnded) -> None:
    """Let the last savepoint of an attempt say how it ended."""
    for place in reversed(range(len(found))):
        if (found[place].task, found[place].moment) == (event.task, "after"):
            found[place] = replace(found[place], reason=_outcome(event))
            return


def _named(event: Event) -> tuple[int, int, str] | None:
    """Return the task, the attempt and the tree that an event of an attempt names."""
    if isinstance(event, AttemptStarted | AgentEnded | Changed | TaskEnded):
        return event.task, event.attempt, event.tree
    return None


def _savepoint(run: str, record: Record, tree: str | None) -> Savepoint | None:
    event = record.event
    number, time = record.seq, record.time
    if isinstance(event, Kept):
        return Savepoint(
            number=number, time=time, moment="kept", ref=event.ref, reason=event.reason
        )
    if isinstance(event, UndoPlanned):
        told = f"before tasks {event.from_task} and on were taken back by {event.way}"
        return Savepoint(number=number, time=time, moment="undone", ref=event.ref, reason=told)
    if tree is None or not isinstance(event, AttemptStarted | AgentEnded | Changed | TaskEnded):
        return None
    return Savepoint(
        number=number,
        time=time,
        moment="before" if isinstance(event, AttemptStarted) else "after",
        ref=ref_of(run, number),
        tree=tree,
        task=event.task,
        attempt=event.attempt,
        reason=_outcome(event) if isinstance(event, TaskEnded) else "",
    )


def _outcome(event: TaskEnded) -> str:
    return f"{event.outcome}: {event.reason}"
