"""What runs before every test of a Python project, and may change what is tested."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from gsd_run.checking.integrity.weakening import Weakening
from gsd_run.domain import lazy

_FILES = frozenset({"conftest.py", "sitecustomize.py", "usercustomize.py"})
# Statements of a module that set up the way to the code, not what it does.
_SETS_UP = lazy.pattern(
    r"(?:sys\.path|os\.environ|environ|warnings|logging|load_dotenv|dotenv|django\.setup"
    r"|settings|asyncio\.set_event_loop|register|pytest\.register|faker|Faker|random|np|torch"
    r"|matplotlib|hypothesis)\b"
)
_REPLACES = lazy.pattern(
    r"\b(?:monkeypatch|mp)\.(?:setattr|setitem|delattr)\b|\bmocker\.patch|\bpatch(?:\.object)?\("
    r"|\bsetattr\(|\b(?:sys|os)\._?exit\b|\bpytest\.exit\b"
)


def set_up(path: str, before: str | None, now: str | None) -> Iterator[Weakening]:
    """Return what a conftest.py does for every test that could make them pass, if it is new.

    Statements at its top that are no definitions, fixtures for all tests that replace something,
    and plugins by name. What stands in `pytest_` hooks is compared elsewhere.
    """
    if PurePosixPath(path).name not in _FILES or now is None:
        return
    known = set(_doing(before or ""))
    for text, line, told in ((key, *_doing(now)[key]) for key in _doing(now)):
        if text not in known:
            what = f"{told} is new, and runs before every test: {text.splitlines()[0][:60]}"
            yield Weakening(path=path, line=line, what=what, kind="hollow", everywhere=True)


def _doing(text: str) -> dict[str, tuple[int, str]]:
    """Return what a module does for every test, as it is written, with its line and sort."""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError):
        return {}
    return {ast.unparse(one): (one.lineno, told) for one in body for told in _sorts(one)}


def _sorts(statement: ast.stmt) -> Iterator[str]:
    text = ast.unparse(statement)
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            marks = " ".join(ast.unparse(one) for one in statement.decorator_list)
            if re.search(r"autouse\s*=\s*True", marks) and _REPLACES.search(text):
                yield "a fixture that replaces something"
        case ast.ClassDef() | ast.Import() | ast.ImportFrom() | ast.Pass():
            return
        case ast.Expr(value=ast.Constant()):
            return
        case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            names = [ast.unparse(one) for one in targets]
            if names == ["pytest_plugins"]:
                yield "a plugin"
            elif not all(isinstance(one, ast.Name) for one in targets) and not all(
                _SETS_UP.match(name) for name in names
            ):
                yield "this assignment"
        case ast.If() | ast.Try() | ast.With() | ast.For():
            inner = [*statement.body, *getattr(statement, "orelse", [])]
            yield from (sort for one in inner for sort in _sorts(one))
        case _:
            if not _SETS_UP.match(text):
                yield "this statement"
