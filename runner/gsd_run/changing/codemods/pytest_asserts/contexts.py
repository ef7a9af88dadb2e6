"""`assertRaises` and `assertRaisesRegex`, as context managers and with a callable."""

import ast
from collections.abc import Iterator

from gsd_run.changing.codemods.pytest_asserts.assertions import Left
from gsd_run.changing.codemods.pytest_asserts.expressions import is_certain
from gsd_run.changing.codemods.pytest_asserts.source import Source

Splice = tuple[int, int, str]

RAISES = frozenset({"assertRaises", "assertRaisesRegex", "assertRaisesRegexp"})
# Where one of these is expected, an attribute that is missing would do as well.
_WIDE = frozenset({"AttributeError", "Exception", "BaseException"})


def managed(source: Source, call: ast.Call, name: str) -> list[Splice]:
    """Return the splices that make a context manager one of pytest's.

    Raises:
        Left: it has a message, or arguments that do not fit.
    """
    keywords = {one.arg: one for one in call.keywords}
    needed = 2 if name != "assertRaises" else 1
    if set(keywords) - {"expected_exception", "expected_regex"} or any(
        isinstance(one, ast.Starred) for one in call.args
    ):
        raise Left("pytest.raises takes no message")
    if len(call.args) + len(keywords) != needed:
        raise Left("its arguments do not fit")
    splices = [(*source.span(call.func), "pytest.raises")]
    if needed == 1:
        return splices
    pattern = keywords["expected_regex"].value if "expected_regex" in keywords else call.args[1]
    if isinstance(pattern, ast.Constant) and not pattern.value:
        raise Left("an empty pattern matches everything")
    if "expected_regex" in keywords:
        start, _ = source.span(keywords["expected_regex"].value)
        begin = source.text.rindex("expected_regex", 0, start)
        return [*splices, (begin, begin + len("expected_regex"), "match")]
    start, _ = source.span(pattern)
    # What stands in brackets of its own keeps them.
    while source.text[:start].rstrip().endswith("(") and not _opens(source, call, start):
        start = source.text.rindex("(", 0, start)
    return [*splices, (start, start, "match=")]


def _opens(source: Source, call: ast.Call, start: int) -> bool:
    """Tell whether the bracket before an argument is that of the call."""
    return source.text.rindex("(", 0, start) <= source.span(call.func)[1] + 1


def caught(source: Source, item: ast.withitem) -> tuple[ast.Name, list[Splice]] | None:
    """Return the name that the context manager is given, and the splices where it is used.

    Raises:
        Left: it is used for something else than its exception.
    """
    if item.optional_vars is None:
        return None
    if not isinstance(item.optional_vars, ast.Name):
        raise Left("keeps what it catches elsewhere than in a variable")
    name = item.optional_vars
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    scope = next((one for one in source.above(item) if isinstance(one, functions)), source.tree)
    splices: list[Splice] = []
    for used in ast.walk(scope):
        if isinstance(used, ast.Name) and used.id == name.id and used is not name:
            splices += _use(source, used, name)
    return name, splices


def _use(source: Source, used: ast.Name, name: ast.Name) -> Iterator[Splice]:
    around = source.parents[used]
    if isinstance(around, ast.withitem) and _raises(around.context_expr):
        return
    if isinstance(around, ast.Attribute) and around.attr == "exception":
        _, end = source.span(around)
        yield (end - len("exception"), end, "value")
        return
    raise Left(f"{name.id} is used for something else than its exception, in line {used.lineno}")


def _raises(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in RAISES
    )


def called(
    source: Source, statement: ast.Expr, call: ast.Call, name: str, *, own_line: bool
) -> str:
    """Return what takes the place of an assertion that is given a callable.

    Only the call itself may raise inside of a `with`, so that one whose arguments may raise on
    their own stays a call of pytest.raises.

    Raises:
        Left: there is no form that means the same.
    """
    lead = 2 if name != "assertRaises" else 1
    spread = any(isinstance(one, ast.Starred) for one in call.args[: lead + 1])
    given = {one.arg for one in call.keywords}
    if spread or given & {
        "expected_exception",
        "expected_regex",
        "callable",
        "msg",
        "match",
        "func",
    }:
        raise Left("its arguments do not fit")
    error, *rest = call.args
    function, arguments = rest[lead - 1], rest[lead:]
    texts = [source.code(one) for one in arguments]
    texts += [
        f"{one.arg}={source.code(one.value)}" if one.arg else f"**{source.code(one.value)}"
        for one in call.keywords
    ]
    sure = all(is_certain(one) for one in (*arguments, *(k.value for k in call.keywords)))
    inner = _inner(source, function, texts, ast.unparse(error))
    expected = source.code(error)
    if lead > 1:
        expected += f", match={source.code(rest[0])}"
        if isinstance(rest[0], ast.Constant) and not rest[0].value:
            raise Left("an empty pattern matches everything")
    if inner and sure and own_line and not any("\n" in one for one in (inner, expected)):
        indent = source.lines[statement.lineno - 1][: source.indent(statement.lineno)]
        deeper = indent + ("\t" if "\t" in indent else "    ")
        return f"with pytest.raises({expected}):\n{deeper}{inner}"
    if lead > 1:
        raise Left("its arguments may raise the error themselves, outside of the call")
    return f"pytest.raises({', '.join([expected, source.code(function), *texts])})"


def _inner(source: Source, function: ast.expr, texts: list[str], error: str) -> str:
    """Return the call to make, "" where looking up what is called may raise the error."""
    if isinstance(function, ast.Lambda):
        plain = not ast.unparse(function.args) and not texts
        return source.code(function.body) if plain else ""
    looked_up = function
    while isinstance(looked_up, ast.Attribute):
        looked_up = looked_up.value
    wide = any(one in error for one in _WIDE)
    if not isinstance(looked_up, ast.Name) or (wide and looked_up is not function):
        return ""
    return f"{source.code(function)}({', '.join(texts)})"
