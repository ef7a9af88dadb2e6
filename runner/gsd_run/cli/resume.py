"""`gsd-run resume`: go on with a run that stopped."""

import argparse

from gsd_run.api.places import plan_file_of, stopped_run
from gsd_run.cli.ci_reports import reported
from gsd_run.cli.console import mode_of
from gsd_run.cli.project import here
from gsd_run.cli.run import carry, options_of


@reported
def main(arguments: argparse.Namespace) -> int:
    """Run the command."""
    place = here(arguments.sandbox)
    run = stopped_run(place, arguments.plan)
    options, mode = options_of(arguments), mode_of(arguments)
    return carry(place, plan_file_of(place, run), options, arguments.timeout, mode)
