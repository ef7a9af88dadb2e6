"""Where a new definition goes among those that are there."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from gsd_run.changing.grammar_names import SECTIONS
from gsd_run.changing.grammar_units import Unit

# What stands last in a file stays last: exports of what is above, tests, a returned value.
_LAST = ("export:", "set:module.exports", "mod:tests", "text:return", "mod:test")


class Place(Struct, frozen=True):
    """Beside which definition a new one goes; None for a container that has none."""

    unit: Unit | None
    side: Literal["after", "before"] = "after"


def beside(
    unit: Unit, above: Sequence[Unit], below: Sequence[Unit], here: Sequence[Unit], *, inside: bool
) -> Place:
    """Return the place of a new definition.

    After its neighbour above in the block, before the one below, or where its kind belongs: an
    import after the imports, a value after the values at the top, all else at the end.
    """
    if not here:
        return Place(None)
    if unit.key in SECTIONS:
        return Place(here[-1])
    if unit.form == "import":
        return _after_imports(here)
    for given, side in ((reversed(above), "after"), (below, "before")):
        for one in given:
            there = next((old for old in here if _same(old, one)), None)
            if there is not None and one.form not in {"import", "fixed"}:
                if there.section != unit.section and there.key not in SECTIONS:
                    break
                if side == "before":
                    return Place(there, "before")
                return Place(_past_values(unit, there, here))
            if side == "after":
                break
    return _by_kind(unit, here, inside=inside)


def _past_values(unit: Unit, there: Unit, here: Sequence[Unit]) -> Unit:
    """Return the last of the values that a neighbour stands among, for what is no value."""
    if unit.form == "value" or there.form != "value" or there.key in SECTIONS:
        return there
    for one in here[here.index(there) + 1 :]:
        if one.form != "value" or one.section != there.section or one.key in SECTIONS:
            break
        there = one
    return there


def _same(one: Unit, other: Unit) -> bool:
    if one.names or other.names:
        return bool(one.names & other.names) and one.signature == other.signature
    return one.key == other.key


def _after_imports(here: Sequence[Unit]) -> Place:
    last = [unit for unit in here if unit.form in {"import", "fixed"}]
    return Place(last[-1]) if last else Place(here[0], "before")


def _by_kind(unit: Unit, here: Sequence[Unit], *, inside: bool) -> Place:
    kin = _of_type(unit, here)
    if kin is not None:
        return Place(kin)
    if unit.form == "value":
        return _among_values(unit, here, inside=inside)
    own = [one for one in here if one.section == unit.section and one.key not in SECTIONS]
    if not own:
        marks = [one for one in here if one.key == (unit.section or one.key)]
        return Place(marks[0], "after" if unit.section else "before") if marks else Place(here[-1])
    if own[-1] is here[-1]:
        tail = len(here)
        while tail > 1 and here[tail - 1].key.startswith(_LAST):
            tail -= 1
        if tail < len(here):
            return Place(here[tail], "before")
    return Place(own[-1])


def _of_type(unit: Unit, here: Sequence[Unit]) -> Unit | None:
    """Return the last method of Go that has the same receiver, or its type."""
    if not unit.label.startswith("("):
        return None
    owner = unit.label.partition(")")[0] + ")."
    kin = [one for one in here if one.label.startswith(owner) or one.label == owner.strip("().")]
    return kin[-1] if kin else None


def _among_values(unit: Unit, here: Sequence[Unit], *, inside: bool) -> Place:
    """Return the place after the values at the top, which may follow imports."""
    first = [one for one in here if one.form in {"import", "fixed"}]
    last = None
    for one in here if inside else here[len(first) :]:
        if one.form != "value" or one.section != unit.section:
            break
        last = one
    if last is not None:
        return Place(last)
    return Place(first[-1]) if first else Place(here[0], "before")
