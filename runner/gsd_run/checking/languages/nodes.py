"""Small questions to nodes of a syntax tree."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ast_grep_py import SgNode


def span(node: "SgNode") -> tuple[int, int]:
    """Return the characters of a node, the end not included."""
    place = node.range()
    return place.start.index, place.end.index


def line_of(node: "SgNode") -> int:
    """Return the line on which a node starts, counted from 1."""
    return int(node.range().start.line) + 1


def end_line_of(node: "SgNode") -> int:
    """Return the line on which a node ends, counted from 1."""
    return int(node.range().end.line) + 1


def named(node: "SgNode") -> "list[SgNode]":
    """Return a node's children without punctuation and comments."""
    return [one for one in node.children() if one.is_named() and not one.kind().endswith("comment")]


def child(node: "SgNode", *kinds: str) -> "SgNode | None":
    """Return the first child of one of these kinds."""
    return next((one for one in node.children() if one.kind() in kinds), None)


def words(node: "SgNode") -> set[str]:
    """Return the words of a node's own punctuation and keywords: `default`, `static`, `*`."""
    return {one.text() for one in node.children() if not one.is_named()}


def below(node: "SgNode", kinds: Iterable[str]) -> "Iterator[SgNode]":
    """Return the nodes of these kinds below a small node, in their order."""
    for one in node.children():
        if one.kind() in kinds:
            yield one
        else:
            yield from below(one, kinds)


def above(node: "SgNode") -> "Iterator[SgNode]":
    """Return the nodes around a node, the closest first."""
    parent = node.parent()
    while parent is not None:
        yield parent
        parent = parent.parent()


def unquoted(node: "SgNode") -> str | None:
    """Return the content of a string literal, or None when code stands in it."""
    parts = named(node)
    inside = [one for one in parts if one.kind() not in {"string_start", "string_end"}]
    if any(one.kind() in {"interpolation", "template_substitution"} for one in inside):
        return None
    return "".join(one.text() for one in inside)
