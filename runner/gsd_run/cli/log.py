"""`gsd-run log PLAN`: the story of a run, and what its commands wrote."""

import argparse
import re
import sys

from gsd_run.api.places import Place
from gsd_run.cli.coloured import print_coloured
from gsd_run.cli.project import chosen_run, here
from gsd_run.domain import lazy
from gsd_run.domain.errors import UsageError
from gsd_run.domain.story import Story
from gsd_run.domain.visible import visible
from gsd_run.outside.git import open_repository
from gsd_run.reporting.log import log_text, output_text
from gsd_run.running.journals.store import Store, store_of
from gsd_run.running.looking.story import (
    numbered,
    of_task,
    printed,
    story_of_evidence,
    story_of_run,
)

_COLOURS = (
    (lazy.pattern(r"^\d\d:\d\d:\d\d", re.MULTILINE), "dim"),
    (lazy.pattern(r"\b(?:PROVEN|PASSED)\b"), "green"),
    (lazy.pattern(r"\b(?:REFUTED|FAILED)\b|(?<=  )stopped with .*"), "red"),
    (lazy.pattern(r"\bUNPROVEN\b"), "yellow"),
    (lazy.pattern(r"^ +#\d+", re.MULTILINE), "cyan"),
)


def main(arguments: argparse.Namespace) -> int:
    """Run the command."""
    place = here()
    store = store_of(open_repository(place.project.root))
    story = story_of(place, store, arguments.plan, arguments.run)
    if arguments.task is not None:
        story = of_task(story, arguments.task)
    if arguments.command_number is not None:
        return _output(story, store, arguments)
    if arguments.raw:
        raise UsageError("--raw goes with --command K: it prints just what that command wrote")
    if arguments.json:
        sys.stdout.write(visible(_as_json(story)))
    else:
        print_coloured(log_text(story), _COLOURS)
    return 0


def story_of(place: Place, store: Store, plan: str, run: str) -> Story:
    """Return the story of a plan's newest run, or of another; without one, of the evidence.

    Raises:
        UsageError: no run of the plan is here, and no evidence lies beside its summary.
    """
    try:
        found = chosen_run(place, plan, run)
    except UsageError:
        if run:
            raise
        story = story_of_evidence(place.plan(plan))
        if story is None:
            raise
        return story
    return story_of_run(store, found.started.run)


def _output(story: Story, store: Store, arguments: argparse.Namespace) -> int:
    """Print what one command wrote."""
    ran = numbered(story, arguments.command_number)
    output = printed(story, ran, store)
    if arguments.json:
        import msgspec  # noqa: PLC0415 - loaded already; named where it is used

        told = {**msgspec.to_builtins(ran), **msgspec.to_builtins(output)}
        sys.stdout.write(visible(msgspec.json.format(msgspec.json.encode(told)).decode() + "\n"))
        return 0
    if output.excerpt:
        here = f"is gone from {store.folder / 'outputs'}"
        where = here if story.whole else "is in the clone where the run was made"
        print(visible(f"an excerpt: the whole {where}"), file=sys.stderr)
    if arguments.raw:
        sys.stdout.buffer.write((output.stdout + output.stderr).encode("utf-8", "replace"))
    else:
        sys.stdout.write(visible(output_text(ran, output)))
    return 0


def _as_json(story: Story) -> str:
    import msgspec  # noqa: PLC0415 - as above

    return msgspec.json.format(msgspec.json.encode(story), indent=2).decode() + "\n"
