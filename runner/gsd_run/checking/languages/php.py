"""What PHP files offer, use and require."""

from typing import TYPE_CHECKING

from gsd_run.checking.languages.declared import Seen, Shape, declarations, modifiers
from gsd_run.checking.languages.nodes import below, child, line_of, named, span
from gsd_run.checking.languages.outline import Import, Outline

if TYPE_CHECKING:
    from ast_grep_py import SgNode


def _visible(node: "SgNode", around: str) -> Seen:  # noqa: ARG001 - PHP shows what it does not hide
    said = modifiers(node) & {"private", "protected"}
    return ("private", said.pop()) if said else ("public", "")


_SHAPE = Shape(
    types={
        "class_declaration": "class",
        "interface_declaration": "type",
        "trait_declaration": "class",
        "enum_declaration": "type",
    },
    functions=frozenset({"method_declaration", "function_definition"}),
    values=frozenset({"const_declaration", "property_declaration", "enum_case"}),
    holders=frozenset(
        {"declaration_list", "enum_declaration_list", "namespace_definition", "compound_statement"}
    ),
    declarators=frozenset({"const_element", "property_element"}),
    names=frozenset({"name", "variable_name"}),
    bodies=frozenset({"compound_statement"}),
    bases=frozenset({"base_clause", "class_interface_clause"}),
    interfaces=frozenset({"interface_declaration"}),
    visible=_visible,
)
_REQUIRES = ("require_once_expression", "require_expression", "include_once_expression",
             "include_expression")  # fmt: skip
_NEUTRAL = frozenset(
    {"php_tag", "namespace_definition", "namespace_use_declaration", "declare_statement",
     "text_interpolation", "empty_statement"}
)  # fmt: skip


def outline_of(root: "SgNode", path: str) -> Outline:  # noqa: ARG001 - as for every language
    """Return what a file defines, uses and requires; `package` is its namespace."""
    space = child(root, "namespace_definition")
    name = child(space, "namespace_name") if space else None
    known = _NEUTRAL | _SHAPE.types.keys() | _SHAPE.functions | _SHAPE.values
    doing = [one for one in named(root) if one.kind() not in known]
    work = [one for one in doing if not any(below(one, _REQUIRES))]
    uses = [one for node in root.find_all(kind="namespace_use_declaration") for one in _uses(node)]
    requires = [one for kind in _REQUIRES for one in root.find_all(kind=kind)]
    return Outline(
        definitions=tuple(declarations(root, _SHAPE)),
        imports=(*uses, *(_required(one) for one in requires)),
        package=name.text() if name else "",
        work=line_of(work[0]) if work else 0,
    )


def _uses(node: "SgNode") -> list[Import]:
    start, end = span(node)
    prefix = child(node, "namespace_name")
    clauses = list(below(node, ("namespace_use_clause",)))
    found = []
    for clause in clauses:
        names = [one.text() for one in named(clause)]
        full = names[0] if prefix is None else f"{prefix.text()}\\{names[0]}"
        last = names[-1].rpartition("\\")[2]
        found.append(
            Import(
                module=full.lstrip("\\"),
                line=line_of(node),
                start=start,
                end=end,
                names=(last,),
                items=(full.rpartition("\\")[2],),
            )
        )
    return found


def _required(node: "SgNode") -> Import:
    """Return a required file; `__DIR__ . '/x.php'` is the file beside this one."""
    start, end = span(node)
    texts = [one.text() for one in below(node, ("string_content",))]
    beside = "__DIR__" in node.text() or "dirname(__FILE__)" in node.text()
    module = ("." if beside else "") + "".join(texts)
    return Import(module=module, line=line_of(node), start=start, end=end, items=("require",))
