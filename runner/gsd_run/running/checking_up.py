"""Judging a plan on the tree as it is, outside any run: nothing is kept of it but the verdicts."""

import shutil
from pathlib import Path

from msgspec.structs import replace

from gsd_run.domain.errors import Refusal
from gsd_run.domain.event import Judged
from gsd_run.domain.run import RunState
from gsd_run.outside import git
from gsd_run.outside.git import Repository
from gsd_run.outside.project import Project
from gsd_run.reading.settings import Settings
from gsd_run.running.carrying import Carrying, Options, Watcher
from gsd_run.running.interrupting import interruptible
from gsd_run.running.journal import Journal, Store, store_of
from gsd_run.running.judging import judge_claims
from gsd_run.running.measuring import end_strays_of
from gsd_run.running.preparing import prepared, run_started
from gsd_run.running.setting_aside import restore


def check_up(plan_path: Path, project: Project, settings: Settings, watcher: Watcher) -> RunState:
    """Judge every claim of a plan now, and return the verdicts as the end of a run has them.

    What was true before comes from the newest run of the plan; without one, claims that compare
    with the base commit stay UNPROVEN.
    """
    ready = prepared(plan_path, project)
    for warning in ready.warnings:
        watcher.said(str(warning))
    repository = git.open_repository(project.root)
    store = store_of(repository)
    with store.locked(), interruptible():
        restore_after_check(project, settings, repository, watcher)
        latest = store.latest(ready.read.plan.id)
        if latest is not None and latest.aside is not None:
            raise Refusal(
                f"run {latest.started.run} was killed while {', '.join(latest.aside.paths)} was "
                "set aside for a measurement; `gsd-run resume` puts it back and goes on"
            )
        folder = _folder(repository)
        folder.mkdir(parents=True)
        try:
            started = run_started(
                project, repository, ready.read, Options(), git.dirty_files(repository)
            )
            base = latest.started if latest else None
            journal = Journal(folder / "journal.jsonl")
            journal.add(
                replace(
                    started,
                    run=f"check-{started.run}",
                    base=base.base if base else "",
                    base_tree=base.base_tree if base else "",
                    environment=base.environment if base else started.environment,
                )
            )
            run = _carrying(project, settings, repository, journal, watcher)
            _take_base(run, store, latest)
            _judge_now(run)
            return run.state
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def restore_after_check(
    project: Project, settings: Settings, repository: Repository, watcher: Watcher
) -> None:
    """Put back what a check-up that was killed had set aside for a measurement."""
    folder = _folder(repository)
    journal = folder / "journal.jsonl"
    if journal.exists():
        run = _carrying(project, settings, repository, Journal(journal), watcher)
        if run.journal.state is not None:
            end_strays_of(run)
            restore(run)
    shutil.rmtree(folder, ignore_errors=True)


def _folder(repository: Repository) -> Path:
    return git.scratch(repository) / "check"


def _carrying(
    project: Project,
    settings: Settings,
    repository: Repository,
    journal: Journal,
    watcher: Watcher,
) -> Carrying:
    return Carrying(
        project=project,
        repository=repository,
        settings=settings,
        store=Store(journal.path.parent),
        journal=journal,
        watcher=watcher,
        options=Options(),
        measured_here=set(),
        mend=set(),
    )


def _take_base(run: Carrying, store: Store, latest: RunState | None) -> None:
    """Take over what the newest run measured and judged at its base."""
    if latest is None:
        return
    same = {claim.id: claim for claim in latest.claims}
    for measured in latest.measured.values():
        if measured.tree == latest.started.base_tree:
            run.store.keep_output(store.output(measured.stored))
            run.journal.add(measured)
    for claim in run.state.claims:
        if claim.id in latest.base_verdicts and same.get(claim.id) == claim:
            verdict = latest.base_verdicts[claim.id]
            run.journal.add(Judged(moment="base", tree=latest.started.base_tree, verdict=verdict))


def _judge_now(run: Carrying) -> None:
    untracked = git.untracked_files(run.repository)
    tree = git.snapshot(run.repository, untracked)
    judge_claims(run, run.state.claims, tree, "end", untracked)
