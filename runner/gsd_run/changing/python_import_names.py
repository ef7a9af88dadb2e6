"""The names of a from-import: adding and dropping some, in the layout that is there."""

from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst
from libcst.helpers import get_full_name_for_node


def add_names(statement: cst.ImportFrom, more: Sequence[cst.ImportAlias]) -> cst.ImportFrom:
    """Add names to a from-import: in order if its names are in order, else at the end."""
    old = list(aliases(statement))
    keys = [spelt(alias) for alias in old]
    orders: tuple[Callable[[str], Any], ...] = (_by_kind, str.lower, str)
    order = next((o for o in orders if keys == sorted(keys, key=o)), None)
    names = [*old]
    for alias in more:
        at = len(names)
        if order is not None:
            key = order(spelt(alias))
            at = next((i for i, o in enumerate(names) if order(spelt(o)) > key), len(names))
        names.insert(at, alias)
    return statement.with_changes(names=_spaced(names, old))


def _by_kind(name: str) -> tuple[int, str]:
    """Order names as import sorters do: constants, then classes, then all else."""
    if name.isupper() and len(name) > 1:
        return 0, name
    return (1, name) if name[:1].isupper() else (2, name)


def drop_names(statement: cst.ImportFrom, gone: set[str]) -> cst.ImportFrom | None:
    """Return the statement without the names that it binds as one of `gone`; None if none stays."""
    old = list(aliases(statement))
    kept = [alias for alias in old if bound_name(alias) not in gone]
    if not kept:
        return None
    return statement.with_changes(names=_spaced(kept, old)) if len(kept) < len(old) else statement


def bound_name(alias: cst.ImportAlias) -> str:
    """Return the name that an alias binds in the module."""
    if alias.asname is not None:
        return cst.ensure_type(alias.asname.name, cst.Name).value
    return spelt(alias).split(".")[0]


def _spaced(
    names: Sequence[cst.ImportAlias], old: Sequence[cst.ImportAlias]
) -> list[cst.ImportAlias]:
    """Give the names the commas that the old ones had: one kind between, one at the end."""
    plain = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    commas = [a.comma for a in old[:-1] if isinstance(a.comma, cst.Comma)]
    last = old[-1].comma
    breaks = [_breaks(comma) for comma in commas]
    if any(breaks) and not all(breaks) and not any(map(_has_comment, commas)):
        return _filled(names, old, next(c for c in commas if _breaks(c)))
    between = next((c for c in commas if not _has_comment(c)), plain)
    if not commas and isinstance(last, cst.Comma):
        between = _inner(last)
    spaced = []
    for alias in names[:-1]:
        own = alias.comma if alias in old[:-1] and isinstance(alias.comma, cst.Comma) else between
        spaced.append(alias.with_changes(comma=own))
    return [*spaced, names[-1].with_changes(comma=last)]


def _breaks(comma: cst.Comma) -> bool:
    return isinstance(comma.whitespace_after, cst.ParenthesizedWhitespace)


def _filled(
    names: Sequence[cst.ImportAlias], old: Sequence[cst.ImportAlias], line_end: cst.Comma
) -> list[cst.ImportAlias]:
    """Lay names out as the old ones are: several on each line, as long as its lines are."""
    indent = cst.Module(body=[]).code_for_node(line_end.whitespace_after).rpartition("\n")[2]
    width, used = 0, len(indent)
    for alias in old:
        used += len(spelt(alias)) + 1
        width = max(width, used)
        used = (
            len(indent) if isinstance(alias.comma, cst.Comma) and _breaks(alias.comma) else used + 1
        )
    plain = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    filled: list[cst.ImportAlias] = []
    used = len(indent)
    for alias, after in zip(names, [*names[1:], None], strict=True):
        used += len(spelt(alias)) + 1
        if after is None:
            filled.append(alias.with_changes(comma=old[-1].comma))
        elif used + 1 + len(spelt(after)) + 1 > width:
            filled.append(alias.with_changes(comma=line_end))
            used = len(indent)
        else:
            filled.append(alias.with_changes(comma=plain))
            used += 1
    return filled


def _has_comment(comma: cst.Comma) -> bool:
    space = comma.whitespace_after
    return isinstance(space, cst.ParenthesizedWhitespace) and (
        space.first_line.comment is not None or bool(space.empty_lines)
    )


def _inner(last: cst.Comma) -> cst.Comma:
    """Return a comma between names, made from the one after the last name of a bracket."""
    space = last.whitespace_after
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    indent = space.with_changes(last_line=cst.SimpleWhitespace("    "))
    return last.with_changes(whitespace_after=indent)


def aliases(statement: cst.ImportFrom) -> Sequence[cst.ImportAlias]:
    """Return the names of a from-import; a star has none."""
    return () if isinstance(statement.names, cst.ImportStar) else statement.names


def spelt(alias: cst.ImportAlias) -> str:
    """Return an imported name as it is written, with its `as` name."""
    name = get_full_name_for_node(alias.name) or ""
    renamed = get_full_name_for_node(alias.asname.name) if alias.asname else None
    return f"{name} as {renamed}" if renamed else name
