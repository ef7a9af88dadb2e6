"""The names that declarations define, for languages in which classes hold most of them.

Such languages differ in the kinds of nodes and in what makes a name visible; a Shape says both.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.checking.languages.hollow import expression_stub_of, stub_of
from gsd_run.checking.languages.nodes import below, child, end_line_of, line_of, named, span
from gsd_run.checking.languages.outline import Definition, Kind, Visibility

if TYPE_CHECKING:
    from ast_grep_py import SgNode

Seen = tuple[Visibility, str]


class Shape(Struct, frozen=True, kw_only=True):
    """How a language writes its declarations, by the kinds of its grammar's nodes.

    `visible` tells who can use a declaration, given the kind of the type around it ("" at the
    top); `constructors` and `abstract` are words for functions that may well be empty.
    """

    types: dict[str, Kind]
    functions: frozenset[str]
    values: frozenset[str]
    # nodes that only hold declarations: bodies, namespaces, lists
    holders: frozenset[str]
    # the nodes in which the names of a value stand, and the kinds of the names themselves
    declarators: frozenset[str]
    names: frozenset[str]
    bodies: frozenset[str]
    expression_bodies: frozenset[str] = frozenset()
    bases: frozenset[str] = frozenset()
    constructors: frozenset[str] = frozenset()
    # types that others' members are added to: Swift's extensions
    extensions: frozenset[str] = frozenset()
    # members of these need no word to be visible, and no body
    interfaces: frozenset[str] = frozenset()
    visible: "Callable[[SgNode, str], Seen]"


def declarations(
    node: "SgNode", shape: Shape, owner: str = "", around: str = ""
) -> list[Definition]:
    """Return the names that a node's children define; a member is `Owner.member`."""
    found: list[Definition] = []
    for one in named(node):
        kind = one.kind()
        if kind in shape.types:
            found += _type(one, shape, owner, around)
        elif kind in shape.functions:
            found += _function(one, shape, owner, around)
        elif kind in shape.values:
            found += _values(one, shape, owner, around)
        elif kind in shape.holders:
            found += declarations(one, shape, owner, around)
    return found


def modifiers(node: "SgNode") -> set[str]:
    """Return the words before a declaration: public, static, abstract, …"""
    texts = [
        one.text()
        for one in node.children()
        if one.kind().endswith(("modifier", "modifiers")) or not one.is_named()
    ]
    return {word for text in texts for word in text.split()}


def name_of(node: "SgNode", shape: Shape) -> str:
    """Return the name that a declaration gives, without type parameters."""
    name = node.field("name")
    if name is None or name.kind() not in shape.names:
        name = child(node, *shape.names) or name
    return name.text().strip("`").partition("<")[0] if name else ""


def _place(node: "SgNode", name: str, kind: Kind, seen: Seen) -> Definition:
    return Definition(
        name=name,
        kind=kind,
        line=line_of(node),
        end=end_line_of(node),
        start=span(node)[0],
        visibility=seen[0],
        label=seen[1],
    )


def _type(node: "SgNode", shape: Shape, owner: str, around: str) -> list[Definition]:
    name = name_of(node, shape)
    if not name:
        return []
    full = f"{owner}.{name}" if owner else name
    seen = shape.visible(node, around)
    kind = shape.types[node.kind()]
    word = next((one.text() for one in node.children() if one.text() in shape.interfaces), "")
    own = word or node.kind()
    one = _place(node, full, kind, seen)
    one = replace(one, inherits=child(node, *shape.bases) is not None)
    inner = declarations(node, shape, full, own)
    if own in shape.interfaces:
        inner = [replace(m, abstract=True) if m.kind == "function" else m for m in inner]
    if seen[0] != "public":
        inner = [m if m.visibility == "private" else _narrowed(m, seen) for m in inner]
    extends = {word.text() for word in node.children()} & shape.extensions
    return inner if extends else [one, *inner]


def _narrowed(member: Definition, seen: Seen) -> Definition:
    return replace(member, visibility=seen[0], label=seen[1])


def _function(node: "SgNode", shape: Shape, owner: str, around: str) -> list[Definition]:
    name = name_of(node, shape) or node.kind().partition("_")[0]
    full = f"{owner}.{name}" if owner else name
    one = _place(node, full, "function", shape.visible(node, around))
    constructor = node.kind() in shape.constructors
    body = child(node, *shape.bodies)
    if body is None:
        short = child(node, *shape.expression_bodies)
        stub = expression_stub_of(named(short)[-1]) if short and named(short) else ""
        return [replace(one, stub=stub, abstract=constructor or short is None)]
    if short := child(body, "="):  # Kotlin: fun f() = value
        value = named(body)[-1:]
        stub = expression_stub_of(value[0]) if value and short else ""
        return [replace(one, stub=stub)]
    stub, empty = stub_of(body)
    return [replace(one, stub=stub, empty=empty, abstract=constructor)]


def _values(node: "SgNode", shape: Shape, owner: str, around: str) -> list[Definition]:
    holders = list(below(node, shape.declarators)) if shape.declarators else []
    names = [name_of(one, shape) for one in holders] or [name_of(node, shape)]
    seen = shape.visible(node, around)
    return [
        _place(node, f"{owner}.{name}" if owner else name, "value", seen) for name in names if name
    ]
