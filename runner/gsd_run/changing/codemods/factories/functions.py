"""The functions of a suite: tests, fixtures and what they call; and whose function a node is."""

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

import libcst as cst
import libcst.matchers as m
from msgspec import Struct

from gsd_run.changing.codemods.factories.source import Source, code, nodes, qualified

Kind = Literal["test", "fixture", "set-up", "helper"]

SET_UP = frozenset({
    "setup", "setup_method", "setup_function", "setup_module", "setup_class", "setUp",
    "setUpClass", "asyncSetUp", "asyncTearDown", "teardown", "teardown_method",
    "teardown_function", "tearDown",
})  # fmt: skip
SCOPES = ("function", "class", "module", "package", "session")


class Function(Struct, frozen=True, eq=False):
    """A function as pytest sees it. `name` is dotted: module, classes, function.

    `owner` is the class it is a method of; `outer` is the function that it stands in;
    `takes_fixtures` is false where pytest can't hand anything in.
    """

    source: Source
    node: cst.FunctionDef
    name: str
    kind: Kind
    owner: cst.ClassDef | None
    outer: cst.FunctionDef | None
    takes_fixtures: bool
    scope: str = "function"

    @property
    def parameters(self) -> tuple[str, ...]:
        """Return the names of all parameters, in order."""
        held = self.node.params
        every = (*held.posonly_params, *held.params, *held.kwonly_params)
        return tuple(p.name.value for p in every)

    @property
    def called(self) -> str:
        """Return the function's name for messages."""
        return self.node.name.value


def functions_of(source: Source) -> tuple[Function, ...]:
    """Return all functions of a file, in order."""
    return tuple(_function(source, node) for node in nodes(source.tree, cst.FunctionDef))


def _function(source: Source, node: cst.FunctionDef) -> Function:
    above = list(source.above(node))
    outer = next((n for n in above if isinstance(n, cst.FunctionDef)), None)
    nearest = next((n for n in above if isinstance(n, (cst.FunctionDef, cst.ClassDef))), None)
    owner = nearest if isinstance(nearest, cst.ClassDef) else None
    classes = [n.name.value for n in reversed(above) if isinstance(n, cst.ClassDef)]
    name = ".".join([source.module, *classes, node.name.value])
    mark = fixture_mark(node)
    kind: Kind = "helper"
    if mark is not None:
        kind = "fixture"
    elif outer is None and node.name.value in SET_UP:
        kind = "set-up"
    elif outer is None and node.name.value.startswith("test"):
        kind = "test"
    unittest = owner is not None and any(
        code(base.value).endswith("TestCase") for base in owner.bases
    )
    takes = kind == "fixture" or (kind == "test" and not unittest)
    scope = _scope(mark) if mark is not None else "function"
    return Function(source, node, name, kind, owner, outer, takes, scope)


def fixture_mark(node: cst.FunctionDef) -> cst.BaseExpression | None:
    """Return the decorator that makes a function a fixture, if there is one."""
    for decorator in node.decorators:
        expression = decorator.decorator
        called = expression.func if isinstance(expression, cst.Call) else expression
        if code(called).split(".")[-1] in {"fixture", "yield_fixture"}:
            return expression
    return None


def fixture_name(node: cst.FunctionDef) -> str:
    """Return the name under which a fixture is asked for."""
    mark = fixture_mark(node)
    for argument in mark.args if isinstance(mark, cst.Call) else ():
        if argument.keyword and argument.keyword.value == "name":
            return str(_plain(argument.value) or node.name.value)
    return node.name.value


def _scope(mark: cst.BaseExpression) -> str:
    for argument in mark.args if isinstance(mark, cst.Call) else ():
        if argument.keyword and argument.keyword.value == "scope":
            return str(_plain(argument.value) or "unknown")
    return "function"


def _plain(value: cst.BaseExpression) -> str | None:
    found = value.evaluated_value if isinstance(value, cst.SimpleString) else None
    return found if isinstance(found, str) else None


def target_name(source: Source, func: cst.BaseExpression) -> str | None:
    """Return the dotted name of a function that an expression refers to, if it can be told."""
    if m.matches(func, m.Attribute(value=m.Name("self") | m.Name("cls"))):
        attribute = cst.ensure_type(func, cst.Attribute).attr.value
        classes = [n.name.value for n in source.above(func) if isinstance(n, cst.ClassDef)]
        return ".".join([source.module, *reversed(classes), attribute]) if classes else None
    return qualified(source, func)


def bases_of(source: Source) -> dict[str, list[str]]:
    """Return the dotted names of the classes of a file, each with those that it derives from."""
    found: dict[str, list[str]] = {}
    for node in nodes(source.tree, cst.ClassDef):
        outer = [n.name.value for n in source.above(node) if isinstance(n, cst.ClassDef)]
        name = ".".join([source.module, *reversed(outer), node.name.value])
        found[name] = [n for base in node.bases if (n := qualified(source, base.value))]
    return found


def inherited(
    name: str | None, known: Collection[str], families: Mapping[str, Sequence[str]]
) -> str | None:
    """Return the function among the known ones that a method's name stands for, or None."""
    if name is None or name in known:
        return name
    owner, _, method = name.rpartition(".")
    ways = (inherited(f"{base}.{method}", known, families) for base in families.get(owner, ()))
    return next((way for way in ways if way is not None), None)
