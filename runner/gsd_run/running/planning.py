"""GSD's planning files at the end of a run: what they become, written down before it is written.

STATE.md, ROADMAP.md and REQUIREMENTS.md go into the docs commit beside the summary. The journal
has the hashes of both texts of each before the first of them is touched: a run that is cut short
there writes the rest when it goes on, and undo brings back what no commit holds.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from gsd_run.domain.errors import GsdRunError, Refusal
from gsd_run.domain.event import PlanningFile, PlanningUpdated
from gsd_run.domain.run import RunState
from gsd_run.outside import git
from gsd_run.outside.git import Repository
from gsd_run.outside.project_files import read_within, write_within
from gsd_run.reading.frontmatter import read_frontmatter
from gsd_run.reading.notes import Notes
from gsd_run.reading.plan import read_plan
from gsd_run.reading.planning_files.completing import (
    REQUIREMENTS,
    ROADMAP,
    STATE,
    Updated,
    requirements_updated,
    roadmap_updated,
    state_updated,
)
from gsd_run.reading.planning_files.completion import Completion
from gsd_run.reading.planning_files.folders import phase_folder_at, planning_folder
from gsd_run.reading.yaml_nodes import plain_mapping
from gsd_run.running.carrying import Carrying

MOST = 1024 * 1024  # bytes of a planning file that are read
_NAMES = (STATE, ROADMAP, REQUIREMENTS)


def update_planning(run: Carrying, summary: str, *, committing: bool) -> tuple[str, ...]:
    """Bring the planning files to where the plan is complete; return those to be committed.

    `summary` is the text of the summary, which is on disk. `committing` tells whether there will
    be a docs commit: then a file with changes of a person, which would go into it, is left alone.
    """
    if not run.settings.update_planning:
        return ()
    if run.state.planning is None:
        planned = _planned(run, summary, committing=committing)
        if not planned.files and not planned.notes:
            return ()
        run.add(planned)
        for note in planned.notes:
            run.watcher.said(note)
        if planned.files:
            run.watcher.said(f"updated: {', '.join(one.path for one in planned.files)}")
    assert run.state.planning is not None
    written = [one for one in run.state.planning.files if _is_written(run, one)]
    return tuple(one.path for one in written if one.commit)


def applied_again(root: Path, repository: Repository, state: RunState, summary: str) -> list[str]:
    """Bring files that were left alone to where the plan is complete; say what was done.

    Where that was done before, nothing changes.
    """
    said: list[str] = []
    for path, updated in _updates(root, repository, state, summary):
        said += [f"{path}: {note}" for note in updated.notes]
        if updated.text is not None:
            write_within(root, path, updated.text.encode())
            said.append(f"updated: {path}; commit it when it suits you")
    return said


def take_back(run: Carrying) -> list[str]:
    """Bring the files that no commit holds to what they were; return those that were brought.

    One that was changed since stays as it is.
    """
    planned = run.state.planning
    brought = []
    for one in planned.files if planned else ():
        if one.commit or _hash(_read(run.project.root, one.path)) != one.after:
            continue
        try:
            content = run.store.output(one.before)
        except Refusal as error:
            run.watcher.said(f"{one.path} stays as it is: {error.message}")
            continue
        write_within(run.project.root, one.path, content)
        brought.append(one.path)
    return brought


def shared_paths(state: RunState) -> frozenset[str]:
    """Return the planning files in the run's docs commit: later plans change them, too."""
    return frozenset(one.path for one in state.planning.files if one.commit) if (
        state.planning
    ) else frozenset()  # fmt: skip


def _planned(run: Carrying, summary: str, *, committing: bool) -> PlanningUpdated:
    root, repository = run.project.root, run.repository
    files: list[PlanningFile] = []
    notes: list[str] = []
    dirty = {*git.dirty_files(repository), *run.state.started.dirty} if committing else set()
    untracked = set(git.untracked_files(repository)) if committing else set()
    for path, updated in _updates(root, repository, run.state, summary):
        notes += [f"{path}: {note}" for note in updated.notes]
        if updated.text is None:
            continue
        if path in dirty | untracked:
            why = "has uncommitted changes" if path in dirty else "was never committed"
            notes.append(f"{path} {why}, so it is left alone; {_later(run)}")
            continue
        before = _read(root, path)
        assert before is not None
        commit = committing and git.is_tracked(repository, path)
        after = updated.text.encode()
        files.append(
            PlanningFile(
                path=path,
                before=run.store.keep_output(before),
                after=run.store.keep_output(after),
                commit=commit,
            )
        )
    return PlanningUpdated(files=tuple(files), notes=tuple(notes))


