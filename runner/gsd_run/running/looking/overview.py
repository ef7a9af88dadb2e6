"""Where the plans of a project stand: from its files, its runs' journals, and who works now.

Only what has changed since the last call is read, and the modules to read it are imported then.
"""

import os
from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from gsd_run.domain.standing import (
    Holder,
    Overview,
    PlanFacts,
    RunFacts,
    Signature,
    Standing,
    Unmet,
)
from gsd_run.outside.git_folders import git_folders
from gsd_run.outside.lock_holder import holder_of
from gsd_run.running.looking.run_facts import facts_of, lines_of, plan_of
from gsd_run.running.looking.standing import standing
from gsd_run.running.looking.status_index import Index, load, save, signature

_Read = TypeVar("_Read")
_FEW = 3  # journals, that are read again sooner than all is written anew
_HALTED = ("halted", "blocked")  # a summary's words for a plan that is not complete


class _Found(NamedTuple):
    """What is known of all plans: their facts, their summaries' states, what they need."""

    plans: dict[str, PlanFacts]
    summaries: dict[str, str]
    needs: dict[str, dict[str, tuple[str, ...]]]


def overview(root: str) -> Overview:
    """Return where the plans of the project at `root` stand.

    Raises:
        Refusal: a journal can't be read.
    """
    folders = git_folders(root) or _asked(root)
    place = os.path.join(folders[0], "gsd-run", "status.json")  # noqa: PTH118 - in a hurry
    store = os.path.join(folders[1], "gsd-run")  # noqa: PTH118 - as above
    before = load(place, root)
    files = _files(root)
    plans = _plans(root, files, before)
    summaries = _summaries(root, files, plans, before)
    needs = before.needs if before.plans == plans else _needs(root, plans)
    heads, runs = _runs(store, before)
    now = Index(plans=plans, summaries=summaries, needs=needs, heads=heads, runs=runs)
    if _worth_keeping(now, before):
        save(place, root, now)
    found = _Found(
        plans={path: facts for path, (_, facts) in plans.items() if facts},
        summaries={path: status for path, (_, status) in summaries.items()},
        needs=needs,
    )
    newest = {facts.path: facts for _, facts in runs.values() if facts}
    holder = holder_of(os.path.join(store, "lock"))  # noqa: PTH118 - as above
    return Overview(tuple(_standings(found, newest, holder)), holder)


def _worth_keeping(now: Index, before: Index) -> bool:
    """Tell whether to write the index: a run at work would have it written at every look."""
    changed = sum(before.runs.get(name) != entry for name, entry in now.runs.items())
    return now[:4] != before[:4] or changed > _FEW


def _asked(root: str) -> tuple[str, str]:
    """Return the git folders as git says; where there is no repository, the error says so."""
    from pathlib import Path  # noqa: PLC0415 - in a hurry

    from gsd_run.outside.git import open_repository  # noqa: PLC0415 - as above

    repository = open_repository(Path(root))
    return str(repository.git_dir), str(repository.common_dir)


def _files(root: str) -> dict[str, Signature]:
    """Return the files below `.planning/` that could be plans or summaries, by relative path."""
    found: dict[str, Signature] = {}
    folders = [".planning"]
    while folders:
        folder = folders.pop()
        try:
            entries = list(os.scandir(f"{root}/{folder}"))
        except OSError:
            continue  # no plan of it can be read, either
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in {".git", "node_modules"}:
                    folders.append(f"{folder}/{entry.name}")
                continue
            name = entry.name.upper()
            if name.endswith(".MD") and ("PLAN" in name or "SUMMARY" in name):
                try:
                    found[f"{folder}/{entry.name}"] = signature(entry.stat())
                except OSError:
                    continue  # a link to nothing, or gone meanwhile
    return found


def _plans(
    root: str, files: dict[str, Signature], before: Index
) -> dict[str, tuple[Signature, PlanFacts | None]]:
    """Return what each plan says, in the order of their numbers."""
    seen = {path: one for path, one in files.items() if "PLAN" in _name(path)}
    known = {path: entry for path, entry in before.plans.items() if seen.get(path) == entry[0]}
    if len(known) == len(seen):
        return known  # in their order already
    from pathlib import Path  # noqa: PLC0415 - only where a plan has changed

    from gsd_run.reading.locating import in_natural_order  # noqa: PLC0415 - as above
    from gsd_run.running.looking.plan_facts import facts_of_plan  # noqa: PLC0415 - as above

    place = Path(root)
    return {
        path: known.get(path) or (seen[path], facts_of_plan(place / path, place))
        for path in sorted(seen, key=lambda one: in_natural_order(Path(one)))
    }


