"""Limits of a running program and all that it starts, and the watch over them."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from msgspec import Struct

from gsd_run.outside.orphans import bury, is_anothers, is_orphan

_PROC = Path("/proc")
_SHARE = 20  # a look at the processes may take a twentieth of the time, no more
_DISK_LEFT = 256 * 1024 * 1024  # bytes that a program leaves of the disk it works on
_ROUNDS = 400  # of killing what is left, some milliseconds each
_MEMORY_SHARE = 0.75  # of the machine's memory, where the settings say nothing


class Limits(Struct, frozen=True, kw_only=True):
    """What a program and everything that it starts may use at most.

    `output` and `memory` are bytes. Without `memory` it is three quarters of the machine's, or of
    what the container has.
    """

    output: int = 256 * 1024 * 1024
    processes: int = 512
    memory: int | None = None


class Process(Struct, frozen=True):
    """A process as the system lists it; `started` tells it from a later one of the same number.

    `group` is its session where the system tells that, else its process group.
    """

    pid: int
    parent: int
    group: int
    started: str
    memory: int


class Tree:
    """The processes of one program: its session, what they started, also what left it since.

    `mark` is an entry of the environment that no other program has.
    """

    def __init__(self, leader: int, limits: Limits, cwd: Path, mark: str | None = None) -> None:
        self._leader = leader
        self._mark = mark
        self._begun = _begun(leader)
        self._limits = limits
        self._cwd = cwd
        self._known: dict[int, str] = {}
        self._next = 0.0
        self._had_room = _free(cwd) > _DISK_LEFT

    def beyond(self, written: int) -> str:
        """Say which limit is passed, "" if none; `written` are the bytes of output so far."""
        limits = self._limits
        if written > limits.output:
            return f"having written more than {size_told(limits.output)}"
        if self._had_room and _free(self._cwd) < _DISK_LEFT:
            return f"with less than {size_told(_DISK_LEFT)} of the disk left"
        begun = time.monotonic()
        if begun < self._next:
            return ""
        found = self.members()
        self._next = begun + (time.monotonic() - begun) * _SHARE
        if len(found) > limits.processes:
            return f"with more than {limits.processes} processes"
        most = limits.memory or _memory()
        if most and sum(one.memory for one in found) > most and _owned(found) > most:
            return f"with more than {size_told(most)} of memory in use"
        return ""

    def members(self) -> tuple[Process, ...]:
        """Return the program's processes that run now; they are remembered."""
        every = tuple(_processes())
        known = {one.pid for one in every if self._known.get(one.pid) == one.started}
        known |= {one.pid for one in every if self._leader in (one.pid, one.group)}
        known |= {one.pid for one in every if one.pid not in known and self._taken_in(one)}
        children: dict[int, list[int]] = {}
        for one in every:
            children.setdefault(one.parent, []).append(one.pid)
        left = list(known)
        while left:
            fresh = [pid for pid in children.get(left.pop(), ()) if pid not in known]
            known.update(fresh)
            left += fresh
        found = tuple(one for one in every if one.pid in known)
        self._known |= {one.pid: one.started for one in found}
        return found

    def _taken_in(self, one: Process) -> bool:
        """Tell whether a process is an orphan of this program."""
        if self._begun is None or not is_orphan(one.pid, one.parent, one.group):
            return False
        return int(one.started) >= self._begun and not is_anothers(one.pid, self._mark)

    def end(self) -> None:
        """Kill all of them, and what they start meanwhile."""
        for _ in range(_ROUNDS):
            left = [one.pid for one in self.members() if one.pid != self._leader]
            if not left:
                return
            for pid in left:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.005)


def _begun(pid: int) -> int | None:
    """Return when a process began, as the system counts; also of one that has ended just now."""
    with contextlib.suppress(OSError):
        return int(_PROC.joinpath(str(pid), "stat").read_bytes().rpartition(b")")[2].split()[19])
    return None


def _processes() -> Iterator[Process]:
    return _listed() if _PROC.joinpath("self", "stat").exists() else _told()


def _listed() -> Iterator[Process]:
    page = os.sysconf("SC_PAGE_SIZE")
    for name in os.listdir(_PROC):  # noqa: PTH208 - ten times a second, and names are all we want
        if not name.isdigit():
            continue
        with contextlib.suppress(OSError):  # ended meanwhile
            with open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123 - as above
                fields = file.read().rpartition(b")")[2].split()
            if fields[0] == b"Z" and is_orphan(int(name), int(fields[1]), int(fields[3])):
                bury(int(name))
            elif fields[0] not in {b"Z", b"X"}:
                yield Process(
                    int(name), int(fields[1]), int(fields[3]),
                    fields[19].decode(), int(fields[21]) * page,
                )  # fmt: skip


def _told() -> Iterator[Process]:
    """List processes where there is no /proc: macOS."""
    argv = ["ps", "-A", "-o", "pid=,ppid=,pgid=,rss=,stat=,lstart="]
    try:
        told = subprocess.run(argv, capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return
    for line in told.stdout.splitlines():
        pid, parent, group, memory, state, *started = line.split()
        if not state.startswith("Z"):
            since = " ".join(started)
            yield Process(int(pid), int(parent), int(group), since, int(memory) * 1024)


def _owned(found: tuple[Process, ...]) -> int:
    """Return the memory of processes, what several of them share counted once, if that is told."""
    total = 0
    for one in found:
        used = one.memory
        with contextlib.suppress(OSError):
            rollup = Path(f"/proc/{one.pid}/smaps_rollup").read_text()
            used = next(
                int(line.split()[1]) * 1024 for line in rollup.splitlines() if line[:4] == "Pss:"
            )
        total += used
    return total


@cache
def _memory() -> int:
    """Return how many bytes may be used where nobody says so; 0 if that can't be told."""
    sizes = list[int]()
    with contextlib.suppress(OSError, ValueError):
        sizes.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        with contextlib.suppress(OSError, ValueError):
            sizes.append(int(Path("/sys/fs/cgroup", name).read_text()))
    return int(min(sizes, default=0) * _MEMORY_SHARE)


def _free(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return _DISK_LEFT


def size_told(size: int) -> str:
    """Return a number of bytes as people say it."""
    for unit, name in ((30, "GiB"), (20, "MiB"), (10, "KiB")):
        if size >= 1 << unit:
            return f"{size / (1 << unit):.3g} {name}"
    return f"{size} bytes"
