"""Call gsd-run and let it be killed, or let the system fail it, at one of its actions.

    dying.py MODE NUMBER REPORT WORDS…

MODE is `count`, `kill` (SIGKILL), or an error's name: `EIO` fails the action with that number,
`ENOSPC+` that one and all after it. An action is what others can see and a crash can come
between: a file opened for writing, renamed or removed, a folder made, a file synced, a program
started. REPORT gets the actions that were counted, one a line, when the program ends.
"""

import errno
import os
import runpy
import signal
import sys
from pathlib import Path

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
NAMED = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "os.truncate", "os.link"}


class Fate:
    """Counts the actions, and strikes when the time has come."""

    def __init__(self, mode: str, number: int) -> None:
        self.mode = mode
        self.number = number
        self.actions: list[str] = []
        self.over = False
        self.inside = f"{Path.cwd()}{os.sep}"

    def heard(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if isinstance(path, str | bytes | os.PathLike) and isinstance(flags, int):
                if flags & WRITES:
                    self.acts("write", os.fsdecode(path))
        elif event == "subprocess.Popen":
            self.acts("start", " ".join(map(str, arguments[1])), inside=True)
        elif event in NAMED:
            path = arguments[0]
            if isinstance(path, str | bytes | os.PathLike):
                self.acts(event, os.fsdecode(path))

    def acts(self, kind: str, what: str, *, inside: bool = False) -> None:
        if self.over or not (inside or os.path.abspath(what).startswith(self.inside)):
            return
        self.actions.append(f"{kind} {what}")
        here = len(self.actions)
        if self.mode == "count" or here < self.number:
            return
        if self.mode == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if here == self.number or self.mode.endswith("+"):
            code = getattr(errno, self.mode.rstrip("+"))
            raise OSError(code, os.strerror(code), what)


def main(mode: str, number: str, report: str, *words: str) -> None:
    fate = Fate(mode, int(number))
    sync = os.fsync

    def fsync(descriptor: int) -> None:
        fate.acts("sync", os.readlink(f"/proc/self/fd/{descriptor}"))
        sync(descriptor)

    os.fsync = fsync
    sys.addaudithook(fate.heard)
    sys.argv = ["gsd_run", *words]
    try:
        runpy.run_module("gsd_run", run_name="__main__", alter_sys=True)
    finally:
        fate.over = True
        Path(report).write_text("".join(f"{one}\n" for one in fate.actions))


if __name__ == "__main__":
    main(*sys.argv[1:])
