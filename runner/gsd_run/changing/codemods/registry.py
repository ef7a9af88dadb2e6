"""The codemods by name. Each is a module (or package) with the names of `Codemod`.

A codemod is imported when it is first asked for, since libcst takes its time to load, and so that
a broken one of another distribution disturbs nobody who does not use it. Those of other
distributions come through entry points of the group GROUP; the built-in names are taken.
"""

from collections.abc import Iterable, Mapping
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Protocol, cast

from gsd_run.changing.failure import StepFailure
from gsd_run.changing.options import WORDS, Option
from gsd_run.domain.change import Facts, StepResult
from gsd_run.outside.project import Project

GROUP = "gsd_run.codemods"

MODULES: Mapping[str, str] = {
    "factories": "gsd_run.changing.codemods.factories",
    "notes": "gsd_run.changing.codemods.notes",
    "pytest_asserts": "gsd_run.changing.codemods.pytest_asserts",
}

FUNCTIONS = ("wants", "may_touch", "apply")


class Codemod(Protocol):
    """What a codemod's module holds.

    `apply` gets options that OPTIONS describes, checked; it reads the project and writes nothing.
    A mistake of the user is a StepFailure, or a StepResult with `failure`.
    """

    OPTIONS: Mapping[str, Option]

    def wants(self, options: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the paths whose text at the base commit must be in the facts."""

    def may_touch(self, options: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the paths and patterns of files that it can change."""

    def apply(self, options: Mapping[str, Any], project: Project, facts: Facts) -> StepResult:
        """Return what it would do to the project as it is on disk."""


def names() -> tuple[str, ...]:
    """Return the names of all codemods, those of other distributions too; none is imported."""
    return tuple(sorted({*MODULES, *(point.name for point in _points())}))


def find(name: str) -> Codemod | None:
    """Return the codemod of that name, or None.

    Raises:
        StepFailure: another distribution has it, and it can't be used.
    """
    if name in MODULES:
        return cast("Codemod", import_module(MODULES[name]))
    points = list(_points(name))
    if not points:
        return None
    givers = sorted({distribution_of(point) for point in points})
    if len({point.value for point in points}) > 1:
        raise StepFailure(
            f"codemod {name}: {' and '.join(givers)} both have a codemod of this name; "
            "uninstall all but one"
        )
    return _loaded(points[0])


def named(name: str) -> Codemod:
    """Return the codemod of a name that is known to exist.

    Raises:
        StepFailure: it can't be used.
    """
    found = find(name)
    if found is None:
        raise StepFailure(f"there is no codemod '{name}' (known: {', '.join(names())})")
    return found


def giver(name: str) -> str:
    """Return the distribution that a codemod comes from, "" for those of gsd-run itself."""
    if name in MODULES:
        return ""
    return next((distribution_of(point) for point in _points(name)), "")


def distribution_of(point: EntryPoint) -> str:
    """Return a distribution's name and version, as messages call it."""
    return f"{point.dist.name} {point.dist.version}" if point.dist else "an unknown distribution"


def faults(codemod: object) -> list[str]:
    """Return what an object lacks to be a codemod."""
    found = [
        f"it has no function {name}()"
        for name in FUNCTIONS
        if not callable(getattr(codemod, name, None))
    ]
    options = getattr(codemod, "OPTIONS", None)
    if not isinstance(options, Mapping):
        return [*found, "it has no OPTIONS, a mapping of names to Option(kind)"]
    found += [
        f"OPTIONS[{name!r}] is no Option of a kind that there is ({', '.join(WORDS)})"
        for name, option in options.items()
        if not isinstance(option, Option) or option.kind not in WORDS
    ]
    return [*found, *_bad_names(options)]


def _bad_names(options: Iterable[object]) -> list[str]:
    taken = [name for name in options if name == "codemod" or not isinstance(name, str)]
    return [f"OPTIONS has {name!r}, which can't be the name of an option" for name in taken]


def _points(name: str | None = None) -> Iterable[EntryPoint]:
    found = entry_points(group=GROUP) if name is None else entry_points(group=GROUP, name=name)
    return [point for point in found if point.name not in MODULES]


def _loaded(point: EntryPoint) -> Codemod:
    """Import a codemod of another distribution; whatever goes wrong there is told as its fault."""
    where = f"codemod {point.name}, which {distribution_of(point)} provides as {point.value}"
    try:
        found = point.load()
    except (Exception, SystemExit) as error:
        said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise StepFailure(f"{where}, can't be imported: {said}") from error
    if wrong := faults(found):
        raise StepFailure(f"{where}, can't be used: {'; '.join(wrong)}")
    return cast("Codemod", found)
