"""Expectations that the model contradicts: what was probably meant can only be guessed."""

import ast
from collections.abc import Iterator, Sequence

import libcst as cst
from msgspec import Struct

from gsd_run.changing.codemods.factories.expectations import Expectation
from gsd_run.changing.codemods.factories.pins import is_random
from gsd_run.changing.codemods.factories.schema import Column, Factory, Schema
from gsd_run.changing.codemods.factories.source import Source, code, nodes, own_nodes
from gsd_run.changing.codemods.factories.suite import Made, given_columns

NOW = {
    "datetime": ("datetime.now()", "datetime"),
    "date": ("date.today()", "date"),
    "int": ("1", ""),
}


class Guess(Struct, frozen=True, eq=False):
    """A value that an object may be meant to be made with, and what else would be possible.

    `value` is "" where no value can help; `imports` are (module, name).
    """

    rule: str
    node: cst.CSTNode
    column: str
    value: str
    said: str
    otherwise: tuple[str, ...]
    imports: tuple[tuple[str, str], ...] = ()


def contradictions(
    made: Made, factory: Factory, said: Sequence[Expectation], schema: Schema
) -> Iterator[Guess]:
    """Yield what a test expects of an object although nothing gives it that value."""
    given = given_columns(made)
    if made.open_ended or made.model.init is not None or made.kind == "built":
        return
    for one in said:
        column = schema.column(made.model, one.path)
        if one.made is not made or column is None or column.key in given or column.targets:
            continue
        if column.on_update and one.sort == "present" and column.nullable and not column.generated:
            if not _changed_before(made, one.node) and not _fills(made, factory, column):
                yield _on_update(made, column, one.node)
            continue
        whose, own = _own_value(made, factory, column)
        if own and _contradicts(one, own):
            yield _expected(column, one, whose, own)


def _fills(made: Made, factory: Factory, column: Column) -> bool:
    return made.kind == "factory" and column.key in factory.declared


def _own_value(made: Made, factory: Factory, column: Column) -> tuple[str, str]:
    """Return who gives a column its value, and the value; "" where that can't be told."""
    declared = factory.declared.get(column.key)
    if made.kind == "factory" and declared is not None:
        known = declared.value if not is_random(declared) else None
        return factory.name, known.source if known else ""
    if column.default is not None:
        return made.model.name, column.default.source
    if column.nullable and not column.generated:
        return made.model.name, "None"
    return made.model.name, ""


def _contradicts(one: Expectation, own: str) -> bool:
    if one.sort == "present":
        return own == "None"
    if one.sort == "absent":
        known, value = _literal(own)
        return known and bool(value)
    return is_other(one.value, own)


def is_other(value: str, own: str) -> bool:
    """Tell whether two sources are certainly different values."""
    (known, one), (own_known, other) = _literal(value), _literal(own)
    if known and own_known:
        return bool(one != other)
    if not known and not own_known and "(" not in value + own:
        mine, theirs = value.split(".")[-2:], own.split(".")[-2:]
        return len(mine) == len(theirs) == 2 and mine[0] == theirs[0] and mine[1] != theirs[1]  # noqa: PLR2004
    return (known and one is None) or (own_known and other is None)


def _literal(source: str) -> tuple[bool, object]:
    try:
        return True, ast.literal_eval(source)
    except (ValueError, SyntaxError):
        return False, None


def _changed_before(made: Made, node: cst.CSTNode) -> bool:
    """Tell whether a test assigns to an attribute of anything between two places."""
    if made.function is None:
        return False
    return any(
        isinstance(target.target, cst.Attribute)
        and made.source.before(made.call, target)
        and made.source.before(target, node)
        for target in own_nodes(made.function.node.body, cst.AssignTarget)
    )


def _on_update(made: Made, column: Column, node: cst.CSTNode) -> Guess:
    name = made.name or made.model.name
    value, imported = NOW.get(column.type.kind, ("", ""))
    imports: tuple[tuple[str, str], ...] = (("datetime", imported),) if imported else ()
    if column.type.kind == "datetime" and column.type.aware:
        value = "datetime.now(timezone.utc)"
        imports = (("datetime", "datetime"), ("datetime", "timezone"))
    if imported and _binds_module(made.source, "datetime"):
        value = value.replace("timezone.utc", "datetime.timezone.utc")
        value, imports = f"datetime.{value}", ()
    said = (
        f"{made.model.name} fills {column.key} only when a row changes, and {name} does not change"
    )
    change = f"a change of {name} and a commit before this line"
    return Guess("on-update", node, column.key, value, said, (change,), imports)


def _binds_module(source: Source, name: str) -> bool:
    """Tell whether a file imports a module under its own name."""
    return any(
        alias.evaluated_name == name and alias.asname is None
        for item in nodes(source.tree, cst.Import)
        for alias in item.names
    )


def _expected(column: Column, one: Expectation, whose: str, own: str) -> Guess:
    value = one.value if one.sort == "is" else ""
    if one.sort == "absent" and column.type.kind == "bool":
        value = "False"
    # A default takes the place of None.
    helpless = value == "None" and column.generated
    said = f"{code(one.node)!r} expects another value than the {own} of {whose}".replace("\n", " ")
    otherwise: tuple[str, ...] = (f"{own} expected of {column.key}",)
    if not value and not helpless:
        otherwise = (f"some {column.key} given", *otherwise)
    return Guess("expectation", one.node, column.key, "" if helpless else value, said, otherwise)
