"""`gsd-run check PLAN`: judge the tree as it is; nothing is changed, nothing is kept."""

import argparse

from gsd_run.cli.console import watcher
from gsd_run.cli.project import here
from gsd_run.running.checking_up import check_up
from gsd_run.running.engine import Exit


def main(arguments: argparse.Namespace) -> int:
    """Run the command."""
    place = here()
    with watcher() as looking_on:
        state = check_up(place.plan(arguments.plan), place.project, place.settings, looking_on)
    verdicts = list(state.end_verdicts.values())
    counted = {
        word: sum(verdict.state == word for verdict in verdicts)
        for word in ("PROVEN", "REFUTED", "UNPROVEN")
    }
    print(", ".join(f"{count} {word}" for word, count in counted.items()))
    if counted["REFUTED"]:
        return Exit.FAILED
    return Exit.WAITING if arguments.strict and counted["UNPROVEN"] else Exit.FINISHED
