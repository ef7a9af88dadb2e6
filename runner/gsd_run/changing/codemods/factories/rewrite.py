"""Carrying decisions out on a file's tree, keeping its layout and comments."""

# ruff: noqa: N802  libcst asks for these names

from collections.abc import Sequence

import libcst as cst

from gsd_run.changing.codemods.factories.arguments import changed_call
from gsd_run.changing.codemods.factories.awaiting import run_in
from gsd_run.changing.codemods.factories.decisions import Decisions
from gsd_run.changing.codemods.factories.registered import with_fixtures
from gsd_run.changing.codemods.factories.source import Source
from gsd_run.changing.codemods.factories.statements import (
    as_statements,
    blank_lines_only,
    comments_before,
    comments_only,
    is_spent_loop,
    led,
    moved_left,
    remains_of_loop,
    with_first,
    with_parameter,
    without_elements,
)

Line = cst.BaseStatement
Removable = cst.CSTNode | cst.RemovalSentinel | cst.FlattenSentinel[cst.CSTNode]


def rewritten(source: Source, plan: Decisions) -> cst.Module:
    """Return the file's tree with all decisions carried out; imports are not looked at."""
    return source.tree.visit(Rewriter(source, plan))


class Rewriter(cst.CSTTransformer):
    """Rewrites calls, parameters and statements as decided, by the identity of their nodes.

    Statements are only noted when they are left; the block around them, or the guard that they
    move into, puts them in place.
    """

    def __init__(self, source: Source, plan: Decisions) -> None:
        super().__init__()
        self.source = source
        self.plan = plan
        self.moving = {s for group in plan.moved.values() for s in group}
        self.became: dict[cst.CSTNode, list[Line]] = {}
        self.elements: dict[cst.CSTNode, Sequence[cst.BaseElement]] = {}

    def on_leave(self, original_node: cst.CSTNodeT, updated_node: cst.CSTNodeT) -> Removable:  # type: ignore[override]
        """Note what a moving statement has become, and move statements into their guards."""
        result = super().on_leave(original_node, updated_node)
        if original_node in self.moving and isinstance(result, cst.BaseStatement):
            self.became.setdefault(original_node, [result])
        moved = self.plan.moved.get(original_node)
        instead = self.plan.replaced.get(original_node)
        if instead is not None:
            return cst.parse_expression(instead)
        if moved and isinstance(result, (cst.With, cst.Try)):
            # What stands before a guard has been left before it.
            lines = [line for statement in moved for line in self.became[statement]]
            return result.with_changes(body=with_first(result.body, lines))
        return result

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        """Change the call, or leave what it adds in its place."""
        if original_node in self.plan.unwrapped:
            return self._alone(original_node.args[0].value, updated_node.args[0].value)
        change = self.plan.calls.get(original_node)
        if change is not None:
            alone = self._is_unwrapped(original_node)
            made = changed_call(self.source, original_node, updated_node, change, alone=alone)
            if change.awaited is None:
                return made
            return run_in(change.awaited, made, self.source.parents[original_node])
        gone = self.plan.shrunk.get(original_node)
        given = updated_node.args[0].value if gone is not None else None
        if gone is not None and isinstance(given, (cst.List, cst.Tuple)):
            self.elements[original_node] = given.elements
            return without_elements(updated_node, given, gone)
        return updated_node

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        """Give the function its session."""
        fixtures = self.plan.fixtures.get(original_node)
        if fixtures:
            params = with_fixtures(updated_node.params, fixtures)
            updated_node = updated_node.with_changes(params=params)
        parameter = self.plan.parameters.get(original_node)
        if parameter is None:
            return updated_node
        return updated_node.with_changes(params=with_parameter(updated_node, parameter))

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine:
        """Note what becomes of a line of which something is added no more."""
        lines: list[Line] = []
        kept: list[cst.BaseSmallStatement] = []
        for old, new in zip(original_node.body, updated_node.body, strict=True):
            call = old.value if isinstance(old, cst.Expr) else None
            if old in self.plan.removed:
                continue
            if isinstance(call, cst.Call) and call in self.plan.unwrapped | self.plan.shrunk.keys():
                lines += self._remains(call, cst.ensure_type(new, cst.Expr))
            else:
                kept.append(new)
        if len(kept) == len(original_node.body):
            return updated_node
        if kept:
            kept[-1] = kept[-1].with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
            lines.insert(0, updated_node.with_changes(body=kept))
        elif lines:
            lines[0] = led(lines[0], updated_node.leading_lines)
        self.became[original_node] = lines
        return updated_node

    def _is_unwrapped(self, call: cst.Call) -> bool:
        """Tell whether a call becomes a statement of its own, without the add around it."""
        argument = self.source.parents[call]
        return self.source.parents[argument] in self.plan.unwrapped

    def _alone(self, old: cst.BaseExpression, new: cst.BaseExpression) -> cst.BaseExpression:
        """Return an expression as a statement of its own, at the indent of the old one."""
        source = self.source
        statement = next(n for n in source.above(old) if isinstance(n, cst.SimpleStatementLine))
        line = source.text.splitlines()[source.line(old) - 1]
        if source.line(old) == source.line(statement):
            return new
        indent = source.positions[statement].start.column
        return moved_left(new, len(line) - len(line.lstrip()) - indent)

    def _remains(self, call: cst.Call, new: cst.Expr) -> list[Line]:
        """Return the statements that stay of an add: what it was given, and what it still adds."""
        if call in self.plan.unwrapped:
            return as_statements(new.value)
        gone, elements = self.plan.shrunk[call], self.elements[call]
        given = call.args[0].value
        originals = given.elements if isinstance(given, (cst.List, cst.Tuple)) else ()
        lines: list[Line] = []
        for index, element in enumerate(elements):
            if index in gone and isinstance(element.value, (cst.Call, cst.ListComp)):
                made = as_statements(self._alone(originals[index].value, element.value))
                lines += [led(made[0], comments_before(elements, index)), *made[1:]]
        if len(gone) < len(elements):
            lines.append(cst.SimpleStatementLine(body=[new]))
        return lines

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        """Put statements in place: removed, moved, turned into several, or followed by another."""
        body: list[Line] = []
        owed: list[cst.EmptyLine] = []
        for old, new in zip(original_node.body, updated_node.body, strict=True):
            above: Sequence[cst.EmptyLine] = getattr(new, "leading_lines", ())
            lines = self.became.get(old, [new])
            if old in self.moving:
                owed += blank_lines_only(above)
                continue
            if is_spent_loop(old, new):
                lines = remains_of_loop(new)
                owed += above
            elif not lines:
                owed += above
            if not lines:
                continue
            body += [led(lines[0], owed), *lines[1:]]
            owed = []
            if old in self.plan.after:
                body.append(cst.parse_statement(self.plan.after[old]))
        if not body:
            body = [cst.SimpleStatementLine(body=[cst.Pass()])]
        footer = [*comments_only(owed), *updated_node.footer]
        return updated_node.with_changes(body=body, footer=footer)
