"""gsd-run, loaded once: each call is a fork of this process, and as separate as any other process.

Starting Python, importing and compiling patterns takes longer than most of what the tests then
do. The words, the folder, the environment, the outputs and the exit status are what they would be.
"""

import atexit
import gc
import importlib
import json
import os
import runpy
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from gsd_run.cli.command_line import names, parser
from gsd_run.domain import lazy


def called(
    program: str, words: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> tuple[int, str, str]:
    """Call a module by its name, or a script by its path, as `python` would, in a folder.

    Return the exit status and what was printed, stderr last.
    """
    waiting = _waiting()
    assert waiting.stdin is not None
    assert waiting.stdout is not None
    with TemporaryDirectory() as place:
        outputs = [Path(place) / name for name in ("out", "err")]
        call = [program, list(words), str(folder), dict(environment), *map(str, outputs)]
        waiting.stdin.write(json.dumps(call) + "\n")
        waiting.stdin.flush()
        status = int(waiting.stdout.readline())
        out, err = (one.read_text() for one in outputs)
        return status, out, err


@cache
def _waiting() -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    atexit.register(process.communicate)  # it ends when its input does
    return process


def serve() -> None:
    """Carry out the calls that are read, one a line, and print their exit statuses."""
    for command in names(parser()):
        importlib.import_module(f"gsd_run.cli.{command}")
    for library in ("sqlalchemy.dialects.sqlite", "jinja2"):  # heavy, and many tests need them
        importlib.import_module(library)
    for one in gc.get_objects():
        if isinstance(one, lazy.Uncompiled):
            one.search  # noqa: B018 - this compiles it
    gc.freeze()  # no collection copies the pages that the forks share
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _become(*json.loads(line))
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"{status}\n")
        sys.stdout.flush()


def _become(
    program: str, words: list[str], folder: str, environment: dict[str, str], out: str, err: str
) -> None:
    for number, path in enumerate((os.devnull, out, err)):
        os.dup2(os.open(path, os.O_RDWR | os.O_CREAT), number)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = [program, *words]
    if program.endswith(".py"):
        runpy.run_path(program, run_name="__main__")
    else:
        sys.path[0] = folder
        runpy.run_module(program, run_name="__main__", alter_sys=True)
    sys.exit()


if __name__ == "__main__":
    serve()
