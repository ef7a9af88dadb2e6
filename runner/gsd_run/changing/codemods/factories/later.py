"""Objects that must not be stored when they are made: built first, and stored by the test."""

from collections.abc import Iterator, Mapping

import libcst as cst
from msgspec import Struct

from gsd_run.changing.codemods.factories.fields import covered, parent_slot
from gsd_run.changing.codemods.factories.flow import (
    Flow,
    added_under_condition,
    calls_held,
    flow_of,
)
from gsd_run.changing.codemods.factories.guards import guards_of, near_guard
from gsd_run.changing.codemods.factories.origins import Origins
from gsd_run.changing.codemods.factories.reach import Reach, own_sessions
from gsd_run.changing.codemods.factories.scene import Scene
from gsd_run.changing.codemods.factories.schema import Factory, Relationship, Schema
from gsd_run.changing.codemods.factories.source import code, own_nodes
from gsd_run.changing.codemods.factories.suite import Made, given_columns
from gsd_run.changing.codemods.factories.unstored import (
    needed_before,
    never_stored,
    seen_unstored,
)

GROWING = frozenset({"append", "add", "insert", "extend"})


class Placement(Struct, frozen=True, eq=False):
    """A place where objects get their parent: `y.children.append(x)`, `x.parent = y`, and so on.

    `relation` is the name under which the parent knows them, `holder` what the parent is.
    """

    node: cst.CSTNode
    relation: str
    value: cst.BaseExpression
    holder: cst.BaseExpression


def built_first(
    scene: Scene, chosen: Mapping[Made, Factory], schema: Schema, reach: Reach
) -> dict[Made, set[str]]:
    """Return the constructed objects that are stored later, and the columns that they get later.

    Those are objects that get a parent after they were made, objects that are added under a
    condition, and objects of which the test can tell that they are not stored yet, or ever.
    """
    found: dict[Made, set[str]] = {}
    constructed = [made for made in chosen if made.kind == "constructor"]
    placements = list(_placements(scene.flow))
    origins = Origins(reach.suite.made, reach.suite.functions, schema)
    returned = _returned(scene) if _stored_by_callers(scene, reach) else frozenset()
    for made in constructed:
        columns = open_columns(made, chosen[made], schema)
        placed = _placed(made, columns, placements, scene, origins)
        placed |= _assigned(made, columns, scene)
        if (
            placed
            or _among_children(made, placements, scene, schema)
            or added_under_condition(scene.flow, made.call)
            or seen_unstored(made, scene)
            or never_stored(made, scene)
            or made.call in returned
        ):
            found[made] = placed
    return found


def _returned(scene: Scene) -> frozenset[cst.Call]:
    """Return the calls whose results a function returns without adding them itself."""
    flow = scene.flow
    added = {call for add in flow.adds for call in calls_held(flow, add.given)}
    values = [r.value for r in own_nodes(flow.function.node.body, cst.Return) if r.value]
    return frozenset(c for value in values for c in calls_held(flow, value)) - added


def _stored_by_callers(scene: Scene, reach: Reach) -> bool:
    """Tell whether all callers add what a helper returns, one of them where an error is expected.

    What such a helper makes must not be stored before it is added.
    """
    calls = reach.callers.get(scene.function.name, ()) if scene.function.kind == "helper" else ()
    near = False
    for call, caller in calls:
        if caller is None:
            return False
        sessions = own_sessions(reach, caller)
        flow = flow_of(caller, sessions)
        if not any(call in set(calls_held(flow, add.given)) for add in flow.adds):
            return False
        near |= near_guard(caller, guards_of(caller), call, sessions)
    return near


def open_columns(made: Made, factory: Factory, schema: Schema) -> dict[str, str]:
    """Return the foreign keys that a call leaves open and its factory makes parents for."""
    given = given_columns(made)
    filled = covered(factory, schema)
    slots = {
        column.key: parent_slot(factory, schema, column.key)
        for column in made.model.columns
        if column.targets and column.key in filled and column.key not in given
    }
    return {key: slot for key, slot in slots.items() if slot}


