"""Splicing definitions into a text in its own layout: indentation, blank lines, separators."""

import re
from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct

from gsd_run.changing.grammar_placement import Place
from gsd_run.changing.grammar_units import Source, Unit

_INDENT = re.compile(r"^([ \t]+)\S", re.MULTILINE)
_ENDS = (";", ",")
_TRAILING = re.compile(r"[^\S\n]*(?://[^\n]*|/\*[^\n]*\*/)\Z")


class Spliced(Struct, frozen=True):
    """A text, the container in it that is worked on (None for all of it), and what it holds."""

    text: str
    holder: Unit | None
    units: tuple[Unit, ...]


def replaced(text: str, old: Unit, given: Source, unit: Unit, export: str) -> str:
    """Return the text with a definition in the place of another, `export` before its own words.

    The comments above the old one stay if the new one has none.
    """
    comment = given.text[unit.start : unit.code].strip()
    # What heads a file is no part of its first definition, and must not come twice.
    known = old.start == old.code and text[: old.start].rstrip().endswith(comment)
    commented = bool(comment) and not known
    first = unit.start if commented else unit.code
    start = old.start if commented else old.code
    code = reindented(given, first, unit.end, text, old)
    if _plain(export + code) == _plain(text[start : old.end]):
        return text  # but for its layout it is what is there
    if export:
        # Up to the word before which it belongs nothing is indented but whole lines.
        at = len(reindented(given, first, unit.bare, text, old))
        code = code[:at] + export + code[at:]
    code = _with_end(code, _bare(text[start : old.end])[-1:])
    return text[:start] + code + text[old.end :]


def _plain(code: str) -> list[str]:
    return [line.strip() for line in code.split("\n")]


def reindented(given: Source, start: int, end: int, text: str, like: Unit) -> str:
    """Return a stretch of the block, indented as a definition of the text is."""
    return _indented(given, start, end, _indent_at(text, like.start), text)


def _indented(given: Source, start: int, end: int, indent: str, text: str) -> str:
    base = _indent_at(given.text, start)
    mine, theirs = step_of(given.text), step_of(text)
    if base == indent and mine == theirs:
        return given.text[start:end]
    lines = given.text[start:end].split("\n")
    shown, at = [lines[0]], start + len(lines[0]) + 1
    for line in lines[1:]:
        if any(first < at <= last for first, last in given.loose):
            shown.append(line)
        elif not line.strip():
            shown.append("")
        else:
            rest = line.removeprefix(base)
            shown.append(indent + _converted(rest, mine, theirs))
        at += len(line) + 1
    return "\n".join(shown)


def _indent_at(text: str, at: int) -> str:
    line = text[text.rfind("\n", 0, at) + 1 :]
    return line[: len(line) - len(line.lstrip(" \t"))]


def step_of(text: str) -> str:
    """Return what a text indents by: a tab, or the blanks that lines have more than those above."""
    found = [match[1] for match in _INDENT.finditer(text)]
    if any(one.startswith("\t") for one in found):
        return "\t"
    widths = [len(one) for one in found]
    steps = [new - old for old, new in pairwise([0, *widths]) if new - old > 1]
    return " " * min(steps) if steps else ""


def _bare(code: str) -> str:
    """Return code without a comment at its end."""
    return _TRAILING.sub("", code).rstrip()


def _with_end(code: str, sign: str) -> str:
    """Give a definition the sign that others end with, if it has none."""
    bare = _bare(code)
    if sign not in _ENDS or bare.endswith((*_ENDS, "}")):
        return code
    return bare + sign + code[len(bare) :]


def _converted(line: str, mine: str, theirs: str) -> str:
    if mine == theirs or not mine or not theirs:
        return line
    bare = line.lstrip(" \t")
    width = len(line) - len(bare)
    levels, more = (width, 0) if mine == "\t" else divmod(width, len(mine))
    return theirs * levels + " " * more + bare


def inserted(here: Spliced, given: Source, unit: Unit, place: Place) -> str:
    """Return the text with a new definition at a place, as far from its neighbours as is usual."""
    text, holder = here.text, here.holder
    if holder is not None and (
        not here.units or "\n" not in text[holder.inside[0] : holder.inside[1]]
    ):
        return _opened(here, given, unit, place)
    if place.unit is None:
        return text.rstrip("\n") + "\n\n" + given.text[unit.start : unit.end] + "\n"
    beside = place.unit
    indent = _indent_at(text, beside.start)
    code = _indented(given, unit.start, unit.end, indent, text)
    code = _ended(code, unit, here, beside)
    gap = _gap(code, unit, text[beside.start : beside.end], beside, holder)
    if place.side == "before":
        at = text.rfind("\n", 0, beside.start) + 1
        return f"{text[:at]}{indent}{code}\n{gap}{text[at:]}"
    rest = text[beside.end :]
    more = gap if gap and _follows(rest, here, beside) else ""
    return f"{text[: beside.end]}\n{gap}{indent}{code}{more}{rest}"


def _follows(rest: str, here: Spliced, beside: Unit) -> bool:
    """Tell whether the next definition stands on the next line, without a blank one between."""
    later = [unit.start for unit in here.units if unit.start >= beside.end]
    if not later:
        return False
    return here.text[beside.end : min(later)].count("\n") < 2 and bool(rest.strip())  # noqa: PLR2004


def _gap(code: str, unit: Unit, neighbour: str, beside: Unit, holder: Unit | None) -> str:
    if unit.form == "import" and beside.form == "import":
        return ""
    long = "\n" in code or "\n" in neighbour
    outer = holder is None or holder.spread
    if long or (outer and (unit.form, beside.form) != ("value", "value")):
        return "\n"
    return ""


def _ended(code: str, unit: Unit, here: Spliced, beside: Unit) -> str:
    """Give a member the sign that its neighbours end with, if it has none."""
    if here.holder is None or unit.key.startswith("call:"):
        return code
    return _with_end(code, _bare(here.text[beside.start : beside.end])[-1:])


def _opened(here: Spliced, given: Source, unit: Unit, place: Place) -> str:
    """Return the text with a container that had nothing, or one line, on several lines."""
    text, holder = here.text, here.holder
    assert holder is not None
    start, end = holder.inside
    outer = _indent_at(text, holder.code)
    inner = outer + (step_of(text) or step_of(given.text) or "    ")
    lines = [text[one.start : one.end] for one in here.units]
    at = len(lines)
    if place.unit is not None:
        at = here.units.index(place.unit) + (place.side == "after")
    lines.insert(at, _indented(given, unit.start, unit.end, inner, text))
    left = _left(text[start:end], here.units)
    body = "".join(f"{inner}{line}\n" for line in [*left, *lines])
    return f"{text[:start]}\n{body}{outer}{text[end:]}"


def _left(inside: str, units: Sequence[Unit]) -> list[str]:
    """Return what stands in a container that defines nothing: its comments."""
    return [] if units else [line.strip() for line in inside.split("\n") if line.strip()]


def taken_out(text: str, unit: Unit) -> str:
    """Return the text without a definition, its line and the blank lines below it."""
    start = text.rfind("\n", 0, unit.start) + 1
    if text[start : unit.start].strip():
        return text[: unit.start] + text[unit.end :]
    rest = text[unit.end :]
    cut = re.match(r"[^\S\n]*\n(?:[^\S\n]*\n)*", rest)
    return text[:start] + (rest[cut.end() :] if cut else rest)
