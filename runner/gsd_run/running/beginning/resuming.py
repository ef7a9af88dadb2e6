"""Going on with a stopped run: what the tree is now, and what follows from that."""

from collections.abc import Sequence
from itertools import takewhile

from gsd_run.domain.errors import Refusal, Waiting
from gsd_run.domain.event import Deviation, Kept, TaskOutcome
from gsd_run.domain.plan import Task
from gsd_run.domain.run import TaskState
from gsd_run.outside import git
from gsd_run.outside.syncing import sweep_beside
from gsd_run.running.attempts.attempting import attempt
from gsd_run.running.attempts.briefing import PROPOSALS
from gsd_run.running.attempts.calling import call_anew, keep_calling, settle_call
from gsd_run.running.attempts.choosing import chosen
from gsd_run.running.attempts.committing import made_already, trailers_of
from gsd_run.running.attempts.proposing import accept_proposals, accepted_since_it_failed
from gsd_run.running.attempts.scoping import (
    AGENTS,
    files_of,
    left_by_checks,
    named_files,
    new_files,
    planned,
)
from gsd_run.running.attempts.settling import (
    commit_and_judge,
    judge_and_commit,
    scope_and_judge,
    ways_on,
)
from gsd_run.running.carrying import Carrying
from gsd_run.running.judging.measuring import changed_by_checks
from gsd_run.running.judging.setting_aside import keep

_HALF_MADE = "half-made when the run was stopped"


def go_on(run: Carrying, task: Task) -> TaskOutcome:  # noqa: PLR0911 - a way for each state
    """Take up a task where it stands, and carry it to its end.

    Raises:
        Refusal: the tree is in a state that the run did not make and can't explain.
        Waiting: a person has not made the change yet.
    """
    state = run.state.tasks[task.number]
    if state.started is None:
        return attempt(run, task)
    run.watcher.said(f"\ntask {task.number} of {len(run.state.plan.tasks)} goes on: {task.name}")
    for path in planned(state):
        sweep_beside(run.project.root / path)
    judged = state.ended is not None and state.ended.outcome != "FAILED"
    if judged and made_already(run, trailers_of(run, "task", task.number)):
        return commit_and_judge(run, task)
    if run.options.redo and state.committed is None:
        put_attempt_back(run, state, "put aside by --redo")
        return attempt(run, task)
    if judged:
        return _commit_after_all(run, task, state)
    if state.ended is not None:
        return _after_failure(run, task, state)
    if state.started.executor == "hand":
        return _made_by_hand(run, task, state)
    if state.started.executor in AGENTS and state.changed is None:
        return _after_call(run, task, state)
    return _after_kill(run, task, state)


def _commit_after_all(run: Carrying, task: Task, state: TaskState) -> TaskOutcome:
    """A task was judged and is not committed: the run died before, or git or a hook refused.

    What changed since it was refused, a hook's own repairs among it, is a mend.
    """
    assert state.ended is not None
    assert state.changed is not None
    aside = left_by_checks(state)
    if run.state.stopped is not None:
        if mended := differences(run, state.changed.tree, aside):
            deviation = _mend(task, mended, f"not committed: {run.state.stopped.reason}")
            return _judge_mend(run, task, state, aside, deviation)
    else:
        _put_back_or_refuse(run, state, "since the task was judged")
    return commit_and_judge(run, task)


def _after_failure(run: Carrying, task: Task, state: TaskState) -> TaskOutcome:
    """A failed task: what was mended by hand is judged; nothing mended means once more."""
    assert state.ended is not None
    assert state.started is not None
    aside = left_by_checks(state)
    accepted = accept_proposals(run, task) or accepted_since_it_failed(run, task)
    mended = differences(run, state.ended.tree, aside)
    if mended and (accepted or differences(run, state.started.tree, aside)):
        deviation = _mend(task, mended, f"attempt {state.attempt} failed: {state.ended.reason}")
        return _judge_mend(run, task, state, aside, deviation)
    if accepted:
        return scope_and_judge(run, task, new_files(run, state.started, aside))
    if state.committed is not None or (not mended and state.started.executor == "hand"):
        # The work stands as it is, in a commit or in the tree: what is around it may be mended.
        return scope_and_judge(run, task, new_files(run, state.started, aside))
    if run.state.stopped is None and state.started.executor in AGENTS and chosen(run, task).agent:
        return _called_on(run, task, "FAILED")
    put_attempt_back(run, state, "put back to make the change anew")
    return attempt(run, task)


