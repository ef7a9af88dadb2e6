"""What a person sees while a plan is carried out: a live line on a terminal, else plain lines."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gsd_run.checking.compiling.adaptations import shown
from gsd_run.domain.claim import Verdict
from gsd_run.domain.event import (
    AgentCalled,
    AgentEnded,
    AmendmentProposed,
    Answered,
    AttemptStarted,
    BaselineDone,
    Changed,
    Committed,
    Event,
    Judged,
    Kept,
    PutBack,
    Record,
    RunStarted,
    SetAside,
    StepPlanned,
    TaskEnded,
)
from gsd_run.domain.run import RunState
from gsd_run.domain.visible import visible
from gsd_run.outside.templates import duration
from gsd_run.running.carrying import Watcher

if TYPE_CHECKING:
    from rich.console import Console
    from rich.status import Status
    from rich.text import Text

WIDTH = 110  # of a reason in a line


def write(line: str) -> None:
    """Write a line where the user sees it at once."""
    print(visible(line), flush=True)


@contextmanager
def watcher() -> Iterator[Watcher]:
    """Give whoever looks on: a live terminal where there is one, else plain lines."""
    if not sys.stdout.isatty():
        yield PlainLines()
        return
    from rich.console import Console  # noqa: PLC0415 - 60 ms, only where somebody sees it

    console = Console(highlight=False)
    with console.status("reading the plan", spinner="dots") as status:
        yield LiveLines(console, status)


class PlainLines:
    """One line for each thing that happened."""

    def event(self, record: Record, state: RunState) -> None:
        """Write what an event means to a reader, if anything."""
        for line in lines_of(record.event, state):
            write(line)

    def running(self, command: str) -> None:
        """Write the command that starts now."""
        write(f"    $ {_one_line(command)}")

    def said(self, text: str) -> None:
        """Write a text as it is."""
        write(text)


class LiveLines:
    """The same lines in colour, and below them what runs now and for how long."""

    def __init__(self, console: "Console", status: "Status") -> None:
        """Write to a console whose last line, `status`, is drawn anew several times a second."""
        self._console = console
        self._stage = "reading the plan"
        self._command = ""
        self._began = self._command_began = time.monotonic()
        status.update(self)

    def event(self, record: Record, state: RunState) -> None:
        """Write what an event means, and keep the stage that it begins."""
        self._stage = _stage(record.event, state) or self._stage
        self._command = ""
        for line in lines_of(record.event, state):
            self._console.print(_coloured(visible(line)), no_wrap=True, overflow="ellipsis")

    def running(self, command: str) -> None:
        """Show the command that starts now."""
        self._command = visible(_one_line(command))
        self._command_began = time.monotonic()

    def said(self, text: str) -> None:
        """Write a text as it is."""
        self._console.print(visible(text), markup=False)

    def __rich__(self) -> "Text":
        """Return the last line: time since the start, stage, command and its own time."""
        from rich.text import Text  # noqa: PLC0415

        now = time.monotonic()
        line = Text(f"{duration(now - self._began)} ", style="dim", no_wrap=True)
        line.append(self._stage, style="bold not dim")
        if self._command:
            line.append(f"  {duration(now - self._command_began)} $ {self._command}")
        line.truncate(max(20, self._console.width - 4), overflow="ellipsis")
        return line


def lines_of(event: Event, state: RunState) -> list[str]:  # noqa: C901, PLR0911, PLR0912 - a table of events
    """Return the lines that an event is worth."""
    match event:
        case RunStarted():
            where = f"{event.branch or 'a detached HEAD'} at {event.base[:9]}"
            first = f"run {event.run} of {state.plan.id} on {where}, {len(state.claims)} claims"
            return [first, *_departures(state)]
        case Judged():
            return [_verdict_line(event.verdict, event.moment)]
        case BaselineDone():
            return [f"judged at the base commit in {duration(event.seconds)}: {_counted(state)}"]
        case AttemptStarted():
            name = next(one.name for one in state.plan.tasks if one.number == event.task)
            again = f" (attempt {event.attempt})" if event.attempt > 1 else ""
            return ["", f"task {event.task} of {len(state.plan.tasks)}: {name}{again}"]
        case StepPlanned():
            wrote = [f"  {event.kind}: {file.path}" for file in event.files]
            left = [f"  left as it was: {one.path}:{one.line}: {one.message}"
                    for one in event.undecided]  # fmt: skip
            return (wrote or [f"  {event.kind}: nothing to change"]) + left
        case Changed(beyond_plan=paths) if paths:
            return [f"  beyond the plan: {', '.join(paths)}"]
        case AgentCalled():
            model = f" with {event.model}" if event.model else ""
            return [f"  calling {event.agent}{model}"]
        case AgentEnded():
            return [f"  {_agent_ended(event, state)}"]
        case AmendmentProposed(accepted=accepted):
            how = "accepted, as --allow-amendments asks" if accepted else "not accepted"
            return [f"  amendment of {event.claim} proposed: {_one_line(event.reason)} ({how})"]
        case Answered():
            return [f"  {answer_line(event)}"]
        case TaskEnded():
            why = f": {_one_line(event.reason)}" if event.outcome == "FAILED" else ""
            return [f"  {event.outcome} in {duration(event.seconds)}{why}"]
        case Committed():
            return [f"  committed {event.commit[:9]} {event.subject}"]
        case SetAside():
            return [f"  set aside for a moment: {', '.join(event.paths)} ({event.reason})"]
        case PutBack():
            return ["  put back"]
        case Kept():
            return [f"  kept under {event.ref}: {event.reason}"]
    return []


def _agent_ended(event: AgentEnded, state: RunState) -> str:
    called = state.tasks[event.task].called
    name = called.agent if called else "the agent"
    how = event.outcome.replace("_", " ")
    tokens = [event.usage.input_tokens, event.usage.output_tokens]
    used = f", {sum(one or 0 for one in tokens)} tokens" if any(tokens) else ""
    cost = f", ${event.usage.cost:.2f}" if event.usage.cost is not None else ""
    why = f": {_one_line(event.reason)}" if event.reason else ""
    return f"{name} {how} in {duration(event.seconds)}{used}{cost}{why}"


def answer_line(event: Answered) -> str:
    """Say who answered a checkpoint, and how."""
    match event.answer:
        case "choose":
            return f"{event.choice} chosen by {event.by}"
        case "reject":
            return f"rejected by {event.by}: {_one_line(event.reason)}"
    return f"approved by {event.by}"


def _departures(state: RunState) -> list[str]:
    """Say where the run departs from the plan's text before it has begun."""
    lines = {claim.id: claim.line for claim in state.claims}
    path = state.plan.path
    return [
        f"  {path}:{lines.get(one.where, 1)}: {one.where} {one.kind}: {_one_line(one.what)}"
        for one in state.deviations
        if one.kind in {"adaptation", "amendment"}
    ]


