"""An audit's second half: the checks once more, at the recorded base and tree, in a worktree."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from gsd_run.domain.audit import Looked
from gsd_run.domain.errors import Refusal
from gsd_run.domain.event import PlanRead
from gsd_run.domain.run import RunState
from gsd_run.outside import git
from gsd_run.outside.git import Repository
from gsd_run.outside.git_calls import called
from gsd_run.outside.project import Project
from gsd_run.reading.settings import Settings
from gsd_run.running.carrying import Watcher
from gsd_run.running.journals.journal import now
from gsd_run.running.journals.locking import locked
from gsd_run.running.journals.store import store_of
from gsd_run.running.looking.auditing import final_blobs
from gsd_run.running.looking.checking_up import LookBack, check_up, restore_after_check

# Folders of a project that git ignores and its checks need: the worktree is lent them.
_LENT = (".venv", "node_modules")


def rerun(
    state: RunState,
    project: Project,
    settings: Settings,
    repository: Repository,
    watcher: Watcher,
) -> Looked:
    """Judge every claim of a run anew at its base and its last commit, and compare the verdicts.

    Raises:
        Refusal: this clone does not have the base, or no commit with what the run made.
    """
    commit, base = _commit(state, repository), state.started.base
    if git.commit_of(repository, base) is None:
        raise Refusal(f"the run began at {base[:10]}, which this clone does not have; fetch it")
    with store_of(repository).locked():
        restore_after_check(project, settings, repository, watcher)
    alone = locked(git.scratch(repository) / "audit.lock", now())
    with alone, _worktree(repository, commit, project) as place:
        read = PlanRead(plan=state.plan, claims=state.claims, run_file=state.run_file)
        here = Project(root=place, venv=project.venv, confinement=project.confinement)
        looked = check_up(
            place / state.plan.path, here, settings, watcher, LookBack(base=base, read=read)
        )
    differing = [
        f"{claim.id} was {then.state}, is {again.state}: {again.reason}"
        for claim in state.claims
        if (then := state.end_verdicts[claim.id]).state
        != (again := looked.end_verdicts[claim.id]).state
    ]
    what = f"checks at {commit[:10]}"
    if differing:
        found = f"{len(differing)} of {len(state.claims)} verdicts differ"
        return Looked(what=what, held="broken", found=found, details=tuple(differing))
    return Looked(what=what, held="holds", found=f"{len(state.claims)} verdicts are the same")


def _commit(state: RunState, repository: Repository) -> str:
    """Return the commit at which the run's work is as it was recorded."""
    if git.commit_of(repository, state.head) is not None:
        return state.head
    commits = [task.committed for task in state.tasks.values() if task.committed]
    blobs = final_blobs([*commits, *state.mends])
    for commit in git.history(repository, state.started.summary):
        if git.blobs_at(repository, commit, tuple(blobs)) == blobs:
            return commit
    raise Refusal("no commit in the history has the run's files as it left them")


@contextlib.contextmanager
def _worktree(repository: Repository, commit: str, project: Project) -> Iterator[Path]:
    """Give the project's root in a worktree at a commit; one that a kill left is taken away."""
    top = git.scratch(repository) / "audit"
    _take_away(repository, top)
    called(repository, "worktree", "add", "--quiet", "--detach", "--force", str(top), commit)
    place = top / repository.prefix
    try:
        for name in _LENT:
            if (project.root / name).is_dir() and not (place / name).exists():
                (place / name).symlink_to(project.root / name)
        yield place
    finally:
        _take_away(repository, top)


def _take_away(repository: Repository, top: Path) -> None:
    for name in _LENT:
        link = top / repository.prefix / name
        if link.is_symlink():
            link.unlink()
    shutil.rmtree(top, ignore_errors=True)
    called(repository, "worktree", "prune")
