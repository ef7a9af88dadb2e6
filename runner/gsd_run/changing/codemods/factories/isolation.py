"""Fixtures whose session leaks from test to test: which they are, and how they come to be isolated.

A session is isolated when what a test commits is gone with it: because it works inside a
transaction of its connection that is rolled back, or because its tables are made anew each time.
"""

import re
from collections.abc import Mapping, Sequence

import libcst as cst
from msgspec import Struct

from gsd_run.changing.codemods.factories.functions import (
    Function,
    fixture_mark,
    fixture_name,
    functions_of,
)
from gsd_run.changing.codemods.factories.sessions import opens_session
from gsd_run.changing.codemods.factories.source import Source, code, own_nodes, qualified

ROLLED_BACK = re.compile(r"\.(begin|begin_nested|connect)\(.*\.rollback\(", re.DOTALL)
MADE_ANEW = re.compile(r"drop_all|\bDELETE\b|\.delete\(\)|truncate", re.IGNORECASE)
OWN_ENGINE = re.compile(r"create_(async_)?engine\(\s*(['\"]\w+(\+\w+)?://(/?:memory:)?['\"]|f?['\"].*tmp|.*tmp_path)")
MAKERS = frozenset({"sessionmaker", "async_sessionmaker"})
SESSIONS = frozenset({"Session", "AsyncSession"})


class Opening(Struct, frozen=True, eq=False):
    """The place at which a fixture or a set-up opens its session.

    `call` is what opens it, `name` what it is bound to (`session`, `self.session`; None where it
    is handed out at once), `statement` the line or block that does it. `engine` is the source of
    its engine or connection, with the import that this needs; None where it can't be told.
    """

    function: Function
    call: cst.Call
    name: str | None
    statement: cst.CSTNode
    engine: str | None
    needed: tuple[str, str] | None
    scoped: bool
    asynchronous: bool


def leaking(
    sources: Sequence[Source], modules: Mapping[str, Source]
) -> list[Opening]:
    """Return the openings of sessions that outlive their test; `modules` are others by name."""
    functions = [f for source in sources for f in functions_of(source)]
    fixtures = {
        fixture_name(f.node): f for f in reversed(functions) if fixture_mark(f.node) is not None
    }
    always = [f for f in fixtures.values() if _autouse(f.node) and f.scope == "function"]
    found: list[Opening] = []
    for function in functions:
        fixture = fixture_mark(function.node) is not None and function.scope == "function"
        if not fixture and function.called not in {"setUp", "asyncSetUp", "setup_method"}:
            continue
        opening = _opening(function, fixtures, modules)
        if opening is None:
            continue
        around = [*_needed_fixtures(function, fixtures), *always]
        owner = [function.owner] if function.owner is not None else []
        text = "\n".join([code(f.node) for f in (function, *around)] + [code(o) for o in owner])
        if not (ROLLED_BACK.search(text) or MADE_ANEW.search(text) or OWN_ENGINE.search(text)):
            found.append(opening)
    return found


def _autouse(node: cst.FunctionDef) -> bool:
    mark = fixture_mark(node)
    return mark is not None and "autouse=True" in code(mark).replace(" ", "")


def _needed_fixtures(
    function: Function, fixtures: Mapping[str, Function], seen: Sequence[str] = ()
) -> list[Function]:
    """Return the fixtures of a test's own lifetime that a fixture asks for, in any number of steps."""
    found: list[Function] = []
    for name in function.parameters:
        other = fixtures.get(name)
        if other is not None and name not in seen and other.scope == "function":
            found += [other, *_needed_fixtures(other, fixtures, (*seen, name))]
    return found


