"""A plan's text as a Plan: everything that can be understood, and a warning for what can't."""

import hashlib
import re
from pathlib import PurePosixPath

from msgspec import Struct

from gsd_run.domain.errors import PlanError
from gsd_run.domain.plan import Finding, MustHaves, Plan, Task, Text
from gsd_run.reading.fields import (
    dependencies_of,
    every,
    field_name,
    number_of,
    strings_of,
    text_of,
    the,
    truth_of,
)
from gsd_run.reading.frontmatter import Frontmatter, read_frontmatter
from gsd_run.reading.headings import sections_by_heading, tasks_by_heading
from gsd_run.reading.items import items_of
from gsd_run.reading.must_haves import read_must_haves
from gsd_run.reading.notes import Notes
from gsd_run.reading.tags import Element, scan
from gsd_run.reading.tasks import read_tasks
from gsd_run.reading.yaml_nodes import Mapping, Pair, plain_mapping

_SUMMARY = re.compile(r"""(?:^|[\s`'"(<@])([^\s`'"()<>@]*SUMMARY\.md)\b""")
_REFERENCE = re.compile(r"(?:^|(?<=[\s`(,;-]))@(?=[\w.~/$\\])[^\s`,;()]*[^\s`,;().:]")


def read_plan(text: str | bytes, path: str) -> Plan:
    """Read a plan; `path` is its file, relative to the project root.

    Raises:
        PlanError: the text is not UTF-8, or has neither frontmatter nor tasks; with every
            other finding about it.

    """
    content = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    lines = _decoded(content, path).split("\n")
    notes = Notes(path)
    frontmatter = read_frontmatter(lines, notes)
    body = "\n".join(lines[frontmatter.body :])
    first_line = frontmatter.body + 1
    elements = scan(body, first_line, notes)
    tasks = read_tasks(elements, notes) or tasks_by_heading(body, first_line, notes)
    if not tasks and frontmatter.mapping is None:
        notes.add(1, "no plan: neither frontmatter (--- lines) nor tasks (<task>) are in it")
        raise PlanError(notes.in_order())
    if not tasks:
        notes.add(frontmatter.line, "no tasks found; write each as <task>…</task>")
    sections = _sections(elements, body, first_line)
    return _assembled(
        _Parts(frontmatter=frontmatter, sections=sections, tasks=tasks),
        path=path,
        sha256=hashlib.sha256(content).hexdigest(),
        notes=notes,
    )


def obstacles(plan: Plan) -> tuple[Finding, ...]:
    """Return what keeps a plan that could be read from being carried out, all of it."""
    notes = Notes(plan.path)
    if not plan.tasks:
        notes.add(1, "no tasks: nothing to carry out")
    for task in plan.tasks:
        if task.type.startswith("checkpoint"):
            continue
        if task.action is None and not task.verify and not task.parts:
            notes.add(task.line, f"task {task.number} has neither <action> nor <verify>")
    return notes.in_order()


class _Parts(Struct, frozen=True, kw_only=True):
    frontmatter: Frontmatter
    sections: dict[str, tuple[Text, ...]]
    tasks: tuple[Task, ...]


