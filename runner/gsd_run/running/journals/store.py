"""The folder of a repository's runs: their journals, the outputs they measured, the one lock."""

import contextlib
import hashlib
from pathlib import Path
from typing import NamedTuple

import msgspec

from gsd_run.domain.errors import Refusal
from gsd_run.domain.run import RunState, folded
from gsd_run.outside.git import Repository
from gsd_run.outside.syncing import write_durably
from gsd_run.running.journals.journal import now, read
from gsd_run.running.journals.locking import locked


class Begun(NamedTuple):
    """A run with the id and the path of its plan."""

    run: str
    plan: str
    path: str


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
        paths = {found.plan.path: path for path in self._journals() if (found := _head(path))}
        states = (_state(path) for path in paths.values())
        return tuple(state for state in states if state is not None)

    def unfinished(self) -> tuple[RunState, ...]:
        """Return the newest run of each plan whose newest run is not over."""
        return tuple(run for run in self.newest() if not run.is_over)

    def run(self, run: str) -> RunState | None:
        """Return a run by its id, or None."""
        return _state(self.journal(run)) if self.journal(run).exists() else None

    def latest(self, plan: str, path: str, root: Path) -> RunState | None:
        """Return the newest run of a plan by its id and its path below `root`, or None.

        Two plans of a project may have one id, in two phases or workstreams. A run whose plan is
        not where it was is one of the plan that has its id now: it was moved.
        """
        for journal in reversed(self._journals()):
            head = _head(journal)
            if head and head.plan.id == plan:
                theirs = head.plan.path
                if theirs == path or not (root / theirs).is_file():
                    return _state(journal)
        return None

    def _journals(self) -> list[Path]:
        """Return the runs' journals, oldest first: a run's id begins with its time."""
        return sorted(one for one in self.folder.glob("runs/*.jsonl") if one.is_file())

    def begun(self) -> tuple[Begun, ...]:
        """Return whose run each journal is, oldest first; only their first lines are read."""
        heads = [(path.stem, _head(path)) for path in self._journals()]
        return tuple(Begun(run, head.plan.id, head.plan.path) for run, head in heads if head)

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


class _HeadPlan(msgspec.Struct, frozen=True):
    id: str
    path: str


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
