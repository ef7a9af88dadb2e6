"""Tasks from the elements of a plan."""

import re

from gsd_run.domain import lazy
from gsd_run.domain.plan import Task, Text
from gsd_run.reading.checkpoints import checkpoint_kind, checkpoint_of, human_checks_of
from gsd_run.reading.codes import Code
from gsd_run.reading.entities import undone
from gsd_run.reading.heading_lines import task_heading_above
from gsd_run.reading.headings import labelled_parts
from gsd_run.reading.inside import inside_of
from gsd_run.reading.items import code_blocks, items_of, named_files, without_comments
from gsd_run.reading.notes import Notes
from gsd_run.reading.tags import Element
from gsd_run.reading.vocabulary import TASKS

# What carries the work where a plan has no <action>, in the order of preference.
_ACTIONS = ("action", "implementation", "instructions", "description")
_NAMES = ("name", "title")
# What also stands in the attributes of a task, where nobody gave it an element.
_AS_ATTRIBUTES = ("action", "verify", "acceptance_criteria", "done", "behavior", "read_first")
_OWN = frozenset(("name", "title", "files", "action", "verify", "acceptance_criteria", "done"))
_HEADING = lazy.pattern(r"\s*(?:#{1,6}[ \t]+|\*\*)(.+?)(?:\*\*)?:?[ \t]*$", re.MULTILINE)
LONGEST_NAME = 120  # characters of a description that can stand for a name

Parts = dict[str, list[Text]]


def read_tasks(elements: tuple[Element, ...], lines: list[str], notes: Notes) -> tuple[Task, ...]:
    """Return the tasks, numbered from 1 in their order; features are tasks of a plan without any.

    `lines` are the plan's, for the names of tasks that stand above them as headings.
    """
    inner = outside_of_tasks(elements)
    has_tasks = any(element.name == "task" for element in inner)
    found = [
        element
        for element in inner
        if element.name in TASKS and not (has_tasks and element.name == "feature")
    ]
    return tuple(_task(element, i, lines, notes) for i, element in enumerate(found, 1))


def outside_of_tasks(elements: tuple[Element, ...]) -> list[Element]:
    """Return tasks and sections in their order; `<tasks>` that is never closed may hold both."""
    return [
        inner
        for element in elements
        for inner in (element.children if element.name == "tasks" else (element,))
    ]


def _task(element: Element, number: int, above: list[str], notes: Notes) -> Task:
    parts: Parts = {}
    lines = {f"@{name}": line for name, line in element.lines.items()}
    for child in element.children:
        parts.setdefault(child.name, []).append(child.inner)
        lines.setdefault(child.name, child.line)
    for name in _AS_ATTRIBUTES if element.attributes else ():
        if name in element.attributes and name not in parts:
            parts[name] = [Text(element.attributes[name], element.lines.get(name, element.line))]
    if not element.children and (labelled := labelled_parts(element.inner)):
        parts = labelled | parts
        lines = {name: texts[0].line for name, texts in labelled.items()} | lines
    given = parts.get("files") or [Text(element.attributes.get("files", ""), element.line)]
    files = {name: line for text in given for name, line in named_files(text)}
    lines |= {f"files.{i}": line for i, line in enumerate(files.values(), 1)}
    action = _action(element, parts)
    verify = _verify(parts)
    type_ = _type(element, parts)
    return Task(
        number=number,
        name=_name(element, parts, number, above, notes),
        line=element.line,
        type=type_,
        files=tuple(files),
        action=action,
        blocks=code_blocks(action),
        verify=verify,
        acceptance=tuple(
            item for text in parts.get("acceptance_criteria", ()) for item in items_of(text)
        ),
        done=tuple(text for text in parts.get("done", ()) if text.text),
        attributes=element.attributes,
        parts={
            name: tuple(texts)
            for name, texts in parts.items()
            if name not in _OWN and any(text.text for text in texts)
        },
        checkpoint=checkpoint_of(type_, element.attributes.get("gate", ""), parts),
        fails_when=tuple(
            fails for text in (*verify, *_bare(parts)) for fails in inside_of(text, "fails_when")
        ),
        human_checks=human_checks_of((*verify, *_bare(parts))),
        rating=_rating(element),
        lines=lines,
    )


def _type(element: Element, parts: Parts) -> str:
    said = element.attributes.get("type") or _said(parts, "type")
    if element.name == "checkpoint":
        kind = checkpoint_kind(said) if said else ""
        return f"checkpoint:{kind or said}" if said else "checkpoint"
    return said or ("tdd" if element.name == "feature" else "auto")


def _rating(element: Element) -> str:
    rated = next((child for child in element.children if child.name == "reversibility"), None)
    if rated is None:
        return element.attributes.get("reversibility", "")
    words = rated.inner.text.split()
    return (rated.attributes.get("rating") or (words[0].strip(".,:;") if words else "")).lower()


def _bare(parts: Parts) -> list[Text]:
    """Return what belongs into <verify> and stands beside it, as it would stand in it."""
    return [
        Text(f"<{name}>{text.text}</{name}>", text.line)
        for name in ("fails_when", "human-check")
        for text in parts.get(name, ())
    ]


def _action(element: Element, parts: Parts) -> Text | None:
    for name in _ACTIONS:
        texts = [text for text in parts.get(name, ()) if text.text]
        if texts:
            return _together(texts)
    if element.children or not element.inner.text:
        return None
    return element.inner


def _together(texts: list[Text]) -> Text:
    """Return several texts as one in which every line keeps its number."""
    first, *others = texts
    pieces = [first.text]
    line = first.line + first.text.count("\n")
    for other in others:
        gap = max(other.line - line, 1)
        pieces.append("\n" * gap + other.text)
        line += gap + other.text.count("\n")
    return Text("".join(pieces), first.line)


def _name(element: Element, parts: Parts, number: int, above: list[str], notes: Notes) -> str:
    for key in _NAMES:
        if said := _said(parts, key) or element.attributes.get(key, ""):
            return said
    inside = _HEADING.match(element.inner.text)
    if inside:
        return inside[1].strip()
    if heading := task_heading_above(above, element.line):
        return heading
    described = _said(parts, "description")
    if described and len(described) <= LONGEST_NAME and _said(parts, "action"):
        return described
    if said := element.attributes.get("id", ""):
        return said
    if checkpoint_kind(_type(element, parts)) is None:
        notes.add(element.line, f"task {number} has no <name>", Code.TASK_WITHOUT_NAME)
    return f"Task {number}"


def _verify(parts: Parts) -> tuple[Text, ...]:
    for name in ("verify", "verification", "test"):
        given = tuple(text for text in parts.get(name, ()) if text.text)
        if given:
            return given
    # <automated> on its own says what it says inside of <verify>
    return tuple(
        Text(f"<automated>{text.text}</automated>", text.line)
        for text in parts.get("automated", ())
        if text.text
    )


def _said(parts: Parts, name: str) -> str:
    plain = (without_comments(text.text) for text in parts.get(name, ()))
    words = (" ".join(text.split()) for text in plain if text.strip())
    return undone(next(words, ""))
