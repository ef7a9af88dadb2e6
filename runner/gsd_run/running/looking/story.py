"""The story of a run, from its journal or from the evidence that was committed with its summary."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from gsd_run.domain.agent import AgentCalled, AgentEnded
from gsd_run.domain.errors import Refusal, UsageError
from gsd_run.domain.event import AttemptStarted, Judged, Measured, PlanRead, Record, RunStarted
from gsd_run.domain.measurement import Measurement
from gsd_run.domain.story import STARTED, Printed, Ran, Story
from gsd_run.running.journals.journal import read
from gsd_run.running.journals.store import Store
from gsd_run.running.looking.auditing import evidence_path


def story_of_run(store: Store, run: str) -> Story:
    """Return the story of a run that has its journal here.

    Raises:
        Refusal: the journal's chain of hashes is broken.
    """
    return _story(store.journal(run), whole=True)


def story_of_evidence(plan_path: Path) -> Story | None:
    """Return the story that is committed beside a plan's summary, None if there is none.

    Raises:
        Refusal: its chain of hashes is broken.
    """
    place = evidence_path(plan_path)
    return _story(place, whole=False) if place else None


def _story(place: Path, *, whole: bool) -> Story:
    records = tuple(read(place))
    if not records or not isinstance(records[0].event, RunStarted):
        raise Refusal(f"{place}: it does not tell how the run began; nothing can be told of it")
    started = records[0].event
    return Story(
        run=started.run,
        plan=started.read.plan.id,
        source=str(place),
        whole=whole,
        names={task.number: task.title for read in _plans(records) for task in read.plan.tasks},
        records=records,
        ran=tuple(_ran(records)),
    )


def _plans(records: Sequence[Record]) -> Iterator[PlanRead]:
    """Return the plan as the run went by it, from the beginning and after each change."""
    for record in records:
        if isinstance(record.event, RunStarted):
            yield record.event.read
        elif isinstance(record.event, PlanRead):
            yield record.event


def _ran(records: Sequence[Record]) -> Iterator[Ran]:
    """Return everything that was run, in order, each with its number."""
    number, called = 0, ""
    tasks = _tasks(records)
    for record in records:
        event = record.event
        if isinstance(event, AgentCalled):
            called = f"{event.agent} {event.model}".strip()
        elif isinstance(event, AgentEnded):
            number += 1
            yield Ran(
                number=number,
                kind="agent",
                event=record.seq,
                part=0,
                text=called,
                status=event.outcome,
                seconds=event.seconds,
                stored=event.transcript,
                task=event.task,
            )
        elif isinstance(event, Measured):
            for part, one in enumerate(event.measurement.commands):
                number += 1
                yield Ran(
                    number=number,
                    kind="command",
                    event=record.seq,
                    part=part,
                    text=one.text,
                    status=STARTED if one.background else str(one.status),
                    seconds=one.seconds,
                    stored=event.stored,
                    task=tasks[record.seq],
                    tests=tuple(test for test in event.measurement.tests if test.command == part),
                )


def _tasks(records: Sequence[Record]) -> dict[int, int | None]:
    """Return for each event the task that it belongs to, None for all of them.

    A measurement belongs to the verdict that comes of it, and so to what comes next.
    """
    found: dict[int, int | None] = {}
    now: int | None = None
    coming: list[int] = []
    for record in records:
        event = record.event
        if isinstance(event, Measured):
            coming.append(record.seq)
            found[record.seq] = now
            continue
        task = getattr(event, "task", None)
        if isinstance(event, Judged):
            task = event.task if event.moment in {"before", "red", "task"} else None
            found.update(dict.fromkeys(coming, task))
        coming = []
        found[record.seq] = task
        if isinstance(event, Judged | AttemptStarted):
            now = task
    return found


def of_task(story: Story, task: int) -> Story:
    """Return what belongs to one task.

    Raises:
        UsageError: the plan has no such task.
    """
    tasks = _tasks(story.records)
    if task not in story.names and task not in tasks.values():
        listed = ", ".join(map(str, story.names)) or "none"
        raise UsageError(f"{story.plan} has no task {task}; its tasks: {listed}")
    kept = tuple(one for one in story.records if tasks[one.seq] == task)
    ran = tuple(one for one in story.ran if one.task == task)
    return msgspec.structs.replace(story, records=kept, ran=ran)


def numbered(story: Story, number: int) -> Ran:
    """Return what was run under a number.

    Raises:
        UsageError: the run has no such number.
    """
    found = next((one for one in story.ran if one.number == number), None)
    if found is None:
        first_last = f"{story.ran[0].number} to {story.ran[-1].number}" if story.ran else "none"
        raise UsageError(
            f"run {story.run} has no command {number} here, only {first_last}; "
            f"`gsd-run log {story.plan}` lists them"
        )
    return found


def printed(story: Story, ran: Ran, store: Store | None) -> Printed:
    """Return what a command or an agent wrote: all of it where it is stored here.

    Raises:
        Refusal: what is stored is not what was measured.
        UsageError: nothing of it is here.
    """
    if store is not None and store.place_of(ran.stored).is_file():
        content = store.output(ran.stored)
        if ran.kind == "agent":
            return Printed(stdout=content.decode(errors="replace"), stderr="", excerpt=False)
        one = msgspec.json.decode(content, type=Measurement).commands[ran.part]
        return Printed(stdout=one.stdout, stderr=one.stderr, excerpt=False)
    if ran.kind == "agent":
        raise UsageError(
            f"what the agent wrote is not here: it stays in the clone in which run {story.run} "
            "was made"
        )
    event = next(one.event for one in story.records if one.seq == ran.event)
    assert isinstance(event, Measured)
    one = event.measurement.commands[ran.part]
    return Printed(stdout=one.stdout, stderr=one.stderr, excerpt=True)
