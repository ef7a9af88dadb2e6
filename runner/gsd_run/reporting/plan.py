"""A plan as a run takes it, for a person to read: what was understood, and where it stands."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from gsd_run.domain.graph import shortened
from gsd_run.domain.plan import Artifact, KeyLink, Plan, Task, Text
from gsd_run.outside.templates import rendered
from gsd_run.reporting.findings import line_of

WIDTH = 96  # letters of a text that a line bears


class Row(Struct, frozen=True):
    """A line of the output: the plan's line that it is about (None without), a label, a text."""

    line: int | None
    label: str
    text: str


def plan_text(plan: Plan, commands: Mapping[int, int]) -> str:
    """Return the plan as text; `commands` are the numbers of commands by the task's number."""
    groups = {
        "": list(_head(plan)),
        "must-haves": list(_must_haves(plan)),
        "tasks": [row for task in plan.tasks for row in _task(task, commands.get(task.number, 0))],
        "at the end": list(_end(plan)),
    }
    rows = [row for group in groups.values() for row in group]
    values = {
        "plan": plan,
        "groups": {title: group for title, group in groups.items() if group},
        "width": max(4, *(len(str(row.line or "")) for row in rows)),
        "label": max(len(row.label) for row in rows),
        "warnings": [line_of(warning) for warning in plan.warnings],
    }
    return rendered("gsd_run.reporting", "plan.txt.j2", values)


def _head(plan: Plan) -> Iterator[Row]:
    lines = plan.lines
    if plan.phase:
        yield Row(lines.get("phase"), "phase", plan.phase)
    yield Row(lines.get("plan"), "plan", plan.number)
    yield Row(lines.get("type"), "type", plan.type)
    if plan.wave is not None:
        yield Row(lines.get("wave"), "wave", str(plan.wave))
    yield Row(lines.get("depends_on"), "depends on", _listed(plan.depends_on))
    yield Row(lines.get("autonomous"), "autonomous", "yes" if plan.autonomous else "no")
    if plan.gap_closure:
        yield Row(lines.get("gap_closure"), "gap closure", "yes")
    if plan.status:
        yield Row(lines.get("status"), "status", plan.status)
    if plan.requirements:
        yield Row(lines.get("requirements"), "requirements", _listed(plan.requirements))
    for number, file in enumerate(plan.files_modified, 1):
        line = lines.get(f"files_modified.{number}", lines.get("files_modified"))
        yield Row(line, "modifies", file)
    for file in plan.files_deleted:
        yield Row(lines.get("files_deleted"), "deletes", file)
    if plan.objective:
        yield _of_text("objective", plan.objective)


def _must_haves(plan: Plan) -> Iterator[Row]:
    must_haves = plan.must_haves
    for number, truth in enumerate(must_haves.truths, 1):
        yield Row(truth.line, f"truth.{number}", shortened(truth.statement, WIDTH))
    for number, artifact in enumerate(must_haves.artifacts, 1):
        yield Row(artifact.line, f"artifact.{number}", _artifact(artifact))
    for number, link in enumerate(must_haves.key_links, 1):
        yield Row(link.line, f"key_link.{number}", _key_link(link))
    for prohibition in must_haves.prohibitions:
        yield Row(prohibition.line, "prohibition", shortened(prohibition.statement, WIDTH))


def _artifact(artifact: Artifact) -> str:
    lines = artifact.min_lines
    asked = (
        "must not be there" if artifact.absent else "",
        f"{lines} lines or more" if lines is not None else "",
        f"contains {_listed(artifact.contains)}" if artifact.contains else "",
        f"lacks {_listed(artifact.lacks)}" if artifact.lacks else "",
        f"exports {_listed(artifact.exports)}" if artifact.exports else "",
    )
    return "; ".join(filter(None, (artifact.path, *asked)))


def _key_link(link: KeyLink) -> str:
    arrow = "does not lead to" if link.absent else "→"
    told = f"{link.source} {arrow} {link.target}"
    return f"{told}; pattern {link.pattern}" if link.pattern else told


def _task(task: Task, commands: int) -> list[Row]:
    title = f"{task.title or '(no name)'} [{task.type}]"
    parts = sorted(_parts(task, commands), key=lambda row: row.line or task.line)
    return [Row(task.line, f"task {task.number}", title), *parts]


def _parts(task: Task, commands: int) -> Iterator[Row]:
    if task.files:
        yield Row(task.lines.get("files"), "files", _listed(task.files))
    if task.action:
        blocks = f", {_counted(len(task.blocks), 'code block')}" if task.blocks else ""
        length = len(task.action.text.strip().split("\n"))
        yield Row(task.action.line, "action", f"{_counted(length, 'line')}{blocks}")
    if task.verify:
        yield Row(task.verify[0].line, "verify", _counted(commands, "command"))
    for label, texts in (("acceptance", task.acceptance), ("done", task.done)):
        if texts:
            text = shortened(texts[0].text, WIDTH)
            more = f" … and {len(texts) - 1} more" if len(texts) > 1 else ""
            yield Row(texts[0].line, label, text + more)
    if task.checkpoint:
        asked = task.checkpoint.how_to_verify or task.checkpoint.instructions
        yield Row(asked.line if asked else task.line, "a person", task.checkpoint.kind)
    for name, part in task.parts.items():
        yield _of_text(name, part[0])


def _end(plan: Plan) -> Iterator[Row]:
    for number, text in enumerate(plan.verification, 1):
        yield _of_text(f"verification.{number}", text)
    for number, text in enumerate(plan.criteria, 1):
        yield _of_text(f"criterion.{number}", text)
    if plan.output:
        yield Row(plan.output.line, "summary", plan.summary_path or "beside the plan")


def _of_text(label: str, text: Text) -> Row:
    skipped = len(text.text) - len(text.text.lstrip())
    line = text.line + text.text.count("\n", 0, skipped)
    return Row(line, label, shortened(text.text, WIDTH))


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "nothing"


def _counted(count: int, noun: str) -> str:
    return f"{count or 'no'} {noun}{'' if count == 1 else 's'}"
