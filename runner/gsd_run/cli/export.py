"""`gsd-run export PLAN`: write a run's state into one file."""

import argparse
from pathlib import Path

from gsd_run.cli.console import watcher, write
from gsd_run.cli.project import chosen_run, here
from gsd_run.domain.errors import Refusal
from gsd_run.outside.git import open_repository
from gsd_run.outside.syncing import write_durably
from gsd_run.running.going_back.reopening import reopened
from gsd_run.running.journals.exporting import export, refuse_in_the_way
from gsd_run.running.journals.store import store_of


def main(arguments: argparse.Namespace) -> int:
    """Run the command."""
    place = here()
    run = chosen_run(place, arguments.plan, arguments.run).started.run
    repository = open_repository(place.project.root)
    folder = store_of(repository).folder / "exports"
    target = Path(arguments.output or folder).absolute()
    if target.is_dir() or not arguments.output:
        target /= f"{run}.gsd-run.tar.gz"
    refuse_in_the_way(repository, target)
    with (
        watcher() as looking_on,
        reopened(place.project, place.settings, looking_on, run) as carrying,
    ):
        exported = export(carrying)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_durably(target, exported.content)
    except OSError as error:
        raise Refusal(f"{target} can't be written: {error.strerror}") from error
    manifest = exported.manifest
    write(f"{target}: run {manifest.run} of {manifest.plan}, {len(exported.content)} bytes")
    if manifest.working.paths:
        write(f"with the work in flight: {', '.join(manifest.working.paths)}")
    if exported.left:
        write(f"not in it, they are not the run's: {', '.join(exported.left)}")
    write(f"in a clone that has {manifest.base[:9]}: `gsd-run import {target.name}`")
    return 0
