"""Plans written as Markdown: tasks and sections from headings and lists instead of tags."""

import re
from bisect import bisect_left
from itertools import takewhile

from msgspec.structs import replace

from gsd_run.domain import lazy
from gsd_run.domain.plan import Task, Text
from gsd_run.reading.checkpoints import checkpoint_of
from gsd_run.reading.codes import Code
from gsd_run.reading.heading_lines import Heading, headings_of, section_name, task_label
from gsd_run.reading.items import code_blocks, items_of, named_files
from gsd_run.reading.masks import fence_pairs
from gsd_run.reading.notes import Notes
from gsd_run.reading.tags import scan, trimmed
from gsd_run.reading.tokens import Lines
from gsd_run.reading.vocabulary import LABELS, TASK_NAMES

_TASK_SECTION = lazy.pattern(
    r"(?:implementation |execution |proposed )?(?:tasks?|steps|changes|checklist)"
    r"(?: (?:list|breakdown))?",
    re.IGNORECASE,
)
_FILE_CHANGE = lazy.pattern(
    r"\W{0,10}\[?(NEW|MODIFY|DELETE|CREATE|UPDATE|REMOVE)\]\s{0,5}(?:\[([^\]\n]+)\]|(\S.*))"
)
_NUMBERED = lazy.pattern(r"^\W{0,20}\d{1,3}(?:[.:)](?!\d)|\s{0,5}[\u2014\u2013-])\s{0,5}")
_CHECKBOX = lazy.pattern(r"^[-*+][ \t]+\[[ xX~]?\][ \t]+(\S.*)$", re.MULTILINE)
_NUMBER_ITEM = lazy.pattern(r"^\d{1,3}[.)][ \t]+(\S.*)$", re.MULTILINE)
_LABELLED_LINE = lazy.pattern(
    r"^[ \t]*(?:(?:[-*+]|\d{1,3}[.)])[ \t]+(?:\[[ xX~]?\][ \t]+)?(?:\*\*|__)?|\*\*|__)"
    r"(\w[^\n:\uff1a]{0,30}[\w]+[ \t]*[:\uff1a][^\n]*)$",
    re.MULTILINE,
)
_BULLET = lazy.pattern(r"^[-*+][ \t]+(\S.*)$", re.MULTILINE)
# These count without any marks, too.
_PLAIN_LABELS = "|".join(
    ("files?", "action", "verify", "verification", "done(?: when)?", "acceptance criteria", *LABELS)
)
_LABELS = (
    "name|files?|action|verify|verification|test|done|done when|acceptance criteria|acceptance|"
    "success criteria|read first|what|changes|steps|type|gate|what built|how to verify|"
    "resume signal|decision|options|context|instructions|"
) + "|".join(LABELS)
_LABEL = lazy.pattern(
    rf"^[ \t]*(?:[-*+][ \t]+)?(?:(?:\*\*|__)({_LABELS})(?:\s{{0,5}}\([^)\n]{{0,200}}\))?"
    r"\s{0,5}[:\uff1a]?(?:\*\*|__)[:\uff1a]?|"
    rf"({_PLAIN_LABELS})(?::(?=\s)|\uff1a)[ \t]*[|>]?)[ \t]*",
    re.IGNORECASE | re.MULTILINE,
)
# Labels, and tags inside of a headed task, by the element that they stand for.
_MEANT = {
    "file": "files", "changes": "action", "steps": "action", "verification": "verify",
    "test": "verify", "done when": "done", "acceptance criteria": "acceptance_criteria",
    "acceptance": "acceptance_criteria", "success criteria": "acceptance_criteria",
    "read first": "read_first", "what built": "what-built", "how to verify": "how-to-verify",
    "resume signal": "resume-signal", "description": "action",
}  # fmt: skip
_OWN = frozenset(("files", "action", "verify", "acceptance_criteria", "done", "type", "gate"))
_CHECKPOINT_WORD = lazy.pattern(r"checkpoint:[\w-]+|\bcheckpoint\b", re.IGNORECASE)
_ONLY_KIND = lazy.pattern(r"(?:create|edit|modify|update|delete|add)\W{0,5}", re.IGNORECASE)

Parts = dict[str, list[Text]]


def tasks_by_heading(body: str, first_line: int, notes: Notes) -> tuple[Task, ...]:
    """Return tasks from `### Task N` headings, else from lines such as `**Task N: …**`.

    Else they are what a Tasks section lists, or the headings such as `[NEW] a.py`.
    """
    headings = headings_of(body, fence_pairs(body))
    lines = Lines(body, first_line)
    tasks = _headed_tasks(body, lines, headings)
    tasks = tasks or _labelled_lines(body, lines, headings)
    tasks = tasks or _listed_tasks(body, lines, headings) or _file_changes(body, lines, headings)
    if tasks:
        said = "the tasks are headings or checkboxes; GSD writes them as <task>"
        notes.add(tasks[0].line, said, Code.TASKS_WITHOUT_TAGS)
    return tuple(tasks)


