"""Taking definitions out of a Python module, with the imports that nothing else used."""

from collections.abc import Sequence

import libcst as cst

from gsd_run.changing.python_import_names import bound_name, drop_names
from gsd_run.changing.python_imports import is_import

Done = list[tuple[str, str]]


def without(body: Sequence[cst.CSTNode], names: Sequence[str], done: Done) -> list[cst.CSTNode]:
    """Return a module's body without the definitions of these names; absent ones are no mistake."""
    gone = [node for node in body if _defined(node) in names]
    if not gone:
        return list(body)
    done += [("", f"{_defined(node)} removed") for node in gone]
    kept = [node for node in body if _defined(node) not in names]
    spent = _used(gone) - _used([node for node in kept if not is_import(node)])
    trimmed = [_trimmed(node, spent) if is_import(node) else node for node in kept]
    return [node for node in trimmed if node is not None]


def _defined(node: cst.CSTNode) -> str | None:
    match node:
        case cst.FunctionDef() | cst.ClassDef():
            return node.name.value
        case cst.SimpleStatementLine(
            body=[cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))])]
        ):
            return name
        case cst.SimpleStatementLine(body=[cst.AnnAssign(target=cst.Name(value=name))]):
            return name
    return None


def _used(body: Sequence[cst.CSTNode]) -> set[str]:
    found: set[str] = set()

    class Names(cst.CSTVisitor):
        def visit_Name(self, node: cst.Name) -> None:  # noqa: N802  the name that libcst asks for
            found.add(node.value)

    for node in body:
        node.visit(Names())
    return found


def _trimmed(line: cst.CSTNode, spent: set[str]) -> cst.CSTNode | None:
    """Return an import without names that nothing uses any more; None if nothing stays of it."""
    whole = cst.ensure_type(line, cst.SimpleStatementLine)
    parts: list[cst.BaseSmallStatement] = []
    for part in whole.body:
        if isinstance(part, cst.ImportFrom) and not isinstance(part.names, cst.ImportStar):
            fewer = drop_names(part, spent)
            parts += [fewer] if fewer is not None else []
        elif isinstance(part, cst.Import):
            parts += [part] if not {bound_name(a) for a in part.names} <= spent else []
        else:
            parts.append(part)
    return whole.with_changes(body=parts) if parts else None
