"""Nodes of a syntax tree: where they stand, what is below them, and what is wrong."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ast_grep_py import SgNode


def below(node: "SgNode") -> "Iterator[SgNode]":
    """Yield every node below another, each before those below itself."""
    for one in node.children():
        yield one
        yield from below(one)


def _may_be_empty(node: "SgNode") -> bool:
    """Tell whether a node without text is no sign of an error."""
    kind = node.kind()
    return node.is_named() and kind not in {"identifier", "type_identifier", "simple_identifier"}


def line_of(node: "SgNode") -> int:
    """Return the line on which a node begins, from 1."""
    return node.range().start.line + 1


def span(node: "SgNode") -> tuple[int, int]:
    """Return where a node begins and ends, without the line end that some grammars put in it."""
    place = node.range()
    end = place.end.index
    text = node.text()
    return place.start.index, end - (len(text) - len(text.rstrip("\r\n")))


def child(node: "SgNode", *kinds: str) -> "SgNode | None":
    """Return the first child of one of these kinds, None without one."""
    return next((one for one in node.children() if one.kind() in kinds), None)


def text_of(node: "SgNode | None") -> str:
    """Return the text of a node, "" of none."""
    return node.text() if node is not None else ""


def first_error(root: "SgNode") -> tuple[int, str] | None:
    """Return the line and text of the first place that is no valid source, None without one."""
    wrong = [*root.find_all(kind="ERROR")]
    if wrong:
        first = min(wrong, key=lambda node: node.range().start.index)
        return line_of(first), repr(" ".join(first.text().split())[:40])
    for node in below(root):
        # What a grammar had to make up in order to go on has no text.
        if not node.children() and node.text() == "" and not _may_be_empty(node):
            return line_of(node), f"{node.kind()} is missing"
    return None
