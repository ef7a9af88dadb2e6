"""What Python modules offer: the names of their top level, `__all__`, and what they pass on."""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
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
from gsd_run.checking.languages.outline import Definition, Import, Kind, Outline, Passed, Visibility
from gsd_run.checking.languages.python_imports import IMPORTS, imports_of

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_DECLARATIONS = frozenset(
    {*IMPORTS, "future_import_statement", "function_definition", "class_definition",
     "decorated_definition", "pass_statement", "type_alias_statement"}
)  # fmt: skip
_SIMPLE = frozenset(
    {"string", "integer", "float", "true", "false", "none", "unary_operator", "ellipsis"}
)
_SUBSTANCE = frozenset({"dictionary", "list", "lambda", "tuple", "set", "list_comprehension"})
_ABSTRACT = ("abstractmethod", "overload", "abstractproperty")
# Classes that only say what others have to do.
_PROTOCOLS = ("Protocol", "ABC", "ABCMeta", "Interface", "TypedDict", "NamedTuple")
_NAMED_SO = ("Base", "Abstract", "Protocol", "Interface", "Mixin")
_NEVER = frozenset({"False", "0", "None"})


def outline_of(root: "SgNode", path: str) -> Outline:
    """Return what a module defines, passes on and imports."""
    statements = list(_flat(named(root), "public"))
    definitions = [one for node, visible in statements for one in _defined(node, visible, path)]
    gone = {
        one.text() for node, _ in statements if node.kind() == "delete_statement"
        for one in below(node, ("identifier",))
    }  # fmt: skip
    exported = _listed(root)
    everywhere = [one for kind in IMPORTS for node in root.find_all(kind=kind)
                  for one in imports_of(node)]  # fmt: skip
    package = PurePosixPath(path).name == "__init__.py"
    passed = [
        one
        for node, visible in statements
        if node.kind() in IMPORTS
        for one in _passed(node, package=package, exported=exported, certain=visible == "public")
    ]
    names = {one.name for one in definitions}
    return Outline(
        definitions=tuple(
            _restricted(one, exported) for one in definitions
            if one.name.partition(".")[0] not in gone
        ),
        passed=tuple(one for one in passed if one.name not in gone),
        imports=tuple(_handed(one, package, exported) for one in everywhere),
        open="it has a __getattr__ of its own" if "__getattr__" in names else "",
        work=next((line_of(node) for node in named(root) if _works(node)), 0),
    )  # fmt: skip


def _flat(  # noqa: C901 - a table of statements
    nodes: "Sequence[SgNode]", visible: Visibility
) -> "Iterator[tuple[SgNode, Visibility]]":
    """Return the statements that define names of the module, also inside of `if` and `try`."""
    for node in nodes:
        match node.kind():
            case "if_statement":
                condition = node.field("condition")
                if condition is None or condition.text() not in _NEVER:
                    yield from _flat(_inside(node.field("consequence")), "perhaps")
                for one in named(node):
                    if one.kind() in {"elif_clause", "else_clause"}:
                        yield from _flat(_inside(child(one, "block")), "perhaps")
            case "try_statement":
                yield from _flat(_inside(node.field("body")), visible)
                for one in named(node):
                    if one.kind().endswith("_clause"):
                        yield from _flat(_inside(child(one, "block")), "perhaps")
            case "with_statement":
                yield from _flat(_inside(node.field("body")), visible)
            case "for_statement" | "while_statement":
                yield from _flat(_inside(node.field("body")), "perhaps")
            case _:
                yield node, visible


def _inside(block: "SgNode | None") -> "list[SgNode]":
    return named(block) if block else []


def _defined(node: "SgNode", visible: Visibility, path: str) -> list[Definition]:
    """Return the names that a statement defines, members of classes included."""
    match node.kind():
        case "decorated_definition":
            inner = node.field("definition")
            said = " ".join(one.text() for one in named(node) if one.kind() == "decorator")
            abstract = any(word in said for word in _ABSTRACT)
            found = _defined(inner, visible, path) if inner else []
            return [replace(one, abstract=one.abstract or abstract) for one in found]
        case "function_definition":
            return [_function(node, visible, path)]
        case "class_definition":
            return _class(node, visible, path)
        case "expression_statement":
            return [
                _place(node, name, "value", visible)
                for one in named(node)
                for name in _assigned(one)
            ]
        case "type_alias_statement":
            name = named(node)[0].text().partition("[")[0]
            return [_place(node, name, "type", visible)]
    return []


def _place(node: "SgNode", name: str, kind: Kind, visible: Visibility) -> Definition:
    return Definition(
        name=name,
        kind=kind,
        line=line_of(node),
        end=end_line_of(node),
        start=span(node)[0],
        visibility=visible,
        label="" if visible == "public" else "defined under a condition",
    )


