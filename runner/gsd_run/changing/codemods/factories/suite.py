"""A suite as a whole: its files, its functions, and every place where a row is made."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import libcst as cst
from msgspec import Struct

from gsd_run.changing.codemods.factories.databases import Database
from gsd_run.changing.codemods.factories.functions import Function
from gsd_run.changing.codemods.factories.names import Known, known_class
from gsd_run.changing.codemods.factories.schema import Factory, Model, Schema
from gsd_run.changing.codemods.factories.sessions import SessionFixture
from gsd_run.changing.codemods.factories.source import (
    Source,
    code,
    nodes,
    own_nodes,
    star_modules,
)
from gsd_run.changing.codemods.factories.spread import spread_values
from gsd_run.changing.codemods.factories.styles import Styles

MadeKind = Literal["constructor", "factory", "built"]

CREATING = frozenset({"create", "create_batch"})
BUILDING = frozenset({"build", "build_batch", "stub", "stub_batch"})
SESSION = "_session"


class Alias(Struct, frozen=True, eq=False):
    """What a keyword that is no column stands for, its value, and how that was found out."""

    name: str
    value: cst.BaseExpression
    how: str
    guessed: bool = False


class Made(Struct, frozen=True, eq=False):
    """A call that makes a row (or several): of a model's constructor, or of a factory.

    `factory` is None for a constructor; `name` is what the result is bound to, `x` or `self.x`.
    """

    call: cst.Call
    source: Source
    function: Function | None
    kind: MadeKind
    model: Model
    factory: Factory | None
    name: str | None
    spread: Mapping[str, cst.BaseExpression]  # what is given by `**values`, where that is known
    complete: bool  # nothing is given but what can be read off
    aliases: Mapping[str, Alias] = {}  # by keyword: what is no column, and what it stands for

    @property
    def keywords(self) -> dict[str, cst.BaseExpression]:
        """Return the named arguments, by the columns that they stand for."""
        return {
            alias.name if alias else name: alias.value if alias else value
            for name, value in self.written.items()
            for alias in [self.aliases.get(name)]
        }

    @property
    def written(self) -> dict[str, cst.BaseExpression]:
        """Return the named arguments as they are written."""
        return {a.keyword.value: a.value for a in self.call.args if a.keyword}

    @property
    def open_ended(self) -> bool:
        """Tell whether the call takes arguments that can't be read off, such as `**values`."""
        return not self.complete

    @property
    def values(self) -> dict[str, cst.BaseExpression]:
        """Return all values that are given by name, in dictionaries, too."""
        return {**self.spread, **self.keywords}

    @property
    def where(self) -> tuple[str, int]:
        """Return path and line."""
        return self.source.path, self.source.line(self.call)


class Suite(Struct, frozen=True, eq=False):
    """The files to change and everything that is known of them."""

    sources: tuple[Source, ...]
    schema: Schema
    functions: Mapping[cst.FunctionDef, Function]
    fixtures: Mapping[str, Mapping[str, SessionFixture]]  # by path of the file that asks
    made: Mapping[cst.Call, Made]
    distant: Mapping[str, frozenset[str]]  # by path: fixtures elsewhere that take no session
    known: Mapping[str, Known]  # by path: the names under which it knows classes
    helper_calls: Mapping[cst.Call, str]  # calls of functions of the suite, by dotted name
    styles: Styles = Styles()
    database: Database = Database()

    def helper_called(self, call: cst.Call) -> str | None:
        """Return the dotted name of the suite's function that a call goes to, if any."""
        return self.helper_calls.get(call)

    def foreign(self, function: Function) -> frozenset[str]:
        """Return the parameters of a function whose objects live in a session of their own."""
        return self.distant[function.source.path] & set(function.parameters)

    def factory_values(self, source: Source) -> Iterator[tuple[cst.CSTNode, str]]:
        """Yield where a factory is neither called nor derived from but handed on as a value."""
        # Factories that keep the test's session themselves may be called from anywhere.
        concerned = self.schema.factories.keys() - self.styles.bound
        for node in nodes(source.tree, cst.Name):
            parent = source.parents[node]
            if isinstance(parent, cst.Arg) and parent.keyword is not node:
                key = known_class(source, self.schema, (), node)
                outer = source.parents[parent]
                called = code(outer.func) if isinstance(outer, cst.Call) else ""
                declared = "Factory" in called or called.split(".")[-1] == "register"
                if key in concerned and isinstance(outer, cst.Call) and not declared:
                    yield node, node.value
            elif isinstance(parent, (cst.Element, cst.DictElement, cst.Assign, cst.Return)):
                key = known_class(source, self.schema, (), node)
                if key in concerned:
                    yield node, node.value

    def in_function(self, function: Function) -> list[Made]:
        """Return what is made in a function's own body, in order."""
        found = [m for m in self.made.values() if m.function is function]
        return sorted(found, key=lambda m: _position(m.source, m.call))

    def around(self, source: Source, node: cst.CSTNode) -> Function | None:
        """Return the innermost function in whose body a node stands."""
        return function_of(source, self.functions, node)

    def by_name(self) -> dict[str, Function]:
        """Return the functions by their dotted names, without those inside others."""
        return {f.name: f for f in self.functions.values() if f.outer is None}


