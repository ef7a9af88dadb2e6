"""Tasks that a plan lists in its frontmatter instead of its body."""

from gsd_run.domain.plan import Task, Text
from gsd_run.reading.checkpoints import checkpoint_of
from gsd_run.reading.codes import Code
from gsd_run.reading.fields import every, field_name, strings_of
from gsd_run.reading.items import code_blocks, items_of
from gsd_run.reading.notes import Notes
from gsd_run.reading.yaml_nodes import Mapping, Node, Scalar, Sequence, one_line

_NAMES = ("name", "title", "task", "id")
_ACTIONS = ("action", "description", "implementation", "instructions")
_OWN = frozenset((*_NAMES, "action", "type", "files", "verify", "acceptance_criteria", "done"))


def tasks_in_frontmatter(mapping: Mapping | None, notes: Notes) -> tuple[Task, ...]:
    """Return the tasks under `tasks:`, where that is a list of mappings."""
    if mapping is None:
        return ()
    pairs = [pair for pair in mapping.pairs if field_name(pair.key) == "tasks"]
    items = [
        item
        for pair in pairs
        if isinstance(pair.value, Sequence)
        for item in pair.value.items
        if isinstance(item, Mapping)
    ]
    if items:
        said = "the tasks stand in the frontmatter; GSD writes them as <task> in the body"
        notes.at(pairs[0], said, Code.TASKS_IN_FRONTMATTER)
    return tuple(_task(item, number, notes) for number, item in enumerate(items, 1))


def _task(item: Mapping, number: int, notes: Notes) -> Task:
    texts = {field_name(pair.key): _text(pair.value) for pair in item.pairs}
    parts = {name: [text] for name, text in texts.items() if text.text}
    action = next((texts[name] for name in _ACTIONS if name in parts), None)
    name = next((" ".join(texts[name].text.split()) for name in _NAMES if name in parts), "")
    files = tuple(
        file
        for pair in every(item, "files", notes)
        for file in strings_of(pair.value, notes, "files")
    )
    kind = texts["type"].text if "type" in parts else "auto"
    criteria = parts.get("acceptance_criteria", [])
    return Task(
        number=number,
        name=name or f"Task {number}",
        line=item.line,
        type=kind,
        files=files,
        action=action,
        blocks=code_blocks(action),
        verify=tuple(parts.get("verify", ())),
        acceptance=tuple(one for text in criteria for one in items_of(text)),
        done=tuple(parts.get("done", ())),
        parts={name: tuple(given) for name, given in parts.items() if name not in _OWN},
        checkpoint=checkpoint_of(kind, "", parts),
        lines={field_name(pair.key): pair.line for pair in item.pairs},
    )


def _text(node: Node) -> Text:
    """Return a value as a text; a block's first line stands below the key, a list has bullets."""
    if isinstance(node, Sequence):
        return Text("\n".join(f"- {one_line(item)}" for item in node.items), node.line)
    text = one_line(node)
    below = isinstance(node, Scalar) and node.block
    blank = len(text) - len(text.lstrip("\n"))
    return Text(text.strip("\n"), node.line + below + blank)
