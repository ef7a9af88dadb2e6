"""How a session gets to each function: it has one, pytest can hand one in, or its callers do."""

from collections.abc import Collection, Iterator, Mapping, Sequence

import libcst as cst
from msgspec import Struct

from gsd_run.changing.codemods.factories.functions import (
    SCOPES,
    Function,
    fixture_name,
    target_name,
)
from gsd_run.changing.codemods.factories.sessions import (
    USED,
    SessionFixture,
    is_async_session,
    is_of_module,
    is_used,
    module_sessions,
    session_attribute,
    session_names,
    usual_session,
)
from gsd_run.changing.codemods.factories.source import Source, nodes
from gsd_run.changing.codemods.factories.suite import Suite


class Reach(Struct, frozen=True, eq=False):
    """What is known of sessions in a suite.

    `usual` is the session fixture of each file by its path; `callers` are the calls of each
    helper; `loose` are helpers that are also handed on as values or called from elsewhere;
    `held` are the expressions by which each function holds a session already, the best first.
    """

    suite: Suite
    usual: Mapping[str, str | None]
    callers: Mapping[str, tuple[tuple[cst.Call, Function | None], ...]]
    loose: Mapping[str, str]
    held: Mapping[cst.FunctionDef, tuple[str, ...]]


def reach_of(suite: Suite, wanted: str | None, outside: Mapping[str, str]) -> Reach:
    """Look at all functions of a suite.

    `wanted` is the session fixture's name where the user gave it; `outside` names the files that
    call a helper of the suite without being part of it.
    """
    usual: dict[str, str | None] = {}
    for source in suite.sources:
        mine = [f for f in suite.functions.values() if f.source is source]
        usual[source.path] = wanted or usual_session(mine, suite.fixtures[source.path])[0]
    common = next((name for name in usual.values() if name), None)
    known = suite.by_name()
    callers: dict[str, list[tuple[cst.Call, Function | None]]] = {}
    loose: dict[str, str] = {}
    for source in suite.sources:
        for call in nodes(source.tree, cst.Call):
            name = suite.helper_called(call)
            if name is not None:
                callers.setdefault(name, []).append((call, suite.around(source, call)))
        loose.update(_handed_on(source, known))
    loose.update(_called_through_objects(suite, known))
    settled = {path: name or common for path, name in usual.items()}
    return Reach(
        suite,
        settled,
        {name: tuple(calls) for name, calls in callers.items()},
        {**outside, **loose},
        _held(suite, settled, {path for path, name in usual.items() if name is None}),
    )


def _held(
    suite: Suite, usual: Mapping[str, str | None], without: Collection[str]
) -> dict[cst.FunctionDef, tuple[str, ...]]:
    """Return by which expressions functions hold a session.

    `without` are the files that know no session fixture: there the module's own session does.
    """
    attributes: dict[cst.ClassDef, str | None] = {}
    modules = {
        source.path: module_sessions([f for f in suite.functions.values() if f.source is source])
        for source in suite.sources
    }
    held: dict[cst.FunctionDef, tuple[str, ...]] = {}
    # Outer functions come before those inside them.
    for node, function in suite.functions.items():
        path = function.source.path
        names = session_names(function, suite.fixtures[path])
        best = usual[path]
        found = [*([best] if best in names else []), *names]
        shared = [name for name in modules[path] if is_of_module(function, name)]
        found += [name for name in shared if is_used(function, name)]
        owner = function.owner
        if owner is not None:
            if owner not in attributes:
                attributes[owner] = session_attribute(owner)
            found += [a for a in [attributes[owner]] if a]
        if function.outer is not None:
            found += held[function.outer]
        found += shared[:1] if not found and path in without else []
        held[node] = tuple(dict.fromkeys(found))
    return held


def _handed_on(source: Source, known: Mapping[str, Function]) -> dict[str, str]:
    """Return the helpers that a file uses as values instead of calling them, with the line."""
    found: dict[str, str] = {}
    for node in (*nodes(source.tree, cst.Name), *nodes(source.tree, cst.Attribute)):
        parent = source.parents[node]
        if isinstance(parent, cst.Call) and parent.func is node:
            continue
        if isinstance(parent, (cst.FunctionDef, cst.ImportAlias, cst.Attribute, cst.Param)):
            continue
        if isinstance(parent, cst.Arg) and parent.keyword is node:
            continue
        name = target_name(source, node) or ""
        if name in known and known[name].kind == "helper":
            found[name] = f"{source.path}:{source.line(node)}"
    return found


