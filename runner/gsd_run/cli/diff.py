"""`gsd-run diff PLAN`: what a run changed, as git would apply it."""

import argparse
import sys

from gsd_run.api.places import Place
from gsd_run.cli.project import chosen_run, here
from gsd_run.domain.errors import Refusal, UsageError
from gsd_run.domain.run import RunState, folded
from gsd_run.domain.visible import visible
from gsd_run.outside.git import open_repository
from gsd_run.outside.git_finding import stat_of
from gsd_run.running.looking.diffing import diff_of, work_of
from gsd_run.running.looking.story import story_of_evidence

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}
_HEADS = (
    "diff --git ",
    "index ",
    "--- ",
    "+++ ",
    "new file",
    "deleted file",
    "old mode",
    "new mode",
)


def main(arguments: argparse.Namespace) -> int:
    """Run the command: 0 with what could be found, 3 where a part of the work is nowhere here."""
    place = here()
    repository = open_repository(place.project.root)
    state = _state(place, arguments.plan, arguments.run)
    work = work_of(repository, state, arguments.task)
    diffs = [diff_of(repository, piece) for piece in work.pieces]
    for piece, diff in zip(work.pieces, diffs, strict=True):
        if "not committed" in piece.what and diff:
            print(visible(f"with {piece.what}"), file=sys.stderr)
    diff = b"".join(diffs)
    if arguments.stat:
        sys.stdout.write(visible(stat_of(repository, diff)))
    else:
        _print(diff)
    if work.missing:
        raise Refusal("not all of the run's work is here:\n  " + "\n  ".join(work.missing))
    return 0


def _state(place: Place, plan: str, run: str) -> RunState:
    """Return the run that is meant, from its journal or from the evidence beside the summary."""
    try:
        return chosen_run(place, plan, run)
    except UsageError:
        story = None if run else story_of_evidence(place.plan(plan))
        if story is None:
            raise
        return folded(story.records)


def _print(diff: bytes) -> None:
    """Print a diff: in a pipe byte for byte, on a terminal in colour, with nothing that acts."""
    if not sys.stdout.isatty():
        sys.stdout.buffer.write(diff)
        return
    from rich.console import Console  # noqa: PLC0415 - 60 ms, only where somebody sees it
    from rich.text import Text  # noqa: PLC0415

    shown = Text()
    for line in visible(diff.decode("utf-8", "replace")).splitlines(keepends=True):
        style = "bold" if line.startswith(_HEADS) else _COLOURS.get(line[:1], "")
        shown.append(line, style)
    Console(highlight=False).print(shown, end="", soft_wrap=True)
