"""Check constraints: whether the literal values of a call break one, asked of SQLite itself."""

import ast
import sqlite3
from collections.abc import Mapping
from decimal import Decimal

import libcst as cst

from gsd_run.changing.codemods.factories.schema import Check, Model
from gsd_run.changing.codemods.factories.source import code

Plain = str | int | float | bytes | None


def broken_check(model: Model, values: Mapping[str, cst.BaseExpression]) -> Check | None:
    """Return the first check constraint that a row with these values breaks, if it is certain.

    Columns that are given no value hold their plain default, or NULL if they may.
    """
    if not model.checks:
        return None
    held = _held(model, values)
    return next((check for check in model.checks if _breaks(check, held)), None)


def _held(model: Model, values: Mapping[str, cst.BaseExpression]) -> dict[str, Plain]:
    found: dict[str, Plain] = {}
    for column in model.columns:
        known = False
        value: Plain = None
        if column.key in values:
            known, value = plain_value(code(values[column.key]))
        elif column.default is not None:
            known, value = plain_value(column.default.source)
        elif column.nullable and not column.generated:
            known = True
        if known:
            found[column.key] = value
    return found


def plain_value(source: str) -> tuple[bool, Plain]:
    """Return whether a source is a plain value that SQLite knows, and the value."""
    try:
        tree = ast.parse(source, mode="eval").body
        if isinstance(tree, ast.Call) and ast.unparse(tree.func).split(".")[-1] == "Decimal":
            return True, float(Decimal(str(ast.literal_eval(tree.args[0]))))
        if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Mult):
            left, right = ast.literal_eval(tree.left), ast.literal_eval(tree.right)
            whole = left * right if _is_repeated(left, right) else None
            return whole is not None, whole
        value = ast.literal_eval(tree)
    except (SyntaxError, ValueError, TypeError, ArithmeticError, IndexError):
        return False, None
    return isinstance(value, str | int | float | bytes | None), value


def _is_repeated(left: object, right: object) -> bool:
    longest = 100_000
    pairs = ((left, right), (right, left))
    return any(isinstance(a, str) and isinstance(b, int) and b < longest for a, b in pairs)


def _breaks(check: Check, held: Mapping[str, Plain]) -> bool:
    if not set(check.columns.values()) <= set(held):
        return False
    names = list(check.columns)
    columns = ", ".join(f'? AS "{name}"' for name in names)
    with sqlite3.connect(":memory:") as memory:
        try:
            row = memory.execute(
                f"SELECT ({check.text}) FROM (SELECT {columns})",  # noqa: S608  the project's rule
                [held[check.columns[name]] for name in names],
            ).fetchone()
        except (sqlite3.Error, sqlite3.Warning):
            return False  # written for another database
    memory.close()
    return row is not None and row[0] == 0