def _name(path: str) -> str:
    return path.rpartition("/")[2].upper()


def _summaries(
    root: str,
    files: dict[str, Signature],
    plans: dict[str, tuple[Signature, PlanFacts | None]],
    before: Index,
) -> dict[str, tuple[Signature, str]]:
    """Return what the summary of each plan that has one says of its status, by plan."""
    found: dict[str, tuple[Signature, str]] = {}
    for path, (_, facts) in plans.items():
        there = next((one for one in facts.summaries if one in files), "") if facts else ""
        if not there:
            continue
        known = before.summaries.get(path)
        if known and known[0] == files[there]:
            found[path] = known
            continue
        from pathlib import Path  # noqa: PLC0415 - only where a summary has changed

        from gsd_run.reading.locating import summary_status  # noqa: PLC0415 - as above

        found[path] = (files[there], summary_status(Path(root, path)) or "")
    return found


def _needs(
    root: str, plans: dict[str, tuple[Signature, PlanFacts | None]]
) -> dict[str, dict[str, tuple[str, ...]]]:
    from pathlib import Path  # noqa: PLC0415 - only where a plan has changed

    from gsd_run.reading.locating import known_plans  # noqa: PLC0415 - as above
    from gsd_run.running.looking.plan_facts import needs_of  # noqa: PLC0415 - as above

    place = Path(root)
    names = known_plans(place)
    waiting = [facts for _, facts in plans.values() if facts and facts.depends_on]
    return {one.path: needs_of(one, place, names) for one in waiting}


def _runs(
    store: str, before: Index
) -> tuple[dict[str, str], dict[str, tuple[Signature, RunFacts | None]]]:
    """Return whose run each journal is, and of the newest of each plan what it tells."""
    folder = f"{store}/runs"
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(".jsonl"))  # noqa: PTH208 - in a hurry
    except OSError:
        names = []
    heads: dict[str, str] = {}
    for name in names:
        plan = before.heads.get(name) or _read(plan_of, f"{folder}/{name}")
        if plan:
            heads[name] = plan
    newest = {plan: name for name, plan in heads.items()}
    runs: dict[str, tuple[Signature, RunFacts | None]] = {}
    for name in newest.values():
        place = f"{folder}/{name}"
        known = before.runs.get(name)
        if known and signature(os.stat(place)) == known[0]:  # noqa: PTH116 - as above
            runs[name] = known
        else:
            runs[name] = _read(_facts, place)
    return heads, runs


def _facts(place: str) -> tuple[Signature, RunFacts | None]:
    lines, about = lines_of(place)
    return signature(about), facts_of(lines)


def _read(how: Callable[[str], _Read], place: str) -> _Read:
    """Read a journal.

    Raises:
        Refusal: it can't be read, or is none.
    """
    try:
        return how(place)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _refusal(place, error) from error


def _refusal(place: str, error: Exception) -> Exception:
    """Say what is wrong with a journal as every command says it, by reading it as they do."""
    from pathlib import Path  # noqa: PLC0415 - only where there is something to say

    from gsd_run.domain.errors import Refusal  # noqa: PLC0415 - as above
    from gsd_run.running.journals.journal import read  # noqa: PLC0415 - as above

    try:
        list(read(Path(place)))
    except Refusal as refusal:
        return refusal
    return Refusal(f"{place}: this is no journal: {error}")


def _standings(
    found: _Found, runs: dict[str, RunFacts], holder: Holder | None
) -> Iterable[Standing]:
    for path, facts in found.plans.items():
        summary = found.summaries.get(path)
        unmet = () if summary is not None else _unmet(facts, found)
        yield standing(facts, summary, unmet, runs.get(path), holder)


def _unmet(plan: PlanFacts, found: _Found) -> tuple[Unmet, ...]:
    """Return what keeps a plan from being carried out, as a run refuses it."""
    unmet: list[Unmet] = []
    for entry in plan.depends_on:
        meant = found.needs.get(plan.path, {}).get(entry, ())
        if not meant:
            unmet.append(Unmet(entry))
        for path in meant:
            if found.summaries.get(path, _HALTED[0]) in _HALTED:
                known = found.plans.get(path)
                unmet.append(Unmet(known.id if known else path, path))
    return tuple(dict.fromkeys(unmet))
