"""What a plan's body says outside of everything that is read: never left out silently."""

import re
from collections.abc import Iterable

from gsd_run.domain import lazy
from gsd_run.domain.plan import Task
from gsd_run.reading.codes import Code
from gsd_run.reading.heading_lines import Heading, headings_of, task_label
from gsd_run.reading.masks import fence_pairs
from gsd_run.reading.notes import Notes
from gsd_run.reading.tags import Element
from gsd_run.reading.tasks import outside_of_tasks
from gsd_run.reading.tokens import Lines
from gsd_run.reading.vocabulary import TASK_NAMES

_MAY_NAME_TASK = lazy.pattern(
    rf"^#{{1,6}}[ \t]+\W{{0,10}}(?:{'|'.join(sorted(TASK_NAMES | {'checkpoint'}))})",
    re.MULTILINE | re.IGNORECASE,
)
_SECOND = lazy.pattern(
    r"^---[ \t]*\n(?:(?:phase|plan|type|wave|depends_on)[ \t]*:[^\n]*\n){2}", re.MULTILINE
)
_WORDS = TASK_NAMES | {"checkpoint"}  # a step below a heading is often one of a task's own


def note_left_out(
    elements: tuple[Element, ...], tasks: tuple[Task, ...], body: str, line: int, notes: Notes
) -> None:
    """Note tasks under headings beside tasks in tags, and a second frontmatter in the body.

    `line` is that of the body's first line.
    """
    if not _MAY_NAME_TASK.search(body) and not _SECOND.search(body):
        return
    lines = Lines(body, line)
    spans = [(element.line, element.last) for element in outside_of_tasks(elements)]
    _note_headings(body, lines, spans, tasks, notes)
    for match in _SECOND.finditer(body):
        place = lines.at(match.start())
        if not _is_within(place, spans) and not _is_fenced(match.start(), body):
            said = "a second frontmatter; only the first is read, with the tasks of both"
            notes.add(place, said, Code.SECOND_FRONTMATTER)


def _note_headings(
    body: str,
    lines: Lines,
    spans: list[tuple[int, int]],
    tasks: tuple[Task, ...],
    notes: Notes,
) -> None:
    headings = headings_of(body, fence_pairs(body))
    numbers = {str(task.number) for task in tasks}
    for task in tasks:
        label = task_label(task.name)
        numbers |= {label.number.lstrip("0")} if label and label.number else set()
    starts = [task.line for task in tasks]
    for i, heading in enumerate(headings):
        label = task_label(heading.title)
        if label is None or label.word not in _WORDS or label.number.lstrip("0") in numbers:
            continue
        first = lines.at(heading.start)
        end = _end(headings, i, len(body))
        has_task = any(first <= start <= lines.at(end) for start in starts)
        if not has_task and body[heading.end : end].strip() and not _is_within(first, spans):
            said = f"{heading.title!r} stands outside of <task>; it is not carried out"
            notes.add(first, said, Code.TASK_LEFT_OUT)


def _end(headings: list[Heading], i: int, end: int) -> int:
    level = headings[i].level
    return next((below.start for below in headings[i + 1 :] if below.level <= level), end)


def _is_within(line: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(first <= line <= last for first, last in spans)


def _is_fenced(position: int, body: str) -> bool:
    return any(
        pair.opening.start < position < (pair.closing.end if pair.closing else len(body))
        for pair in fence_pairs(body)
    )