def _opening(
    function: Function, fixtures: Mapping[str, Function], modules: Mapping[str, Source]
) -> Opening | None:
    source = function.source
    for call in own_nodes(function.node.body, cst.Call):
        if not opens_session(call) or code(call.func).split(".")[-1] in {*MAKERS, "begin"}:
            continue
        if code(call.func).endswith((".remove", ".close", ".configure", ".rollback", ".commit")):
            continue
        bound = _bound(source, call)
        if bound is None:
            continue
        name, statement = bound
        if statement not in getattr(_body(function.node), "body", ()):
            return None
        engine, needed, scoped = _engine(function, call, modules, fixtures)
        is_async = function.node.asynchronous is not None and "sync" in code(function.node).replace(
            "async def", ""
        )
        return Opening(function, call, name, statement, engine, needed, scoped, is_async)
    return None


def _body(node: cst.FunctionDef) -> cst.BaseSuite:
    return node.body


def _bound(source: Source, call: cst.Call) -> tuple[str | None, cst.CSTNode] | None:
    """Return the name that a call's result gets, and the statement in the function's body."""
    parent = source.parents[call]
    if isinstance(parent, cst.Assign) and len(parent.targets) == 1:
        return code(parent.targets[0].target), source.parents[parent]
    if isinstance(parent, cst.WithItem) and parent.asname is not None:
        return code(parent.asname.name), source.parents[parent]
    if isinstance(parent, cst.Return):
        return None, source.parents[parent]
    if isinstance(parent, cst.Yield):
        return None, source.parents[source.parents[parent]]
    return None


def _engine(
    function: Function,
    call: cst.Call,
    modules: Mapping[str, Source],
    fixtures: Mapping[str, Function],
) -> tuple[str | None, tuple[str, str] | None, bool]:
    """Return the engine's source, the import for it, and whether the session is a scoped one."""
    source = function.source
    called = call.func.func if isinstance(call.func, cst.Call) else call.func
    given = _bind(call) or (_bind(call.func) if isinstance(call.func, cst.Call) else None)
    if given is not None:
        return code(given), None, False
    if not isinstance(called, cst.Name):
        return None, None, False
    for assign in own_nodes(function.node.body, cst.Assign):
        if code(assign.targets[0].target) == called.value and isinstance(assign.value, cst.Call):
            bind = _bind_within(assign.value)
            return (code(bind) if bind else None), None, "scoped" in code(assign.value)
    if called.value in fixtures and called.value in function.parameters:
        return f'{called.value}.kw["bind"]', None, False
    name = qualified(source, called) or ""
    module, _, plain = name.rpartition(".")
    home = source if module == source.module else modules.get(module)
    for statement in home.tree.body if home is not None else ():
        for assign in own_nodes(statement, cst.Assign):
            if code(assign.targets[0].target) != plain or not isinstance(assign.value, cst.Call):
                continue
            scoped = "scoped_session" in code(assign.value)
            bind = _bind_within(assign.value, home, modules)
            if bind is None:
                kept = f"{called.value}.session_factory" if scoped else called.value
                return f'{kept}.kw["bind"]', None, scoped
            if home is source:
                return code(bind), None, scoped
            if isinstance(bind, cst.Name):
                return bind.value, (module, bind.value), scoped
    return None, None, False


def _bind(call: cst.Call) -> cst.BaseExpression | None:
    """Return what a call binds its session to."""
    for argument in call.args:
        if argument.keyword is not None and argument.keyword.value in {"bind"}:
            return argument.value
    last = code(call.func).split(".")[-1]
    first = call.args[0] if call.args else None
    if last in {*SESSIONS, *MAKERS} and first is not None and first.keyword is None and not first.star:
        return first.value
    return None


def _bind_within(
    call: cst.Call, home: Source | None = None, modules: Mapping[str, Source] | None = None
) -> cst.BaseExpression | None:
    """Return what `scoped_session(sessionmaker(…))` and the like bind their session to."""
    inner = call.args[0].value if call.args and "scoped" in code(call.func) else None
    del home, modules
    return _bind(inner) if isinstance(inner, cst.Call) else _bind(call)
