"""`merge`: definitions of a code block put into a file by structure."""

from pathlib import PurePosixPath

from gsd_run.changing import options
from gsd_run.changing.block_text import SOURCE_OPTIONS, figure_names, source_text
from gsd_run.changing.failure import StepFailure
from gsd_run.changing.options import Option
from gsd_run.changing.places import contained, text_of
from gsd_run.domain.change import Applied, Edit, Facts, StepResult
from gsd_run.domain.plan import Task
from gsd_run.domain.run_file import Step
from gsd_run.outside.project import Project

OPTIONS = {
    "into": Option("text", required=True),
    "class": Option("text"),
    "whole_classes": Option("flag"),
    "remove": Option("texts"),  # definitions of the file that the block makes pointless
    **SOURCE_OPTIONS,
}


def check(step: Step) -> list[str]:
    """List mistakes in the options."""
    mistakes = options.option_mistakes("merge", step.options, OPTIONS)
    mistakes += options.one_of("merge", step.options, ("text", "block"))
    into = step.options.get("into")
    if isinstance(into, str) and PurePosixPath(into).suffix not in {".py", ".pyi"}:
        mistakes.append(
            f"merge: {into} is no Python file, and only Python can be merged by structure; "
            "use replace, patch or write"
        )
    return mistakes


def may_touch(step: Step) -> tuple[str, ...]:
    """Return the file that is merged into."""
    return (str(step.options["into"]),)


def figures_of(step: Step) -> tuple[str, ...]:
    """Return the figures that the text takes in."""
    return figure_names(step.options)


def plan(step: Step, task: Task | None, project: Project, facts: Facts) -> StepResult:
    """Put every definition of the block into the file, replacing those of the same name."""
    from gsd_run.changing.python_merge import merge_python  # noqa: PLC0415  libcst loads slowly

    path = contained(project, step.options["into"])
    source = source_text("merge", step.options, task, facts)
    before = text_of(project, path)
    try:
        after, done = merge_python(
            before or "",
            source.text,
            into_class=step.options.get("class"),
            whole_classes=options.flag(step.options, "whole_classes"),
            remove=options.texts(step.options, "remove"),
        )
    except StepFailure as failure:
        raise StepFailure(f"{path}: merging {source.name}: {failure}") from failure
    if before == after:
        return StepResult(deviations=source.deviations)
    return StepResult(
        edits=(Edit(path=path, before=before, after=after),),
        applied=tuple(
            Applied(rule="merge", path=path, line=_line(after, name), message=message)
            for name, message in done
        ),
        deviations=source.deviations,
    )


def _line(text: str, name: str) -> int:
    """Return the line on which a definition's name first stands after its keyword, or 1."""
    last = name.rsplit(".", 1)[-1]
    starts = tuple(f"{word}{last}" for word in ("def ", "async def ", "class ", ""))
    for start in starts:
        for at, line in enumerate(text.splitlines(), 1):
            if last and line.strip().startswith(start):
                return at
    return 1
