"""Blocks that expect an error: which objects made before them have to be made inside."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import libcst as cst
from msgspec import Struct

from gsd_run.changing.codemods.factories.contexts import (
    caught,
    error_names,
    expected_errors,
    running_errors,
)
from gsd_run.changing.codemods.factories.flow import Flow, calls_held, flushes, names_in
from gsd_run.changing.codemods.factories.functions import Function
from gsd_run.changing.codemods.factories.schema import Schema
from gsd_run.changing.codemods.factories.source import code, own_nodes
from gsd_run.changing.codemods.factories.suite import Made, assigned_later
from gsd_run.changing.codemods.factories.violations import Violation, violation

DATABASE_ERRORS = frozenset({
    "IntegrityError", "DBAPIError", "DatabaseError", "DataError", "StatementError", "FlushError",
    "OperationalError", "ProgrammingError", "InternalError", "SQLAlchemyError", "Exception",
    "UniqueViolation", "NotNullViolation", "ForeignKeyViolation", "PendingRollbackError",
})  # fmt: skip

Block = cst.With | cst.Try | cst.SimpleStatementLine


class Guard(Struct, frozen=True, eq=False):
    """A block that expects an error; `database` tells whether one that comes from storing.

    It may also be a statement such as `pytest.raises(IntegrityError, db.commit)`.
    """

    node: Block
    database: bool
    errors: tuple[str, ...] = ()

    @property
    def body(self) -> cst.CSTNode:
        """Return where the error is expected."""
        return self.node if isinstance(self.node, cst.SimpleStatementLine) else self.node.body

    @property
    def takes_statements(self) -> bool:
        """Tell whether statements can be moved into it."""
        return not isinstance(self.node, cst.SimpleStatementLine)


class Move(Struct, frozen=True, eq=False):
    """Statements that go to the head of a guard's body, in order, and the objects for it."""

    guard: Block
    statements: tuple[cst.CSTNode, ...]
    objects: tuple[Made, ...]


class Later(Struct, frozen=True, eq=False):
    """Objects that must be made before a guard, yet only stored inside: they are built."""

    objects: tuple[Made, ...]


def guards_of(function: Function) -> tuple[Guard, ...]:
    """Return the blocks of a function that expect an error, in order."""
    found = []
    contexts = function.source.contexts
    for block in own_nodes(function.node.body, cst.With):
        expected = [n for item in block.items for n in expected_errors(item.item, contexts)]
        if expected:
            found.append(Guard(block, bool(DATABASE_ERRORS & set(expected)), tuple(expected)))
    for line in own_nodes(function.node.body, cst.SimpleStatementLine):
        calls = own_nodes(line, cst.Call)
        called = [name for call in calls for name in running_errors(call, contexts)]
        if called:
            found.append(Guard(line, bool(DATABASE_ERRORS & set(called)), tuple(called)))
    for attempt in own_nodes(function.node.body, cst.Try):
        names = [name for kind in caught(attempt) for name in error_names(kind, contexts)]
        if DATABASE_ERRORS - {"Exception"} & set(names):
            found.append(Guard(attempt, database=True, errors=tuple(names)))
    return tuple(found)


def is_to_fail(function: Function) -> bool:
    """Tell whether a whole test is marked as one that a database error ends."""
    return any(
        argument.keyword is not None
        and argument.keyword.value == "raises"
        and bool(DATABASE_ERRORS & set(error_names(argument.value, function.source.contexts)))
        for decorator in function.node.decorators
        if isinstance(decorator.decorator, cst.Call)
        and code(decorator.decorator.func).endswith("xfail")
        for argument in decorator.decorator.args
    )


def guard_around(function: Function, guards: Sequence[Guard], node: cst.CSTNode) -> Guard | None:
    """Return the guard in whose body a node stands, if any."""
    by_body = {guard.body: guard for guard in guards}
    return next((by_body[n] for n in function.source.above(node) if n in by_body), None)


def near_guard(
    function: Function, guards: Sequence[Guard], node: cst.CSTNode, sessions: Sequence[str]
) -> bool:
    """Tell whether a node stands where a database error is expected, or pending before that."""
    return any(
        _within(function, node, place)
        for guard in guards
        if guard.database
        for place in (guard.body, *_statements_before(function, guard.node, sessions))
    )