def _judge_mend(
    run: Carrying, task: Task, state: TaskState, aside: Sequence[str], mend: Deviation
) -> TaskOutcome:
    assert state.started is not None
    earlier = (
        [one for one in state.changed.deviations if one.kind == "mend"] if state.changed else []
    )
    return scope_and_judge(run, task, new_files(run, state.started, aside), (*earlier, mend))


def _mend(task: Task, paths: Sequence[str], reason: str) -> Deviation:
    return Deviation(
        kind="mend",
        where=f"task {task.number}",
        what=f"{', '.join(paths)} changed by hand",
        reason=reason,
    )


def beside(run: Carrying, state: TaskState) -> tuple[str, ...]:
    """Return the untracked files that are none of the attempt's, however far it has come."""
    assert state.started is not None
    if state.ended is not None:
        return left_by_checks(state)
    if state.changed is None and state.started.executor in {"hand", "person", *AGENTS}:
        return state.started.untracked
    own = {*planned(state), *(state.changed.added if state.changed else ())}
    return tuple(path for path in git.untracked_files(run.repository) if path not in own)


def _made_by_hand(run: Carrying, task: Task, state: TaskState) -> TaskOutcome:
    assert state.started is not None
    untracked = git.untracked_files(run.repository)
    aside: tuple[str, ...] = ()
    if state.changed is not None:
        # Judging it was cut short. What lies there untracked since may be the checks' as well.
        own = {*state.changed.added, *named_files(run, task)}
        aside = tuple(path for path in untracked if path not in own)
        if not _undo_checks(run, state.changed.tree, aside):
            return judge_and_commit(run, task, state.changed)
    if not differences(run, state.started.tree, state.started.untracked):
        if chosen(run, task).executor != "hand":
            return attempt(run, task)
        if run.options.executor != "hand":
            raise Waiting(
                f"task {task.number} ({task.name}) still waits: no file has changed since it "
                "began; if it needs no change, `gsd-run resume --executor hand` judges it as it is"
            )
    return scope_and_judge(run, task, new_files(run, state.started, aside))


def _after_call(run: Carrying, task: Task, state: TaskState) -> TaskOutcome:
    """An agent was called: what it left is settled; one that was cut short is called anew."""
    assert state.started is not None
    worked = state.worked
    if worked is None or worked.outcome == "not_started":
        (run.project.root / PROPOSALS).unlink(missing_ok=True)
        agent = chosen(run, task).agent
        if agent is not None and state.started.left:
            put_attempt_back(run, state, _HALF_MADE, state.started.left)
            return call_anew(run, task, agent)
        put_attempt_back(run, state, _HALF_MADE)
        return attempt(run, task)
    if PROPOSALS in git.files_in(run.repository, worked.tree):
        git.put_back(run.repository, worked.tree, [PROPOSALS])  # it was perhaps taken already
    theirs = differences(run, worked.tree, state.started.untracked)
    if theirs and _was_putting_back(run, state, theirs):
        git.put_back(run.repository, worked.tree, theirs)
        theirs = []
    if theirs:
        raise Refusal(ways_on(theirs, "since the agent ended"))
    return _called_on(run, task, settle_call(run, task))


def _called_on(run: Carrying, task: Task, outcome: TaskOutcome) -> TaskOutcome:
    """Let an agent whose attempts were cut short between two calls go on with them."""
    agent = chosen(run, task).agent
    started = run.state.tasks[task.number].started
    by_agent = started is not None and started.executor in AGENTS
    return keep_calling(run, task, agent, outcome) if agent is not None and by_agent else outcome


