"""One attempt at one task: judge, change, scope, judge, commit."""

import re
import time
from collections.abc import Sequence

from msgspec.structs import replace

from gsd_run.changing.steps import plan_step, wants
from gsd_run.checking.judging import judge, tempered
from gsd_run.domain.change import Edit, Facts, StepResult
from gsd_run.domain.claim import Verdict
from gsd_run.domain.errors import Waiting
from gsd_run.domain.event import (
    AttemptStarted,
    Changed,
    Committed,
    Deviation,
    FileState,
    Judged,
    StepPlanned,
    TaskEnded,
    TaskOutcome,
)
from gsd_run.domain.plan import Task
from gsd_run.outside import git
from gsd_run.running.carrying import Carrying
from gsd_run.running.figures import figures
from gsd_run.running.journal import write_durably
from gsd_run.running.measuring import tree_to_judge


def attempt(run: Carrying, task: Task) -> TaskOutcome:
    """Carry one task out on the tree as it is; commit it unless it failed.

    Raises:
        Waiting: nothing says how to make the change, so a person has to.
    """
    judge_before(run, task)
    steps = run.state.run_file.changes.get(task.number) if run.state.run_file else None
    started = AttemptStarted(
        task=task.number,
        attempt=run.state.tasks[task.number].attempt + 1,
        executor="hand" if steps is None else "steps",
        tree=git.snapshot(run.repository, ()),
        untracked=git.untracked_files(run.repository),
    )
    run.add(started)
    if steps is None:
        raise Waiting(_how_to_change(run, task))
    begun = time.monotonic()
    head = git.head(run.repository)
    for number, step in enumerate(steps, 1):
        result = plan_step(step, task, run.project, _facts(run, step))
        if result.failure:
            return _failed(run, started, f"step {number}: {result.failure}", begun)
        _write(run, started, number, step.kind, result)
    if git.head(run.repository) != head:
        return _failed(run, started, "the change moved HEAD; only the run commits", begun)
    return scope_and_judge(run, task, (), begun)


def judge_before(run: Carrying, task: Task) -> None:
    """Judge a task's claims on the tree it starts from: true already then is settled earlier."""
    tree = git.snapshot(run.repository, ())
    if not run.state.baseline_done or tree == run.state.started.base_tree:
        return
    here = tree_to_judge(run, tree)
    for claim in run.state.claims:
        if claim.task == task.number:
            verdict = judge(claim, here)
            run.add(Judged(moment="before", tree=tree, verdict=verdict, task=task.number))


def _how_to_change(run: Carrying, task: Task) -> str:
    plan = run.state.plan
    run_file = plan.path.removesuffix("-PLAN.md") + "-RUN.yaml"
    return (
        f"task {task.number} ({task.name}) waits for you: nothing says how to make its change.\n"
        f"Either edit the files by hand ({', '.join(task.files) or 'the plan names none'}) and "
        f"type `gsd-run resume`, or write the steps under `changes: {task.number}:` in {run_file}"
    )


def _facts(run: Carrying, step: object) -> Facts:
    base = run.state.started.base
    return Facts(
        figures=figures(run.state),
        base_texts={path: git.text_at(run.repository, base, path) for path in wants(step)},  # type: ignore[arg-type]
    )


def _write(
    run: Carrying, started: AttemptStarted, number: int, kind: str, result: StepResult
) -> None:
    """Journal what a step will write, then write it, each file whole."""
    run.add(
        StepPlanned(
            task=started.task,
            attempt=started.attempt,
            step=number,
            kind=kind,
            files=tuple(_file_state(run, edit) for edit in result.edits),
            applied=result.applied,
            undecided=result.undecided,
            deviations=result.deviations,
        )
    )
    for edit in result.edits:
        place = run.project.root / edit.path
        if edit.after is None:
            place.unlink()
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            write_durably(place, edit.after.encode())


def _file_state(run: Carrying, edit: Edit) -> FileState:
    def blob(text: str | None) -> str | None:
        return None if text is None else git.blob_of(run.repository, text)

    return FileState(path=edit.path, before=blob(edit.before), after=blob(edit.after))


def scope_and_judge(
    run: Carrying,
    task: Task,
    mends: Sequence[Deviation],
    begun: float,
    aside: Sequence[str] = (),
) -> TaskOutcome:
    """Ask git what changed, then judge it; `aside` are untracked files that checks left behind."""
    started = run.state.tasks[task.number].started
    assert started is not None
    changed = scoped(run, task, started, mends, aside)
    run.add(changed)
    return judge_and_commit(run, task, started, changed, begun)


def judge_and_commit(
    run: Carrying, task: Task, started: AttemptStarted, changed: Changed, begun: float
) -> TaskOutcome:
    """Judge the task's claims on its change, and commit that unless one is REFUTED."""
    undeclared = set(changed.deleted) - _declared_deletions(run)
    if undeclared:
        reason = f"deletes {', '.join(sorted(undeclared))}, which the plan does not declare"
        return _failed(run, started, reason, begun)
    outcome, reason = judge_task(run, task, changed.tree, changed.added)
    run.add(_ended(run, started, outcome, reason, changed.tree, begun))
    if outcome != "FAILED":
        commit_task(run, task)
    return outcome


