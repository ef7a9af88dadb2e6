"""Call gsd-run and let it be killed, or let the system fail it, at one of its actions.

    dying.py MODE NUMBER REPORT WORDS…

MODE is `count`, `list`, `kill` (SIGKILL), or an error's name: `EIO` fails the action with that number,
`ENOSPC+` that one and all after it. An action is what others can see and a crash can come
between: a file opened for writing, renamed or removed, a folder made, a file synced, a program
started. REPORT gets the actions that were counted when the program
ends, one a line, each (not with `list`, which is quick) with a digest of all files as they were
before it: where that is the same, being killed is the same.
"""

import errno
import hashlib
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
            named = isinstance(path, str | bytes | os.PathLike)
            if named and isinstance(flags, int) and flags & WRITES:
                self.acts("write", os.fsdecode(path))
        elif event == "subprocess.Popen":
            self.acts("start", " ".join(map(str, arguments[1])), inside=True)
        elif event in NAMED:
            path = arguments[0]
            if isinstance(path, str | bytes | os.PathLike):
                self.acts(event, os.fsdecode(path))

    def acts(self, kind: str, what: str, *, inside: bool = False) -> None:
        if self.over or not (inside or str(Path.cwd() / what).startswith(self.inside)):
            return
        self.actions.append(f"{self.digest()} {kind} {what}")
        here = len(self.actions)
        if self.mode in {"count", "list"} or here < self.number:
            return
        if self.mode == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if here == self.number or self.mode.endswith("+"):
            code = getattr(errno, self.mode.rstrip("+"))
            raise OSError(code, os.strerror(code), what)

    def digest(self) -> str:
        """Return the state of all files, but for the scratch folder, which is no state at all."""
        if self.mode != "count":
            return ""
        self.over = True  # this is no action
        found = hashlib.sha256()
        for folder, folders, names in os.walk(self.inside):
            folders[:] = sorted(one for one in folders if one != "scratch")
            for name in sorted(names):
                place = Path(folder, name)
                found.update(f"{place}\0{place.lstat().st_mode}\0".encode())
                found.update(place.read_bytes() if place.is_file() else b"")
        self.over = False
        return found.hexdigest()[:16]


def main(mode: str, number: str, report: str, *words: str) -> None:
    fate = Fate(mode, int(number))
    sync = os.fsync

    def fsync(descriptor: int) -> None:
        fate.acts("sync", str(Path(f"/proc/self/fd/{descriptor}").readlink()))
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
