"""Plans written as Markdown: tasks and sections from headings instead of tags."""

import re
from collections.abc import Iterator
from itertools import takewhile

from msgspec import Struct

from gsd_run.domain.plan import Task, Text
from gsd_run.reading.items import code_blocks, file_names, items_of
from gsd_run.reading.masks import fence_pairs
from gsd_run.reading.notes import Notes
from gsd_run.reading.tags import Element, Lines, scan, trimmed

_HEADING = re.compile(r"^(#{1,6})[ \t]+(.+?)[ \t]*#*$", re.MULTILINE)
_TASK = re.compile(
    r"(?:[^\w\n]*)(?:Task|Step)\s+([\w.-]*\d[\w.-]*)\s*(?:[:.)\u2014\u2013-]+\s*|\s|$)(.*)",
    re.IGNORECASE,
)
_TASK_SECTION = re.compile(
    r"(?:implementation |execution )?(?:tasks?|steps|changes|checklist)(?: (?:list|breakdown))?",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^\W*\d{1,3}(?:[.:)](?!\d)|\s*[\u2014\u2013-])\s*")
_CHECKBOX = re.compile(r"^[-*][ \t]+\[[ xX]?\][ \t]+(.+)$", re.MULTILINE)
_NUMBER_ITEM = re.compile(r"^\d{1,3}[.)][ \t]+(.+)$", re.MULTILINE)
_BULLET = re.compile(r"^[-*][ \t]+(.+)$", re.MULTILINE)
_LABEL = re.compile(
    r"^[ \t]*(?:[-*][ \t]+)?\*\*(files?|action|verify|verification|done|done when|"
    r"acceptance criteria|acceptance|read first|what|changes|steps)"
    r"(?:\s*\([^)\n]*\))?\s*:?\*\*:?[ \t]*",
    re.IGNORECASE | re.MULTILINE,
)
_SECTIONS = {
    "objective": "objective",
    "goal": "objective",
    "description": "objective",
    "context": "context",
    "verification": "verification",
    "verify": "verification",
    "success criteria": "success_criteria",
    "acceptance criteria": "success_criteria",
    "done when": "success_criteria",
    "output": "output",
}

_SECTION_HEADING = re.compile(
    rf"^#{{1,6}}[ \t]+\W*(?:{'|'.join(_SECTIONS)})\W*$", re.IGNORECASE | re.MULTILINE
)


class _Heading(Struct, frozen=True):
    level: int
    title: str
    start: int
    end: int


def tasks_by_heading(body: str, first_line: int, notes: Notes) -> tuple[Task, ...]:
    """Return tasks from `### Task N` headings, else from the checkboxes of a Tasks section."""
    headings = _headings(body)
    lines = Lines(body, first_line)
    tasks: list[Task] = []
    for i, heading in enumerate(headings):
        match = _TASK.match(heading.title)
        if not match:
            continue
        end = _section_end(headings, i, len(body))
        line = lines.at(heading.start)
        inner = trimmed(body[heading.end : end], lines.at(heading.end))
        tasks.append(_task(match[2].strip() or heading.title, line, inner, len(tasks) + 1))
    if not tasks:
        tasks = _listed_tasks(body, lines, headings)
    if tasks:
        notes.add(tasks[0].line, "the tasks are headings or checkboxes; GSD writes them as <task>")
    return tuple(tasks)


def sections_by_heading(body: str, first_line: int) -> dict[str, tuple[Text, ...]]:
    """Return the sections that stand under headings of the same names as GSD's elements."""
    found: dict[str, list[Text]] = {}
    headings = _headings(body) if _SECTION_HEADING.search(body) else []
    lines = Lines(body, first_line) if headings else None
    for i, heading in enumerate(headings):
        name = _SECTIONS.get(heading.title.strip(" :*").lower())
        if name is None or lines is None:
            continue
        end = _section_end(headings, i, len(body))
        text = trimmed(body[heading.end : end], lines.at(heading.end))
        if text.text and not re.match(r"\s*</?[a-z]", text.text):
            found.setdefault(name, []).append(text)
    return {name: tuple(texts) for name, texts in found.items()}


