"""`codemod`: a named transformation of the code base, with options of its own."""

from gsd_run.changing.codemods import registry
from gsd_run.changing.options import option_mistakes
from gsd_run.domain.change import Facts, StepResult
from gsd_run.domain.plan import Task
from gsd_run.domain.run_file import Step
from gsd_run.outside.project import Project


def check(step: Step) -> list[str]:
    """List mistakes: an unknown codemod, or options that it does not have."""
    found = registry.find(step.subject)
    if found is None:
        known = ", ".join(registry.names())
        return [f"codemod: there is no codemod '{step.subject}' (known: {known})"]
    return option_mistakes(f"codemod {step.subject}", step.options, found.OPTIONS)


def may_touch(step: Step) -> tuple[str, ...]:
    """Return the paths and patterns of what the codemod can change."""
    return registry.named(step.subject).may_touch(step.options)


def wants(step: Step) -> tuple[str, ...]:
    """Return the paths whose base text the codemod needs."""
    return registry.named(step.subject).wants(step.options)


def plan(step: Step, task: Task | None, project: Project, facts: Facts) -> StepResult:
    """Apply the codemod."""
    del task
    return registry.named(step.subject).apply(step.options, project, facts)