def settle(
    guard: Guard,
    flow: Flow,
    made: Sequence[Made],
    schema: Schema,
    sessions: Sequence[str],
    only_adds: Callable[[cst.CSTNode], bool],
) -> Move | Later | None:
    """Say which objects made before a guard must be made inside it, if any.

    `made` is everything made in the function, in order; `only_adds` tells of a statement that it
    does nothing but add objects, which a factory does by itself.
    """
    function = flow.function
    before = _statements_before(function, guard.node, sessions)
    pending = [
        one
        for one in made
        if any(_within(function, one.call, statement) for statement in before)
        and (one.kind == "constructor" or "_session" not in one.keywords)
    ]
    early = [one for one in made if one not in pending and _is_added_in(flow, one, before, guard)]
    pending = [one for one in made if one in pending or one in early]
    inside = [one for one in made if _within(function, one.call, guard.body)]
    kinds = {o: violation(o, made_before(made, o), flow, schema) for o in (*pending, *inside)}
    stores = not guard.takes_statements or flushes(guard.body, sessions) or _adds(guard, flow)
    chosen = _violators(pending, inside, kinds, stores=stores)
    if not chosen:
        return None
    moving = _with_followers(function, before, chosen, only_adds)
    names = {n for statement in moving for n in _bound_in(statement)}
    held_back = any(list(own_nodes(s, cst.Assert)) or _is_assert(s) for s in moving)
    changed = any(assigned_later(one) for one in chosen)
    if changed or not guard.takes_statements or set(early) & set(chosen):
        return Later(tuple(chosen))
    if held_back or _used_after(function, guard.node, names):
        return Later(tuple(chosen))
    return Move(guard.node, tuple(moving), tuple(chosen))


def _is_added_in(flow: Flow, one: Made, before: Sequence[cst.CSTNode], guard: Guard) -> bool:
    """Tell whether an object that was made earlier is added in one of these places only."""
    function = flow.function
    if one.kind != "constructor" or not one.source.before(one.call, guard.node):
        return False
    adds = [add for add in flow.adds if one.call in set(calls_held(flow, add.given))]
    places = [*before, guard.body]
    return bool(adds) and all(
        any(_within(function, add.call, place) for place in places) for add in adds
    )


def _is_assert(statement: cst.CSTNode) -> bool:
    return isinstance(statement, cst.SimpleStatementLine) and any(
        isinstance(part, cst.Assert) for part in statement.body
    )


def _adds(guard: Guard, flow: Flow) -> bool:
    return any(_within(flow.function, add.call, guard.body) for add in flow.adds)


def _violators(
    pending: Sequence[Made],
    inside: Sequence[Made],
    kinds: Mapping[Made, Violation],
    *,
    stores: bool,
) -> list[Made]:
    """Return the pending objects that violate something: by what they say, else by omission.

    Where the code shows no violation (a check constraint, say) and the block does nothing but
    store what is pending, all of that moves.
    """
    said = [one for one in pending if kinds[one] in {"duplicate", "none", "no parent", "check"}]
    if said or any(kinds[one] for one in inside):
        return said
    constructed = [one for one in pending if one.kind == "constructor"]
    lacking = [one for one in constructed if kinds[one] == "missing"]
    return lacking or (constructed if stores and not inside else [])


def made_before(made: Sequence[Made], one: Made) -> list[Made]:
    """Return what is made before an object."""
    return [other for other in made if other is not one and one.source.before(other.call, one.call)]


def _statements_before(
    function: Function, node: cst.CSTNode, sessions: Sequence[str]
) -> list[cst.CSTNode]:
    """Return the statements before a block since the session last wrote, outer blocks included."""
    found: list[cst.CSTNode] = []
    child: cst.CSTNode = node
    for parent in function.source.above(node):
        if isinstance(parent, cst.IndentedBlock):
            at = next(i for i, statement in enumerate(parent.body) if statement is child)
            for statement in reversed(parent.body[:at]):
                if flushes(statement, sessions):
                    return found
                found.insert(0, statement)
        if parent is function.node or isinstance(parent, (cst.For, cst.While)):
            break
        child = parent
    return found


def _within(function: Function, node: cst.CSTNode, outer: cst.CSTNode) -> bool:
    return node is outer or any(parent is outer for parent in function.source.above(node))


def _with_followers(
    function: Function,
    before: Sequence[cst.CSTNode],
    chosen: Sequence[Made],
    only_adds: Callable[[cst.CSTNode], bool],
) -> list[cst.CSTNode]:
    """Return the statements that make the chosen objects, and those after them that use them."""
    moving: list[cst.CSTNode] = []
    names: set[str] = set()
    for statement in before:
        makes = any(_within(function, one.call, statement) for one in chosen)
        follows = bool(names & names_in(statement)) and not only_adds(statement)
        if makes or follows:
            moving.append(statement)
            names |= set(_bound_in(statement))
    return moving


def _bound_in(statement: cst.CSTNode) -> Iterator[str]:
    for target in own_nodes(statement, cst.AssignTarget):
        yield from names_in(target.target) if isinstance(target.target, cst.Name) else ()
    for annotated in own_nodes(statement, cst.AnnAssign):
        yield from names_in(annotated.target) if isinstance(annotated.target, cst.Name) else ()


def _used_after(function: Function, node: cst.CSTNode, names: set[str]) -> bool:
    end = function.source.positions[node].end
    for name in own_nodes(function.node.body, cst.Name):
        start = function.source.positions[name].start
        later = (start.line, start.column) > (end.line, end.column)
        if later and name.value in names and _is_read(function, name):
            return True
    return False


def _is_read(function: Function, name: cst.Name) -> bool:
    parent = function.source.parents[name]
    if isinstance(parent, cst.Attribute):
        return parent.value is name
    if isinstance(parent, cst.Arg):
        return parent.value is name
    return not isinstance(parent, cst.AssignTarget)
