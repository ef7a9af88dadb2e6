"""Tasks from the elements of a plan."""

import re

from gsd_run.domain.plan import Task, Text
from gsd_run.reading.items import code_blocks, file_names, items_of
from gsd_run.reading.notes import Notes
from gsd_run.reading.tags import Element

# What carries the work where a plan has no <action>, in the order of preference.
_ACTIONS = ("action", "implementation", "instructions", "description")
_NAMES = ("name", "title")
_OWN = frozenset(("name", "title", "files", "action", "verify", "acceptance_criteria", "done"))


def read_tasks(elements: tuple[Element, ...], notes: Notes) -> tuple[Task, ...]:
    """Return the tasks, numbered from 1 in their order; a TDD plan's features are tasks too."""
    found = [
        task
        for element in elements
        for task in (element.children if element.name == "tasks" else (element,))
        if task.name in ("task", "feature")
    ]
    return tuple(_task(element, number, notes) for number, element in enumerate(found, 1))


def _task(element: Element, number: int, notes: Notes) -> Task:
    parts: dict[str, list[Text]] = {}
    for child in element.children:
        parts.setdefault(child.name, []).append(child.inner)
    default = "tdd" if element.name == "feature" else "auto"
    action = _action(element, parts)
    files = tuple(
        dict.fromkeys(name for text in parts.get("files", ()) for name in file_names(text))
    )
    return Task(
        number=number,
        name=_name(element, parts, number, notes),
        line=element.line,
        type=element.attributes.get("type") or _said(parts, "type") or default,
        files=files,
        action=action,
        blocks=code_blocks(action),
        verify=_verify(parts),
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
    )


def _action(element: Element, parts: dict[str, list[Text]]) -> Text | None:
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
    text = first.text
    for other in others:
        gap = other.line - first.line - text.count("\n")
        text += "\n" * max(gap, 1) + other.text
    return Text(text, first.line)


def _name(element: Element, parts: dict[str, list[Text]], number: int, notes: Notes) -> str:
    for key in _NAMES:
        if said := _said(parts, key) or element.attributes.get(key, ""):
            return said
    heading = re.match(
        r"\s*(?:#{1,6}\s+|\*\*)(.+?)(?:\*\*)?:?\s*$", element.inner.text, re.MULTILINE
    )
    if heading and element.inner.text.startswith(heading[0]):
        return heading[1].strip()
    if said := element.attributes.get("id", ""):
        return said
    if not element.attributes.get("type", "").startswith("checkpoint"):
        notes.add(element.line, f"task {number} has no <name>")
    return f"Task {number}"


def _verify(parts: dict[str, list[Text]]) -> tuple[Text, ...]:
    for name in ("verify", "verification"):
        given = tuple(text for text in parts.get(name, ()) if text.text)
        if given:
            return given
    # <automated> on its own says what it says inside of <verify>
    return tuple(
        Text(f"<automated>{text.text}</automated>", text.line)
        for text in parts.get("automated", ())
        if text.text
    )


def _said(parts: dict[str, list[Text]], name: str) -> str:
    return next((" ".join(text.text.split()) for text in parts.get(name, ()) if text.text), "")
