"""The newest run of each plan, read from the journals that have changed since the last look."""

import os
from typing import NamedTuple

from gsd_run.domain.standing import RunFacts, Signature, Trouble
from gsd_run.running.looking.run_facts import facts_of, lines_of, plan_of
from gsd_run.running.looking.status_index import Index, signature

# What reading something else than a journal ends in.
_WRONG = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


class Newest(NamedTuple):
    """Whose run each journal is, what the newest of each plan tells, and what can't be read."""

    heads: dict[str, str]
    runs: dict[str, tuple[Signature, RunFacts | None]]
    troubles: tuple[Trouble, ...]


def newest_runs(store: str, before: Index) -> Newest:
    """Return the newest runs of a repository's plans; a journal that can't be read is told."""
    folder = f"{store}/runs"
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(".jsonl"))  # noqa: PTH208 - in a hurry
    except OSError:
        names = []
    troubles: list[Trouble] = []
    heads: dict[str, str] = {}
    for name in names:
        place = f"{folder}/{name}"
        try:
            plan = before.heads.get(name) or plan_of(place)
        except (OSError, *_WRONG) as error:
            troubles.append(_trouble("", place, error))
            continue
        if plan:
            heads[name] = plan
    runs: dict[str, tuple[Signature, RunFacts | None]] = {}
    for plan, name in {plan: name for name, plan in heads.items()}.items():
        place = f"{folder}/{name}"
        try:
            runs[name] = _told(place, before.runs.get(name))
        except (OSError, *_WRONG) as error:
            troubles.append(_trouble(plan, place, error))
    return Newest(heads, runs, tuple(troubles))


def _told(
    place: str, known: tuple[Signature, RunFacts | None] | None
) -> tuple[Signature, RunFacts | None]:
    """Return what a journal tells, with what the file was like then."""
    if known and signature(os.stat(place)) == known[0]:  # noqa: PTH116 - in a hurry
        return known
    lines, about = lines_of(place)
    return signature(about), facts_of(lines)


def _trouble(plan: str, place: str, error: Exception) -> Trouble:
    """Say what is wrong with a journal as every command says it, by reading it as they do."""
    from pathlib import Path  # noqa: PLC0415 - only where there is something to say

    from gsd_run.domain.errors import Refusal  # noqa: PLC0415 - as above
    from gsd_run.running.journals.journal import read  # noqa: PLC0415 - as above

    try:
        list(read(Path(place)))
    except Refusal as refusal:
        return Trouble(plan, refusal.message)
    except (OSError, ValueError) as other:
        error = other
    told = error.strerror if isinstance(error, OSError) else error
    return Trouble(plan, f"{place}: this journal can't be read: {told}; what it tells is left out")
