"""`gsd-run restore`: the states that a run's files went through, shown and brought back."""

import argparse
import os
from pathlib import Path

from gsd_run.api.places import Place
from gsd_run.cli.console import watcher, write
from gsd_run.cli.project import chosen_run, here
from gsd_run.domain.errors import UsageError
from gsd_run.domain.savepoint import Savepoint
from gsd_run.outside.git import open_repository
from gsd_run.running.carrying import Carrying
from gsd_run.running.going_back.reopening import reopened
from gsd_run.running.going_back.restoring import bring_back, files_differing, points_of, prune
from gsd_run.running.journals.store import store_of

SHOWN = 3  # differing files that a line of the list names


def main(arguments: argparse.Namespace) -> int:
    """Run the command: list, bring back, or prune."""
    place = here()
    if arguments.prune:
        return _prune(place, arguments)
    run = chosen_run(place, arguments.plan, arguments.run)
    with watcher() as looking_on:
        opened = reopened(place.project, place.settings, looking_on, run.started.run)
        with opened as carrying:
            if arguments.savepoint is None or arguments.list:
                _list(carrying)
                return 0
            files = [_below_root(place, name) for name in arguments.file]
            brought = bring_back(carrying, arguments.savepoint, files)
    if not brought.paths:
        write(f"nothing to do: the run's files are as in savepoint {arguments.savepoint}")
    for path in brought.paths:
        write(f"  {path}")
    if brought.paths:
        files_are = "1 file is" if len(brought.paths) == 1 else f"{len(brought.paths)} files are"
        write(
            f"{files_are} as in savepoint {arguments.savepoint}; what was there is savepoint "
            f"{brought.before}"
        )
    if brought.left:
        write(f"left alone, they are not the run's: {', '.join(brought.left)}")
    return 0


def _list(run: Carrying) -> None:
    """Print a run's savepoints with the files that are not as in them now."""
    state = run.state
    write(f"run {state.started.run} of {state.plan.id}")
    for point in points_of(run):
        write(f"  {point.number:>4}  {point.time[:19]}  {_what(point):<26}  {_now(run, point)}")
        if point.reason:
            write(f"        {point.reason.splitlines()[0]}")
    write(f"`gsd-run restore {state.plan.id} NUMBER` brings one back")


def _what(point: Savepoint) -> str:
    if point.task is None:
        return point.moment
    return f"{point.moment} task {point.task}, attempt {point.attempt}"


def _now(run: Carrying, point: Savepoint) -> str:
    differing = files_differing(run, point)
    if differing is None:
        return "pruned"
    if not differing:
        return "as now"
    more = f" and {len(differing) - SHOWN} more" if len(differing) > SHOWN else ""
    return f"not as now: {', '.join(differing[:SHOWN])}{more}"


def _prune(place: Place, arguments: argparse.Namespace) -> int:
    repository = open_repository(place.project.root)
    store = store_of(repository)
    plan = chosen_run(place, arguments.plan, "").plan.id if arguments.plan else ""
    with store.locked():
        pruned = prune(repository, store, arguments.run, plan)
    for name, count in pruned.refs.items():
        write(f"  {name}: {count}")
    write(f"{sum(pruned.refs.values())} savepoints of {len(pruned.refs)} runs are let go")
    if pruned.spared:
        write(f"kept, their runs are not complete: {', '.join(pruned.spared)}")
    write("`git for-each-ref refs/gsd-run` lists what is left; `git gc` frees the space in time")
    return 0


def _below_root(place: Place, name: str) -> str:
    """Return a file's path from the project's root; it may be given from the current folder.

    Raises:
        UsageError: it is outside.
    """
    root = place.project.root.resolve()
    path = Path(os.path.normpath(Path.cwd() / name))
    if not path.is_relative_to(root):
        raise UsageError(f"{name}: outside the project {root}")
    return path.relative_to(root).as_posix()
