"""Foreign keys given by id become the parent itself, so that a factory makes no second one."""

from collections.abc import Collection, Mapping

import libcst as cst
from msgspec import Struct

from gsd_run.changing.codemods.factories.fields import parent_slot
from gsd_run.changing.codemods.factories.flow import Flow
from gsd_run.changing.codemods.factories.schema import Column, Factory, Model, Schema
from gsd_run.changing.codemods.factories.source import code
from gsd_run.changing.codemods.factories.suite import Made


class Parents(Struct, frozen=True, eq=False):
    """How a call's keywords change: to another name and value, and what comes on top.

    `skipped` names relationships that the factory must leave alone; `problem` is set when a
    foreign key is given the key of something that is no such parent.
    """

    renamed: dict[str, tuple[str, cst.BaseExpression]] = {}
    added: dict[str, str] = {}
    skipped: tuple[str, ...] = ()
    problem: str | None = None


def parent_changes(
    made: Made,
    factory: Factory,
    schema: Schema,
    flow: Flow,
    origins: Mapping[cst.Call, Made],
    foreign: frozenset[str],
) -> Parents:
    """Work out what becomes of the foreign keys that a call is given.

    `foreign` are names that hold objects of other sessions: their ids are all that may be used.
    """
    renamed: dict[str, tuple[str, cst.BaseExpression]] = {}
    added: dict[str, str] = {}
    skipped: list[str] = []
    for column in made.model.columns:
        value = made.values.get(column.key)
        if value is None or not column.targets:
            continue
        slot = parent_slot(factory, schema, column.key)
        # What a dictionary gives stays as it is.
        name = slot or _relation(made.model, column, schema)
        points_at = _of_parent(made.model, factory, name, column, schema)
        parent = _parent_of(value, points_at) if column.key in made.keywords else None
        if parent is not None and (wrong := _mismatch(parent, column, schema, flow, origins)):
            said = (
                f"{column.key}={code(value)} gives the key of {wrong}, not of {_of(column, schema)}"
            )
            return Parents(problem=said)
        usable = parent is not None and code(parent).split(".")[0] not in foreign
        if usable and parent is not None and name is not None and name not in made.values:
            renamed[column.key] = (name, parent)
        elif slot is not None and slot not in made.values:
            if code(value) == "None" and column.key in made.keywords:
                renamed[column.key] = (slot, value)
            elif slot in factory.hidden:
                added[slot] = "None"
            else:
                skipped.append(slot)
    return Parents(renamed, added, tuple(skipped))


def without_parents(
    parents: Parents, factory: Factory, schema: Schema, columns: Collection[str]
) -> Parents:
    """Return the same, with nothing made for these foreign keys: they get their value later."""
    added, skipped = dict(parents.added), list(parents.skipped)
    for column in sorted(columns):
        slot = parent_slot(factory, schema, column)
        if slot in factory.hidden:
            added[slot] = "None"
            skipped.append(column)
        elif slot is not None:
            skipped.append(slot)
    return Parents(parents.renamed, added, tuple(dict.fromkeys(skipped)))


def with_keys_of_only_children(
    made: Made, factory: Factory, parents: Parents, schema: Schema
) -> Parents:
    """Return the same, with keys instead of parents where a parent has no more than one child."""
    skipped, renamed = list(parents.skipped), dict(parents.renamed)
    added = dict(parents.added)
    for column, (name, _) in parents.renamed.items():
        if not _has_one_child(made.model, name, schema):
            continue
        del renamed[column]
        if name in factory.hidden:
            added[name] = "None"
        elif parent_slot(factory, schema, column) == name:
            skipped.append(name)
    return Parents(renamed, added, tuple(skipped))


def _has_one_child(model: Model, name: str, schema: Schema) -> bool:
    """Tell whether a relationship's other side is a single object."""
    return any(
        back.key in relation.reverse and not back.uselist
        for relation in model.relationships
        if relation.key == name
        for back in schema.models[relation.target].relationships
    )


def _of_parent(
    model: Model, factory: Factory, name: str | None, column: Column, schema: Schema
) -> tuple[tuple[str, str], ...]:
    """Return what a foreign key points at in the table of the parent that has this name.

    A column in several foreign keys points at several tables: the key of one's row is not that
    of the other's.
    """
    declared = factory.declared.get(name or "")
    made = schema.factories.get(declared.target or "") if declared is not None else None
    ends = [relation.target for relation in model.relationships if relation.key == name]
    end = ends[0] if ends else (made.model if made is not None else None)
    if end not in schema.models or len(column.targets) == 1:
        return column.targets
    kin = {end, *schema.models[end].bases}
    return tuple(
        one
        for one in column.targets
        if one[0] in kin or (one[0] in schema.models and end in schema.models[one[0]].bases)
    )


def _parent_of(
    value: cst.BaseExpression, targets: Collection[tuple[str, str]]
) -> cst.BaseExpression | None:
    """Return `x` where a foreign key is given `x.id`, `id` being what it points at."""
    if not isinstance(value, cst.Attribute):
        return None
    attributes = {attribute for _, attribute in targets}
    simple = (cst.Name, cst.Attribute, cst.Subscript, cst.Call)
    return (
        value.value if value.attr.value in attributes and isinstance(value.value, simple) else None
    )


def _mismatch(
    parent: cst.BaseExpression,
    column: Column,
    schema: Schema,
    flow: Flow,
    origins: Mapping[cst.Call, Made],
) -> str | None:
    """Return the name of the model that a parent is, when it is none that the key points at."""
    if not isinstance(parent, cst.Name) or parent.value not in flow.bound:
        return None
    targets = {target for target, _ in column.targets}
    for value, _ in flow.bound[parent.value]:
        origin = origins.get(value) if isinstance(value, cst.Call) else None
        if origin is None:
            continue
        family = {origin.model.key, *origin.model.bases}
        shared = {t for t in targets if t in schema.models and family & {*schema.models[t].bases}}
        if not (family & targets or shared):
            return origin.model.name
    return None


def _of(column: Column, schema: Schema) -> str:
    return " or ".join(schema.models[target].name for target, _ in column.targets)


def _relation(model: Model, column: Column, schema: Schema) -> str | None:
    """Return the relationship that a column carries; of several the one named after it."""
    found = [relation.key for relation in schema.parent_of(model, column.key)]
    stem = column.key.removesuffix("_id")
    return found[0] if len(found) == 1 else next((key for key in found if key == stem), None)
