"""The story of a run as lines, one an event, for people and pipes."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TypeAlias, assert_never

from gsd_run.domain.agent import AgentCalled, AgentEnded, AmendmentProposed
from gsd_run.domain.event import (
    Answered,
    AttemptStarted,
    BaselineDone,
    Changed,
    Committed,
    Completed,
    Ended,
    Event,
    Imported,
    Judged,
    Kept,
    Measured,
    PlanRead,
    PutBack,
    Record,
    RunStarted,
    SetAside,
    StepPlanned,
    Stopped,
    TaskEnded,
)
from gsd_run.domain.planning_update import PlanningUpdated
from gsd_run.domain.story import STARTED, Printed, Ran, Story
from gsd_run.domain.undo import Restored, Undone, UndoPlanned
from gsd_run.outside.templates import duration

_SHOWN = 8  # files that are named in a line
_MOMENTS = {
    "base": "at the base",
    "before": "before it",
    "red": "with its tests alone",
    "task": "after it",
    "end": "at the end",
}
_Around: TypeAlias = (  # events that belong to no attempt
    Kept
    | SetAside
    | PutBack
    | Stopped
    | Ended
    | PlanningUpdated
    | Completed
    | Restored
    | UndoPlanned
    | Undone
    | Imported
)


def log_text(story: Story) -> str:
    """Return the story; `gsd-run log PLAN --command K` prints what the command numbered K wrote."""
    ran = {event: list(of) for event, of in groupby(story.ran, key=lambda one: one.event)}
    lines: list[str] = []
    day = ""
    for record in _with_judged_together(story.records):
        first = record[0]
        if first.time[:10] != day:
            day = first.time[:10]
            lines.append(f"{day}, times in UTC")
        told = _told([one.event for one in record], ran.get(first.seq, []), story.names)
        for place, line in enumerate(told):
            lines.append(
                f"{first.time[11:19] if place == 0 else '':8}  {_on_a_line(line)}".rstrip()
            )
    if not story.whole:
        lines.append("")
        lines.append(f"from {story.source}: of outputs it holds excerpts only")
    return "\n".join(lines) + "\n"


def output_text(ran: Ran, output: Printed) -> str:
    """Return what a command wrote, its errors after its output."""
    parts = [part for part in (output.stdout, output.stderr) if part]
    joined = "".join(part if part.endswith("\n") else f"{part}\n" for part in parts)
    return joined or f"{ran.text}: it wrote nothing\n"


def _on_a_line(text: str) -> str:
    """Return a text on one line: none of it can pass for a line of the story."""
    first, *others = text.splitlines() or [""]
    return " ⏎ ".join([first, *(line.strip() for line in others if line.strip())])


def _with_judged_together(records: Sequence[Record]) -> Iterator[list[Record]]:
    """Give the events one by one, but verdicts of one moment on one tree together."""

    def moment(record: Record) -> object:
        event = record.event
        if isinstance(event, Judged):
            return (event.moment, event.tree, event.task)
        return record.seq

    for _, group in groupby(records, key=moment):
        yield list(group)


def _told(events: Sequence[Event], ran: Sequence[Ran], names: dict[int, str]) -> Iterator[str]:  # noqa: C901, PLR0912 - a table of events
    match event := events[0]:
        case RunStarted():
            yield from _started(event)
        case PlanRead():
            yield "the plan or its run file has changed, and is gone by from here on"
        case Measured():
            yield from _measured(event, ran)
        case BaselineDone():
            yield f"all claims judged at the base commit, in {duration(event.seconds)}"
        case AttemptStarted():
            name = names.get(event.task, "")
            yield f"task {event.task} ({name}), attempt {event.attempt} by {event.executor}"
        case StepPlanned():
            yield f"step {event.step}, {event.kind}: {_files([one.path for one in event.files])}"
            yield from (f"  {one.path}:{one.line}: {one.message}" for one in event.undecided)
        case AgentCalled():
            model = f" with {event.model}" if event.model else ""
            yield f"agent {event.agent}{model} is called"
        case AgentEnded():
            yield from _agent(event, ran)
        case AmendmentProposed():
            taken = "accepted" if event.accepted else "not accepted"
            yield f"proposed to amend {event.claim}, {taken}: {event.reason}"
        case Answered():
            what = " ".join(part for part in (event.answer, event.choice, event.reason) if part)
            yield f"task {event.task} answered by {event.by}: {what}"
        case Changed():
            yield from _changed(event)
        case TaskEnded():
            yield f"task {event.task} {event.outcome} in {duration(event.seconds)}"
            yield from (f"  {line}" for line in event.reason.splitlines())
        case Committed():
            yield f"committed {event.commit[:9]} {event.subject}"
        case Judged():
            yield from _judged([one for one in events if isinstance(one, Judged)])
        case _:
            yield from _around(event)


def _around(event: _Around) -> Iterator[str]:  # noqa: C901, PLR0912 - as above
    """Tell the events that belong to no attempt."""
    match event:
        case Kept():
            yield f"kept under {event.ref}: {event.reason}"
        case SetAside():
            yield f"set aside for a measurement: {_files(event.paths)} ({event.reason})"
        case PutBack():
            yield "put back"
        case Stopped():
            yield f"stopped with exit {event.exit_code}"
            yield from (f"  {line}" for line in event.reason.splitlines())
        case Ended():
            yield f"ended after {duration(event.seconds)}"
        case PlanningUpdated():
            if event.files or event.notes:
                updated = _files([one.path for one in event.files]) or "none"
                yield f"planning files updated: {updated}"
            yield from (f"  {note}" for note in event.notes)
        case Completed():
            yield f"complete: {event.summary}"
        case Restored():
            yield f"brought back to savepoint {event.savepoint}: {_files(event.paths)}"
        case UndoPlanned():
            yield f"{len(event.commits)} commits are taken back by {event.way}"
        case Undone():
            yield "taken back" + ("" if event.whole else f", task {event.from_task} and on")
        case Imported():
            yield "goes on in another clone"
        case _:
            assert_never(event)


def _started(event: RunStarted) -> Iterator[str]:
    plan = event.read.plan
    on = event.branch.removeprefix("refs/heads/")
    yield f"run {event.run} of {plan.id} begins on {on or 'a detached HEAD'} at {event.base[:9]}"
    yield f"  {plan.path}: {len(plan.tasks)} tasks, {len(event.read.claims)} claims"
    if event.dirty:
        yield f"  beside uncommitted changes: {_files(event.dirty)}"


def _measured(event: Measured, ran: Sequence[Ran]) -> Iterator[str]:
    without = f", without {_files(event.without)}" if event.without else ""
    found = event.measurement
    yield f"checks run at tree {event.tree[:9]}{without}"
    for one in ran:
        ended = one.status if one.status == STARTED else f"exit {one.status:<3}"
        tests = "".join(
            f"  [{test.passed} passed, {test.failed + test.errors} failed, {test.skipped} skipped]"
            for test in one.tests
        )
        text = _on_a_line(one.text.strip())
        yield f"  #{one.number:<3} {ended:<8} {duration(one.seconds):>6}  {text}{tests}"
    if found.trouble:
        yield f"  {found.trouble}"
    if found.changed_files:
        yield f"  it changed {_files(found.changed_files)}: put back"


def _agent(event: AgentEnded, ran: Sequence[Ran]) -> Iterator[str]:
    used = event.usage
    counts = [
        f"{number} {word}"
        for number, word in ((used.input_tokens, "tokens in"), (used.output_tokens, "tokens out"))
        if number is not None
    ]
    if used.cost is not None:
        counts.append(f"${used.cost:.2f}")
    for one in ran:
        told = ", ".join([f"agent {one.status}", duration(one.seconds), *counts])
        yield f"  #{one.number:<3} {told}"
    if event.reason:
        yield f"  {event.reason}"


def _changed(event: Changed) -> Iterator[str]:
    parts = [
        f"{word} {_files(paths)}"
        for word, paths in (
            ("added", event.added),
            ("modified", event.modified),
            ("deleted", event.deleted),
        )
        if paths
    ]
    yield f"changed: {'; '.join(parts) or 'nothing'}"
    for one in event.deviations:
        yield f"  deviation: {one.what} ({one.reason})"


def _judged(events: Sequence[Judged]) -> Iterator[str]:
    """Tell verdicts: those refuted with their reason, the others by name."""
    where = _MOMENTS.get(events[0].moment, events[0].moment)
    task = f"task {events[0].task}, " if events[0].task else ""
    yield f"judged {task}{where}:"
    for one in events:
        if one.verdict.state == "REFUTED":
            yield f"  REFUTED   {one.verdict.claim}: {one.verdict.reason}"
    for state in ("PROVEN", "UNPROVEN"):
        named = [one.verdict.claim for one in events if one.verdict.state == state]
        if named:
            yield f"  {state:<9} {', '.join(named)}"


def _files(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    return ", ".join(paths[:_SHOWN]) + more
