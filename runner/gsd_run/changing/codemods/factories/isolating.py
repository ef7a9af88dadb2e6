"""Writing isolation into fixtures: a transaction around each test, and indexes made once."""

# ruff: noqa: N802  libcst asks for these names

from collections.abc import Mapping, Sequence

import libcst as cst
from msgspec import Struct

from gsd_run.changing.codemods.factories.functions import fixture_mark
from gsd_run.changing.codemods.factories.isolation import (
    MAKERS,
    SESSIONS,
    Modules,
    Opening,
    leaking,
)
from gsd_run.changing.codemods.factories.sessions import ASYNC
from gsd_run.changing.codemods.factories.source import Source, code, nodes, own_nodes, parse
from gsd_run.changing.python_merge import merge_python
from gsd_run.domain.change import Applied, Undecided

SAVEPOINT = '"create_savepoint"'

BEGIN = """\
{connection} = {wait}{engine}.connect()
{transaction} = {wait}{connection}.begin()
if not getattr({driver}, "in_transaction", True):
    # SQLite's driver begins late, and a savepoint needs a transaction that is open.
    {wait}{connection}.exec_driver_sql("BEGIN")
"""
ONCE = """\
for table in {metadata}.tables.values():
    # An index that is declared twice is made once: as the unique one, if one of them is.
    ordered = sorted(table.indexes, key=lambda index: bool(index.unique))
    table.indexes.intersection_update({{index.name: index for index in ordered}}.values())
"""


class Isolated(Struct, frozen=True):
    """Files with isolated sessions, by path; what was done, and what could not be."""

    texts: dict[str, str]
    applied: tuple[Applied, ...] = ()
    undecided: tuple[Undecided, ...] = ()


def isolated(
    sources: Sequence[Source], texts: Mapping[str, str], modules: Modules, doubled: Sequence[str]
) -> Isolated:
    """Isolate the sessions that fixtures open; `texts` are files as other rules have left them."""
    fresh = [_as_left(source, texts.get(source.path)) for source in sources]
    found: dict[str, str] = {}
    applied: list[Applied] = []
    undecided: list[Undecided] = []
    for index, source in enumerate(fresh):
        making = _create_alls(source) if doubled else {}
        for node in making:
            said = f"declared twice, made once: {', '.join(doubled)}"
            applied.append(_done("index-once", source, node, said))
        if making:
            found[source.path] = source.tree.visit(_Once(making)).code
            fresh[index] = _as_left(source, found[source.path])
    openings = leaking(fresh, modules)
    for source in fresh:
        mine = [o for o in openings if o.function.source is source]
        undecided += [_left(o, why) for o in mine if (why := _obstacle(o)) is not None]
        ready = {o.function.node: o for o in mine if _obstacle(o) is None}
        if ready:
            found[source.path] = _with_isolation(source, ready)
        for node, opening in ready.items():
            called = opening.function.called
            said = f"{called} rolls back what a test stores, in a transaction of its connection"
            applied.append(_done("isolated-session", source, node, said))
    return Isolated(found, tuple(applied), tuple(undecided))


def _as_left(source: Source, text: str | None) -> Source:
    """Return a file as other rules have left it."""
    if text is None or text == source.text:
        return source
    return parse(source.path, source.module, text)


def _done(rule: str, source: Source, node: cst.CSTNode, said: str) -> Applied:
    return Applied(rule=rule, path=source.path, line=source.line(node), message=said)


def _with_isolation(source: Source, openings: Mapping[cst.FunctionDef, Opening]) -> str:
    text = source.tree.visit(_Isolation(openings)).code
    imports = {o.engine.needed for o in openings.values() if o.engine.needed is not None}
    for node in openings:
        if node.returns is not None and next(own_nodes(node.body, cst.Return), None):
            kind = "AsyncIterator" if node.asynchronous is not None else "Iterator"
            imports.add(("collections.abc", kind))
    for module, name in sorted(imports):
        text = merge_python(text, f"from {module} import {name}\n")[0]
    return text


