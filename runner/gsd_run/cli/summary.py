"""`gsd-run summary PLAN`: write SUMMARY.md again, from the journal alone."""

import argparse
import sys

from gsd_run.cli.project import here, run_of
from gsd_run.cli.run import summary_of
from gsd_run.domain.errors import Refusal
from gsd_run.outside.git import open_repository
from gsd_run.running.finishing import write_text
from gsd_run.running.journals.journal import store_of


def main(arguments: argparse.Namespace) -> int:
    """Run the command."""
    place = here()
    store = store_of(open_repository(place.project.root))
    run = run_of(place, store, arguments.plan)
    if run.ended is None:
        raise Refusal(
            f"the run of {run.plan.id} has not ended, and GSD takes any summary for completion; "
            "`gsd-run resume` goes on with it"
        )
    text = summary_of(run)
    if arguments.stdout:
        sys.stdout.write(text)
    else:
        write_text(place.project.root, run.started.summary, text)
        print(run.started.summary)
    return 0
