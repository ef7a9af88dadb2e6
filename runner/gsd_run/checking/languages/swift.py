"""What Swift files offer and import."""

from typing import TYPE_CHECKING

from gsd_run.checking.languages.declared import Seen, Shape, declarations, modifiers
from gsd_run.checking.languages.nodes import line_of, named, span
from gsd_run.checking.languages.outline import Import, Outline

if TYPE_CHECKING:
    from ast_grep_py import SgNode


def _visible(node: "SgNode", around: str) -> Seen:  # noqa: ARG001 - Swift shows what it does not hide
    said = modifiers(node) & {"private", "fileprivate"}
    return ("private", said.pop()) if said else ("public", "")


_SHAPE = Shape(
    types={
        "class_declaration": "class",  # also struct, enum, actor, extension
        "protocol_declaration": "type",
        "typealias_declaration": "type",
    },
    functions=frozenset(
        {"function_declaration", "protocol_function_declaration", "init_declaration"}
    ),
    values=frozenset({"property_declaration", "protocol_property_declaration", "enum_entry"}),
    holders=frozenset({"class_body", "enum_class_body", "protocol_body"}),
    declarators=frozenset({"pattern"}),
    names=frozenset({"simple_identifier", "type_identifier", "user_type"}),
    bodies=frozenset({"function_body"}),
    bases=frozenset({"inheritance_specifier"}),
    constructors=frozenset({"init_declaration"}),
    extensions=frozenset({"extension"}),
    visible=_visible,
)
_DECLARATIONS = frozenset({"import_declaration"})


def outline_of(root: "SgNode", path: str) -> Outline:  # noqa: ARG001 - as for every language
    """Return what a file defines and imports."""
    known = _DECLARATIONS | _SHAPE.types.keys() | _SHAPE.functions | _SHAPE.values
    doing = [one for one in named(root) if one.kind() not in known]
    return Outline(
        definitions=tuple(declarations(root, _SHAPE)),
        imports=tuple(_import(one) for one in root.find_all(kind="import_declaration")),
        work=line_of(doing[0]) if doing else 0,
    )


def _import(node: "SgNode") -> Import:
    start, end = span(node)
    return Import(
        module=named(node)[-1].text(), line=line_of(node), start=start, end=end, items=("*",)
    )
