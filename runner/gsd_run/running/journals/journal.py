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
from gsd_run.outside.syncing import make_durable, write_durably

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
            make_durable(path.parent)
        # What a killed run wrote may not be on disk yet, and is what is built on now.
        make_durable(path)
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


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest() if line else ""
