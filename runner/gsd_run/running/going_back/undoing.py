"""Taking a run's commits back: by reset while nobody has them, else by commits that revert them.

Either way the new commit is known, and in the journal, before anything moves; then HEAD, index
and work tree go from the one to the other, and only in files that the run's commits touched. Cut
short anywhere, undoing again finishes it.
"""

from collections.abc import Sequence

from gsd_run.domain.errors import Refusal
from gsd_run.domain.savepoint import folder_of
from gsd_run.domain.undo import Undone, UndoPlanned
from gsd_run.outside import git, git_history
from gsd_run.outside.git_history import Commit
from gsd_run.running.beginning.beginning import clear_away
from gsd_run.running.carrying import Carrying
from gsd_run.running.going_back.restoring import stood_on
from gsd_run.running.going_back.undoable import (
    Undoing,
    documents_beside,
    files_of,
    gone_on,
    what_to_undo,
)
from gsd_run.running.judging.setting_aside import keep
from gsd_run.running.planning import take_back


def undo(run: Carrying, from_task: int | None, *, revert: bool = False) -> Undoing:
    """Take commits of the run back, or finish a taking back that was cut short.

    What a stopped attempt left in the tree is kept as a savepoint and put back first.

    Raises:
        Refusal: the repository, or somebody's work in it, does not allow it; nothing was changed.
    """
    _refuse_policy(run)
    head = git.head(run.repository)
    begun = run.state.undoing
    if begun is not None and head in {begun.head, begun.to} and _there(run, begun):
        undoing = _begun(run, begun)
        _finish(run, begun, undoing)
        return undoing
    undoing = what_to_undo(run, from_task, revert=revert)
    clear_away(run, "put aside by undo")
    _refuse_uncommitted(run, undoing)
    planned = UndoPlanned(
        from_task=undoing.from_task,
        way="revert" if undoing.way == "revert" else "reset",
        commits=tuple(one.id for one in undoing.commits),
        head=head,
        to=_target(run, undoing, head),
        ref=f"{folder_of(run.state.started.run)}undone-{len(run.journal.records) + 1}",
        whole=undoing.whole,
    )
    git_history.point(run.repository, planned.ref, head)
    run.add(planned)
    _finish(run, planned, undoing)
    return undoing


def _refuse_policy(run: Carrying) -> None:
    branch = git.branch(run.repository)
    if branch in run.settings.protected_branches:
        raise Refusal(f"{branch} is a protected branch (git.protected_branches)")
    if not git.has_identity(run.repository):
        raise Refusal("git does not know who you are; set user.name and user.email")


def _refuse_uncommitted(run: Carrying, undoing: Undoing) -> None:
    """Refuse where files that must change have changes that no commit holds."""
    touched = set(undoing.files)
    dirty = sorted(touched.intersection(git.dirty_files(run.repository)))
    tracked = git.files_in(run.repository, "HEAD")
    in_the_way = sorted(
        path
        for path in touched - tracked
        if (run.project.root / path).exists() and path not in dirty
    )
    if dirty or in_the_way:
        listed = "\n".join(f"  {path}" for path in (*dirty, *in_the_way))
        raise Refusal(
            f"uncommitted changes in files that would be taken back:\n{listed}\n"
            "Commit or stash them, or undo those changes"
        )


def _target(run: Carrying, undoing: Undoing, head: str) -> str:
    """Return the commit to go to; reverting commits are made here, on no branch yet."""
    ids = [one.id for one in undoing.commits]
    if not ids:
        return run.state.head
    if undoing.way == "reset":
        return _parent(run, ids[-1])
    at = head
    for one in undoing.commits:
        before = git_history.parent_tree(run.repository, one.id)
        changes = git.differences(run.repository, before, git.tree_of(run.repository, one.id))
        paths = [change.path for change in changes if change.path not in undoing.left]
        tree = git.tree_with(run.repository, git.tree_of(run.repository, at), paths, before)
        message = (
            f'Revert "{one.subject}"\n\nThis reverts commit {one.id}.\n\n'
            f"GSD-Run: {run.state.started.run}\nGSD-Undo: {one.id}\n"
        )
        at = git_history.commit_of_tree(run.repository, tree, at, message)
    return at


def _parent(run: Carrying, commit: str) -> str:
    parent = git.commit_of(run.repository, f"{commit}~1")
    assert parent is not None
    return parent


def _there(run: Carrying, begun: UndoPlanned) -> bool:
    return git.commit_of(run.repository, begun.to) is not None


def _begun(run: Carrying, begun: UndoPlanned) -> Undoing:
    """Return what a planned taking back was about."""
    touched = files_of(run, begun.commits)
    left = gone_on(run, begun.commits, touched)
    files = tuple(path for path in touched if path not in left)
    commits = tuple(
        Commit(id=one, subject=git_history.subject_of(run.repository, one)) for one in begun.commits
    )
    return Undoing(
        from_task=begun.from_task,
        commits=commits,
        files=files,
        whole=begun.whole,
        way=begun.way,
        why="",
        beside=documents_beside(run, files),
        left=left,
    )


def _finish(run: Carrying, planned: UndoPlanned, undoing: Undoing) -> None:
    """Move from the one commit to the other, take the documents away, and say it is done."""
    if planned.commits and git.head(run.repository) != planned.to:
        _move(run, planned, undoing.files)
    if there := [path for path in undoing.beside if (run.project.root / path).is_file()]:
        stood = stood_on(run, len(run.journal.records))
        tree = git.tree_with(run.repository, stood, there, git.snapshot(run.repository, there))
        keep(run, tree, f"{', '.join(there)} taken away by undo")
        git.unstage(run.repository, there)  # a kill may have come between that and the commit
        for path in there:
            (run.project.root / path).unlink(missing_ok=True)
    brought = take_back(run)
    for path in undoing.left:
        run.watcher.said(f"{path} stays as it is: later commits go on from it")
    run.add(
        Undone(
            from_task=planned.from_task,
            head=planned.to,
            whole=planned.whole,
            files=(*undoing.files, *there, *brought),
        )
    )


def _move(run: Carrying, planned: UndoPlanned, files: Sequence[str]) -> None:
    """Bring HEAD, index and files to the new commit, from wherever a crash left them."""
    repository = run.repository
    old, new = (git.tree_of(repository, one) for one in (planned.head, planned.to))
    now = git.snapshot(repository, [path for path in files if _exists(run, path)])
    from_old = {one.path for one in git.differences(repository, old, now)} & set(files)
    from_new = {one.path for one in git.differences(repository, new, now)} & set(files)
    if foreign := sorted(from_old & from_new):
        listed = "\n".join(f"  {path}" for path in foreign)
        raise Refusal(
            f"these files were changed while they were being taken back:\n{listed}\n"
            f"What you have there stays. Move it away, `git checkout HEAD -- FILE`, and "
            f"`gsd-run undo {run.state.plan.id}` finishes"
        )
    why = f"undo {run.state.plan.id}"
    if git_history.staged_is(repository, planned.to, files):
        git.put_back(repository, new, sorted(from_new))
        git_history.set_head(repository, planned.head, planned.to, why)
        return
    git.put_back(repository, old, sorted(from_old))
    git_history.move(repository, planned.head, planned.to, why)


def _exists(run: Carrying, path: str) -> bool:
    return (run.project.root / path).exists()
