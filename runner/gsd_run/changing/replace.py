"""`replace`: an exact text by another, as often as said."""

import re

from gsd_run.changing import options
from gsd_run.changing.failure import StepFailure
from gsd_run.changing.nearness import nearest
from gsd_run.changing.options import Option
from gsd_run.changing.places import contained, existing_text
from gsd_run.domain.change import Applied, Edit, Facts, StepResult
from gsd_run.domain.plan import Task
from gsd_run.domain.run_file import Step
from gsd_run.outside.project import Project

OPTIONS = {
    "in": Option("text", required=True),
    "old": Option("text", required=True),
    "new": Option("text", required=True),
    "count": Option("number"),
}


def check(step: Step) -> list[str]:
    """List mistakes in the options."""
    mistakes = options.option_mistakes("replace", step.options, OPTIONS)
    if step.options.get("old") == "":
        mistakes.append("replace: 'old' is empty; give the text that is to be replaced")
    return mistakes


def may_touch(step: Step) -> tuple[str, ...]:
    """Return the file that is changed."""
    return (str(step.options["in"]),)


def plan(step: Step, task: Task | None, project: Project, facts: Facts) -> StepResult:
    """Replace `old` by `new`; it must stand there exactly `count` times (once, unless told)."""
    del task, facts
    path = contained(project, step.options["in"])
    before = existing_text(project, path)
    old, new = _as_there(before, step.options["old"], step.options["new"])
    wanted = options.number(step.options, "count", 1)
    if _done_already(before, old, new, wanted):
        return StepResult()
    found = before.count(old)
    if found != wanted:
        raise StepFailure(_miss(path, before, old, found, wanted))
    return StepResult(
        edits=(Edit(path=path, before=before, after=before.replace(old, new)),),
        applied=tuple(
            Applied(rule="replace", path=path, line=line, message="replaced the given text")
            for line in _lines_of(before, old)
        ),
    )


def _as_there(text: str, old: str, new: str) -> tuple[str, str]:
    """Return the texts with the file's line ends: YAML has only line feeds."""
    if "\r\n" not in text or (old in text and "\n" in old):
        return old, new
    old, new = (one.replace("\r\n", "\n").replace("\n", "\r\n") for one in (old, new))
    return old, new


def _done_already(text: str, old: str, new: str, wanted: int) -> bool:
    """Tell whether the replacement has been made: `new` is there, and `old` only inside it.

    A `new` that is part of longer words was not put there, and an `old` that is there but for its
    white space is a near miss.
    """
    if not new or text.count(new) != wanted:
        return False
    rest = text.replace(new, "")
    if old in rest or _plain(old) in _plain(rest):
        return False
    start = r"(?<!\w)" if new[0].isalnum() else ""
    end = r"(?!\w)" if new[-1].isalnum() else ""
    return len(re.findall(f"{start}{re.escape(new)}{end}", text)) == wanted


def _plain(text: str) -> str:
    return " ".join(text.split())


def _lines_of(text: str, old: str) -> list[int]:
    lines, at = [], text.find(old)
    while at >= 0:
        lines.append(text.count("\n", 0, at) + 1)
        at = text.find(old, at + len(old))
    return lines


def _miss(path: str, text: str, old: str, found: int, wanted: int) -> str:
    if found:
        at = ", ".join(str(line) for line in _lines_of(text, old))
        return (
            f"{path}: the text to replace stands there {found} times (lines {at}), "
            f"not {wanted}. Give more of it, or count: {found}."
        )
    if "\r\n" in text:
        text, old = text.replace("\r\n", "\n"), old.replace("\r\n", "\n")
    shown = nearest(text, old)
    if shown:
        return f"{path}: the text to replace is not there. What comes closest:{shown}"
    first = next((line for line in old.splitlines() if line.strip()), old)
    return f"{path}: the text to replace is not there, nor anything like it: {first.strip()!r}"
