"""A source text as the definitions in it, with where each stands and what belongs to it."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.changing.failure import StepFailure
from gsd_run.changing.grammar_bodies import body_of, inner_of, inside_of
from gsd_run.changing.grammar_names import SECTIONS, identity_of, signature_of
from gsd_run.changing.grammar_nodes import first_error, line_of, span
from gsd_run.changing.grammar_shapes import COMMENTS, SHAPES, STRINGS, Shape
from gsd_run.outside.grammars import nodes, parsed, root_of

if TYPE_CHECKING:
    from ast_grep_py import SgNode


_DOC = ("/**", "///")


class Unit(Struct, frozen=True, kw_only=True):
    """One definition. Positions count characters; `members` is None if it has no body of its own.

    `start` is where what belongs to it begins, `code` where it does without the comments above,
    `bare` without `export` and the like; `head` is where its body begins, `inside` the stretch
    between the body's braces. `signature` tells overloads apart. `form` says how its name is to be
    placed: import, value, code, fixed, statement or other. `bodiless` marks a signature without a
    body, which the next one of its name may bring. `section` is the visibility that Ruby gives
    it by a word above.
    """

    key: str
    label: str
    line: int
    start: int
    code: int
    bare: int
    end: int
    form: str
    names: frozenset[str] = frozenset()
    signature: tuple[str, ...] | None = None
    members: "tuple[Unit, ...] | None" = None
    head: int = 0
    inside: tuple[int, int] = (0, 0)
    spread: bool = False
    bodiless: bool = False
    section: str = ""


class Source(Struct, frozen=True, kw_only=True):
    """A text with its definitions; `loose` are the stretches of texts that span several lines."""

    text: str
    language: str
    units: tuple[Unit, ...]
    loose: tuple[tuple[int, int], ...] = ()


def read_source(text: str, language: str, called: str) -> Source:
    """Return the definitions of a text.

    Raises:
        StepFailure: the text can't be parsed without errors; says at which line.
    """
    root = parsed(text, language)
    if root is None:
        raise StepFailure(f"{called} is too large to be parsed")
    if (wrong := first_error(root)) is not None:
        line, near = wrong
        raise StepFailure(f"{called} is no valid {language} at line {line}: {near}")
    return source_of(text, language)


@lru_cache(maxsize=64)
def source_of(text: str, language: str) -> Source:
    """Return the definitions of a text that is known to be valid."""
    root = root_of(text, language)
    shape = SHAPES[language]
    units = tuple(_coalesced(_units(root, shape, text), shape))
    loose = tuple(span(node) for node in nodes(root, language, STRINGS) if "\n" in node.text())
    return Source(text=text, language=language, units=units, loose=loose)


def _units(holder: "SgNode", shape: Shape, text: str) -> list[Unit]:
    found: list[Unit] = []
    above: list[SgNode] = []
    section = ""
    for node in _children(holder):
        kind = node.kind()
        start, end = span(node)
        if kind in COMMENTS and found and _same_line(text, found[-1].end, start):
            found[-1] = _grown(found[-1], end)
        elif kind in COMMENTS or kind in shape.attached:
            if kind in COMMENTS and not text[:start].strip() and not node.text().startswith(_DOC):
                continue  # what heads a file belongs to the file
            above = [*above, node] if above and _touches(text, above[-1], node) else [node]
        elif kind in {"php_tag", "php_end_tag", "hash_bang_line"}:
            above = []
        elif not node.is_named():
            if kind in {";", ","} and found and not text[found[-1].end : start].strip():
                found[-1] = _grown(found[-1], end)
        else:
            if above and not _touches(text, above[-1], node):
                above = []
            unit = _unit(node, above, shape, text)
            if unit.key in SECTIONS:
                section = "" if unit.key == "public" else unit.key
            found.append(_with_section(unit, section))
            above = []
    return found


def _children(holder: "SgNode") -> "Iterator[SgNode]":
    for node in holder.children():
        if node.kind() in {"import_list", "body_statement", "statement_list", "block_body"}:
            yield from _children(node)
        else:
            yield node


def _with_section(unit: Unit, section: str) -> Unit:
    return _changed(unit, section=section) if section else unit


def _grown(unit: Unit, end: int) -> Unit:
    return _changed(unit, end=end)


def _changed(unit: Unit, **values: object) -> Unit:
    return replace(unit, **values)


def _same_line(text: str, end: int, start: int) -> bool:
    return "\n" not in text[end:start]


def _touches(text: str, one: "SgNode", other: "SgNode") -> bool:
    return text[span(one)[1] : span(other)[0]].count("\n") <= 1


def _unit(node: "SgNode", above: "Sequence[SgNode]", shape: Shape, text: str) -> Unit:
    inner = inner_of(node, shape)
    start, end = span(node)
    first = span(above[0])[0] if above else start
    marks = [one for one in above if one.kind() not in COMMENTS]
    form, key, names = identity_of(node, inner, shape)
    body = body_of(inner, shape, form)
    members: tuple[Unit, ...] | None = None
    within = (0, 0)
    if body is not None:
        within = inside_of(inner, body, text)
        members = tuple(_coalesced(_units(body, shape, text), shape))
    return Unit(
        key=key,
        label=key.partition(":")[2] or key,
        line=line_of(node),
        start=first,
        code=span(marks[0])[0] if marks else start,
        bare=span(inner)[0],
        end=end,
        form=form,
        names=names,
        signature=signature_of(inner, shape),
        members=members,
        head=within[0],
        inside=within,
        spread=inner.kind() in shape.spread,
        bodiless=inner.kind() in shape.signatures,
    )


def _coalesced(units: Sequence[Unit], shape: Shape) -> list[Unit]:
    """Join the signatures of an overloaded function with its body, as one definition."""
    if not shape.signatures:
        return list(units)
    joined: list[Unit] = []
    for unit in units:
        last = joined[-1] if joined else None
        whole = unit
        if last is not None and last.bodiless and last.key == unit.key:
            joined.pop()
            whole = _changed(unit, start=last.start, code=last.code, bare=last.bare, line=last.line)
        joined.append(whole)
    return joined
