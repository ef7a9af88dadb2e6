"""`gsd-run resume`: go on with a run that stopped."""

import argparse

from gsd_run.cli.project import here, run_of
from gsd_run.cli.run import carry
from gsd_run.domain.errors import Refusal, UsageError
from gsd_run.outside.git import open_repository
from gsd_run.running.carrying import Options
from gsd_run.running.journal import store_of


def main(arguments: argparse.Namespace) -> int:
    """Run the command."""
    place = here()
    store = store_of(open_repository(place.project.root))
    if arguments.plan:
        run = run_of(place, store, arguments.plan)
    else:
        stopped = store.unfinished()
        if not stopped:
            raise UsageError("no run has stopped here; `gsd-run PLAN` starts one")
        if len(stopped) > 1:
            listed = "\n".join(f"  {one.plan.id}" for one in stopped)
            raise UsageError(f"several runs have stopped; say which:\n{listed}")
        run = stopped[0]
    plan = place.project.root / run.plan.path
    if not plan.is_file():
        raise Refusal(
            f"{run.plan.path} is gone, and going on needs it; put it back (it is in the journal of "
            f"run {run.started.run}, and in git if it was committed)"
        )
    options = Options(
        baseline=not arguments.no_baseline, redo=arguments.redo, strict=arguments.strict
    )
    return carry(place, plan, options)