def _is_written(run: Carrying, one: PlanningFile) -> bool:
    """Write a file's new text, unless it has it; tell whether it has it now."""
    now = _hash(_read(run.project.root, one.path))
    if now == one.after:
        return True
    if now != one.before:
        run.watcher.said(f"{one.path} was changed meanwhile, so it is left alone")
        return False
    try:
        write_within(run.project.root, one.path, run.store.output(one.after))
    except OSError as error:
        raise Refusal(
            f"{one.path} can't be written: {error.strerror}; mend that and `gsd-run resume`"
        ) from error
    except Refusal:  # its new text did not come along from another clone
        run.watcher.said(f"{one.path} is left alone; {_later(run)}")
        return False
    return True


def _later(run: Carrying) -> str:
    return f"`gsd-run summary {run.state.plan.id}` does it later"


def _updates(
    root: Path, repository: Repository, state: RunState, summary: str
) -> Iterator[tuple[str, Updated]]:
    """Give each planning file that is there with what it becomes; links are not followed."""
    plan = root / state.plan.path
    folder = planning_folder(plan)
    if folder is None or not folder.is_relative_to(root) or not plan.is_file():
        return
    # As for GSD's parallel executors: whoever merges the work trees writes these two, once.
    alone = (root / ".git").is_file()
    texts = {name: _text(root, folder / name) for name in _NAMES}
    done = _completion(root, repository, state, summary)
    phase_folder = plan.parent.parent if plan.parent.name.lower() == "plans" else plan.parent
    phase = phase_folder_at(phase_folder)
    roadmap = texts[ROADMAP]
    edits: dict[str, Callable[[str], Updated]] = {
        STATE: lambda text: state_updated(text, roadmap, phase, folder, done),
        ROADMAP: lambda text: roadmap_updated(text, phase),
        REQUIREMENTS: lambda text: requirements_updated(
            text, plan, done, {phase_folder / name: _needs(phase_folder / name)
                               for name in phase.plans}
        ),
    }  # fmt: skip
    for name, edit in edits.items():
        text = texts[name]
        path = (folder / name).relative_to(root).as_posix()
        if text is None or (name == REQUIREMENTS and not done.requirements):
            continue
        if alone and name != REQUIREMENTS:
            yield path, Updated(name=name, notes=("left to whoever merges this work tree",))
            continue
        updated = edit(text)
        yield (
            path,
            Updated(
                name=name, text=None if updated.text == text else updated.text, notes=updated.notes
            ),
        )


def _completion(root: Path, repository: Repository, state: RunState, summary: str) -> Completion:
    now = dt.datetime.now(dt.UTC)
    front = read_frontmatter(summary.split("\n"), Notes(state.started.summary)).mapping
    said: dict[str, Any] = plain_mapping(front) if front else {}
    decisions = said.get("key-decisions")
    changed = [task.changed for task in state.tasks.values() if task.changed]
    files = {path for one in changed for path in (*one.added, *one.modified, *one.deleted)}
    return Completion(
        phase=state.plan.phase_number,
        plan=state.plan.number,
        plan_file=Path(state.plan.path).name,
        duration=str(said.get("duration") or "-"),
        tasks=len(state.plan.tasks),
        files=len(files),
        decisions=tuple(str(one) for one in decisions) if isinstance(decisions, list) else (),
        requirements=state.plan.requirements,
        now=now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        today=dt.datetime.now().astimezone().date().isoformat(),
        head=git.head(repository) if (root / ".git").exists() else "",
    )


def _needs(plan: Path) -> tuple[str, ...]:
    """Return the requirements that a plan states; none of one that can't be read."""
    try:
        return read_plan(plan.read_bytes(), plan.name).requirements
    except (GsdRunError, OSError):
        return ()


def _text(root: Path, path: Path) -> str | None:
    """Return a planning file's text; None where there is no such file, or none that is text."""
    try:
        content = _read(root, path.relative_to(root).as_posix())
        return content.decode() if content is not None else None
    except (OSError, UnicodeDecodeError):
        return None


def _read(root: Path, path: str) -> bytes | None:
    return None if (root / path).is_symlink() else read_within(root, path, MOST)


def _hash(content: bytes | None) -> str:
    return hashlib.sha256(content).hexdigest() if content is not None else ""