def scoped(
    run: Carrying,
    task: Task,
    started: AttemptStarted,
    mends: Sequence[Deviation],
    aside: Sequence[str],
) -> Changed:
    """Return what git says changed since an attempt began."""
    known = {*started.untracked, *run.state.started.untracked, *aside}
    new = [path for path in git.untracked_files(run.repository) if path not in known]
    tree = git.snapshot(run.repository, new)
    changes = [
        change
        for change in git.differences(run.repository, started.tree, tree)
        if change.path not in run.not_ours
    ]
    plan = run.state.plan
    named = {*task.files, *plan.files_modified, *(a.path for a in plan.must_haves.artifacts)}
    beyond = tuple(change.path for change in changes if change.path not in named)
    state = run.state.tasks[task.number]
    return Changed(
        task=task.number,
        attempt=started.attempt,
        tree=tree,
        added=tuple(change.path for change in changes if change.status == "A"),
        modified=tuple(change.path for change in changes if change.status == "M"),
        deleted=tuple(change.path for change in changes if change.status == "D"),
        beyond_plan=beyond,
        deviations=(
            *mends,
            *(_beyond(run, task, path) for path in beyond),
            *(_in_step(task, text) for step in state.steps for text in step.deviations),
        ),
    )


def _beyond(run: Carrying, task: Task, path: str) -> Deviation:
    steps = run.state.tasks[task.number].steps
    why = [one.message for step in steps for one in step.applied if one.path == path]
    reason = "; ".join(dict.fromkeys(why)) or "the change needed it"
    return Deviation(
        kind="file",
        where=f"task {task.number}",
        what=f"{path}, which the plan does not name",
        reason=reason,
    )


def _in_step(task: Task, text: str) -> Deviation:
    return Deviation(
        kind="figure", where=f"task {task.number}", what=text, reason="written as it was measured"
    )


def _declared_deletions(run: Carrying) -> set[str]:
    declared = run.state.plan.frontmatter
    listed = [declared.get(key) or [] for key in ("files_deleted", "files-deleted")]
    return {str(path) for paths in listed if isinstance(paths, list | tuple) for path in paths}


def judge_task(
    run: Carrying, task: Task, tree: str, untracked: tuple[str, ...]
) -> tuple[TaskOutcome, str]:
    """Judge a task's claims and join them: REFUTED fails, one PROVEN passes, else UNPROVEN."""
    here = tree_to_judge(run, tree, untracked)
    verdicts = []
    for claim in run.state.claims:
        if claim.task != task.number:
            continue
        verdict = tempered(claim, judge(claim, here), run.state.base_verdicts.get(claim.id))
        run.add(Judged(moment="task", tree=tree, verdict=verdict, task=task.number))
        verdicts.append(verdict)
    return _joined(verdicts)


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


def _failed(run: Carrying, started: AttemptStarted, reason: str, begun: float) -> TaskOutcome:
    known = {*started.untracked, *run.state.started.untracked}
    new = [path for path in git.untracked_files(run.repository) if path not in known]
    tree = git.snapshot(run.repository, new)
    run.add(_ended(run, started, "FAILED", reason, tree, begun))
    return "FAILED"


def commit_task(run: Carrying, task: Task) -> None:
    """Commit exactly the files that the task changed; judge again what a hook made of them."""
    state = run.state.tasks[task.number]
    assert state.changed is not None
    changed = state.changed
    files = (*changed.added, *changed.modified, *changed.deleted)
    if not files:
        return
    subject = task_subject(run, task)
    body = "\n".join(f"- {path}" for path in files)
    trailers = f"GSD-Run: {run.state.started.run}\nGSD-Task: {task.number}"
    commit = git.commit(run.repository, f"{subject}\n\n{body}\n\n{trailers}\n", files)
    record_commit(run, task, commit, subject)


def record_commit(run: Carrying, task: Task, commit: str, subject: str) -> None:
    """Journal a task's commit, and judge again if a hook altered what was judged."""
    changed = run.state.tasks[task.number].changed
    assert changed is not None
    files = (*changed.added, *changed.modified, *changed.deleted)
    tree = git.tree_of(run.repository, commit)
    run.add(
        Committed(
            part="task", commit=commit, tree=tree, files=files, subject=subject, task=task.number
        )
    )
    altered = [
        change.path
        for change in git.differences(run.repository, changed.tree, tree)
        if change.path in files
    ]
    if altered:
        here = git.snapshot(run.repository, ())
        outcome, reason = judge_task(run, task, here, ())
        ended = run.state.tasks[task.number].ended
        assert ended is not None
        told = f"a commit hook altered {', '.join(altered)}; judged again: {reason}"
        run.add(replace(ended, outcome=outcome, reason=told, tree=here))


_VERBS = {
    "add": "feat", "build": "feat", "create": "feat", "implement": "feat", "introduce": "feat",
    "fix": "fix", "repair": "fix", "resolve": "fix", "correct": "fix",
    "document": "docs", "describe": "docs", "refactor": "refactor", "rename": "refactor",
    "extract": "refactor", "test": "test", "verify": "test", "optimize": "perf",
}  # fmt: skip


def task_subject(run: Carrying, task: Task) -> str:
    """Return a commit's first line: `type(phase-plan): task`, as GSD writes them."""
    plan = run.state.plan
    name = re.sub(r"^Task\s+[\w.]+\s*[:.—-]\s*", "", task.name).strip() or f"task {task.number}"
    verb = name.split()[0].lower().strip(":,")
    default = "fix" if plan.frontmatter.get("gap_closure") else "feat"
    kind = "test" if task.attributes.get("tdd") == "true" else _VERBS.get(verb, default)
    return f"{kind}({scope_of(plan.phase, plan.number)}): {name[0].lower()}{name[1:]}"


def scope_of(phase: str, number: str) -> str:
    """Return what GSD puts in a commit's parentheses: the phase's number and the plan's."""
    found = re.match(r"(?:[A-Z][A-Z0-9_]*-)?(\d+[A-Z]?(?:\.\d+)*)", phase)
    return f"{found[1] if found else phase}-{number}"
