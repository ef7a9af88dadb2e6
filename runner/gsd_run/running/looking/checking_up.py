"""Judging a plan on the tree as it is, outside any run: nothing is kept of it but the verdicts."""

import hashlib
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.domain.claim import Claim
from gsd_run.domain.errors import Refusal, UsageError
from gsd_run.domain.event import BaselineDone, Ended, Judged, PlanRead, RunStarted
from gsd_run.domain.run import RunState
from gsd_run.outside import git
from gsd_run.outside.git import Repository
from gsd_run.outside.project import Project
from gsd_run.outside.report_files import without_outputs
from gsd_run.outside.submodules import submodules_in
from gsd_run.reading.settings import Settings
from gsd_run.running.beginning.preparing import Prepared, prepared, run_started
from gsd_run.running.beginning.sandboxing import confined, refuse_dangerous
from gsd_run.running.carrying import Carrying, Options, Watcher
from gsd_run.running.interrupting import interruptible
from gsd_run.running.journals.journal import Journal
from gsd_run.running.journals.store import Store, store_of
from gsd_run.running.judging.judging import judge_claims, look_before
from gsd_run.running.judging.measuring import end_strays_of
from gsd_run.running.judging.setting_aside import restore, set_aside


class LookBack(Struct, frozen=True, kw_only=True):
    """What the tree is compared with: a commit, and what else was said to hold by now.

    `base` is a revision as git understands it, "" for the base of the plan's newest run;
    `claims_of` gives further claims to judge beside the plan's own; `read` takes the place of
    plan and run file as they are on disk.
    """

    base: str = ""
    claims_of: Callable[[PlanRead], tuple[Claim, ...]] | None = None
    read: PlanRead | None = None


def check_up(
    plan_path: Path,
    project: Project,
    settings: Settings,
    watcher: Watcher,
    look_back: LookBack = LookBack(),  # noqa: B008 - a frozen value
) -> RunState:
    """Judge every claim of a plan now, and return the verdicts as the end of a run has them.

    With a base, the claims are judged at that commit first: the files that differ are set aside
    for the time. Without one, what was true before comes from the newest run of the plan, and if
    there is none, claims that compare with the base commit stay UNPROVEN.

    Raises:
        UsageError: the base names no commit.
    """
    if look_back.read is None:
        ready = prepared(plan_path, project)
    else:
        ready = Prepared(read=look_back.read, warnings=())
    if look_back.claims_of is not None:
        read = replace(ready.read, claims=(*ready.read.claims, *look_back.claims_of(ready.read)))
        ready = replace(ready, read=read)
    for warning in ready.warnings:
        watcher.said(str(warning))
    repository = git.open_repository(project.root)
    store = store_of(repository)
    with store.locked(), interruptible():
        restore_after_check(project, settings, repository, watcher)
        base_commit = _commit(repository, look_back.base)
        latest = store.latest(ready.read.plan.id, ready.read.plan.path, project.root)
        if latest is not None and latest.aside is not None:
            raise Refusal(
                f"run {latest.started.run} was killed while {', '.join(latest.aside.paths)} was "
                "set aside for a measurement; `gsd-run resume` puts it back and goes on"
            )
        refuse_dangerous(ready.read, settings.rules)
        project = confined(project, repository, settings.rules, watcher.said)
        folder = _folder(repository)
        folder.mkdir(parents=True)
        try:
            started = run_started(
                project, repository, ready.read, Options(), git.dirty_files(repository)
            )
            journal = Journal(folder / "journal.jsonl")
            if base_commit:
                tree = git.tree_of(repository, base_commit)
                journal.add(_checking(started, base_commit, tree, started.environment))
                run = _carrying(project, settings, repository, journal, watcher)
                _judge_at_base(run)
            else:
                then = latest.started if latest else replace(started, base="", base_tree="")
                journal.add(_checking(started, then.base, then.base_tree, then.environment))
                run = _carrying(project, settings, repository, journal, watcher)
                _take_base(run, store, latest)
            _judge_now(run)
            return run.state
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _commit(repository: Repository, revision: str) -> str:
    commit = git.commit_of(repository, revision) if revision else ""
    if commit is None:
        raise UsageError(
            f"--base {revision}: there is no such commit here; fetch it (build services often "
            "clone without the history)"
        )
    return commit


def _checking(
    started: RunStarted, base: str, base_tree: str, environment: dict[str, str]
) -> RunStarted:
    return replace(
        started,
        run=f"check-{started.run}",
        base=base,
        base_tree=base_tree,
        environment=environment,
    )


def _judge_at_base(run: Carrying) -> None:
    """Judge the claims at the base commit; what the tree has beyond it is set aside meanwhile."""
    begun = time.monotonic()
    base, tree = run.state.started.base, run.state.started.base_tree
    untracked = _untracked(run)
    now = git.snapshot(run.repository, untracked)
    paths = [change.path for change in git.differences(run.repository, tree, now)]
    inner = submodules_in(run.repository, tree) | submodules_in(run.repository, now)
    if other := sorted(inner.intersection(paths)):
        raise Refusal(
            f"the submodule {', '.join(other)} is not the same at {base[:9]}, and can't be set "
            "aside; check without --base, or with one at which it is"
        )
    if paths:
        with set_aside(run, now, tree, paths, f"to judge at {base[:9]}"):
            _judge_then(run, tree, tuple(paths))
    else:
        _judge_then(run, tree, ())
    run.add(BaselineDone(seconds=round(time.monotonic() - begun, 3)))


def _untracked(run: Carrying) -> tuple[str, ...]:
    return without_outputs(run.project.root, git.untracked_files(run.repository))


def _judge_then(run: Carrying, tree: str, aside: tuple[str, ...]) -> None:
    """Judge at the base; of what is set aside, some files are not tracked any more."""
    for claim in run.state.claims:
        if claim.kind != "summary":  # it speaks of the work, which is not there yet
            look_before(run, claim, tree, "base", aside)


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
    # One for each work tree: what is set aside in one must not be put back into another.
    name = hashlib.sha256(str(repository.top).encode()).hexdigest()[:12]
    return git.scratch(repository) / f"check-{name}"


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
    begun = time.monotonic()
    untracked = _untracked(run)
    tree = git.snapshot(run.repository, untracked)
    judge_claims(run, run.state.claims, tree, "end", untracked)
    run.add(Ended(tree=tree, seconds=round(time.monotonic() - begun, 3)))
