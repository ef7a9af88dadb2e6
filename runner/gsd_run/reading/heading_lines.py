"""Markdown headings: where they stand, what they are about, and which of them name a task."""

import re

from msgspec import Struct

from gsd_run.domain import lazy
from gsd_run.reading.masks import FencePair
from gsd_run.reading.vocabulary import HEADINGS, TASK_SIGNS, TASK_WORDS

_HEADING = lazy.pattern(r"^[ ]{0,3}(#{1,6})[ \t]+(\S.*)$", re.MULTILINE)
_TASK = lazy.pattern(
    rf"[^\w\n]{{0,20}}((?:{'|'.join(TASK_WORDS)})(?=[\s#])|{'|'.join(TASK_SIGNS)})[\s#]{{0,5}}"
    r"([\w.-]{1,40})(?![\w.-])\s{0,20}(?:[:.)\]\uff1a、\u2014\u2013-]{1,5}\s{0,20}|\s|$)(.*)",
    re.IGNORECASE,
)
_BEFORE_WORDS = lazy.pattern(r"^[\W\d_]{0,20}")
_IN_BRACKETS = lazy.pattern(r"[(\[][^()\[\]]{0,200}[)\]]$")
_NO_NAME = lazy.pattern(
    r"\W{0,20}(?:tasks?|steps?|wave|phase|plan|part)\b\W{0,20}[\w.]{0,20}\W{0,20}$", re.IGNORECASE
)
_CHECKPOINT = lazy.pattern(r"[^\w\n]{0,20}checkpoint\b", re.IGNORECASE)
FARTHEST = 4  # lines between a task and a heading that names it
LEAST_LEVEL = 3  # a heading above this level may be the plan's own


class Heading(Struct, frozen=True):
    """A heading: its level from 1, its title, and its line from start to end in the text."""

    level: int
    title: str
    start: int
    end: int


class TaskLabel(Struct, frozen=True):
    """What a heading says of its task: task or step (in the plan's language), number, name."""

    word: str
    number: str
    name: str


def headings_of(text: str, fences: list[FencePair]) -> list[Heading]:
    """Return the headings of a text outside of its fences."""
    if "#" not in text:
        return []
    fenced = [
        (pair.opening.start, pair.closing.end)
        for pair in fences
        if pair.closing is not None and pair.depth == 0
    ]
    found = []
    i = 0
    for match in _HEADING.finditer(text):
        while i < len(fenced) and fenced[i][1] < match.start():
            i += 1
        if i < len(fenced) and fenced[i][0] < match.start():
            continue
        found.append(Heading(len(match[1]), _title(match[2]), match.start(), match.end()))
    return found


def _title(text: str) -> str:
    """Return a heading's text without the signs that may close it."""
    title = text.rstrip()
    open_end = title.rstrip("#")
    return open_end.rstrip() if open_end != title and open_end[-1:] in (" ", "\t") else title


def task_label(title: str) -> TaskLabel | None:
    """Return what a heading such as `Task 2: Build` says of its task; None for other headings."""
    match = _TASK.match(title)
    if match is not None and any(sign.isdigit() for sign in match[2]):
        return TaskLabel(match[1].lower(), match[2].rstrip(".-"), match[3].strip() or title)
    return TaskLabel("checkpoint", "", title) if _CHECKPOINT.match(title) else None


def section_name(title: str) -> str | None:
    """Return GSD's name of the section that a heading opens, if it is one of GSD's."""
    plain = _IN_BRACKETS.sub("", title.strip(" :*_")).strip(" :*_").lower()
    return HEADINGS.get(plain) or HEADINGS.get(_BEFORE_WORDS.sub("", plain))


def task_heading_above(lines: list[str], line: int) -> str:
    """Return the title of a heading right above a task's line, where it can only be the task's."""
    for number in range(line - 1, max(line - 1 - FARTHEST, 0), -1):
        above = lines[number - 1]
        if not above.strip():
            continue
        match = _HEADING.match(above)
        if match is None:
            return ""
        title = _title(match[2])
        if task_label(title) or (len(match[1]) >= LEAST_LEVEL and not _NO_NAME.match(title)):
            return title
        return ""
    return ""
