"""What a test's database lets pass: violations of which no error can come."""

import re
from collections.abc import Sequence

import libcst as cst
from msgspec import Struct

from gsd_run.changing.codemods.factories.checks import broken_check, plain_value
from gsd_run.changing.codemods.factories.databases import Database
from gsd_run.changing.codemods.factories.flow import Flow
from gsd_run.changing.codemods.factories.schema import Column, Schema
from gsd_run.changing.codemods.factories.source import code, own_nodes
from gsd_run.changing.codemods.factories.suite import Made, given_columns
from gsd_run.changing.codemods.factories.violations import omitted, violation


class Lapse(Struct, frozen=True):
    """A violation that the database does not see, and what would make it see it."""

    why: str
    candidates: tuple[str, ...] = ()


def lapse(
    made: Made, others: Sequence[Made], flow: Flow, schema: Schema, database: Database
) -> Lapse | None:
    """Return why no error can come of a call that stands where one is expected, or None."""
    earlier = [o for o in others if o is not made and o.source.before(o.call, made.call)]
    kind = violation(made, earlier, flow, schema)
    if kind == "no parent" and not database.foreign_keys and not _others_store(made, flow):
        otherwise = omitted(made) or broken_check(made.model, made.values) is not None
        return None if otherwise else _orphan(made)
    if kind in {"", "missing"}:
        for column in made.model.columns:
            value = made.values.get(column.key)
            found = _of_value(column, value, database) if value is not None else None
            if found is not None:
                return found
    return _of_none(made) if kind == "" else None


def _others_store(made: Made, flow: Flow) -> bool:
    """Tell whether something else may have stored the parent: whoever was handed the session."""
    sessions = {add.receiver for add in flow.adds}
    return any(
        code(argument.value) in sessions
        for call in own_nodes(flow.function.node.body, cst.Call)
        if made.source.before(call, made.call)
        for argument in call.args
    )


def _orphan(made: Made) -> Lapse:
    return Lapse(
        f"{made.model.name} is given the key of no parent, and SQLite looks at foreign keys only "
        "when it is told to",
        ("PRAGMA foreign_keys=ON for every connection of the tests",),
    )


def _of_value(column: Column, value: cst.BaseExpression, database: Database) -> Lapse | None:
    known, plain = plain_value(code(value))
    kind, room = column.type, column.type.length
    if not known or not isinstance(plain, str):
        return None
    if kind.kind == "enum" and kind.texts and plain not in kind.texts:
        why = f"{column.key} takes any text unless the database knows the values"
        return Lapse(why, tuple(kind.texts)) if database.sqlite else None
    if not database.sqlite:
        return None
    if kind.kind == "text" and room is not None and len(plain) > room:
        why = f"{column.key} is given {len(plain)} letters of {room}, which SQLite does not count"
        return Lapse(why, (f"CheckConstraint('length({column.key}) <= {room}')",))
    if kind.kind == "int" and not re.fullmatch(r"\s*[-+]?\d+\s*", plain):
        why = f"{column.key} is given a text, which SQLite stores in a column of numbers, too"
        return Lapse(why, (f"CheckConstraint('typeof({column.key}) = \\'integer\\'')",))
    return None


def _of_none(made: Made) -> Lapse | None:
    given = given_columns(made)
    for column in made.model.columns:
        if given.get(column.key) != "None" or column.nullable:
            continue
        if column.generated and not column.primary_key:
            why = f"{column.key}=None gives way to the default of {made.model.name}"
            return Lapse(why, (f"{column.key}=null() of sqlalchemy", f"no default of {column.key}"))
        if column.type.kind == "json":
            why = f"{column.key}=None is stored as the null of JSON"
            return Lapse(why, (f"{column.key}=null() of sqlalchemy", "JSON(none_as_null=True)"))
    return None
