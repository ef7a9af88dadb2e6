"""Scope: git says what an attempt changed, never the executor."""

from collections.abc import Sequence

from gsd_run.domain.event import AttemptStarted, Changed, Deviation
from gsd_run.domain.plan import Task
from gsd_run.domain.run import TaskState
from gsd_run.outside import git
from gsd_run.running.carrying import Carrying

AGENTS = frozenset({"agent", "model"})  # executors that may touch any file


def users_files(run: Carrying) -> frozenset[str]:
    """Return the files that lay untracked when the run began."""
    return frozenset(run.state.started.untracked)


def new_files(run: Carrying, started: AttemptStarted, aside: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the untracked files that came since an attempt began, but for those `aside`."""
    known = {*started.untracked, *run.state.started.untracked, *aside, *run.not_ours}
    return tuple(path for path in git.untracked_files(run.repository) if path not in known)


def scoped(run: Carrying, task: Task, new: Sequence[str], mends: Sequence[Deviation]) -> Changed:
    """Return what git says changed since the attempt began; `new` are its untracked files."""
    state = run.state.tasks[task.number]
    assert state.started is not None
    tree = git.snapshot(run.repository, new)
    users = {*state.started.untracked, *run.state.started.untracked} - planned(state)
    changes = [
        change
        for change in git.differences(run.repository, state.started.tree, tree)
        if change.path not in run.not_ours and change.path not in users
    ]
    named = named_files(run, task)
    beyond = tuple(change.path for change in changes if change.path not in named)
    return Changed(
        task=task.number,
        attempt=state.started.attempt,
        tree=tree,
        added=tuple(change.path for change in changes if change.status == "A"),
        modified=tuple(change.path for change in changes if change.status == "M"),
        deleted=tuple(change.path for change in changes if change.status == "D"),
        beyond_plan=beyond,
        deviations=(
            *mends,
            *(_beyond(state, path) for path in beyond),
            *(_in_step(task, text) for step in state.steps for text in step.deviations),
        ),
    )


def left_by_checks(state: TaskState) -> tuple[str, ...]:
    """Return the untracked files that are none of the attempt's: older, or left by checks."""
    assert state.started is not None
    assert state.ended is not None
    if state.changed is None and state.started.executor in AGENTS:
        return state.started.untracked  # no check has run: what is new is the agent's
    added = state.changed.added if state.changed else ()
    own = {*added, *planned(state)}
    return tuple(path for path in state.ended.untracked if path not in own)


def planned(state: TaskState) -> frozenset[str]:
    """Return the files that the attempt's steps wrote or were about to write."""
    return frozenset(file.path for step in state.steps for file in step.files)


def files_of(changed: Changed) -> tuple[str, ...]:
    """Return all the files of a change."""
    return (*changed.added, *changed.modified, *changed.deleted)


def named_files(run: Carrying, task: Task) -> frozenset[str]:
    """Return the files that the plan names for a task, or for all of them."""
    plan = run.state.plan
    artifacts = (artifact.path for artifact in plan.must_haves.artifacts)
    return frozenset({*task.files, *plan.files_modified, *artifacts})


def undeclared_deletions(run: Carrying, changed: Changed) -> tuple[str, ...]:
    """Return the deleted files that the plan does not list as deleted."""
    frontmatter = run.state.plan.frontmatter
    listed = [frontmatter.get(key) or [] for key in ("files_deleted", "files-deleted")]
    declared = {str(one) for paths in listed if isinstance(paths, list | tuple) for one in paths}
    return tuple(sorted(set(changed.deleted) - declared))


def _beyond(state: TaskState, path: str) -> Deviation:
    why = [one.message for step in state.steps for one in step.applied if one.path == path]
    return Deviation(
        kind="file",
        where=f"task {state.number}",
        what=f"{path}, which the plan does not name",
        reason="; ".join(dict.fromkeys(why)) or "the change needed it",
    )


def _in_step(task: Task, text: str) -> Deviation:
    return Deviation(
        kind="figure", where=f"task {task.number}", what=text, reason="written as it was measured"
    )
