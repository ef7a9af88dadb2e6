"""What modules of TypeScript and JavaScript offer to others."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.checking.languages.commonjs import commonjs_exports
from gsd_run.checking.languages.ecmascript_definitions import defined, is_work, valued
from gsd_run.checking.languages.ecmascript_imports import imports_of
from gsd_run.checking.languages.nodes import child, line_of, named, span, unquoted, words
from gsd_run.checking.languages.outline import Definition, Outline, Passed

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_DECLARATIONS = frozenset(
    {"import_statement", "function_declaration", "generator_function_declaration",
     "class_declaration", "abstract_class_declaration", "interface_declaration",
     "type_alias_declaration", "enum_declaration", "ambient_declaration", "empty_statement",
     "hash_bang_line", "function_signature"}
)  # fmt: skip


class _Offer(Struct, frozen=True):
    definitions: tuple[Definition, ...] = ()
    passed: tuple[Passed, ...] = ()


class _Module(Struct, frozen=True):
    """What the exports of a module can refer to, and its path."""

    local: Sequence[Definition]
    imported: Mapping[str, tuple[str, str]]
    path: str


def outline_of(root: "SgNode", path: str) -> Outline:
    """Return what a module defines, passes on and imports."""
    statements = named(root)
    local = [one for node in statements for one in defined(_declaration(node), path)]
    imports = imports_of(root)
    imported = {
        name: (one.module, item)
        for one in imports
        for name, item in zip(one.names, one.items, strict=True)
    }
    module = _Module(local, imported, path)
    offers = [_exported(node, module) for node in statements if node.kind() == "export_statement"]
    common = commonjs_exports(root, local, imports, path)
    public = (*(one for offer in offers for one in offer.definitions), *common.definitions)
    names = {one.name for one in public}
    private = [
        replace(one, visibility="private", label="not exported")
        for one in local
        if one.name not in names
    ]
    return Outline(
        definitions=(*public, *private),
        passed=(*(one for offer in offers for one in offer.passed), *common.passed),
        imports=imports,
        open=common.open,
        work=next((line_of(node) for node in statements if _works(node)), 0),
    )


def _declaration(node: "SgNode") -> "SgNode":
    """Return the declaration that an export statement exports, or the statement itself."""
    if node.kind() != "export_statement":
        return node
    return node.field("declaration") or node


def _exported(node: "SgNode", module: _Module) -> _Offer:
    source = node.field("source")
    origin = unquoted(source) if source else None
    said = words(node)
    clause = child(node, "export_clause")
    if clause is not None:
        offers = [_specified(one, origin, module) for one in named(clause)]
        return _Offer(
            tuple(one for offer in offers for one in offer.definitions),
            tuple(one for offer in offers for one in offer.passed),
        )
    if origin is not None:
        space = child(node, "namespace_export")
        name = named(space)[0].text() if space and named(space) else "*"
        return _Offer((), (_passed(name, "" if space else "*", origin, node),))
    declaration = node.field("declaration")
    if "default" in said or "=" in said:
        return _default(declaration or node.field("value") or named(node)[-1:], module)
    return _Offer(tuple(defined(declaration, module.path)) if declaration else ())


def _default(value: "SgNode | list[SgNode]", module: _Module) -> _Offer:
    """Return the default export, under that name and under the one it has in the file."""
    if isinstance(value, list):
        if not value:
            return _Offer()
        value = value[0]
    if value.kind() == "identifier":
        itself = _named(value.text(), "default", value, module)
        also = _named(value.text(), value.text(), value, module)
        return _Offer((*itself.definitions, *also.definitions), itself.passed)
    own = value.field("name")
    found = valued("default", value, module.path)
    if own is not None and value.kind() != "variable_declarator":
        found += valued(own.text(), value, module.path)
    return _Offer(tuple(found))


def _specified(node: "SgNode", origin: str | None, module: _Module) -> _Offer:
    name, alias = node.field("name"), node.field("alias")
    if name is None:
        return _Offer()
    original = name.text().strip("\"'")
    shown = alias.text().strip("\"'") if alias else original
    if origin is not None:
        return _Offer((), (_passed(shown, original, origin, node),))
    offer = _named(original, shown, node, module)
    if shown == "default":
        also = _named(original, original, node, module)
        return _Offer((*offer.definitions, *also.definitions), offer.passed)
    return offer


def _named(original: str, shown: str, node: "SgNode", module: _Module) -> _Offer:
    """Return what a name of the file stands for, under the name that others see."""
    own = [
        one for one in module.local if one.name == original or one.name.startswith(original + ".")
    ]
    if own:
        return _Offer(tuple(replace(one, name=shown + one.name[len(original) :]) for one in own))
    if original in module.imported:
        origin, item = module.imported[original]
        return _Offer((), (_passed(shown, "" if item == "*" else item, origin, node),))
    return _Offer()


def _passed(name: str, original: str, origin: str, node: "SgNode") -> Passed:
    return Passed(
        name=name, original=original, module=origin, line=line_of(node), start=span(node)[0]
    )


def _works(node: "SgNode") -> bool:
    """Tell whether a statement of a module does something besides defining functions and types."""
    node = _declaration(node)
    kind = node.kind()
    if kind in _DECLARATIONS:
        return False
    if kind in {"lexical_declaration", "variable_declaration"}:
        values = [one.field("value") for one in node.children()]
        return any(value is not None and is_work(value) for value in values)
    if kind == "export_statement":
        value = node.field("value")
        return is_work(value) if value else False
    if kind == "expression_statement":
        inner = named(node)[:1]
        if inner and inner[0].kind() == "assignment_expression":
            left, right = inner[0].field("left"), inner[0].field("right")
            exports = left is not None and "exports" in left.text().split(".")[:2]
            plain = right is not None and (right.kind() == "object" or not is_work(right))
            return not (exports and plain)
        return bool(inner) and inner[0].kind() != "string"
    return True
