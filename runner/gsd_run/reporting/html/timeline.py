"""A run's records as stages, one after another: the base, each task with its attempts, the end."""

import datetime as dt
from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from gsd_run.domain.agent import AgentCalled, AgentEnded, AmendmentProposed
from gsd_run.domain.claim import Verdict
from gsd_run.domain.event import (
    Answered,
    AttemptStarted,
    BaselineDone,
    Changed,
    Committed,
    Completed,
    Ended,
    Event,
    Judged,
    Measured,
    Record,
    RunStarted,
    StepPlanned,
    Stopped,
    TaskEnded,
)
from gsd_run.domain.undo import Undone

Kind = Literal["base", "task", "end"]


class Entry(Struct, frozen=True, kw_only=True):
    """Something that happened; `at` and `until` are seconds of the run, without its pauses.

    `attempt` is 0 for what came before the first one. `seq` is the record's number.
    """

    seq: int
    time: str
    at: float
    until: float
    event: Event
    attempt: int = 0


class Stage(Struct, frozen=True, kw_only=True):
    """A part of a run, with all that happened in it."""

    kind: Kind
    task: int | None
    entries: tuple[Entry, ...] = ()

    @property
    def at(self) -> float:
        """Return when the stage began, in seconds of the run."""
        return min((one.at for one in self.entries), default=0.0)

    @property
    def until(self) -> float:
        """Return when it ended."""
        return max((one.until for one in self.entries), default=0.0)

    @property
    def seconds(self) -> float:
        """Return how long it took, what lies between two times at it left out."""
        return sum(until - at for at, until in merged((one.at, one.until) for one in self.busy))

    @property
    def busy(self) -> tuple[Entry, ...]:
        """Return the entries that took time."""
        return tuple(one for one in self.entries if one.until > one.at)

    def of_attempt(self, number: int) -> tuple[Entry, ...]:
        """Return what happened in an attempt."""
        return tuple(one for one in self.entries if one.attempt == number)

    @property
    def attempts(self) -> tuple[int, ...]:
        """Return the numbers of the attempts, 0 for what came before them."""
        return tuple(dict.fromkeys(one.attempt for one in self.entries))

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Return the verdicts that fell in it."""
        return tuple(one.event.verdict for one in self.entries if isinstance(one.event, Judged))


class Timeline(Struct, frozen=True, kw_only=True):
    """The stages of a run in the order in which they began, and how long it worked and paused."""

    stages: tuple[Stage, ...]
    seconds: float
    paused: float

    def stage(self, kind: Kind, task: int | None = None) -> Stage | None:
        """Return a stage, None if the run has not come to it."""
        return next((one for one in self.stages if (one.kind, one.task) == (kind, task)), None)


def merged(spans: Iterable[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Return spans of time in order, those that touch each other as one."""
    found: list[tuple[float, float]] = []
    for at, until in sorted(spans):
        if found and at <= found[-1][1]:
            found[-1] = (found[-1][0], max(until, found[-1][1]))
        else:
            found.append((at, until))
    return tuple(found)


def timeline_of(records: Iterable[Record]) -> Timeline:
    """Return the stages of a run, from its records in their order."""
    told = _Telling()
    for record in records:
        told.take(record)
    return told.timeline()


class _Telling:
    """Takes records one after another and knows what they belong to."""

    def __init__(self) -> None:
        self._stages: dict[tuple[Kind, int | None], list[Entry]] = {}
        self._here: tuple[Kind, int | None] = ("base", None)
        self._attempt: dict[int, int] = {}
        self._pending: list[tuple[Record, float, float]] = []
        self._clock = _Clock()

    def take(self, record: Record) -> None:
        now = self._clock.at(record)
        event = record.event
        self._here = _stage_of(event) or self._here
        if isinstance(event, AttemptStarted):
            self._settle(now)  # what was measured before it belongs to no attempt
            self._attempt[event.task] = event.attempt
        self._pending.append((record, max(0.0, now - _seconds_of(event)), now))
        if not isinstance(event, Measured):
            self._settle(now)

    def _settle(self, now: float) -> None:
        task = self._here[1]
        attempt = self._attempt.get(task, 0) if task is not None else 0
        for record, at, until in self._pending:
            entry = Entry(
                seq=record.seq,
                time=record.time,
                at=at,
                until=min(until, now),
                event=record.event,
                attempt=attempt,
            )
            self._stages.setdefault(self._here, []).append(entry)
        self._pending = []

    def timeline(self) -> Timeline:
        self._settle(self._clock.now)
        stages = tuple(
            Stage(kind=kind, task=task, entries=tuple(entries))
            for (kind, task), entries in self._stages.items()
        )
        return Timeline(stages=stages, seconds=self._clock.now, paused=self._clock.paused)


class _Clock:
    """Counts a run's seconds; while it is stopped, and nothing of it runs, the clock stands."""

    def __init__(self) -> None:
        self._before: dt.datetime | None = None
        self._standing = False
        self.now = 0.0
        self.paused = 0.0

    def at(self, record: Record) -> float:
        time = _read(record.time)
        if self._before is not None and time is not None:
            passed = max(0.0, (time - self._before).total_seconds())
            # what was measured right after a pause took time of its own
            worked = min(passed, _seconds_of(record.event)) if self._standing else passed
            self.now += worked
            self.paused += passed - worked
        self._before = time or self._before
        self._standing = isinstance(record.event, Stopped | Completed | Undone)
        return self.now


def _read(time: str) -> dt.datetime | None:
    try:
        read = dt.datetime.fromisoformat(time)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=dt.UTC)


def _seconds_of(event: Event) -> float:
    match event:
        case Measured():
            return max(0.0, event.measurement.seconds)
        case AgentEnded():
            return max(0.0, event.seconds)
        case _:
            return 0.0


def _stage_of(event: Event) -> tuple[Kind, int | None] | None:
    """Return the stage to which an event itself says that it belongs, None if it says nothing."""
    match event:
        case RunStarted() | BaselineDone() | Judged(moment="base"):
            return ("base", None)
        case Judged(moment="end") | Ended() | Committed(part="docs" | "mend"):
            return ("end", None)
        case (
            Judged(task=int(number))
            | AttemptStarted(task=int(number))
            | StepPlanned(task=int(number))
            | AgentCalled(task=int(number))
            | AgentEnded(task=int(number))
            | AmendmentProposed(task=int(number))
            | Answered(task=int(number))
            | Changed(task=int(number))
            | TaskEnded(task=int(number))
            | Committed(task=int(number))
            | Stopped(task=int(number))
        ):
            return ("task", number)
        case Undone(from_task=number):
            return ("task", number)
        case _:
            return None
