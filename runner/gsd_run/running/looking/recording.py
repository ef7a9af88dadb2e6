"""A finished run as steps: patches by which its work can be done again without a model."""

from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.domain.errors import PlanError, Refusal
from gsd_run.domain.run import RunState, TaskState
from gsd_run.domain.run_file import Recorded, RunFile
from gsd_run.outside import git
from gsd_run.outside.git import Repository
from gsd_run.reading.locating import run_file_path
from gsd_run.reading.run_file import read_run_file
from gsd_run.reading.run_file_changes import with_patches


class Recording(Struct, frozen=True, kw_only=True):
    """A run file that replays a run. `missing` are files that no patch can hold, with the reason.

    `patched` are the tasks that are replayed by a patch, `kept` those that keep their steps.
    """

    path: Path
    text: str
    recorded: Recorded
    patched: tuple[int, ...]
    kept: tuple[int, ...]
    missing: tuple[str, ...] = ()


def record(repository: Repository, state: RunState) -> Recording:
    """Return the run file that does a finished run's work again, whoever did it.

    Raises:
        Refusal: the run is not finished, or its run file can't be written into.
    """
    if state.ended is None or state.completed is None:
        raise Refusal(f"{state.plan.id} is not finished; `gsd-run resume` goes on with it")
    place = run_file_path(repository.root / state.plan.path)
    kept = frozenset(n for n, task in state.tasks.items() if _by_its_steps(state, task))
    patches = _patches(repository, state, kept)
    recorded = Recorded(
        run=state.started.run,
        base=state.started.base,
        tree=tree_without_run_file(repository, state, state.ended.tree),
        line=0,
    )
    before = place.read_bytes().decode() if place.is_file() else None
    notes = {n: _note(task) for n, task in state.tasks.items() if n in patches}
    try:
        text = with_patches(before, patches, kept, notes, recorded)
    except ValueError as error:
        raise Refusal(
            f"{place.name} can't be written into: {error}; write its changes as lines, or move it "
            "away, and record again"
        ) from error
    _prove(text, before, patches, kept, state)
    return Recording(
        path=place,
        text=text,
        recorded=recorded,
        patched=tuple(sorted(patches)),
        kept=tuple(sorted(kept - set(patches))),
        missing=tuple(
            f"{path}: git ignores it, so no patch holds it"
            for task in state.tasks.values()
            for path in (task.changed.unseen if task.changed else ())
            if task.number in patches
        ),
    )


def steps_lost(repository: Repository, state: RunState, made: Recording) -> str:
    """Name the tasks whose steps the recording replaces, where git could not bring those back."""
    path = state.plan.path.removesuffix("-PLAN.md") + "-RUN.yaml"
    steps = state.run_file.changes if state.run_file else {}
    replaced = [number for number in made.patched if number in steps]
    if not replaced or not made.path.is_file():
        return ""
    if made.path.read_bytes().decode() == made.text:
        return ""  # recorded already
    safe = git.is_tracked(repository, path) and path not in git.dirty_files(repository)
    return "" if safe else f"task {', '.join(map(str, replaced))}"


def tree_without_run_file(repository: Repository, state: RunState, tree: str) -> str:
    """Return a run's tree without the plan's run file, which recording changes."""
    path = state.plan.path.removesuffix("-PLAN.md") + "-RUN.yaml"
    if path not in git.files_in(repository, tree):
        return tree
    return git.tree_without(repository, tree, [path])


def _by_its_steps(state: RunState, task: TaskState) -> bool:
    """Tell whether the run file's steps did a task's work, and nobody mended it."""
    steps = state.run_file.changes if state.run_file else {}
    executor = task.started.executor if task.started else ""
    return task.number in steps and executor == "steps" and not _mended(task)


def _patches(repository: Repository, state: RunState, kept: frozenset[int]) -> dict[int, str]:
    """Return each task's work as a diff; what was mended after the last one goes with that."""
    found: dict[int, str] = {}
    tree = state.started.base_tree
    last = max(state.tasks)
    for number, task in sorted(state.tasks.items()):
        committed = task.committed
        if committed is not None:
            if number not in kept:
                found[number] = _diff(repository, state, tree, committed.tree)
            tree = committed.tree
            last = number
    for mend in state.mends:
        found[last] = found.get(last, "") + _diff(repository, state, tree, mend.tree)
        tree = mend.tree
    return {number: diff for number, diff in found.items() if diff}


def _diff(repository: Repository, state: RunState, before: str, after: str) -> str:
    own = {state.plan.path, *((state.run_file.path,) if state.run_file else ())}
    changes = git.differences(repository, before, after)
    paths = [change.path for change in changes if change.path not in own]
    return git.patch_between(repository, before, after, paths).decode() if paths else ""


def _note(task: TaskState) -> str:
    executor = task.started.executor if task.started else "hand"
    if task.calls:
        called, _ = task.calls[-1]
        model = f" with {called.model}" if called.model else ""
        return f"by {called.agent}{model}, attempt {task.attempt}{_mended(task)}"
    said = {
        "hand": "made by hand",
        "person": "made at the checkpoint",
        "literal": f"spelt out by the plan{_mended(task)}",
        "steps": f"by its steps{_mended(task)}",
    }
    return said.get(executor, executor)


def _mended(task: TaskState) -> str:
    deviations = task.changed.deviations if task.changed else ()
    return ", mended by hand" if any(one.kind == "mend" for one in deviations) else ""


def _prove(
    text: str,
    before: str | None,
    patches: dict[int, str],
    kept: frozenset[int],
    state: RunState,
) -> None:
    """Make sure that what was written is read again as what was meant.

    Raises:
        Refusal: it is not.
    """
    path = state.plan.path
    try:
        now = read_run_file(text, path)
        old = read_run_file(before or "", path)
    except PlanError as error:
        raise Refusal(f"the run file can't be written into: {error}") from error
    wanted = {*patches, *(number for number in kept if number in old.changes)}
    same = _bare(now) == _bare(old) and set(now.changes) == wanted
    read = {number: steps[-1].subject for number, steps in now.changes.items() if number in patches}
    if not same or read != patches:
        raise Refusal(
            "the run file is written in a form that steps can't be put into; move it away"
        )


def _bare(run_file: RunFile) -> tuple[object, ...]:
    amendments = [replace(one, line=0) for one in run_file.amendments]
    weaker = [replace(one, line=0) for one in run_file.weaker]
    return (amendments, weaker, [replace(one, line=0) for one in run_file.proofs])
