"""Taking a run's commits back: by reset while nobody has them, else by commits that revert them.

Either way the new commit is known, and in the journal, before anything moves; then HEAD, index
and work tree go from the one to the other, and only in files that the run's commits touched. Cut
short anywhere, undoing again finishes it.
"""

from collections.abc import Sequence

from msgspec import Struct

from gsd_run.domain.errors import Refusal, UsageError
from gsd_run.domain.event import Committed, Undone, UndoPlanned
from gsd_run.domain.savepoint import folder_of
from gsd_run.outside import git, git_history
from gsd_run.outside.git_history import Commit
from gsd_run.running.beginning import clear_away
from gsd_run.running.carrying import Carrying
from gsd_run.running.committing import made_already, trailers_of
from gsd_run.running.setting_aside import keep

MOST_SHOWN = 20


class Undoing(Struct, frozen=True, kw_only=True):
    """What is to be taken back: commits, newest first, with the files that they touched.

    `why` says, where the commits are reverted, who has them already. `whole` tells that nothing
    of the run is left afterwards, `beside` are its documents that no commit of it holds.
    """

    from_task: int
    commits: tuple[Commit, ...]
    files: tuple[str, ...]
    whole: bool
    way: str
    why: str
    beside: tuple[str, ...]


def what_to_undo(run: Carrying, from_task: int | None, *, revert: bool = False) -> Undoing:
    """Return what taking back the tasks from `from_task` on (None: all of the run) means.

    `revert` asks for reverting commits even where a reset would do.

    Raises:
        UsageError: the plan has no such task.
        Refusal: the commits are not in HEAD's history, or later work builds on their files.
    """
    state = run.state
    first = min(state.tasks) if from_task is None else from_task
    if first not in state.tasks:
        raise UsageError(f"{state.plan.id} has no task {first}; its last is {max(state.tasks)}")
    made = _with_the_unjournalled(run, [*_standing(run)])
    mine = [one for one in made if one.task is None or one.task >= first]
    ids = [one.commit for one in reversed(mine)]
    _refuse_elsewhere(run, ids)
    files = _files(run, ids)
    beside = _documents(run, files)
    _refuse_built_upon(run, ids, (*files, *beside))
    why = "--revert asks for it" if revert else _why_no_reset(run, ids)
    return Undoing(
        from_task=first,
        commits=tuple(
            Commit(id=one, subject=git_history.subject_of(run.repository, one)) for one in ids
        ),
        files=files,
        whole=all(one in mine for one in made) and first == min(state.tasks),
        way="revert" if why and ids else "reset",
        why=why,
        beside=beside,
    )


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


def _standing(run: Carrying) -> list[Committed]:
    """Return the run's commits that were not taken back, oldest first."""
    made: list[Committed] = []
    for record in run.journal.records:
        event = record.event
        if isinstance(event, Committed):
            made.append(event)
        elif isinstance(event, Undone):
            made = [one for one in made if one.task is not None and one.task < event.from_task]
    return list({one.commit: one for one in made}.values())


def _with_the_unjournalled(run: Carrying, made: list[Committed]) -> list[Committed]:
    """Add the commit that was made just before the run died, if there is one."""
    state = run.state
    tasks = [("red", n) for n in state.tasks] + [("task", n) for n in state.tasks]
    for part, task in (*tasks, ("mend", None), ("docs", None)):
        commit = made_already(run, trailers_of(run, part, task))
        if commit and all(one.commit != commit for one in made):
            tree = git.tree_of(run.repository, commit)
            known = Committed(
                part="task", commit=commit, tree=tree, files=(), subject="", task=task
            )
            return [*made, known]
    return made


def _refuse_elsewhere(run: Carrying, ids: Sequence[str]) -> None:
    """Refuse commits that HEAD does not build on: rebased, squashed, or on another branch."""
    lost = [one for one in ids if not git_history.is_ancestor(run.repository, one, "HEAD")]
    if not lost:
        return
    state = run.state
    listed = "\n".join(f"  {one[:9]}" for one in lost[:MOST_SHOWN])
    on = f"; the run worked on {state.started.branch}" if state.started.branch else ""
    raise Refusal(
        f"these commits of run {state.started.run} are not in the history of what is checked out:"
        f"\n{listed}\nSwitch to the branch that has them{on}. If they were rebased or squashed, "
        f"`git log --grep 'GSD-Run: {state.started.run}'` finds what became of them, for "
        "`git revert`"
    )


