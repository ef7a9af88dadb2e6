"""Fields of a file that is read to the letter: whatever is off is a mistake at its line."""

import difflib
from collections.abc import Iterable

from gsd_run.domain import lazy
from gsd_run.reading.notes import Notes
from gsd_run.reading.yaml_nodes import Mapping, Node, Pair, Scalar, Sequence, kind_of

_INTEGER = lazy.pattern(r"-?(?:0|[1-9]\d{0,17})")


def listed(names: Iterable[str]) -> str:
    """Return names as a message lists them."""
    return ", ".join(names)


def checked_pairs(
    node: Mapping, known: tuple[str, ...], what: str, notes: Notes
) -> tuple[Pair, ...]:
    """Return the pairs with known keys; note the other ones, and keys given twice."""
    note_repeated(node, what, notes)
    for pair in node.pairs:
        if pair.key not in known:
            close = difflib.get_close_matches(pair.key, known, n=1)
            hint = f"; did you mean {close[0]}?" if close else ""
            notes.add(
                pair.line, f"unknown key {pair.key!r} in {what}{hint} (known: {listed(known)})"
            )
    return tuple(pair for pair in node.pairs if pair.key in known)


def note_repeated(node: Mapping, what: str, notes: Notes) -> None:
    """Note the keys that a mapping gives twice."""
    seen: dict[str, int] = {}
    for pair in node.pairs:
        if pair.key in seen:
            notes.add(
                pair.line, f"{pair.key!r} is given twice in {what} (first: line {seen[pair.key]})"
            )
        seen.setdefault(pair.key, pair.line)


def entries(node: Node, name: str, notes: Notes) -> list[Mapping]:
    """Return the mappings of a list; note what is no list, or no mapping."""
    if isinstance(node, Scalar) and not node.text.strip():
        return []
    if not isinstance(node, Sequence):
        notes.add(node.line, f"{name} is a list; start each entry with `- `, not {kind_of(node)}")
        return []
    for item in node.items:
        if not isinstance(item, Mapping):
            notes.add(item.line, f"an entry of {name} is a mapping, not {kind_of(item)}")
    return [item for item in node.items if isinstance(item, Mapping)]


def exact_fields(node: Mapping, known: tuple[str, ...], what: str, notes: Notes) -> dict[str, Node]:
    """Return the values of a mapping by key; note unknown and repeated keys."""
    return {pair.key: pair.value for pair in checked_pairs(node, known, what, notes)}


def needed_text(fields: dict[str, Node], name: str, line: int, what: str, notes: Notes) -> str:
    """Return a text that must be there; note where it is missing, empty or no text."""
    node = fields.get(name)
    if node is None:
        notes.add(line, f"{what} without {name}")
        return ""
    return optional_text(fields, name, what, notes, needed=True)


def optional_text(
    fields: dict[str, Node], name: str, what: str, notes: Notes, *, needed: bool = False
) -> str:
    """Return a text that may be missing, or else is empty."""
    node = fields.get(name)
    if node is None:
        return ""
    if not isinstance(node, Scalar):
        notes.add(node.line, f"{name} of {what} is a text, not {kind_of(node)}")
        return ""
    if needed and not node.text.strip():
        notes.add(node.line, f"{name} of {what} is empty")
    return node.text


Plain = dict[str, "Plain"] | list["Plain"] | str | int | None


def plain(node: Node) -> Plain:
    """Return a node as dict, list, str, int, bool or None; quoted scalars stay text."""
    if isinstance(node, Mapping):
        return plain_options(node)
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    if not node.plain:
        return node.text
    if node.text in ("true", "false"):
        return node.text == "true"
    if node.text in ("", "null", "~"):
        return None
    return int(node.text) if _INTEGER.fullmatch(node.text) else node.text


def plain_options(node: Mapping) -> dict[str, Plain]:
    """Return a mapping with plain values."""
    return {pair.key: plain(pair.value) for pair in node.pairs}