def _counted(state: RunState) -> str:
    states = [verdict.state for verdict in state.base_verdicts.values()]
    return ", ".join(f"{states.count(word)} {word}" for word in ("PROVEN", "REFUTED", "UNPROVEN"))


def _verdict_line(verdict: Verdict, moment: str) -> str:
    at = {"base": " at base", "before": " before"}.get(moment, "")
    reason = _one_line(verdict.reason)
    return f"  {verdict.claim:<15} {verdict.state:<8}{at}  {reason}"


def _one_line(text: str) -> str:
    line = " ".join(shown(text).split())
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"


def _stage(event: Event, state: RunState) -> str:
    match event:
        case RunStarted():
            return "judging at the base commit"
        case AttemptStarted():
            return f"task {event.task} of {len(state.plan.tasks)}"
        case Committed():
            return "judging"
    return ""


def _coloured(line: str) -> str:
    from rich.markup import escape  # noqa: PLC0415

    text = escape(line)
    colours = {"REFUTED": "red", "UNPROVEN": "yellow", "PROVEN": "green", "FAILED": "red",
               "PASSED": "green"}  # fmt: skip
    for word, colour in colours.items():
        if f" {word} " in f"{text} ":
            return text.replace(word, f"[{colour}]{word}[/{colour}]", 1)
    return text
