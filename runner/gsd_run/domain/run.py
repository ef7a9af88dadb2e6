"""A run's state, folded from its events."""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.domain.claim import Claim, Verdict
from gsd_run.domain.event import (
    AttemptStarted,
    BaselineDone,
    Changed,
    Committed,
    Completed,
    Deviation,
    Ended,
    Event,
    Judged,
    Kept,
    Measured,
    PlanRead,
    Record,
    RunStarted,
    StepPlanned,
    Stopped,
    TaskEnded,
)
from gsd_run.domain.plan import Plan
from gsd_run.domain.run_file import RunFile


class TaskState(Struct, frozen=True, kw_only=True):
    """How far one task has come; `attempt` counts from 1, 0 before the first."""

    number: int
    attempt: int = 0
    started: AttemptStarted | None = None
    steps: tuple[StepPlanned, ...] = ()
    changed: Changed | None = None
    ended: TaskEnded | None = None
    committed: Committed | None = None


class RunState(Struct, frozen=True, kw_only=True):
    """Everything that is known of a run."""

    started: RunStarted
    started_at: str
    last_at: str
    plan: Plan
    claims: tuple[Claim, ...]
    run_file: RunFile | None
    deviations: tuple[Deviation, ...] = ()
    tasks: dict[int, TaskState] = {}
    base_verdicts: dict[str, Verdict] = {}
    before_verdicts: dict[str, Verdict] = {}
    task_verdicts: dict[str, Verdict] = {}
    end_verdicts: dict[str, Verdict] = {}
    measured: dict[str, Measured] = {}
    baseline_done: bool = False
    kept: tuple[Kept, ...] = ()
    ended: Ended | None = None
    ended_at: str = ""
    mends: tuple[Committed, ...] = ()
    docs: Committed | None = None
    completed: Completed | None = None
    stopped: Stopped | None = None

    @property
    def head(self) -> str:
        """Return the commit on which the run's code stands: its last one, or the base."""
        commits = [task.committed for task in self.tasks.values() if task.committed]
        commits.extend(self.mends)
        return commits[-1].commit if commits else self.started.base


def folded(records: Iterable[Record]) -> RunState:
    """Fold a run's events into its state; the first must be RunStarted."""
    state: RunState | None = None
    for record in records:
        state = advanced(state, record)
    if state is None:
        raise ValueError("a journal without events has no state")
    return state


def advanced(state: RunState | None, record: Record) -> RunState:
    """Return the state after one more event."""
    if isinstance(record.event, RunStarted):
        return _begun(record.event, record.time)
    if state is None:
        raise ValueError("a run's first event is RunStarted")
    state = replace(_after(state, record.event), last_at=record.time)
    return replace(state, ended_at=record.time) if isinstance(record.event, Ended) else state


def _begun(started: RunStarted, time: str) -> RunState:
    read = started.read
    return RunState(
        started=started,
        started_at=time,
        last_at=time,
        plan=read.plan,
        claims=read.claims,
        run_file=read.run_file,
        deviations=read.deviations,
        tasks={task.number: TaskState(number=task.number) for task in read.plan.tasks},
    )


def _after(state: RunState, event: Event) -> RunState:  # noqa: C901, PLR0911 - a table of events
    match event:
        case PlanRead():
            return _reread(state, event)
        case Measured():
            return replace(state, measured={**state.measured, event.measurement.key: event})
        case Judged():
            return _judged(state, event)
        case BaselineDone():
            return replace(state, baseline_done=True)
        case AttemptStarted() | StepPlanned() | Changed() | TaskEnded():
            task = _task_after(state.tasks[event.task], event)
            return replace(state, tasks={**state.tasks, event.task: task}, stopped=None)
        case Committed(part="docs"):
            return replace(state, docs=event)
        case Committed(part="mend"):
            return replace(state, mends=(*state.mends, event))
        case Committed(task=int(number)):
            task = replace(state.tasks[number], committed=event)
            return replace(state, tasks={**state.tasks, number: task})
        case Kept():
            return replace(state, kept=(*state.kept, event))
        case Stopped():
            return replace(state, stopped=event)
        case Ended():
            return replace(state, ended=event, stopped=None)
        case Completed():
            return replace(state, completed=event)
    return state


def _reread(state: RunState, read: PlanRead) -> RunState:
    tasks = {
        task.number: state.tasks.get(task.number, TaskState(number=task.number))
        for task in read.plan.tasks
    }
    return replace(
        state,
        plan=read.plan,
        claims=read.claims,
        run_file=read.run_file,
        deviations=read.deviations,
        tasks=tasks,
    )


def _judged(state: RunState, event: Judged) -> RunState:
    field = f"{event.moment}_verdicts"
    known: dict[str, Verdict] = getattr(state, field)
    return replace(state, **{field: {**known, event.verdict.claim: event.verdict}})


def _task_after(
    task: TaskState, event: AttemptStarted | StepPlanned | Changed | TaskEnded
) -> TaskState:
    match event:
        case AttemptStarted():
            return TaskState(number=task.number, attempt=event.attempt, started=event)
        case StepPlanned():
            return replace(task, steps=(*task.steps, event))
        case Changed():
            return replace(task, changed=event, ended=None)
        case TaskEnded():
            return replace(task, ended=event)