def sections_by_heading(body: str, first_line: int) -> dict[str, tuple[Text, ...]]:
    """Return the sections that stand under headings of the same names as GSD's elements."""
    found: dict[str, list[Text]] = {}
    headings = headings_of(body, fence_pairs(body))
    lines = Lines(body, first_line) if headings else None
    tasks = [heading.start for heading in headings if task_label(heading.title)]
    for i, heading in enumerate(headings):
        name = section_name(heading.title)
        if name is None or lines is None:
            continue
        task = bisect_left(tasks, heading.end)
        end = min(_level_end(headings, i, len(body)), *tasks[task : task + 1], len(body))
        text = trimmed(body[heading.end : end], lines.at(heading.end))
        if text.text and not re.match(r"[ \t]*</?[a-z]", text.text):
            found.setdefault(name, []).append(text)
    return {name: tuple(texts) for name, texts in found.items()}


def _headed_tasks(body: str, lines: Lines, headings: list[Heading]) -> list[Task]:
    """Return the tasks of headings; steps and sub-tasks below a task belong to it."""
    own = [i for i, heading in enumerate(headings) if task_label(heading.title)]
    tops: list[int] = []
    for i in own:
        if not tops or not _is_inside(headings, i, tops[-1]):
            tops.append(i)
    tasks: list[Task] = []
    for place, i in enumerate(tops):
        heading, label = headings[i], task_label(headings[i].title)
        end = _level_end(headings, i, len(body))
        if place + 1 < len(tops):
            end = min(end, headings[tops[place + 1]].start)
        inner = trimmed(body[heading.end : end], lines.at(heading.end))
        name = label.name if label else heading.title
        tasks.append(_task(name, lines.at(heading.start), inner, len(tasks) + 1))
    return tasks


def _is_inside(headings: list[Heading], i: int, top: int) -> bool:
    """Tell whether a task's heading is that of a step or part of the task above it."""
    label, above = task_label(headings[i].title), task_label(headings[top].title)
    if label is None or above is None or headings[i].level <= headings[top].level:
        return False
    part = label.number.startswith(above.number) and label.number[len(above.number) :][:1] in (
        ".", "-", *"abcdefgh",
    )  # fmt: skip
    return label.word != above.word or part


def _task(name: str, line: int, inner: Text, number: int) -> Task:
    parts = labelled_parts(inner)
    action = next(iter(parts.get("action", ())), inner)
    if _ONLY_KIND.fullmatch(action.text):
        action = inner
    files = {file: at for text in parts.get("files", ()) for file, at in named_files(text)}
    type_ = _type(name, parts)
    return Task(
        number=number,
        name=_unmarked(name),
        line=line,
        type=type_,
        files=tuple(files),
        action=action if action.text else None,
        blocks=code_blocks(action),
        verify=tuple(text for text in parts.get("verify", ()) if text.text),
        acceptance=tuple(
            item for text in parts.get("acceptance_criteria", ()) for item in items_of(text)
        ),
        done=tuple(text for text in parts.get("done", ()) if text.text),
        parts={
            name: given
            for name, texts in parts.items()
            if name not in _OWN and (given := tuple(text for text in texts if text.text))
        },
        checkpoint=checkpoint_of(type_, _word(parts, "gate"), parts),
        lines={
            **{name: texts[0].line for name, texts in parts.items()},
            **{f"files.{i}": at for i, at in enumerate(files.values(), 1)},
        },
    )


def labelled_parts(inner: Text) -> Parts:
    """Return the texts after labels such as **Files:**, each up to the next label, and of tags."""
    parts: Parts = {}
    matches = _labels_in(inner.text)
    lines = Lines(inner.text, inner.line) if matches else None
    for i, match in enumerate(matches):
        end = matches[i + 1].start() if i + 1 < len(matches) else len(inner.text)
        assert lines is not None
        text = trimmed(inner.text[match.end() : end], lines.at(match.end()))
        label = " ".join((match[1] or match[2]).lower().split())
        name = _MEANT.get(label) or LABELS.get(label, label)
        beside = match[2] and name != "action" and inner.text[match.end() : end][:1] != "\n"
        if beside and name == "files":  # the text goes on below
            text = Text(text.text.split("\n", 1)[0], text.line)
        elif beside or name in ("name", "files", "type", "gate"):
            text = Text(re.split(r"\n[ \t]*\n", text.text, maxsplit=1)[0], text.line)
        parts.setdefault(name, []).append(text)
    if "</" in inner.text:
        tagged: Parts = {}
        for element in scan(inner.text, inner.line, Notes("")):
            tagged.setdefault(_MEANT.get(element.name, element.name), []).append(element.inner)
        parts |= tagged
    return parts