def _files(run: Carrying, ids: Sequence[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for one in ids:
        before = git_history.parent_tree(run.repository, one)
        changes = git.differences(run.repository, before, git.tree_of(run.repository, one))
        found.update(dict.fromkeys(change.path for change in changes))
    return tuple(sorted(found))


def _documents(run: Carrying, files: Sequence[str]) -> tuple[str, ...]:
    """Return the summary and the evidence, where they lie there and no commit of the run did it."""
    if run.state.ended is None:
        return ()
    summary = run.state.started.summary
    evidence = summary.removesuffix("-SUMMARY.md").removesuffix("SUMMARY.md") + "-EVIDENCE.jsonl"
    known = {*files, *run.state.started.untracked}
    return tuple(
        path
        for path in (summary, evidence)
        if path not in known and (run.project.root / path).is_file()
    )


def _refuse_built_upon(run: Carrying, ids: Sequence[str], files: Sequence[str]) -> None:
    """Refuse when commits that stay touch the same files, after the run's first one."""
    if not ids:
        return
    oldest = f"{ids[-1]}~1"
    later = [
        one
        for one in git_history.commits_between(run.repository, oldest, "HEAD", files)
        if one.id not in ids
    ]
    newest, now = (git.tree_of(run.repository, one) for one in (ids[0], "HEAD"))
    changed = {one.path for one in git.differences(run.repository, newest, now)} & set(files)
    if not later and not changed:
        return
    commits = [f"  {one.id[:9]} {one.subject}" for one in later[:MOST_SHOWN]]
    paths = sorted(changed) or sorted(set(files) & set(_files(run, [one.id for one in later])))
    touched = [f"  {path}" for path in paths[:MOST_SHOWN]]
    listed = "\n".join([*commits, "in:", *touched]) if commits else "\n".join(touched)
    raise Refusal(
        "later work builds on what would be taken back:\n"
        f"{listed}\n"
        "Nothing was changed. Take that back first, or undo by hand: "
        f"`git revert {' '.join(one[:9] for one in ids)}`"
    )


def _why_no_reset(run: Carrying, ids: Sequence[str]) -> str:
    """Say who has the commits, so that history must not be rewritten; "" if nobody has."""
    if not ids:
        return ""
    parents = git_history.first_parents(run.repository, f"{ids[-1]}~1", "HEAD")
    later = [one for one in parents if one not in ids]
    if later or parents != tuple(ids):
        on_top = ", ".join(one[:9] for one in later[:3])
        return f"later commits build on them ({on_top})" if later else "history has merges"
    branch = git.branch(run.repository)
    if refs := git_history.refs_with(run.repository, ids[-1], branch):
        return f"{', '.join(refs[:3])} has them, too"
    if places := git_history.worktrees_with(run.repository, ids[-1]):
        return f"the work tree {places[0]} has them, too"
    return ""


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
        paths = [change.path for change in changes]
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
    files = _files(run, begun.commits)
    commits = tuple(
        Commit(id=one, subject=git_history.subject_of(run.repository, one))
        for one in begun.commits
    )
    return Undoing(
        from_task=begun.from_task,
        commits=commits,
        files=files,
        whole=begun.whole,
        way=begun.way,
        why="",
        beside=_documents(run, files),
    )


def _finish(run: Carrying, planned: UndoPlanned, undoing: Undoing) -> None:
    """Move from the one commit to the other, take the documents away, and say it is done."""
    if planned.commits and git.head(run.repository) != planned.to:
        _move(run, planned, undoing.files)
    if there := [path for path in undoing.beside if (run.project.root / path).is_file()]:
        tree = git.snapshot(run.repository, there)
        keep(run, tree, f"{', '.join(there)} taken away by undo")
        for path in there:
            (run.project.root / path).unlink(missing_ok=True)
    run.add(
        Undone(
            from_task=planned.from_task,
            head=planned.to,
            whole=planned.whole,
            files=(*undoing.files, *there),
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