def _obstacle(opening: Opening) -> str | None:
    """Return why a session can't be isolated, or None."""
    if opening.function.scope != "function":
        return f"it lives for more than one ({opening.function.scope})"
    if opening.engine.source is None:
        return "it can't be told on which engine it works"
    if not opening.asynchronous and ASYNC.search(code(opening.function.node)):
        return "only an asynchronous fixture can begin an asynchronous transaction"
    if opening.function.called == "setup_method":
        return "a setup_method has no way to put things back"
    return None


def _left(opening: Opening, why: str) -> Undecided:
    source = opening.function.source
    said = f"what tests store in {opening.function.called} stays for the next test, and {why}"
    ways = ("a transaction of its connection that is rolled back", "drop_all after each test")
    line = source.line(opening.call)
    return Undecided(path=source.path, line=line, message=said, candidates=ways)


def _create_alls(source: Source) -> dict[cst.CSTNode, str]:
    """Return the statements that make all tables, each with the source of its metadata."""
    found: dict[cst.CSTNode, str] = {}
    for attribute in nodes(source.tree, cst.Attribute):
        if attribute.attr.value != "create_all":
            continue
        above = [attribute, *source.above(attribute)]
        line = next((n for n in above if isinstance(n, cst.SimpleStatementLine)), None)
        block = source.parents.get(line) if line is not None else None
        if line is None or "intersection_update" in code(block or line):
            continue
        found[line] = code(attribute.value)
    return found


class _Once(cst.CSTTransformer):
    """Puts a loop before each statement that makes all tables."""

    def __init__(self, making: Mapping[cst.CSTNode, str]) -> None:
        super().__init__()
        self.making = making

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
        metadata = self.making.get(original_node)
        if metadata is None:
            return updated_node
        loop = _statements(ONCE.format(metadata=metadata))
        return cst.FlattenSentinel([*loop, updated_node])


class _Isolation(cst.CSTTransformer):
    """Opens sessions on a connection whose transaction is rolled back at the end."""

    def __init__(self, openings: Mapping[cst.FunctionDef, Opening]) -> None:
        super().__init__()
        self.openings = openings
        self.calls = {o.call: o for o in openings.values()}

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        opening = self.calls.get(original_node)
        if opening is None:
            return updated_node
        kept = [a for a in updated_node.args if not _binds(a, updated_node)]
        last = [a.with_changes(comma=cst.MaybeSentinel.DEFAULT) for a in kept]
        more = _arguments(f"bind={_names(opening)[0]}, join_transaction_mode={SAVEPOINT}")
        return updated_node.with_changes(args=[*last, *more])

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        opening = self.openings.get(original_node)
        if opening is None or not isinstance(updated_node.body, cst.IndentedBlock):
            return updated_node
        body: list[cst.BaseStatement] = []
        for old, new in zip(original_node.body.body, updated_node.body.body, strict=True):
            body += _opened(opening, new) if old is opening.statement else [new]
        if fixture_mark(original_node) is None:
            block = updated_node.body.with_changes(body=body)
            return updated_node.with_changes(body=block)
        block = updated_node.body.with_changes(body=_ended(opening, body))
        handed = any(isinstance(n, cst.Return) for n in own_nodes(original_node.body, cst.Return))
        return _yielding(updated_node.with_changes(body=block), changed=handed)


def _names(opening: Opening) -> tuple[str, str]:
    """Return names for connection and transaction that the function doesn't use otherwise."""
    used = {n.value for n in nodes(opening.function.node, cst.Name)}
    one, other = (
        name if name not in used else f"{name}_of_test" for name in ("connection", "transaction")
    )
    return one, other


