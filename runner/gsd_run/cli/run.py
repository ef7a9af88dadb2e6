"""`gsd-run PLAN`: carry a plan out, or go on with the run of it that stopped."""

import argparse
from pathlib import Path

from gsd_run.cli.console import watcher
from gsd_run.cli.ending import tell
from gsd_run.cli.project import Place, here
from gsd_run.domain.errors import Waiting
from gsd_run.domain.run import RunState
from gsd_run.reporting.report import report_of
from gsd_run.reporting.summary import summary_text
from gsd_run.running.carrying import Asked, Options
from gsd_run.running.engine import carry_out


def main(arguments: argparse.Namespace) -> int:
    """Run the command."""
    place = here()
    options = Options(
        baseline=not arguments.no_baseline,
        redo=arguments.redo,
        fresh=arguments.fresh,
        allow_dirty=arguments.allow_dirty,
        strict=arguments.strict,
        branch=arguments.branch,
    )
    return carry(place, place.plan(arguments.plan), options)


def carry(place: Place, plan: Path, options: Options) -> int:
    """Carry a plan out with everything shown to the user, and return the exit status."""
    asked = Asked(plan_path=plan, project=place.project, settings=place.settings, options=options)
    with watcher() as looking_on:
        try:
            ending = carry_out(asked, looking_on, summary_of)
        except Waiting as waiting:
            looking_on.said(waiting.message)
            return waiting.exit_code
    tell(ending)
    return int(ending.exit)


def summary_of(state: RunState) -> str:
    """Render a run's SUMMARY.md."""
    return summary_text(report_of(state))
