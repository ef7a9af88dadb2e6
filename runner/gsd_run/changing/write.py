"""`write`: a whole file, from a block of the plan or a given text."""

from gsd_run.changing import options
from gsd_run.changing.block_text import SOURCE_OPTIONS, figure_names, source_text
from gsd_run.changing.options import Option
from gsd_run.changing.places import Content, contained, content_at, edit_of
from gsd_run.domain.change import Applied, Facts, StepResult
from gsd_run.domain.plan import Task
from gsd_run.domain.run_file import Step
from gsd_run.outside.project import Project

OPTIONS = {
    "path": Option("text", required=True),
    **SOURCE_OPTIONS,
    "executable": Option("flag"),
}


def check(step: Step) -> list[str]:
    """List mistakes in the options."""
    mistakes = options.option_mistakes("write", step.options, OPTIONS)
    return mistakes + options.one_of("write", step.options, ("text", "block"))


def may_touch(step: Step) -> tuple[str, ...]:
    """Return the file that is written."""
    return (str(step.options["path"]),)


def figures_of(step: Step) -> tuple[str, ...]:
    """Return the figures that the text takes in."""
    return figure_names(step.options)


def plan(step: Step, task: Task | None, project: Project, facts: Facts) -> StepResult:
    """Write the text as the whole file; nothing happens when the file holds it already."""
    path = contained(project, step.options["path"])
    source = source_text("write", step.options, task, facts)
    before = content_at(project, path)
    program = before.executable if before else False
    if "executable" in step.options:
        program = options.flag(step.options, "executable")
    after = Content(source.text, program)
    if before == after:
        return StepResult(deviations=source.deviations)
    done = "written anew" if before is None else "written over"
    return StepResult(
        edits=(edit_of(path, before, after),),
        applied=(Applied(rule="write", path=path, line=1, message=f"{done} from {source.name}"),),
        deviations=source.deviations,
    )
