"""Plans judged and carried out, in this process; for other programs a process of its own does it.

What is measured needs signals, and every process that appears below it, to itself.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from gsd_run.api.asking import asked_of, refuse_contradictions, settings_of
from gsd_run.api.letters import Request
from gsd_run.api.places import (
    Place,
    files_of_project,
    place_at,
    plan_file_of,
    run_of,
    stopped_run,
)
from gsd_run.api.values import OUTCOMES, Answer, Name, Options, Result
from gsd_run.domain.errors import UsageError, Waiting
from gsd_run.domain.event import Answered, Committed
from gsd_run.domain.run import RunState
from gsd_run.outside import git
from gsd_run.outside.git import open_repository
from gsd_run.reporting.ci.result import result_of, status_of
from gsd_run.reporting.ci.standing import as_it_stands
from gsd_run.running.attempts.checkpoints import checkpoint_of, named, question, waiting_task
from gsd_run.running.carrying import Options as Inner
from gsd_run.running.carrying import Watcher
from gsd_run.running.engine import carry_out
from gsd_run.running.journals.journal import read
from gsd_run.running.journals.store import store_of
from gsd_run.running.looking.checking_up import LookBack, check_up
from gsd_run.running.summaries import summary_of

_SHARED = (
    "executor", "agent", "baseline", "strict", "fresh", "redo", "allow_dirty",
    "allow_amendments", "yes", "branch", "task", "until",
)  # fmt: skip


def done(request: Request, watcher: Watcher) -> Result:
    """Do what is asked for, and return what came of it.

    Raises:
        GsdRunError: the call, the plan or the run file is off, or the repository refuses.
        KeyboardInterrupt: a signal ended it; a run stands and can go on.
    """
    place = place_at(request.project, request.options.sandbox)
    if request.call == "check":
        return _checked(place, request, watcher)
    options = _inner(request.options)
    if request.call == "run":
        plan = place.plan(request.plan or "")
    else:
        run = stopped_run(place, request.plan)
        plan = plan_file_of(place, run)
        if request.call == "answer":
            assert request.answer is not None
            options = replace(options, answer=_answered(place, run, request.answer))
    asked = asked_of(place, plan, options, request.options.timeout)
    try:
        ending = carry_out(asked, watcher, summary_of)
    except Waiting as waiting:
        return replace(newest_result(place, plan, waiting.exit_code), told=waiting.message)
    if ending.state is None:
        name = plan.name.removesuffix("-PLAN.md")
        path = place.path_of(plan)
        return Result(plan=name, path=path, exit=0, outcome="finished", told=ending.told)
    made = newest_result(place, plan, int(ending.exit))
    return replace(made, told=ending.told or made.told)


def newest_result(place: Place, plan: Name, status: int | None = None) -> Result:
    """Return what the newest run of a plan has come to; `status` is what it ended with just now.

    Raises:
        UsageError: there is no run of the plan.
    """
    store = store_of(open_repository(place.project.root))
    found = run_of(place, store, plan)
    state = as_it_stands(read(store.journal(found.started.run)))
    if status is None:
        status = found.stopped.exit_code if found.stopped else 0 if found.completed else 130
    made = result_of(
        state, status, found.stopped.reason if found.stopped else "", files_of_project(place)
    )
    task = waiting_task(found) if status == Waiting.exit_code else None
    return Result(
        plan=made.plan,
        path=made.path,
        exit=status,
        outcome=OUTCOMES.get(status, "failed"),
        told=made.told,
        question=question(found, task) if task else "",
        report=made.report,
        places=made.places,
        commits=tuple(one.commit for one in _commits(found)),
        summary=found.started.summary if found.completed else "",
    )


def _checked(place: Place, request: Request, watcher: Watcher) -> Result:
    _inner(request.options)  # what contradicts is told, needed or not
    settings = settings_of(place, request.options.timeout)
    plan = place.plan(request.plan or "")
    back = LookBack(base=request.base)
    state = check_up(plan, place.project, settings, watcher, back)
    made = result_of(state, 0, "", files_of_project(place))
    status = status_of([made], strict=request.options.strict)
    return Result(
        plan=made.plan,
        path=made.path,
        exit=status,
        outcome=OUTCOMES[status],
        report=made.report,
        places=made.places,
    )


def _inner(options: Options) -> Inner:
    """Return the options as a run has them.

    Raises:
        UsageError: two of them contradict each other.
    """
    inner = Inner(**{name: getattr(options, name) for name in _SHARED})
    refuse_contradictions(inner, options.timeout, "`{}`".format)
    return inner


def _answered(place: Place, run: RunState, given: Answer) -> Answered:
    """Return an answer as the journal has it.

    Raises:
        UsageError: nothing is asked, or the answer lacks what it needs.
        Waiting: its gate asks for a person at a terminal, and no program is one.
    """
    if given.kind == "reject" and not given.reason.strip():
        raise UsageError("to reject, give the `reason`: the run stops with it")
    if given.kind == "choose" and not given.choice.strip():
        raise UsageError("to choose, give the `choice`: an option's id")
    task = waiting_task(run)
    if task is None:
        raise UsageError(f"{run.plan.id} asks nothing now; `gsd-run status` says where it is")
    if given.kind != "reject" and checkpoint_of(task).gate == "blocking-human":
        raise Waiting(
            f"the gate of {named(task)} is blocking-human: a person has to answer at a terminal, "
            f"by `gsd-run answer {run.plan.id}`"
        )
    by = given.by or git.identity(open_repository(place.project.root))
    return Answered(
        task=task.number, answer=given.kind, by=by, choice=given.choice, reason=given.reason
    )


def _commits(run: RunState) -> Iterator[Committed]:
    for task in run.tasks.values():
        yield from (one for one in (task.red, task.committed) if one)
    yield from run.mends
    if run.docs:
        yield run.docs
