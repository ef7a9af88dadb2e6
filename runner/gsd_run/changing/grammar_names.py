"""What a node of a syntax tree defines: the names by which it is found in another text."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gsd_run.changing.grammar_nodes import child, text_of
from gsd_run.changing.grammar_shapes import Shape

if TYPE_CHECKING:
    from ast_grep_py import SgNode


# Calls that define something in a file of tests, or in a Ruby class, by their first argument.
_TESTS = frozenset(
    {"describe", "context", "suite", "feature", "it", "test", "specify", "scenario", "before",
     "after", "beforeEach", "afterEach", "beforeAll", "afterAll", "let", "let!", "subject",
     "around", "shared_examples", "RSpec.describe"}
)  # fmt: skip


SECTIONS = frozenset({"private", "protected", "public"})


# Definitions that are values when they stand on one line: they need no blank lines around them.
_LINES = frozenset(
    {"public_field_definition", "field_definition", "property_signature", "index_signature",
     "property_declaration", "const_item", "static_item", "type_item", "associated_type",
     "use_declaration", "alias", "const_spec", "var_spec", "type_spec", "type_alias"}
)  # fmt: skip


_TOKEN = re.compile(r"\w+|[^\w\s]")


def identity_of(node: "SgNode", inner: "SgNode", shape: Shape) -> tuple[str, str, frozenset[str]]:
    """Return the form of a unit, the key by which it is found again, and all names it defines."""
    kind = inner.kind()
    plain = " ".join(node.text().split())
    if kind in shape.imports or _is_ruby_import(inner):
        return "import", f"import:{plain}", frozenset()
    if kind in shape.fixed and not (kind == "namespace_definition" and inner.field("body")):
        return "fixed", f"{kind}:{plain}", frozenset()
    if kind in shape.spaces:
        names = _names(inner, shape)
        name = names[0] if names else ""
        if not name and " default " in f" {plain} ":
            name = "default"
        name = name or plain
        plain_value = kind in shape.values or kind in _LINES
        form = "value" if plain_value and "\n" not in inner.text() else "code"
        space = shape.spaces[kind]
        return form, f"{space}:{name}", frozenset(f"{space}:{one}" for one in names)
    if node.kind() == "export_statement":
        default = node.text().startswith("export default")
        return "statement", "export:default" if default else f"export:{plain}", frozenset()
    return _statement(inner, shape, plain)


def _statement(inner: "SgNode", shape: Shape, plain: str) -> tuple[str, str, frozenset[str]]:
    """Return what a statement outside of definitions is known by: its call or its target."""
    if inner.kind() not in shape.statements:
        return "other", f"text:{plain}", frozenset()
    part = inner
    if inner.kind() == "expression_statement":
        part = next((one for one in inner.children() if one.is_named()), inner)
    if part.kind() in {"assignment_expression", "assignment"}:
        left = part.field("left")
        name = left.text() if left else plain
        return ("value" if "\n" not in plain else "code"), f"set:{name}", frozenset()
    if (callee := callee_of(part)) in _TESTS:
        return "code", f"call:{callee} {_first_argument(part)}".rstrip(), frozenset()
    declares = part.kind() == "identifier" or (part.kind() == "call" and not part.field("receiver"))
    if shape.around and shape.around[1] == "end" and declares:
        if plain in SECTIONS:
            return "value", plain, frozenset()
        return "value", f"call:{callee} {_first_argument(part)}".rstrip(), frozenset()
    return "other", f"text:{plain}", frozenset()


def callee_of(node: "SgNode") -> str:
    """Return what a call calls, "" for any other node; of `it.only(…)` that is `it`."""
    if node.kind() == "call_expression":
        called = node.field("function")
        return called.text().partition(".")[0] if called else ""
    if node.kind() == "call":
        receiver, method = node.field("receiver"), node.field("method")
        name = method.text() if method else ""
        return f"{receiver.text()}.{name}" if receiver else name
    return node.text() if node.kind() == "identifier" else ""


def _first_argument(node: "SgNode") -> str:
    given = node.field("arguments")
    held = [one for one in given.children() if one.is_named()] if given else []
    if not held or "\n" in held[0].text():
        return ""
    return held[0].text()


def _is_ruby_import(node: "SgNode") -> bool:
    return node.kind() == "call" and callee_of(node) in {"require", "require_relative"}


def _names(node: "SgNode", shape: Shape) -> list[str]:
    kind = node.kind()
    if kind in shape.declarators:
        return _declared(node, shape)
    if kind in shape.values:
        held = [name for one in _declarators(node, shape) for name in _declared(one, shape)]
        found = [name for name in held if name != "_"]
        return found or ([_own_name(node, shape)] if _own_name(node, shape) else [])
    name = _own_name(node, shape)
    if kind == "impl_item" or (kind == "class_declaration" and _word(node) == "extension"):
        return [_extended(node)]
    return [_of_receiver(node, kind, name)] if name not in {"", "_"} else []


def _of_receiver(node: "SgNode", kind: str, name: str) -> str:
    """Return a function's name with what makes it another than those of the same name."""
    if kind == "method_declaration" and (receiver := node.field("receiver")) is not None:
        owner = re.search(r"(\w+)(?:\[[^\]]*\])?\s*\)$", receiver.text())
        return f"({owner[1] if owner else ''}).{name}"
    if kind == "function_declaration" and (of := child(node, "receiver_type")) is not None:
        return f"{of.text()}.{name}"
    if kind == "method_definition":
        words = {one.text() for one in node.children() if not one.is_named()}
        return " ".join([*(word for word in ("get", "set", "static") if word in words), name])
    return name


