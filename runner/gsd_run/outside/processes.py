"""Running programs: each in a session of its own, so that nothing of it outlives the call."""

import contextlib
import math
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, NamedTuple, Self

from msgspec import Struct

from gsd_run.outside.limits import Limits, Tree
from gsd_run.outside.orphans import started, take_in
from gsd_run.outside.tails import Tail

OUTPUT_LIMIT = 8 * 1024 * 1024  # bytes kept of each stream: half from its head, half from its tail
LETTER_LIMIT = 64 * 1024 * 1024  # bytes kept of what is written into one named pipe
TICK = 0.1  # seconds between two looks at a running program


class Finished(Struct, frozen=True, kw_only=True):
    """A program that has ended. `status` is negative for a signal, as Python counts.

    `stopped` tells that `while_running` had it ended, and `beyond` which limit ended it.
    """

    argv: tuple[str, ...]
    status: int
    stdout: str
    stderr: str
    seconds: float
    timed_out: bool = False
    stopped: bool = False
    beyond: str = ""


class ProgramNotFound(Exception):
    """The program does not exist or can't be executed."""


def run(  # noqa: PLR0913 - each is optional and says one thing
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    timeout: float | None = None,
    stdin: str | None = None,
    while_running: Callable[[], bool] | None = None,
    mark: str | None = None,
    limits: Limits | None = None,
    on_output: Callable[[str], None] | None = None,
) -> Finished:
    """Run a program to its end, or to `timeout` seconds, and end whatever it left running.

    The whole process group is killed when the program ends, when time runs out and when the
    caller is interrupted. Without `stdin` the program reads an empty input. `while_running` is
    called about ten times a second, in this thread; when it returns False the program is ended.
    `mark` is an entry `NAME=value` of `env` that no other program has: processes that left the
    group but carry it are killed too (where /proc tells; elsewhere the group is all). With
    `limits` the program and all that it started are watched, and ended when they pass one.
    `on_output` gets the end of what it has printed, as often as that has grown.

    Raises:
        ProgramNotFound: `argv[0]` can't be started.
    """
    started = time.monotonic()
    if limits is not None:
        take_in()
    with (
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
        contextlib.ExitStack() as stack,
    ):
        process = stack.enter_context(
            _started(argv, cwd=cwd, env=env, stdin=stdin, outputs=(out, err))
        )
        tree = None if limits is None else Tree(process.pid, limits, cwd, mark)
        tail = None if on_output is None else Tail(on_output)
        deadline = None if timeout is None else started + timeout
        try:
            cut = _awaited(process, deadline, while_running, tree, tail, (out, err))
        finally:
            _end_group(process)
            if tree is not None:
                tree.end()
            if mark is not None:
                end_strays(mark.encode())
        return Finished(
            argv=tuple(argv),
            status=process.returncode,
            stdout=bounded_text(out),
            stderr=bounded_text(err),
            seconds=time.monotonic() - started,
            timed_out=cut.timed_out,
            stopped=cut.stopped,
            beyond=cut.beyond,
        )


class _Cut(NamedTuple):
    """What ended a program before its end, if anything."""

    timed_out: bool = False
    stopped: bool = False
    beyond: str = ""


def _awaited(
    process: "subprocess.Popen[bytes]",
    deadline: float | None,
    while_running: Callable[[], bool] | None,
    tree: Tree | None,
    tail: Tail | None,
    outputs: tuple[IO[bytes], IO[bytes]],
) -> _Cut:
    """Wait until the program has ended, or is to be ended, and look at it meanwhile."""
    out, err = outputs
    watched = while_running is not None or tree is not None or tail is not None
    while not _ends_by(process, deadline, TICK if watched else None):
        timed_out = deadline is not None and time.monotonic() >= deadline
        stopped = not timed_out and while_running is not None and not while_running()
        beyond = "" if tree is None else tree.beyond(_written(out) + _written(err))
        if tail is not None:
            tail.look(out.fileno(), err.fileno())
        if timed_out or stopped or beyond:
            return _Cut(timed_out, stopped, beyond)
    return _Cut()


def _written(stream: IO[bytes]) -> int:
    return os.fstat(stream.fileno()).st_size


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)


