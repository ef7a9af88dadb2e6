"""One attempt at one task: look before, change, scope, judge, commit."""

import os
import time
from collections.abc import Sequence

from msgspec.structs import replace

from gsd_run.changing.steps import plan_step, wants
from gsd_run.domain.change import Edit, Facts, StepResult
from gsd_run.domain.claim import Verdict
from gsd_run.domain.errors import Refusal, Waiting
from gsd_run.domain.event import (
    AttemptStarted,
    Changed,
    Deviation,
    FileState,
    StepPlanned,
    TaskEnded,
    TaskOutcome,
)
from gsd_run.domain.plan import Task
from gsd_run.domain.run_file import Step
from gsd_run.outside import git
from gsd_run.running.carrying import Carrying
from gsd_run.running.committing import commit_task
from gsd_run.running.figures import figures
from gsd_run.running.journal import write_durably
from gsd_run.running.judging import judge_claims, look_before
from gsd_run.running.scoping import files_of, new_files, planned, scoped, undeclared_deletions


def attempt(run: Carrying, task: Task) -> TaskOutcome:
    """Carry one task out on the tree as it is; commit it unless it failed.

    Raises:
        Waiting: nothing says how to make the change, so a person has to.
        Refusal: somebody else changed files while the steps were at work.
    """
    _look_before(run, task)
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
        failure = result.failure or _in_the_way(run, started, result)
        if failure:
            return _failed(run, started, f"step {number}: {failure}", begun)
        _write(run, started, number, step.kind, result)
    if git.head(run.repository) != head:
        return _failed(run, started, "the change moved HEAD; only the run commits", begun)
    return _scope_steps(run, task, begun)


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


def _how_to_change(run: Carrying, task: Task) -> str:
    plan = run.state.plan
    run_file = plan.path.removesuffix("-PLAN.md") + "-RUN.yaml"
    return (
        f"task {task.number} ({task.name}) waits for you: nothing says how to make its change.\n"
        f"Either edit the files by hand ({', '.join(task.files) or 'the plan names none'}) and "
        f"type `gsd-run resume`, or write the steps under `changes: {task.number}:` in {run_file}"
    )


def _facts(run: Carrying, step: Step) -> Facts:
    base = run.state.started.base
    return Facts(
        figures=figures(run.state),
        base_texts={path: git.text_at(run.repository, base, path) for path in wants(step)},
    )


def _in_the_way(run: Carrying, started: AttemptStarted, result: StepResult) -> str:
    """Say which files of the user a step would write over, that no commit could bring back."""
    if not result.edits:
        return ""
    made = {
        file.path
        for record in run.journal.records
        if isinstance(record.event, StepPlanned)
        for file in record.event.files
        if file.before is None
    }
    theirs = {*started.untracked, *run.state.started.untracked}
    held = [
        edit.path
        for edit in result.edits
        if edit.before is not None and edit.path not in made
        if edit.path in theirs or not git.is_tracked(run.repository, edit.path)
    ]
    dirty = [edit.path for edit in result.edits if edit.path in run.state.started.dirty]
    told = []
    if held:
        told.append(
            f"would write over {', '.join(held)}, which git does not track; commit the file, or "
            "move it away"
        )
    if dirty:
        told.append(
            f"would write over your uncommitted changes in {', '.join(dirty)}; commit or stash "
            "them and start a new run with --fresh"
        )
    return "; ".join(told)


def _write(
    run: Carrying, started: AttemptStarted, number: int, kind: str, result: StepResult
) -> None:
    """Journal what a step will write, then write it, each file whole."""
    edits = [_through_links(run, edit) for edit in result.edits]
    run.add(
        StepPlanned(
            task=started.task,
            attempt=started.attempt,
            step=number,
            kind=kind,
            files=tuple(_file_state(run, edit) for edit in edits),
            applied=result.applied,
            undecided=result.undecided,
            deviations=result.deviations,
        )
    )
    for edit in edits:
        place = run.project.root / edit.path
        if edit.after is None:
            place.unlink(missing_ok=True)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            write_durably(place, edit.after.encode())


def _through_links(run: Carrying, edit: Edit) -> Edit:
    """Name the file that is written by its own path: a link stays a link to it."""
    root = run.project.root
    real = os.path.realpath(root / edit.path)
    if edit.after is None or real == os.path.join(os.path.realpath(root), edit.path):  # noqa: PTH118
        return edit
    return replace(edit, path=os.path.relpath(real, os.path.realpath(root)))


def _file_state(run: Carrying, edit: Edit) -> FileState:
    def blob(text: str | None) -> str | None:
        return None if text is None else git.blob_of(run.repository, text)

    return FileState(path=edit.path, before=blob(edit.before), after=blob(edit.after))


def _scope_steps(run: Carrying, task: Task, begun: float) -> TaskOutcome:
    """Scope what the steps did; what they did not plan is somebody else's work."""
    wrote = planned(run.state.tasks[task.number])
    untracked = git.untracked_files(run.repository)
    changed = scoped(run, task, [path for path in untracked if path in wrote], ())
    if foreign := [path for path in files_of(changed) if path not in wrote]:
        raise Refusal(ways_on(foreign, "while the run made its change"))
    unseen = tuple(sorted(path for path in wrote if git.is_ignored(run.repository, path)))
    if unseen:
        told = Deviation(
            kind="change",
            where=f"task {task.number}",
            what=f"{', '.join(unseen)} written, but not committed",
            reason="git ignores it",
        )
        changed = replace(changed, unseen=unseen, deviations=(*changed.deviations, told))
    run.add(changed)
    return judge_and_commit(run, task, changed, begun)


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
    begun = time.monotonic()
    changed = scoped(run, task, new, mends)
    run.add(changed)
    return judge_and_commit(run, task, changed, begun)


def judge_and_commit(run: Carrying, task: Task, changed: Changed, begun: float) -> TaskOutcome:
    """Judge the task's claims on its change, and commit that unless one is REFUTED."""
    started = run.state.tasks[task.number].started
    assert started is not None
    if undeclared := undeclared_deletions(run, changed):
        reason = f"deletes {', '.join(undeclared)}, which the plan does not declare"
        return _failed(run, started, reason, begun)
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
    return _joined(judge_claims(run, claims, tree, "task", untracked))


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
    tree = git.snapshot(run.repository, new_files(run, started))
    run.add(_ended(run, started, "FAILED", reason, tree, begun))
    return "FAILED"