def _labels_in(text: str) -> list[re.Match[str]]:
    """Return the labels of a text; `- Verify: a.py` in a list below `Files:` is an item of it."""
    found: list[re.Match[str]] = []
    for match in _LABEL.finditer(text):
        above = found[-1] if found else None
        in_files = above is not None and not above[0].lstrip().startswith(("- ", "+ ", "* "))
        if above is not None and in_files and match[2] and match[0].lstrip()[:1] in "-+*":
            label = (above[1] or above[2]).lower()
            is_files = label.startswith("file") or LABELS.get(label) == "files"
            if is_files and "\n\n" not in text[above.end() : match.start()]:
                continue
        found.append(match)
    return found


def _type(name: str, parts: Parts) -> str:
    said = _word(parts, "type").strip("`*")
    word = _CHECKPOINT_WORD.search(name)
    return said or (word[0].lower() if word else "auto")


def _word(parts: Parts, name: str) -> str:
    words = next((text.text.split() for text in parts.get(name, ()) if text.text), [])
    return words[0] if words else ""


def _unmarked(name: str) -> str:
    """Return a name without the signs of Markdown that it is set in."""
    plain = name.replace("**", "").strip(" *:")
    whole = plain.startswith("`") and plain.endswith("`") and plain.count("`") == 2  # noqa: PLR2004
    return plain.strip("`") if whole else plain


def _labelled_lines(body: str, lines: Lines, headings: list[Heading]) -> list[Task]:
    """Return tasks from lines `**Task 1: Build**` or `- [ ] Task 1: Build`, up to the next one."""
    fences = [(pair.opening.start, pair.closing) for pair in fence_pairs(body)]
    marks = [
        (mark, label)
        for mark in _LABELLED_LINE.finditer(body)
        if (label := task_label(mark[1])) is not None and label.word in TASK_NAMES
        if not any(
            start < mark.start() and (end is None or mark.start() < end.end)
            for start, end in fences
        )
    ]
    tasks: list[Task] = []
    if not marks or not marks[0][1].number.endswith("1"):
        return tasks  # a mention of one task, or an item among others
    for i, (mark, label) in enumerate(marks):
        stops = [*(heading.start for heading in headings), *(m.start() for m, _ in marks[i + 1 :])]
        end = min((stop for stop in stops if stop > mark.start()), default=len(body))
        inner = trimmed(body[mark.end() : end], lines.at(mark.end()))
        tasks.append(_task(label.name, lines.at(mark.start()), inner, len(tasks) + 1))
    return tasks


def _listed_tasks(body: str, lines: Lines, headings: list[Heading]) -> list[Task]:
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


def _file_changes(body: str, lines: Lines, headings: list[Heading]) -> list[Task]:
    """Return a task for each heading such as `[MODIFY] orders.py`, at the end of its text."""
    tasks: list[Task] = []
    for i, heading in enumerate(headings):
        match = _FILE_CHANGE.match(heading.title)
        if match is None:
            continue
        end = _level_end(headings, i, len(body))
        text = trimmed(body[heading.end : end], lines.at(heading.end))
        file = (match[2] or match[3]).strip("`* ")
        name = f"{match[1].capitalize()} {file}"
        path = re.match(r"`([^`\s]+/[^`\s]+)`[ \t]*(?:\n|$)", text.text)
        task = _task(name, lines.at(heading.start), text, len(tasks) + 1)
        tasks.append(_with_file(task, path[1] if path else file, lines.at(heading.start)))
    return tasks


def _with_file(task: Task, file: str, line: int) -> Task:
    if task.files:
        return task
    return replace(task, files=(file,), lines={**task.lines, "files.1": line})


def _level_end(headings: list[Heading], i: int, end: int) -> int:
    """Return where the section of a heading ends: at the next one that is as high or higher."""
    for j in range(i + 1, len(headings)):
        if headings[j].level <= headings[i].level:
            return headings[j].start
    return end


def _directly_below(headings: list[Heading], i: int) -> list[Heading]:
    level = headings[i].level
    below = (headings[j] for j in range(i + 1, len(headings)))
    inside = takewhile(lambda heading: heading.level > level, below)
    return [heading for heading in inside if heading.level == level + 1]
