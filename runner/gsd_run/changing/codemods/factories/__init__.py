"""`factories`: SQLAlchemy tests make their rows with factories, in the session of the test."""

from collections.abc import Mapping
from typing import Any

from gsd_run.changing import options as option_values
from gsd_run.changing.options import Option
from gsd_run.domain.change import Facts, StepResult
from gsd_run.outside.project import Project

OPTIONS: Mapping[str, Option] = {
    "tests": Option("texts", required=True),  # files, folders or patterns to rewrite
    "session": Option("text"),  # the session fixture, where it can't be told
    "path": Option("texts"),  # folders for sys.path, relative to the project root
    "factories": Option("texts"),  # files with factories, where they can't be found
    "guesses": Option("flag"),  # do what can only be guessed, too, each marked as a guess
}


def wants(options: Mapping[str, Any]) -> tuple[str, ...]:
    """Return nothing: the tree as it is says all."""
    del options
    return ()


def may_touch(options: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the tests, their fixtures, and the factories: wherever these are unless it is told."""
    if factories := option_values.texts(options, "factories"):
        named = (*factories, "**/*factor*/**", "**/*factor*.py")
        return (*option_values.texts(options, "tests"), "**/conftest.py", *named)
    return (*option_values.texts(options, "tests"), "**/*.py")


def apply(options: Mapping[str, Any], project: Project, facts: Facts) -> StepResult:
    """Rewrite the tests; see `transform` for the rules."""
    del facts
    from gsd_run.changing.codemods.factories.transform import transform  # noqa: PLC0415

    return transform(options, project)
