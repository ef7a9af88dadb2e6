"""Where the plans of a project stand: from its files, its runs' journals, and who works now.

Only what has changed since the last call is read, and the modules to read it are imported then.
"""

import os
import stat
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from gsd_run.domain.standing import Overview, PlanFacts, RunFacts, Signature, Standing, Unmet
from gsd_run.outside.git_folders import branch_of, git_folders
from gsd_run.outside.lock_holder import holder_of
from gsd_run.running.looking.newest_runs import Newest, newest_runs
from gsd_run.running.looking.standing import HALTED, Around, Written, standing, without_its_file
from gsd_run.running.looking.status_index import Index, load, save, signature

_FEW = 3  # journals, that are read again sooner than all is written anew during a run


class _Found(NamedTuple):
    """What is known of all plans: their facts, their summaries' states, what they need."""

    plans: dict[str, PlanFacts]
    summaries: dict[str, Written]
    needs: dict[str, dict[str, tuple[str, ...]]]


def overview(root: str) -> Overview:
    """Return where the plans of the project at `root` stand, and which journals can't be read.

    Raises:
        Refusal: it is in no git repository.
    """
    folders = git_folders(root) or _asked(root)
    place = os.path.join(folders[0], "gsd-run", "status.json")  # noqa: PTH118 - in a hurry
    store = os.path.join(folders[1], "gsd-run")  # noqa: PTH118 - as above
    before = load(place, root)
    files = _files(root)
    plans = _plans(root, files, before)
    summaries = _summaries(root, files, plans, before)
    needs = before.needs if before.plans == plans else _needs(root, plans)
    runs = newest_runs(store, before)
    now = Index(plans, summaries, needs, runs.heads, runs.runs)
    found = _Found(
        plans={path: facts for path, (_, facts) in plans.items() if facts},
        summaries={
            path: Written(status, empty=not size)
            for path, ((size, _, _), status) in summaries.items()
        },
        needs=needs,
    )
    holder = holder_of(os.path.join(store, "lock"))  # noqa: PTH118 - as above
    if _worth_keeping(now, before, at_work=holder is not None):
        save(place, root, now)
    around = Around(holder, branch_of(folders[0]), lambda commit: _has(root, commit))
    every = tuple((name.removesuffix(".jsonl"), plan) for name, plan in runs.heads.items())
    plans_stand = _in_phases(_standings(found, runs, around))
    return Overview(plans_stand, holder, runs.troubles, every)


def _worth_keeping(now: Index, before: Index, *, at_work: bool) -> bool:
    """Tell whether to write the index: a run at work would have it written at every look."""
    changed = sum(before.runs.get(name) != entry for name, entry in now.runs.items())
    return now[:4] != before[:4] or changed > (_FEW if at_work else 0)


def _asked(root: str) -> tuple[str, str]:
    """Return the git folders as git says; where there is no repository, the error says so."""
    from pathlib import Path  # noqa: PLC0415 - in a hurry

    from gsd_run.outside.git import open_repository  # noqa: PLC0415 - as above

    repository = open_repository(Path(root))
    return str(repository.git_dir), str(repository.common_dir)


def _has(root: str, commit: str) -> bool:
    """Tell whether a commit is part of what is checked out; git is asked, so it takes a while."""
    from pathlib import Path  # noqa: PLC0415 - in a hurry

    from gsd_run.outside.git import is_in_history, open_repository  # noqa: PLC0415 - as above

    return bool(commit) and is_in_history(open_repository(Path(root)), commit)


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
                    about = entry.stat()
                except OSError:
                    continue  # a link to nothing, or gone meanwhile
                if stat.S_ISREG(about.st_mode):  # a device or a pipe may never end
                    found[f"{folder}/{entry.name}"] = signature(about)
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


def _standings(found: _Found, runs: Newest, around: Around) -> Iterable[Standing]:
    newest = _by_plan(found, [facts for _, facts in runs.runs.values() if facts])
    broken = {one.plan: one.told for one in runs.troubles}
    called = _names(found.plans.values())
    for path, facts in found.plans.items():
        written = found.summaries.get(path)
        unmet = () if written is not None else _unmet(facts, found)
        if path in broken:
            yield Standing(facts, called[path], "unreadable", broken[path])
        else:
            yield standing(facts, called[path], written, unmet, newest.get(path), around)
    for path, run in newest.items():
        if path not in found.plans and not run.is_over:
            facts = _without_file(run)
            yield without_its_file(standing(facts, facts.id, None, (), run, around))


def _by_plan(found: _Found, runs: Iterable[RunFacts]) -> dict[str, RunFacts]:
    """Return the newest runs by their plans, by its id where a plan was moved (to an archive)."""
    newest = {run.path: run for run in runs}
    for path, run in list(newest.items()):
        if path not in found.plans:
            ids = [one.path for one in found.plans.values() if one.id == run.plan]
            if len(ids) == 1 and ids[0] not in newest:
                newest[ids[0]] = newest.pop(path)
    return newest


def _names(plans: Iterable[PlanFacts]) -> dict[str, str]:
    """Return what each plan is called by: its id, its path where that would not mean it alone."""
    every = list(plans)
    keys = Counter((one.key, one.archived) for one in every)
    live = {one.key for one in every if not one.archived}
    return {
        one.path: one.path
        if keys[one.key, one.archived] > 1
        or (one.archived and one.key in live)
        or one.id.startswith("-")
        else one.id
        for one in every
    }


def _without_file(run: RunFacts) -> PlanFacts:
    """Return what a run knows of a plan that is not there any more."""
    folder = run.path.rpartition("/")[0]
    return PlanFacts(
        id=run.plan,
        key="",
        path=run.path,
        phase=folder.rpartition("/")[2],
        folder=folder,
        archived=False,
        title="",
        summaries=(),
        tasks=len(run.tasks),
    )


def _in_phases(every: Iterable[Standing]) -> tuple[Standing, ...]:
    """Put those of a phase together, the phases in their order."""
    listed = list(every)
    places = {one.plan.folder: place for place, one in reversed(list(enumerate(listed)))}
    return tuple(sorted(listed, key=lambda one: places[one.plan.folder]))


def _unmet(plan: PlanFacts, found: _Found) -> tuple[Unmet, ...]:
    """Return what keeps a plan from being carried out, as a run refuses it."""
    unmet: list[Unmet] = []
    for entry in plan.depends_on:
        meant = found.needs.get(plan.path, {}).get(entry, ())
        if not meant:
            unmet.append(Unmet(entry))
        for path in meant:
            written = found.summaries.get(path)
            if written is None or written.status in HALTED:
                known = found.plans.get(path)
                unmet.append(Unmet(known.id if known else path, path))
    return tuple(dict.fromkeys(unmet))
