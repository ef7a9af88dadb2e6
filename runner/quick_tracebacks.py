# ruff: noqa: INP001
"""A plugin of pytest, for the tests' own runs of pytest: the same tracebacks, drawn sooner.

pytest parses each file that a traceback passes through, once for each failure; where 32 tests fail
inside SQLAlchemy, that is four fifths of its time. Here a file is parsed once in a session. It
lies in this folder because that is where every Python of the environment finds it, whatever
PYTHONPATH the command of a plan sets.
"""

import ast
from pathlib import Path

from _pytest._code.code import ExceptionInfoFormatter

_OF_FILES: dict[tuple[Path, int, int], ast.AST] = {}


class _Trees(dict[str | Path, ast.AST]):
    """The parsed sources of one traceback; those of files are shared, as long as they are as is."""

    def get(self, key: str | Path, default: object = None) -> object:
        kept = _OF_FILES.get(_signed(key)) if isinstance(key, Path) else super().get(key)
        return default if kept is None else kept

    def __setitem__(self, key: str | Path, tree: ast.AST) -> None:
        if isinstance(key, Path):
            _OF_FILES[_signed(key)] = tree
        else:
            super().__setitem__(key, tree)


def _signed(path: Path) -> tuple[Path, int, int]:
    state = path.stat()
    return path, state.st_mtime_ns, state.st_size


def pytest_configure() -> None:
    """Let every traceback of this session share what was parsed."""
    made = ExceptionInfoFormatter.__init__

    def begun(formatter: ExceptionInfoFormatter, *given: object, **named: object) -> None:
        made(formatter, *given, **named)
        formatter.astcache = _Trees()

    ExceptionInfoFormatter.__init__ = begun