def _declarators(node: "SgNode", shape: Shape) -> "Iterator[SgNode]":
    for one in node.children():
        if one.kind() in shape.declarators:
            yield one
        elif one.kind() not in shape.bodies:
            yield from _declarators(one, shape)


def _declared(node: "SgNode", shape: Shape) -> list[str]:
    if node.kind() in {"const_spec", "var_spec"}:
        return [one.text() for one in node.children() if one.kind() == "identifier"]
    name = node.field("name") or child(node, *shape.names)
    return [name.text() if name is not None else node.text()]


# What is defined without a name, by the word that begins it.
_NAMELESS = {
    "init_declaration": "init", "deinit_declaration": "deinit",
    "subscript_declaration": "subscript", "secondary_constructor": "constructor",
    "companion_object": "companion", "anonymous_initializer": "init",
    "indexer_declaration": "this", "class_static_block": "static",
}  # fmt: skip


def _own_name(node: "SgNode", shape: Shape) -> str:
    kind = node.kind()
    if kind in _NAMELESS:
        return _NAMELESS[kind]
    if kind in {"operator_declaration", "conversion_operator_declaration"}:
        return node.text().partition("operator")[2].partition("(")[0].strip()
    if kind in {"index_signature", "call_signature", "construct_signature"}:
        return re.split(r"[)\]]", node.text(), maxsplit=1)[0]
    if kind == "use_declaration":
        return " ".join(node.text().split())
    before = {"singleton_method": "self.", "singleton_class": "class << "}.get(kind, "")
    name = node.field("name") or node.field("value") or child(node, *shape.names)
    return before + text_of(name).strip("`")


def _word(node: "SgNode") -> str:
    words = [one.text() for one in node.children() if not one.is_named()]
    return next((word for word in words if word == "extension"), "")


def _extended(node: "SgNode") -> str:
    """Return what a block of members is for: `impl Trait for Type`, `extension Type: Protocol`."""
    body = child(node, "declaration_list", "class_body")
    head = node.text()[: body.range().start.index - node.range().start.index] if body else ""
    head = re.sub(r"\bwhere\b.*", "", head, flags=re.DOTALL)
    return " ".join(_TOKEN.findall(re.sub(r"^[^{]*?\b(?=(?:impl|extension)\b)", "", head)))


def signature_of(node: "SgNode", shape: Shape) -> tuple[str, ...] | None:
    """Return the types of a function's parameters, where they tell overloads apart."""
    if not shape.overloads:
        return None
    if shape.spaces.get(node.kind()) not in {"method", "fun", "func"}:
        return None
    lists = [one for one in node.children() if one.kind() in shape.parameters]
    if lists and lists[0].kind() == "parameter":  # Swift's labels are a part of the name
        return tuple("".join(_labelled(one.text())) for one in lists)
    return tuple(_type_of(one) for held in lists for one in held.children() if one.is_named())


def _labelled(parameter: str) -> tuple[str, str]:
    names, _, kind = parameter.partition("=")[0].partition(":")
    return f"{names.split()[0]}:", "".join(kind.split())


def _type_of(parameter: "SgNode") -> str:
    kind = parameter.field("type")
    text = kind.text() if kind is not None else parameter.text().partition("=")[0]
    if kind is None and ":" in text:
        text = text.partition(":")[2]
    if parameter.kind() == "spread_parameter":
        text = parameter.text().rpartition(" ")[0]
    return "".join(text.split())


def tokens(text: str) -> list[str]:
    """Return a text's words and signs."""
    return _TOKEN.findall(text)
