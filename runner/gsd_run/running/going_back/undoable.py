"""Which of a run's commits can be taken back, how, and what forbids it."""

import re
from collections.abc import Sequence

from msgspec import Struct

from gsd_run.domain.errors import Refusal, UsageError
from gsd_run.domain.event import Committed
from gsd_run.domain.undo import Undone, UndoPlanned
from gsd_run.outside import git, git_history
from gsd_run.outside.git_history import Commit
from gsd_run.running.carrying import Carrying
from gsd_run.running.planning import shared_paths

MOST_SHOWN = 20


class Undoing(Struct, frozen=True, kw_only=True):
    """What is to be taken back: commits, newest first, with the files that they touched.

    `why` says, where the commits are reverted, who has them already. `whole` tells that nothing
    of the run is left afterwards, `beside` are its documents that no commit of it holds. `left`
    are planning files (STATE.md, …) that stay as they are: later commits go on from them.
    """

    from_task: int
    commits: tuple[Commit, ...]
    files: tuple[str, ...]
    whole: bool
    way: str
    why: str
    beside: tuple[str, ...]
    left: tuple[str, ...] = ()


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
    made = _with_the_unjournalled(run, _standing(run))
    mine = [one for one in made if one.task is None or one.task >= first]
    ids = [one.commit for one in reversed(mine)]
    _refuse_elsewhere(run, ids)
    touched = files_of(run, ids)
    left = gone_on(run, ids, touched)
    files = tuple(path for path in touched if path not in left)
    _refuse_built_upon(run, ids, tuple(dict.fromkeys((*files, *_documents(run)))))
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
        beside=documents_beside(run, files),
        left=left,
    )


def gone_on(run: Carrying, ids: Sequence[str], files: Sequence[str]) -> tuple[str, ...]:
    """Return the planning files that later commits have changed: every plan after this one does."""
    shared = [path for path in files if path in shared_paths(run.state)]
    if not shared or not ids:
        return ()
    ours = {*ids, *_reverted_before(run)}
    return tuple(
        path
        for path in shared
        if any(
            one.id not in ours
            for one in git_history.commits_between(run.repository, f"{ids[-1]}~1", "HEAD", [path])
        )
    )


def refuse_undone_elsewhere(run: Carrying) -> None:
    """Refuse where a run was taken back, and what is checked out has its commits all the same.

    Raises:
        Refusal: it was reverted on another branch, or its commits were brought in again.
    """
    planned = [one.event for one in run.journal.records if isinstance(one.event, UndoPlanned)]
    last = planned[-1]
    here = [one for one in last.commits if git_history.is_ancestor(run.repository, one, "HEAD")]
    if last.way == "revert" and git_history.is_ancestor(run.repository, last.to, "HEAD"):
        return
    if here:
        raise Refusal(
            f"run {run.state.started.run} was taken back by {last.way}, which led to "
            f"{last.to[:9]}; but what is checked out has {len(here)} of its commits and nothing "
            f"that reverts them. To take them back here, too: "
            f"`git revert {' '.join(one[:9] for one in here)}`"
        )


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
    known = {one.commit for one in made}
    whose = re.compile(
        rf"^GSD-Run: {run.state.started.run}\nGSD-Task: (?P<task>\d+)?", re.MULTILINE
    )
    for commit, message in git.commits_since(run.repository, run.state.head):
        found = whose.search(message)
        if found and commit not in known:
            tree = git.tree_of(run.repository, commit)
            task = int(found["task"]) if found["task"] else None
            made.append(
                Committed(part="task", commit=commit, tree=tree, files=(), subject="", task=task)
            )
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


def files_of(run: Carrying, ids: Sequence[str]) -> tuple[str, ...]:
    """Return the files that commits touched."""
    found: dict[str, None] = {}
    for one in ids:
        before = git_history.parent_tree(run.repository, one)
        changes = git.differences(run.repository, before, git.tree_of(run.repository, one))
        found.update(dict.fromkeys(change.path for change in changes))
    return tuple(sorted(found))


def documents_beside(run: Carrying, files: Sequence[str]) -> tuple[str, ...]:
    """Return the summary and the evidence that lie there and are in no commit."""
    tracked = git.files_in(run.repository, "HEAD")
    return tuple(path for path in _documents(run) if path not in files and path not in tracked)


def _documents(run: Carrying) -> tuple[str, ...]:
    if run.state.ended is None:
        return ()
    summary = run.state.started.summary
    evidence = summary.removesuffix("-SUMMARY.md").removesuffix("SUMMARY.md") + "-EVIDENCE.jsonl"
    users = run.state.started.untracked
    return tuple(
        path
        for path in (summary, evidence)
        if path not in users and (run.project.root / path).is_file()
    )


def _refuse_built_upon(run: Carrying, ids: Sequence[str], files: Sequence[str]) -> None:
    """Refuse when commits that stay touch the same files, after the run's first one."""
    if not ids:
        return
    oldest = f"{ids[-1]}~1"
    ours = {*ids, *_reverted_before(run)}
    later = [
        one
        for one in git_history.commits_between(run.repository, oldest, "HEAD", files)
        if one.id not in ours
    ]
    newest, now = (git.tree_of(run.repository, one) for one in (ids[0], "HEAD"))
    changed = {one.path for one in git.differences(run.repository, newest, now)} & set(files)
    if not later and not changed:
        return
    commits = [f"  {one.id[:9]} {one.subject}" for one in later[:MOST_SHOWN]]
    paths = sorted(changed) or sorted(set(files) & set(files_of(run, [one.id for one in later])))
    touched = [f"  {path}" for path in paths[:MOST_SHOWN]]
    listed = "\n".join([*commits, "in:", *touched]) if commits else "\n".join(touched)
    raise Refusal(
        "later work builds on what would be taken back:\n"
        f"{listed}\n"
        "Nothing was changed. Take that back first, or undo by hand: "
        f"`git revert {' '.join(one[:9] for one in ids)}`"
    )


def _reverted_before(run: Carrying) -> set[str]:
    """Return the commits that earlier undoings reverted, and the reverting ones: they are even."""
    found: set[str] = set()
    for record in run.journal.records:
        event = record.event
        if not isinstance(event, UndoPlanned) or event.way != "revert":
            continue
        if git_history.is_ancestor(run.repository, event.to, "HEAD"):
            found.update(event.commits)
            found.update(git_history.first_parents(run.repository, event.head, event.to))
    return found


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
