"""The codemods by name. Each is a module (or package) with the names of `Codemod`.

A codemod is imported when it is first asked for, since libcst takes its time to load. Codemods
from other distributions join here: an entry point yields such a module, too.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Protocol, cast

from gsd_run.changing.options import Option
from gsd_run.domain.change import Facts, StepResult
from gsd_run.outside.project import Project

MODULES: Mapping[str, str] = {
    "factories": "gsd_run.changing.codemods.factories",
    "notes": "gsd_run.changing.codemods.notes",
}


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
    """Return the names of all codemods."""
    return tuple(sorted(MODULES))


def find(name: str) -> Codemod | None:
    """Return the codemod of that name, or None."""
    return named(name) if name in MODULES else None


def named(name: str) -> Codemod:
    """Return the codemod of a name that is known to exist."""
    return cast("Codemod", import_module(MODULES[name]))
