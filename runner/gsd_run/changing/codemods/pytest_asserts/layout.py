"""An assertion as lines of a file: on one line where it fits, else broken as formatters do."""

import ast

from gsd_run.changing.codemods.pytest_asserts.assertions import Test
from gsd_run.changing.codemods.pytest_asserts.expressions import alone
from gsd_run.changing.codemods.pytest_asserts.source import Source


def laid_out(source: Source, statement: ast.stmt, test: Test, message: ast.expr | None) -> str:
    """Return the assert statement that takes a statement's place."""
    line = source.lines[statement.lineno - 1]
    indent = line[: source.indent(statement.lineno)]
    deeper = indent + ("\t" if "\t" in indent else "    ")
    room = source.widest
    said = "" if message is None else f", {alone(source, message)}"
    whole = " ".join(part for part in (test.left, test.operator, test.right) if part)
    one = f"assert {whole}{said}"
    if "\n" in one or len(indent) + len(one) <= room:
        return one
    if said and len(indent) + len(f"assert {whole}, (") <= room:
        return f"assert {whole}, (\n{deeper}{said[2:]}\n{indent})"
    if len(deeper) + len(whole) > room and test.operator:
        whole = f"{test.left}\n{deeper}{test.operator} {test.right}"
    return f"assert (\n{deeper}{whole}\n{indent}){said}"
