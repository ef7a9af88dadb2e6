"""Where a run begins: a new journal, or a stopped run taken up on the commit where it stands."""

from msgspec.structs import replace

from gsd_run.domain.errors import GsdRunError, Refusal
from gsd_run.domain.event import PlanRead
from gsd_run.domain.plan import Task
from gsd_run.domain.run import RunState
from gsd_run.outside import git
from gsd_run.outside.git import Repository
from gsd_run.outside.syncing import sweep_beside
from gsd_run.running.attempts.scoping import planned
from gsd_run.running.beginning.preparing import (
    Prepared,
    on_its_branch,
    prepared,
    refuse_sub_repositories,
    refuse_unfit,
    refuse_unmet,
    run_started,
)
from gsd_run.running.beginning.resuming import (
    beside,
    differences,
    not_half_made,
    put_attempt_back,
)
from gsd_run.running.carrying import Asked, Carrying
from gsd_run.running.journals.journal import Journal
from gsd_run.running.journals.store import Store
from gsd_run.running.judging.measuring import end_strays_of
from gsd_run.running.judging.setting_aside import restore
from gsd_run.running.planning import take_back


def new_run(ready: Prepared, asked: Asked, repository: Repository, store: Store) -> Journal:
    """Begin a run's journal, once nothing speaks against the run.

    Raises:
        Refusal: something does; nothing was changed.
    """
    read = ready.read
    own = (read.plan.path, *((read.run_file.path,) if read.run_file else ()))
    options = on_its_branch(asked.options, asked.settings, repository, read.plan)
    asked = replace(asked, options=options)
    refuse_sub_repositories(read.plan, asked.settings)
    dirty = refuse_unfit(repository, asked.settings, asked.options, own)
    refuse_unmet(read.plan, asked.plan_path, asked.project)
    if asked.options.branch:
        read = _switched(asked, repository, read)
    started = run_started(asked.project, repository, read, asked.options, dirty)
    journal = Journal(store.journal(started.run))
    journal.add(started)
    return journal


def _switched(asked: Asked, repository: Repository, read: PlanRead) -> PlanRead:
    """Go to the run's branch; one that exists may hold another text of the plan."""
    branch = asked.options.branch
    assert branch is not None
    existed = git.has_branch(repository, branch)
    before = git.branch(repository)
    git.switch(repository, branch)
    if not existed:
        return read
    try:
        return prepared(asked.plan_path, asked.project).read
    except (GsdRunError, OSError):
        if before:
            git.switch(repository, before)
        raise


def clear_away(run: Carrying, reason: str = "put aside by --fresh") -> None:
    """Keep the leavings of a stopped run aside, so that what follows begins on a clean tree.

    Only what its attempt left as it is goes; what a person changed since is theirs to decide on.
    """
    restore(run)
    end_strays_of(run)
    if run.state.completed is None:
        take_back(run)
    state = next(
        (task for task in run.state.tasks.values() if task.started and not task.committed), None
    )
    if state is None or git.head(run.repository) != run.state.head:
        return
    for path in planned(state):
        sweep_beside(run.project.root / path)
    recorded = state.ended or state.changed or state.worked
    if recorded is not None:
        theirs = differences(run, recorded.tree, beside(run, state))
    else:
        theirs = not_half_made(run, state)
    if not theirs:
        put_attempt_back(run, state, reason)


def take_up(run: Carrying, ready: Prepared) -> None:
    """Take a stopped run up: the plan as it is now, on the commit where the run stands.

    Raises:
        Refusal: the repository is not where the run left it.
    """
    refuse_half_undone(run.state)
    end_strays_of(run)
    if operation := git.operation_in_progress(run.repository):
        raise Refusal(f"a {operation} is in progress; finish or abort it first")
    _refuse_moved(run)
    restore(run)
    _reread(run, ready.read)
    run.watcher.said(f"going on with run {run.state.started.run}")


def refuse_half_undone(state: RunState) -> None:
    """Refuse to work on a run while taking its commits back is half done."""
    if state.undoing is not None:
        raise Refusal(
            f"taking this run's commits back was cut short; `gsd-run undo {state.plan.id}` "
            "finishes it"
        )


def _refuse_moved(run: Carrying) -> None:
    """Refuse a repository on another branch or commit than the run stands on."""
    state = run.state
    branch = git.branch(run.repository)
    if run.options.branch not in {None, state.started.branch}:
        raise Refusal(
            f"run {state.started.run} works on {state.started.branch or 'a detached HEAD'}; go on "
            f"without --branch, or start a new run on {run.options.branch} with --fresh"
        )
    if branch != state.started.branch and run.options.branch == state.started.branch:
        git.switch(run.repository, state.started.branch)
    elif branch != state.started.branch:
        wanted = f"branch {state.started.branch}" if state.started.branch else "a detached HEAD"
        there = state.started.branch or f"--detach {state.head[:9]}"
        raise Refusal(
            f"run {state.started.run} works on {wanted}, and {branch or 'a detached HEAD'} is "
            f"checked out.\nWays on: `git switch {there}` and resume, or start a new run from here "
            "with --fresh"
        )
    head = git.head(run.repository)
    if head == state.head:
        return
    since = git.commits_since(run.repository, state.head)
    ours = f"GSD-Run: {state.started.run}"
    others = [
        f"  {commit[:9]} {message.splitlines()[0]}" for commit, message in since
        if ours not in message
    ]  # fmt: skip
    if others or not since:
        listed = "\n".join(others) or f"  {head[:9]} is checked out"
        back = f"`git reset {state.head[:9]}`, which leaves the files as they are, and resume"
        raise Refusal(
            f"run {state.started.run} stands on {state.head[:9]}, and the repository has moved "
            f"on:\n{listed}\nWays on: {back}; or start a new run from here with --fresh"
        )


def _reread(run: Carrying, read: PlanRead) -> None:
    """Take in a changed plan or run file; what finished tasks say may not have changed."""
    state = run.state
    old = (state.plan, state.run_file, state.claims)
    if old == (read.plan, read.run_file, read.claims):
        return
    now = {task.number: task for task in read.plan.tasks}
    for task in state.plan.tasks:
        finished = state.tasks[task.number].committed
        if finished and _worded(now.get(task.number)) != _worded(task):
            raise Refusal(
                f"task {task.number} is finished (commit {finished.commit[:9]}), and its text in "
                f"{read.plan.path} has changed since; a new run takes it anew: --fresh"
            )
    run.add(read)


def _worded(task: Task | None) -> tuple[str, ...]:
    if task is None:
        return ()
    texts = (task.action, *task.verify, *task.acceptance, *task.done)
    return (task.name, *task.files, *(text.text for text in texts if text))
