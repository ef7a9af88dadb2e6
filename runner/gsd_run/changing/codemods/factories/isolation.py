"""Fixtures whose session leaks from test to test: which they are, and how they come to be isolated.

A session is isolated when what a test commits is gone with it: because it works inside a
transaction of its connection that is rolled back, or because its tables are made anew each time.
"""

import re
from collections.abc import Callable, Mapping, Sequence

import libcst as cst
from msgspec import Struct

from gsd_run.changing.codemods.factories.functions import (
    Function,
    fixture_mark,
    fixture_name,
    functions_of,
)
from gsd_run.changing.codemods.factories.sessions import ASYNC, SESSION_WORD, opens_session
from gsd_run.changing.codemods.factories.source import (
    Source,
    absolute,
    code,
    nodes,
    own_nodes,
    qualified,
)
from gsd_run.changing.python_imports import source_of

ROLLED_BACK = re.compile(r"\.(begin|begin_nested|connect)\(.*\.rollback\(", re.DOTALL)
MADE_ANEW = re.compile(r"drop_all|\bDELETE\b|\.delete\(\)|truncate", re.IGNORECASE)
OWN_ENGINE = re.compile(r"create_(async_)?engine\([^)]*(sqlite(\+\w+)?://(/:memory:)?['\"]|tmp)")
CONNECTED = re.compile(r"conn", re.IGNORECASE)
SETTING_UP = frozenset({"setUp", "asyncSetUp", "setup_method"})
MAKERS = frozenset({"sessionmaker", "async_sessionmaker"})
OTHERWISE = frozenset({"begin", "remove", "close", "configure", "rollback", "commit"})
USUAL_OPENER = re.compile(
    r"((get|create|make|open|new)_)?(db_?|test(ing)?_?|async_?|scoped_?|local_?|new_?)*session"
    r"(_?local|_?maker|_?factory)?$",
    re.IGNORECASE,
)
SESSIONS = frozenset({"Session", "AsyncSession"})


class Opening(Struct, frozen=True, eq=False):
    """The place at which a fixture or a set-up opens its session.

    `call` is what opens it, `name` what it is bound to (`session`, `self.session`; None where it
    is handed out at once), `statement` the line or block that does it.
    """

    function: Function
    call: cst.Call
    name: str | None
    statement: cst.CSTNode
    engine: "Engine"
    asynchronous: bool


class Engine(Struct, frozen=True):
    """The source of a session's engine (None: can't be told), and the import that it needs.

    `scoped` tells that the session comes from a registry, which keeps it for the next test.
    """

    source: str | None
    needed: tuple[str, str] | None = None
    scoped: bool = False


Modules = Callable[[str], Source | None]  # a module of the project by its dotted name


def leaking(sources: Sequence[Source], modules: Modules) -> list[Opening]:
    """Return the openings of sessions whose rows outlive their test."""
    functions = [f for source in sources for f in functions_of(source)]
    fixtures = {
        fixture_name(f.node): f for f in reversed(functions) if fixture_mark(f.node) is not None
    }
    always = [f for f in fixtures.values() if _autouse(f.node) and f.scope == "function"]
    found: list[Opening] = []
    for function in functions:
        fixture = fixture_mark(function.node) is not None
        if not fixture and function.called not in SETTING_UP:
            continue
        opening = _opening(function, fixtures, modules)
        if opening is None or (fixture and not _hands_out(opening)):
            continue
        around = [*_needed_fixtures(function, fixtures), *always]
        owner = [function.owner] if function.owner is not None else []
        text = "\n".join([code(f.node) for f in (function, *around)] + [code(o) for o in owner])
        if not (ROLLED_BACK.search(text) or MADE_ANEW.search(text) or OWN_ENGINE.search(text)):
            found.append(opening)
    return found


def _hands_out(opening: Opening) -> bool:
    """Tell whether tests get the session: what a fixture stores in one of its own stays there."""
    node = opening.function.node
    given = [y.value for y in own_nodes(node.body, cst.Yield)]
    given += [r.value for r in own_nodes(node.body, cst.Return)]
    return opening.name is None or any(
        opening.name == name.value
        for value in given
        if value is not None
        for name in nodes(value, cst.Name)
    )


def _autouse(node: cst.FunctionDef) -> bool:
    mark = fixture_mark(node)
    return mark is not None and "autouse=True" in code(mark).replace(" ", "")


def _needed_fixtures(
    function: Function, fixtures: Mapping[str, Function], seen: Sequence[str] = ()
) -> list[Function]:
    """Return the fixtures of a test's own lifetime that a fixture asks for, however far away."""
    found: list[Function] = []
    for name in function.parameters:
        other = fixtures.get(name)
        if other is not None and name not in seen and other.scope == "function":
            found += [other, *_needed_fixtures(other, fixtures, (*seen, name))]
    return found


