"""Where a run begins: a new journal, or a stopped run taken up on the commit where it stands."""

from gsd_run.domain.errors import Refusal
from gsd_run.domain.event import PlanRead
from gsd_run.domain.plan import Task
from gsd_run.outside import git
from gsd_run.outside.git import Repository
from gsd_run.running.carrying import Asked, Carrying
from gsd_run.running.journal import Journal, Store
from gsd_run.running.preparing import Prepared, refuse_unfit, refuse_unmet, run_started


def new_run(ready: Prepared, asked: Asked, repository: Repository, store: Store) -> Journal:
    """Begin a run's journal, once nothing speaks against the run.

    Raises:
        Refusal: something does; nothing was changed.
    """
    read = ready.read
    own = (read.plan.path, *((read.run_file.path,) if read.run_file else ()))
    dirty = refuse_unfit(repository, asked.settings, asked.options, own)
    refuse_unmet(read.plan, asked.plan_path, asked.project)
    if asked.options.branch:
        git.switch(repository, asked.options.branch)
    started = run_started(asked.project, repository, read, asked.options, dirty)
    path = store.journal(started.run)
    path.parent.mkdir(parents=True, exist_ok=True)
    journal = Journal(path)
    journal.add(started)
    return journal


def take_up(run: Carrying, ready: Prepared) -> None:
    """Take a stopped run up: the plan as it is now, on the commit where the run stands."""
    state = run.state
    if operation := git.operation_in_progress(run.repository):
        raise Refusal(f"a {operation} is in progress; finish or abort it first")
    head = git.head(run.repository)
    ours = f"GSD-Run: {state.started.run}"
    others = [
        f"  {commit[:9]} {message.splitlines()[0]}"
        for commit, message in git.commits_since(run.repository, state.head)
        if ours not in message
    ]
    if head != state.head and (others or not git.commits_since(run.repository, state.head)):
        listed = "\n".join(others) or f"  {head[:9]} is checked out"
        raise Refusal(
            f"run {state.started.run} stands on {state.head[:9]}, and the repository has moved "
            f"on:\n{listed}\nWays on: check {state.head[:9]} out again and resume, or start a new "
            "run from here with --fresh"
        )
    _reread(run, ready.read)
    run.watcher.said(f"going on with run {state.started.run}")


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
