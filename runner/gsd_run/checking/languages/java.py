"""What Java files offer and import."""

from typing import TYPE_CHECKING

from gsd_run.checking.languages.declared import Seen, Shape, declarations, modifiers
from gsd_run.checking.languages.nodes import child, line_of, named, span
from gsd_run.checking.languages.outline import Import, Outline

if TYPE_CHECKING:
    from ast_grep_py import SgNode


def _visible(node: "SgNode", around: str) -> Seen:
    said = modifiers(node)
    if "private" in said:
        return "private", "private"
    if "public" in said or around in _SHAPE.interfaces or node.kind() == "enum_constant":
        return "public", ""
    return "package", "protected" if "protected" in said else "not public"


_SHAPE = Shape(
    types={
        "class_declaration": "class",
        "interface_declaration": "type",
        "enum_declaration": "type",
        "record_declaration": "class",
        "annotation_type_declaration": "type",
    },
    functions=frozenset({"method_declaration", "constructor_declaration"}),
    values=frozenset({"field_declaration", "constant_declaration", "enum_constant"}),
    holders=frozenset(
        {"class_body", "interface_body", "enum_body", "enum_body_declarations",
         "annotation_type_body"}
    ),
    declarators=frozenset({"variable_declarator"}),
    names=frozenset({"identifier"}),
    bodies=frozenset({"block", "constructor_body"}),
    bases=frozenset({"superclass", "super_interfaces", "extends_interfaces"}),
    constructors=frozenset({"constructor_declaration"}),
    interfaces=frozenset({"interface_declaration", "annotation_type_declaration"}),
    visible=_visible,
)  # fmt: skip


def outline_of(root: "SgNode", path: str) -> Outline:  # noqa: ARG001 - as for every language
    """Return what a file defines and imports; `package` is its package."""
    package = child(root, "package_declaration")
    return Outline(
        definitions=tuple(declarations(root, _SHAPE)),
        imports=tuple(_import(one) for one in root.find_all(kind="import_declaration")),
        package=named(package)[-1].text() if package else "",
    )


def _import(node: "SgNode") -> Import:
    """Return an import; `module` is the whole name, `items` is "*" for all of a package."""
    start, end = span(node)
    name = named(node)[0].text()
    every = child(node, "asterisk") is not None
    last = name.rpartition(".")[2]
    return Import(
        module=name,
        line=line_of(node),
        start=start,
        end=end,
        names=() if every else (last,),
        items=("*",) if every else (last,),
    )
