"""Going on with a stopped run: what the tree is now, and what follows from that."""

import time
from collections.abc import Sequence

from gsd_run.domain.errors import Refusal, Waiting
from gsd_run.domain.event import Deviation, Kept, TaskOutcome
from gsd_run.domain.plan import Task
from gsd_run.domain.run import TaskState
from gsd_run.outside import git
from gsd_run.running.attempting import (
    attempt,
    commit_task,
    judge_and_commit,
    record_commit,
    scope_and_judge,
    task_subject,
)
from gsd_run.running.carrying import Carrying


def go_on(run: Carrying, task: Task) -> TaskOutcome:
    """Take up a task where it stands, and carry it to its end.

    Raises:
        Refusal: the tree is in a state that the run did not make and can't explain.
        Waiting: a person has not made the change yet.
    """
    state = run.state.tasks[task.number]
    if state.started is None:
        return attempt(run, task)
    run.watcher.said(f"\ntask {task.number} of {len(run.state.plan.tasks)} goes on: {task.name}")
    if run.options.redo:
        _keep_aside(run, state, "put aside by --redo")
        return attempt(run, task)
    if state.ended is not None and state.ended.outcome != "FAILED":
        return _commit_after_all(run, task, state)
    if state.ended is not None:
        return _after_failure(run, task, state)
    if state.started.executor == "hand":
        return _made_by_hand(run, task, state)
    return _after_kill(run, task, state)


def _commit_after_all(run: Carrying, task: Task, state: TaskState) -> TaskOutcome:
    """A task was judged, and the run died before it was journalled as committed."""
    assert state.ended is not None
    assert state.changed is not None
    own = f"GSD-Run: {run.state.started.run}\nGSD-Task: {task.number}\n"
    for commit, message in git.commits_since(run.repository, run.state.head):
        if own in f"{message}\n":
            record_commit(run, task, commit, task_subject(run, task))
            return state.ended.outcome
    _refuse_other(run, state.changed.tree, state.changed.added, "since the task was judged")
    commit_task(run, task)
    return state.ended.outcome


def _after_failure(run: Carrying, task: Task, state: TaskState) -> TaskOutcome:
    """A failed task: what was mended by hand is judged; nothing mended means once more."""
    assert state.ended is not None
    assert state.started is not None
    aside = _left_by_checks(state)
    mended = _differences(run, state.ended.tree, aside)
    if not mended:
        if state.started.executor == "hand":
            return scope_and_judge(run, task, (), time.monotonic(), aside)
        _keep_aside(run, state, "put back to make the change anew")
        return attempt(run, task)
    if not _differences(run, state.started.tree, aside):
        return attempt(run, task)
    deviation = Deviation(
        kind="mend",
        where=f"task {task.number}",
        what=f"{', '.join(mended)} changed by hand",
        reason=f"attempt {state.attempt} failed: {state.ended.reason}",
    )
    return scope_and_judge(run, task, (deviation,), time.monotonic(), aside)


def _left_by_checks(state: TaskState) -> tuple[str, ...]:
    """Return the untracked files that are none of the attempt's: older, or left by checks."""
    assert state.ended is not None
    added = state.changed.added if state.changed else ()
    planned = {file.path for step in state.steps for file in step.files}
    return tuple(
        path for path in state.ended.untracked if path not in added and path not in planned
    )


def _made_by_hand(run: Carrying, task: Task, state: TaskState) -> TaskOutcome:
    assert state.started is not None
    if not _differences(run, state.started.tree, state.started.untracked):
        if run.state.run_file and task.number in run.state.run_file.changes:
            return attempt(run, task)
        raise Waiting(f"task {task.number} ({task.name}) still waits: no file has changed yet")
    return scope_and_judge(run, task, (), time.monotonic())


def _after_kill(run: Carrying, task: Task, state: TaskState) -> TaskOutcome:
    """A run that died in a task: its half-made change is put back, anything else is not ours."""
    assert state.started is not None
    if state.changed is not None:
        _refuse_other(run, state.changed.tree, state.changed.added, "since the change was made")
        return judge_and_commit(run, task, state.started, state.changed, time.monotonic())
    planned = {file.path: file for step in state.steps for file in step.files}
    foreign = []
    for path in _differences(run, state.started.tree, state.started.untracked):
        states = [file for step in state.steps for file in step.files if file.path == path]
        known = {blob for file in states for blob in (file.before, file.after)}
        if path not in planned or git.blob_of_file(run.repository, path) not in known:
            foreign.append(path)
    if foreign:
        raise Refusal(_ways_on(foreign, "while the run was stopped"))
    _keep_aside(run, state, "half-made when the run was stopped")
    return attempt(run, task)


def _differences(run: Carrying, tree: str, untracked: Sequence[str]) -> list[str]:
    """Return the paths by which the work tree differs from a tree of the run.

    `untracked` are files that lay beside that tree and do not count.
    """
    aside = {*untracked, *run.state.started.untracked}
    there = git.untracked_files(run.repository)
    in_tree = [path for path in there if git.has(run.repository, tree, path)]
    now = git.snapshot(
        run.repository, [path for path in there if path not in aside or path in in_tree]
    )
    return [
        change.path
        for change in git.differences(run.repository, tree, now)
        if change.path not in run.not_ours
    ]


def _refuse_other(run: Carrying, tree: str, added: Sequence[str], when: str) -> None:
    """Refuse to go on when the tree is not as recorded."""
    started = run.state.started
    there = [path for path in git.untracked_files(run.repository) if path in added]
    now = git.snapshot(run.repository, there)
    paths = [
        change.path
        for change in git.differences(run.repository, tree, now)
        if change.path not in run.not_ours and change.path not in started.untracked
    ]
    if paths:
        raise Refusal(_ways_on(paths, when))


def _ways_on(paths: Sequence[str], when: str) -> str:
    listed = "\n".join(f"  {path}" for path in paths)
    return (
        f"these files were changed {when}, and not by it:\n{listed}\n"
        "Ways on: undo those changes and `gsd-run resume`; or `gsd-run resume --redo`, which keeps "
        "them aside under refs/gsd-run and makes the task's change anew; or commit or stash them "
        "and start a new run with --fresh."
    )


def _keep_aside(run: Carrying, state: TaskState, reason: str) -> None:
    """Keep the tree as it is under a ref, then put back what differs from the attempt's begin."""
    assert state.started is not None
    tree = state.started.tree
    paths = _differences(run, tree, state.started.untracked)
    if not paths:
        return
    there = set(git.untracked_files(run.repository))
    now = git.snapshot(run.repository, [path for path in paths if path in there])
    number = len(run.state.kept) + 1
    ref = f"refs/gsd-run/{run.state.started.run}/kept-{number}"
    git.keep(run.repository, ref, now, f"gsd-run: task {state.number}, {reason}")
    run.add(Kept(ref=ref, reason=f"task {state.number}: {reason}"))
    git.put_back(run.repository, tree, paths)