def _decoded(content: bytes, path: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"not UTF-8 (byte 0x{content[error.start]:02x}); save the file as UTF-8"
        raise PlanError([Finding(path=path, line=line, message=message)]) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _sections(
    elements: tuple[Element, ...], body: str, first_line: int
) -> dict[str, tuple[Text, ...]]:
    """Return the sections by name, in order; a `<tasks>` never closed may hold later ones."""
    found: dict[str, list[Text]] = {}
    for element in elements:
        inner = element.children if element.name == "tasks" else (element,)
        for section in inner:
            if section.name not in ("tasks", "task", "feature") and section.inner.text:
                found.setdefault(section.name, []).append(section.inner)
    by_heading = sections_by_heading(body, first_line)
    return {**by_heading, **{name: tuple(texts) for name, texts in found.items()}}


def _assembled(parts: _Parts, *, path: str, sha256: str, notes: Notes) -> Plan:
    mapping = parts.frontmatter.mapping or Mapping((), 1)
    sections = parts.sections
    plan_id, phase, number = names_by_path(path)
    output = _first(sections, "output")
    summary_path = _summary_path(output, notes)
    _note_repeated(mapping, notes)
    return Plan(
        id=plan_id,
        path=path,
        sha256=sha256,
        phase=text_of(the(mapping, "phase", notes), notes, "phase") or phase,
        number=text_of(the(mapping, "plan", notes), notes, "plan") or number,
        type=text_of(the(mapping, "type", notes), notes, "type") or "execute",
        wave=number_of(the(mapping, "wave", notes), notes, "wave"),
        depends_on=tuple(
            entry
            for pair in every(mapping, "depends_on", notes)
            for entry in dependencies_of(pair.value, notes)
        ),
        files_modified=tuple(
            name
            for pair in every(mapping, "files_modified", notes)
            for name in strings_of(pair.value, notes, "files_modified")
        ),
        autonomous=truth_of(the(mapping, "autonomous", notes), notes, "autonomous", default=True),
        must_haves=_must_haves(mapping, notes),
        frontmatter=plain_mapping(mapping),
        objective=_first(sections, "objective") or _first(sections, "goal"),
        context=tuple(ref for text in sections.get("context", ()) for ref in _references(text)),
        tasks=parts.tasks,
        verification=_items(sections, "verification"),
        criteria=_items(sections, "success_criteria"),
        output=output,
        summary_path=summary_path,
        sections=sections,
        warnings=notes.in_order(),
    )


_ONCE = ("phase", "plan", "type", "wave", "autonomous")
_ADDING_UP = ("depends_on", "files_modified", "must_haves")


def _note_repeated(mapping: Mapping, notes: Notes) -> None:
    for name in dict.fromkeys(field_name(pair.key) for pair in mapping.pairs):
        if name not in _ONCE and name not in _ADDING_UP:
            the(mapping, name, notes)


def _must_haves(mapping: Mapping, notes: Notes) -> MustHaves:
    pairs = every(mapping, "must_haves", notes)
    nested = {"truths", "artifacts", "key_links"}
    stray = [pair for pair in mapping.pairs if field_name(pair.key) in nested]
    if not stray:
        return read_must_haves(pairs, notes)
    notes.add(stray[0].line, f"{stray[0].key} belongs under must_haves; read as if it stood there")
    outer = Mapping(tuple(stray), stray[0].line)
    from_stray = read_must_haves([Pair("must_haves", outer, stray[0].line)], notes)
    own = read_must_haves(pairs, notes)
    return MustHaves(
        truths=own.truths + from_stray.truths,
        artifacts=own.artifacts + from_stray.artifacts,
        key_links=own.key_links + from_stray.key_links,
    )


def _first(sections: dict[str, tuple[Text, ...]], name: str) -> Text | None:
    return next(iter(sections.get(name, ())), None)


def _items(sections: dict[str, tuple[Text, ...]], name: str) -> tuple[Text, ...]:
    return tuple(item for text in sections.get(name, ()) for item in items_of(text))


def _references(text: Text) -> list[Text]:
    return [
        Text(match[0], text.line + offset)
        for offset, line in enumerate(text.text.split("\n"))
        for match in _REFERENCE.finditer(line)
    ]


def _summary_path(output: Text | None, notes: Notes) -> str | None:
    """Return the path that the output asks for; a placeholder in it is no path."""
    for match in _SUMMARY.finditer(output.text if output else ""):
        path = match[1]
        if not re.search(r"[{}\[\]<>*]", path):
            return path
        line = output.line + output.text.count("\n", 0, match.start(1)) if output else 1
        notes.add(line, f"{path} holds a placeholder; the summary goes beside the plan")
    return None


def names_by_path(path: str) -> tuple[str, str, str]:
    """Return (id, phase, number) as a plan's path tells them, for what its text leaves out."""
    file = PurePosixPath(path)
    stem = re.sub(r"\.md$", "", file.name, flags=re.IGNORECASE)
    plan_id = re.sub(r"-?PLAN$", "", stem, flags=re.IGNORECASE) or file.parent.name or stem
    phase = file.parent.name
    token = re.match(r"(?:[A-Z][A-Z0-9_]*-)?(?:v\d[\d.]*-)?\d+[A-Za-z]?(?:\.\d+)*", phase)
    number = plan_id
    for prefix in (phase, token[0] if token else ""):
        if prefix and plan_id.startswith(prefix + "-"):
            number = plan_id[len(prefix) + 1 :]
            break
    return plan_id, phase, number
