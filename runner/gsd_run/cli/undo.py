"""`gsd-run undo PLAN`: take a run's commits back."""

import argparse

from gsd_run.cli.console import watcher, write
from gsd_run.cli.project import chosen_run, here
from gsd_run.running.carrying import Carrying
from gsd_run.running.going_back.reopening import reopened
from gsd_run.running.going_back.undoable import Undoing, refuse_undone_elsewhere, what_to_undo
from gsd_run.running.going_back.undoing import undo


def main(arguments: argparse.Namespace) -> int:
    """Run the command."""
    place = here()
    run = chosen_run(place, arguments.plan, arguments.run)
    with (
        watcher() as looking_on,
        reopened(place.project, place.settings, looking_on, run.started.run) as carrying,
    ):
        if carrying.state.is_over and carrying.state.undone:
            refuse_undone_elsewhere(carrying)
            write(f"run {run.started.run} of {run.plan.id} was taken back already")
            return 0
        if arguments.dry_run:
            told = what_to_undo(carrying, arguments.task, revert=arguments.revert)
            _tell(carrying, told, "would be taken back")
            return 0
        done = undo(carrying, arguments.task, revert=arguments.revert)
        _tell(carrying, done, "taken back")
        _tell_ways_on(carrying, done)
    return 0


def _tell(run: Carrying, undoing: Undoing, how: str) -> None:
    """Print the commits and the files, newest commit first."""
    by = f" by {undoing.way}" if undoing.commits else ""
    commits = f"{len(undoing.commits)} commit{'' if len(undoing.commits) == 1 else 's'}"
    write(f"{commits} of run {run.state.started.run} {how}{by}")
    if undoing.why and undoing.way == "revert":
        write(f"({undoing.why})")
    for commit in undoing.commits:
        write(f"  {commit.id[:9]} {commit.subject}")
    for path in (*undoing.files, *undoing.beside):
        write(f"    {path}")


def _tell_ways_on(run: Carrying, done: Undoing) -> None:
    plan = run.state.plan.id
    if done.commits:
        write(f"they are kept; `gsd-run restore {plan}` lists them")
    if done.whole:
        write(f"`gsd-run {plan}` carries the plan out anew")
    else:
        write(f"`gsd-run resume {plan}` goes on with task {done.from_task}")
