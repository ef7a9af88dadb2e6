"""The user's untracked files, which no commit could bring back, spared from what an agent does.

They are kept as git objects while an agent works; what it changed of them is put back.
"""

from gsd_run.domain.event import AttemptStarted
from gsd_run.outside import git
from gsd_run.running.carrying import Carrying
from gsd_run.running.judging.setting_aside import keep

MOST_BYTES = 256 * 1024 * 1024  # of untracked files that are kept; more would take too long


def keep_untracked(run: Carrying, started: AttemptStarted) -> str:
    """Keep the untracked files that are none of the run's; return their tree, "" for none."""
    files = _files(run, started)
    if not files:
        return ""
    size = sum((run.project.root / path).lstat().st_size for path in files)
    if size > MOST_BYTES:
        run.watcher.said(
            f"  {len(files)} untracked files ({size // 1_000_000} MB) are not kept while the agent "
            "works; let git ignore or track what is dear"
        )
        return ""
    tree = git.snapshot(run.repository, files)
    git.keep(run.repository, _ref(run, started), tree, "gsd-run: untracked, before an agent")
    return tree


def put_untracked_back(run: Carrying, started: AttemptStarted, tree: str) -> tuple[str, ...]:
    """Put back what an agent changed of the kept files, and return it; its version is kept."""
    if not tree:
        return ()
    files = git.files_in(run.repository, tree)
    mine = [path for path in _files(run, started) if path in files]
    now = git.snapshot(run.repository, mine)
    changes = git.differences(run.repository, tree, now)
    changed = tuple(one.path for one in changes if one.path in _untracked_at(run, started))
    if changed:
        keep(run, now, f"task {started.task}: {', '.join(changed)} changed by the agent")
        git.put_back(run.repository, tree, changed)
    git.forget(run.repository, _ref(run, started))
    return changed


def _files(run: Carrying, started: AttemptStarted) -> list[str]:
    known = _untracked_at(run, started)
    return [path for path in git.untracked_files(run.repository) if path in known]


def _untracked_at(run: Carrying, started: AttemptStarted) -> frozenset[str]:
    return frozenset((*started.untracked, *run.state.started.untracked))


def _ref(run: Carrying, started: AttemptStarted) -> str:
    name = f"untracked-{started.task}-{started.attempt}"
    return f"refs/gsd-run/{run.state.started.run}/{name}"
