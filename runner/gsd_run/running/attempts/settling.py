"""An attempt's end: git says what changed, the task's claims are judged, the task is committed."""

import time
from collections.abc import Sequence

from msgspec.structs import replace

from gsd_run.domain.claim import Verdict
from gsd_run.domain.event import AttemptStarted, Changed, Deviation, TaskEnded, TaskOutcome
from gsd_run.domain.plan import Task
from gsd_run.outside import git
from gsd_run.running.attempts.committing import commit_task
from gsd_run.running.attempts.red import red_missing
from gsd_run.running.attempts.scoping import new_files, scoped, undeclared_deletions
from gsd_run.running.carrying import Carrying
from gsd_run.running.judging.judging import judge_claims

_ANSWERS = {"approve": "approved", "choose": "decided", "reject": "rejected"}


def ways_on(paths: Sequence[str], when: str) -> str:
    """Say which files are not as the run left them, and how it can go on."""
    listed = "\n".join(f"  {path}" for path in paths)
    return (
        f"these files were changed {when}, and not by it:\n{listed}\n"
        "Ways on: undo those changes and `gsd-run resume`; or `gsd-run resume --redo`, which keeps "
        "them aside under refs/gsd-run and makes the task's change anew; or commit or stash them "
        "and start a new run with --fresh."
    )


def scope_and_judge(
    run: Carrying,
    task: Task,
    new: Sequence[str],
    mends: Sequence[Deviation] = (),
) -> TaskOutcome:
    """Ask git what a person changed, then judge it; `new` are the untracked files it takes in."""
    changed = scoped(run, task, new, mends)
    run.add(changed)
    return judge_and_commit(run, task, changed)


def judge_and_commit(
    run: Carrying, task: Task, changed: Changed, begun: float | None = None
) -> TaskOutcome:
    """Judge the task's claims on its change, and commit that unless one is REFUTED.

    `begun` is the time on the monotonic clock at which the attempt began; now, unless told.
    """
    begun = time.monotonic() if begun is None else begun
    started = run.state.tasks[task.number].started
    assert started is not None
    if undeclared := undeclared_deletions(run, changed):
        reason = f"deletes {', '.join(undeclared)}, which the plan does not declare"
        return failed(run, started, reason, begun)
    if lack := red_missing(run, task, changed):
        return failed(run, started, lack, begun)
    outcome, reason = judge_task(run, task, changed.tree, changed.added)
    run.add(_ended(run, started, outcome, reason, changed.tree, begun))
    return outcome if outcome == "FAILED" else commit_and_judge(run, task)


def commit_and_judge(run: Carrying, task: Task) -> TaskOutcome:
    """Commit a task; judge again if a hook altered what was judged."""
    altered = commit_task(run, task)
    ended = run.state.tasks[task.number].ended
    assert ended is not None
    if not altered:
        return ended.outcome
    tree = git.snapshot(run.repository, ())
    outcome, reason = judge_task(run, task, tree, ())
    told = f"a commit hook altered {', '.join(altered)}; judged again: {reason}"
    run.add(replace(ended, outcome=outcome, reason=told, tree=tree))
    return outcome


def judge_task(
    run: Carrying, task: Task, tree: str, untracked: tuple[str, ...]
) -> tuple[TaskOutcome, str]:
    """Judge a task's claims and join them: REFUTED fails, one PROVEN passes, else UNPROVEN."""
    claims = [claim for claim in run.state.claims if claim.task == task.number]
    outcome, reason = _joined(judge_claims(run, claims, tree, "task", untracked))
    answered = run.state.tasks[task.number].answered
    if outcome == "UNPROVEN" and answered is not None:
        return "ANSWERED", f"{_ANSWERS[answered.answer]} by {answered.by}"
    return outcome, reason


def _joined(verdicts: Sequence[Verdict]) -> tuple[TaskOutcome, str]:
    refuted = [verdict for verdict in verdicts if verdict.state == "REFUTED"]
    if refuted:
        return "FAILED", "; ".join(f"{one.claim}: {one.reason}" for one in refuted)
    proven = [verdict.claim for verdict in verdicts if verdict.state == "PROVEN"]
    if proven:
        return "PASSED", f"proven: {', '.join(proven)}"
    return "UNPROVEN", "no claim of the task was proven or refuted"


def _ended(
    run: Carrying,
    started: AttemptStarted,
    outcome: TaskOutcome,
    reason: str,
    tree: str,
    begun: float,
) -> TaskEnded:
    return TaskEnded(
        task=started.task,
        attempt=started.attempt,
        outcome=outcome,
        reason=reason,
        tree=tree,
        seconds=round(time.monotonic() - begun, 3),
        untracked=git.untracked_files(run.repository),
    )


def failed(
    run: Carrying, started: AttemptStarted, reason: str, begun: float | None = None
) -> TaskOutcome:
    """End an attempt that failed before it could be judged, or by a person's word."""
    begun = time.monotonic() if begun is None else begun
    tree = git.snapshot(run.repository, new_files(run, started))
    run.add(_ended(run, started, "FAILED", reason, tree, begun))
    return "FAILED"
