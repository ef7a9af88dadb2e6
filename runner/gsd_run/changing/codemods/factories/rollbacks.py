"""Rows that a factory used to commit, and that a later rollback must not take away."""

from collections.abc import Collection, Sequence

import libcst as cst

from gsd_run.changing.codemods.factories.flow import Flow, flushes, names_in
from gsd_run.changing.codemods.factories.guards import Guard
from gsd_run.changing.codemods.factories.source import code, own_nodes
from gsd_run.changing.codemods.factories.suite import SESSION, Made


def commits_to_keep(
    flow: Flow,
    made: Sequence[Made],
    chosen: Collection[Made],
    guards: Sequence[Guard],
    sessions: Sequence[str],
) -> tuple[cst.CSTNode, ...]:
    """Return the statements behind which a commit is needed.

    A factory without a session of the test commits at once, so its rows outlive a rollback of
    the test's session. With the session they are only flushed. A commit is put behind the last
    such call before a rollback, if what it made is used after the rollback, and no object that
    the rollback is to discard is made before it.
    """
    function = flow.function
    if not sessions or not isinstance(function.node.body, cst.IndentedBlock):
        return ()
    body = function.node.body.body
    found: list[cst.CSTNode] = []
    for index, statement in enumerate(body):
        if not _calls_session(statement, sessions, "rollback"):
            continue
        before = list(body[:index])
        guarded = {guard.node for guard in guards}
        last: int | None = None
        discarded = False
        for at, earlier in enumerate(before):
            mine = [m for m in made if _inside(flow, m.call, earlier) and m in chosen]
            if _calls_session(earlier, sessions, "commit") and earlier not in guarded:
                last, discarded = None, False
            elif any(m.kind == "constructor" for m in mine):
                discarded = True
            elif any(SESSION not in m.keywords for m in mine) and earlier not in guarded:
                last = None if discarded else at
        names = _names_made(flow, made, before)
        after = body[index + 1 :]
        used = any(names & names_in(s) or flushes(s, sessions) for s in after)
        if last is not None and used:
            found.append(before[last])
    return tuple(dict.fromkeys(found))


def _calls_session(statement: cst.CSTNode, sessions: Sequence[str], method: str) -> bool:
    return any(
        isinstance(call.func, cst.Attribute)
        and call.func.attr.value == method
        and code(call.func.value) in sessions
        for call in own_nodes(statement, cst.Call)
    )


def _inside(flow: Flow, node: cst.CSTNode, outer: cst.CSTNode) -> bool:
    return any(parent is outer for parent in flow.function.source.above(node))


def _names_made(
    flow: Flow, made: Sequence[Made], statements: Sequence[cst.CSTNode]
) -> frozenset[str]:
    return frozenset(
        one.name
        for one in made
        if one.name and any(_inside(flow, one.call, statement) for statement in statements)
    )
