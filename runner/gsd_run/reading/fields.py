"""Frontmatter nodes as typed values; what can't be typed is told at its line."""

import re
from functools import lru_cache

from gsd_run.reading.notes import Notes
from gsd_run.reading.yaml_nodes import Mapping, Node, Pair, Scalar, Sequence, kind_of, one_line

_NOTHING = frozenset(("", "none", "null", "~", "n/a", "na", "[]", "{}", "-", "nothing"))
_YES = frozenset(("true", "yes", "on", "1", "y"))
_NO = frozenset(("false", "no", "off", "0", "n"))


@lru_cache(4096)
def field_name(key: str) -> str:
    """Return a key as GSD writes it: lower case, with underscores."""
    return key.strip().lower().replace("-", "_").replace(" ", "_")


def the(mapping: Mapping, name: str, notes: Notes) -> Node | None:
    """Return the value of a field that can be given once; of several the last, with a note."""
    pairs = [pair for pair in mapping.pairs if field_name(pair.key) == name]
    if len(pairs) > 1:
        lines = ", ".join(str(pair.line) for pair in pairs[:-1])
        notes.add(pairs[-1].line, f"{name} is given again (first: line {lines}); the last counts")
    return pairs[-1].value if pairs else None


def every(mapping: Mapping, name: str, notes: Notes) -> list[Pair]:
    """Return all pairs of a field whose repeated values add up, with a note where they do."""
    pairs = [pair for pair in mapping.pairs if field_name(pair.key) == name]
    if len(pairs) > 1:
        lines = ", ".join(str(pair.line) for pair in pairs[:-1])
        notes.add(pairs[-1].line, f"{name} is given again (also: line {lines}); all of them count")
    return pairs


def text_of(node: Node | None, notes: Notes, name: str) -> str:
    """Return a text; a list or mapping becomes one line, with a note."""
    if node is None:
        return ""
    if not isinstance(node, Scalar):
        text = one_line(node)
        if text:
            notes.add(node.line, f"{name} should be a text, not {kind_of(node)}; read as {text!r}")
        return text
    return whole(node, notes)


def whole(node: Scalar, notes: Notes) -> str:
    """Return a scalar's text with the `#…` that YAML cut off where it was no comment.

    A `#` that a space follows opens a comment for people too; `#12` does not.
    """
    cut = node.cut.strip()
    if not cut or not re.match(r"#[\w{(\[]", cut):
        return node.text.strip()
    text = f"{node.text}{node.cut}".strip()
    notes.add(node.line, f"{cut.split()[0]} is kept as text; quote the value")
    return text


def strings_of(node: Node | None, notes: Notes, name: str, *, split: bool = True) -> list[str]:
    """Return a list of texts from a list, or from a text of comma-separated ones."""
    if node is None:
        return []
    if isinstance(node, Scalar):
        text = whole(node, notes)
        if text.lower() in _NOTHING:
            return []
        if text.startswith("[") and text.endswith("]"):
            text = text[1:-1]
        parts = re.split(r"[,\n]", text) if split else [text]
        return [part.strip().strip("'\"") for part in parts if part.strip()]
    if isinstance(node, Sequence):
        items = []
        for item in node.items:
            if isinstance(item, Scalar):
                items.append(whole(item, notes))
            else:
                items.append(one_line(item))
                notes.add(item.line, f"{name}: an item is {kind_of(item)}; read as {items[-1]!r}")
        return [item for item in items if item.lower() not in _NOTHING]
    notes.add(node.line, f"{name} should be a list, not a mapping; its keys are taken")
    return [pair.key for pair in node.pairs]


def number_of(node: Node | None, notes: Notes, name: str) -> int | None:
    """Return a whole number; of a longer text the number in it, with a note."""
    if node is None:
        return None
    text = one_line(node).strip()
    if text.lower() in _NOTHING:
        return None
    if re.fullmatch(r"\d{1,9}", text):
        return int(text)
    digits = re.findall(r"(?<![\w.])\d{1,9}(?![\w.])", text.replace(",", ""))
    if len(digits) == 1 or (digits and text.startswith(digits[0])):
        notes.add(node.line, f"{name}: {text!r} is read as {digits[0]}")
        return int(digits[0])
    notes.add(node.line, f"{name}: {text!r} is no whole number; left out")
    return None


def truth_of(node: Node | None, notes: Notes, name: str, *, default: bool) -> bool:
    """Return a yes or no; what is neither gives the default, with a note."""
    if node is None:
        return default
    word = one_line(node).strip().lower()
    if word in _YES or word in _NO:
        return word in _YES
    if word not in _NOTHING:
        spelled = str(default).lower()
        notes.add(node.line, f"{name}: {word!r} is neither true nor false; {spelled} is assumed")
    return default


def dependencies_of(node: Node | None, notes: Notes) -> list[str]:
    """Return the entries of depends_on; a mapping's plan or id stands for it."""
    if node is None or isinstance(node, Scalar):
        return strings_of(node, notes, "depends_on")
    items: tuple[Node, ...] = node.items if isinstance(node, Sequence) else (node,)
    entries: list[str] = []
    for item in items:
        if isinstance(item, Mapping):
            named = {field_name(pair.key): one_line(pair.value) for pair in item.pairs}
            phase, plan = named.get("phase", ""), named.get("plan") or named.get("id", "")
            if phase and plan and not plan.startswith(phase):
                plan = f"{phase}-{plan}"
            entry = plan or phase or (item.pairs[0].key if item.pairs else "")
            notes.add(item.line, f"depends_on: {one_line(item)!r} is read as {entry!r}")
        else:
            entry = one_line(item).strip()
        if entry.lower() not in _NOTHING:
            entries.append(entry)
    return entries
