"""One plan, carried out: read, judge at base, task by task, judge at the end, summary."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path

from msgspec import Struct

from gsd_run.checking.judging import judge
from gsd_run.domain.errors import GsdRunError, Refusal, Waiting
from gsd_run.domain.event import BaselineDone, Judged, PlanRead, Stopped
from gsd_run.domain.plan import Plan, Task
from gsd_run.domain.run import RunState
from gsd_run.outside import git
from gsd_run.outside.git import GitFailed, Repository
from gsd_run.outside.project import Project
from gsd_run.reading.settings import Settings
from gsd_run.running.carrying import Carrying, Options, Watcher
from gsd_run.running.finishing import Renderer, commit_mend, finish, judge_all, mended
from gsd_run.running.journal import Journal, Store
from gsd_run.running.measuring import tree_to_judge
from gsd_run.running.preparing import (
    Prepared,
    prepared,
    refuse_unfit,
    refuse_unmet,
    run_started,
)
from gsd_run.running.resuming import go_on


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


def store_of(repository: Repository) -> Store:
    """Return the place of a repository's runs."""
    return Store(repository.common_dir / "gsd-run")


def carry_out(
    plan_path: Path,
    project: Project,
    settings: Settings,
    options: Options,
    watcher: Watcher,
    render: Renderer,
) -> Ending:
    """Carry a plan out, or go on with the run of it that stopped.

    Raises:
        GsdRunError: the plan is invalid, or the repository refuses; nothing was changed.
    """
    ready = prepared(plan_path, project)
    for warning in ready.warnings:
        watcher.said(str(warning))
    repository = git.open_repository(project.root)
    store = store_of(repository)
    with store.locked():
        stopped = store.latest(ready.read.plan.id)
        done = _complete(stopped, ready.read.plan, project, options)
        if done is not None:
            return done
        if stopped is None or stopped.completed or options.fresh:
            journal = _new_run(ready, plan_path, project, repository, settings, options, store)
        else:
            journal = Journal(store.journal(stopped.started.run))
        run = Carrying(
            project=project,
            repository=repository,
            settings=settings,
            store=store,
            journal=journal,
            watcher=watcher,
            options=options,
            plan_path=plan_path,
            measured_here=set(),
        )
        if len(journal.records) > 1:
            _take_up(run, ready)
        else:
            watcher.event(journal.records[0], run.state)
        return _carried(run, render)


def _complete(
    latest: RunState | None, plan: Plan, project: Project, options: Options
) -> Ending | None:
    """Return the ending of a plan that needs no run: it is complete already."""
    if options.fresh or (latest is not None and not latest.completed):
        return None
    if latest is not None and (project.root / latest.started.summary).exists():
        told = f"{plan.id} is complete: {latest.started.summary}"
        return Ending(exit=Exit.FINISHED, state=latest, told=told)
    from gsd_run.reading.locating import is_complete, summary_path  # noqa: PLC0415

    if latest is None and is_complete(project.root / plan.path):
        told = (
            f"{plan.id} has a summary ({summary_path(plan, project.root)}) that no run of "
            f"gsd-run here wrote. `gsd-run check {plan.id}` judges what it says; "
            "`--fresh` carries the plan out."
        )
        return Ending(exit=Exit.FINISHED, told=told)
    return None


def _new_run(
    ready: Prepared,
    plan_path: Path,
    project: Project,
    repository: Repository,
    settings: Settings,
    options: Options,
    store: Store,
) -> Journal:
    """Begin a run's journal, once nothing speaks against the run."""
    read = ready.read
    own = (read.plan.path, *((read.run_file.path,) if read.run_file else ()))
    dirty = refuse_unfit(repository, settings, options, own)
    refuse_unmet(read.plan, plan_path, project)
    if options.branch:
        git.switch(repository, options.branch)
    started = run_started(project, repository, read, options, dirty)
    path = store.journal(started.run)
    path.parent.mkdir(parents=True, exist_ok=True)
    journal = Journal(path)
    journal.add(started)
    return journal


