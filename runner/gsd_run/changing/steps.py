"""Steps of a run file: what each would do to the files, as values; nothing here writes.

A new kind of step is a module with the functions of `Kind` and one line in KINDS.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from gsd_run.changing import codemod, command, merge, patch, replace, write
from gsd_run.changing.failure import StepFailure
from gsd_run.domain.change import Facts, StepResult
from gsd_run.domain.plan import Task
from gsd_run.domain.run_file import Step
from gsd_run.outside.project import Project


class Kind(NamedTuple):
    """What a kind of step can do.

    `check` lists mistakes in the options, `may_touch` the paths and patterns of files that the
    step can change, `wants` the paths whose base text it needs, `figures` the measured values.
    """

    check: Callable[[Step], list[str]]
    may_touch: Callable[[Step], tuple[str, ...]]
    plan: Callable[[Step, Task | None, Project, Facts], StepResult]
    wants: Callable[[Step], tuple[str, ...]] = lambda _: ()
    figures: Callable[[Step], tuple[str, ...]] = lambda _: ()


KINDS: Mapping[str, Kind] = {
    "merge": Kind(merge.check, merge.may_touch, merge.plan, figures=merge.figures_of),
    "replace": Kind(replace.check, replace.may_touch, replace.plan),
    "write": Kind(write.check, write.may_touch, write.plan, figures=write.figures_of),
    "patch": Kind(patch.check, patch.may_touch, patch.plan),
    "codemod": Kind(codemod.check, codemod.may_touch, codemod.plan, wants=codemod.wants),
    "command": Kind(command.check, command.may_touch, command.plan),
}


def check_step(step: Step) -> list[str]:
    """Return every mistake in a step's options, without looking at any file."""
    kind = KINDS.get(step.kind)
    if kind is None:
        return [f"unknown kind of step '{step.kind}' (known: {', '.join(KINDS)})"]
    return kind.check(step)


def may_touch(step: Step, task: Task | None = None) -> tuple[str, ...]:
    """Return the paths and patterns of the files that a step can change, as far as it is known.

    Takes a checked step. A codemod that follows the code to other files names patterns.
    """
    del task  # blocks decide what is written, never where
    return KINDS[step.kind].may_touch(step)


def wants(step: Step) -> tuple[str, ...]:
    """Return the paths whose text at the base commit a checked step needs in its Facts."""
    return KINDS[step.kind].wants(step)


def figures_wanted(step: Step) -> tuple[str, ...]:
    """Return the names of the measured figures that a checked step needs in its Facts."""
    return KINDS[step.kind].figures(step)


def plan_step(step: Step, task: Task | None, project: Project, facts: Facts) -> StepResult:
    """Return what a step would do to the project as it is on disk now; nothing is written.

    A mistake of the user never raises: the result carries it as `failure`.
    """
    mistakes = check_step(step)
    if mistakes:
        return StepResult(failure="\n".join(mistakes))
    try:
        return KINDS[step.kind].plan(step, task, project, facts)
    except StepFailure as failure:
        return StepResult(failure=str(failure))
