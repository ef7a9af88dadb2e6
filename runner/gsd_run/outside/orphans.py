"""Processes whose parent has ended: taken in, so that none of a program's gets away.

A program can start a process, give it a session of its own and an empty environment, and end its
parent: nothing about such a process tells any more whose it is. On Linux orphans come to the
nearest process that asks for them. gsd-run does, and so knows them: a child that it did not start
itself was somebody's orphan.
"""

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

_PR_SET_CHILD_SUBREAPER = 36  # from <linux/prctl.h>
_LOCK = threading.Lock()
_STARTED = set[int]()


@contextlib.contextmanager
def started(argv: Sequence[str], **options: Any) -> Iterator["subprocess.Popen[bytes]"]:  # noqa: ANN401 - as Popen has them
    """Start a program as Popen does; it is no orphan. It must have ended when the block does."""
    with _LOCK:
        process = subprocess.Popen(list(argv), **options)
        _STARTED.add(process.pid)
    try:
        yield process
    finally:
        _STARTED.discard(process.pid)


@cache
def take_in() -> bool:
    """Let orphans come to this process from now on; tell whether the system can do that."""
    if sys.platform != "linux":
        return False
    import ctypes  # noqa: PLC0415 - only needed once, and only here

    with contextlib.suppress(OSError, AttributeError):
        return bool(ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)
    return False


def is_orphan(pid: int, parent: int, session: int) -> bool:
    """Tell whether a process, by what the system lists of it, is an orphan that came to us."""
    if parent != os.getpid() or session == os.getsid(0):
        return False
    with _LOCK:  # what another thread starts now is known once it has the lock
        return pid not in _STARTED


def is_anothers(pid: int, mark: str | None) -> bool:
    """Tell whether an orphan is git's, or carries the mark of another program."""
    with contextlib.suppress(OSError):
        environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        marks = [
            one for one in environment if one.startswith((b"GSD_RUN_OUT=", b"GSD_RUN_PROGRAM="))
        ]
        if marks:
            return mark is None or mark.encode() not in marks
        # git's own housekeeping goes on by itself after a commit.
        return b"GIT_TERMINAL_PROMPT=0" in environment and _name(pid) == "git"
    return False


def _name(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text().strip()
    return ""


def bury(pid: int) -> None:
    """Take notice of an orphan's end, which nobody else does."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