def _opening(
    function: Function, fixtures: Mapping[str, Function], modules: Modules
) -> Opening | None:
    """Return the first place in a function's own body at which it opens a session."""
    for call in own_nodes(function.node.body, cst.Call):
        opens = _may_open(function.source, call, modules)
        bound = _bound(function.source, call) if opens else None
        if bound is None:
            continue
        engine = _engine(function, call, modules, fixtures)
        name, statement = bound
        called = code(call.func).split(".")[-1]
        if engine.source is None and not USUAL_OPENER.match(called):
            continue
        if statement not in function.node.body.body:
            return None
        waiting = function.node.asynchronous is not None
        is_async = waiting and ASYNC.search(code(function.node)) is not None
        return Opening(function, call, name, statement, engine, is_async)
    return None


def _may_open(source: Source, call: cst.Call, modules: Modules) -> bool:
    if code(call.func).split(".")[-1] in {*MAKERS, *OTHERWISE}:
        return False
    origin = qualified(source, call.func) or ""
    if opens_session(call) or SESSION_WORD.search(origin.rpartition(".")[2]):
        return True
    found = _definition(source, origin, modules) if origin else None
    return found is not None and code(found[1].func).split(".")[-1] in {*MAKERS, "scoped_session"}


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
    function: Function, call: cst.Call, modules: Modules, fixtures: Mapping[str, Function]
) -> Engine:
    """Tell which engine a session works on."""
    inner = call.func if isinstance(call.func, cst.Call) else None
    called = inner.func if inner is not None else call.func
    given = _bind(call) or (_bind(inner) if inner else None)
    if given is not None:
        return Engine(None if CONNECTED.search(code(given)) else code(given))
    if not isinstance(called, cst.Name):
        return Engine(None)
    for assign in own_nodes(function.node.body, cst.Assign):
        if code(assign.targets[0].target) == called.value and isinstance(assign.value, cst.Call):
            bind = _bind_within(assign.value)
            return Engine(code(bind) if bind else None, scoped="scoped" in code(assign.value))
    if called.value in fixtures and called.value in function.parameters:
        return Engine(f'{called.value}.kw["bind"]')
    found = _definition(function.source, qualified(function.source, called) or "", modules)
    return _engine_of(function.source, called.value, *found) if found else Engine(None)


def _engine_of(source: Source, maker: str, home: Source, made: cst.Call) -> Engine:
    """Tell which engine the sessions of a maker work on, by the call that makes the maker."""
    scoped = "scoped_session" in code(made)
    bind = _bind_within(made)
    taken = {f.called for f in functions_of(source)} if home is not source else set()
    if isinstance(bind, cst.Name) and bind.value not in taken:
        needed = None if home is source else (home.module, bind.value)
        return Engine(bind.value, needed, scoped)
    if bind is not None and home is source and not isinstance(bind, cst.Call):
        return Engine(code(bind), None, scoped)
    kept = f"{maker}.session_factory" if scoped else maker
    return Engine(f'{kept}.kw["bind"]', None, scoped)


def _definition(
    source: Source, name: str, modules: Modules, hops: int = 3
) -> tuple[Source, cst.Call] | None:
    """Return the call that makes what a dotted name stands for, and the file that it is in."""
    module, _, plain = name.rpartition(".")
    home = source if module == source.module else modules(module)
    if home is None or not hops:
        return None
    for assign in own_nodes(home.tree, cst.Assign):
        if code(assign.targets[0].target) == plain and isinstance(assign.value, cst.Call):
            return home, assign.value
    for item in own_nodes(home.tree, cst.ImportFrom):
        aliases = () if isinstance(item.names, cst.ImportStar) else item.names
        for alias in aliases:
            known = alias.evaluated_alias or alias.evaluated_name
            if known == plain:
                origin = f"{absolute(home, source_of(item))}.{alias.evaluated_name}"
                return _definition(home, origin, modules, hops - 1)
    return None


def _bind(call: cst.Call) -> cst.BaseExpression | None:
    """Return what a call binds its session to."""
    for argument in call.args:
        if argument.keyword is not None and argument.keyword.value == "bind":
            return argument.value
    first = call.args[0] if call.args else None
    if code(call.func).split(".")[-1] not in {*SESSIONS, *MAKERS} or first is None:
        return None
    return first.value if first.keyword is None and not first.star else None


def _bind_within(call: cst.Call) -> cst.BaseExpression | None:
    """Return what `scoped_session(sessionmaker(…))` and the like bind their session to."""
    inner = call.args[0].value if call.args and "scoped" in code(call.func) else None
    return _bind(inner) if isinstance(inner, cst.Call) else _bind(call)