def _take_up(run: Carrying, ready: Prepared) -> None:
    """Take a stopped run up: the plan as it is now, on the commit where the run stands."""
    state = run.state
    if operation := git.operation_in_progress(run.repository):
        raise Refusal(f"a {operation} is in progress; finish or abort it first")
    head = git.head(run.repository)
    ours = f"GSD-Run: {state.started.run}"
    others = [
        f"  {commit[:9]} {message.splitlines()[0]}"
        for commit, message in git.commits_since(run.repository, state.head)
        if ours not in message
    ]
    if head != state.head and (others or not git.commits_since(run.repository, state.head)):
        listed = "\n".join(others) or f"  {head[:9]} is checked out"
        raise Refusal(
            f"run {state.started.run} stands on {state.head[:9]}, and the repository has moved "
            f"on:\n{listed}\nWays on: check {state.head[:9]} out again and resume, or start a new "
            "run from here with --fresh"
        )
    _reread(run, ready.read)
    run.watcher.said(f"going on with run {state.started.run}")


def _reread(run: Carrying, read: PlanRead) -> None:
    """Take in a changed plan or run file; what finished tasks say may not have changed."""
    state = run.state
    old = (state.plan, state.run_file, state.claims)
    if old == (read.plan, read.run_file, read.claims):
        return
    now = {task.number: task for task in read.plan.tasks}
    for task in state.plan.tasks:
        finished = state.tasks[task.number].committed
        if finished and _worded(now.get(task.number)) != _worded(task):
            raise Refusal(
                f"task {task.number} is finished (commit {finished.commit[:9]}), and its text in "
                f"{read.plan.path} has changed since; a new run takes it anew: --fresh"
            )
    run.add(read)


def _worded(task: Task | None) -> tuple[str, ...]:
    if task is None:
        return ()
    texts = (task.action, *task.verify, *task.acceptance, *task.done)
    return (task.name, *task.files, *(text.text for text in texts if text))


def _carried(run: Carrying, render: Renderer) -> Ending:
    """Go through the stages that are left."""
    begun = time.monotonic()
    with _stop_journalled(run):
        _baseline(run)
        for task in run.state.plan.tasks:
            if _is_finished(run, task):
                continue
            if task.type.startswith("checkpoint"):
                raise Waiting(
                    f"task {task.number} ({task.name}) is a checkpoint of the plan; gsd-run can't "
                    "take a person's answer yet, and does not pass it by"
                )
            outcome = go_on(run, task)
            if outcome == "FAILED":
                return _failed(run, task)
        return _ended(run, render, begun)


def _is_finished(run: Carrying, task: Task) -> bool:
    state = run.state.tasks[task.number]
    if state.ended is None or state.ended.outcome == "FAILED":
        return False
    changed = state.changed
    nothing = changed and not (changed.added or changed.modified or changed.deleted)
    return bool(state.committed or nothing)


def _baseline(run: Carrying) -> None:
    """Judge all claims at the base commit, once."""
    state = run.state
    if state.baseline_done or not state.started.baseline:
        return
    begun = time.monotonic()
    tree = state.started.base_tree
    here = tree_to_judge(run, tree)
    for claim in state.claims:
        if claim.id not in state.base_verdicts:
            run.add(Judged(moment="base", tree=tree, verdict=judge(claim, here)))
    run.add(BaselineDone(seconds=round(time.monotonic() - begun, 3)))


def _failed(run: Carrying, task: Task) -> Ending:
    ended = run.state.tasks[task.number].ended
    assert ended is not None
    run.add(_stopped(run, ended.reason, Exit.FAILED, task.number))
    return Ending(exit=Exit.FAILED, state=run.state)


def _ended(run: Carrying, render: Renderer, begun: float) -> Ending:
    """Judge everything at the end; write the summary only when nothing is REFUTED."""
    if run.state.ended is None:
        mend = mended(run)
        refuted = judge_all(run, mend)
        if refuted:
            reason = "; ".join(f"{one.claim}: {one.reason}" for one in refuted)
            run.add(_stopped(run, reason, Exit.FAILED))
            return Ending(exit=Exit.FAILED, state=run.state)
        open_claims = [v.claim for v in run.state.end_verdicts.values() if v.state == "UNPROVEN"]
        if run.options.strict and open_claims:
            raise Waiting(f"unproven, and --strict asks for proof: {', '.join(open_claims)}")
        if mend:
            commit_mend(run, mend)
    finish(run, render, time.monotonic() - begun)
    return Ending(exit=Exit.FINISHED, state=run.state)


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
        run.add(_stopped(run, error.message, error.exit_code))
        raise


def _stopped(run: Carrying, reason: str, code: int, task: int | None = None) -> Stopped:
    untracked = git.untracked_files(run.repository)
    return Stopped(reason=reason, exit_code=code, task=task, untracked=untracked)
