"""YAML as nodes that keep what loaders lose: every scalar's text, every key, every line."""

from collections.abc import Iterator
from typing import Any

import yaml
from msgspec import Struct

# Flow brackets cost libyaml time that grows with the square of their depth, and Python's own
# recursion ends somewhere beyond; nothing written by people comes near either bound.
DEEPEST_FLOW = 200
DEEPEST = 60
MOST_NODES = 100_000

_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class Scalar(Struct, frozen=True):
    """A scalar's text, never converted; `plain` when it stands without quotes or `|`."""

    text: str
    line: int
    plain: bool = False
    cut: str = ""
    """What followed a plain scalar as `#…`: YAML calls it a comment, the author may not."""


class Sequence(Struct, frozen=True):
    """The items of a list, and the line on which it starts."""

    items: tuple["Node", ...]
    line: int


class Pair(Struct, frozen=True):
    """One key of a mapping with its value; `line` is the key's."""

    key: str
    value: "Node"
    line: int


class Mapping(Struct, frozen=True):
    """All pairs of a mapping in order, repeated keys included."""

    pairs: tuple[Pair, ...]
    line: int


Node = Scalar | Sequence | Mapping


class Unreadable(Exception):
    """Text that is no YAML; `line` counts from 1 within the file, `first` is where it began."""

    def __init__(self, message: str, line: int, first: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.first = line if first is None else first


def compose(text: str, first_line: int = 1) -> Node | None:
    """Return the nodes of one YAML document, or None when it holds nothing.

    `first_line` is the line of the file on which `text` starts. Aliases share the node that they
    name, and count as often as they are used.

    Raises:
        Unreadable: the text is no YAML, holds several documents, or is nested or repeated
            beyond any honest use.

    """
    _refuse_deep_brackets(text, first_line)
    building = _Building(text.split("\n"), first_line)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            building.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = (mark.line if mark else 0) + first_line
        start = (error.context_mark.line if error.context_mark else line - first_line) + first_line
        raise Unreadable(error.problem or "invalid YAML", line, start) from None
    except yaml.reader.ReaderError as error:
        line = first_line + text.count("\n", 0, error.position)
        raise Unreadable(f"a character that YAML does not allow ({error.reason})", line) from None
    return building.root


def _refuse_deep_brackets(text: str, first_line: int) -> None:
    if text.count("[") + text.count("{") <= DEEPEST_FLOW:
        return
    depth = 0
    for offset, line in enumerate(text.split("\n")):
        depth += line.count("[") + line.count("{") - line.count("]") - line.count("}")
        if depth > DEEPEST_FLOW:
            raise Unreadable("brackets nested too deep", first_line + offset)
        depth = max(depth, 0)


class _Frame(Struct):
    """A collection under construction; in a mapping, keys and values alternate in `parts`."""

    mapping: bool
    line: int
    flow: bool
    anchor: str | None
    parts: list[Node]
    size: int = 1


class _Building:
    """Nodes from the parser's events, without recursion: depth is the author's to choose."""

    def __init__(self, lines: list[str], first_line: int) -> None:
        self.root: Node | None = None
        self._lines = lines
        self._first = first_line
        self._frames: list[_Frame] = []
        self._anchored: dict[str, tuple[Node, int]] = {}

    def take(self, event: yaml.Event) -> None:
        line = (event.start_mark.line if event.start_mark else 0) + self._first
        if isinstance(event, yaml.ScalarEvent):
            self._place(self._scalar(event, line), 1, event.anchor)
        elif isinstance(event, yaml.SequenceStartEvent | yaml.MappingStartEvent):
            if len(self._frames) >= DEEPEST:
                raise Unreadable("nested too deep", line)
            mapping = isinstance(event, yaml.MappingStartEvent)
            flow = bool(event.flow_style)
            self._frames.append(_Frame(mapping, line, flow, event.anchor, []))
        elif isinstance(event, yaml.CollectionEndEvent):
            frame = self._frames.pop()
            self._place(_finished(frame), frame.size, frame.anchor)
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._anchored:
                raise Unreadable(f"*{event.anchor} names nothing before it", line)
            node, size = self._anchored[event.anchor]
            if self._frames and self._frames[-1].size + size > MOST_NODES:
                raise Unreadable("aliases repeat their content without end", line)
            self._place(node, size, None)
        elif isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            raise Unreadable("a second document starts here", line)

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> Scalar:
        if event.style:
            return Scalar(event.value, line)
        cut = ""
        end = event.end_mark
        if end and not any(frame.flow for frame in self._frames[-1:]):
            rest = self._lines[end.line][end.column :] if end.line < len(self._lines) else ""
            cut = rest if rest.lstrip().startswith("#") else ""
        return Scalar(event.value, line, plain=True, cut=cut)

    def _place(self, node: Node, size: int, anchor: str | None) -> None:
        if anchor is not None:
            self._anchored[anchor] = (node, size)
        if not self._frames:
            self.root = node
            return
        frame = self._frames[-1]
        frame.parts.append(node)
        frame.size += size


def _finished(frame: _Frame) -> Node:
    if not frame.mapping:
        return Sequence(tuple(frame.parts), frame.line)
    keys, values = frame.parts[::2], frame.parts[1::2]
    pairs = (Pair(one_line(key), value, key.line) for key, value in zip(keys, values, strict=True))
    return Mapping(tuple(pairs), frame.line)


def values_of(node: Mapping, *keys: str) -> Iterator[Node]:
    """Yield the values of all pairs with one of the keys, repeated ones included."""
    return (pair.value for pair in node.pairs if pair.key in keys)


Plain = dict[str, "Plain"] | list["Plain"] | str


def plain_mapping(node: Mapping) -> dict[str, Plain]:
    """Return a mapping as dict, list and str; of a repeated key the last value stands."""
    return {pair.key: plain_value(pair.value) for pair in node.pairs}


def plain_value(node: Node | None) -> Plain:
    """Return the node as dict, list and str, or an empty text where there is none."""
    if isinstance(node, Mapping):
        return plain_mapping(node)
    if isinstance(node, Sequence):
        return [plain_value(item) for item in node.items]
    return node.text if node is not None else ""


def one_line(node: Node) -> str:
    """Return the node as the author may have meant it when a text was due."""
    if isinstance(node, Mapping):
        return ", ".join(f"{pair.key}: {one_line(pair.value)}" for pair in node.pairs)
    if isinstance(node, Sequence):
        return ", ".join(one_line(item) for item in node.items)
    return node.text


def kind_of(node: Node) -> str:
    """Return what the node is, in words for a message."""
    if isinstance(node, Mapping):
        return "a mapping"
    return "a list" if isinstance(node, Sequence) else "text"
