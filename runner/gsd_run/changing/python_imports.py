"""Imports of a Python module: uniting statements, keeping the layout that is there."""

import sys
from collections.abc import Sequence
from typing import TypeVar

import libcst as cst
from libcst.helpers import get_full_name_for_node

from gsd_run.changing.python_import_names import add_names, aliases, spelt

T = TypeVar("T", bound=cst.CSTNode)
WIDTH = 88
# What tests import and no project calls its own package: these stand together.
LIBRARIES = frozenset({"pytest", "sqlalchemy", "factory", "faker", "freezegun", "hypothesis"})
NL = "\n"


def unite(body: Sequence[cst.CSTNode], line: cst.SimpleStatementLine) -> list[cst.CSTNode] | None:
    """Return the module body with the import statement's names in it, or None if all are there.

    Names join an import of the same module where there is one; else the statement is added
    after the last import at the top of the module.
    """
    statement = line.body[0]
    if isinstance(statement, cst.Import):
        present = {spelt(alias) for item in _imports(body, cst.Import) for alias in item.names}
        missing = [alias for alias in statement.names if spelt(alias) not in present]
        if not missing:
            return None
        fresh = statement.with_changes(names=_closed(missing))
        return insert_import(body, line.with_changes(body=[fresh, *line.body[1:]]))
    if isinstance(statement, cst.ImportFrom):
        return _unite_from(body, line, statement)
    return None


def is_import(node: cst.CSTNode) -> bool:
    """Tell whether a statement is a line that imports, and nothing else."""
    return isinstance(node, cst.SimpleStatementLine) and all(
        isinstance(part, (cst.Import, cst.ImportFrom)) for part in node.body
    )


def import_parts(node: cst.CSTNode) -> list[cst.Import | cst.ImportFrom]:
    """Return the imports of a line; a line that does anything else has none."""
    if not is_import(node) or not isinstance(node, cst.SimpleStatementLine):
        return []
    return [part for part in node.body if isinstance(part, (cst.Import, cst.ImportFrom))]


def import_from(module: str, names: Sequence[str]) -> cst.SimpleStatementLine:
    """Return the statement `from module import names`, on several lines if it gets long."""
    line = f"from {module} import {', '.join(names)}\n"
    if len(line) > WIDTH:
        line = f"from {module} import (\n{''.join(f'    {name},{NL}' for name in names)})\n"
    return cst.ensure_type(cst.parse_statement(line), cst.SimpleStatementLine)


def source_of(statement: cst.ImportFrom) -> str:
    """Return the module that a from-import names, dots of a relative one included."""
    name = get_full_name_for_node(statement.module) if statement.module else ""
    return "." * len(statement.relative) + (name or "")


def _unite_from(
    body: Sequence[cst.CSTNode], line: cst.SimpleStatementLine, statement: cst.ImportFrom
) -> list[cst.CSTNode] | None:
    same = [s for s in _imports(body, cst.ImportFrom) if source_of(s) == source_of(statement)]
    if isinstance(statement.names, cst.ImportStar):
        known = any(isinstance(item.names, cst.ImportStar) for item in same)
        return None if known else insert_import(body, line)
    named = [item for item in same if not isinstance(item.names, cst.ImportStar)]
    present = {spelt(alias) for item in named for alias in aliases(item)}
    missing = [alias for alias in statement.names if spelt(alias) not in present]
    if not missing:
        return None
    if not named:
        return insert_import(body, line)
    grown = add_names(named[-1], missing)
    return [
        node.with_changes(body=[grown if part is named[-1] else part for part in node.body])
        if isinstance(node, cst.SimpleStatementLine) and named[-1] in node.body
        else node
        for node in body
    ]


def _imports(body: Sequence[cst.CSTNode], kind: type[T]) -> list[T]:
    lines = [node for node in body if isinstance(node, cst.SimpleStatementLine)]
    return [part for line in lines for part in line.body if isinstance(part, kind)]


def _closed(names: Sequence[cst.ImportAlias]) -> list[cst.ImportAlias]:
    return [*names[:-1], names[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)]


