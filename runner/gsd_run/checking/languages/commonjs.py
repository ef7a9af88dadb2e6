"""What a CommonJS module offers: `module.exports = …`, `exports.x = …` and their kin."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.checking.languages.ecmascript_definitions import valued
from gsd_run.checking.languages.nodes import line_of, named, span, unquoted
from gsd_run.checking.languages.outline import Definition, Import, Passed

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_EXPORTS = r"^(module\.)?exports(\.\w+)?$"
_GIVING = r"^(Object\.(assign|definePropert(y|ies))|__exportStar)$"
_OBJECTS = frozenset({"module.exports", "exports"})


class CommonJs(Struct, frozen=True, kw_only=True):
    """The names of a CommonJS module; `open` as in Outline."""

    definitions: tuple[Definition, ...] = ()
    passed: tuple[Passed, ...] = ()
    open: str = ""


class _Module(Struct, frozen=True):
    local: Sequence[Definition]
    imported: dict[str, tuple[str, str]]
    path: str


def commonjs_exports(
    root: "SgNode", local: Sequence[Definition], imports: Sequence[Import], path: str
) -> CommonJs:
    """Return the names given to `module.exports` and `exports`; a later whole replaces all before.

    What is given inside of a condition or function is offered only perhaps.
    """
    imported = {
        name: (one.module, item)
        for one in imports
        for name, item in zip(one.names, one.items, strict=True)
    }
    module = _Module(local, imported, path)
    found = CommonJs()
    for node in root.find_all(
        kind="assignment_expression", has={"field": "left", "regex": _EXPORTS}
    ):
        left, right = node.field("left"), node.field("right")
        if left is None or right is None:
            continue
        while right.kind() == "assignment_expression" and (inner := right.field("right")):
            right = inner  # exports.a = exports.b = …: each is found as an assignment of its own
        target = left.text()
        if target in _OBJECTS:
            whole = _whole(right, module)
            found = _joined(found, whole) if _in_part(node) else whole
            if _in_part(node):
                found = replace(found, open="module.exports is given in a condition or function")
        else:
            name = target.rpartition(".")[2]
            found = _joined(found, _seen(_given(name, right, module), node))
    for node in root.find_all(kind="call_expression", has={"field": "function", "regex": _GIVING}):
        found = _joined(found, _seen(_called(node, module), node))
    return found


def _joined(one: CommonJs, other: CommonJs) -> CommonJs:
    return CommonJs(
        definitions=(*one.definitions, *other.definitions),
        passed=(*one.passed, *other.passed),
        open=one.open or other.open,
    )


def _in_part(node: "SgNode") -> bool:
    """Tell whether a statement runs only under a condition, or when a function is called."""
    outer = node.parent()
    while outer is not None and outer.kind() in {
        "assignment_expression", "sequence_expression", "variable_declarator",
        "lexical_declaration", "variable_declaration", "expression_statement",
    }:  # fmt: skip
        outer = outer.parent()
    return outer is not None and outer.kind() != "program"


def _seen(found: CommonJs, node: "SgNode") -> CommonJs:
    if not _in_part(node):
        return found
    label = "given in a condition or function"
    perhaps = [replace(one, visibility="perhaps", label=label) for one in found.definitions]
    return CommonJs(definitions=tuple(perhaps), open=found.open or (label if found.passed else ""))


def _whole(value: "SgNode", module: _Module) -> CommonJs:
    if value.kind() == "object":
        return _properties(value, module)
    itself = _given("default", value, module)
    if value.kind() == "identifier":
        named_too = _given(value.text(), value, module)
        members = [one for one in module.local if one.name.startswith(value.text() + ".")]
        plain = [replace(one, name=one.name.partition(".")[2]) for one in members]
        return _joined(_joined(itself, named_too), CommonJs(definitions=tuple(plain)))
    if value.kind() == "call_expression":
        required = _required(value)
        if required:
            return CommonJs(passed=(_all_of(required, value),))
        return replace(itself, open="module.exports is what a call returns")
    name = value.field("name")
    if name is not None and itself.definitions:
        also = replace(itself.definitions[0], name=name.text())
        return replace(itself, definitions=(*itself.definitions, also))
    return itself


def _properties(value: "SgNode", module: _Module) -> CommonJs:
    found = CommonJs()
    for one in named(value):
        match one.kind():
            case "shorthand_property_identifier":
                found = _joined(found, _given(one.text(), one, module))
            case "pair":
                key, given = one.field("key"), one.field("value")
                if key is None or given is None or key.kind() == "computed_property_name":
                    found = replace(found, open="a name is computed")
                else:
                    found = _joined(found, _given(key.text().strip("\"'"), given, module))
            case "method_definition":
                key = one.field("name")
                if key is not None:
                    definitions = valued(key.text().strip("\"'"), one, module.path)
                    found = _joined(found, CommonJs(definitions=tuple(definitions)))
            case "spread_element":
                found = _joined(found, _spread(named(one)[0], module) if named(one) else found)
    return found


def _spread(value: "SgNode", module: _Module) -> CommonJs:
    required = _required(value)
    if not required and value.text() in module.imported:
        required = module.imported[value.text()][0]
    if required:
        return CommonJs(passed=(_all_of(required, value),))
    members = [one for one in module.local if one.name.startswith(value.text() + ".")]
    plain = tuple(replace(one, name=one.name.partition(".")[2]) for one in members)
    return CommonJs(definitions=plain, open="" if plain else f"it spreads {value.text()[:40]}")


def _given(name: str, value: "SgNode", module: _Module) -> CommonJs:
    """Return a name and what it stands for: something local, imported, or written right there."""
    text = value.text()
    if value.kind() in {"identifier", "shorthand_property_identifier"}:
        own = [one for one in module.local if one.name == text or one.name.startswith(text + ".")]
        if own:
            return CommonJs(
                definitions=tuple(replace(one, name=name + one.name[len(text) :]) for one in own)
            )
        if text in module.imported:
            source, item = module.imported[text]
            original = "" if item == "*" else item
            one = Passed(name=name, original=original, module=source, line=line_of(value),
                         start=span(value)[0])  # fmt: skip
            return CommonJs(passed=(one,))
        if text != "undefined":
            return CommonJs()  # a name that is defined nowhere
    return CommonJs(definitions=tuple(valued(name, value, module.path)))


def _called(node: "SgNode", module: _Module) -> CommonJs:  # noqa: PLR0911 - a table of calls
    function, arguments = node.field("function"), node.field("arguments")
    given = named(arguments) if arguments else []
    if function is None or len(given) < 2:  # noqa: PLR2004 - the object, and what it is given
        return CommonJs()
    if function.text() == "__exportStar":
        required = _required(given[0])
        return CommonJs(passed=(_all_of(required, node),)) if required else CommonJs()
    if given[0].text() not in _OBJECTS:
        return CommonJs()
    if function.text().endswith("defineProperty"):
        name = unquoted(given[1]) if given[1].kind() == "string" else None
        if name == "__esModule":
            return CommonJs()
        if name is None:
            return CommonJs(open="a name is computed")
        return CommonJs(definitions=tuple(valued(name, given[1], module.path)))
    found = CommonJs()
    for one in given[1:]:
        added = _properties(one, module) if one.kind() == "object" else _spread(one, module)
        found = _joined(found, added)
    return found


def _required(value: "SgNode") -> str:
    function, arguments = value.field("function"), value.field("arguments")
    if value.kind() != "call_expression" or function is None or arguments is None:
        return ""
    given = named(arguments)
    if function.text() != "require" or not given or given[0].kind() != "string":
        return ""
    return unquoted(given[0]) or ""


def _all_of(module: str, node: "SgNode") -> Passed:
    return Passed(name="*", original="*", module=module, line=line_of(node), start=span(node)[0])
