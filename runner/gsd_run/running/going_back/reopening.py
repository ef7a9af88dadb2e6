"""A run opened again to be worked on, other than by carrying it out: undone, restored, exported."""

from collections.abc import Iterator
from contextlib import contextmanager

from gsd_run.domain.errors import Refusal
from gsd_run.outside import git
from gsd_run.outside.git import Repository
from gsd_run.outside.project import Project
from gsd_run.reading.settings import Settings
from gsd_run.running.carrying import Carrying, Watcher
from gsd_run.running.interrupting import interruptible
from gsd_run.running.journals.journal import Journal
from gsd_run.running.journals.store import Store, store_of
from gsd_run.running.judging.measuring import end_strays_of
from gsd_run.running.judging.setting_aside import restore
from gsd_run.running.looking.checking_up import restore_after_check


@contextmanager
def reopened(
    project: Project, settings: Settings, watcher: Watcher, run: str
) -> Iterator[Carrying]:
    """Give a run by its id, the repository locked; what a killed run left set aside is put back.

    Raises:
        Refusal: another run holds the repository, or git is in the middle of something.
    """
    repository = git.open_repository(project.root)
    store = store_of(repository)
    with store.locked(), interruptible():
        if operation := git.operation_in_progress(repository):
            raise Refusal(f"a {operation} is in progress; finish or abort it first")
        restore_after_check(project, settings, repository, watcher)
        opened = opened_run(project, settings, repository, store, watcher, run)
        end_strays_of(opened)
        restore(opened)
        yield opened


def opened_run(
    project: Project,
    settings: Settings,
    repository: Repository,
    store: Store,
    watcher: Watcher,
    run: str,
) -> Carrying:
    """Return a run to be worked on; the lock is the caller's."""
    return Carrying(
        project=project,
        repository=repository,
        settings=settings,
        store=store,
        journal=Journal(store.journal(run)),
        watcher=watcher,
    )
