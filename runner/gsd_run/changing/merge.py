"""`merge`: definitions of a code block put into a file by structure."""

import re
from collections.abc import Callable
from functools import partial

from gsd_run.changing import options
from gsd_run.changing.block_text import SOURCE_OPTIONS, figure_names, source_text
from gsd_run.changing.failure import StepFailure
from gsd_run.changing.grammar_shapes import SHAPES
from gsd_run.changing.options import Option
from gsd_run.changing.places import contained, text_of
from gsd_run.domain.change import Applied, Edit, Facts, StepResult
from gsd_run.domain.plan import Task
from gsd_run.domain.run_file import Step
from gsd_run.outside.grammars import language_of
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
    if isinstance(into, str) and language_of(into) not in {"python", *SHAPES}:
        known = ", ".join(sorted({"python", *SHAPES} - {"tsx"}))
        mistakes.append(
            f"merge: {into} can't be merged by structure, only files of these languages: {known}; "
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
    path = contained(project, step.options["into"])
    source = source_text("merge", step.options, task, facts)
    before = text_of(project, path)
    try:
        after, done = _merger(path)(
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


def _merger(path: str) -> Callable[..., tuple[str, list[tuple[str, str]]]]:
    """Return how texts are merged in the language of a file."""
    language = language_of(path)
    if language == "python":
        from gsd_run.changing.python_merge import merge_python  # noqa: PLC0415  libcst loads slowly

        return merge_python
    from gsd_run.changing.grammar_merge import merge_source  # noqa: PLC0415

    return partial(merge_source, language=language)


def _line(text: str, name: str) -> int:
    """Return the line on which a definition's name first stands as one, or else at all, or 1."""
    owner, _, last = name.rpartition(".")
    lines = text.splitlines()
    first = _line(text, owner) - 1 if owner else 0
    word = rf"(?<![\w$]){re.escape(last)}(?![\w$])"
    keyword = (
        r"\b(?:def|class|function|func|fn|fun|interface|type|struct|enum|const|let|var|impl)\b"
    )
    for pattern in (rf"^\s*(?!#|//|\*).*{keyword}.*{word}", rf"^\s*{word}", word):
        for at, line in enumerate(lines[first:], first + 1):
            if last and re.search(pattern, line):
                return at
    return first + 1
