"""The run's commits: which files, under which words, and what a hook made of them.

Every commit names its run and what it is for in trailers. By them a commit that was made just
before the run died is known again, and never made twice.
"""

from collections.abc import Sequence
from typing import Literal

from msgspec.structs import replace

from gsd_run.domain.event import Changed, Committed
from gsd_run.domain.plan import Task
from gsd_run.domain.visible import visible
from gsd_run.outside import git
from gsd_run.running.attempts.red import tests_of
from gsd_run.running.attempts.scoping import files_of
from gsd_run.running.carrying import Carrying

_VERBS = {
    "add": "feat", "build": "feat", "create": "feat", "implement": "feat", "introduce": "feat",
    "fix": "fix", "repair": "fix", "resolve": "fix", "correct": "fix",
    "document": "docs", "describe": "docs", "refactor": "refactor", "rename": "refactor",
    "extract": "refactor", "test": "test", "verify": "test", "optimize": "perf",
}  # fmt: skip


def commit_task(run: Carrying, task: Task) -> tuple[str, ...]:
    """Commit exactly the files that the task changed, if it did; return those a hook altered.

    Where red was shown, the tests are committed first, as GSD's TDD plans ask.
    """
    changed = run.state.tasks[task.number].changed
    assert changed is not None
    files = files_of(changed)
    if not files:
        return ()
    if tests := _red_first(run, task, changed):
        _commit_red(run, task, tests)
        files = tuple(path for path in files if path not in tests)
    committed = _committed(run, "task", files, _task_subject(run, task), task.number)
    altered = _altered(run, committed, changed.tree)
    both = tuple(dict.fromkeys((*files, *altered)))
    blobs = git.blobs_at(run.repository, committed.commit, both)
    run.add(replace(committed, files=both, blobs=blobs))
    return altered


def _red_first(run: Carrying, task: Task, changed: Changed) -> tuple[str, ...]:
    """Return the test files to be committed before the rest; none where no red was shown."""
    mine = {claim.id for claim in run.state.claims if claim.task == task.number}
    shown = any(verdict.state == "REFUTED" for verdict in run.state.red_verdicts.values()
                if verdict.claim in mine)  # fmt: skip
    if not shown or run.state.tasks[task.number].committed is not None:
        return ()
    tests = tests_of(run, changed)
    return tests if set(files_of(changed)) - set(tests) else ()


def _commit_red(run: Carrying, task: Task, tests: Sequence[str]) -> None:
    """Commit a task's tests on their own, unless that was done already."""
    if run.state.tasks[task.number].red is not None:
        return
    subject = f"test({_scope(run)}): failing tests for {_lowered(task.title or task.name)}"
    run.add(_committed(run, "red", tests, subject, task.number))


def commit_mend(run: Carrying, files: Sequence[str]) -> None:
    """Commit what a person mended after the last task."""
    subject = f"fix({_scope(run)}): mend what the last check refuted"
    run.add(_committed(run, "mend", files, subject))


def commit_docs(run: Carrying, files: Sequence[str]) -> None:
    """Commit the summary and what goes with it."""
    subject = f"docs({_scope(run)}): complete {run.state.plan.id} plan"
    run.add(_committed(run, "docs", files, subject))


def made_already(run: Carrying, trailers: str) -> str | None:
    """Return the commit after the last journalled one that has these trailers, or None."""
    for commit, message in git.commits_since(run.repository, run.state.head):
        if trailers in message:
            return commit
    return None


def trailers_of(run: Carrying, part: str, task: int | None) -> str:
    """Return the last lines of a commit's message: whose it is, and what for."""
    of = f"{task} red" if part == "red" else task or part
    return f"GSD-Run: {run.state.started.run}\nGSD-Task: {of}\n"


def _committed(
    run: Carrying,
    part: Literal["task", "red", "mend", "docs"],
    files: Sequence[str],
    subject: str,
    task: int | None = None,
) -> Committed:
    """Make a commit, unless it was made and only its event is missing."""
    trailers = trailers_of(run, part, task)
    commit = made_already(run, trailers)
    if commit is None:
        body = "\n".join(f"- {' '.join(visible(path).split())}" for path in files)
        message = f"{subject}\n\n{body}\n\n{trailers}"
        commit = git.commit(run.repository, message, files, run.project.environment_of_commits())
    return Committed(
        part=part,
        commit=commit,
        tree=git.tree_of(run.repository, commit),
        files=tuple(files),
        subject=subject,
        task=task,
        patch=git.patch_id(run.repository, commit),
        blobs=git.blobs_at(run.repository, commit, files),
    )


def _altered(run: Carrying, committed: Committed, judged: str) -> tuple[str, ...]:
    """Return the files that a hook made other than they were judged, or added to the commit."""
    parent = f"{committed.commit}~1"
    in_commit = {
        change.path
        for change in git.differences(
            run.repository, git.tree_of(run.repository, parent), committed.tree
        )
    }
    wanted = {*committed.files, *in_commit}
    return tuple(
        change.path
        for change in git.differences(run.repository, judged, committed.tree)
        if change.path in wanted
    )


def _task_subject(run: Carrying, task: Task) -> str:
    """Return a commit's first line: `type(phase-plan): task`, as GSD writes them."""
    state = run.state.tasks[task.number]
    name = " ".join(visible(task.title).split()) or f"task {task.number}"
    verb = name.split()[0].lower().strip(":,")
    default = "fix" if run.state.plan.frontmatter.get("gap_closure") else "feat"
    tests_alone = task.attributes.get("tdd") == "true" and state.red is None
    kind = "test" if tests_alone else _VERBS.get(verb, default)
    return f"{kind}({_scope(run)}): {_lowered(name)}"


def _lowered(name: str) -> str:
    return f"{name[:1].lower()}{name[1:]}"


def _scope(run: Carrying) -> str:
    """Return what GSD puts in a commit's parentheses: the phase's number and the plan's."""
    plan = run.state.plan
    return f"{plan.phase_number}-{plan.number}"
