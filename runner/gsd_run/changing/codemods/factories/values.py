"""Values that a factory would fill although the test relies on the model's own, or on none."""

from collections.abc import Sequence

import libcst as cst

from gsd_run.changing.codemods.factories.expectations import Expectation
from gsd_run.changing.codemods.factories.fields import covered, parent_slot
from gsd_run.changing.codemods.factories.flow import Flow
from gsd_run.changing.codemods.factories.functions import Function
from gsd_run.changing.codemods.factories.schema import Default, Factory, Schema
from gsd_run.changing.codemods.factories.source import code, nodes
from gsd_run.changing.codemods.factories.suite import Made, given_columns
from gsd_run.changing.codemods.factories.violations import omitted, violation

NONE = Default("None", "")


def missing_on_purpose(
    made: Made, factory: Factory, others: Sequence[Made], flow: Flow, schema: Schema
) -> dict[str, str]:
    """Return the keywords that keep a row incomplete, where that is the error a test is about.

    Where the call itself says something that can't be stored, the factory fills the rest, so
    that this is what fails.
    """
    earlier = [o for o in others if o is not made and o.source.before(o.call, made.call)]
    if violation(made, earlier, flow, schema) != "missing":
        return {}
    kept: dict[str, str] = {}
    for column in omitted(made):
        slot = parent_slot(factory, schema, column)
        held = schema.column(made.model, column)
        if held is not None and held.type.kind == "json":
            kept[column] = "SKIP"  # None would be stored, as the null of JSON
        elif slot is None:
            kept[column] = "None"
        elif slot in factory.hidden:
            kept |= {slot: "None", column: "None"}
        else:
            kept[slot] = "None"
    return kept


def pinned(
    made: Made,
    factory: Factory,
    function: Function,
    schema: Schema,
    said: Sequence[Expectation],
) -> dict[str, Default]:
    """Return what a constructor left to the model, its factory fills, and the test looks at.

    `said` tells of objects that are read back from the database under another name.
    """
    if made.open_ended:
        return {}
    # What a method keeps in its object, other methods may look at.
    kept = made.name is not None and "." in made.name and function.owner is not None
    whole = function.owner if kept and function.owner else function.node.body
    read = {one.path for one in said if one.made is made}
    read |= {
        attribute.attr.value
        for attribute in nodes(whole, cst.Attribute)
        if isinstance(attribute.value, (cst.Name, cst.Attribute))
        and code(attribute.value) == made.name
    }
    given = given_columns(made)
    filled = covered(factory, schema)
    pins: dict[str, Default] = {}
    for column in made.model.columns:
        if column.required or column.key in given or column.key not in filled:
            continue
        slot = parent_slot(factory, schema, column.key)
        if not read & {column.key, slot}:
            continue
        if column.default is not None:
            pins[column.key] = column.default
        elif column.nullable and not column.generated:
            pins[slot or column.key] = NONE
    return pins
