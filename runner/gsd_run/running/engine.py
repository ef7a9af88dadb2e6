"""One plan, carried out: read, judge at base, task by task, judge at the end, summary."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.domain.errors import GsdRunError, Refusal, Waiting
from gsd_run.domain.event import Stopped
from gsd_run.domain.plan import Plan, Task
from gsd_run.domain.run import RunState
from gsd_run.outside import git
from gsd_run.outside.git import GitFailed, Repository
from gsd_run.reading.locating import is_complete
from gsd_run.running.attempts.checkpoints import is_checkpoint, pass_checkpoint, take_answer
from gsd_run.running.beginning.baseline import judge_at_base, judge_changed_claims_at_base
from gsd_run.running.beginning.beginning import clear_away, new_run, take_up
from gsd_run.running.beginning.preparing import Prepared, prepared
from gsd_run.running.beginning.resuming import go_on
from gsd_run.running.beginning.sandboxing import confined, refuse_dangerous
from gsd_run.running.beginning.selecting import is_finished, refuse_selection, selected, unfinished
from gsd_run.running.carrying import Asked, Carrying, Watcher
from gsd_run.running.failing_disk import failures_told, is_machines, told_of
from gsd_run.running.finishing import Renderer, finish, judge_all, mended
from gsd_run.running.interrupting import interruptible
from gsd_run.running.journals.journal import Journal
from gsd_run.running.journals.store import Store, store_of
from gsd_run.running.looking.checking_up import restore_after_check
from gsd_run.running.summaries import check_template


class Exit(IntEnum):
    """What the program ends with."""

    FINISHED = 0
    FAILED = 1
    INVALID = 2
    REFUSED = 3
    WAITING = 10
    BUG = 70
    INTERRUPTED = 130


class Ending(Struct, frozen=True, kw_only=True):
    """How carrying a plan out ended; `state` is None when there is no run of it."""

    exit: Exit
    state: RunState | None = None
    told: str = ""


def carry_out(asked: Asked, watcher: Watcher, render: Renderer) -> Ending:
    """Carry a plan out, or go on with the run of it that stopped.

    Raises:
        GsdRunError: the plan is invalid, or the repository or the disk refuses.
        KeyboardInterrupt: a signal ended it; the run stands and can go on.
    """
    with failures_told():
        return _carry_out(asked, watcher, render)


def _carry_out(asked: Asked, watcher: Watcher, render: Renderer) -> Ending:
    ready = prepared(asked.plan_path, asked.project)
    for warning in ready.warnings:
        watcher.said(str(warning))
    repository = git.open_repository(asked.project.root)
    store = store_of(repository)
    with store.locked(), interruptible():
        restore_after_check(asked.project, asked.settings, repository, watcher)
        latest = _latest(store, ready.read.plan, asked)
        done = _complete(latest, ready.read.plan, asked)
        if done is not None:
            return done
        going = None if asked.options.fresh or (latest and latest.is_over) else latest
        refuse_selection(ready.read.plan, going, asked.options)
        rules, begun = asked.settings.rules, going.started if going else None
        refuse_dangerous(ready.read, rules)
        check_template(asked.settings.summary_template)
        project = confined(asked.project, repository, rules, watcher.said, begun)
        asked = replace(asked, project=project)
        run = _entered(asked, ready, latest, repository, store, watcher)
        return _carried(run, render)


def _latest(store: Store, plan: Plan, asked: Asked) -> RunState | None:
    try:
        return store.latest(plan.id, plan.path, asked.project.root)
    except Refusal:
        if asked.options.fresh:
            return None  # a journal that can't be read is what --fresh is the way around
        raise


def _entered(
    asked: Asked,
    ready: Prepared,
    latest: RunState | None,
    repository: Repository,
    store: Store,
    watcher: Watcher,
) -> Carrying:
    """Return the run to go on with: the one that stopped, or a new one."""

    def carrying(journal: Journal) -> Carrying:
        return Carrying(
            project=asked.project,
            repository=repository,
            settings=asked.settings,
            store=store,
            journal=journal,
            watcher=watcher,
            options=asked.options,
            agents=asked.agents,
        )

    stopped = None
    if latest is not None and not latest.is_over:
        stopped = carrying(Journal(store.journal(latest.started.run)))
    if stopped is not None and not asked.options.fresh:
        take_up(stopped, ready)
        return stopped
    if stopped is not None:
        clear_away(stopped)
    run = carrying(new_run(ready, asked, repository, store))
    watcher.event(run.journal.records[0], run.state)
    return run


def _complete(latest: RunState | None, plan: Plan, asked: Asked) -> Ending | None:
    """Return the ending of a plan that needs no run: it is complete already."""
    root = asked.project.root
    if latest is not None and latest.undone:
        latest = None
    if asked.options.fresh or (latest is not None and not (latest.completed and latest.is_over)):
        return None
    if latest is not None and (root / latest.started.summary).exists():
        told = f"{plan.id} is complete: {latest.started.summary}"
        if asked.options.strict and (open_claims := _unproven(latest)):
            raise Waiting(f"{told}; unproven, and --strict asks for proof: {open_claims}")
        return Ending(exit=Exit.FINISHED, state=latest, told=told)
    if latest is None and is_complete(root / plan.path):
        told = (
            f"{plan.id} has a summary that no run of gsd-run here wrote. "
            f"`gsd-run check {plan.id}` judges what holds; `gsd-run {plan.id} --fresh` carries "
            "the plan out."
        )
        return Ending(exit=Exit.FINISHED, told=told)
    return None


def _carried(run: Carrying, render: Renderer) -> Ending:
    """Go through the stages that are left."""
    begun = time.monotonic()
    take_answer(run)
    with _stop_journalled(run):
        judge_at_base(run)
        judge_changed_claims_at_base(run)
        for task in selected(run.state.plan, run.options):
            if is_finished(run.state.tasks[task.number]):
                continue
            outcome = pass_checkpoint(run, task) if is_checkpoint(task) else go_on(run, task)
            if outcome == "FAILED":
                return _failed(run, task)
        if left := unfinished(run.state):
            return _paused(run, left[0])
        return _ended(run, render, begun)


def _paused(run: Carrying, following: Task) -> Ending:
    """End as the user asked: before the plan's end."""
    told = f"stopped before task {following.number} ({following.title}), as asked"
    run.add(_stopped(run, told, Exit.FINISHED))
    resume = f"`gsd-run resume {run.state.plan.id}` goes on"
    return Ending(exit=Exit.FINISHED, state=run.state, told=f"{told}; {resume}")


