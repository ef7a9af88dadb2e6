"""The runs of a project: by the journals of this repository, and by evidence that was committed."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from gsd_run.domain.errors import Refusal
from gsd_run.domain.event import Record, RunStarted
from gsd_run.running.journals.journal import read
from gsd_run.running.journals.store import Store

EVIDENCE = "EVIDENCE.jsonl"
Told = Callable[[str], None]


def past_runs(root: Path, store: Store, told: Told) -> Iterator[tuple[str, Path, Sequence[Record]]]:
    """Return of every run its events, and whether "journal" or "evidence" has them, and where.

    Where both tell of a run, the journal is taken if it has as many events or more. A record that
    can't be read, or was changed, is told and left out. One run is held at a time.
    """
    evidence = {run: (len(records), path) for path, run, records in _read(_evidence(root), told)}
    told_of: set[str] = set()  # whoever copies a journal has not run the plan twice
    for path, run, records in _read(sorted(store.folder.glob("runs/*.jsonl")), told):
        if run not in told_of and len(records) >= evidence.get(run, (0, path))[0]:
            evidence.pop(run, None)
            told_of.add(run)
            yield "journal", path, records
    for path, _, records in _read([path for _, path in evidence.values()], told):
        yield "evidence", path, records


def _read(paths: Sequence[Path], told: Told) -> Iterator[tuple[Path, str, Sequence[Record]]]:
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
            yield path, first.run, records
        else:
            told(f"{path}: this is no record of a run: it does not tell how one began")


def _evidence(root: Path) -> list[Path]:
    found = []
    for folder, folders, files in os.walk(root / ".planning"):
        folders[:] = [name for name in folders if name not in {".git", "node_modules"}]
        found += [Path(folder, name) for name in files if name.endswith(EVIDENCE)]
    return sorted(found)
