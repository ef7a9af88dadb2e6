"""YAML as nodes that keep what loaders lose: every scalar's text, every key, every line."""

from typing import Any

import yaml
from msgspec import Struct

from gsd_run.domain import lazy

# Flow brackets cost libyaml time that grows with the square of their depth, and Python's own
# recursion ends somewhere beyond; nothing written by people comes near either bound.
DEEPEST_FLOW = 200
DEEPEST = 60
MOST_NODES = 100_000

# YAML breaks lines at these, and would count more of them than an editor does.
_OTHER_BREAKS = lazy.pattern("[\r\x85\u2028\u2029]")

_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class Scalar(Struct, frozen=True):
    """A scalar's text, never converted; `plain` when it stands without quotes or `|`."""

    text: str
    line: int
    plain: bool = False
    cut: str = ""
    """What followed a plain scalar as `#…`: YAML calls it a comment, the author may not."""
    column: int = 1
    block: bool = False
    """Whether the text stands below a `|` or `>`."""


class Sequence(Struct, frozen=True):
    """The items of a list, and where it starts."""

    items: tuple["Node", ...]
    line: int
    column: int = 1


class Pair(Struct, frozen=True):
    """One key of a mapping with its value; the place is the key's."""

    key: str
    value: "Node"
    line: int
    column: int = 1


class Mapping(Struct, frozen=True):
    """All pairs of a mapping in order, repeated keys included."""

    pairs: tuple[Pair, ...]
    line: int
    column: int = 1


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
    return _built(text, first_line, None).root


def reaches(text: str, first_line: int, line: int) -> bool:
    """Tell whether a text can be read beyond a line of its file."""
    try:
        _built(text, first_line, line)
    except Unreadable as trouble:
        return trouble.line > line
    return True


def _built(text: str, first_line: int, until: int | None) -> "_Building":
    """Return what the text builds; with `until` only what is known once that line is passed."""
    if _OTHER_BREAKS.search(text):
        text = _OTHER_BREAKS.sub(" ", text)
    _refuse_deep_brackets(text, first_line)
    building = _Building(text, first_line)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            building.take(event)
            mark = event.start_mark
            if until is not None and mark and mark.line + first_line > until:
                break
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = (mark.line if mark else 0) + first_line
        start = (error.context_mark.line if error.context_mark else line - first_line) + first_line
        raise Unreadable(error.problem or "invalid YAML", line, start) from None
    except yaml.reader.ReaderError as error:
        line = first_line + text.count("\n", 0, error.position)
        raise Unreadable(f"a character that YAML does not allow ({error.reason})", line) from None
    return building


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
    column: int
    flow: bool
    anchor: str | None
    parts: list[Node]
    size: int = 1
    depth: int = 1


class _Building:
    """Nodes from the parser's events, without recursion: depth is the author's to choose."""

    def __init__(self, text: str, first_line: int) -> None:
        self.root: Node | None = None
        self._lines = text.split("\n") if "#" in text else []
        self._first = first_line
        self._frames: list[_Frame] = []
        self._anchored: dict[str, tuple[Node, int, int]] = {}

    def take(self, event: yaml.Event) -> None:
        """Take in the next event; scalars are by far the most."""
        if isinstance(event, yaml.ScalarEvent):
            self._place(self._scalar(event), 1, 0, event.anchor)
        elif isinstance(event, yaml.CollectionEndEvent):
            frame = self._frames.pop()
            self._place(_finished(frame), frame.size, frame.depth, frame.anchor)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._begin(event)
        elif isinstance(event, yaml.AliasEvent):
            self._repeat(event)
        elif isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            raise Unreadable("a second document starts here", self._line(event))

    def _begin(self, event: yaml.CollectionStartEvent) -> None:
        if len(self._frames) >= DEEPEST:
            raise Unreadable("nested too deep", self._line(event))
        mark = event.start_mark
        assert mark is not None  # the loader sets all marks
        frame = _Frame(
            mapping=isinstance(event, yaml.MappingStartEvent),
            line=mark.line + self._first,
            column=mark.column + 1,
            flow=bool(event.flow_style),
            anchor=event.anchor,
            parts=[],
        )
        self._frames.append(frame)

    def _repeat(self, event: yaml.AliasEvent) -> None:
        if event.anchor not in self._anchored:
            raise Unreadable(f"*{event.anchor} names nothing before it", self._line(event))
        node, size, depth = self._anchored[event.anchor]
        if len(self._frames) + depth > DEEPEST:
            raise Unreadable("nested too deep", self._line(event))
        if self._frames and self._frames[-1].size + size > MOST_NODES:
            raise Unreadable("aliases repeat their content without end", self._line(event))
        self._place(node, size, depth, None)

    def _line(self, event: yaml.Event) -> int:
        assert event.start_mark is not None
        return event.start_mark.line + self._first

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        mark, end = event.start_mark, event.end_mark
        assert mark is not None
        assert end is not None
        line, column = mark.line + self._first, mark.column + 1
        if event.style:
            return Scalar(event.value, line, column=column, block=event.style in "|>")
        cut = ""
        if self._lines and not (self._frames and self._frames[-1].flow):
            rest = self._lines[end.line][end.column :] if end.line < len(self._lines) else ""
            cut = rest if rest.lstrip().startswith("#") else ""
        return Scalar(event.value, line, plain=True, cut=cut, column=column)

    def _place(self, node: Node, size: int, depth: int, anchor: str | None) -> None:
        if anchor is not None:
            self._anchored[anchor] = (node, size, depth)
        if not self._frames:
            self.root = node
            return
        frame = self._frames[-1]
        frame.parts.append(node)
        frame.size += size
        frame.depth = max(frame.depth, depth + 1)


def _finished(frame: _Frame) -> Node:
    if not frame.mapping:
        return Sequence(tuple(frame.parts), frame.line, frame.column)
    parts = iter(frame.parts)
    pairs = tuple(Pair(one_line(key), next(parts), key.line, key.column) for key in parts)
    if any(pair.key == "<<" for pair in pairs):
        pairs = _merged(pairs)
    return Mapping(pairs, frame.line, frame.column)


def _merged(pairs: tuple[Pair, ...]) -> tuple[Pair, ...]:
    """Return pairs with those of the mappings that `<<` takes over, their own keys first."""
    own = {pair.key for pair in pairs}
    found: list[Pair] = []
    for pair in pairs:
        value = pair.value
        inner = value.items if isinstance(value, Sequence) else (value,)
        taken = [mapping for mapping in inner if isinstance(mapping, Mapping)]
        if pair.key != "<<" or len(taken) < len(inner):
            found.append(pair)
            continue
        for one in (one for mapping in taken for one in mapping.pairs if one.key not in own):
            own.add(one.key)
            found.append(one)
    return tuple(found)


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
