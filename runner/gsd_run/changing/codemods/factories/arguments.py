"""New arguments of a call, laid out as the call is."""

import re
from collections.abc import Sequence

import libcst as cst

from gsd_run.changing.codemods.factories.decisions import NewCall
from gsd_run.changing.codemods.factories.source import Source, code, line_width

PLAIN = cst.AssignEqual(
    whitespace_before=cst.SimpleWhitespace(""), whitespace_after=cst.SimpleWhitespace("")
)
BEGINNING = re.compile(r"\s*(\w+=)?")  # what may stand before a call on a line of its own


def changed_call(
    source: Source, original: cst.Call, updated: cst.Call, change: NewCall, *, alone: bool = False
) -> cst.Call:
    """Return a call with its change made; where its line would get too long, it is spread out.

    An `alone` one becomes a statement of its own.
    """
    args = [
        _renamed(old, new, change) for old, new in zip(original.args, updated.args, strict=True)
    ]
    spread = _is_spread(updated)
    for name, value in change.last:
        argument = cst.Arg(keyword=cst.Name(name), value=cst.parse_expression(value), equal=PLAIN)
        at = next((i for i, a in enumerate(args) if a.keyword and a.keyword.value == name), None)
        if at is None:
            args = _appended(updated, args, argument, spread=spread)
        else:
            args[at] = args[at].with_changes(value=argument.value)
    if change.first is not None:
        comma: cst.Comma | cst.MaybeSentinel = cst.MaybeSentinel.DEFAULT
        if args:
            comma = _between(updated) if spread else _space()
        args = [cst.Arg(value=cst.parse_expression(change.first), comma=comma), *args]
    func = cst.parse_expression(change.func) if change.func else updated.func
    result = updated.with_changes(func=func, args=args)
    further = _too_long(source, original, result, alone=alone)
    return result if further is None else _spread_out(result, further)


def _renamed(old: cst.Arg, new: cst.Arg, change: NewCall) -> cst.Arg:
    name = old.keyword.value if old.keyword else ""
    if name not in change.renamed:
        return new
    keyword, value = change.renamed[name]
    kept = new.value
    # The value `x.id` has been left already: what stays of it is x; or x becomes `x.id`.
    if isinstance(old.value, cst.Attribute) and value is old.value.value:
        kept = cst.ensure_type(new.value, cst.Attribute).value
    elif isinstance(value, cst.Attribute) and value.value is old.value:
        kept = value.with_changes(value=new.value)
    return new.with_changes(keyword=cst.Name(keyword), value=kept)


def _is_spread(call: cst.Call) -> bool:
    return isinstance(call.whitespace_before_args, cst.ParenthesizedWhitespace) and bool(call.args)


def _space() -> cst.Comma:
    return cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


def _between(call: cst.Call) -> cst.Comma:
    space = call.whitespace_before_args
    if isinstance(space, cst.ParenthesizedWhitespace):
        space = space.with_changes(first_line=cst.TrailingWhitespace(), empty_lines=[])
    return cst.Comma(whitespace_after=space)


def _appended(
    call: cst.Call, args: Sequence[cst.Arg], argument: cst.Arg, *, spread: bool
) -> list[cst.Arg]:
    """Put an argument at the end; the last one's comma and closing space become the new one's."""
    if not args:
        return [argument]
    last = args[-1]
    between = _between(call) if spread else _space()
    closing = last.comma
    if isinstance(closing, cst.Comma) and isinstance(
        closing.whitespace_after, cst.ParenthesizedWhitespace
    ):
        # A comment behind the last argument stays with it.
        inner = between.whitespace_after
        if spread and isinstance(inner, cst.ParenthesizedWhitespace):
            kept = inner.with_changes(first_line=closing.whitespace_after.first_line)
            between = cst.Comma(whitespace_after=kept)
        end = closing.whitespace_after.with_changes(first_line=cst.TrailingWhitespace())
        closing = closing.with_changes(whitespace_after=end)
    plain = cst.SimpleWhitespace("")
    moved = last.with_changes(comma=between, whitespace_after_arg=plain)
    fresh = argument.with_changes(comma=closing, whitespace_after_arg=last.whitespace_after_arg)
    return [*args[:-1], moved, fresh]


def _too_long(source: Source, original: cst.Call, result: cst.Call, *, alone: bool) -> str | None:
    """Return the indent, beyond its block's, of a call whose line gets longer than the file's are.

    None where the line is no longer, where it was too long before, or where the call stands
    inside brackets on a line that it does not begin: spreading it would break their layout.
    """
    where = source.positions[original]
    statement = next((n for n in source.above(original) if isinstance(n, cst.BaseStatement)), None)
    if not isinstance(statement, cst.SimpleStatementLine) or where.start.line != where.end.line:
        return None
    width = line_width(source)
    line = source.text.splitlines()[where.start.line - 1]
    indent = source.positions[statement].start.column
    before = line[: where.start.column]
    own_line = where.start.line > source.line(statement) and BEGINNING.fullmatch(before)
    if alone:
        long = indent + len(code(result)) > width
        return before[indent:] if long and own_line else "" if long else None
    grown = len(line) + len(code(result)) - len(code(original))
    if not grown > width >= len(line):
        return None
    if not _is_nested(source, original):
        return ""
    return before[indent : len(before) - len(before.lstrip())] if own_line else None


def _is_nested(source: Source, call: cst.Call) -> bool:
    """Tell whether a call stands inside brackets."""
    for parent in source.above(call):
        if isinstance(parent, cst.SimpleStatementLine):
            return False
        if not isinstance(parent, (cst.Assign, cst.AnnAssign, cst.Expr, cst.Return)):
            return True
    return True


def _spread_out(call: cst.Call, further: str) -> cst.Call:
    """Return the call with each argument on its own line."""
    inner = cst.ParenthesizedWhitespace(
        first_line=cst.TrailingWhitespace(),
        indent=True,
        last_line=cst.SimpleWhitespace(f"{further}    "),
    )
    outer = inner.with_changes(last_line=cst.SimpleWhitespace(further))
    args = [a.with_changes(comma=cst.Comma(whitespace_after=inner)) for a in call.args]
    args[-1] = args[-1].with_changes(comma=cst.Comma(whitespace_after=outer))
    return call.with_changes(whitespace_before_args=inner, args=args)