def _opened(opening: Opening, line: cst.BaseStatement) -> list[cst.BaseStatement]:
    """Return the statements that open a session inside a transaction."""
    connection, transaction = _names(opening)
    wait = "await " if opening.asynchronous else ""
    plain = f"{connection}.connection.dbapi_connection"
    waited = f"(await {connection}.get_raw_connection()).driver_connection"
    begin = BEGIN.format(
        connection=connection,
        transaction=transaction,
        wait=wait,
        engine=opening.engine.source,
        driver=waited if opening.asynchronous else plain,
    )
    if fixture_mark(opening.function.node) is None:
        cleanup = "addAsyncCleanup" if opening.asynchronous else "addCleanup"
        begin += f"self.{cleanup}({connection}.close)\nself.{cleanup}({transaction}.rollback)\n"
    if opening.engine.scoped:
        begin += f"{code(opening.call.func)}.remove()\n"
    lines = _statements(begin)
    lines[0] = lines[0].with_changes(leading_lines=getattr(line, "leading_lines", ()))
    bare = line.with_changes(leading_lines=()) if hasattr(line, "leading_lines") else line
    if opening.name is not None or not isinstance(bare, cst.SimpleStatementLine):
        return [*lines, bare]
    given = bare.body[0].value if isinstance(bare.body[0], (cst.Expr, cst.Return)) else None
    call = given.value if isinstance(given, cst.Yield) else given
    made = cst.ensure_type(_statements("session = None")[0], cst.SimpleStatementLine)
    assign = cst.ensure_type(made.body[0], cst.Assign).with_changes(value=call)
    return [*lines, made.with_changes(body=[assign]), *_statements("yield session")]


def _ended(opening: Opening, body: list[cst.BaseStatement]) -> list[cst.BaseStatement]:
    """Return a fixture's body that puts everything back after its test."""
    connection, transaction = _names(opening)
    wait = "await " if opening.asynchronous else ""
    name = opening.name or "session"
    if isinstance(body[-1], cst.SimpleStatementLine) and isinstance(body[-1].body[-1], cst.Return):
        value = cst.ensure_type(body[-1].body[-1], cst.Return).value
        yielded = cst.Expr(cst.Yield(value=value))
        body = [*body[:-1], body[-1].with_changes(body=[*body[-1].body[:-1], yielded])]
    text = code(opening.function.node.body)
    closed = f"{name}.close()" in text or isinstance(opening.statement, cst.With)
    lines = [] if closed else [f"{wait}{name}.close()"]
    lines += [f"{code(opening.call.func)}.remove()"] if opening.engine.scoped else []
    ending = _statements(
        "\n".join([*lines, f"{wait}{transaction}.rollback()", f"{wait}{connection}.close()"])
    )
    for index, line in enumerate(body):
        if isinstance(line, cst.Try) and line.finalbody and next(nodes(line, cst.Yield), None):
            held = line.finalbody.body
            block = held.with_changes(body=[*held.body, *ending])
            final = line.finalbody.with_changes(body=block)
            return [*body[:index], line.with_changes(finalbody=final), *body[index + 1 :]]
    return [*body, *ending]


def _yielding(function: cst.FunctionDef, *, changed: bool) -> cst.FunctionDef:
    """Return a function that yields what it used to return, with an annotation that says so."""
    if not changed or function.returns is None:
        return function
    kind = "AsyncIterator" if function.asynchronous is not None else "Iterator"
    written = cst.parse_expression(f"{kind}[{code(function.returns.annotation)}]")
    return function.with_changes(returns=function.returns.with_changes(annotation=written))


def _binds(argument: cst.Arg, call: cst.Call) -> bool:
    """Tell whether an argument says what a session works on."""
    if argument.keyword is not None:
        return argument.keyword.value in {"bind", "join_transaction_mode"}
    return code(call.func).split(".")[-1] in {*SESSIONS, *MAKERS} and call.args[0] is argument


def _arguments(source: str) -> Sequence[cst.Arg]:
    return cst.ensure_type(cst.parse_expression(f"f({source})"), cst.Call).args


def _statements(source: str) -> list[cst.BaseStatement]:
    return list(cst.parse_module(source).body)
