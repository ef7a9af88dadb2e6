"""Where a definition stands in a module or class, and where a new one goes."""

from collections.abc import Sequence
from typing import TypeGuard

import libcst as cst

from gsd_run.changing.python_imports import is_docstring, is_import

Body = list[cst.CSTNode]


def key_of(node: cst.CSTNode) -> str:
    """Return what a statement defines, or its code when it defines nothing by name."""
    match node:
        case cst.FunctionDef():
            # The setter of a property has its name, and is another definition.
            parts = (d.decorator for d in node.decorators)
            marks = [part.attr.value for part in parts if _is_accessor(part)]
            if any(_is_one_of_many(d.decorator) for d in node.decorators):
                marks += [code(d.decorator) for d in node.decorators]
                marks.append(f"({code(node.params)})")
            return ".".join([node.name.value, *marks])
        case cst.ClassDef():
            return node.name.value
        case cst.SimpleStatementLine(body=[cst.Assign(targets=[cst.AssignTarget(target=target)])]):
            return code(target)
        case cst.SimpleStatementLine(body=[cst.AnnAssign(target=target)]):
            return code(target)
        case cst.SimpleStatementLine(body=[cst.TypeAlias(name=name)]):
            return name.value
    return code(node)


def _is_accessor(decorator: cst.BaseExpression) -> TypeGuard[cst.Attribute]:
    return isinstance(decorator, cst.Attribute) and decorator.attr.value in {"setter", "deleter"}


def _is_one_of_many(decorator: cst.BaseExpression) -> bool:
    """Tell whether functions so decorated stand beside others of the same name."""
    called = decorator.func if isinstance(decorator, cst.Call) else decorator
    return code(called).rpartition(".")[2] in {"overload", "register"}


def code(node: cst.CSTNode) -> str:
    """Return a statement's source without the lines above it."""
    bare = node.with_changes(leading_lines=[]) if hasattr(node, "leading_lines") else node
    return cst.Module(body=[]).code_for_node(bare).strip()


def position(body: Body, key: str) -> int | None:
    """Return where a name is defined in a body, or None."""
    # The last definition of a name is the one that holds.
    places = [index for index, node in enumerate(body) if key_of(node) == key]
    return places[-1] if places else None


def lead(old: cst.CSTNode, unit: cst.CSTNode) -> list[cst.EmptyLine]:
    """Return the lines above a replaced definition: its blank lines, and the block's comments.

    Comments of the old definition stay when the block has none.
    """
    above: list[cst.EmptyLine] = list(getattr(old, "leading_lines", ()))
    comments = comments_only(getattr(unit, "leading_lines", ()))
    if not comments:
        return above
    blank = []
    for line in above:
        if line.comment is not None:
            break
        blank.append(line)
    return [*blank, *comments]


def comments_only(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """Return the lines that hold a comment."""
    return [line for line in lines if line.comment is not None]


def _place_in_class(body: Body) -> int:
    """Return where a new attribute of a class goes: after its attributes, or inner classes."""
    lines = [i for i, node in enumerate(body) if isinstance(node, cst.SimpleStatementLine)]
    if lines and not is_docstring(body[lines[-1]]):
        return lines[-1] + 1
    at = 1 if body and is_docstring(body[0]) else 0
    while at < len(body) and isinstance(body[at], cst.ClassDef):
        at += 1
    return at


def place(body: Body, anchor: str | None, later: list[str], unit: cst.CSTNode, prefix: str) -> int:
    """Return where a new definition goes.

    It goes after its neighbour above, before the one below, or where its kind belongs:
    assignments after the imports, all else at the end.
    """
    if (grown := _grown_by(unit, body)) is not None:
        return grown
    if anchor is not None and (above := position(body, anchor)) is not None:
        return above + 1
    for key in later:
        if (below := position(body, key)) is not None:
            return below
    return _place_in_class_or_module(body, unit, prefix)


def _place_in_class_or_module(body: Body, unit: cst.CSTNode, prefix: str) -> int:
    if isinstance(unit, cst.SimpleStatementLine) and prefix:
        return _place_in_class(body)
    if isinstance(unit, cst.If) and all(is_import(one) for one in unit.body.body):
        return 1 + max((at for at, node in enumerate(body) if is_import(node)), default=-1)
    if isinstance(unit, cst.SimpleStatementLine):
        at = 1 if body and is_docstring(body[0]) else 0
        while at < len(body) and isinstance(body[at], cst.SimpleStatementLine):
            at += 1
        return at
    # What a script does when it is run needs everything above it.
    runs = not prefix and body and isinstance(body[-1], cst.If) and _is_main(body[-1])
    return len(body) - bool(runs)


def _is_main(node: cst.If) -> bool:
    return code(node.test).startswith("__name__ ==")


def _grown_by(unit: cst.CSTNode, body: Body) -> int | None:
    """Return the place after the last statement on what an augmented assignment adds to."""
    match unit:
        case cst.SimpleStatementLine(body=[cst.AugAssign(target=target)]):
            held = [
                at
                for at, node in enumerate(body)
                if isinstance(node, cst.SimpleStatementLine) and code(node).startswith(code(target))
            ]
            return held[-1] + 1 if held else None
    return None


def inserted(body: Body, at: int, unit: cst.CSTNode, prefix: str) -> Body:
    """Return the body with a new definition, as far from its neighbours as is usual."""
    compound = isinstance(unit, cst.BaseCompoundStatement)
    beside = compound or (at > 0 and isinstance(body[at - 1], cst.BaseCompoundStatement))
    wide = 1 if prefix else 2
    after_import = at > 0 and (is_import(body[at - 1]) or is_docstring(body[at - 1]))
    gap = wide if beside else int(after_import)
    blank = [cst.EmptyLine(indent=False)] * (gap if at > 0 else 0)
    lead = [*blank, *comments_only(getattr(unit, "leading_lines", ()))]
    tail = list(body[at:])
    if tail and compound and hasattr(tail[0], "leading_lines"):
        # What follows a new definition stands as far off as any other.
        own = list(tail[0].leading_lines)
        had = next((i for i, line in enumerate(own) if line.comment is not None), len(own))
        more = [cst.EmptyLine(indent=False)] * max(0, wide - had)
        tail[0] = tail[0].with_changes(leading_lines=[*more, *own])
    return [*body[:at], unit.with_changes(leading_lines=lead), *tail]