def _called_through_objects(suite: Suite, known: Mapping[str, Function]) -> dict[str, str]:
    """Return the methods that may be called in ways that can't be followed, with the line."""
    methods: dict[str, list[str]] = {}
    for name, function in known.items():
        if function.kind == "helper" and function.owner is not None and function.called not in USED:
            methods.setdefault(function.called, []).append(name)
    found: dict[str, str] = {}
    for source in suite.sources if methods else ():
        for call in nodes(source.tree, cst.Call):
            if isinstance(call.func, cst.Attribute) and suite.helper_called(call) is None:
                for name in methods.get(call.func.attr.value, ()):
                    found[name] = f"{source.path}:{source.line(call)}"
    return found


def own_sessions(reach: Reach, function: Function) -> tuple[str, ...]:
    """Return the expressions by which a function holds a session, the first one best."""
    return reach.held[function.node]


def holds_async(reach: Reach, function: Function, seen: Sequence[Function] = ()) -> bool:
    """Tell whether a function's session is an asynchronous one; helpers go by their callers."""
    fixtures: Mapping[str, SessionFixture] = reach.suite.fixtures[function.source.path]
    held = own_sessions(reach, function)
    usual = reach.usual[function.source.path] or ""
    if any(is_async_session(function, n, fixtures) for n in held or (usual,)):
        return True
    calls = reach.callers.get(function.name, ()) if function.kind == "helper" else ()
    return any(
        holds_async(reach, caller, (*seen, function))
        for _, caller in calls
        if caller is not None and caller not in (*seen, function)
    )


def obstacle(reach: Reach, function: Function, seen: Sequence[Function] = ()) -> str | None:
    """Return why no session can get to a function, or None when one can."""
    if function in seen or own_sessions(reach, function):
        return None
    name = reach.usual[function.source.path]
    if function.outer is not None:
        return obstacle(reach, reach.suite.functions[function.outer], (*seen, function))
    if name is None:
        return "no fixture that hands out a session was found; name it with the option session"
    if function.takes_fixtures:
        return _scope_obstacle(reach, function, name)
    if function.kind != "helper":
        return f"{function.called} gets no fixtures from pytest"
    return next(_obstacles_of_callers(reach, function, (*seen, function)), None)


def _obstacles_of_callers(
    reach: Reach, function: Function, seen: Sequence[Function]
) -> Iterator[str]:
    if function.name in reach.loose:
        yield f"{function.called} is also used at {reach.loose[function.name]}"
    for _, caller in reach.callers.get(function.name, ()):
        if caller is None:
            yield f"{function.called} is called outside of any function"
            continue
        why = obstacle(reach, caller, seen)
        if why is not None:
            yield f"{function.called} is called by {caller.called}, and {why}"


def _scope_obstacle(reach: Reach, function: Function, name: str) -> str | None:
    fixture = reach.suite.fixtures[function.source.path].get(name)
    if function.kind == "fixture" and fixture_name(function.node) == name:
        return f"{name} is the session fixture itself"
    scopes = [function.scope, fixture.scope if fixture else "function"]
    if not set(scopes) <= set(SCOPES):
        return f"the scope of {function.called} can't be told"
    if SCOPES.index(scopes[0]) > SCOPES.index(scopes[1]):
        return f"{function.called} lives longer ({scopes[0]}) than {name} ({scopes[1]})"
    return None


def in_need(reach: Reach, start: Sequence[Function]) -> tuple[Function, ...]:
    """Return the functions that must get a session parameter so that `start` have a session."""
    found: list[Function] = []
    todo = list(start)
    while todo:
        function = todo.pop()
        if function in found or own_sessions(reach, function):
            continue
        if function.outer is not None:
            todo.append(reach.suite.functions[function.outer])
            continue
        found.append(function)
        if function.kind == "helper":
            todo += [caller for _, caller in reach.callers.get(function.name, ()) if caller]
    return tuple(found)
