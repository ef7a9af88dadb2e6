"""`pytest_asserts`: the assertions of unittest in the style of pytest, meaning the same."""

from collections.abc import Mapping
from typing import Any

from gsd_run.changing import options as option_values
from gsd_run.changing.options import Option
from gsd_run.domain.change import Facts, StepResult
from gsd_run.outside.project import Project

OPTIONS: Mapping[str, Option] = {
    "tests": Option("texts", required=True),  # files, folders or patterns to rewrite
    "classes": Option("flag"),  # classes that need nothing of unittest become plain ones
}


def wants(options: Mapping[str, Any]) -> tuple[str, ...]:
    """Return nothing: the tree as it is says all."""
    del options
    return ()


def may_touch(options: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the tests."""
    return option_values.texts(options, "tests")


def apply(options: Mapping[str, Any], project: Project, facts: Facts) -> StepResult:
    """Rewrite the tests; see `transform` for the rules."""
    del facts
    from gsd_run.changing.codemods.pytest_asserts.transform import transform  # noqa: PLC0415

    return transform(options, project)
