"""Which fixture hands out the session, and under which name a function holds one."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import libcst as cst
from msgspec import Struct

from gsd_run.changing.codemods.factories.functions import (
    Function,
    fixture_mark,
    fixture_name,
    functions_of,
)
from gsd_run.changing.codemods.factories.source import Source, code, nodes, own_nodes

SESSION_TYPE = re.compile(r"\b(Async)?Session\b")
ASYNC = re.compile(r"AsyncSession|async_?session", re.IGNORECASE)
SESSION_WORD = re.compile(r"session", re.IGNORECASE)
USUAL_NAME = re.compile(r"^(db|database|\w*session\w*)$", re.IGNORECASE)

# What only sessions do, as opposed to `add` and `get`, which sets and clients do as well.
TELLING = frozenset({"add_all", "commit", "flush", "rollback", "refresh", "expunge", "scalars"})
USED = TELLING | {"add", "query", "execute", "scalar", "delete", "merge", "get"}


class SessionFixture(Struct, frozen=True):
    """A fixture that seems to hand out a session."""

    name: str
    path: str
    scope: str
    is_async: bool


def session_fixtures(sources: Sequence[Source]) -> dict[str, SessionFixture]:
    """Return the fixtures of these files that hand out a session; earlier files come first."""
    found: dict[str, SessionFixture] = {}
    for source in sources:
        for function in functions_of(source):
            if fixture_mark(function.node) is None:
                continue
            name = fixture_name(function.node)
            if name not in found and _hands_out_session(source, function, found):
                returned = function.node.returns
                annotated = code(returned.annotation) if returned else ""
                is_async = ASYNC.search(annotated + code(function.node.body)) is not None
                found[name] = SessionFixture(name, source.path, function.scope, is_async)
    return found


def _hands_out_session(
    source: Source, function: Function, known: Mapping[str, SessionFixture]
) -> bool:
    node = function.node
    if node.returns is not None:
        return SESSION_TYPE.search(code(node.returns.annotation)) is not None
    given = [y.value for y in own_nodes(node.body, cst.Yield)]
    given += [r.value for r in own_nodes(node.body, cst.Return)]
    made = dict(_local_values(node))
    for value in given:
        if isinstance(value, cst.Name):
            origin = made.get(value.value)
            if value.value in known or SESSION_WORD.search(value.value):
                return True
            if origin is not None and opens_session(origin):
                return True
        elif isinstance(value, cst.Call) and opens_session(value):
            return True
    del source
    return False


def _local_values(node: cst.FunctionDef) -> list[tuple[str, cst.BaseExpression]]:
    """Return the names that a function binds by assignment or `with … as`, and to what."""
    pairs = []
    for item in own_nodes(node.body, cst.Assign):
        pairs += [
            (target.target.value, item.value)
            for target in item.targets
            if isinstance(target.target, cst.Name)
        ]
    for managed in own_nodes(node.body, cst.WithItem):
        if managed.asname is not None and isinstance(managed.asname.name, cst.Name):
            pairs.append((managed.asname.name.value, managed.item))
    return pairs


def opens_session(value: cst.BaseExpression) -> bool:
    """Tell whether an expression calls something that is named after sessions."""
    if not isinstance(value, cst.Call):
        return False
    called = value.func.func if isinstance(value.func, cst.Call) else value.func
    name = code(called).split(".")[-1]
    return (SESSION_WORD.search(name) is not None and name != "sessionmaker") or (
        name == "sessionmaker" and isinstance(value.func, cst.Call)
    )


def session_names(function: Function, known: Mapping[str, SessionFixture]) -> tuple[str, ...]:
    """Return the names under which a function holds a session, its parameters first."""
    used = _uses(function)
    held = function.node.params
    names = []
    for parameter in (*held.posonly_params, *held.params, *held.kwonly_params):
        name = parameter.name.value
        annotation = code(parameter.annotation.annotation) if parameter.annotation else ""
        telling = used.get(name, set()) & TELLING
        usual = used.get(name, set()) & USED and USUAL_NAME.match(name)
        if name in known or SESSION_TYPE.search(annotation) or telling or usual:
            names.append(name)
    names += [
        name
        for name, value in _local_values(function.node)
        if (opens_session(value) and used.get(name, set()) & USED)
        or _stores(name, used.get(name, set()))
    ]
    names += [name for name in _unpacked(function) if _told(name, used.get(name, set()))]
    held_in = {p.name.value for p in (*held.params, *held.kwonly_params)} - {"self", "cls"}
    names += [
        whole
        for whole, (holder, word, methods) in _parts(function).items()
        if _told(word, methods) and (holder in held_in or (word == "session" and holder != "self"))
    ]
    return tuple(dict.fromkeys(names))


def _stores(name: str, methods: set[str]) -> bool:
    """Tell whether a name that a function binds itself is given objects, as a session is."""
    usual = USUAL_NAME.match(name) and methods & USED
    return bool(methods & {"add", "add_all"} and (usual or methods & TELLING))


def _told(name: str, methods: set[str]) -> bool:
    """Tell whether what is done with a name shows that it is a session."""
    return bool(methods & TELLING or (methods & USED and USUAL_NAME.match(name)))


def _unpacked(function: Function) -> list[str]:
    """Return the names that a function takes out of a tuple that it was handed."""
    return [
        element.value.value
        for assign in own_nodes(function.node.body, cst.Assign)
        for target in assign.targets
        if isinstance(target.target, (cst.Tuple, cst.List))
        and isinstance(assign.value, cst.Name)
        and assign.value.value in function.parameters
        for element in target.target.elements
        if isinstance(element.value, cst.Name)
    ]


def _parts(function: Function) -> dict[str, tuple[str, str, set[str]]]:
    """Return what is used out of containers: by source, the container, the part, the methods."""
    found: dict[str, tuple[str, str, set[str]]] = {}
    for attribute in nodes(function.node.body, cst.Attribute):
        part = attribute.value
        if isinstance(part, (cst.Attribute, cst.Subscript)) and isinstance(part.value, cst.Name):
            word = part.attr.value if isinstance(part, cst.Attribute) else code(part.slice[0].slice)
            one = found.setdefault(code(part), (part.value.value, word.strip("\"'"), set()))
            one[2].add(attribute.attr.value)
    return found


def module_sessions(functions: Sequence[Function]) -> tuple[str, ...]:
    """Return the names of a module that hold a session for all its functions, the best first.

    A registry such as `scoped_session` makes is used like that.
    """
    counted: Counter[str] = Counter()
    for function in functions:
        for name, methods in _uses(function).items():
            if methods & TELLING and is_of_module(function, name):
                counted[name] += 1
        for whole, (holder, word, methods) in _parts(function).items():
            if word == "session" and methods & TELLING and is_of_module(function, holder):
                counted[whole] += 1
    return tuple(name for name, _ in counted.most_common())


def is_of_module(function: Function, name: str) -> bool:
    """Tell whether a name, or the first of a dotted one, is its module's in a function."""
    name = name.partition(".")[0]
    inner = {bound for bound, _ in _local_values(function.node)} | set(function.parameters)
    if name in inner:
        return False
    if function.outer is not None:
        return False
    scope = function.source.scopes.get(function.node)
    return scope is not None and bool(scope.globals[name])


