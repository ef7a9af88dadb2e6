"""What `status` found out before, kept so that it need not be found out again.

It is derived from plans, summaries and journals alone, each entry of it from a file of a certain
size, time and inode; where any of these is another now, or anything of the index can't be read,
the file is read again. To delete the index loses nothing.
"""

import contextlib
import json
import os
import stat
import time
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from gsd_run import __version__
from gsd_run.domain.standing import Asks, PlanFacts, RunFacts, Signature

_FORMAT = f"2 {__version__}"
_SETTLED = 50_000_000  # ns: within these a file may change again and keep its time


class Index(NamedTuple):
    """What was found: each by the file's path, with the signature that the file had.

    `needs` says for each plan what the entries of its depends_on mean. It holds as long as the
    project has the same files. `heads` are journals with the path of their plan.
    """

    plans: dict[str, tuple[Signature, PlanFacts | None]]
    summaries: dict[str, tuple[Signature, str]]
    needs: dict[str, dict[str, tuple[str, ...]]]
    heads: dict[str, str]
    runs: dict[str, tuple[Signature, RunFacts | None]]


EMPTY = Index({}, {}, {}, {}, {})


def signature(about: os.stat_result) -> Signature:
    """Return what is another when a file was written to, or replaced."""
    return (about.st_size, about.st_mtime_ns, about.st_ino)


def load(place: str, root: str) -> Index:
    """Return what was kept of the project at `root`, nothing where that can't be used."""
    try:
        with open(place, encoding="utf-8") as file:  # noqa: PTH123 - pathlib takes long to import
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return EMPTY
            total, _, text = file.read().partition("\n")
        if total != _sum(text):
            return EMPTY
        kept = json.loads(text)
        if (kept["format"], kept["root"]) != (_FORMAT, root):
            return EMPTY
        return Index(
            plans={
                path: (tuple(seen), _plan(said) if said else None)
                for path, (seen, said) in kept["plans"].items()
            },
            summaries={path: (tuple(seen), s) for path, (seen, s) in kept["summaries"].items()},
            needs={
                plan: {entry: tuple(found) for entry, found in entries.items()}
                for plan, entries in kept["needs"].items()
            },
            heads=kept["heads"],
            runs={
                name: (tuple(seen), _run(said) if said else None)
                for name, (seen, said) in kept["runs"].items()
            },
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return EMPTY


def _sum(text: str) -> str:
    """Return the sum by which a text that a disk or somebody has changed is known."""
    return f"{zlib.crc32(text.encode()):08x}"


def _plan(said: list[Any]) -> PlanFacts:
    facts = PlanFacts(*said)
    return facts._replace(summaries=tuple(facts.summaries), depends_on=tuple(facts.depends_on))


def _run(said: list[Any]) -> RunFacts:
    facts = RunFacts(*said)
    asks = Asks(*facts.asks) if facts.asks else None
    return facts._replace(
        tasks=tuple((n, name, outcome, commit) for n, name, outcome, commit in facts.tasks),
        verdicts=(facts.verdicts[0], facts.verdicts[1], facts.verdicts[2]),
        asks=asks._replace(options=tuple(asks.options)) if asks else None,
    )


def save(place: str, root: str, index: Index) -> None:
    """Keep what was found; where nothing can be written, it is found out again next time."""
    newest = time.time_ns() - _SETTLED
    kept = {
        "format": _FORMAT,
        "root": root,
        "plans": _settled(index.plans, newest),
        "summaries": _settled(index.summaries, newest),
        "needs": index.needs,
        "heads": index.heads,
        "runs": _settled(index.runs, newest),
    }
    beside = f"{place}.{os.getpid()}"
    with contextlib.suppress(OSError), _deleted(beside):
        os.makedirs(os.path.dirname(place), exist_ok=True)  # noqa: PTH103, PTH120 - as above
        with open(beside, "w", encoding="utf-8") as file:  # noqa: PTH123 - as above
            text = json.dumps(kept, separators=(",", ":"))
            file.write(f"{_sum(text)}\n{text}")
        os.replace(beside, place)  # noqa: PTH105 - as above


def _settled(
    entries: Mapping[str, tuple[Signature, object]], newest: int
) -> dict[str, tuple[Signature, object]]:
    return {path: entry for path, entry in entries.items() if entry[0][1] < newest}


@contextlib.contextmanager
def _deleted(beside: str) -> Iterator[None]:
    """Take a file away that was not put in its place."""
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            os.unlink(beside)  # noqa: PTH108 - as above
