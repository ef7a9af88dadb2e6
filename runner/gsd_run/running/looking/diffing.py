"""What a run changed, as diffs that git applies: its commits, wherever they are now.

A commit that was rebased is known by its trailers or by its patch id. What an attempt that was
not committed left is taken from the journal, or, while it is at work, from the work tree.
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from gsd_run.domain.errors import UsageError
from gsd_run.domain.event import Committed
from gsd_run.domain.run import RunState, TaskState
from gsd_run.outside import git, git_finding
from gsd_run.outside.git import Repository


class Piece(Struct, frozen=True, kw_only=True):
    """One part of a run's work, between two commits or trees; `task` is None for all of it."""

    what: str
    before: str
    after: str
    task: int | None = None


class Work(Struct, frozen=True, kw_only=True):
    """What a run changed, in order, and the parts that can't be shown, with the reason."""

    pieces: tuple[Piece, ...]
    missing: tuple[str, ...] = ()


def work_of(repository: Repository, state: RunState, task: int | None) -> Work:
    """Return what a run, or one task of it, changed.

    Raises:
        UsageError: the plan has no such task.
    """
    if task is not None and task not in state.tasks:
        listed = ", ".join(map(str, state.tasks)) or "none"
        raise UsageError(f"{state.plan.id} has no task {task}; its tasks: {listed}")
    wanted = [one for one in _commits(state) if task is None or one.task == task]
    found = git_finding.commits_of(repository, state.started.run, wanted, state.started.summary)
    parents = git_finding.parents_of(repository, dict.fromkeys(found.values()))
    pieces = [
        Piece(
            what=f"{found[one.commit][:9]} {one.subject}",
            before=parents[found[one.commit]],
            after=found[one.commit],
            task=one.task,
        )
        for one in wanted
        if one.commit in found
    ]
    missing = [
        f"{one.commit[:9]} {one.subject}: not in this repository, nor a commit with its changes"
        for one in wanted
        if one.commit not in found
    ]
    joined = _joined(repository, pieces) if task is None else pieces
    loose = [
        piece
        for one in state.tasks.values()
        if task in (None, one.number)
        for piece in _uncommitted(repository, state, one)
    ]
    return Work(pieces=(*joined, *loose), missing=tuple(missing))


def diff_of(repository: Repository, piece: Piece) -> bytes:
    """Return a part of the work as a diff, as git takes it from any folder of the repository.

    The project's root need not be the repository's: paths are relative to the latter.
    """
    paths = [change.path for change in git.differences(repository, piece.before, piece.after)]
    if not paths:
        return b""
    return git.patch_between(repository, piece.before, piece.after, paths, from_top=True)


def _commits(state: RunState) -> tuple[Committed, ...]:
    """Return a run's commits of code, in their order."""
    of_tasks = (
        one
        for task in state.tasks.values()
        for one in (task.red, task.committed)
        if one is not None
    )
    return (*of_tasks, *state.mends)


def _joined(repository: Repository, pieces: Sequence[Piece]) -> list[Piece]:
    """Join parts that follow each other, so that a file stands in the diff once."""
    joined: list[Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if last and _is_same_tree(repository, last.after, piece.before):
            joined[-1] = Piece(what=last.what, before=last.before, after=piece.after)
        else:
            joined.append(piece)
    return joined


def _is_same_tree(repository: Repository, one: str, other: str) -> bool:
    return one == other or git.tree_of(repository, one) == git.tree_of(repository, other)


def _uncommitted(repository: Repository, state: RunState, task: TaskState) -> Iterator[Piece]:
    """Return what an attempt has changed that is not committed."""
    if state.is_over or task.started is None or task.committed is not None:
        return
    after = next(
        (one.tree for one in (task.ended, task.changed, task.worked) if one and one.tree),
        "",
    )
    if not after or not git_finding.is_there(repository, after):
        started = task.started
        known = {*started.untracked, *state.started.untracked, *state.started.dirty}
        new = [path for path in git.untracked_files(repository) if path not in known]
        after = git.snapshot(repository, new)
    if git_finding.is_there(repository, task.started.tree) and after != task.started.tree:
        what = f"attempt {task.attempt} at task {task.number}, not committed"
        yield Piece(what=what, before=task.started.tree, after=after, task=task.number)