def _headings(body: str) -> list[_Heading]:
    fenced = [
        (pair.opening.start, pair.closing.end)
        for pair in fence_pairs(body)
        if pair.closing is not None and pair.depth == 0
    ]
    found = []
    i = 0
    for match in _HEADING.finditer(body):
        while i < len(fenced) and fenced[i][1] < match.start():
            i += 1
        if i < len(fenced) and fenced[i][0] < match.start():
            continue
        found.append(_Heading(len(match[1]), match[2], match.start(), match.end()))
    return found


def _section_end(headings: list[_Heading], i: int, end: int) -> int:
    for heading in _after(headings, i):
        if heading.level <= headings[i].level or _TASK.match(heading.title):
            return heading.start
    return end


def _task(name: str, line: int, inner: Text, number: int) -> Task:
    parts = _labelled(inner)
    quiet = Notes("")
    for element in scan(inner.text, inner.line, quiet):
        _take(element, parts)
    action = next((parts[key][0] for key in ("action", "changes", "steps") if key in parts), inner)
    verify = parts.get("verify", []) + parts.get("verification", [])
    done = parts.get("done", []) + parts.get("done when", [])
    criteria = parts.get("acceptance criteria", []) + parts.get("acceptance", [])
    names = [text for key in ("file", "files") for text in parts.get(key, [])]
    if re.fullmatch(r"(?i)(create|edit|modify|update|delete|add)\W*", action.text):
        action = inner
    return Task(
        number=number,
        name=name.strip("*` "),
        line=line,
        files=tuple(dict.fromkeys(file for text in names for file in file_names(text))),
        action=action if action.text else None,
        blocks=code_blocks(action),
        verify=tuple(text for text in verify if text.text),
        acceptance=tuple(item for text in criteria for item in items_of(text)),
        done=tuple(text for text in done if text.text),
    )


def _labelled(inner: Text) -> dict[str, list[Text]]:
    """Return the texts after labels such as **Files:**, each up to the next label."""
    parts: dict[str, list[Text]] = {}
    matches = list(_LABEL.finditer(inner.text))
    lines = Lines(inner.text, inner.line)
    for i, match in enumerate(matches):
        end = matches[i + 1].start() if i + 1 < len(matches) else len(inner.text)
        text = trimmed(inner.text[match.end() : end], lines.at(match.end()))
        if match[1].lower() in ("file", "files"):  # a list, or one line: the text goes on below
            text = Text(re.split(r"\n[ \t]*\n", text.text, maxsplit=1)[0], text.line)
        parts.setdefault(match[1].lower(), []).append(text)
    return parts


def _take(element: Element, parts: dict[str, list[Text]]) -> None:
    name = {"acceptance_criteria": "acceptance criteria", "description": "action"}.get(
        element.name, element.name
    )
    if name in ("files", "action", "verify", "done", "acceptance criteria"):
        parts[name] = [element.inner]


def _listed_tasks(body: str, lines: Lines, headings: list[_Heading]) -> list[Task]:
    """Return tasks from a section named Tasks or Steps: its sub-headings, or its list."""
    for i, heading in enumerate(headings):
        if not _TASK_SECTION.fullmatch(heading.title.strip(" :*")):
            continue
        end = _level_end(headings, i, len(body))
        inner = _directly_below(headings, i)
        spans = [(h.start, h.title, h.end) for h in inner if _NUMBERED.match(h.title)]
        for pattern in () if spans else (_CHECKBOX, _NUMBER_ITEM, _BULLET):
            marks = pattern.finditer(body, heading.end, end)
            spans = spans or [(mark.start(), mark[1], mark.start(1)) for mark in marks]
        ends = [start for start, _, _ in spans[1:]] + [end]
        tasks = []
        for number, ((start, title, after), stop) in enumerate(zip(spans, ends, strict=False), 1):
            name = _NUMBERED.sub("", title)
            inner_text = trimmed(body[after:stop], lines.at(after))
            tasks.append(_task(name, lines.at(start), inner_text, number))
        if tasks:
            return tasks
    return []


def _level_end(headings: list[_Heading], i: int, end: int) -> int:
    level = headings[i].level
    return next((h.start for h in _after(headings, i) if h.level <= level), end)


def _directly_below(headings: list[_Heading], i: int) -> list[_Heading]:
    level = headings[i].level
    inside = takewhile(lambda heading: heading.level > level, _after(headings, i))
    return [heading for heading in inside if heading.level == level + 1]


def _after(headings: list[_Heading], i: int) -> Iterator[_Heading]:
    return (headings[j] for j in range(i + 1, len(headings)))
