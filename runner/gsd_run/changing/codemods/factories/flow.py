"""What happens to the objects of one function: what names hold, what is added to which session."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import libcst as cst
import libcst.matchers as m
from msgspec import Struct

from gsd_run.changing.codemods.factories.functions import Function
from gsd_run.changing.codemods.factories.source import code, own_nodes

FLUSHING = frozenset({
    "commit", "flush", "query", "execute", "scalar", "scalars", "get", "get_one", "refresh",
})  # fmt: skip


class Add(Struct, frozen=True, eq=False):
    """A call of `add` or `add_all`, the session it goes to, and what it is given."""

    call: cst.Call
    receiver: str
    method: str
    given: cst.BaseExpression


class Flow(Struct, frozen=True, eq=False):
    """The names of a function with everything they are bound to, and its adds.

    A value is bound as a whole, or (by a loop) each of its elements is.
    """

    function: Function
    bound: Mapping[str, tuple[tuple[cst.BaseExpression, bool], ...]]
    grown: Mapping[str, tuple[cst.BaseExpression, ...]]  # what `name.append(…)` was given
    adds: tuple[Add, ...]
    others: tuple[cst.Call, ...]  # merge and bulk calls, which take objects in another way


def flow_of(function: Function, sessions: Sequence[str]) -> Flow:
    """Read a function's body; `sessions` are the expressions that hold a session in it."""
    bound: dict[str, list[tuple[cst.BaseExpression, bool]]] = {}
    for name, value, each in _bindings(function.node.body):
        bound.setdefault(name, []).append((value, each))
    grown: dict[str, list[cst.BaseExpression]] = {}
    adds: list[Add] = []
    others: list[cst.Call] = []
    for call in own_nodes(function.node.body, cst.Call):
        if not isinstance(call.func, cst.Attribute) or not call.args:
            continue
        receiver, method = code(call.func.value), call.func.attr.value
        if method in {"add", "add_all"} and receiver in sessions and len(call.args) == 1:
            adds.append(Add(call, receiver, method, call.args[0].value))
        elif method in {"merge", "bulk_save_objects", "bulk_insert_mappings"}:
            others.append(call)
        elif method == "append":
            grown.setdefault(receiver, []).append(call.args[0].value)
    return Flow(
        function,
        {name: tuple(values) for name, values in bound.items()},
        {name: tuple(values) for name, values in grown.items()},
        tuple(adds),
        tuple(others),
    )


def _bindings(body: cst.CSTNode) -> Iterator[tuple[str, cst.BaseExpression, bool]]:
    for assign in own_nodes(body, cst.Assign):
        for target in assign.targets:
            yield from _pairs(target.target, assign.value, each=False)
    for annotated in own_nodes(body, cst.AnnAssign):
        if annotated.value is not None:
            yield from _pairs(annotated.target, annotated.value, each=False)
    for walrus in own_nodes(body, cst.NamedExpr):
        yield from _pairs(walrus.target, walrus.value, each=False)
    for loop in own_nodes(body, cst.For):
        yield from _pairs(loop.target, loop.iter, each=True)
    for managed in own_nodes(body, cst.WithItem):
        if managed.asname is not None and isinstance(managed.asname.name, cst.Name):
            yield managed.asname.name.value, managed.item, False


def _pairs(
    target: cst.BaseExpression, value: cst.BaseExpression, *, each: bool
) -> Iterator[tuple[str, cst.BaseExpression, bool]]:
    if isinstance(target, (cst.Name, cst.Attribute)):
        yield code(target), value, each
    elif isinstance(target, (cst.Tuple, cst.List)):
        values = value.elements if isinstance(value, (cst.Tuple, cst.List)) and not each else ()
        alike = len(values) == len(target.elements)
        for index, element in enumerate(target.elements):
            part = values[index].value if alike else value
            yield from _pairs(element.value, part, each=each or not alike)


def stored(flow: Flow, value: cst.BaseExpression, made: Callable[[cst.Call], bool]) -> bool:
    """Tell whether a value is nothing but rows that are in the session already.

    `made` tells it of calls. What can't be followed is taken for something else.
    """
    return _stored(flow, value, made, frozenset())