def insert_import(body: Sequence[cst.CSTNode], line: cst.SimpleStatementLine) -> list[cst.CSTNode]:
    """Return the body with an import statement where the module's imports are.

    It joins the group that imports from the same package (for the standard library: from any
    module of it), in order where the group is in order. Without such a group the standard library
    goes before all other imports, anything else after them.
    """
    module = module_of(line)
    start = 1 if body and is_docstring(body[0]) else 0
    if module == "__future__":
        return _apart(body, start, line)
    while start < len(body) and module_of(body[start]) == "__future__":
        start += 1
    group = _group_of(body, module)
    if group:
        return _joined(body, group, line)
    end = next((i for i, n in enumerate(body) if i >= start and not is_import(n)), len(body))
    if _is_standard(module) and end > start:
        return _apart(body, start, line)
    above = body[end - 1] if end > 0 else None
    # A package that nothing here belongs to is most likely the project's own.
    apart = above is not None and (not is_import(above) or _is_foreign(module_of(above)))
    lead = [cst.EmptyLine(indent=False)] if apart else []
    return [*body[:end], line.with_changes(leading_lines=lead), *body[end:]]


def _is_foreign(module: str) -> bool:
    return _is_standard(module) or module.split(".", maxsplit=1)[0] in LIBRARIES


def _apart(
    body: Sequence[cst.CSTNode], at: int, line: cst.SimpleStatementLine
) -> list[cst.CSTNode]:
    """Insert an import as a group of its own."""
    blank = [cst.EmptyLine(indent=False)]
    fresh = line.with_changes(leading_lines=blank if at > 0 else [])
    rest = list(body[at:])
    if rest and hasattr(rest[0], "leading_lines") and not rest[0].leading_lines:
        rest[0] = rest[0].with_changes(leading_lines=blank)
    return [*body[:at], fresh, *rest]


def _joined(
    body: Sequence[cst.CSTNode], group: Sequence[int], line: cst.SimpleStatementLine
) -> list[cst.CSTNode]:
    """Insert an import into a group: after those of its form, in order where they are in order."""
    same = [i for i in group if _is_from(body[i]) == _is_from(line)]
    names = [module_of(body[index]) for index in same]
    at = (same or group)[-1] + 1 if same or _is_from(line) else group[0]
    if names == sorted(names):
        at = next((i for i, n in zip(same, names, strict=True) if n > module_of(line)), at)
    rest = list(body[at:])
    fresh = line.with_changes(leading_lines=[])
    if at == group[0]:
        fresh = line.with_changes(leading_lines=getattr(rest[0], "leading_lines", ()))
        rest[0] = rest[0].with_changes(leading_lines=[])
    return [*body[:at], fresh, *rest]


def _group_of(body: Sequence[cst.CSTNode], module: str) -> list[int]:
    """Return the places of the imports that stand together with one of the same package."""
    groups: list[list[int]] = [[]]
    for index, node in enumerate(body):
        if not is_import(node):
            groups.append([])
            continue
        if getattr(node, "leading_lines", ()) or module_of(node) == "__future__":
            groups.append([])
        if module_of(node) != "__future__":
            groups[-1].append(index)
    for group in groups:
        if any(_akin(module_of(body[index]), module) for index in group):
            return group
    return []


def _akin(one: str, other: str) -> bool:
    if one.startswith(".") or other.startswith("."):
        return one[:1] == other[:1]
    tops = {one.split(".", maxsplit=1)[0], other.split(".", maxsplit=1)[0]}
    return len(tops) == 1 or tops <= sys.stdlib_module_names or tops <= LIBRARIES


def _is_standard(module: str) -> bool:
    return module.split(".", maxsplit=1)[0] in sys.stdlib_module_names


def _is_from(line: cst.CSTNode) -> bool:
    return isinstance(line, cst.SimpleStatementLine) and isinstance(line.body[0], cst.ImportFrom)


def module_of(node: cst.CSTNode) -> str:
    """Return the module that a line imports or imports from, or nothing for any other line."""
    part = node.body[0] if isinstance(node, cst.SimpleStatementLine) else None
    if isinstance(part, cst.ImportFrom):
        return source_of(part)
    return part.names[0].evaluated_name if isinstance(part, cst.Import) else ""


def is_docstring(node: cst.CSTNode) -> bool:
    """Tell whether a statement is nothing but a text."""
    return (
        isinstance(node, cst.SimpleStatementLine)
        and len(node.body) == 1
        and isinstance(node.body[0], cst.Expr)
        and isinstance(node.body[0].value, (cst.SimpleString, cst.ConcatenatedString))
    )
