"""What Go files offer and import."""

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
from gsd_run.checking.languages.outline import Definition, Import, Kind, Outline

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_SPECS: dict[str, Kind] = {"type_spec": "type", "type_alias": "type", "const_spec": "value",
                           "var_spec": "value"}  # fmt: skip
_MEMBERS = ("field_declaration", "method_elem", "method_spec")
_SIMPLE = frozenset(
    {"interpreted_string_literal", "raw_string_literal", "int_literal", "float_literal", "true",
     "false", "nil", "iota", "unary_expression"}
)  # fmt: skip


def outline_of(root: "SgNode", path: str) -> Outline:  # noqa: ARG001 - as for every language
    """Return what a file defines and imports; `package` is the name of its package."""
    package = child(root, "package_clause")
    definitions = [one for node in named(root) for one in _defined(node)]
    return Outline(
        definitions=tuple(_seen(one) for one in definitions),
        imports=tuple(_import(one) for one in root.find_all(kind="import_spec")),
        package=named(package)[0].text() if package else "",
        work=next((line_of(one) for one in named(root) if _works(one)), 0),
    )


def _place(node: "SgNode", name: str, kind: Kind) -> Definition:
    return Definition(
        name=name, kind=kind, line=line_of(node), end=end_line_of(node), start=span(node)[0]
    )


def _defined(node: "SgNode") -> list[Definition]:
    match node.kind():
        case "function_declaration" | "method_declaration":
            return [_function(node)]
        case "type_declaration" | "const_declaration" | "var_declaration":
            specs = below(node, _SPECS)
            return [one for spec in specs for one in _specified(spec)]
    return []


def _function(node: "SgNode") -> Definition:
    name, receiver, body = node.field("name"), node.field("receiver"), node.field("body")
    own = name.text() if name else ""
    if receiver is not None:
        owner = next((one.text() for one in below(receiver, ("type_identifier",))), "")
        own = f"{owner}.{own}"
    one = _place(node, own, "function")
    if body is None:
        return replace(one, abstract=True)
    stub, empty = stub_of(body)
    return replace(one, stub=stub, empty=empty)


def _specified(spec: "SgNode") -> list[Definition]:
    kind = _SPECS[spec.kind()]
    if kind == "value":
        names = [one for one in named(spec) if one.kind() == "identifier"]
        return [_place(spec, one.text(), kind) for one in names]
    name = spec.field("name") or named(spec)[0]
    whole = spec.field("type")
    members = list(below(whole, _MEMBERS)) if whole else []
    found = [_place(spec, name.text(), kind)]
    embedded = False
    for member in members:
        own = [one.text() for one in member.children() if one.kind() == "field_identifier"]
        embedded = embedded or not own
        found += [_place(member, f"{name.text()}.{one}", "value") for one in own]
    found[0] = replace(found[0], inherits=embedded or spec.kind() == "type_alias")
    return found


def _seen(one: Definition) -> Definition:
    """Every part of a name must be capitalised; `main` and `init` are called by Go itself."""
    if one.name in {"main", "init"} or all(part[:1].isupper() for part in one.name.split(".")):
        return one
    return replace(one, visibility="private", label="not capitalised, so not exported")


def _import(node: "SgNode") -> Import:
    start, end = span(node)
    path, name = node.field("path"), node.field("name")
    module = (unquoted(path) or path.text().strip('`"')) if path else ""
    used = name.text() if name else module.rpartition("/")[2]
    if used in {"_", "."}:
        return Import(module=module, line=line_of(node), start=start, end=end, items=("*",))
    return Import(
        module=module, line=line_of(node), start=start, end=end, names=(used,), items=("*",)
    )


def _works(node: "SgNode") -> bool:
    """Tell whether a variable at the top is given more than a simple constant."""
    if node.kind() not in {"var_declaration", "const_declaration"}:
        return False
    values = [one for spec in below(node, _SPECS) for one in named(spec)
              if one.kind() == "expression_list"]  # fmt: skip
    return any(one.kind() not in _SIMPLE for value in values for one in named(value))
