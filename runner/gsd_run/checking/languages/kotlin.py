"""What Kotlin files offer and import."""

from typing import TYPE_CHECKING

from gsd_run.checking.languages.declared import Seen, Shape, declarations, modifiers
from gsd_run.checking.languages.nodes import child, line_of, named, span
from gsd_run.checking.languages.outline import Import, Outline

if TYPE_CHECKING:
    from ast_grep_py import SgNode


def _visible(node: "SgNode", around: str) -> Seen:  # noqa: ARG001 - Kotlin shows what it does not hide
    said = modifiers(node)
    if said & {"private", "protected"}:
        return "private", "private" if "private" in said else "protected"
    return ("package", "internal") if "internal" in said else ("public", "")


_SHAPE = Shape(
    types={
        "class_declaration": "class",
        "object_declaration": "class",
        "type_alias": "type",
    },
    functions=frozenset({"function_declaration", "secondary_constructor"}),
    values=frozenset({"property_declaration", "enum_entry", "class_parameter"}),
    holders=frozenset({"class_body", "enum_class_body", "companion_object", "primary_constructor"}),
    declarators=frozenset({"variable_declaration"}),
    names=frozenset({"simple_identifier", "type_identifier"}),
    bodies=frozenset({"function_body"}),
    bases=frozenset({"delegation_specifier"}),
    constructors=frozenset({"secondary_constructor"}),
    interfaces=frozenset({"interface"}),
    visible=_visible,
)


def outline_of(root: "SgNode", path: str) -> Outline:  # noqa: ARG001 - as for every language
    """Return what a file defines and imports; `package` is its package."""
    header = child(root, "package_header")
    return Outline(
        definitions=tuple(declarations(root, _SHAPE)),
        imports=tuple(_import(one) for one in root.find_all(kind="import_header")),
        package=named(header)[0].text() if header and named(header) else "",
    )


def _import(node: "SgNode") -> Import:
    start, end = span(node)
    parts = named(node)
    module = parts[0].text()
    every = child(node, "wildcard_import") is not None
    alias = child(node, "import_alias")
    last = module.rpartition(".")[2]
    name = named(alias)[0].text() if alias and named(alias) else last
    return Import(
        module=module,
        line=line_of(node),
        start=start,
        end=end,
        names=() if every else (name,),
        items=("*",) if every else (last,),
    )
