"""The names that a statement of TypeScript or JavaScript defines, with members and stubs."""

from typing import TYPE_CHECKING

from msgspec.structs import replace

from gsd_run.checking.languages.ecmascript_imports import bindings
from gsd_run.checking.languages.hollow import expression_stub_of, stub_of
from gsd_run.checking.languages.nodes import below, child, end_line_of, line_of, named, span, words
from gsd_run.checking.languages.outline import Definition, Kind

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_KINDS: dict[str, Kind] = {
    "function_declaration": "function",
    "generator_function_declaration": "function",
    "function_signature": "function",
    "function_expression": "function",
    "generator_function": "function",
    "arrow_function": "function",
    "method_definition": "function",
    "method_signature": "function",
    "abstract_method_signature": "function",
    "class_declaration": "class",
    "abstract_class_declaration": "class",
    "class": "class",
    "interface_declaration": "type",
    "type_alias_declaration": "type",
    "enum_declaration": "type",
    "internal_module": "module",
    "module": "module",
}
_WITHOUT_BODY = frozenset({"function_signature", "method_signature", "abstract_method_signature"})
_SUBSTANCE = frozenset(
    {"object", "array", "arrow_function", "function_expression", "template_string", "jsx_element"}
)
_SIMPLE = frozenset({"string", "number", "true", "false", "null", "undefined", "unary_expression"})


def defined(node: "SgNode", path: str) -> list[Definition]:
    """Return the names that a statement of a module defines."""
    kind = node.kind()
    if kind in {"lexical_declaration", "variable_declaration"}:
        return [
            one
            for declarator in node.children()
            if declarator.kind() == "variable_declarator"
            for one in _declared(declarator, path)
        ]
    if kind == "ambient_declaration":
        return [one for inner in named(node) for one in defined(inner, path)]
    if kind == "expression_statement" and (inner := child(node, "internal_module")):
        return defined(inner, path)
    name = node.field("name")
    if kind not in _KINDS or name is None:
        return []
    return valued(name.text().strip("\"'"), node, path)


def valued(name: str, node: "SgNode", path: str) -> list[Definition]:
    """Return the definition of a name by what it stands for, and its members."""
    kind = _KINDS.get(node.kind(), "value")
    one = Definition(
        name=name,
        kind=kind,
        line=line_of(node),
        end=end_line_of(node),
        start=span(node)[0],
        inherits=kind in {"class", "type"}
        and (_heritage(node) or node.kind() == "type_alias_declaration"),
    )
    if kind == "function":
        return [_with_stub(one, node, path)]
    return [one, *(replace(m, name=f"{name}.{m.name}") for m in _members(node, path))]


def is_work(node: "SgNode") -> bool:
    """Tell whether a value is more than a function or a simple constant."""
    kind = node.kind()
    if kind == "object":
        return not all(
            one.kind() == "method_definition"
            or (one.kind() == "pair" and (value := one.field("value")) and not is_work(value))
            for one in named(node)
        )
    if kind in {"as_expression", "satisfies_expression", "parenthesized_expression"}:
        return any(is_work(one) for one in named(node)[:1])
    if kind in {"call_expression", "new_expression", "await_expression", "member_expression"}:
        return any(below(node, _SUBSTANCE))  # createLogger() alone is wiring
    return kind not in _SIMPLE and kind not in _KINDS and kind != "identifier"


def _declared(declarator: "SgNode", path: str) -> list[Definition]:
    name, value = declarator.field("name"), declarator.field("value")
    if name is None:
        return []
    if name.kind() != "identifier":
        place = Definition(
            name="", kind="value", line=line_of(declarator), end=end_line_of(declarator),
            start=span(declarator)[0],
        )  # fmt: skip
        return [replace(place, name=bound) for bound, _ in bindings(name)]
    while value is not None and value.kind() in {
        "as_expression", "satisfies_expression", "parenthesized_expression",
    } and named(value):  # fmt: skip
        value = named(value)[0]
    return valued(name.text(), value if value is not None else declarator, path)


def _heritage(node: "SgNode") -> bool:
    return child(node, "class_heritage", "extends_type_clause", "extends_clause") is not None


def _with_stub(one: Definition, node: "SgNode", path: str) -> Definition:
    body = node.field("body")
    component = path.endswith((".tsx", ".jsx", ".js")) and one.name[:1].isupper()
    if body is None:
        return replace(one, abstract=node.kind() in _WITHOUT_BODY)
    if body.kind() != "statement_block":
        return replace(one, stub=expression_stub_of(body, component=component))
    stub, empty = stub_of(body, component=component)
    # What stands in a constructor's parameters is its work.
    return replace(one, stub=stub, empty=empty, abstract=one.name == "constructor")


def _members(node: "SgNode", path: str) -> list[Definition]:
    if node.kind() == "object":
        return [member for one in named(node) for member in _member(one, path)]
    body = node.field("body")
    if body is None:
        return []
    if node.kind() in {"internal_module", "module"}:
        inner = [one for one in named(body) if one.kind() == "export_statement"]
        declared = [one.field("declaration") for one in inner]
        return [member for one in declared if one is not None for member in defined(one, path)]
    return [member for one in named(body) for member in _member(one, path)]


def _member(node: "SgNode", path: str) -> list[Definition]:
    key = node.field("name") or node.field("key") or node.field("property") or node
    if key.kind() in {"computed_property_name", "spread_element"}:
        return []
    name = key.text().strip("\"'`")
    value = node.field("value")
    shown = value if value is not None and value.kind() in _KINDS else node
    modifier = child(node, "accessibility_modifier")
    hidden = name.startswith("#") or (modifier is not None and modifier.text() != "public")
    (one, *_) = valued(name, shown, path)
    label = "private" if hidden else ""
    abstract = one.abstract or "abstract" in words(node)
    return [
        replace(one, visibility="private" if hidden else "public", label=label, abstract=abstract)
    ]