def _position(source: Source, node: cst.CSTNode) -> tuple[int, int]:
    start = source.positions[node].start
    return start.line, start.column


def made_in(
    source: Source,
    schema: Schema,
    functions: Mapping[cst.FunctionDef, Function],
    styles: Styles = Styles(),  # noqa: B008  a frozen value
) -> dict[cst.Call, Made]:
    """Return every call in a file that makes rows."""
    stars = star_modules(source)
    fixtures = {fixture: key for key, fixture in styles.registered.items()}
    found: dict[cst.Call, Made] = {}
    for call in nodes(source.tree, cst.Call):
        key, method = called_class(source, schema, stars, call.func)
        if isinstance(call.func, cst.Name) and call.func.value in fixtures:
            around = function_of(source, functions, call)
            taken = around is not None and call.func.value in around.parameters
            key = fixtures[call.func.value] if taken else key
        if key in schema.models and not method:
            found[call] = _made(source, functions, call, "constructor", schema.models[key], None)
        factory = schema.factories.get(key or "")
        if factory is None or factory.model is None or method not in {"", *CREATING, *BUILDING}:
            continue
        kind: MadeKind = "built" if method in BUILDING else "factory"
        found[call] = _made(source, functions, call, kind, schema.models[factory.model], factory)
    return found


def called_class(
    source: Source, schema: Schema, stars: Sequence[str], func: cst.BaseExpression
) -> tuple[str | None, str]:
    """Return the key of the class that is called, and the name of its method if one is."""
    key = known_class(source, schema, stars, func)
    if key is not None:
        return key, ""
    if isinstance(func, cst.Attribute):
        return known_class(source, schema, stars, func.value), func.attr.value
    return None, ""


def _made(
    source: Source,
    functions: Mapping[cst.FunctionDef, Function],
    call: cst.Call,
    kind: MadeKind,
    model: Model,
    factory: Factory | None,
) -> Made:
    return Made(
        call,
        source,
        function_of(source, functions, call),
        kind,
        model,
        factory,
        _bound(source, call),
        *spread_values(source, call),
    )


def function_of(
    source: Source, functions: Mapping[cst.FunctionDef, Function], node: cst.CSTNode
) -> Function | None:
    """Return the innermost function in whose body a node stands.

    Decorators and default values are not part of a function's body: they run before it.
    """
    child = node
    for parent in source.above(node):
        if isinstance(parent, cst.FunctionDef) and child is parent.body:
            return functions[parent]
        child = parent
    return None


def _bound(source: Source, call: cst.Call) -> str | None:
    parent = source.parents[call]
    target: cst.CSTNode | None = None
    if isinstance(parent, cst.Assign) and len(parent.targets) == 1:
        target = parent.targets[0].target
    elif isinstance(parent, (cst.AnnAssign, cst.NamedExpr)):
        target = parent.target
    return code(target) if isinstance(target, (cst.Name, cst.Attribute)) else None


def given_columns(made: Made) -> dict[str, str]:
    """Return the columns that a call gives a value to, with the values' source.

    `agent=x` gives the column that carries the relationship, with the value `x.id`.
    """
    columns: dict[str, str] = {}
    for name, value in made.values.items():
        columns[name] = code(value)
        for relation in made.model.relationships:
            if relation.key == name and relation.direction == "MANYTOONE":
                for local, remote in zip(relation.local, relation.remote, strict=False):
                    if local is not None:
                        none = code(value) == "None"
                        columns[local] = "None" if none else f"{code(value)}.{remote}"
    return columns


def assigned_later(made: Made) -> frozenset[str]:
    """Return the attributes that an object gets by assignment after it was made."""
    if made.name is None or made.function is None:
        return frozenset()
    return frozenset(
        place.target.attr.value
        for assign in own_nodes(made.function.node.body, cst.Assign)
        for place in assign.targets
        if isinstance(place.target, cst.Attribute)
        and code(place.target.value) == made.name
        and made.source.before(made.call, assign)
    )
