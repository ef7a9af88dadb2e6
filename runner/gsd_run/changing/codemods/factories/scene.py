"""One function as the rules see it, and what was settled for it."""

import libcst as cst
from msgspec import Struct

from gsd_run.changing.codemods.factories.flow import Flow, calls_held, flow_of
from gsd_run.changing.codemods.factories.functions import Function
from gsd_run.changing.codemods.factories.guards import (
    Guard,
    Move,
    guard_around,
    guards_of,
    is_to_fail,
)
from gsd_run.changing.codemods.factories.parents import Parents
from gsd_run.changing.codemods.factories.reach import Reach, own_sessions
from gsd_run.changing.codemods.factories.schema import Factory
from gsd_run.changing.codemods.factories.suite import Made, Suite


class Scene(Struct, frozen=True, eq=False):
    """A function with all that is known of it before anything is decided.

    `session` is the expression that holds the session, or will once the function has been given
    one; `sessions` are those that it has already; `expected` tells of a helper that it is called
    only where a database error is expected.
    """

    function: Function
    sessions: tuple[str, ...]
    session: str | None
    flow: Flow
    guards: tuple[Guard, ...]
    made: tuple[Made, ...]
    expected: bool

    def receivers(self) -> dict[cst.Call, str]:
        """Return the session that each made object is added to, where one is named."""
        flow = self.flow
        return {call: add.receiver for add in flow.adds for call in calls_held(flow, add.given)}


class Settled(Struct, frozen=True, eq=False):
    """What was settled for a function: the calls that change, and those about errors.

    `chosen` holds the factory of each call and what becomes of its foreign keys; `built` and
    `held_back` are objects that the test itself stores: for an error, or later for other reasons.
    """

    scene: Scene
    chosen: dict[Made, tuple[Factory, Parents]]
    built: frozenset[Made]
    held_back: frozenset[Made]
    moves: tuple[Move, ...]
    asynchronous: bool = False  # the function's session is

    @property
    def unstored(self) -> frozenset[Made]:
        """Return what the factories only build."""
        return self.built | self.held_back


def scene_of(suite: Suite, reach: Reach, function: Function) -> Scene:
    """Look at a function."""
    sessions = own_sessions(reach, function)
    usual = reach.usual[function.source.path]
    return Scene(
        function,
        sessions,
        sessions[0] if sessions else usual,
        flow_of(function, sessions),
        guards_of(function),
        tuple(suite.in_function(function)),
        is_to_fail(function) or _is_expected_to_fail(reach, function),
    )


def _is_expected_to_fail(reach: Reach, function: Function) -> bool:
    calls = reach.callers.get(function.name, ()) if function.kind == "helper" else ()
    around = [guard_around(c, guards_of(c), call) if c else None for call, c in calls]
    return bool(around) and all(guard is not None and guard.database for guard in around)
