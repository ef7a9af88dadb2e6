"""Steps made: each planned on the tree as it is, journalled, then written, each file whole."""

import os
import time

from msgspec.structs import replace

from gsd_run.changing.steps import plan_step, wants
from gsd_run.domain.change import Edit, Facts, StepResult, bytes_of, unified_diff
from gsd_run.domain.errors import Refusal
from gsd_run.domain.event import AttemptStarted, Deviation, FileState, StepPlanned, TaskOutcome
from gsd_run.domain.plan import Task
from gsd_run.domain.run_file import Step
from gsd_run.outside import git
from gsd_run.outside.git_settings import put_settings_back, settings_of
from gsd_run.outside.project_files import delete_within, write_within
from gsd_run.running.attempts.figures import figures
from gsd_run.running.attempts.scoping import files_of, planned, scoped
from gsd_run.running.attempts.settling import failed, judge_and_commit, ways_on
from gsd_run.running.carrying import Carrying


def make_steps(
    run: Carrying, task: Task, started: AttemptStarted, steps: tuple[Step, ...]
) -> TaskOutcome:
    """Carry an attempt's steps out, then judge and commit what they made.

    Raises:
        Refusal: somebody else changed files while the steps were at work.
    """
    begun = time.monotonic()
    head, settings = git.head(run.repository), settings_of(run.repository)
    for number, step in enumerate(steps, 1):
        result = plan_step(step, task, run.project, _facts(run, step))
        reset = put_settings_back(run.repository, settings) if step.kind == "command" else ()
        told = f"the command changed {', '.join(reset)}, git's own; put back" if reset else ""
        failure = told or result.failure or _in_the_way(run, started, result)
        if failure:
            return failed(run, started, f"step {number}: {failure}", begun)
        if started.executor == "literal":
            # What nobody wrote as a step is shown before it is done.
            run.watcher.said("".join(unified_diff(edit) for edit in result.edits).rstrip("\n"))
        _write(run, started, number, step.kind, result)
    if git.head(run.repository) != head:
        return failed(run, started, "the change moved HEAD; only the run commits", begun)
    return _scope_steps(run, task, begun)


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
        try:
            if edit.after is None:
                delete_within(run.project.root, edit.path)
            else:
                content = bytes_of(edit.after)
                write_within(run.project.root, edit.path, content, executable=edit.executable)
        except OSError as error:
            raise Refusal(
                f"{edit.path} can't be written: {error.strerror}; mend that and `gsd-run resume`"
            ) from error


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
