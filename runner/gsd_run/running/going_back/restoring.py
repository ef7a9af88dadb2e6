"""Bringing files of the run back to how they were at one of its savepoints.

Only the run's own files are brought back, only where no commit of somebody else lies over them,
and what is there before is kept as a savepoint itself. HEAD and the index are never touched.
"""

from collections.abc import Sequence

from msgspec import Struct

from gsd_run.domain.errors import Refusal, UsageError
from gsd_run.domain.event import Committed, StepPlanned
from gsd_run.domain.savepoint import Savepoint, folder_of, savepoints
from gsd_run.domain.undo import Restored, Undone
from gsd_run.outside import git, git_history
from gsd_run.outside.git import Repository
from gsd_run.running.beginning.beginning import refuse_half_undone
from gsd_run.running.carrying import Carrying
from gsd_run.running.journals.store import Store
from gsd_run.running.judging.setting_aside import keep

MOST_SHOWN = 20


class Brought(Struct, frozen=True, kw_only=True):
    """What restoring did: the files brought back, and the savepoint of what was there before.

    `left` are files that differ from the savepoint and are not the run's.
    """

    paths: tuple[str, ...]
    before: int | None = None
    left: tuple[str, ...] = ()


class Pruned(Struct, frozen=True, kw_only=True):
    """The refs that were deleted, by run; `spared` are the plans of runs that are not over."""

    refs: dict[str, int]
    spared: tuple[str, ...] = ()


def points_of(run: Carrying) -> tuple[Savepoint, ...]:
    """Return a run's savepoints, oldest first."""
    return savepoints(run.state.started.run, run.journal.records)


def files_differing(run: Carrying, point: Savepoint) -> tuple[str, ...] | None:
    """Return the run's files that are not as in a savepoint now; None if that was pruned."""
    tree = _tree(run.repository, point)
    if tree is None:
        return None
    own = own_files(run)
    return tuple(path for path in _differing(run, tree, own) if path in own)


def bring_back(run: Carrying, number: int, files: Sequence[str] = ()) -> Brought:
    """Bring the run's files, or those of `files`, to their state in a savepoint.

    `files` are relative to the project's root.

    Raises:
        UsageError: there is no such savepoint, or a file is none of the run's.
        Refusal: the savepoint was pruned, or somebody's commits lie over a file.
    """
    refuse_half_undone(run.state)
    point = next((one for one in points_of(run) if one.number == number), None)
    if point is None:
        raise UsageError(f"there is no savepoint {number}; `gsd-run restore PLAN` lists them")
    tree = _tree(run.repository, point)
    if tree is None:
        raise Refusal(f"savepoint {number} is gone: it was pruned")
    own = own_files(run)
    if foreign := [path for path in files if path not in own]:
        raise UsageError(f"{', '.join(foreign)}: no file of this run")
    differing = _differing(run, tree, own)
    paths = [path for path in differing if path in own and (not files or path in files)]
    left = tuple(path for path in differing if path not in own)
    if not paths:
        return Brought(paths=(), left=left)
    _refuse_committed(run, paths)
    # Of the run's files alone: what else has changed is not the run's, now or later.
    stood = stood_on(run, len(run.journal.records))
    now = git.tree_with(run.repository, stood, paths, _now(run, paths))
    keep(run, now, f"before savepoint {number} was restored")
    before = run.journal.records[-1].seq
    run.add(Restored(savepoint=number, tree=tree, paths=tuple(paths)))
    git.put_back(run.repository, tree, paths)
    return Brought(paths=tuple(paths), before=before, left=left)


def own_files(run: Carrying) -> frozenset[str]:
    """Return the files that the run has changed: in commits, steps, attempts and checks."""
    found = {
        path
        for record in run.journal.records
        if isinstance(record.event, Committed)
        for path in record.event.files
    }
    found |= {
        file.path
        for record in run.journal.records
        if isinstance(record.event, StepPlanned)
        for file in record.event.files
    }
    for point in points_of(run):
        tree = _tree(run.repository, point)
        # The run's last commit, before it was taken back, has users' later commits below it.
        if tree is not None and point.moment != "undone":
            stood = stood_on(run, point.number)
            found |= {one.path for one in git.differences(run.repository, stood, tree)}
    return frozenset(found - run.not_ours)


