"""What tests say about the attributes of the objects that they make."""

import libcst as cst
from msgspec import Struct

from gsd_run.changing.codemods.factories.contexts import RAISES
from gsd_run.changing.codemods.factories.flow import calls_held
from gsd_run.changing.codemods.factories.guards import guard_around
from gsd_run.changing.codemods.factories.saying import PLAIN_CALLS, Sort, statements
from gsd_run.changing.codemods.factories.scene import Scene
from gsd_run.changing.codemods.factories.source import code, own_nodes
from gsd_run.changing.codemods.factories.suite import Made

# What may stand between making an object and looking at it without changing the object: what is
# done with sessions, and functions that only look or make plain values.
ON_SESSIONS = frozenset({
    "add", "add_all", "commit", "flush", "refresh", "expire", "expire_all", "expunge", "rollback",
    "query", "filter", "filter_by", "first", "one", "one_or_none", "scalar_one", "all", "get",
    "get_one", "scalar", "scalars", "scalar_one_or_none", "execute", "select", "where", "count",
    "options", "order_by", "limit", "join", "begin_nested", "close", "unique",
})  # fmt: skip
LOOKING = frozenset({
    "len", "str", "repr", "isinstance", "print", "set", "list", "sorted", "tuple", "any", "select",
    "joinedload", "selectinload", "uuid4", "now", "utcnow", "today", *PLAIN_CALLS, *RAISES,
})  # fmt: skip


class Expectation(Struct, frozen=True, eq=False):
    """What a test says of an attribute: that it is a value, or that it holds any, or none.

    `path` is the attribute, or `parent.attribute`; `value` is Python source, "" unless it is a
    value. `node` is where it says so.
    """

    made: Made
    path: str
    sort: Sort
    value: str
    node: cst.CSTNode


def expectations(scene: Scene) -> tuple[Expectation, ...]:
    """Return what a function says of objects that it made itself, so far as nothing changed them.

    Each attribute counts once: what is said of it first.
    """
    found: dict[tuple[cst.Call, str], Expectation] = {}
    for node, subject, sort, value in statements(scene.function):
        read = _subject(subject, scene)
        if read is None or guard_around(scene.function, scene.guards, node) is not None:
            continue
        made, path = read
        key = (made.call, path)
        if key not in found and _is_untouched(made, path, node, scene):
            found[key] = Expectation(made, path, sort, value, node)
    return tuple(found.values())


def _subject(subject: cst.BaseExpression, scene: Scene) -> tuple[Made, str] | None:
    """Return the object that an expression reads an attribute of, and which."""
    if not isinstance(subject, cst.Attribute):
        return None
    made = _object(subject.value, scene)
    if made is not None:
        return made, subject.attr.value
    inner = subject.value
    if isinstance(inner, cst.Attribute):
        parent = _object(inner.value, scene)
        if parent is not None:
            return parent, f"{inner.attr.value}.{subject.attr.value}"
    return None


def _object(node: cst.BaseExpression, scene: Scene) -> Made | None:
    """Return the only object that a name can hold: made here, or read back from its table."""
    if not isinstance(node, cst.Name) or node.value in scene.function.parameters:
        return None
    held = scene.flow.bound.get(node.value, ())
    if len(held) != 1 or held[0][1]:
        return None
    calls = list(calls_held(scene.flow, held[0][0]))
    found = [one for one in scene.made if one.call in calls]
    if found:
        return found[0] if len(calls) == 1 and not _is_many(found[0], scene) else None
    return _read_back(held[0][0], scene)


def _is_many(made: Made, scene: Scene) -> bool:
    batch = isinstance(made.call.func, cst.Attribute) and "batch" in made.call.func.attr.value
    kinds = (cst.For, cst.While, cst.ListComp, cst.GeneratorExp, cst.List, cst.Tuple)
    above = scene.function.source.above(made.call)
    around = next((n for n in above if isinstance(n, kinds) or n is scene.function.node), None)
    return batch or isinstance(around, kinds)


def _read_back(value: cst.BaseExpression, scene: Scene) -> Made | None:
    """Return the object of a query for a model of which the function makes one."""
    calls = [*([value] if isinstance(value, cst.Call) else []), *own_nodes(value, cst.Call)]
    asking = [c for c in calls if code(c.func).split(".")[-1] in {"query", "select", "get"}]
    if not asking or not any(code(c.func).split(".")[0] in scene.sessions for c in calls):
        return None
    names = {code(a.value).split(".")[-1] for c in asking for a in c.args[:1]}
    found = [one for one in scene.made if {one.model.name} == names]
    return found[0] if len(found) == 1 and not _is_many(found[0], scene) else None


def _is_untouched(made: Made, path: str, node: cst.CSTNode, scene: Scene) -> bool:
    """Tell whether nothing between making an object and a node can have changed an attribute."""
    source = made.source
    first = path.split(".", maxsplit=1)[0]
    for target in own_nodes(scene.function.node.body, cst.Attribute):
        parent = source.parents[target]
        stored = isinstance(parent, (cst.AssignTarget, cst.AugAssign)) and target is parent.target
        if stored and target.attr.value in path.split(".") and source.before(target, node):
            return False
    making = {one.call for one in scene.made}
    for call in own_nodes(scene.function.node.body, cst.Call):
        if call in making or not source.before(call, node) or source.before(call, made.call):
            continue
        if any(parent is node for parent in source.above(call)):
            continue
        if not _is_harmless(call, first, scene):
            return False
    return True


def _is_harmless(call: cst.Call, attribute: str, scene: Scene) -> bool:
    """Tell whether a call can't change an object that it may get hold of."""
    func = call.func
    if isinstance(func, cst.Name):
        return func.value in LOOKING
    if not isinstance(func, cst.Attribute) or attribute in code(func.value).split("."):
        return False
    name = func.attr.value
    if name in LOOKING or name.startswith("assert"):
        return True
    root: cst.BaseExpression = func.value
    while not isinstance(root, cst.Name) and code(root) not in scene.sessions:
        match root:
            case cst.Attribute(value=inner) | cst.Subscript(value=inner):
                root = inner
            case cst.Call(func=inner):
                root = inner
            case _:
                return False
    return name in ON_SESSIONS and (code(root) in scene.sessions or code(root) == "select")
