"""What the events of a run mean to a reader: the lines of a log, one or more for each."""

from gsd_run.checking.compiling.adaptations import shown
from gsd_run.cli.console.readable import readable
from gsd_run.domain.agent import AgentCalled, AgentEnded, AmendmentProposed
from gsd_run.domain.claim import Verdict
from gsd_run.domain.event import (
    Answered,
    AttemptStarted,
    BaselineDone,
    Changed,
    Committed,
    Event,
    Judged,
    Kept,
    Measured,
    PutBack,
    RunStarted,
    SetAside,
    StepPlanned,
    TaskEnded,
)
from gsd_run.domain.measurement import CommandRun, Measurement, TestRun
from gsd_run.domain.run import RunState
from gsd_run.outside.templates import duration

WIDTH = 110  # of a reason in a line
TAIL = 20  # lines of a command's output that --verbose shows


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
            return [f"  amendment of {event.claim} proposed: {one_line(event.reason)} ({how})"]
        case Answered():
            return [f"  {answer_line(event)}"]
        case TaskEnded():
            why = f": {one_line(event.reason)}" if event.outcome == "FAILED" else ""
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
    why = f": {one_line(event.reason)}" if event.reason else ""
    return f"{name} {how} in {duration(event.seconds)}{used}{cost}{why}"


def answer_line(event: Answered) -> str:
    """Say who answered a checkpoint, and how."""
    match event.answer:
        case "choose":
            return f"{event.choice} chosen by {event.by}"
        case "reject":
            return f"rejected by {event.by}: {one_line(event.reason)}"
    return f"approved by {event.by}"


def _departures(state: RunState) -> list[str]:
    """Say where the run departs from the plan's text before it has begun."""
    lines = {claim.id: claim.line for claim in state.claims}
    path = state.plan.path
    return [
        f"  {path}:{lines.get(one.where, 1)}: {one.where} {one.kind}: {one_line(one.what)}"
        for one in state.deviations
        if one.kind in {"adaptation", "amendment"}
    ]


def _counted(state: RunState) -> str:
    states = [verdict.state for verdict in state.base_verdicts.values()]
    return ", ".join(f"{states.count(word)} {word}" for word in ("PROVEN", "REFUTED", "UNPROVEN"))


def _verdict_line(verdict: Verdict, moment: str, *, cut: bool = True) -> str:
    at = {"base": " at base", "before": " before"}.get(moment, "")
    reason = one_line(verdict.reason) if cut else " ".join(shown(verdict.reason).split())
    return f"  {verdict.claim:<15} {verdict.state:<8}{at}  {reason}"


def one_line(text: str) -> str:
    """Return a text on one line, cut to what a log's line takes."""
    line = " ".join(shown(text).split())
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"


def verbose_lines_of(event: Event, state: RunState) -> list[str]:
    """Return the lines that an event is worth to somebody who wants to see the evidence."""
    match event:
        case Measured():
            return _measured_lines(event.measurement)
        case Judged():
            first = _verdict_line(event.verdict, event.moment, cut=False)
            every = (one for part in event.verdict.parts for one in part.evidence)
            seen = dict.fromkeys(one for one in every if one.found not in event.verdict.reason)
            return [first, *(f"      {one_line(f'{one.check}: {one.found}')}" for one in seen)]
    return lines_of(event, state)


def _measured_lines(measurement: Measurement) -> list[str]:
    lines = []
    for number, command in enumerate(measurement.commands):
        lines.append(f"    {_ended(command)}: {one_line(command.text)}")
        lines += _output(command)
        lines += [
            f"      {_counted_tests(one)}" for one in measurement.tests if one.command == number
        ]
    return lines + [f"    {one}" for one in (measurement.trouble, *measurement.notes) if one]


def _ended(command: CommandRun) -> str:
    if command.background:
        return "started"
    return f"exit {command.status} in {duration(command.seconds)}"


def _output(command: CommandRun) -> list[str]:
    """Return the last lines that a command printed, errors last."""
    lines = readable(f"{command.stdout.rstrip()}\n{command.stderr.rstrip()}".strip("\n"))
    left = len(lines) - TAIL
    first = [f"      … {left} lines before"] if left > 0 else []
    return first + [f"      │ {line}" for line in lines[-TAIL:]]


def _counted_tests(run: TestRun) -> str:
    bad = run.failed + run.errors
    skipped = f", {run.skipped} skipped" if run.skipped else ""
    return f"{run.runner}: {run.passed} of {run.collected} tests passed, {bad} not{skipped}"
