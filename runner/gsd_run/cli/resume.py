"""`gsd-run resume`: go on with a run that stopped."""

import argparse
from pathlib import Path

from gsd_run.cli.ci_reports import reported
from gsd_run.cli.console import mode_of
from gsd_run.cli.project import Place, here, run_of
from gsd_run.cli.run import carry, options_of
from gsd_run.domain.errors import Refusal, UsageError
from gsd_run.domain.run import RunState
from gsd_run.outside.git import open_repository
from gsd_run.running.journals.store import store_of


@reported
def main(arguments: argparse.Namespace) -> int:
    """Run the command."""
    place = here(arguments.sandbox)
    run = stopped_run(place, arguments.plan)
    options, mode = options_of(arguments), mode_of(arguments)
    return carry(place, plan_of(place, run), options, arguments.timeout, mode)


def stopped_run(place: Place, plan: str | None) -> RunState:
    """Return the run to go on with: the plan's, or the only one that stopped.

    Raises:
        UsageError: there is none, or there are several.
    """
    store = store_of(open_repository(place.project.root))
    if plan:
        run = run_of(place, store, plan)
        if run.undone:
            raise UsageError(f"the run of {plan} was taken back; `gsd-run {plan}` starts a new one")
        return run
    stopped = store.unfinished()
    if not stopped:
        raise UsageError("no run has stopped here; `gsd-run PLAN` starts one")
    if len(stopped) > 1:
        listed = "\n".join(f"  {one.plan.id}" for one in stopped)
        raise UsageError(f"several runs have stopped; say which:\n{listed}")
    return stopped[0]


def plan_of(place: Place, run: RunState) -> Path:
    """Return where a run's plan lies.

    Raises:
        Refusal: it is gone.
    """
    plan = place.project.root / run.plan.path
    if not plan.is_file():
        raise Refusal(
            f"{run.plan.path} is gone, and going on needs it; put it back (it is in the journal of "
            f"run {run.started.run}, and in git if it was committed)"
        )
    return plan
