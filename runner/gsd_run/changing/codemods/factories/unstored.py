"""What a test can tell of an object: that it is not stored yet, or never is."""

from collections.abc import Collection, Iterator

import libcst as cst
import libcst.matchers as m

from gsd_run.changing.codemods.factories.flow import calls_held, flushes, names_in
from gsd_run.changing.codemods.factories.guards import near_guard
from gsd_run.changing.codemods.factories.scene import Scene
from gsd_run.changing.codemods.factories.source import N, Source, code, own_nodes
from gsd_run.changing.codemods.factories.suite import Made, given_columns

ASKING = frozenset({"query", "execute", "scalar", "scalars", "get", "get_one", "rollback"})
KEEPING = frozenset({"append", "insert", "extend"})
IS_NONE = m.Comparison(comparisons=[m.ComparisonTarget(m.Is(), m.Name("None"))])


def needed_before(made: Made, node: cst.CSTNode, scene: Scene) -> bool:
    """Tell whether another object is made from this one before a node."""
    source = made.source
    return made.name is not None and any(
        made.name in names_in(other.call)
        for other in scene.made
        if other is not made
        and source.before(made.call, other.call)
        and source.before(other.call, node)
        and node not in source.above(other.call)
    )


def never_stored(made: Made, scene: Scene) -> bool:
    """Tell whether a test makes an object only to look at it, as it was made.

    It is not handed to anything, and nothing is read of it that storing would fill. A test that
    has no session stores nothing itself.
    """
    source = made.source
    expected = near_guard(scene.function, scene.guards, made.call, scene.sessions)
    if scene.function.kind != "test" or expected:
        return False
    if not scene.sessions:
        return True
    if made.name is None:
        return isinstance(source.parents[made.call], cst.Expr) or _handed_on(made, scene)
    given = given_columns(made)
    filled = {
        c.key for c in made.model.columns if c.key not in given and (c.generated or c.required)
    }
    for name in own_nodes(scene.function.node.body, cst.Name):
        if name.value != made.name or isinstance(source.parents[name], cst.AssignTarget):
            continue
        read = source.parents[name]
        if isinstance(read, cst.Comparison) and m.findall(read, m.NotIn()):
            continue
        if not isinstance(read, cst.Attribute) or read.value is not name:
            return False
        outer = source.parents[read]
        called_on = isinstance(outer, cst.Attribute) and outer.value is read
        asked = read.attr.value in filled and not m.matches(outer, IS_NONE)
        if asked or called_on or isinstance(outer, cst.Arg):
            return False
    return "." not in made.name


def read_unstored(
    made: Made, scene: Scene, filled: Collection[str], parents: Collection[str]
) -> Iterator[str]:
    """Yield what a test reads of an object that is never stored, although nothing gave it that.

    `filled` and `parents` are what its factory would fill by itself. Of an object with a name
    columns can be kept empty, but parents can't.
    """
    read = made.source.parents[made.call]
    if isinstance(read, cst.Attribute) and read.value is made.call:
        yield from {read.attr.value} & {*filled, *parents}
    elif made.name is not None and never_stored(made, scene):
        for node in own_nodes(scene.function.node.body, cst.Attribute):
            if code(node.value) == made.name and node.attr.value in parents:
                yield node.attr.value


def _handed_on(made: Made, scene: Scene) -> bool:
    """Tell whether an object without a name goes to a call that may store it, or not: its matter.

    That is no call of the session or one that is given it, and none that makes another row of
    the object or keeps it for later.
    """
    argument = made.source.parents[made.call]
    call = made.source.parents[argument]
    if not isinstance(argument, cst.Arg) or not isinstance(call, cst.Call):
        return False
    making = {one.call for one in scene.made}
    keeps = isinstance(call.func, cst.Attribute) and call.func.attr.value in KEEPING
    told = {code(argument.value) for argument in call.args}
    return not (
        call in making or keeps or code(call.func).rpartition(".")[0] in scene.sessions
    ) and not told & set(scene.sessions)


def seen_unstored(made: Made, scene: Scene) -> bool:
    """Tell whether the test looks at something between making an object and storing it."""
    source, flow = made.source, scene.flow
    adds = [a.call for a in flow.adds if made.call in set(calls_held(flow, a.given))]
    if not adds or not scene.sessions:
        return False
    last = max(adds, key=lambda call: _start(source, call))
    if any(_holds_back(source, made.call, name) for name in scene.sessions):
        return True
    for node in _between(scene, made.call, last):
        asks = isinstance(node, cst.Call) and _asks(node, scene.sessions)
        looks = isinstance(node, cst.Assert) and made.name in names_in(node)
        if (asks or looks) and not needed_before(made, last, scene):
            return True
    return _counted_as_new(last, scene) or _checked_before_flush(made, last, scene)


def _start(source: Source, node: cst.CSTNode) -> tuple[int, int]:
    start = source.positions[node].start
    return start.line, start.column


def _between(scene: Scene, first: cst.CSTNode, last: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Yield the calls and asserts that begin between two nodes, and belong to neither."""
    source = scene.function.source
    end = source.positions[first].end
    around = {first, last, *source.above(first), *source.above(last)}
    for kind in (cst.Call, cst.Assert):
        for node in own_nodes(scene.function.node.body, kind):
            if node in around or last in source.above(node) or first in source.above(node):
                continue
            if (end.line, end.column) < _start(source, node) < _start(source, last):
                yield node


def _asks(call: cst.Call, sessions: tuple[str, ...]) -> bool:
    func = call.func
    return (
        isinstance(func, cst.Attribute)
        and func.attr.value in ASKING
        and code(func.value) in sessions
    )


def _holds_back(source: Source, node: cst.CSTNode, session: str) -> bool:
    """Tell whether a node stands in a block in which the session doesn't store by itself."""
    return any(
        isinstance(parent, cst.With)
        and any(code(item.item) == f"{session}.no_autoflush" for item in parent.items)
        for parent in source.above(node)
    )


def _counted_as_new(add: cst.Call, scene: Scene) -> bool:
    """Tell whether the test looks at what the session has not stored yet, after an add."""
    return any(
        m.matches(node, m.Attribute(attr=m.Name("new"))) and code(node.value) in scene.sessions
        for node in _until_flush(add, scene, cst.Attribute)
    )


def _checked_before_flush(made: Made, add: cst.Call, scene: Scene) -> bool:
    """Tell whether the test says of an object that it lacks something before it is stored."""
    if any(_expunges(call, scene.sessions) for call in _until_flush(add, scene, cst.Call)):
        return True
    return any(
        made.name in names_in(node)
        and (
            m.findall(node, m.NotIn())
            or m.findall(node, m.ComparisonTarget(m.Is(), m.Name("None")))
        )
        for node in _until_flush(add, scene, cst.Assert)
    )


def _until_flush(add: cst.Call, scene: Scene, kind: type[N]) -> Iterator[N]:
    """Yield what is of a kind after an add and before the session is told to store."""
    source = scene.function.source
    stops = [
        _start(source, call)
        for call in own_nodes(scene.function.node.body, cst.Call)
        if flushes(call, scene.sessions) and source.before(add, call)
    ]
    stop = min(stops, default=(10**9, 0))
    for node in own_nodes(scene.function.node.body, kind):
        if source.before(add, node) and _start(source, node) < stop:
            yield node


def _expunges(call: cst.Call, sessions: tuple[str, ...]) -> bool:
    func = call.func
    return (
        isinstance(func, cst.Attribute)
        and func.attr.value in {"expunge", "expunge_all"}
        and code(func.value) in sessions
    )
