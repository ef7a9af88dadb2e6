"""The journal: a run's events, one JSON line each, on disk before the step after them.

It lies in the repository's common git folder, so that `git clean` spares it and worktrees share
it: `gsd-run/runs/<run>.jsonl`, whole outputs once by content hash in `gsd-run/outputs/`. Every
line carries the hash of the one before; a line that a crash cut short is dropped.
"""

import contextlib
import datetime as dt
import hashlib
import os
import signal
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import msgspec

from gsd_run.domain.errors import Refusal
from gsd_run.domain.event import FORMAT, Event, Record, RunStarted
from gsd_run.domain.run import RunState, advanced, folded
from gsd_run.outside.git import Repository
from gsd_run.running.journals.locking import locked

Clock = Callable[[], str]
_KINDS = frozenset(kind.__struct_config__.tag for kind in get_args(Event))


def now() -> str:
    """Return the time in UTC, to the millisecond."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")


class Journal:
    """The one writer of a run's events; `state` is what they fold to."""

    def __init__(self, path: Path, clock: Clock = now) -> None:
        """Open a journal for appending, dropping a torn tail."""
        self.path = path
        self._clock = clock
        lines = list(_lines(path)) if path.exists() else []
        self.records = [record for record, _ in lines]
        self.lines = [line for _, line in lines]
        self.state: RunState | None = folded(self.records) if self.records else None
        self._size = sum(len(line) for line in self.lines)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
            _make_durable(path.parent)
        # What a killed run wrote may not be on disk yet, and is what is built on now.
        _make_durable(path)
        self._as_written: tuple[int, ...] = _about(path.stat())
        self._torn = b"?"  # a crash may have left the beginning of a line: of which?

    def add(self, event: Event) -> Record:
        """Write an event durably, then take it into the state.

        Raises:
            Refusal: the file is not what was written here; it is again, but for this event.
        """
        record = Record(
            seq=len(self.records) + 1,
            time=self._clock(),
            prev=_hash(self.lines[-1] if self.lines else b""),
            event=event,
        )
        line = msgspec.json.encode(record) + b"\n"
        with _undisturbed():
            self._refuse_foreign()
            with self.path.open("r+b") as file:
                # What stands behind the last whole line is torn: by a crash, or by a full disk.
                file.seek(self._size)
                file.truncate()
                self._torn = line
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
                self._as_written = _about(os.fstat(file.fileno()))
            self._torn = b""
            self._size += len(line)
            self.lines.append(line)
            self.records.append(record)
            self.state = advanced(self.state, record)
        return record

    def _refuse_foreign(self) -> None:
        """Refuse a file that somebody else wrote into, and bring back what was written here."""
        try:
            about = self.path.lstat()
            if _about(about) == self._as_written and not self._torn:
                return
            there = self.path.read_bytes() if stat.S_ISREG(about.st_mode) else b""
        except OSError:
            about, there = None, b""
        own = b"".join(self.lines)
        behind = there[len(own) :]
        # A whole line is there, too, where it was written and only bringing it to disk failed.
        torn = b"\n" not in behind if self._torn == b"?" else self._torn.startswith(behind)
        plain = about is not None and stat.S_ISREG(about.st_mode)
        if plain and there.startswith(own) and (torn or not behind):
            return
        told = "was taken away"
        if not self.path.parents[2].is_dir():  # git's own folder: to make it would hide the loss
            raise Refusal(f"{self.path}: the journal {told}, with all of {self.path.parents[2]}")
        if there:
            write_durably(self.path.with_suffix(".jsonl.foreign"), there)
            told = f"was changed; what it became is kept as {self.path.name}.foreign"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_durably(self.path, own)
        self._as_written = _about(self.path.stat())
        raise Refusal(
            f"{self.path}: the journal {told}. Only this run writes it, so a command of the plan, "
            "an agent or somebody else did; what the run had written is back. See that it does "
            "not happen again, and `gsd-run resume`"
        )


def _about(found: os.stat_result) -> tuple[int, ...]:
    """Return what is another when a file was written to, or replaced."""
    return (found.st_dev, found.st_ino, found.st_size, found.st_ctime_ns)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold signals back for a moment: file and state must not come apart between two lines."""
    before = signal.pthread_sigmask(
        signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    )
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def read(path: Path) -> Iterator[Record]:
    """Return the events of a journal.

    Raises:
        Refusal: the chain of hashes is broken: a line was changed, added or taken out.
    """
    return (record for record, _ in _lines(path))


def _lines(path: Path) -> Iterator[tuple[Record, bytes]]:
    """Return the events of a journal with their lines as they stand in the file.

    Raises:
        Refusal: the chain of hashes is broken: a line was changed, added or taken out.
    """
    previous = b""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.endswith(b"\n"):
                return
            try:
                record = msgspec.json.decode(line, type=Record)
            except msgspec.DecodeError as error:
                raise _unread(f"{path}:{number}", line, error) from error
            if number == 1 and isinstance(record.event, RunStarted):
                _refuse_newer(f"{path}:1", record.event.format)
            if record.prev != _hash(previous):
                raise Refusal(
                    f"{path}:{number}: the journal was changed: the line before does not have the "
                    "hash recorded here. Nothing can be built on it; start anew with --fresh"
                )
            previous = line
            yield record, line


class _AnyEvent(msgspec.Struct, frozen=True):
    type: str
    format: int = 0


class _AnyLine(msgspec.Struct, frozen=True):
    """As much of a line as a later version's has, too."""

    event: _AnyEvent


