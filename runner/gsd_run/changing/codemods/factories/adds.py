"""Adds that have become pointless, since factories have stored what they are given."""

from collections.abc import Callable, Sequence

import libcst as cst

from gsd_run.changing.codemods.factories.decisions import Decisions
from gsd_run.changing.codemods.factories.flow import Add, calls_held, stored
from gsd_run.changing.codemods.factories.scene import Scene, Settled
from gsd_run.changing.codemods.factories.source import code, own_nodes
from gsd_run.changing.codemods.factories.suite import Suite

SHOWN = 40  # letters of an expression that a message shows

Stores = Callable[[cst.Call], bool]


def storing(suite: Suite, settled: Sequence[Settled]) -> Stores:
    """Return the test of a call whether what it returns is in the session already.

    Calls of factories are, and calls of helpers that return nothing else.
    """
    direct = {m.call for one in settled for m in one.chosen if m not in one.unstored}
    flows = {one.scene.function.name: one.scene.flow for one in settled}
    asked: set[str] = set()

    def stores(call: cst.Call) -> bool:
        name = suite.helper_called(call)
        if call in direct or name is None or name in asked:
            return call in direct
        asked.add(name)
        flow = flows[name]
        body = flow.function.node.body
        values = [r.value for r in own_nodes(body, cst.Return)]
        plain = bool(values) and next(own_nodes(body, cst.Yield), None) is None
        answer = plain and all(v is not None and stored(flow, v, stores) for v in values)
        asked.discard(name)
        return answer

    return stores


def decide_adds(scene: Scene, stores: Stores, plan: Decisions) -> None:
    """Decide what becomes of each add of a function."""
    source = scene.function.source
    for add in scene.flow.adds:
        if not isinstance(source.parents[add.call], cst.Expr):
            continue
        if isinstance(add.given, (cst.List, cst.Tuple)):
            said = _listed(add, add.given.elements, scene, stores, plan)
        else:
            said = _single(add, scene, stores, plan)
        if said is not None:
            plan.done("no-add", source.path, source.line(add.call), said)


def _listed(
    add: Add,
    elements: Sequence[cst.BaseElement],
    scene: Scene,
    stores: Stores,
    plan: Decisions,
) -> str | None:
    gone = {i for i, e in enumerate(elements) if stored(scene.flow, e.value, stores)}
    if not gone:
        return None
    plan.shrunk[add.call] = gone
    inline = any(isinstance(elements[i].value, (cst.Call, cst.ListComp)) for i in gone)
    if len(gone) == len(elements) and not inline:
        plan.removed.add(scene.function.source.parents[add.call])
    return f"{add.receiver}.add_all loses what factories have stored"


def _single(add: Add, scene: Scene, stores: Stores, plan: Decisions) -> str | None:
    given = add.given
    held = next(calls_held(scene.flow, given), None)
    if held is None or not stored(scene.flow, given, stores):
        return None
    if isinstance(given, (cst.Name, cst.Attribute, cst.Subscript)):
        plan.removed.add(scene.function.source.parents[add.call])
    else:
        plan.unwrapped.add(add.call)
    return f"{add.receiver}.{add.method}({_short(given)}) is gone: it is stored already"


def _short(node: cst.CSTNode) -> str:
    text = " ".join(code(node).split())
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
