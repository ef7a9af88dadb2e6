"""Small changes to statements and the lines above them."""

# ruff: noqa: N802  libcst asks for these names

from collections.abc import Sequence

import libcst as cst

from gsd_run.changing.codemods.factories.decisions import Parameter

Line = cst.BaseStatement


def as_statements(value: cst.BaseExpression) -> list[Line]:
    """Return an expression as statements; a comprehension becomes the loop that it is."""
    if isinstance(value, (cst.ListComp, cst.GeneratorExp)):
        return [_loop(value.for_in, cst.SimpleStatementLine(body=[cst.Expr(value.elt)]))]
    if isinstance(value, (cst.List, cst.Tuple)):
        return [line for element in value.elements for line in as_statements(element.value)]
    if isinstance(value, cst.NamedExpr):
        target = cst.AssignTarget(target=cst.ensure_type(value.target, cst.Name))
        assign = cst.Assign(targets=[target], value=value.value)
        return [cst.SimpleStatementLine(body=[assign])]
    return [cst.SimpleStatementLine(body=[cst.Expr(value)])]


def _loop(part: cst.CompFor, inner: Line) -> Line:
    body: Line = inner
    if part.inner_for_in is not None:
        body = _loop(part.inner_for_in, inner)
    for condition in reversed(part.ifs):
        body = cst.If(test=condition.test, body=cst.IndentedBlock(body=[body]))
    return cst.For(target=part.target, iter=part.iter, body=cst.IndentedBlock(body=[body]))


def moved_left(value: cst.BaseExpression, columns: int) -> cst.BaseExpression:
    """Return an expression of several lines with those below the first so much further left."""
    if columns <= 0:
        return value
    moved = value.visit(_MovedLeft(columns))
    return moved if isinstance(moved, cst.BaseExpression) else value


class _MovedLeft(cst.CSTTransformer):
    def __init__(self, columns: int) -> None:
        super().__init__()
        self.columns = columns

    def leave_ParenthesizedWhitespace(
        self,
        original_node: cst.ParenthesizedWhitespace,
        updated_node: cst.ParenthesizedWhitespace,
    ) -> cst.ParenthesizedWhitespace:
        def shorter(space: cst.SimpleWhitespace) -> cst.SimpleWhitespace:
            spare = len(space.value) - len(space.value.lstrip(" "))
            return space.with_changes(value=space.value[min(self.columns, spare) :])

        del original_node
        lines = [
            line.with_changes(whitespace=shorter(line.whitespace)) if line.comment else line
            for line in updated_node.empty_lines
        ]
        last = shorter(updated_node.last_line) if updated_node.indent else updated_node.last_line
        return updated_node.with_changes(last_line=last, empty_lines=lines)


def led(line: Line, above: Sequence[cst.EmptyLine]) -> Line:
    """Return a statement with these lines above its own, no blank line twice."""
    if not above or not hasattr(line, "leading_lines"):
        return line
    lines: list[cst.EmptyLine] = []
    for one in [*above, *line.leading_lines]:
        if one.comment is None and lines and lines[-1].comment is None:
            continue
        lines.append(one)
    return line.with_changes(leading_lines=lines)


def blank_lines_only(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """Return the lines without a comment."""
    return [line for line in lines if line.comment is None]


def comments_only(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """Return the lines with a comment."""
    return [line for line in lines if line.comment is not None]


def is_spent_loop(old: cst.CSTNode, new: cst.CSTNode) -> bool:
    """Tell whether a loop over objects has lost all that it did."""
    if not isinstance(old, cst.For) or not isinstance(new, cst.For) or old.orelse is not None:
        return False
    simple = isinstance(old.iter, (cst.Name, cst.List, cst.Tuple))
    return simple and not _only_passes(old.body) and _only_passes(new.body)


def remains_of_loop(new: cst.CSTNode) -> list[Line]:
    """Return the statements that stay of such a loop: what makes the objects."""
    iterated = new.iter if isinstance(new, cst.For) else None
    elements = iterated.elements if isinstance(iterated, (cst.List, cst.Tuple)) else ()
    made = [e.value for e in elements if isinstance(e.value, (cst.Call, cst.ListComp))]
    return [line for value in made for line in as_statements(value)]


def _only_passes(body: cst.BaseSuite) -> bool:
    return all(
        isinstance(line, cst.SimpleStatementLine)
        and all(isinstance(part, cst.Pass) for part in line.body)
        for line in body.body
    )


def with_first(body: cst.BaseSuite, lines: Sequence[Line]) -> cst.BaseSuite:
    """Return the body of a block with statements before its own."""
    first = [
        line.with_changes(leading_lines=comments_only(getattr(line, "leading_lines", ())))
        if index == 0 and hasattr(line, "leading_lines")
        else line
        for index, line in enumerate(lines)
    ]
    if isinstance(body, cst.IndentedBlock):
        return body.with_changes(body=[*first, *body.body])
    own = cst.SimpleStatementLine(body=list(body.body))  # type: ignore[arg-type]
    return cst.IndentedBlock(body=[*first, own])


def comments_before(elements: Sequence[cst.BaseElement], index: int) -> list[cst.EmptyLine]:
    """Return the comments on lines of their own before an element of a list."""
    if index == 0:
        return []
    comma = elements[index - 1].comma
    space = comma.whitespace_after if isinstance(comma, cst.Comma) else None
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return []
    plain = cst.SimpleWhitespace("")
    return [line.with_changes(whitespace=plain) for line in comments_only(space.empty_lines)]


def without_elements(call: cst.Call, given: cst.List | cst.Tuple, gone: set[int]) -> cst.Call:
    """Return an `add_all` with fewer elements; of one that stays, a plain `add`."""
    kept = [element for index, element in enumerate(given.elements) if index not in gone]
    if len(kept) == 1 and isinstance(call.func, cst.Attribute):
        argument = call.args[0].with_changes(value=kept[0].value)
        func = call.func.with_changes(attr=cst.Name("add"))
        return call.with_changes(func=func, args=[argument])
    if kept and not (gone & {len(given.elements) - 1}):
        fewer: cst.BaseExpression = given.with_changes(elements=kept)
    else:
        closed = [*kept[:-1], kept[-1].with_changes(comma=given.elements[-1].comma)] if kept else []
        fewer = given.with_changes(elements=closed)
    return call.with_changes(args=[call.args[0].with_changes(value=fewer)])


def with_parameter(function: cst.FunctionDef, parameter: Parameter) -> cst.Parameters:
    """Return the parameters with one more: the first, but after self or cls."""
    held = function.params
    fresh = cst.Param(name=cst.Name(parameter.name), annotation=parameter.annotation)
    first = [p.name.value for p in (*held.posonly_params, *held.params)[:1]]
    at = 1 if first and first[0] in {"self", "cls"} else 0
    if held.posonly_params:
        params = list(held.posonly_params)
        params.insert(at, _like(fresh, params))
        return held.with_changes(posonly_params=params)
    params = list(held.params)
    params.insert(at, _like(fresh, params))
    if at and len(params) == at + 1:
        params[0] = params[0].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    return held.with_changes(params=params)


def _like(fresh: cst.Param, others: Sequence[cst.Param]) -> cst.Param:
    commas = [p.comma for p in others if isinstance(p.comma, cst.Comma)]
    return fresh.with_changes(comma=commas[0]) if commas and len(others) > 1 else fresh
