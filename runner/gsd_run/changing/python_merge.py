"""Merging one Python source into another by its definitions."""

from collections.abc import Sequence

import libcst as cst
import libcst.matchers as m

from gsd_run.changing.block_form import mergeable
from gsd_run.changing.failure import StepFailure
from gsd_run.changing.python_bound import bound, statements, with_shared
from gsd_run.changing.python_imports import is_docstring, is_import, unite
from gsd_run.changing.python_placement import (
    Body,
    code,
    comments_only,
    inserted,
    key_of,
    lead,
    place,
    position,
)
from gsd_run.changing.python_removal import without

Done = list[tuple[str, str]]  # (name of the definition, what happened to it)


def merge_python(
    text: str,
    block: str,
    *,
    into_class: str | None = None,
    whole_classes: bool = False,
    remove: Sequence[str] = (),
) -> tuple[str, Done]:
    """Return `text` with the definitions of `block` in it, and what was done, by name.

    Functions, assignments and the docstring replace those of the same name or are added; imports
    are united; a class takes in the block's members, or is replaced with `whole_classes`. With
    `into_class` (dotted for an inner one) everything but imports goes into that class. `remove`
    names definitions of the file that go, with the imports that only they used; those that are
    not there are gone already.

    Raises:
        StepFailure: one of the two can't be parsed, or the block can't be placed.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    text = text.removeprefix(mark)
    module = _parse(text, "the file")
    newline = module.default_newline if text else "\n"
    code = mergeable(block)
    given = _parse(code.replace("\n", newline), "the block")
    units: Body = list(given.body)
    if into_class is None:
        _refuse_bare_methods(units)
    done: Done = []
    body: Body = list(module.body)
    module, units = _with_header(module, given, units)
    if into_class is not None:
        members = [unit for unit in units if not is_import(unit)]
        body = _into_class(body, into_class.split("."), members, done, prefix="")
        units = [unit for unit in units if is_import(unit)]
    body = _merge_bodies(body, units, done, whole_classes=whole_classes, prefix="")
    if remove:
        body = without(body, remove, done)
    ended = module.has_trailing_newline or not text
    after = module.with_changes(body=body, has_trailing_newline=ended).code
    if after == text:
        return mark + text, []
    _parse(after, "the merged file")
    return mark + after, done


def _parse(source: str, called: str) -> cst.Module:
    try:
        return cst.parse_module(source)
    except cst.ParserSyntaxError as error:
        raise StepFailure(
            f"{called} is no valid Python at line {error.raw_line}: {error.message}"
        ) from error


def _with_header(module: cst.Module, given: cst.Module, units: Body) -> tuple[cst.Module, Body]:
    """Give the comments at the top of the block, which libcst keeps apart, to where they belong."""
    comments = comments_only(given.header)
    if not comments or not units:
        return module, units
    if not module.body or position(list(module.body), key_of(units[0])) == 0:
        known = [line.comment.value for line in module.header if line.comment]
        fresh = [line for line in comments if line.comment and line.comment.value not in known]
        return module.with_changes(header=[*module.header, *fresh]), units
    return module, [units[0].with_changes(leading_lines=comments), *units[1:]]


def _refuse_bare_methods(units: Body) -> None:
    for unit in units:
        if not isinstance(unit, cst.FunctionDef):
            continue
        first = unit.params.params[0].name.value if unit.params.params else ""
        decorated = any(
            m.matches(
                d.decorator, m.Name("classmethod") | m.Name("staticmethod") | m.Name("property")
            )
            for d in unit.decorators
        )
        if decorated or first in {"self", "cls"}:
            raise StepFailure(
                f"the block holds a method, {unit.name.value}, without its class; "
                "say which with class: NAME"
            )


def _into_class(body: Body, path: list[str], members: Body, done: Done, *, prefix: str) -> Body:
    for index, node in enumerate(body):
        if isinstance(node, cst.ClassDef) and node.name.value == path[0]:
            name = f"{prefix}{path[0]}."
            inner = _suite(node)
            if len(path) > 1:
                inner = _into_class(inner, path[1:], members, done, prefix=name)
            else:
                inner = _merge_bodies(inner, members, done, whole_classes=False, prefix=name)
            return [*body[:index], _with_suite(node, inner), *body[index + 1 :]]
    known = ", ".join(n.name.value for n in body if isinstance(n, cst.ClassDef)) or "none"
    raise StepFailure(f"there is no class {prefix}{path[0]} (classes here: {known})")


def _suite(node: cst.ClassDef) -> Body:
    """Return the statements of a class, also when they stand on its first line."""
    if isinstance(node.body, cst.SimpleStatementSuite):
        return [cst.SimpleStatementLine(body=[part]) for part in node.body.body]
    return list(node.body.body)


def _with_suite(node: cst.ClassDef, body: Body) -> cst.ClassDef:
    kept = [n for n in body if not _is_placeholder(n)] if len(body) > 1 else list(body)
    if kept and kept[0] is not body[0] and hasattr(kept[0], "leading_lines"):
        kept[0] = kept[0].with_changes(leading_lines=comments_only(kept[0].leading_lines))
    block = node.body if isinstance(node.body, cst.IndentedBlock) else cst.IndentedBlock(body=[])
    return node.with_changes(body=block.with_changes(body=kept))


def _is_placeholder(node: cst.CSTNode) -> bool:
    return m.matches(
        node, m.SimpleStatementLine(body=[m.Pass() | m.Expr(m.Ellipsis())], leading_lines=[])
    )


def _merge_bodies(body: Body, units: Body, done: Done, *, whole_classes: bool, prefix: str) -> Body:
    """Put each unit of the block into the body, near the units that it stands beside."""
    anchor: str | None = None
    for index, unit in enumerate(units):
        if index == 0 and is_docstring(unit):
            body = _with_docstring(body, unit, done, prefix)
        elif is_import(unit) and not prefix:
            for line in _import_lines(unit):
                united = unite(body, line)
                if united is not None:
                    done.append(("", f"imports united: {code(line)}"))
                    body = united
        elif (among := _same_condition(body, unit)) is not None:
            body = _with_guarded(body, among, unit, done, prefix)
        else:
            key = key_of(unit)
            at = position(body, key)
            if at is not None:
                body = _replaced(body, at, unit, done, whole_classes=whole_classes, prefix=prefix)
            elif (shared := with_shared(body, unit, done, prefix)) is not None:
                body = shared
            else:
                at = place(
                    body, anchor, [key_of(later) for later in units[index + 1 :]], unit, prefix
                )
                body = inserted(body, at, unit, prefix)
                done.append((f"{prefix}{key}", f"{prefix}{key} added"))
            anchor = key
    return body


def _same_condition(body: Body, unit: cst.CSTNode) -> int | None:
    """Return where a statement under the same condition stands, for one under a condition."""
    if not isinstance(unit, cst.If):
        return None
    found = (
        index
        for index, node in enumerate(body)
        if isinstance(node, cst.If) and code(node.test) == code(unit.test)
    )
    return next(found, None)


def _with_guarded(body: Body, at: int, unit: cst.CSTNode, done: Done, prefix: str) -> Body:
    """Unite what stands under a condition, if it only defines and imports; else replace it."""
    old, more = cst.ensure_type(body[at], cst.If), cst.ensure_type(unit, cst.If)
    defines = all(bound(one) for one in statements(more))
    blocks = isinstance(old.body, cst.IndentedBlock) and isinstance(more.body, cst.IndentedBlock)
    if not (defines and blocks) or old.orelse is not None or more.orelse is not None:
        new: cst.CSTNode = unit.with_changes(leading_lines=lead(old, unit))
        if code(old) != code(new):
            said = f"{prefix}if {code(more.test)}"
            done.append((said, f"{said}: replaced"))
        return [*body[:at], new, *body[at + 1 :]]
    inner: Body = list(old.body.body)
    imports = [one for one in more.body.body if is_import(one)]
    for line in [line for statement in imports for line in _import_lines(statement)]:
        united = unite(inner, line)
        if united is not None:
            done.append(("", f"imports united: {code(line)}"))
            inner = united
    rest: Body = [one for one in more.body.body if not is_import(one)]
    inner = _merge_bodies(inner, rest, done, whole_classes=False, prefix=prefix)
    new = old.with_changes(body=old.body.with_changes(body=inner))
    return [*body[:at], new, *body[at + 1 :]]


def _import_lines(line: cst.CSTNode) -> list[cst.SimpleStatementLine]:
    whole = cst.ensure_type(line, cst.SimpleStatementLine)
    return [
        whole.with_changes(
            body=[
                cst.ensure_type(part, cst.ImportFrom).with_changes(
                    semicolon=cst.MaybeSentinel.DEFAULT
                )
            ]
            if isinstance(part, cst.ImportFrom)
            else [
                cst.ensure_type(part, cst.Import).with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
            ]
        )
        for part in whole.body
    ]


def _replaced(
    body: Body, at: int, unit: cst.CSTNode, done: Done, *, whole_classes: bool, prefix: str
) -> Body:
    old, name = body[at], f"{prefix}{key_of(unit)}"
    if isinstance(old, cst.ClassDef) and isinstance(unit, cst.ClassDef) and not whole_classes:
        inner = _merge_bodies(
            _suite(old), _suite(unit), done, whole_classes=False, prefix=f"{name}."
        )
        new: cst.CSTNode = _with_suite(old, inner)
        new = new.with_changes(**_class_head(old, unit, name, done))
    else:
        new = unit.with_changes(leading_lines=lead(old, unit))
        if code(old) != code(new):
            done.append((name, f"{name} replaced"))
    return [*body[:at], new, *body[at + 1 :]]


def _class_head(
    old: cst.ClassDef, unit: cst.ClassDef, name: str, done: Done
) -> dict[str, Sequence[cst.CSTNode]]:
    """Return the bases and decorators that the block gives a class, if it gives some."""
    head: dict[str, Sequence[cst.CSTNode]] = {}
    if unit.bases and [code(b) for b in unit.bases] != [code(b) for b in old.bases]:
        head["bases"] = unit.bases
    if unit.decorators and [code(d) for d in unit.decorators] != [code(d) for d in old.decorators]:
        head["decorators"] = unit.decorators
    if head:
        done.append((name, f"{name}: {' and '.join(head)} replaced"))
    return head


def _with_docstring(body: Body, unit: cst.CSTNode, done: Done, prefix: str) -> Body:
    name = f"{prefix}docstring"
    if body and is_docstring(body[0]):
        if code(body[0]) != code(unit):
            done.append(("", f"{name} replaced"))
        return [unit.with_changes(leading_lines=lead(body[0], cst.EmptyLine())), *body[1:]]
    done.append(("", f"{name} added"))
    rest = list(body)
    if rest and hasattr(rest[0], "leading_lines") and not rest[0].leading_lines:
        rest[0] = rest[0].with_changes(leading_lines=[cst.EmptyLine(indent=False)])
    return [unit.with_changes(leading_lines=[]), *rest]