def _placements(flow: Flow) -> Iterator[Placement]:
    body = flow.function.node.body
    for call in own_nodes(body, cst.Call):
        for argument in call.args:
            if argument.keyword is not None:
                yield Placement(call, argument.keyword.value, argument.value, call)
        func = call.func
        if (
            isinstance(func, cst.Attribute)
            and func.attr.value in GROWING
            and isinstance(func.value, cst.Attribute)
            and call.args
        ):
            relation = func.value.attr.value
            yield Placement(call, relation, call.args[-1].value, func.value.value)
    for assign in own_nodes(body, cst.Assign):
        for target in assign.targets:
            if isinstance(target.target, cst.Attribute):
                held = target.target
                yield Placement(assign, held.attr.value, assign.value, held.value)
    for grown in own_nodes(body, cst.AugAssign):
        if isinstance(grown.target, cst.Attribute):
            held = grown.target
            yield Placement(grown, held.attr.value, grown.value, held.value)


def _placed(
    made: Made,
    columns: Mapping[str, str],
    placements: list[Placement],
    scene: Scene,
    origins: Origins,
) -> set[str]:
    """Return the columns that an object gets by being put among its parent's children.

    None where parents of several kinds know their children under the same name, and it can't be
    told which kind this one is.
    """
    found: set[str] = set()
    for placement in placements if columns else ():
        ways = _ways(made, placement, origins.schema)
        if len(ways) > 1:
            holder = origins.model_of(placement.holder, scene.function)
            kin = {holder.key, *holder.bases} if holder is not None else set()
            ways = {key: way for key, way in ways.items() if key in kin}
        here = {c for c in columns if any(_carries(way, c, made) for way in ways.values())}
        if not here or made.call not in set(calls_held(scene.flow, placement.value)):
            continue
        if not needed_before(made, placement.node, scene):
            found |= here
    return found


def _ways(made: Made, placement: Placement, schema: Schema) -> dict[str, Relationship]:
    """Return the relationships that a placement may be about, by the models of the parents."""
    kin = {made.model.key, *made.model.bases}
    return {
        model.key: relation
        for model in schema.models.values()
        for relation in model.relationships
        if relation.key == placement.relation and relation.target in kin
    }


def _among_children(made: Made, placements: list[Placement], scene: Scene, schema: Schema) -> bool:
    """Tell whether an object is given to a call that makes its parent, whichever that may be."""
    making = {one.call for one in scene.made}
    return any(
        placement.holder not in making
        and isinstance(placement.holder, cst.Call)
        and len(_ways(made, placement, schema)) > 1
        and made.call in set(calls_held(scene.flow, placement.value))
        for placement in placements
    )


def _carries(way: Relationship, column: str, made: Made) -> bool:
    """Tell whether a relationship from the parent's side fills this foreign key."""
    back = {
        key
        for relation in made.model.relationships
        if relation.key in way.reverse
        for key in relation.local
    }
    return way.direction == "ONETOMANY" and (column in back or column in way.remote)


def _assigned(made: Made, columns: Mapping[str, str], scene: Scene) -> set[str]:
    """Return the columns that an object gets by an assignment before it is added."""
    if made.name is None or not columns:
        return set()
    adds = [a.call for a in scene.flow.adds if made.call in set(calls_held(scene.flow, a.given))]
    found: set[str] = set()
    for assign in own_nodes(scene.function.node.body, cst.Assign):
        for target in assign.targets:
            place = target.target
            if not isinstance(place, cst.Attribute) or code(place.value) != made.name:
                continue
            given = {c for c, slot in columns.items() if place.attr.value in {c, slot}}
            after = made.source.before(made.call, assign)
            before_add = any(made.source.before(assign, add) for add in adds)
            if after and before_add and not needed_before(made, assign, scene):
                found |= given
    return found