def _assigned(node: "SgNode") -> list[str]:
    if node.kind() != "assignment":
        return []
    left, right = node.field("left"), node.field("right")
    if left is None or right is None:
        return []  # `name: int` alone defines nothing
    if left.kind() in {"attribute", "subscript"}:
        return _assigned(right)
    own = [left] if left.kind() == "identifier" else list(below(left, ("identifier",)))
    return [*(one.text() for one in own), *_assigned(right)]


def _function(node: "SgNode", visible: Visibility, path: str) -> Definition:
    name, body = node.field("name"), node.field("body")
    one = _place(node, name.text() if name else "", "function", visible)
    if body is None or path.endswith(".pyi"):
        return replace(one, abstract=True)
    stub, empty = stub_of(body)
    if empty:  # nothing but a docstring
        stub = stub or "nothing but a docstring"
    return replace(one, stub=stub)


def _class(node: "SgNode", visible: Visibility, path: str) -> list[Definition]:
    name, body, bases = node.field("name"), node.field("body"), node.field("superclasses")
    if name is None or body is None:
        return []
    said = [one.text() for one in named(bases)] if bases else []
    protocol = any(word in base for base in said for word in _PROTOCOLS) or any(
        word in name.text() for word in _NAMED_SO
    )
    inherits = any(base not in {"object", "ABC", "Protocol"} for base in said)
    one = replace(_place(node, name.text(), "class", visible), inherits=inherits)
    members = [
        member
        for inner, shown in _flat(named(body), visible)
        for member in (*_defined(inner, shown, path), *_fields(inner, shown))
    ]
    members += _set_on_self(body, visible)
    unique = {member.name: member for member in reversed(members)}
    found = [
        replace(m, name=f"{one.name}.{m.name}",
                abstract=m.abstract or protocol or m.name == "__init__")
        for m in reversed(unique.values())
    ]  # fmt: skip
    return [one, *found]


def _fields(node: "SgNode", visible: Visibility) -> list[Definition]:
    """Return what `name: int` declares in a class: a field."""
    found = []
    for one in named(node) if node.kind() == "expression_statement" else []:
        left = one.field("left")
        if one.kind() == "assignment" and one.field("right") is None and left is not None:
            found.append(_place(node, left.text(), "value", visible))
    return found


def _set_on_self(body: "SgNode", visible: Visibility) -> list[Definition]:
    return [
        _place(one, left.text().removeprefix("self."), "value", visible)
        for one in body.find_all(kind="assignment")
        if (left := one.field("left")) and left.text().startswith("self.")
        and left.text().count(".") == 1 and "[" not in left.text()
    ]  # fmt: skip


def _listed(root: "SgNode") -> frozenset[str] | None:
    """Return the names in `__all__`, or None when there is none that can be read."""
    names: set[str] = set()
    seen = False
    for node in named(root):
        for one in named(node) if node.kind() == "expression_statement" else []:
            left, right = one.field("left"), one.field("right")
            if one.kind() in {"assignment", "augmented_assignment"} and left and right:
                if left.text() != "__all__":
                    continue
                if right.kind() not in {"list", "tuple"}:
                    return None
                texts = [unquoted(item) for item in named(right)]
                if any(text is None for text in texts):
                    return None
                names.update(text for text in texts if text)
                seen = True
            elif one.kind() == "call" and one.text().startswith("__all__."):
                return None
    return frozenset(names) if seen else None


def _restricted(one: Definition, exported: frozenset[str] | None) -> Definition:
    if exported is None or one.visibility != "public" or one.name.partition(".")[0] in exported:
        return one
    return replace(one, visibility="perhaps", label="not in __all__")


def _passed(
    node: "SgNode", *, package: bool, exported: frozenset[str] | None, certain: bool
) -> list[Passed]:
    return [
        Passed(
            name=name,
            original=item,
            module=one.module,
            line=one.line,
            start=one.start,
            used_only=not certain
            or not (package or name in (exported or ()) or " as " + name in node.text()
                    or name == "*"),
        )
        for one in imports_of(node)
        for name, item in (
            zip(one.names, one.items, strict=True) if one.names else [("*", "*")]
        )
    ]  # fmt: skip


def _handed(one: Import, package: bool, exported: frozenset[str] | None) -> Import:
    passes = package or bool(exported and exported & set(one.names)) or one.items == ("*",)
    return replace(one, passes=passes)


def _works(node: "SgNode") -> bool:
    """Tell whether a statement does something besides defining functions, classes, constants."""
    if node.kind() in _DECLARATIONS:
        return False
    if node.kind() == "if_statement":
        condition = node.field("condition")
        return condition is None or "__name__" not in condition.text()
    if node.kind() != "expression_statement":
        return True
    for one in named(node):
        right = one.field("right") if one.kind() == "assignment" else None
        simple = one.kind() in _SIMPLE or (right is not None and right.kind() in _SIMPLE)
        bare = one.kind() == "assignment" and right is None
        listing = one.text().startswith("__all__")
        # getLogger() and FastAPI() alone are wiring.
        wired = right is not None and right.kind() == "call" and not any(below(right, _SUBSTANCE))
        if not (simple or bare or listing or wired):
            return True
    return False
