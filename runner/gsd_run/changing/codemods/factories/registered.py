"""Factories that pytest-factoryboy hands out as fixtures: tests ask for them by these names."""

from collections.abc import Sequence

import libcst as cst

from gsd_run.changing.codemods.factories.decisions import Decisions
from gsd_run.changing.codemods.factories.functions import Function
from gsd_run.changing.codemods.factories.schema import Factory
from gsd_run.changing.codemods.factories.styles import Styles


def fixture_of(factory: Factory, function: Function | None, styles: Styles) -> str | None:
    """Return the fixture that hands a factory to a function, if it can ask for one."""
    fixture = styles.registered.get(factory.key)
    if fixture is None or function is None or function.outer is not None:
        return None
    if fixture in function.parameters:
        return fixture
    return fixture if function.takes_fixtures and function.scope == "function" else None


def ask_for(fixture: str, function: Function, plan: Decisions) -> None:
    """Let a function take a fixture, unless it does."""
    asked = plan.fixtures.setdefault(function.node, [])
    if fixture in (*function.parameters, *asked):
        return
    asked.append(fixture)
    source = function.source
    said = f"{function.called} takes {fixture}"
    plan.done("factory-fixture", source.path, source.line(function.node), said)


def with_fixtures(params: cst.Parameters, names: Sequence[str]) -> cst.Parameters:
    """Return parameters with more of them, before those that have a default."""
    held = list(params.params)
    at = next((i for i, p in enumerate(held) if p.default is not None), len(held))
    fresh = [cst.Param(name=cst.Name(name)) for name in names]
    return params.with_changes(params=[*held[:at], *fresh, *held[at:]])