def is_used(function: Function, name: str) -> bool:
    """Tell whether a function does with a name what is done with sessions."""
    return bool(_uses(function).get(name, set()) & USED)


def session_attribute(owner: cst.ClassDef) -> str | None:
    """Return `self.x` where a class keeps a session in `x`."""
    counted: Counter[str] = Counter()
    for attribute in nodes(owner, cst.Attribute):
        held = attribute.value
        if isinstance(held, cst.Attribute) and code(held.value) == "self":
            usual = attribute.attr.value in USED and USUAL_NAME.match(held.attr.value)
            counted[code(held)] += bool(attribute.attr.value in TELLING or usual)
    counted = +counted
    best = counted.most_common(1)
    return best[0][0] if best else None


def is_async_session(function: Function, name: str, known: Mapping[str, SessionFixture]) -> bool:
    """Tell whether a name holds an asynchronous session: its fixture tells, or what is awaited."""
    if name in known and known[name].is_async:
        return True
    if any(
        isinstance(waited.expression, cst.Call)
        and isinstance(waited.expression.func, cst.Attribute)
        and code(waited.expression.func.value) == name
        for waited in nodes(function.node.body, cst.Await)
    ):
        return True
    held = function.node.params
    return any(
        p.annotation is not None and "AsyncSession" in code(p.annotation.annotation)
        for p in (*held.params, *held.kwonly_params)
        if p.name.value == name
    )


def _uses(function: Function) -> dict[str, set[str]]:
    """Return the attributes that are used of each plain name in a function."""
    found: dict[str, set[str]] = {}
    for attribute in nodes(function.node.body, cst.Attribute):
        if isinstance(attribute.value, cst.Name):
            found.setdefault(attribute.value.value, set()).add(attribute.attr.value)
    return found


def usual_session(
    functions: Sequence[Function], known: Mapping[str, SessionFixture]
) -> tuple[str | None, tuple[str, ...]]:
    """Return the fixture that the functions of a file use, or None and the candidates."""
    counted: Counter[str] = Counter()
    for function in functions:
        if function.takes_fixtures:
            counted.update(n for n in session_names(function, known) if n in function.parameters)
    if counted:
        return counted.most_common(1)[0][0], ()
    if len(known) == 1:
        return next(iter(known)), ()
    # The nearest conftest comes first: its own fixture hides what is above.
    first = [f for f in known.values() if f.path == next(iter(known.values())).path]
    return (first[0].name, ()) if len(first) == 1 else (None, tuple(known))


def usual_annotation(functions: Sequence[Function], name: str) -> cst.Annotation | None:
    """Return the annotation that most functions of a file give a parameter of that name."""
    written: list[cst.Annotation | None] = [
        p.annotation
        for function in functions
        for p in (*function.node.params.params, *function.node.params.kwonly_params)
        if p.name.value == name
    ]
    counted = Counter(code(a.annotation) if a else "" for a in written)
    if not counted:
        return None
    best = counted.most_common(1)[0][0]
    return next((a for a in written if a and code(a.annotation) == best), None)
