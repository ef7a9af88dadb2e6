"""Judging at the base: what held before any work, so that the end can be compared with it."""

import time

from gsd_run.domain.claim import Claim
from gsd_run.domain.errors import Refusal
from gsd_run.domain.event import BaselineDone
from gsd_run.outside import git
from gsd_run.running.attempts.scoping import users_files
from gsd_run.running.carrying import Carrying
from gsd_run.running.judging.judging import look_before
from gsd_run.running.judging.measuring import changed_by_checks
from gsd_run.running.judging.setting_aside import keep, set_aside


def judge_at_base(run: Carrying) -> None:
    """Judge all claims at the base commit, once.

    What the tree has beyond the base comes from a check that was cut short, which shows when
    that check is measured again, or else from a person.

    Raises:
        Refusal: somebody changed files before the base was judged.
    """
    state = run.state
    if state.baseline_done or not (state.started.baseline and run.options.baseline):
        return
    if any(task.attempt for task in state.tasks.values()):
        return  # a session without baseline has begun the work already
    begun = time.monotonic()
    tree = state.started.base_tree
    now = git.snapshot(run.repository, ())
    paths = [change.path for change in git.differences(run.repository, tree, now)]
    paths = [path for path in paths if path not in run.not_ours]
    if not paths:
        _judge_all(run, begun)
    else:
        with set_aside(run, now, tree, paths, "changed before the base was judged"):
            _judge_all(run, begun)
        _put_base_back(run, now, paths)
    run.add(BaselineDone(seconds=round(time.monotonic() - begun, 3)))


def _judge_all(run: Carrying, begun: float) -> None:
    budget = run.settings.baseline_budget
    for claim in run.state.claims:
        if budget is not None and time.monotonic() - begun > budget:
            run.watcher.said(f"the baseline's {budget:g} seconds are over: the rest is not judged")
            break
        if claim.id not in run.state.base_verdicts:
            look_before(run, claim, run.state.started.base_tree, "base")


def _put_base_back(run: Carrying, now: str, paths: list[str]) -> None:
    """Put back what checks changed, with --redo all; refuse what then is a person's."""
    by_checks = changed_by_checks(run)
    theirs = [path for path in paths if path not in by_checks]
    if theirs and not run.options.redo:
        listed = "\n".join(f"  {path}" for path in theirs)
        raise Refusal(
            f"these files have changed before the work began, and not by the run:\n{listed}\n"
            "Ways on: undo or stash those changes, then `gsd-run resume`; or `gsd-run resume "
            "--redo`, which keeps them aside under refs/gsd-run; or start a new run with --fresh"
        )
    keep(run, now, f"{', '.join(paths)} changed before the base was judged")
    git.put_back(run.repository, run.state.started.base_tree, paths)


def judge_changed_claims_at_base(run: Carrying) -> None:
    """Judge claims at the base that have changed since the others were judged there.

    The verdict there belongs to the old check. It can be had anew as long as nothing is
    committed: what was changed since the base is set aside for the time. Later it can't, and a
    check that was supplied or amended then goes without.
    """
    claims = [claim for claim in run.state.claims if claim.id in run.state.rejudge]
    if not run.state.baseline_done or not claims:
        return
    base, tree = run.state.started.base, run.state.started.base_tree
    if run.state.head != base or git.head(run.repository) != base:
        return
    known = users_files(run)
    new = [path for path in git.untracked_files(run.repository) if path not in known]
    now = git.snapshot(run.repository, new)
    paths = tuple(
        change.path
        for change in git.differences(run.repository, tree, now)
        if change.path not in run.not_ours and change.path not in known
    )
    if not paths:
        _judge(run, claims, tree)
        return
    names = ", ".join(claim.id for claim in claims)
    with set_aside(run, now, tree, paths, f"{names} at the base commit"):
        _judge(run, claims, tree)


def _judge(run: Carrying, claims: list[Claim], tree: str) -> None:
    for claim in claims:
        look_before(run, claim, tree, "base")
