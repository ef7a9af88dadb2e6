"""`gsd-run summary PLAN`: write SUMMARY.md again, from the journal alone."""

import argparse
import sys
from pathlib import Path

from gsd_run.api.places import Place, run_of
from gsd_run.cli.console import write
from gsd_run.cli.project import here
from gsd_run.domain.errors import Refusal, UsageError
from gsd_run.domain.event import Template
from gsd_run.domain.run import RunState
from gsd_run.outside.git import open_repository
from gsd_run.reading.settings import Settings, template_at
from gsd_run.reporting.summary import built_in_template
from gsd_run.running.finishing import write_text
from gsd_run.running.journals.store import store_of
from gsd_run.running.planning import applied_again
from gsd_run.running.summaries import summary_by, warnings_of


def main(arguments: argparse.Namespace) -> int:
    """Run the command."""
    place = here()
    if arguments.plan is None:
        return _print_template(arguments.template, place.settings)
    template = place.settings.summary_template
    if arguments.template:
        template = _template(arguments.template)
    elif arguments.template == "":
        raise UsageError(
            "`gsd-run summary --template` prints the template in use; with a plan, say which "
            "template: --template FILE"
        )
    run = _ended(place, arguments.plan)
    text = summary_by(run, template)
    for told in warnings_of(run, text) if template else ():
        print(told, file=sys.stderr)
    if arguments.stdout:
        sys.stdout.write(text)
    else:
        write_text(place.project.root, run.started.summary, text)
        write(run.started.summary)
        if place.settings.update_planning:
            repository = open_repository(place.project.root)
            for told in applied_again(place.project.root, repository, run, text):
                write(told)
    return 0


def _ended(place: Place, plan: str) -> RunState:
    """Return the newest run of a plan, if it has ended.

    Raises:
        Refusal: it has not.
    """
    run = run_of(place, store_of(open_repository(place.project.root)), plan)
    if run.ended is None:
        raise Refusal(
            f"the run of {run.plan.id} has not ended, and GSD takes any summary for completion; "
            "`gsd-run resume` goes on with it"
        )
    return run


def _print_template(asked: str | None, settings: Settings) -> int:
    if asked is None:
        raise UsageError("which plan? `gsd-run summary PLAN`; or --template, for the template")
    if asked:
        raise UsageError(f"which plan is to be written by {asked}? gsd-run summary PLAN --template")
    used = settings.summary_template
    # `… --template > FILE` has made the file that is read here, empty.
    sys.stdout.write(used.text if used and used.text.strip() else built_in_template())
    return 0


def _template(path: str) -> Template:
    place = Path(path).absolute()
    found = template_at(place.parent, place.name, path)
    if found is None:
        raise UsageError(f"{path}: no such file")
    return found
