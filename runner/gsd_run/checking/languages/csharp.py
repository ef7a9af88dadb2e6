"""What C# files offer and import."""

from typing import TYPE_CHECKING

from gsd_run.checking.languages.declared import Seen, Shape, declarations, modifiers
from gsd_run.checking.languages.nodes import child, line_of, named, span
from gsd_run.checking.languages.outline import Import, Outline

if TYPE_CHECKING:
    from ast_grep_py import SgNode


def _visible(node: "SgNode", around: str) -> Seen:
    said = modifiers(node)
    if "public" in said or around in {"interface_declaration", "enum_declaration"}:
        return "public", ""
    if "internal" in said or (not around and "private" not in said and "file" not in said):
        return "package", "internal"
    return "private", "protected" if "protected" in said else "private"


_SHAPE = Shape(
    types={
        "class_declaration": "class",
        "struct_declaration": "class",
        "record_declaration": "class",
        "record_struct_declaration": "class",
        "interface_declaration": "type",
        "enum_declaration": "type",
        "delegate_declaration": "type",
    },
    functions=frozenset({"method_declaration", "constructor_declaration"}),
    values=frozenset(
        {"field_declaration", "property_declaration", "event_field_declaration",
         "event_declaration", "enum_member_declaration"}
    ),
    holders=frozenset(
        {"declaration_list", "namespace_declaration", "file_scoped_namespace_declaration",
         "enum_member_declaration_list"}
    ),
    declarators=frozenset({"variable_declarator"}),
    names=frozenset({"identifier"}),
    bodies=frozenset({"block"}),
    expression_bodies=frozenset({"arrow_expression_clause"}),
    bases=frozenset({"base_list"}),
    constructors=frozenset({"constructor_declaration"}),
    interfaces=frozenset({"interface_declaration"}),
    visible=_visible,
)  # fmt: skip


def outline_of(root: "SgNode", path: str) -> Outline:  # noqa: ARG001 - as for every language
    """Return what a file defines and imports; `package` is its first namespace."""
    space = child(root, "namespace_declaration", "file_scoped_namespace_declaration")
    name = child(space, "qualified_name", "identifier") if space else None
    top = child(root, "global_statement")
    return Outline(
        definitions=tuple(declarations(root, _SHAPE)),
        imports=tuple(_import(one) for one in root.find_all(kind="using_directive")),
        package=name.text() if name else "",
        work=line_of(top) if top else 0,
    )


def _import(node: "SgNode") -> Import:
    start, end = span(node)
    name = named(node)[-1].text()
    return Import(module=name, line=line_of(node), start=start, end=end, items=("*",))