def _unread(where: str, line: bytes, error: msgspec.DecodeError) -> Refusal:
    """Say why a line can't be read: by a later version's words, or because it is none."""
    try:
        event = msgspec.json.decode(line, type=_AnyLine).event
        _refuse_newer(where, event.format)
    except msgspec.DecodeError:
        return Refusal(f"{where}: this is no event of a journal: {error}")
    except Refusal as refusal:
        return refusal
    if event.type in _KINDS:
        return Refusal(f"{where}: this is no event of a journal: {error}")
    return Refusal(
        f"{where}: a later version of gsd-run wrote {event.type!r}, which this one does not know; "
        "go on with that version, or start anew with --fresh"
    )


def _refuse_newer(where: str, version: int) -> None:
    if version > FORMAT:
        raise Refusal(
            f"{where}: a later version of gsd-run wrote this journal, in format {version}; this "
            f"one reads up to {FORMAT}. Go on with that version, or start anew with --fresh"
        )


class _HeadPlan(msgspec.Struct, frozen=True):
    id: str


class _HeadRead(msgspec.Struct, frozen=True):
    plan: _HeadPlan


class _HeadEvent(msgspec.Struct, frozen=True):
    read: _HeadRead


class _Head(msgspec.Struct, frozen=True):
    """As much of a journal's first line as tells whose run it is."""

    event: _HeadEvent

    @property
    def plan(self) -> _HeadPlan:
        return self.event.read.plan


def _head(path: Path) -> _Head | None:
    """Return whose journal it is; None when not even its first line came to be written."""
    with path.open("rb") as file:
        line = file.readline()
    if not line.endswith(b"\n"):
        return None
    try:
        return msgspec.json.decode(line, type=_Head)
    except msgspec.DecodeError as error:
        raise Refusal(f"{path}:1: this is no event of a journal: {error}") from error


def _state(path: Path) -> RunState | None:
    records = list(read(path))
    return folded(records) if records else None


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest() if line else ""


class Store:
    """The folder of a repository's runs, outputs and lock."""

    def __init__(self, folder: Path) -> None:
        """Use `folder`, which need not exist yet."""
        self.folder = folder

    def journal(self, run: str) -> Path:
        """Return where a run's journal lies."""
        return self.folder / "runs" / f"{run}.jsonl"

    def runs(self) -> tuple[RunState, ...]:
        """Return the states of all runs, oldest first."""
        states = (_state(path) for path in self._journals())
        return tuple(state for state in states if state is not None)

    def newest(self) -> tuple[RunState, ...]:
        """Return the newest run of each plan; of the older ones only the first line is read."""
        paths = {found.plan.id: path for path in self._journals() if (found := _head(path))}
        states = (_state(path) for path in paths.values())
        return tuple(state for state in states if state is not None)

    def unfinished(self) -> tuple[RunState, ...]:
        """Return the newest run of each plan whose newest run is not over."""
        return tuple(run for run in self.newest() if not run.is_over)

    def run(self, run: str) -> RunState | None:
        """Return a run by its id, or None."""
        return _state(self.journal(run)) if self.journal(run).exists() else None

    def latest(self, plan: str) -> RunState | None:
        """Return the newest run of a plan by its id, or None."""
        for path in reversed(self._journals()):
            found = _head(path)
            if found and found.plan.id == plan:
                return _state(path)
        return None

    def _journals(self) -> list[Path]:
        """Return the runs' journals, oldest first: a run's id begins with its time."""
        return sorted(self.folder.glob("runs/*.jsonl"))

    def keep_output(self, content: bytes) -> str:
        """Store an output once and return its hash."""
        name = hashlib.sha256(content).hexdigest()
        place = self.place_of(name)
        if not place.is_file() or place.read_bytes() != content:
            place.parent.mkdir(parents=True, exist_ok=True)
            write_durably(place, content)
        return name

    def place_of(self, name: str) -> Path:
        """Return where an output lies, by its hash."""
        return self.folder / "outputs" / name

    def output(self, name: str) -> bytes:
        """Return a stored output.

        Raises:
            Refusal: it is gone, or not what was stored.
        """
        place = self.place_of(name)
        try:
            content = place.read_bytes()
        except OSError as error:
            raise Refusal(
                f"{place}: what a run measured can't be read ({error.strerror}); start anew with "
                "--fresh"
            ) from error
        if hashlib.sha256(content).hexdigest() != name:
            raise Refusal(
                f"{place}: this is not what was measured: somebody changed it. Nothing can be "
                "built on it; start anew with --fresh"
            )
        return content

    def locked(self) -> contextlib.AbstractContextManager[object]:
        """Hold the repository's one lock.

        Raises:
            Refusal: another run, named with its process and host, holds it.
        """
        return locked(self.folder / "lock", now())


def store_of(repository: Repository) -> Store:
    """Return the place of a repository's runs."""
    return Store(repository.common_dir / "gsd-run")


def write_durably(place: Path, content: bytes) -> None:
    """Write a file so that after a crash it has its old content or the new, never a mixture."""
    beside = place.with_name(f"{_beside(place)}{os.getpid()}")
    mode = place.stat().st_mode & 0o7777 if place.exists() else None
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            beside.chmod(mode)
        beside.replace(place)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _make_durable(place.parent)


def sweep_beside(place: Path) -> None:
    """Take away what a crash in the middle of `write_durably` left beside a file."""
    if place.parent.is_dir():
        for left in place.parent.glob(f"{_beside(place)}*"):
            left.unlink(missing_ok=True)


def _beside(place: Path) -> str:
    # From the name's hash: with it a long name would grow too long.
    return f".gsd-run-{hashlib.sha256(place.name.encode()).hexdigest()[:12]}-"


def _make_durable(place: Path) -> None:
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
