"""Which of a file's definitions one of the block stands for, and the way to it."""

from collections.abc import Sequence

from msgspec import Struct

from gsd_run.changing.failure import StepFailure
from gsd_run.changing.grammar_units import Source, Unit, source_of


class Way(Struct, frozen=True):
    """A container on the way to a definition: what it is known by, and which of equal ones.

    `label` is "" for what is no part of a definition's name: a namespace, a group of constants.
    """

    names: frozenset[str]
    label: str
    index: int = 0


Path = tuple[Way, ...]


def way_to(unit: Unit, here: Sequence[Unit] = ()) -> Way:
    """Return the last piece of the way to a container, one of those in `here`."""
    names = unit.names or frozenset({unit.key})
    equal = [one for one in here if (one.names or {one.key}) & names and one.members is not None]
    index = equal.index(unit) if unit in equal else 0
    nameless = unit.spread or any(
        one.names <= unit.names for one in unit.members or () if one.names
    )
    return Way(names, "" if nameless else unit.label, index)


def spread_over(file: Source, given: Source) -> tuple[Sequence[Unit], Path]:
    """Return the block's definitions and where they go if just one of the two has a namespace."""
    folders = [unit for unit in file.units if unit.spread]
    others = [unit for unit in file.units if unit.form not in {"import", "fixed"}]
    if any(unit.spread for unit in given.units):
        fixed = [unit for unit in file.units if unit.form == "fixed"]
        inner = [unit for unit in given.units if unit.spread]
        if fixed and len(inner) == 1 and fixed[0].key.rpartition(" ")[2] == f"{inner[0].label};":
            return (*(u for u in given.units if not u.spread), *(inner[0].members or ())), ()
        return given.units, ()
    if len(folders) == 1 == len(others):
        return given.units, (way_to(folders[0]),)
    return given.units, ()


def path_of_class(file: Source, into_class: str) -> Path:
    """Return the way to a class by its dotted name, also inside a namespace."""
    path: Path = ()
    units = file.units
    folders = [unit for unit in units if unit.spread]
    if len(folders) == 1:
        path, units = (way_to(folders[0]),), folders[0].members or ()
    for name in into_class.split("."):
        held = [unit for unit in units if unit.members is not None and called(unit, name)]
        if not held:
            known = ", ".join(u.label for u in units if u.members is not None) or "none"
            raise StepFailure(f"there is no class {into_class} (here: {known})")
        path, units = (*path, way_to(held[0])), held[0].members or ()
    return path


def called(unit: Unit, name: str) -> bool:
    """Tell whether a definition goes by a name that a person gives it."""
    return unit.label in {name, f"impl {name}", f"self.{name}"}


def level(text: str, path: Path, language: str) -> tuple[Unit | None, tuple[Unit, ...]]:
    """Return the container that a path leads to (None for the file) and what is defined in it."""
    units = source_of(text, language).units
    holder: Unit | None = None
    for way in path:
        same = [
            unit
            for unit in units
            if (unit.names or {unit.key}) & way.names and unit.members is not None
        ]
        holder = same[way.index]
        units = holder.members or ()
    return holder, units


def found_in(
    unit: Unit, units: Sequence[Unit], here: Sequence[Unit], remove: Sequence[str]
) -> list[Unit]:
    """Return the file's definitions that the block's one stands for; several only of containers."""
    if unit.names:
        same = [one for one in here if one.names & unit.names]
    else:
        same = [one for one in here if one.key == unit.key]
    if unit.signature is not None and same:
        same = _overloaded(unit, units, same, remove)
    twins = [one for one in units if one.key == unit.key]
    if 1 < len(same) == len(twins):
        return [same[twins.index(unit)]]
    if len(same) > 1 and any(one.members is None for one in (unit, *same)):
        lines = ", ".join(str(one.line) for one in same)
        raise StepFailure(
            f"{unit.label} of the block (line {unit.line}) is defined {len(same)} times in the "
            f"file (lines {lines}); it can't be told which is meant"
        )
    if len(same) == 1 and same[0].members is None and not same[0].names <= unit.names:
        others = ", ".join(sorted(name.partition(":")[2] for name in same[0].names - unit.names))
        raise StepFailure(
            f"line {same[0].line} of the file defines {others} together with {unit.label}, which "
            "the block does not; give them all, or use replace"
        )
    return same


def _overloaded(
    unit: Unit, units: Sequence[Unit], same: list[Unit], remove: Sequence[str]
) -> list[Unit]:
    """Return the one overload that is meant; none when the block adds another beside those."""
    exact = [one for one in same if one.signature == unit.signature]
    if exact:
        return exact
    given = {one.signature for one in units if one.key == unit.key}
    if all(one.signature in given for one in same):
        return []
    if len(same) == 1 and unit.label in remove:
        return same
    theirs = " and ".join(f"({', '.join(one.signature or ())})" for one in same)
    raise StepFailure(
        f"the block's {unit.label}({', '.join(unit.signature or ())}) (line {unit.line}) has other "
        f"parameters than the file's {theirs}: it may take its place or stand beside it. Name "
        f"{unit.label} in `remove` if the old one goes; give both if it stays"
    )
