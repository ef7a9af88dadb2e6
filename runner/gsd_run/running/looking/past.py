"""The runs of a project: by the journals of this repository, and by evidence that was committed."""

import datetime as dt
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from gsd_run.domain.errors import Refusal
from gsd_run.domain.event import Record, RunStarted
from gsd_run.running.journals.journal import read
from gsd_run.running.journals.store import Store

EVIDENCE = "EVIDENCE.jsonl"
Told = Callable[[str], None]


def past_runs(root: Path, store: Store, told: Told) -> Iterator[tuple[str, Sequence[Record]]]:
    """Return of every run its events, and whether "journal" or "evidence" has them.

    Where both tell of a run, the journal is taken if it has as many events or more. A record that
    can't be read, or was changed, is told and left out.
    """
    journals = dict(_read(sorted(store.folder.glob("runs/*.jsonl")), told))
    evidence = dict(_read(_evidence(root), told))
    for run in sorted({*journals, *evidence}):
        here, there = journals.get(run, ()), evidence.get(run, ())
        yield ("journal", here) if len(here) >= len(there) else ("evidence", there)


def _read(paths: Sequence[Path], told: Told) -> Iterator[tuple[str, Sequence[Record]]]:
    for path in paths:
        try:
            records = tuple(read(path))
        except (Refusal, OSError) as error:
            told(error.message.partition("; ")[0] if isinstance(error, Refusal) else
                 f"{path}: {error.strerror}")  # fmt: skip
            continue
        if not records:
            continue
        first = records[0].event
        if isinstance(first, RunStarted):
            yield first.run, records
        else:
            told(f"{path}: this is no record of a run: it does not tell how one began")


def _evidence(root: Path) -> list[Path]:
    found = []
    for folder, folders, files in os.walk(root / ".planning"):
        folders[:] = [name for name in folders if name not in {".git", "node_modules"}]
        found += [Path(folder, name) for name in files if name.endswith(EVIDENCE)]
    return sorted(found)


def began(records: Sequence[Record]) -> dt.datetime:
    """Return when a run began."""
    return dt.datetime.fromisoformat(records[0].time)
