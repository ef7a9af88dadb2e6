"""What about a call breaks a rule of the database, so far as the code shows it."""

from collections.abc import Mapping, Sequence
from typing import Literal

import libcst as cst
import libcst.matchers as m

from gsd_run.changing.codemods.factories.checks import broken_check
from gsd_run.changing.codemods.factories.flow import Flow
from gsd_run.changing.codemods.factories.schema import Column, Schema
from gsd_run.changing.codemods.factories.source import code
from gsd_run.changing.codemods.factories.suite import Made, assigned_later, given_columns

Violation = Literal["duplicate", "none", "no parent", "check", "missing", ""]

FRESH = frozenset({"uuid4", "uuid1", "str", "new_id", "token_hex"})


def violation(made: Made, earlier: Sequence[Made], flow: Flow, schema: Schema) -> Violation:
    """Return how a call violates a constraint: what it says comes before what it leaves out."""
    given = given_columns(made)
    if _duplicates(made, given, earlier, flow):
        return "duplicate"
    if any(given.get(c.key) == "None" and refuses_none(c) for c in made.model.columns):
        return "none"
    if _points_nowhere(made, earlier, flow, schema):
        return "no parent"
    if broken_check(made.model, made.values) is not None:
        return "check"
    return "missing" if omitted(made) else ""


def refuses_none(column: Column) -> bool:
    """Tell whether a row can't be stored with None given for a column.

    A default takes the place of None, and JSON knows a null of its own.
    """
    return not column.nullable and not column.generated and column.type.kind != "json"


def omitted(made: Made) -> tuple[str, ...]:
    """Return the required columns to which a constructor gives no value."""
    if made.kind != "constructor" or made.open_ended:
        return ()
    later = assigned_later(made)
    relations = [r for r in made.model.relationships if r.key in later]
    given = {*given_columns(made), *later, *(key for r in relations for key in r.local)}
    return tuple(c.key for c in made.model.columns if c.required and c.key not in given)


def _duplicates(made: Made, given: Mapping[str, str], earlier: Sequence[Made], flow: Flow) -> bool:
    """Tell whether a call repeats the key or the unique values of a row made before it."""
    groups: list[tuple[str, ...]] = [(c.key,) for c in made.model.columns if c.unique]
    groups += [g for g in (*made.model.uniques, made.model.primary_key) if g not in groups]
    for group in groups:
        if not all(given.get(key, "None") != "None" for key in group):
            continue
        if any(_same(group, given, other) for other in earlier if _one_table(made, other)):
            return True
        if len(group) == 1 and _of_unknown(made, group[0], flow):
            return True
    return False


def _one_table(made: Made, other: Made) -> bool:
    return (
        made.model.key == other.model.key
        or made.model.key in other.model.bases
        or other.model.key in made.model.bases
    )


def _same(group: Sequence[str], given: Mapping[str, str], other: Made) -> bool:
    theirs = given_columns(other)
    return all(
        given[key] == theirs.get(key) or (other.name and given[key] == f"{other.name}.{key}")
        for key in group
    )


def _of_unknown(made: Made, key: str, flow: Flow) -> bool:
    """Tell whether a unique column takes the same column of an object that a fixture made."""
    column = next((c for c in made.model.columns if c.key == key), None)
    value = made.values.get(key)
    return (
        column is not None
        and not column.targets
        and value is not None
        and m.matches(value, m.Attribute(value=m.Name(), attr=m.Name(key)))
        and code(cst.ensure_type(value, cst.Attribute).value) not in flow.bound
    )


def _points_nowhere(made: Made, earlier: Sequence[Made], flow: Flow, schema: Schema) -> bool:
    """Tell whether a foreign key is given a plain value that no row made before it has."""
    for column in made.model.columns:
        value = made.values.get(column.key)
        if not column.targets or value is None or not _is_plain(value, flow):
            continue
        keys = {
            given_columns(other).get(attribute)
            for other in earlier
            for target, attribute in column.targets
            if other.model.key == target or target in schema.models[other.model.key].bases
        }
        if code(value) not in keys:
            return True
    return False


def _is_plain(value: cst.BaseExpression, flow: Flow) -> bool:
    if isinstance(value, cst.Name) and value.value in flow.bound:
        held = flow.bound[value.value]
        return all(not each and _is_plain(part, flow) for part, each in held if part is not value)
    if isinstance(value, cst.Call):
        return code(value.func).split(".")[-1] in FRESH
    return isinstance(
        value, (cst.SimpleString, cst.Integer, cst.FormattedString, cst.UnaryOperation)
    )
