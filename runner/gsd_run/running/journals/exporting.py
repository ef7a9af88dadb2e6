"""A run's state in one file, to go on with it in another clone.

The file holds the journal, the outputs that it names, and as one pack all git objects of the run
that the history of its base commit does not have: its commits, its savepoints, and the work tree
of the attempt in flight. A manifest with the hash of each comes first.
"""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from gsd_run.domain.agent import AgentCalled, AgentEnded
from gsd_run.domain.errors import Refusal
from gsd_run.domain.event import Measured, Record
from gsd_run.domain.planning_update import PlanningUpdated
from gsd_run.domain.run import RunState
from gsd_run.domain.savepoint import Savepoint, folder_of, savepoints
from gsd_run.outside import git, git_history
from gsd_run.outside.archives import archive
from gsd_run.outside.git import Repository
from gsd_run.outside.git_packs import pack
from gsd_run.running.attempts.scoping import left_by_checks
from gsd_run.running.beginning.beginning import refuse_half_undone
from gsd_run.running.beginning.resuming import beside, differences
from gsd_run.running.carrying import Carrying

FORMAT = 1  # of the file; raised when a member changes its meaning
MANIFEST, JOURNAL, PACK, OUTPUTS = "manifest.json", "journal.jsonl", "objects.pack", "outputs/"
RUN_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,63}")


class Working(Struct, frozen=True, kw_only=True):
    """The work tree on top of a run's head: files of `tree`; those that it lacks are deleted."""

    tree: str
    paths: tuple[str, ...]


class Manifest(Struct, frozen=True, kw_only=True):
    """What a state file says of itself. `files` are the other members with their SHA-256."""

    format: int
    run: str
    plan: str
    base: str
    head: str
    branch: str
    refs: dict[str, str]
    working: Working
    files: dict[str, str]


class Exported(Struct, frozen=True, kw_only=True):
    """A state file's content, and what of the work tree it does not hold."""

    content: bytes
    manifest: Manifest
    left: tuple[str, ...]


def export(run: Carrying) -> Exported:
    """Return the state of a run as the content of one file; the same state, the same bytes.

    Raises:
        Refusal: the repository is not where the run left it.
    """
    state = run.state
    refuse_half_undone(state)
    tip = _tip(run)
    refs = _refs(run, tip)
    working = _working(run, tip)
    trees = [one.tree for one in _points(run) if one.tree]
    there = [tree for tree in trees if git_history.tree_named(run.repository, tree)]
    names = [tip, state.head, working.tree, state.started.base_tree, *refs.values(), *there]
    files = {JOURNAL: run.journal.path.read_bytes()}
    files[PACK] = pack(run.repository, sorted(names), state.started.base)
    for name in outputs_of(run.journal.records):
        files[f"{OUTPUTS}{name}"] = run.store.output(name)
    manifest = Manifest(
        format=FORMAT,
        run=state.started.run,
        plan=state.plan.id,
        base=state.started.base,
        head=tip,
        branch=state.started.branch,
        refs=refs,
        working=working,
        files={name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    )
    told = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
    known = {*state.started.untracked, *working.paths}
    left = [path for path in git.untracked_files(run.repository) if path not in known]
    return Exported(
        content=archive({MANIFEST: told, **files}),
        manifest=manifest,
        left=(*state.started.untracked, *state.started.dirty, *left),
    )


def refuse_in_the_way(repository: Repository, target: Path) -> None:
    """Refuse to write the file where the run would find it, and take it for its work.

    Raises:
        Refusal: it would lie in the work tree, and git does not ignore it.
    """
    root, place = repository.root.resolve(), target.resolve()
    if not place.is_relative_to(root) or place.is_relative_to(repository.git_dir.resolve()):
        return
    if not git.is_ignored(repository, place.relative_to(root).as_posix()):
        raise Refusal(
            f"{target} lies in the project, where a run takes a new file for its work; give a "
            "place outside, or one that git ignores"
        )


def outputs_of(records: Sequence[Record]) -> tuple[str, ...]:
    """Return the hashes of the outputs that a journal names."""
    found = set()
    for record in records:
        match record.event:
            case Measured(stored=name) | AgentCalled(prompt=name) | AgentEnded(transcript=name):
                found.add(name)
            case PlanningUpdated(files=files):
                found.update(name for one in files for name in (one.before, one.after))
            case _:
                pass
    return tuple(sorted(found))


def _tip(run: Carrying) -> str:
    """Return the run's last commit, which may be that of its documents.

    Raises:
        Refusal: the run is not over, and something else is checked out.
    """
    state = run.state
    if state.is_over:
        return state.docs.commit if state.docs else state.head
    head = git.head(run.repository)
    since = git.commits_since(run.repository, state.head)
    ours = f"GSD-Run: {state.started.run}"
    if head == state.head or (since and all(ours in message for _, message in since)):
        return head
    raise Refusal(
        f"run {state.started.run} stands on {state.head[:9]}, and {head[:9]} is checked out; "
        "`gsd-run resume` says what has happened since and how to go on"
    )


def _refs(run: Carrying, tip: str) -> dict[str, str]:
    """Return the run's refs, and one for its last commit: the branch stays this clone's."""
    folder = folder_of(run.state.started.run)
    refs = git_history.refs_below(run.repository, folder)
    return {**dict(sorted(refs.items())), f"{folder}head": tip}


def _points(run: Carrying) -> tuple[Savepoint, ...]:
    return savepoints(run.state.started.run, run.journal.records)


def _working(run: Carrying, tip: str) -> Working:
    """Return what the work tree has on top of the run's commits, of the run's and of its plan."""
    state = run.state
    at_head = git.tree_of(run.repository, tip)
    if state.is_over:
        return Working(tree=at_head, paths=())
    paths = sorted({*differences(run, at_head, _not_in_flight(run)), *_own_texts(run, at_head)})
    now = git.snapshot(run.repository, paths)
    tree = git.tree_with(run.repository, at_head, paths, now) if paths else at_head
    return Working(tree=tree, paths=tuple(paths))


def _not_in_flight(run: Carrying) -> tuple[str, ...]:
    """Return the untracked files that are none of the run's work."""
    state = run.state
    open_ones = [one for one in state.tasks.values() if one.started and not one.committed]
    if open_ones:
        return left_by_checks(open_ones[0]) if open_ones[0].ended else beside(run, open_ones[0])
    return state.stopped.untracked if state.stopped else git.untracked_files(run.repository)


def _own_texts(run: Carrying, at_head: str) -> list[str]:
    """Return the plan and its run file where they are not as at the run's head."""
    state: RunState = run.state
    own = [state.plan.path, *([state.run_file.path] if state.run_file else ())]
    now = git.snapshot(run.repository, own)
    changed = {one.path for one in git.differences(run.repository, at_head, now)}
    return [path for path in own if path in changed]
