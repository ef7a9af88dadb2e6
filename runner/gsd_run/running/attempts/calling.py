"""An agent's attempts: called, watched, its changes scoped by git, judged, and called again.

What the agent says about its work is kept and never believed. A refuted attempt goes on from the
tree that it left, with the evidence against it, until its budget of attempts is used up.
"""

import os
import time
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path

from msgspec.structs import replace

from gsd_run.changing.agents.calling import work
from gsd_run.changing.agents.policy import refused_edits
from gsd_run.changing.agents.profiles import unheld_limits
from gsd_run.changing.agents.prompt import prompt_of
from gsd_run.checking.judging import judge
from gsd_run.domain.agent import Agent, AgentCalled, AgentEnded, Worked
from gsd_run.domain.errors import Waiting
from gsd_run.domain.event import AttemptStarted, Stopped, TaskEnded, TaskOutcome
from gsd_run.domain.plan import Task
from gsd_run.domain.run import TaskState
from gsd_run.outside import git
from gsd_run.outside.git_settings import put_settings_back, settings_of
from gsd_run.running.attempts.briefing import PROPOSALS, brief_of
from gsd_run.running.attempts.proposing import take_proposals
from gsd_run.running.attempts.scoping import files_of, left_by_checks, new_files, scoped
from gsd_run.running.attempts.settling import failed, judge_and_commit
from gsd_run.running.attempts.sparing import keep_untracked, put_untracked_back
from gsd_run.running.carrying import Carrying
from gsd_run.running.judging.measuring import tree_to_judge
from gsd_run.running.judging.setting_aside import keep


def call_agent(run: Carrying, task: Task, agent: Agent) -> TaskOutcome:
    """Call an agent for the attempt that has begun, and again while it is refuted and learns.

    Raises:
        Waiting: the agent can't be started.
    """
    if unheld := unheld_limits(agent):
        told = ", ".join(unheld)
        run.watcher.said(f"  {agent.name} can't be held to its {told}; its time limit holds")
    return keep_calling(run, task, agent, _called(run, task, agent))


def keep_calling(run: Carrying, task: Task, agent: Agent, outcome: TaskOutcome) -> TaskOutcome:
    """Call an agent again after an attempt's end, while that was refuted and the agent learns."""
    while outcome == "FAILED" and _failures(run, task) < agent.attempts:
        state = run.state.tasks[task.number]
        if _moved_head(run):
            break
        if _makes_no_headway(state):
            run.watcher.said(f"  {agent.name} failed as before, with the same files; it stops here")
            break
        if agent.budget is not None and _cost(state) >= agent.budget:
            run.watcher.said(f"  {agent.name} has cost ${_cost(state):.2f}, its whole budget")
            break
        _begin_again(run, task, state)
        outcome = _called(run, task, agent)
    return outcome


def call_anew(run: Carrying, task: Task, agent: Agent) -> TaskOutcome:
    """Call an agent once more for an attempt that was cut short; the tree is as it began on."""
    state = run.state.tasks[task.number]
    assert state.started is not None
    run.add(replace(state.started, attempt=state.attempt + 1))
    return call_agent(run, task, agent)


def _failures(run: Carrying, task: Task) -> int:
    """Return how often the task has failed since the run last stood."""
    events = (record.event for record in reversed(run.journal.records))
    since = takewhile(lambda event: not isinstance(event, Stopped), events)
    ends = [one for one in since if isinstance(one, TaskEnded) and one.task == task.number]
    return sum(one.outcome == "FAILED" for one in ends)


def _makes_no_headway(state: TaskState) -> bool:
    """Tell whether the last two attempts failed for the same reason with the same result."""
    if state.ended is None or not state.failures:
        return False
    last, now = state.failures[-1], state.ended
    return (last.reason, last.tree) == (now.reason, now.tree)


def _cost(state: TaskState) -> float:
    return sum(ended.usage.cost or 0 for _, ended in state.calls)


def _begin_again(run: Carrying, task: Task, state: TaskState) -> None:
    """Begin the next attempt on what the last one left; the task's begin stays what it was."""
    assert state.started is not None
    assert state.ended is not None
    run.add(
        AttemptStarted(
            task=task.number,
            attempt=state.attempt + 1,
            executor=state.started.executor,
            tree=state.started.tree,
            untracked=tuple(dict.fromkeys((*state.started.untracked, *left_by_checks(state)))),
            left=state.ended.tree,
        )
    )


def _called(run: Carrying, task: Task, agent: Agent) -> TaskOutcome:
    state = run.state.tasks[task.number]
    assert state.started is not None
    (run.project.root / PROPOSALS).unlink(missing_ok=True)
    brief = brief_of(run.state, task, run.project, agent.may_touch)
    prompt = run.store.keep_output(prompt_of(brief).encode())
    run.add(
        AgentCalled(
            task=task.number,
            attempt=state.attempt,
            agent=agent.name,
            profile=agent.profile,
            model=agent.model,
            prompt=prompt,
        )
    )
    run.watcher.running(f"{agent.name} ({agent.profile})")
    begun = time.monotonic()
    before, refs = git.position(run.repository), git.refs(run.repository)
    settings = settings_of(run.repository)
    spared = keep_untracked(run, state.started)
    worked = work(
        agent,
        brief,
        run.project,
        mark=mark_of(run),
        check=lambda: _checked(run, task),
        on_output=run.watcher.printed,
    )
    # Before any other call of git, which would go by them.
    reset = put_settings_back(run.repository, settings)
    spoiled = put_untracked_back(run, state.started, spared)
    told = (
        f"it changed {', '.join(reset)}, git's own; put back" if reset else "",
        f"it changed {', '.join(spoiled)}, untracked files of yours; put back" if spoiled else "",
        _moved(run, before, refs),
    )
    moved = "; ".join(filter(None, told))
    _journalled(run, task, state.started, worked, moved, time.monotonic() - begun)
    return settle_call(run, task)