def _was_putting_back(run: Carrying, state: TaskState, paths: Sequence[str]) -> bool:
    """Tell whether files are as before the agent because its edits of them were being put back.

    They were kept aside before; putting them back was cut short before that failed the attempt.
    """
    assert state.started is not None
    since = reversed([record.event for record in run.journal.records])
    kept = any(isinstance(one, Kept) for one in takewhile(lambda e: e != state.worked, since))
    changed = differences(run, state.started.tree, state.started.untracked)
    return kept and not set(paths) & set(changed)


def _after_kill(run: Carrying, task: Task, state: TaskState) -> TaskOutcome:
    """A run that died in a task: its half-made change is put back, anything else is not ours."""
    assert state.started is not None
    if state.changed is not None:
        _put_back_or_refuse(run, state, "since the change was made")
        return _called_on(run, task, judge_and_commit(run, task, state.changed))
    if foreign := not_half_made(run, state):
        raise Refusal(ways_on(foreign, "while the run was stopped"))
    put_attempt_back(run, state, _HALF_MADE)
    return attempt(run, task)


def not_half_made(run: Carrying, state: TaskState) -> list[str]:
    """Return the files that are other than the attempt's steps found or made them."""
    assert state.started is not None
    foreign = []
    for path in _undo_checks(run, state.started.tree, state.started.untracked):
        states = [file for step in state.steps for file in step.files if file.path == path]
        known = {blob for file in states for blob in (file.before, file.after)}
        if not states or git.blob_of_file(run.repository, path) not in known:
            foreign.append(path)
    return foreign


def _put_back_or_refuse(run: Carrying, state: TaskState, when: str) -> None:
    """Refuse to go on when the tree is not as recorded, but for what checks are known to change."""
    assert state.changed is not None
    untracked = git.untracked_files(run.repository)
    aside = [path for path in untracked if path not in files_of(state.changed)]
    if left := _undo_checks(run, state.changed.tree, aside):
        raise Refusal(ways_on(left, when))


def _undo_checks(run: Carrying, tree: str, aside: Sequence[str]) -> list[str]:
    """Put back what a check changed before it was cut short; return the other differences.

    A check is known by what it changed when it ran to its end, at the base for instance.
    """
    found = differences(run, tree, aside)
    by_checks = [path for path in found if path in changed_by_checks(run)]
    if by_checks:
        now = git.snapshot(run.repository, by_checks)
        keep(run, now, f"a check that was cut short changed {', '.join(by_checks)}")
        git.put_back(run.repository, tree, by_checks)
    return [path for path in found if path not in by_checks]


def differences(run: Carrying, tree: str, untracked: Sequence[str]) -> list[str]:
    """Return the paths by which the work tree differs from a tree of the run.

    `untracked` are files that lay beside that tree and do not count.
    """
    held = git.files_in(run.repository, tree)
    aside = {*untracked, *run.state.started.untracked}
    there = git.untracked_files(run.repository)
    now = git.snapshot(
        run.repository, [path for path in there if path not in aside or path in held]
    )
    return [
        change.path
        for change in git.differences(run.repository, tree, now)
        if change.path not in run.not_ours
        if change.path in held or change.path not in aside
    ]


def put_attempt_back(run: Carrying, state: TaskState, reason: str, tree: str = "") -> None:
    """Keep the tree as it is under a ref, then put back what differs from the task's begin.

    It is put back to `tree`, where that is told. What checks left behind untracked stays; it is no
    part of the attempt.
    """
    assert state.started is not None
    tree = tree or state.started.tree
    paths = differences(run, tree, beside(run, state))
    if paths:
        now = git.snapshot(run.repository, paths)
        keep(run, now, f"task {state.number}: {reason}")
        git.put_back(run.repository, tree, paths)
