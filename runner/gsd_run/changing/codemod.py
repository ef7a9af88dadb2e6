"""`codemod`: a named transformation of the code base, with options of its own."""

from collections.abc import Callable
from typing import TypeVar

from gsd_run.changing.codemods import registry
from gsd_run.changing.failure import StepFailure
from gsd_run.changing.options import option_mistakes
from gsd_run.changing.places import contained
from gsd_run.domain.change import Facts, StepResult
from gsd_run.domain.plan import Task
from gsd_run.domain.run_file import Step
from gsd_run.outside.project import Project

T = TypeVar("T")


def check(step: Step) -> list[str]:
    """List mistakes: an unknown codemod, one that can't be used, or options it does not have."""
    try:
        found = registry.find(step.subject)
    except StepFailure as failure:
        return [str(failure)]
    if found is None:
        known = ", ".join(registry.names())
        return [f"codemod: there is no codemod '{step.subject}' (known: {known})"]
    mistakes = option_mistakes(f"codemod {step.subject}", step.options, found.OPTIONS)
    if mistakes:
        return mistakes
    try:
        wants(step)
        may_touch(step)
    except StepFailure as failure:
        return [str(failure)]
    return []


def may_touch(step: Step) -> tuple[str, ...]:
    """Return the paths and patterns of what the codemod can change."""
    asked = registry.named(step.subject).may_touch
    return _paths(step, "may_touch", _its(step, lambda: asked(step.options)))


def wants(step: Step) -> tuple[str, ...]:
    """Return the paths whose base text the codemod needs."""
    asked = registry.named(step.subject).wants
    return _paths(step, "wants", _its(step, lambda: asked(step.options)))


def plan(step: Step, task: Task | None, project: Project, facts: Facts) -> StepResult:
    """Apply the codemod."""
    del task
    apply = registry.named(step.subject).apply
    result: object = _its(step, lambda: apply(step.options, project, facts))
    if not isinstance(result, StepResult):
        raise StepFailure(f"{_called(step)}: apply() returned no StepResult, but {result!r}")
    for edit in result.edits:
        contained(project, edit.path)
    return result


def _its(step: Step, asked: Callable[[], T]) -> T:
    """Return what the codemod answers; an error in foreign code is told as the fault of that."""
    if not registry.giver(step.subject):
        return asked()
    try:
        return asked()
    except StepFailure:
        raise
    except (Exception, SystemExit) as error:
        at = error.__traceback__
        while at is not None and at.tb_next is not None:
            at = at.tb_next
        place = f" ({at.tb_frame.f_code.co_filename}:{at.tb_lineno})" if at else ""
        raise StepFailure(f"{_called(step)}: {type(error).__name__}: {error}{place}") from error


def _paths(step: Step, function: str, given: object) -> tuple[str, ...]:
    if isinstance(given, tuple | list) and all(isinstance(path, str) for path in given):
        return tuple(given)
    raise StepFailure(f"{_called(step)}: {function}() returned no tuple of paths, but {given!r}")


def _called(step: Step) -> str:
    giver = registry.giver(step.subject)
    return f"codemod {step.subject}" + (f" of {giver}" if giver else "")
