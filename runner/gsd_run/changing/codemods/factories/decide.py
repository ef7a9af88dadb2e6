"""Deciding, for a whole suite, what each rule does where."""

from collections.abc import Mapping, Sequence

from gsd_run.changing.codemods.factories.adds import decide_adds, storing
from gsd_run.changing.codemods.factories.awaiting import wait_for_factories
from gsd_run.changing.codemods.factories.calls import Change, decide_call
from gsd_run.changing.codemods.factories.choices import settled
from gsd_run.changing.codemods.factories.decisions import Decisions, NewCall, Parameter
from gsd_run.changing.codemods.factories.expectations import expectations
from gsd_run.changing.codemods.factories.functions import Function
from gsd_run.changing.codemods.factories.members import decide_members
from gsd_run.changing.codemods.factories.reach import Reach, in_need, own_sessions
from gsd_run.changing.codemods.factories.rollbacks import commits_to_keep
from gsd_run.changing.codemods.factories.scene import Settled, scene_of
from gsd_run.changing.codemods.factories.sessions import usual_annotation
from gsd_run.changing.codemods.factories.suite import SESSION, Suite


def decide(suite: Suite, reach: Reach, *, guesses: bool) -> dict[str, Decisions]:
    """Return what is to be done, by file; with `guesses` also what can only be guessed."""
    plans = {source.path: Decisions(guesses=guesses) for source in suite.sources}
    _report(suite, plans)
    every: list[Settled] = []
    for function in suite.functions.values():
        one, undecided = settled(scene_of(suite, reach, function), suite, reach)
        every.append(one)
        plans[function.source.path].undecided += undecided
    for source in suite.sources:
        decide_members(source, suite, plans[source.path])
    stores = storing(suite, every)
    needing: list[Function] = []
    for one in every:
        plan = plans[one.scene.function.source.path]
        if one.chosen:
            _decide_function(one, suite, plan)
            needing += [one.scene.function] if _lacks_session(one, suite) else []
        decide_adds(one.scene, stores, plan)
    _hand_sessions_in(reach, in_need(reach, needing), plans)
    return plans


def _report(suite: Suite, plans: Mapping[str, Decisions]) -> None:
    """Note what no rule can do anything about."""
    for made in suite.made.values():
        if made.function is None and made.kind == "constructor":
            said = f"{made.model.name} is made outside of any function, without a session"
            plans[made.source.path].open(*made.where, said)
    for source in suite.sources:
        for node, name in suite.factory_values(source):
            said = f"{name} is handed on as a value; calls of it get no session here"
            plans[source.path].open(source.path, source.line(node), said)


def _decide_function(one: Settled, suite: Suite, plan: Decisions) -> None:
    scene = one.scene
    receivers = scene.receivers()
    inside = {made for move in one.moves for made in move.objects}
    expected = expectations(scene)
    for made, (factory, parents) in one.chosen.items():
        session = None if made in one.unstored else receivers.get(made.call, scene.session)
        about_error = made in inside or made in one.built
        change = Change(made, factory, parents, session, about_error, expected)
        decide_call(change, scene, suite, plan)
    wait_for_factories(one, plan)
    for made in one.held_back:
        said = f"{made.name or made.model.name} is built here and stored by the test later"
        plan.done("stored-later", *made.where, said)
    for move in one.moves:
        plan.moved[move.guard] = move.statements
        for made in move.objects:
            said = f"{made.name or made.model.name} is made inside the block that expects the error"
            plan.done("into-raises", *made.where, said)
    for statement in commits_to_keep(
        scene.flow, scene.made, one.chosen, scene.guards, scene.sessions
    ):
        plan.after[statement] = f"{scene.sessions[0]}.commit()"
        source = scene.function.source
        said = "committed as the factory did, since a rollback follows"
        plan.done("keep-committed", source.path, source.line(statement), said)


def _lacks_session(one: Settled, suite: Suite) -> bool:
    receivers = one.scene.receivers()
    open_calls = (
        made
        for made, (factory, _) in one.chosen.items()
        if made not in one.unstored
        and made.call not in receivers
        and SESSION not in made.keywords
        and factory.key not in suite.styles.bound
    )
    return not one.scene.sessions and next(open_calls, None) is not None


def _hand_sessions_in(
    reach: Reach, needing: Sequence[Function], plans: Mapping[str, Decisions]
) -> None:
    for function in needing:
        source = function.source
        name = reach.usual[source.path] or ""
        mine = [f for f in reach.suite.functions.values() if f.source is source]
        plan = plans[source.path]
        plan.parameters[function.node] = Parameter(name, usual_annotation(mine, name))
        said = f"{function.called} takes {name}"
        plan.done("session-parameter", source.path, source.line(function.node), said)
        if function.kind == "helper":
            _hand_on(reach, function, plans)


def _hand_on(reach: Reach, function: Function, plans: Mapping[str, Decisions]) -> None:
    """Let the callers of a helper hand their session on to it."""
    for call, caller in reach.callers.get(function.name, ()):
        if caller is None:
            continue
        path = caller.source.path
        held = own_sessions(reach, caller)
        plans[path].calls[call] = NewCall(first=held[0] if held else reach.usual[path] or "")
        said = f"{function.called} is handed the session"
        plans[path].done("session-argument", path, caller.source.line(call), said)
