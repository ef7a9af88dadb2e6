"""A plan's text as a Plan: everything that can be understood, and a warning for what can't."""

import hashlib
import re

from msgspec import Struct

from gsd_run.domain import lazy
from gsd_run.domain.errors import PlanError
from gsd_run.domain.plan import Finding, Plan, Task, Text
from gsd_run.reading.codes import Code
from gsd_run.reading.fields import (
    dependencies_of,
    every,
    lines_of,
    number_of,
    strings_of,
    text_of,
    the,
    truth_of,
)
from gsd_run.reading.frontmatter import Frontmatter, must_haves_of, note_repeated, read_frontmatter
from gsd_run.reading.frontmatter_tasks import tasks_in_frontmatter
from gsd_run.reading.headings import tasks_by_heading
from gsd_run.reading.items import items_of
from gsd_run.reading.left_out import note_left_out
from gsd_run.reading.notes import Notes
from gsd_run.reading.plan_files import decoded, names_by_path
from gsd_run.reading.sections import (
    Sections,
    allowances_in,
    labelled,
    read_sections,
    references_in,
    summary_path,
)
from gsd_run.reading.tags import scan
from gsd_run.reading.tasks import read_tasks
from gsd_run.reading.yaml_nodes import Mapping, plain_mapping

MOST_BYTES = 2 * 1024 * 1024  # of a plan; large ones have some 200 KB
MOST_TASKS = 1000
_HEADING = lazy.pattern(r"^#{1,6}[ \t]", re.MULTILINE)


def read_plan(text: str | bytes, path: str) -> Plan:
    """Read a plan; `path` is its file, relative to the project root.

    Raises:
        PlanError: the text can't be decoded, or nothing in it is a part of a plan; with every
            other finding about it.

    """
    content = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    notes = Notes(path)
    _refuse_too_much(content, notes)
    lines = decoded(content, notes).split("\n")
    frontmatter = read_frontmatter(lines, notes)
    body = "\n".join(lines[frontmatter.body :])
    first_line = frontmatter.body + 1
    elements = scan(body, first_line, notes)
    by_tag = read_tasks(elements, lines, notes)
    if by_tag:
        note_left_out(elements, by_tag, body, first_line, notes)
    tasks = (
        by_tag
        or tasks_by_heading(body, first_line, notes)
        or tasks_in_frontmatter(frontmatter.mapping, notes)
    )
    sections = read_sections(elements, body, first_line, tagged=bool(by_tag) or not tasks)
    if not tasks:
        if frontmatter.mapping is None and not sections and not _HEADING.search(body):
            said = "no plan: neither frontmatter (--- lines) nor tasks (<task>) are in it"
            notes.add(1, said, Code.NO_PLAN)
            raise PlanError(notes.in_order())
        notes.add(frontmatter.line, "no tasks found; write each as <task>…</task>", Code.NO_TASKS)
    parts = _Parts(
        frontmatter=frontmatter, sections=sections, tasks=tasks, body=Text(body, first_line)
    )
    sha256 = hashlib.sha256(content).hexdigest()
    return _assembled(parts, path=path, sha256=sha256, notes=notes)


def obstacles(plan: Plan) -> tuple[Finding, ...]:
    """Return what keeps a plan that could be read from being carried out, all of it."""
    notes = Notes(plan.path)
    if not plan.tasks:
        notes.add(1, "no tasks: nothing to carry out", Code.NO_TASKS)
    for task in plan.tasks:
        if task.type.startswith("checkpoint"):
            continue
        if task.action is None and not task.verify and not task.parts:
            said = f"task {task.number} has neither <action> nor <verify>"
            notes.add(task.line, said, Code.NOTHING_TO_DO)
    return notes.in_order()


class _Parts(Struct, frozen=True, kw_only=True):
    frontmatter: Frontmatter
    sections: Sections
    tasks: tuple[Task, ...]
    body: Text


def _assembled(parts: _Parts, *, path: str, sha256: str, notes: Notes) -> Plan:
    mapping = parts.frontmatter.mapping or Mapping((), 1)
    sections = parts.sections
    plan_id, phase, number = names_by_path(path)
    output = _first(sections, "output")
    objective = _first(sections, "objective") or _first(sections, "goal")
    note_repeated(mapping, notes)
    return Plan(
        id=plan_id,
        path=path,
        sha256=sha256,
        phase=_text(mapping, "phase", notes) or phase,
        number=_text(mapping, "plan", notes) or number,
        type=_text(mapping, "type", notes) or "execute",
        wave=number_of(the(mapping, "wave", notes), notes, "wave"),
        depends_on=tuple(
            entry
            for pair in every(mapping, "depends_on", notes)
            for entry in dependencies_of(pair.value, notes)
        ),
        files_modified=_strings(mapping, "files_modified", notes),
        autonomous=_truth(mapping, "autonomous", notes, default=True),
        must_haves=must_haves_of(mapping, sections.get("must_haves", ()), notes),
        frontmatter=plain_mapping(mapping),
        objective=objective,
        context=_references(sections, "context"),
        tasks=parts.tasks,
        verification=_items(sections, "verification"),
        criteria=_items(sections, "success_criteria"),
        output=output,
        summary_path=summary_path(output, notes),
        sections=sections,
        purpose=labelled(objective, "purpose"),
        deliverable=labelled(objective, "output"),
        execution_context=_references(sections, "execution_context"),
        requirements=_strings(mapping, "requirements", notes),
        files_deleted=_strings(mapping, "files_deleted", notes),
        gap_closure=truth_of(
            the(mapping, "gap_closure", notes), notes, "gap_closure", default=False
        ),
        status=_text(mapping, "status", notes),
        allowances=allowances_in(parts.body),
        lines=lines_of(mapping),
        warnings=notes.in_order(),
    )


def _text(mapping: Mapping, name: str, notes: Notes) -> str:
    return text_of(the(mapping, name, notes), notes, name)


def _truth(mapping: Mapping, name: str, notes: Notes, *, default: bool) -> bool:
    return truth_of(the(mapping, name, notes), notes, name, default=default)


def _strings(mapping: Mapping, name: str, notes: Notes) -> tuple[str, ...]:
    return tuple(
        text for pair in every(mapping, name, notes) for text in strings_of(pair.value, notes, name)
    )


def _first(sections: Sections, name: str) -> Text | None:
    return next(iter(sections.get(name, ())), None)


def _refuse_too_much(content: bytes, notes: Notes) -> None:
    if len(content) > MOST_BYTES:
        said = (
            f"no plan: it has {len(content) / 2**20:.0f} MiB, and a plan at most "
            f"{MOST_BYTES >> 20}; move what is no task into files that it refers to"
        )
    elif (number := content.count(b"<task")) > MOST_TASKS:
        said = (
            f"no plan: it has {number} tasks; a plan has at most {MOST_TASKS}, so make it several"
        )
    else:
        return
    notes.add(1, said, Code.NO_PLAN)
    raise PlanError(notes.in_order())


def _items(sections: Sections, name: str) -> tuple[Text, ...]:
    return tuple(item for text in sections.get(name, ()) for item in items_of(text))


def _references(sections: Sections, name: str) -> tuple[Text, ...]:
    return tuple(ref for text in sections.get(name, ()) for ref in references_in(text))