def _stored(
    flow: Flow,
    value: cst.BaseExpression,
    made: Callable[[cst.Call], bool],
    seen: frozenset[str],
) -> bool:
    def all_of(*parts: cst.BaseExpression) -> bool:
        return all(_stored(flow, part, made, seen) for part in parts)

    answer = False
    match value:
        case cst.Call():
            answer = made(value)
        case cst.Name() | cst.Attribute():
            name = code(value)
            if name in flow.bound and name not in {*seen, *flow.function.parameters}:
                held = [part for part, _ in flow.bound[name]] + list(flow.grown.get(name, ()))
                answer = all(_stored(flow, part, made, seen | {name}) for part in held)
        case cst.List(elements=elements) | cst.Tuple(elements=elements):
            answer = all_of(*(element.value for element in elements))
        case cst.ListComp(elt=element) | cst.GeneratorExp(elt=element):
            answer = all_of(element)
        case cst.Subscript(value=cst.Name() as whole):
            answer = all_of(whole)
        case cst.IfExp(body=one, orelse=other):
            answer = all_of(one, other)
        case cst.NamedExpr(value=bound):
            answer = all_of(bound)
    return answer


def calls_held(flow: Flow, value: cst.BaseExpression) -> Iterator[cst.Call]:
    """Yield the calls whose results a value holds, through names, lists and loops."""
    yield from _calls_held(flow, value, frozenset())


def _calls_held(flow: Flow, value: cst.BaseExpression, seen: frozenset[str]) -> Iterator[cst.Call]:
    match value:
        case cst.Call():
            yield value
        case cst.Name() | cst.Attribute() if (name := code(value)) not in seen:
            held = [part for part, _ in flow.bound.get(name, ())] + [*flow.grown.get(name, ())]
            for part in held:
                yield from _calls_held(flow, part, seen | {name})
        case cst.List(elements=elements) | cst.Tuple(elements=elements):
            for element in elements:
                yield from _calls_held(flow, element.value, seen)
        case cst.ListComp(elt=element) | cst.GeneratorExp(elt=element):
            yield from _calls_held(flow, element, seen)
        case cst.Subscript(value=whole):
            yield from _calls_held(flow, whole, seen)
        case cst.IfExp(body=one, orelse=other):
            yield from _calls_held(flow, one, seen)
            yield from _calls_held(flow, other, seen)
        case cst.NamedExpr(value=bound):
            yield from _calls_held(flow, bound, seen)


def conditions(function: Function, node: cst.CSTNode) -> frozenset[cst.CSTNode]:
    """Return the branches inside the function that a node stands in."""
    found: list[cst.CSTNode] = []
    child = node
    for parent in function.source.above(node):
        if parent is function.node:
            break
        if isinstance(parent, (cst.If, cst.Else, cst.ExceptHandler, cst.While)):
            found.append(parent)
        child = parent
    del child
    return frozenset(found)


def added_under_condition(flow: Flow, call: cst.Call) -> bool:
    """Tell whether what a call makes is added in a branch that the call doesn't stand in."""
    here = conditions(flow.function, call)
    return any(
        call in set(calls_held(flow, add.given)) and not conditions(flow.function, add.call) <= here
        for add in flow.adds
    )


def flushes(node: cst.CSTNode, sessions: Sequence[str]) -> bool:
    """Tell whether running a statement sends what is pending to the database."""
    return any(
        m.matches(call.func, m.Attribute())
        and cst.ensure_type(call.func, cst.Attribute).attr.value in FLUSHING
        and code(cst.ensure_type(call.func, cst.Attribute).value) in sessions
        for call in _calls(node)
    )


def _calls(node: cst.CSTNode) -> Iterator[cst.Call]:
    if isinstance(node, cst.Call):
        yield node
    yield from own_nodes(node, cst.Call)


def names_in(node: cst.CSTNode) -> frozenset[str]:
    """Return the plain names that occur in a node, keywords of calls left out."""
    keywords = {id(a.keyword) for a in own_nodes(node, cst.Arg) if a.keyword is not None}
    attributes = {id(a.attr) for a in own_nodes(node, cst.Attribute)}
    every = [*([node] if isinstance(node, cst.Name) else []), *own_nodes(node, cst.Name)]
    return frozenset(n.value for n in every if id(n) not in keywords | attributes)
