"""What Ruby files offer and require."""

from typing import TYPE_CHECKING

from msgspec.structs import replace

from gsd_run.checking.languages.hollow import stub_of
from gsd_run.checking.languages.nodes import (
    below,
    child,
    end_line_of,
    line_of,
    named,
    span,
    unquoted,
)
from gsd_run.checking.languages.outline import Definition, Import, Kind, Outline, Visibility

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_TYPES: dict[str, Kind] = {"class": "class", "module": "module"}
_REQUIRES = "^(require|require_relative|load|autoload)$"
_HIDING = {"private", "protected"}
_ACCESSORS = {"attr_reader", "attr_accessor", "attr_writer", "define_method", "delegate", "scope"}
_NEUTRAL = frozenset({"method", "singleton_method", "class", "module"})


def outline_of(root: "SgNode", path: str) -> Outline:  # noqa: ARG001 - as for every language
    """Return what a file defines and requires."""
    requires = root.find_all(kind="call", has={"field": "method", "regex": _REQUIRES})
    work = [one for one in named(root) if one.kind() not in _NEUTRAL and not _requires(one)]
    return Outline(
        definitions=tuple(_inside(root, "")),
        imports=tuple(found for one in requires if (found := _import(one)) is not None),
        work=line_of(work[0]) if work else 0,
    )


def _inside(node: "SgNode", owner: str) -> list[Definition]:
    found: list[Definition] = []
    visible: Visibility = "public"
    for one in named(node):
        kind = one.kind()
        if kind == "identifier" and one.text() in {*_HIDING, "public"}:
            visible = "private" if one.text() in _HIDING else "public"
        elif kind in _TYPES:
            found += _type(one, owner)
        elif kind == "method":
            found.append(_method(one, owner, visible))
        elif kind == "singleton_method":
            found.append(_method(one, owner, "public"))
        elif kind in {"body_statement", "singleton_class"}:
            found += _inside(one, owner)
        elif kind == "assignment":
            left = one.field("left")
            if left is not None and left.kind() == "constant":
                found.append(_place(one, _joined(owner, left.text()), "value"))
        elif kind == "call":
            found = _called(one, owner, found)
    return found


def _called(node: "SgNode", owner: str, found: list[Definition]) -> list[Definition]:
    """Follow `private :name`, `private def …` and `attr_reader :name`."""
    method, arguments = node.field("method"), node.field("arguments")
    if method is None or arguments is None:
        return found
    given = named(arguments)
    symbols = [one.text().lstrip(":") for one in given if one.kind() == "simple_symbol"]
    if method.text() in {"private", "protected", "private_class_method"}:
        hidden = {_joined(owner, one) for one in symbols}
        inner = [_method(one, owner, "private") for one in given if one.kind() == "method"]
        kept = [_hidden(one) if one.name in hidden else one for one in found]
        return [*kept, *inner]
    if method.text() in _ACCESSORS:
        return [*found, *(_place(node, _joined(owner, one), "function") for one in symbols)]
    return found


def _hidden(one: Definition) -> Definition:
    return replace(one, visibility="private", label="private")


def _type(node: "SgNode", owner: str) -> list[Definition]:
    name = node.field("name")
    if name is None:
        return []
    full = _joined(owner, name.text().replace("::", "."))
    one = _place(node, full, _TYPES[node.kind()])
    one = replace(one, inherits=child(node, "superclass") is not None)
    return [one, *_inside(node, full)]


def _method(node: "SgNode", owner: str, visible: Visibility) -> Definition:
    name = node.field("name")
    one = _place(node, _joined(owner, name.text() if name else ""), "function")
    body = node.field("body") or child(node, "body_statement")
    stub, empty = stub_of(body) if body else ("", True)
    one = replace(one, stub=stub, empty=empty, abstract=one.name.endswith("initialize"))
    return one if visible == "public" else _hidden(one)


def _place(node: "SgNode", name: str, kind: Kind) -> Definition:
    return Definition(
        name=name, kind=kind, line=line_of(node), end=end_line_of(node), start=span(node)[0]
    )


def _joined(owner: str, name: str) -> str:
    return f"{owner}.{name}" if owner else name


def _requires(node: "SgNode") -> bool:
    return node.kind() == "call" and node.text().startswith(("require", "load", "autoload"))


def _import(node: "SgNode") -> Import | None:
    """Return a required file; a relative one starts with `./`, as others would say it."""
    texts = [unquoted(one) for one in below(node, ("string",))]
    method = node.field("method")
    if not texts or texts[-1] is None or method is None:
        return None
    start, end = span(node)
    relative = method.text() == "require_relative"
    module = f"./{texts[-1]}" if relative else texts[-1]
    return Import(module=module, line=line_of(node), start=start, end=end, items=("require",))
