"""Python code that a command holds: the programs that it runs, and the files that it opens."""

import ast
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from gsd_run.outside.calls import Call, Word
from gsd_run.outside.command_words import program_of

_RUNNERS = frozenset({"run", "call", "check_call", "check_output", "Popen", "getoutput"})
_KEPT = 1024


class Run(Struct, frozen=True, kw_only=True):
    """A program that Python code runs: as a call, or as a script for the shell, and where.

    `line` counts from 0 within the code; so do the places of the call's words.
    """

    call: Call | None = None
    script: str = ""
    folder: str = ""
    line: int = 0


class Opened(Struct, frozen=True, kw_only=True):
    """A file that Python code opens; `line` counts from 0 within the code."""

    path: str
    line: int
    writes: bool = False


class PythonCode(Struct, frozen=True, kw_only=True):
    """What code runs and opens, and the texts in it: (text, line, whether `in` asks for it)."""

    runs: tuple[Run, ...] = ()
    opened: tuple[Opened, ...] = ()
    texts: tuple[tuple[str, int, bool], ...] = ()
    names: frozenset[str] = frozenset()


def code_of(call: Call) -> Word | None:
    """Return the Python code that a command is given by -c or a here-document."""
    if not call.program.startswith("python"):
        return None
    for place, word in enumerate(call.arguments[:-1]):
        if word.text == "-c":
            code = call.arguments[place + 1]
            return code if code.literal else None
    named = [word for word in call.arguments if word.text != "-"]
    documents = [one.target for one in call.redirections if one.operator == "<<"]
    return documents[0] if documents and not named else None


@lru_cache(maxsize=_KEPT)
def read_code(code: str) -> PythonCode | None:
    """Return what Python code does, or None when it is no Python.

    A here-document's text has its closing mark as its last line; that is a name to Python.
    """
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    nodes = list(ast.walk(tree))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    asked = {
        id(node.left)
        for node in nodes
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn)
    }
    return PythonCode(
        runs=tuple(run for call in calls for run in _run(call)),
        opened=tuple(one for call in calls for one in _opened(call)),
        texts=tuple(
            (node.value, node.lineno - 1, id(node) in asked)
            for node in nodes
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ),
        names=frozenset(
            node.attr if isinstance(node, ast.Attribute) else node.id
            for node in nodes
            if isinstance(node, ast.Attribute | ast.Name)
        ),
    )


def _name(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _run(call: ast.Call) -> Iterator[Run]:
    name = _name(call)
    if not call.args or name not in _RUNNERS | {"system"}:
        return
    folder = next((_text(word.value) for word in call.keywords if word.arg == "cwd"), "") or ""
    first = call.args[0]
    if isinstance(first, ast.List | ast.Tuple):
        words = tuple(
            Word(
                text=text or "", start=part.lineno - 1, source=text or "", literal=text is not None
            )
            for part, text in ((part, _text(part)) for part in first.elts)
        )
        program, rest = program_of([word.text for word in words])
        made = Call(
            kind="command",
            start=0,
            end=0,
            words=words,
            program=program,
            arguments=words[len(words) - len(rest) :],
        )
        yield Run(call=made, folder=folder, line=first.lineno - 1)
    elif script := _text(first):
        yield Run(script=script, folder=folder, line=first.lineno - 1)


def _opened(call: ast.Call) -> Iterator[Opened]:
    name = _name(call)
    path = _text(call.args[0]) if call.args else None
    if name == "open" and path and isinstance(call.func, ast.Name):
        mode = _text(call.args[1]) if len(call.args) > 1 else "r"
        mode = next((_text(word.value) for word in call.keywords if word.arg == "mode"), mode)
        yield Opened(path=path, line=call.lineno - 1, writes=bool(set(mode or "w") & set("wax")))


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