def stood_on(run: Carrying, number: int) -> str:
    """Return the tree of the commit on which the run stood when it made a savepoint.

    After a part of it was taken back by revert, that one has users' later commits below it.
    """
    found = run.state.started.base_tree
    for record in run.journal.records[:number]:
        event = record.event
        if isinstance(event, Committed):
            found = event.tree
        elif isinstance(event, Undone):
            found = git_history.tree_named(run.repository, event.head) or found
    return found


def prune(repository: Repository, store: Store, run: str = "", plan: str = "") -> Pruned:
    """Delete the refs of complete runs: all, those of a plan (by its id), or of one run.

    A run that is named may also be one that was taken back, or that a newer one of its plan left
    behind. What check-ups kept goes with all.

    Raises:
        Refusal: the run that is named can be gone on with.
    """
    states = store.runs()
    newest = {state.plan.path: state.started.run for state in states}
    refs = git_history.refs_below(repository, "refs/gsd-run/")
    gone: dict[str, list[str]] = {}
    spared: list[str] = []
    for state in states:
        name = state.started.run
        held = [ref for ref in refs if ref.startswith(folder_of(name))]
        if not held or (run and name != run) or (plan and state.plan.id != plan):
            continue
        superseded = newest[state.plan.path] != name
        over = state.is_over and bool(state.completed or run)
        if over or (run and superseded):
            gone[name] = held
        elif run:
            raise Refusal(f"run {run} is not over, and going on with it needs its savepoints")
        else:
            spared.append(f"{state.plan.id} ({name})")
    if not run and not plan:
        for ref in refs:
            if ref.startswith("refs/gsd-run/check-"):
                gone.setdefault(ref.split("/")[2], []).append(ref)
    git_history.change_refs(repository, {}, [ref for held in gone.values() for ref in held])
    return Pruned(refs={name: len(held) for name, held in gone.items()}, spared=tuple(spared))


def _tree(repository: Repository, point: Savepoint) -> str | None:
    """Return a savepoint's tree; None where it was pruned."""
    return git_history.tree_named(repository, point.tree or point.ref)


def _now(run: Carrying, paths: Sequence[str]) -> str:
    return git.snapshot(run.repository, paths)


def _differing(run: Carrying, tree: str, own: frozenset[str]) -> list[str]:
    """Return the files in which the work tree differs; others' untracked files do not count."""
    users = run.state.started.untracked
    held = git.files_in(run.repository, tree)
    there = [path for path in git.untracked_files(run.repository) if path not in users]
    counted = [path for path in there if path in own or path in held]
    changes = git.differences(run.repository, tree, _now(run, counted))
    return [change.path for change in changes if change.path not in run.not_ours]


def _refuse_committed(run: Carrying, paths: Sequence[str]) -> None:
    """Refuse files that HEAD has in a state that no commit of the run, nor its base, has.

    Raises:
        Refusal: somebody's commits changed them; with the commits as far as they are known.
    """
    states = [run.state.started.base, *_commits(run)]
    head = git.tree_of(run.repository, "HEAD")
    changed = set(paths)
    for commit in states:
        there = git_history.tree_named(run.repository, commit)
        if there is not None:
            changed &= {one.path for one in git.differences(run.repository, there, head)}
    if not changed:
        return
    listed = "\n".join(f"  {path}" for path in sorted(changed)[:MOST_SHOWN])
    base = run.state.started.base
    commits = [
        one
        for one in git_history.commits_between(run.repository, base, "HEAD", sorted(changed))
        if one.id not in states
    ]
    by = "\n".join(f"  {one.id[:9]} {one.subject}" for one in commits)
    rest = [path for path in paths if path not in changed]
    way = f"; `--file {rest[0]}` brings back only what they left alone" if rest else ""
    raise Refusal(
        f"these files were committed since, and not by the run:\n{listed}\n"
        f"by:\n{by or '  commits that do not build on the run'}\n"
        f"They stay as they are{way}."
    )


def _commits(run: Carrying) -> list[str]:
    events = (record.event for record in run.journal.records)
    return [event.commit for event in events if isinstance(event, Committed)]