@contextlib.contextmanager
def _started(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str] | None,
    stdin: str | None,
    outputs: tuple[IO[bytes], IO[bytes]],
) -> Iterator["subprocess.Popen[bytes]"]:
    with contextlib.ExitStack() as stack:
        # An empty regular file would not do: search tools read their input when it is one, and
        # the current folder when it is the null device.
        given: IO[bytes] | int = subprocess.DEVNULL
        if stdin is not None:
            given = stack.enter_context(tempfile.TemporaryFile())
            given.write(stdin.encode(errors="surrogateescape"))
            given.seek(0)
        starting = started(
            argv,
            cwd=cwd,
            env=None if env is None else dict(env),
            stdin=given,
            stdout=outputs[0],
            stderr=outputs[1],
            start_new_session=True,
        )
        try:
            process = stack.enter_context(starting)
        except (FileNotFoundError, PermissionError, NotADirectoryError) as error:
            raise ProgramNotFound(f"{argv[0]}: {error.strerror}") from error
        yield process


def _ends_by(
    process: "subprocess.Popen[bytes]", deadline: float | None, tick: float | None
) -> bool:
    """Wait for one tick, at most to the deadline; tell whether the program has ended."""
    left = None if deadline is None else max(0.0, deadline - time.monotonic())
    waits = [wait for wait in (left, tick) if wait is not None]
    longest = min(waits, default=None)
    told = None if longest is None else _told_of(process.pid, longest)
    if told is False:
        return False
    try:
        process.wait(None if told else longest)
    except subprocess.TimeoutExpired:
        return False
    return True


def _told_of(pid: int, seconds: float) -> bool | None:
    """Wait until the system tells that a child has ended; tell whether it did, None if it can't.

    Python, waiting with a limit, looks in ever longer steps, and most programs would seem to end
    up to 50 ms after they did.
    """
    if sys.platform != "linux":
        return None
    try:
        watch = os.pidfd_open(pid)
    except OSError:  # a kernel that does not know this, or too many open files
        return None
    try:
        ending = select.poll()
        ending.register(watch, select.POLLIN)
        return bool(ending.poll(math.ceil(seconds * 1000)))
    finally:
        os.close(watch)


def _end_group(process: "subprocess.Popen[bytes]") -> None:
    """Kill what is left of the group and reap the leader."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def end_strays(mark: bytes) -> None:
    """Kill the processes that carry the mark, and those they start meanwhile."""
    for _ in range(400):
        strays = list(_carrying(mark))
        if not strays:
            return
        for pid in strays:
            _kill(pid)
        time.sleep(0.005)


def _carrying(mark: bytes) -> Iterator[int]:
    processes = Path("/proc")
    for entry in processes.iterdir() if processes.is_dir() else ():
        with contextlib.suppress(OSError):  # ended meanwhile, or another user's
            if entry.name.isdigit() and mark in (entry / "environ").read_bytes().split(b"\0"):
                yield int(entry.name)


def bounded_text(stream: IO[bytes], limit: int = OUTPUT_LIMIT) -> str:
    """Read a whole binary file as text, leaving out the middle of what exceeds `limit` bytes."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    if size <= limit:
        return stream.read().decode(errors="replace")
    head = stream.read(limit // 2)
    stream.seek(-(limit // 2), os.SEEK_END)
    note = f"\n… {size - limit} bytes left out …\n"
    return head.decode(errors="replace") + note + stream.read().decode(errors="replace")


class Letterbox:
    """Named pipes into which running programs write; nothing written to one is overwritten.

    A program that is told to write a file writes it into the pipe instead; when it does so
    twice, both documents arrive, one after the other. `received` holds the bytes by path. The
    pipes must be emptied while programs run, or those wait for room.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self.received = {path: bytearray() for path in paths}
        self._readers: dict[int, Path] = {}
        self._writers: list[int] = []
        for path in paths:
            os.mkfifo(path, 0o600)
            self._readers[os.open(path, os.O_RDONLY | os.O_NONBLOCK)] = path
            # Held open, so that a pipe without a writer is silent instead of at its end.
            self._writers.append(os.open(path, os.O_WRONLY | os.O_NONBLOCK))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for descriptor in (*self._readers, *self._writers):
            os.close(descriptor)
        for path in self.received:
            # A pipe left lying about makes whoever copies the folder wait for ever.
            path.unlink(missing_ok=True)

    def empty(self) -> None:
        """Take out what is there, and what follows within a moment; for a second at most."""
        patience = 0.0
        deadline = time.monotonic() + 1.0
        while ready := select.select(list(self._readers), [], [], patience)[0]:
            if time.monotonic() > deadline:
                return
            for descriptor in ready:
                path = self._readers[descriptor]
                read = os.read(descriptor, 1 << 16)
                if len(self.received[path]) < LETTER_LIMIT:
                    self.received[path] += read
            patience = TICK / 10
