"""One function as the rules see it, and what was settled for it."""

import libcst as cst
from msgspec import Struct

from gsd_run.changing.codemods.factories.flow import Flow, calls_held, flow_of
from gsd_run.changing.codemods.factories.functions import Function
from gsd_run.changing.codemods.factories.guards import Guard, Move, guards_of
from gsd_run.changing.codemods.factories.parents import Parents
from gsd_run.changing.codemods.factories.reach import Reach, own_sessions
from gsd_run.changing.codemods.factories.schema import Factory
from gsd_run.changing.codemods.factories.suite import Made, Suite


class Scene(Struct, frozen=True, eq=False):
    """A function with all that is known of it before anything is decided.

    `session` is the expression that holds the session, or will once the function has been given
    one; `sessions` are those that it has already.
    """

    function: Function
    sessions: tuple[str, ...]
    session: str | None
    flow: Flow
    guards: tuple[Guard, ...]
    made: tuple[Made, ...]

    def receivers(self) -> dict[cst.Call, str]:
        """Return the session that each made object is added to, where one is named."""
        flow = self.flow
        return {call: add.receiver for add in flow.adds for call in calls_held(flow, add.given)}


class Settled(Struct, frozen=True, eq=False):
    """What was settled for a function: the calls that change, and those about errors.

    `chosen` holds the factory of each call and what becomes of its foreign keys; `built` are
    objects that the test itself goes on to add.
    """

    scene: Scene
    chosen: dict[Made, tuple[Factory, Parents]]
    built: frozenset[Made]
    moves: tuple[Move, ...]


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
    )
