"""Expressions as operands: what needs parentheses, what can be written twice."""

import ast

from gsd_run.changing.codemods.pytest_asserts.source import Source

_LOOSE = (
    ast.Compare, ast.BoolOp, ast.IfExp, ast.Lambda, ast.NamedExpr, ast.Yield, ast.YieldFrom,
    ast.GeneratorExp,
)  # fmt: skip
_OPEN = (ast.NamedExpr, ast.Yield, ast.YieldFrom, ast.GeneratorExp, ast.Lambda)


def operand(source: Source, node: ast.expr) -> str:
    """Return an expression's text as an operand of a comparison or of `not`."""
    negated = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    return _text(source, node, loose=isinstance(node, _LOOSE) or negated)


def alone(source: Source, node: ast.expr) -> str:
    """Return an expression's text as it can stand right behind `assert`, or as an argument."""
    return _text(source, node, loose=isinstance(node, _OPEN))


def _text(source: Source, node: ast.expr, *, loose: bool) -> str:
    text = source.code(node)
    whole = isinstance(node, ast.GeneratorExp | ast.Tuple) and text.startswith("(")
    if whole:
        return text
    if loose or not _stands(text):
        return f"({text})"
    return text


def _stands(text: str) -> bool:
    """Tell whether an expression needs no brackets around it to go over several lines."""
    try:
        tree = ast.parse(text).body
    except SyntaxError:
        return False
    return len(tree) == 1 and isinstance(tree[0], ast.Expr)


def is_simple(node: ast.expr) -> bool:
    """Tell whether evaluating an expression twice is evaluating it once."""
    match node:
        case ast.Constant() | ast.Name():
            return True
        case ast.Attribute(value=value):
            return is_simple(value)
        case ast.UnaryOp(operand=inner):
            return is_simple(inner)
        case ast.BinOp(left=left, right=right):
            return is_simple(left) and is_simple(right)
    return False


def is_certain(node: ast.expr) -> bool:
    """Tell whether evaluating an expression can't raise anything worth testing for."""
    match node:
        case ast.Constant() | ast.Name() | ast.Lambda():
            return True
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return all(is_certain(one) for one in elements)
        case ast.Dict(keys=keys, values=values):
            named = all(isinstance(key, ast.Constant) for key in keys)
            return named and all(is_certain(one) for one in values)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant()):
            return True
    return False


def number(node: ast.expr, source: Source) -> float | None:
    """Return the number that an expression is: a literal, or a constant of the module."""
    if isinstance(node, ast.Name):
        given = [
            one.value
            for one in source.tree.body
            if isinstance(one, ast.Assign)
            and any(isinstance(name, ast.Name) and name.id == node.id for name in one.targets)
        ]
        bound = [
            one
            for one in ast.walk(source.tree)
            if (
                isinstance(one, ast.Name)
                and one.id == node.id
                and not isinstance(one.ctx, ast.Load)
            )
            or (isinstance(one, ast.arg) and one.arg == node.id)
        ]
        return number(given[0], source) if len(given) == len(bound) == 1 else None
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return None if isinstance(node.value, bool) else float(node.value)
    return None


def has_effects(node: ast.expr) -> bool:
    """Tell whether the moment at which an expression is evaluated may matter."""
    kinds = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)
    return any(isinstance(one, kinds) for one in ast.walk(node))
