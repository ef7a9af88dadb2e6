"""GSD's planning files at the end of a run: what they become, written down before it is written.

STATE.md, ROADMAP.md and REQUIREMENTS.md go into the docs commit beside the summary. The journal
has the hashes of both texts of each before the first of them is touched: a run that is cut short
there writes the rest when it goes on, and undo brings back what no commit holds.
"""

import datetime as dt
import errno
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gsd_run.domain.errors import GsdRunError, Refusal
from gsd_run.domain.planning_update import PlanningFile, PlanningUpdated
from gsd_run.domain.run import RunState
from gsd_run.outside import git
from gsd_run.outside.git import Repository
from gsd_run.outside.project_files import read_within, write_within
from gsd_run.outside.syncing import sweep_beside
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

MOST = 256 * 1024  # bytes of a planning file that is changed: a person waits for it
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
    assert run.state.planning is not None
    written = [one for one in run.state.planning.files if _is_written(run, one)]
    if written:
        run.watcher.said(f"updated: {', '.join(one.path for one in written)}")
    return tuple(one.path for one in written if one.commit)


def applied_again(root: Path, repository: Repository, state: RunState, summary: str) -> list[str]:
    """Bring files that were left alone to where the plan is complete; say what was done.

    Where that was done before, nothing changes.
    """
    said: list[str] = []
    for path, updated in _updates(root, repository, state, summary):
        said += [f"{path}: {note}" for note in updated.notes]
        if updated.text is not None:
            _write(root, path, updated.text.encode(), "try again")
            said.append(f"updated: {path}; commit it when it suits you")
    return said


def take_back(run: Carrying) -> list[str]:
    """Bring the files that no commit holds to what they were; return those that were brought.

    One that was changed since stays as it is.
    """
    if run.state.planning is None:
        return []
    root = run.project.root
    dirty = git.dirty_files(run.repository)
    brought = []
    for one in run.state.planning.files:
        sweep_beside(root / one.path)
        if one.commit and one.path not in dirty:
            continue
        stands = _stands(run, one)
        if one.commit and (stands or _now(root, one.path) == one.before):
            git.unstage(run.repository, [one.path])  # a kill came between that and the commit
        if not stands:
            continue
        try:
            content = run.store.output(one.before)
        except Refusal as error:
            run.watcher.said(f"{one.path} stays as it is: {error.message}")
            continue
        _write(root, one.path, content, f"`gsd-run undo {run.state.plan.id}`")
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
    root = run.project.root
    sweep_beside(root / one.path)
    if _stands(run, one):
        return True
    if _now(root, one.path) != one.before:
        run.watcher.said(f"{one.path} was changed meanwhile, so it is left alone; {_later(run)}")
        return False
    try:
        after = run.store.output(one.after)
    except Refusal as error:
        run.watcher.said(f"{one.path} is left alone: {error.message}; {_later(run)}")
        return False
    _write(root, one.path, after, "`gsd-run resume`")
    return True


def _stands(run: Carrying, one: PlanningFile) -> bool:
    """Tell whether a file has its new text, as it was written or as a formatter leaves it.

    That is what hooks do that refuse a commit: they format its files, for the next attempt.
    """
    now = _now(run.project.root, one.path)
    if now in {"", one.before, one.after}:
        return now == one.after
    try:
        after = run.store.output(one.after)
    except Refusal:
        return False
    return _words(_read(run.project.root, one.path)) == _words(after)


def _write(root: Path, path: str, content: bytes, then: str) -> None:
    try:
        write_within(root, path, content)
    except OSError as error:
        raise Refusal(f"{path} can't be written: {error.strerror}; mend that and {then}") from error


def _words(content: bytes | None) -> list[str]:
    """Return what a text says without its marks and blanks, which formatters change."""
    return re.findall(r"[^\W_]+", content.decode(errors="replace")) if content else []


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
    alone = repository.git_dir != repository.common_dir
    done = _completion(root, repository, state, summary)
    for name in _NAMES if done.requirements else _NAMES[:2]:
        path = (folder / name).relative_to(root).as_posix()
        text, why = _text(root, path)
        if alone and name != REQUIREMENTS and text is not None:
            why = "left to whoever merges this work tree"
        if why or text is None:
            yield path, Updated(name=name, notes=(why,) if why else ())
            continue
        updated = _updated(root, name, text, plan, folder, done)
        new = None if updated.text == text else updated.text
        yield path, Updated(name=name, text=new, notes=updated.notes)


def _updated(
    root: Path, name: str, text: str, plan: Path, folder: Path, done: Completion
) -> Updated:
    phase_folder = plan.parent.parent if plan.parent.name.lower() == "plans" else plan.parent
    phase = phase_folder_at(phase_folder)
    if name == ROADMAP:
        return roadmap_updated(text, phase)
    if name == REQUIREMENTS:
        declared = {phase_folder / one: _needs(phase_folder / one) for one in phase.plans}
        return requirements_updated(text, plan, done, declared)
    roadmap, _ = _text(root, (folder / ROADMAP).relative_to(root).as_posix())
    return state_updated(text, roadmap, phase, folder, done)


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


def _text(root: Path, path: str) -> tuple[str | None, str]:
    """Return a planning file's text, or why it is left alone; (None, "") where there is none."""
    if (root / path).is_symlink():
        return None, "it is a link, so it is left alone"
    try:
        content = _read(root, path)
        return (content.decode() if content is not None else None), ""
    except OSError as error:
        too_large = f"it is larger than {MOST >> 10} KiB, so it is left alone; GSD keeps it short"
        other = f"it can't be read ({error.strerror}), so it is left alone"
        return None, too_large if error.errno == errno.EFBIG else other
    except UnicodeDecodeError:
        return None, "it is not in UTF-8, so it is left alone"


def _now(root: Path, path: str) -> str:
    """Return the hash of what a file holds; "" where it can't be told."""
    try:
        content = _read(root, path)
    except OSError:
        return ""
    return hashlib.sha256(content).hexdigest() if content is not None else ""


def _read(root: Path, path: str) -> bytes | None:
    return None if (root / path).is_symlink() else read_within(root, path, MOST)
