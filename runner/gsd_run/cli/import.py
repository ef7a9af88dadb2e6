# ruff: noqa: N999 - commands are found by their modules' names, and nobody imports this one
"""`gsd-run import FILE`: take in a run's state that `gsd-run export` wrote."""

import argparse
import tempfile
from pathlib import Path

from gsd_run.cli.console import watcher, write
from gsd_run.cli.project import here
from gsd_run.domain.run import RunState
from gsd_run.domain.savepoint import folder_of
from gsd_run.outside import git
from gsd_run.running.beginning.preparing import environment_of
from gsd_run.running.going_back.reopening import opened_run
from gsd_run.running.journals.importing import (
    StateFile,
    check_out,
    read_state_file,
    refuse_working,
    restore_working,
    take_in,
    went_on,
)
from gsd_run.running.journals.store import store_of


def main(arguments: argparse.Namespace) -> int:
    """Run the command."""
    place = here()
    repository = git.open_repository(place.project.root)
    store = store_of(repository)
    with watcher() as looking_on, store.locked():
        with tempfile.TemporaryDirectory(dir=git.scratch(repository)) as scratch:
            given = read_state_file(Path(arguments.file), Path(scratch))
        new = take_in(repository, store, given)
        run = given.manifest.run
        write(f"run {run} of {given.manifest.plan}: " + ("taken in" if new else "here already"))
        opened = opened_run(place.project, place.settings, repository, store, looking_on, run)
        if went_on(opened, given):
            _tell_went_on(opened.state)
            return 0
        if arguments.checkout:
            check_out(repository, given)
        if given.state.is_over:
            _tell_over(given, place.project.root)
            return 0
        if why := refuse_working(opened, given):
            _tell_ways_on(given, arguments.file, why)
            return 3
        restore_working(opened, given, environment_of(place.project, repository))
        for path in given.manifest.working.paths:
            write(f"  {path}")
        write(f"`gsd-run resume {given.manifest.plan}` goes on")
    return 0


def _tell_went_on(here_now: RunState) -> None:
    """Say how far a run has come here that the file holds an earlier state of."""
    if here_now.undone:
        write("it was taken back here since; nothing was changed")
    elif here_now.completed:
        write("it is complete here since; nothing was changed")
    else:
        write("it went on here since; `gsd-run resume` goes on with it")


def _tell_over(given: StateFile, root: Path) -> None:
    """Say where the work of a run that is over is, and how to get its summary."""
    manifest = given.manifest
    write(f"it is over; its commits are at {folder_of(manifest.run)}head")
    if given.state.completed and not (root / given.state.started.summary).exists():
        write(f"`gsd-run summary {manifest.plan}` writes its summary")


def _tell_ways_on(given: StateFile, file: str, why: str) -> None:
    manifest = given.manifest
    write(f"the work tree was left as it is: {why}")
    write(f"the run's commits are at {folder_of(manifest.run)}head. On a clean tree,")
    write(f"  `gsd-run import {file} --checkout`")
    write("brings the run's branch to it, restores the work in flight, and then `gsd-run resume`")
