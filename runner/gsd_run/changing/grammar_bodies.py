"""Where a definition begins inside `export` and the like, and where its members stand."""

from typing import TYPE_CHECKING

from gsd_run.changing.grammar_names import callee_of
from gsd_run.changing.grammar_nodes import child, span
from gsd_run.changing.grammar_shapes import Shape

if TYPE_CHECKING:
    from ast_grep_py import SgNode


_GROUPS = frozenset(
    {"describe", "context", "suite", "feature", "RSpec.describe", "shared_examples"}
)


_GO_GROUPS = frozenset({"const_declaration", "var_declaration", "type_declaration"})


def inner_of(node: "SgNode", shape: Shape) -> "SgNode":
    """Return the definition inside `export`, `declare` and the like."""
    if node.kind() in shape.wrappers:
        held = node.field("declaration") or node.field("value") or next(
            (one for one in node.children() if one.kind() in shape.spaces), None
        )  # fmt: skip
        return inner_of(held, shape) if held is not None else node
    if node.kind() == "expression_statement":
        module = [one for one in node.children() if one.kind() in {"internal_module", "module"}]
        return module[0] if module else node
    return node


def body_of(inner: "SgNode", shape: Shape, form: str) -> "SgNode | None":
    """Return the node whose children are the members of a definition, None if it has no such."""
    if inner.kind() in _GO_GROUPS:
        return child(inner, "var_spec_list") or (inner if child(inner, "(") else None)
    if inner.kind() in shape.containers:
        body = inner.field("body")
        if body is not None and body.kind() in shape.bodies:
            return body
        held = child(inner, *shape.bodies)
        # An empty body of Ruby is no node at all; the class itself holds what there is.
        return held if held is not None else (inner if child(inner, "end") else None)
    if form != "code" or inner.kind() not in shape.statements:
        return None
    return _body_of_group(inner)


def _body_of_group(statement: "SgNode") -> "SgNode | None":
    """Return the body of the function or block that a group of tests is given."""
    part = statement
    if statement.kind() == "expression_statement":
        part = next((one for one in statement.children() if one.is_named()), statement)
    if callee_of(part) not in _GROUPS:
        return None
    if block := child(part, "do_block"):
        return block
    given = part.field("arguments")
    last = [one for one in given.children() if one.is_named()][-1:] if given else []
    return last[0].field("body") if last and "function" in last[0].kind() else None


def inside_of(inner: "SgNode", body: "SgNode", text: str) -> tuple[int, int]:
    """Return the stretch between what opens a body and what closes it."""
    if inner.kind() in _GO_GROUPS:
        opening, closing = (child(body, sign) for sign in "()")
        assert opening is not None
        assert closing is not None
        return span(opening)[1], span(closing)[0]
    start, end = span(body)
    if text[start : start + 1] == "{":
        return start + 1, end - 1
    if body.kind() == "do_block":
        first = child(body, "block_parameters") or child(body, "do")
        last = child(body, "end")
        assert first is not None
        assert last is not None
        return span(first)[1], span(last)[0]
    named = [inner.field("superclass"), inner.field("name"), inner.field("value")]
    head = next(one for one in named if one is not None)
    closing = child(inner, "end")
    assert closing is not None
    return span(head)[1], span(closing)[0]