def mark_of(run: Carrying) -> str:
    """Return the variable by which processes that an agent of this run left are known."""
    return f"GSD_RUN_AGENT={run.state.started.run}"


def _journalled(
    run: Carrying,
    task: Task,
    started: AttemptStarted,
    worked: Worked,
    moved: str,
    seconds: float,
) -> None:
    stands = moved and worked.outcome == "finished"
    run.add(
        AgentEnded(
            task=task.number,
            attempt=started.attempt,
            outcome="failed" if stands else worked.outcome,
            reason="; ".join(one for one in (moved, worked.reason) if one),
            transcript=run.store.keep_output(worked.transcript.encode()),
            seconds=round(seconds, 3),
            usage=worked.usage,
            tree=git.snapshot(run.repository, new_files(run, started)),
        )
    )


def _moved(run: Carrying, before: git.Position, refs: str) -> str:
    """Say what of git's an agent moved, "" if nothing; what it only staged is unstaged again."""
    now = git.position(run.repository)
    if (now.head, now.branch) != (before.head, before.branch):
        return (
            f"it moved HEAD from {before.head[:9]} ({before.branch}) to {now.head[:9]} "
            f"({now.branch}); only the run commits"
        )
    if touched := _refs_changed(refs, git.refs(run.repository)):
        return f"it changed {touched}, which gsd-run leaves so; only the run works with git"
    staged = git.put_index_back(run.repository, before)
    return "it staged files; only the run works with git" if staged else ""


def _refs_changed(before: str, now: str) -> str:
    """Name the refs that were made, moved or taken away."""
    changed = set(before.splitlines()) ^ set(now.splitlines())
    return ", ".join(sorted({line.partition(" ")[2] for line in changed}))


def _moved_head(run: Carrying) -> bool:
    """Tell whether another commit or branch is checked out than the run works on."""
    now = (git.head(run.repository), git.branch(run.repository))
    return now != (run.state.head, run.state.started.branch)


def settle_call(run: Carrying, task: Task) -> TaskOutcome:
    """Scope what an agent did, which git says, then judge and commit it.

    Raises:
        Waiting: the agent did not start, so a person has to see to that.
    """
    state = run.state.tasks[task.number]
    started, worked = state.started, state.worked
    assert started is not None
    assert worked is not None
    begun = time.monotonic() - worked.seconds
    if worked.outcome == "not_started":
        raise Waiting(
            f"task {task.number} ({task.name}) waits: {worked.reason}\n"
            "Mend that and `gsd-run resume`, choose another agent with --agent, or edit the files "
            "by hand and `gsd-run resume --executor hand`"
        )
    refused = take_proposals(run, task)
    if worked.outcome != "finished":
        return failed(run, started, f"the agent did not finish: {worked.reason}", begun)
    changed = scoped(run, task, new_files(run, started), ())
    touched = (*files_of(changed), *_own_records(run, started.tree))
    refused_ones = refused_edits(task, run.state.plan, touched, _opened(run, task))
    if forbidden := (*refused_ones, *_leading_out(run, files_of(changed))):
        _put_back(run, started, [path for path, _ in forbidden])
        told = "; ".join(f"{path}: {why}" for path, why in forbidden)
        return failed(run, started, f"edits that are not its own, put back: {told}", begun)
    run.add(changed)
    outcome = judge_and_commit(run, task, changed, begun)
    if refused and outcome == "FAILED":
        run.watcher.said(refused)
    return outcome


def _opened(run: Carrying, task: Task) -> tuple[str, ...]:
    """Return the files that the settings open to the agent that was called."""
    called = run.state.tasks[task.number].called
    known = run.agents.by_name.get(called.agent) if called else None
    return known.may_touch if known else ()


def _leading_out(run: Carrying, paths: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return the links among changed files that lead out of the project, or to git's own files."""
    root = run.project.root.resolve()
    found = []
    for path in paths:
        if not (root / path).is_symlink():
            continue
        target = os.path.realpath(root / path)
        parts = Path(target).relative_to(root).parts if Path(target).is_relative_to(root) else ()
        if not parts or ".git" in parts:
            found.append((path, "is a link that leads out of the project"))
    return tuple(found)


def _own_records(run: Carrying, tree: str) -> tuple[str, ...]:
    """Return those of the plan, its run file and the dirty files that are not as they were."""
    now = git.snapshot(run.repository, ())
    changes = git.differences(run.repository, tree, now)
    return tuple(change.path for change in changes if change.path in run.not_ours)


def _put_back(run: Carrying, started: AttemptStarted, paths: list[str]) -> None:
    now = git.snapshot(run.repository, new_files(run, started))
    keep(run, now, f"task {started.task}: {', '.join(paths)} edited by the agent")
    git.put_back(run.repository, started.tree, paths)


def _checked(run: Carrying, task: Task) -> str:
    """Return what the task's checks say of the tree as it is now; an agent may ask for it."""
    started = run.state.tasks[task.number].started
    assert started is not None
    new = new_files(run, started)
    here = tree_to_judge(run, git.snapshot(run.repository, new), new)
    told = []
    for claim in run.state.claims:
        if claim.task == task.number:
            verdict = judge(claim, here)
            told.append(f"{claim.id}: {verdict.state}: {verdict.reason}")
    return "\n".join(told) or "the plan has no check of this task"
