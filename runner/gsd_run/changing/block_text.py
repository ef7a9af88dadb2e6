"""The text that a step puts into a file: a block of the plan or given, with measured figures."""

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from gsd_run.changing import options
from gsd_run.changing.failure import StepFailure
from gsd_run.changing.options import Option
from gsd_run.domain.change import Facts
from gsd_run.domain.plan import Task

SOURCE_OPTIONS: Mapping[str, Option] = {
    "block": Option("number"),
    "text": Option("text"),
    "figures": Option("pairs"),
}

FIGURE = re.compile(r"\{([^{}]+)\}")


class Source(Struct, frozen=True):
    """A text to put into a file, what it is called in messages, and where it departs from it."""

    text: str
    name: str
    deviations: tuple[str, ...] = ()


def figure_names(given: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names in braces of the option `figures`, in order."""
    values = given.get("figures", {}).values()
    return tuple(dict.fromkeys(name for value in values for name in FIGURE.findall(value)))


def source_text(name: str, given: Mapping[str, Any], task: Task | None, facts: Facts) -> Source:
    """Return the text that `block` or `text` names, with its figures replaced.

    Raises:
        StepFailure: no such block, an unknown figure, or a figure's text that is not there once.
    """
    if "text" in given:
        source = Source(str(given["text"]), f"the {name} step's text")
    else:
        source = _block(options.number(given, "block", 0), task)
    for old, template in given.get("figures", {}).items():
        source = _with_figure(source, old, template, facts)
    return source


def _block(number: int, task: Task | None) -> Source:
    if task is None:
        raise StepFailure(f"block {number} is asked for, but the step belongs to no task")
    if not 1 <= number <= len(task.blocks):
        held = f"{len(task.blocks)} code block{'' if len(task.blocks) == 1 else 's'}"
        lines = ", ".join(str(block.line) for block in task.blocks)
        at = f", at line {lines} of the plan" if lines else ""
        raise StepFailure(f"task {task.number} has no block {number}: it has {held}{at}")
    block = task.blocks[number - 1]
    called = f"block {number} of task {task.number} (line {block.line} of the plan)"
    return Source(block.code, called)


def _with_figure(source: Source, old: str, template: str, facts: Facts) -> Source:
    missing = [name for name in FIGURE.findall(template) if name not in facts.figures]
    if missing:
        known = ", ".join(sorted(facts.figures)) or "none"
        raise StepFailure(
            f"no figure called {' or '.join(missing)} has been measured (measured: {known})"
        )
    times = source.text.count(old)
    if times != 1:
        raise StepFailure(
            f"the figure's text {old!r} must stand exactly once in {source.name}, "
            f"but stands there {times} times"
        )
    new = FIGURE.sub(lambda match: facts.figures[match[1]], template)
    if new == old:
        return source
    said = f"{source.name} says {old}, measured: {new}"
    return Source(source.text.replace(old, new), source.name, (*source.deviations, said))
