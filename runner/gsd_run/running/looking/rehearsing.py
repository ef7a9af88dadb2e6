"""A rehearsal: every step made on a private copy of the project, and every command only named.

Nothing of the project or its repository is written: no file, no journal, no lock, no ref.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.changing.borrowing import borrow_objects
from gsd_run.changing.copying import private_copy
from gsd_run.changing.failure import StepFailure
from gsd_run.changing.steps import figures_wanted, may_touch, plan_step, wants
from gsd_run.checking.compiling.adaptations import shown
from gsd_run.domain.change import Edit, Facts, StepResult, bytes_of, unified_diff
from gsd_run.domain.claim import Claim, ScriptCheck, TestedCheck
from gsd_run.domain.errors import Refusal
from gsd_run.domain.plan import Plan, Task
from gsd_run.domain.rehearsal import (
    Executor,
    FileDiff,
    Rehearsal,
    RehearsedScript,
    RehearsedStep,
    RehearsedTask,
)
from gsd_run.domain.run_file import RunFile, Step
from gsd_run.outside import git
from gsd_run.outside.git import Repository
from gsd_run.outside.project import Project
from gsd_run.running.attempts.checkpoints import is_checkpoint
from gsd_run.running.beginning.preparing import Prepared

Spelt = Callable[[Task, Project], tuple[Step, ...]]


class Stage(Struct, frozen=True, kw_only=True):
    """Where steps are rehearsed: the copy, and what git says of the original's files.

    `held` are the files that the copy began with, `untracked` those that git does not track.
    """

    copy: Project
    repository: Repository
    held: Collection[str]
    untracked: Collection[str]


def rehearse(
    ready: Prepared,
    project: Project,
    repository: Repository,
    tasks: Sequence[int] | None = None,
    *,
    otherwise: Mapping[int, Executor] | Executor = "hand",
    literal: Spelt | None = None,
) -> Rehearsal:
    """Return what carrying the plan out would do, task by task; `tasks` leaves out all others.

    A task with steps in the run file goes by them. For any other, `literal` is asked which steps
    the plan itself spells out, given the task and the copy as it is then; what has none is done
    by `otherwise`, one for all or by the task's number. The change of an agent or of a person
    can't be rehearsed, so later steps see the files without it. A step that fails ends nothing
    here: the ones after it are rehearsed on the files as they are.

    Raises:
        Refusal: the files of the project can't be listed or copied.
    """
    plan, run_file = ready.read.plan, ready.read.run_file
    wanted = [task for task in plan.tasks if tasks is None or task.number in tasks]
    try:
        with private_copy(project) as (copy, held):
            borrow_objects(project, copy.root)
            stage = Stage(
                copy=copy,
                repository=repository,
                held=held,
                untracked=frozenset(git.untracked_files(repository)),
            )
            rehearsed = [
                _task(task, ready, stage, otherwise=otherwise, literal=literal) for task in wanted
            ]
    except (StepFailure, OSError) as error:
        raise Refusal(f"the project can't be copied to rehearse on it: {error}") from error
    return Rehearsal(
        plan=plan.path,
        run_file=run_file.path if run_file else "",
        deviations=ready.read.deviations,
        tasks=tuple(rehearsed),
        scripts=() if tasks is not None else _scripts(_of_no_task(plan, ready.read.claims)),
    )


def _task(
    task: Task,
    ready: Prepared,
    stage: Stage,
    *,
    otherwise: Mapping[int, Executor] | Executor,
    literal: Spelt | None,
) -> RehearsedTask:
    executor, steps = _executor(task, ready.read.run_file, stage, otherwise, literal)
    claims = [claim for claim in ready.read.claims if claim.task == task.number]
    return RehearsedTask(
        number=task.number,
        name=task.title,
        line=task.line,
        executor=executor,
        files=task.files,
        steps=tuple(_step(number, step, task, stage) for number, step in enumerate(steps, 1)),
        scripts=_scripts(claims),
    )


def _executor(
    task: Task,
    run_file: RunFile | None,
    stage: Stage,
    otherwise: Mapping[int, Executor] | Executor,
    literal: Spelt | None,
) -> tuple[Executor, tuple[Step, ...]]:
    """Return who makes a task's change, and the steps of it that are known."""
    if is_checkpoint(task):
        return "person", ()
    if run_file is not None and task.number in run_file.changes:
        return "steps", run_file.changes[task.number]
    spelt = literal(task, stage.copy) if literal is not None else ()
    if spelt:
        return "literal", spelt
    if isinstance(otherwise, str):
        return otherwise, ()
    return otherwise.get(task.number, "hand"), ()


def _step(number: int, step: Step, task: Task, stage: Stage) -> RehearsedStep:
    names = figures_wanted(step)
    told = RehearsedStep(
        number=number,
        kind=step.kind,
        subject=step.subject if step.kind == "codemod" else "",
        line=step.line,
        may_touch=may_touch(step, task),
        figures=names,
    )
    if step.kind == "command":
        return replace(told, command=str(step.options.get("run", step.subject)))
    head = git.head(stage.repository)
    facts = Facts(
        figures={name: f"{{{name}}}" for name in names},
        base_texts={path: git.text_at(stage.repository, head, path) for path in wants(step)},
    )
    result = plan_step(step, task, stage.copy, facts)
    failure = result.failure or _in_the_way(result, stage)
    if failure:
        return replace(told, failure=_clean(failure, stage))
    for edit in result.edits:
        _write(stage.copy.root, edit)
    return replace(
        told,
        files=tuple(FileDiff(path=one.path, diff=unified_diff(one)) for one in result.edits),
        applied=result.applied,
        undecided=result.undecided,
        deviations=tuple(_clean(one, stage) for one in result.deviations),
    )


def _clean(text: str, stage: Stage) -> str:
    """Name the copy's places as the project's."""
    here = str(stage.copy.root)
    return text.replace(f"{here}/", "").replace(here, ".")


def _in_the_way(result: StepResult, stage: Stage) -> str:
    """Say which files a step would write over that no commit could bring back, as a run does."""
    theirs = [
        edit.path
        for edit in result.edits
        if edit.before is not None and edit.path in stage.held and edit.path in stage.untracked
    ]
    if not theirs:
        return ""
    return (
        f"would write over {', '.join(theirs)}, which git does not track; commit the file, or "
        "move it away"
    )


def _write(root: Path, edit: Edit) -> None:
    place = root / edit.path
    if edit.after is None:
        place.unlink(missing_ok=True)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(bytes_of(edit.after))
    if edit.executable is not None:
        place.chmod(0o755 if edit.executable else 0o644)


def _of_no_task(plan: Plan, claims: Sequence[Claim]) -> list[Claim]:
    numbers = {task.number for task in plan.tasks}
    return [claim for claim in claims if claim.task not in numbers]


def _scripts(claims: Sequence[Claim]) -> tuple[RehearsedScript, ...]:
    """Return the scripts that judging these claims runs, each claim's own once."""
    found: dict[tuple[str, str], RehearsedScript] = {}
    for claim in claims:
        for part in claim.parts:
            if not isinstance(part.check, ScriptCheck | TestedCheck):
                continue
            supplied = isinstance(part.check, ScriptCheck) and part.check.supplied
            for source in part.check.sources:
                # The commands of another claim are measured once and shown with that.
                if source.claim == claim.id:
                    key = (claim.id, source.script)
                    found.setdefault(key, RehearsedScript(
                        claim=claim.id, line=claim.line, script=shown(source.script),
                        supplied=supplied,
                    ))  # fmt: skip
    return tuple(found.values())
