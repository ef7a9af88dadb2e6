"""`gsd-run record`: turn a finished run into the steps of a run file, to be replayed."""

import argparse
import sys

from gsd_run.api.places import run_of
from gsd_run.cli.project import here
from gsd_run.domain.errors import Refusal
from gsd_run.domain.visible import visible
from gsd_run.outside.git import open_repository
from gsd_run.running.finishing import write_text
from gsd_run.running.journals.store import store_of
from gsd_run.running.looking.recording import record, steps_lost


def main(arguments: argparse.Namespace) -> int:
    """Run the command."""
    place = here()
    repository = open_repository(place.project.root)
    state = run_of(place, store_of(repository), arguments.plan)
    made = record(repository, state)
    if arguments.stdout:
        sys.stdout.write(visible(made.text) if sys.stdout.isatty() else made.text)
        return 0
    if lost := steps_lost(repository, state, made):
        raise Refusal(
            f"recording replaces the steps of {lost}, and the run file has changes that are not "
            "committed; commit it first, or look at `gsd-run record PLAN --stdout`"
        )
    name = made.path.relative_to(place.project.root.resolve()).as_posix()
    write_text(place.project.root, name, made.text)
    print(f"{name}: {_tasks('patched', made.patched)}, {_tasks('by their steps', made.kept)}")
    for one in made.missing:
        print(visible(f"  left out: {one}"))
    print(
        f"replayed on {made.recorded.base[:9]}, it ends with the tree {made.recorded.tree[:12]} "
        "(all files but the run file)"
    )
    return 0


def _tasks(how: str, numbers: tuple[int, ...]) -> str:
    return f"tasks {how}: {', '.join(map(str, numbers)) or 'none'}"
