"""One attempt at one task: look before, then leave the change to whoever makes it."""

from gsd_run.domain.errors import Waiting
from gsd_run.domain.event import AttemptStarted, TaskOutcome
from gsd_run.domain.plan import Task
from gsd_run.outside import git
from gsd_run.running.attempts.calling import call_agent
from gsd_run.running.attempts.choosing import Choice, chosen
from gsd_run.running.attempts.scoping import named_files
from gsd_run.running.attempts.stepping import make_steps
from gsd_run.running.carrying import Carrying
from gsd_run.running.judging.judging import look_before


def attempt(run: Carrying, task: Task) -> TaskOutcome:
    """Carry one task out on the tree as it is; commit it unless it failed.

    Raises:
        Waiting: nothing says how to make the change, so a person has to.
        Refusal: somebody else changed files while the change was made.
    """
    _look_before(run, task)
    choice = chosen(run, task)
    tree, untracked = _begun_on(run, task, choice)
    started = AttemptStarted(
        task=task.number,
        attempt=run.state.tasks[task.number].attempt + 1,
        executor=choice.executor,
        tree=tree,
        untracked=untracked,
    )
    run.add(started)
    if choice.agent is not None:
        return call_agent(run, task, choice.agent)
    if choice.executor == "hand":
        raise Waiting(_how_to_change(run, task, choice))
    return make_steps(run, task, started, choice.steps)


def _begun_on(run: Carrying, task: Task, choice: Choice) -> tuple[str, tuple[str, ...]]:
    """Return the tree that a change begins on, and the untracked files beside it.

    What a person edited while the run stood is part of the change that they are asked for. Of new
    files those are that the plan names: checks may have left others.
    """
    stopped, untracked = run.state.stopped, git.untracked_files(run.repository)
    if choice.executor != "hand" or stopped is None or run.state.started.dirty:
        return git.snapshot(run.repository, ()), untracked
    theirs = named_files(run, task) - {*stopped.untracked}
    beside = tuple(path for path in untracked if path not in theirs)
    return git.tree_of(run.repository, run.state.head), beside


def _look_before(run: Carrying, task: Task) -> None:
    """Judge a task's claims on the tree it starts from: true already then is settled earlier."""
    if not run.state.baseline_done:
        return
    tree = git.snapshot(run.repository, ())
    if tree == run.state.started.base_tree:
        return
    for claim in run.state.claims:
        if claim.task == task.number:
            look_before(run, claim, tree, "before")


def _how_to_change(run: Carrying, task: Task, choice: Choice) -> str:
    plan = run.state.plan
    run_file = plan.path.removesuffix("-PLAN.md") + "-RUN.yaml"
    return (
        f"task {task.number} ({task.name}) waits for you: {choice.why}.\n"
        f"Edit the files by hand ({', '.join(task.files) or 'the plan names none'}) and type "
        f"`gsd-run resume`; or write the steps under `changes: {task.number}:` in {run_file}; or "
        "let a coding agent do it with --agent NAME (claude, codex, gemini, opencode, aider, or "
        "one of .planning/gsd-run.toml)"
    )
