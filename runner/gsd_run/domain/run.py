"""A run's state, folded from its events."""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.domain.agent import AgentCalled, AgentEnded, AmendmentProposed
from gsd_run.domain.claim import Claim, Verdict
from gsd_run.domain.event import (
    Answered,
    AttemptStarted,
    BaselineDone,
    Changed,
    Committed,
    Completed,
    Deviation,
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
from gsd_run.domain.plan import Plan
from gsd_run.domain.planning_update import PlanningUpdated
from gsd_run.domain.run_file import RunFile
from gsd_run.domain.undo import Undone, UndoPlanned


class TaskState(Struct, frozen=True, kw_only=True):
    """How far one task has come; `attempt` counts from 1, 0 before the first.

    `failures` are the ends of the attempts before this one, `calls` all calls of agents with
    their ends, `red` the commit of the tests that came before the rest.
    """

    number: int
    attempt: int = 0
    started: AttemptStarted | None = None
    steps: tuple[StepPlanned, ...] = ()
    called: AgentCalled | None = None
    worked: AgentEnded | None = None
    answered: Answered | None = None
    changed: Changed | None = None
    ended: TaskEnded | None = None
    red: Committed | None = None
    committed: Committed | None = None
    failures: tuple[TaskEnded, ...] = ()
    calls: tuple[tuple[AgentCalled, AgentEnded], ...] = ()


class RunState(Struct, frozen=True, kw_only=True):
    """Everything that is known of a run.

    `last` is its last commit of code; `proposals` are the amendments that agents proposed.
    `rejudge` are the claims whose verdict at the base was lost, because the claim has changed
    since; `aside` is what is set aside now and must be put back before anything else.
    `planning` is what the end of the run writes into GSD's planning files.
    `stands_on` is where taking back some of its commits left the run, until its next commit;
    `undoing` is a taking back that has begun, and `undone` tells that all of it was taken back.
    """

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
    red_verdicts: dict[str, Verdict] = {}
    task_verdicts: dict[str, Verdict] = {}
    end_verdicts: dict[str, Verdict] = {}
    measured: dict[str, Measured] = {}
    baseline_done: bool = False
    rejudge: tuple[str, ...] = ()
    kept: tuple[Kept, ...] = ()
    aside: SetAside | None = None
    ended: Ended | None = None
    ended_at: str = ""
    mends: tuple[Committed, ...] = ()
    proposals: tuple[AmendmentProposed, ...] = ()
    last: Committed | None = None
    docs: Committed | None = None
    planning: PlanningUpdated | None = None
    completed: Completed | None = None
    stopped: Stopped | None = None
    stands_on: str = ""
    undoing: UndoPlanned | None = None
    undone: Undone | None = None
    imported: tuple[Imported, ...] = ()

    @property
    def head(self) -> str:
        """Return the commit on which the run's code stands: its last one, or the base."""
        if self.stands_on:
            return self.stands_on
        return self.last.commit if self.last else self.started.base

    @property
    def is_over(self) -> bool:
        """Tell whether nothing is left to go on with: the run is complete, or taken back."""
        return self.undoing is None and bool(self.completed or self.undone)


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


def _after(state: RunState, event: Event) -> RunState:  # noqa: C901, PLR0911, PLR0912 - a table of events
    match event:
        case PlanRead():
            return _reread(state, event)
        case Measured():
            key = event.measurement.key
            older = {one: known for one, known in state.measured.items() if one != key}
            return replace(state, measured={**older, key: event})
        case Judged():
            return _judged(state, event)
        case BaselineDone():
            return replace(state, baseline_done=True)
        case (
            AttemptStarted()
            | StepPlanned()
            | AgentCalled()
            | AgentEnded()
            | Answered()
            | Changed()
            | TaskEnded()
        ):
            task = _task_after(state.tasks[event.task], event)
            return replace(state, tasks={**state.tasks, event.task: task}, stopped=None)
        case Committed(part="docs"):
            return replace(state, docs=event)
        case Committed(part="mend"):
            return replace(state, mends=(*state.mends, event), last=event, stands_on="")
        case Committed(task=int(number), part=part):
            field = "red" if part == "red" else "committed"
            task = replace(state.tasks[number], **{field: event})
            tasks = {**state.tasks, number: task}
            return replace(state, tasks=tasks, last=event, stands_on="")
        case AmendmentProposed():
            return replace(state, proposals=(*state.proposals, event))
        case Kept():
            return replace(state, kept=(*state.kept, event))
        case SetAside():
            return replace(state, aside=event)
        case PutBack():
            return replace(state, aside=None)
        case Stopped():
            return replace(state, stopped=event)
        case Ended():
            return replace(state, ended=event, stopped=None)
        case PlanningUpdated():
            return replace(state, planning=event)
        case Completed():
            return replace(state, completed=event)
        case UndoPlanned():
            return replace(state, undoing=event)
        case Undone():
            return _undone(state, event)
        case Imported():
            untracked = tuple(dict.fromkeys((*state.started.untracked, *event.untracked)))
            started = replace(state.started, untracked=untracked)
            return replace(state, started=started, imported=(*state.imported, event))
    return state


def _undone(state: RunState, event: Undone) -> RunState:
    """Forget the tasks that were taken back, with all that was judged on their work."""
    left = {number for number in state.tasks if number < event.from_task}
    tasks = {
        number: task if number in left else TaskState(number=number, attempt=task.attempt)
        for number, task in state.tasks.items()
    }
    of_left = {claim.id for claim in state.claims if claim.task in left}

    def still(verdicts: dict[str, Verdict]) -> dict[str, Verdict]:
        return {claim: verdict for claim, verdict in verdicts.items() if claim in of_left}

    return replace(
        state,
        tasks=tasks,
        before_verdicts=still(state.before_verdicts),
        red_verdicts=still(state.red_verdicts),
        task_verdicts=still(state.task_verdicts),
        end_verdicts={},
        ended=None,
        ended_at="",
        mends=(),
        last=None,
        docs=None,
        planning=None,
        completed=None,
        stopped=None,
        stands_on=event.head,
        undoing=None,
        undone=event if event.whole else None,
    )


def _reread(state: RunState, read: PlanRead) -> RunState:
    """Take in a plan or run file that has changed.

    A verdict belongs to the claim as it was: where that has changed, its verdicts are dropped.
    """
    tasks = {
        task.number: state.tasks.get(task.number, TaskState(number=task.number))
        for task in read.plan.tasks
    }
    old = {claim.id: replace(claim, line=0) for claim in state.claims}
    same = {claim.id for claim in read.claims if old.get(claim.id) == replace(claim, line=0)}

    def still(verdicts: dict[str, Verdict]) -> dict[str, Verdict]:
        return {claim: verdict for claim, verdict in verdicts.items() if claim in same}

    lost = [claim.id for claim in read.claims if claim.id not in same]
    return replace(
        state,
        plan=read.plan,
        claims=read.claims,
        run_file=read.run_file,
        deviations=read.deviations,
        tasks=tasks,
        base_verdicts=still(state.base_verdicts),
        before_verdicts=still(state.before_verdicts),
        red_verdicts=still(state.red_verdicts),
        task_verdicts=still(state.task_verdicts),
        end_verdicts=still(state.end_verdicts),
        rejudge=tuple(dict.fromkeys((*(c for c in state.rejudge if c in same), *lost))),
    )


def _judged(state: RunState, event: Judged) -> RunState:
    field = f"{event.moment}_verdicts"
    known: dict[str, Verdict] = getattr(state, field)
    claim = event.verdict.claim
    left = state.rejudge
    if event.moment == "base":
        left = tuple(one for one in left if one != claim)
    return replace(state, rejudge=left, **{field: {**known, claim: event.verdict}})


def _task_after(task: TaskState, event: Event) -> TaskState:  # noqa: PLR0911 - a table of events
    match event:
        case AttemptStarted():
            failed = (task.ended,) if task.ended and task.ended.outcome == "FAILED" else ()
            return TaskState(
                number=task.number,
                attempt=event.attempt,
                started=event,
                red=task.red,
                failures=(*task.failures, *failed),
                calls=task.calls,
            )
        case StepPlanned():
            return replace(task, steps=(*task.steps, event))
        case AgentCalled():
            return replace(task, called=event)
        case AgentEnded():
            assert task.called is not None
            return replace(task, worked=event, calls=(*task.calls, (task.called, event)))
        case Answered():
            return replace(task, answered=event)
        case Changed():
            return replace(task, changed=event, ended=None)
        case TaskEnded():
            return replace(task, ended=event)
    return task