def _failed(run: Carrying, task: Task) -> Ending:
    ended = run.state.tasks[task.number].ended
    assert ended is not None
    run.add(_stopped(run, ended.reason, Exit.FAILED, task.number))
    return Ending(exit=Exit.FAILED, state=run.state)


def _ended(run: Carrying, render: Renderer, begun: float) -> Ending:
    """Judge everything at the end; write the summary only when nothing is REFUTED."""
    mend: tuple[str, ...] = ()
    if run.state.ended is None:
        mend = mended(run)
        run.mend.update(mend)
        refuted = judge_all(run, mend)
        if refuted:
            reason = "; ".join(f"{one.claim}: {one.reason}" for one in refuted)
            run.add(_stopped(run, reason, Exit.FAILED))
            return Ending(exit=Exit.FAILED, state=run.state)
        if run.options.strict and (open_claims := _unproven(run.state)):
            raise Waiting(f"unproven, and --strict asks for proof: {open_claims}")
    finish(run, render, mend, time.monotonic() - begun)
    return Ending(exit=Exit.FINISHED, state=run.state)


def _unproven(state: RunState) -> str:
    return ", ".join(v.claim for v in state.end_verdicts.values() if v.state == "UNPROVEN")


@contextmanager
def _stop_journalled(run: Carrying) -> Iterator[None]:
    """Journal why a run stands whenever something stops it."""
    try:
        yield
    except KeyboardInterrupt:
        run.add(_stopped(run, "interrupted", Exit.INTERRUPTED))
        raise
    except GitFailed as error:
        run.add(_stopped(run, str(error), Exit.REFUSED))
        raise Refusal(f"{error}\nThe run stands; mend this and `gsd-run resume`") from error
    except GsdRunError as error:
        with suppress(GsdRunError):  # where git or the journal is gone, why it stopped matters
            run.add(_stopped(run, error.message, error.exit_code))
        raise
    except OSError as error:
        if is_machines(error):
            # Where not even this can be written down, the run stands as after a kill.
            with suppress(OSError, Refusal):
                run.add(_stopped(run, told_of(error), Exit.REFUSED))
        raise


def _stopped(run: Carrying, reason: str, code: int, task: int | None = None) -> Stopped:
    """Return the event of a stop; a mend that was found is not taken for droppings of checks."""
    untracked = tuple(p for p in git.untracked_files(run.repository) if p not in run.mend)
    return Stopped(reason=reason, exit_code=code, task=task, untracked=untracked)
