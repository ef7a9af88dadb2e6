"""Asynchronous sessions: factories are synchronous, so they build, or run inside `run_sync`.

What a test adds itself is built by the factory and added as before. A factory that stores is
handed to the session's `run_sync`, which gives it the plain session.
"""

from collections.abc import Iterator, Mapping, Sequence

import libcst as cst
from msgspec import Struct
from msgspec.structs import replace

from gsd_run.changing.codemods.factories.decisions import Decisions
from gsd_run.changing.codemods.factories.fields import parent_slot
from gsd_run.changing.codemods.factories.functions import Function
from gsd_run.changing.codemods.factories.generate import main_factory
from gsd_run.changing.codemods.factories.guards import Move
from gsd_run.changing.codemods.factories.parents import Parents
from gsd_run.changing.codemods.factories.scene import Scene, Settled
from gsd_run.changing.codemods.factories.schema import Factory
from gsd_run.changing.codemods.factories.suite import SESSION, Made, Suite, given_columns

PLAIN = "plain_session"
BARE = (
    cst.AnnAssign,
    cst.Arg,
    cst.Assign,
    cst.Element,
    cst.Expr,
    cst.ListComp,
    cst.NamedExpr,
    cst.Return,
)


class Left(Struct, frozen=True):
    """Why a call stays as it is, and what it might have become."""

    why: str
    candidates: tuple[str, ...] = ()


def async_reasons(made: Made, suite: Suite, function: Function) -> Iterator[Left]:
    """Yield why a call can't be changed where the session is asynchronous."""
    factory = made.factory or main_factory(suite.schema, made.model.key)[0]
    if factory is None or SESSION in made.keywords:
        return
    if made.kind == "factory" and function.node.asynchronous is None:
        yield Left("the session is asynchronous, and a function that is not can't wait for it")
    given = given_columns(made)
    for column in made.model.columns:
        slot = parent_slot(factory, suite.schema, column.key) if column.targets else None
        if made.kind == "constructor" and column.key not in given and slot in factory.hidden:
            said = f"a {made.model.name} that is only built gets no {column.key}: no relationship"
            yield Left(f"the session is asynchronous, and {said} carries it")


def settled_async(
    scene: Scene,
    chosen: dict[Made, tuple[Factory, Parents]],
    built: set[Made],
    moves: Sequence[Move],
) -> Settled:
    """Return what was settled where nothing is stored before the test adds it: nothing moves."""
    about_errors = built | {made for move in moves for made in move.objects}
    constructed = {made for made in chosen if made.kind == "constructor"}
    later = constructed - about_errors
    return Settled(
        scene,
        chosen,
        frozenset(about_errors & constructed),
        frozenset(later),
        (),
        asynchronous=True,
    )


def wait_for_factories(one: Settled, plan: Decisions) -> None:
    """Let calls that store run inside the asynchronous session; inner ones run with the outer."""
    function = one.scene.function
    if function.node.asynchronous is None or not one.asynchronous:
        return
    storing = {made.call: made for made in one.chosen if made not in one.unstored}
    for call, made in storing.items():
        change = plan.calls.get(call)
        given: Mapping[str, str] = dict(change.last) if change is not None else {}
        if change is None or SESSION not in given:
            continue
        inside = any(outer in storing for outer in made.source.above(call))
        last = tuple((k, PLAIN if k == SESSION else v) for k, v in change.last)
        session = None if inside else given[SESSION]
        plan.calls[call] = replace(change, last=last, awaited=session)


def run_in(session: str, call: cst.BaseExpression, parent: cst.CSTNode) -> cst.BaseExpression:
    """Return a call that the session runs and the function waits for."""
    lambda_ = cst.Lambda(params=cst.Parameters(params=[cst.Param(name=cst.Name(PLAIN))]), body=call)
    run = cst.Call(
        func=cst.Attribute(value=cst.parse_expression(session), attr=cst.Name("run_sync")),
        args=[cst.Arg(lambda_)],
    )
    waited = cst.Await(run)
    if isinstance(parent, BARE):
        return waited
    return waited.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
