"""Where the user is: the project of the current folder, and the run that their words mean."""

from pathlib import Path

from gsd_run.api.places import Place, place_at, run_of
from gsd_run.domain.errors import UsageError
from gsd_run.domain.run import RunState
from gsd_run.outside.git import open_repository
from gsd_run.reading.confining import Use
from gsd_run.running.journals.store import store_of


def here(sandbox: Use | None = None) -> Place:
    """Return the project that the current folder is in; `sandbox` is what the call says of that."""
    return place_at(Path.cwd(), sandbox)


def chosen_run(place: Place, plan: str | None, run: str) -> RunState:
    """Return the run that is meant: by its id, the newest of a plan, else the newest of all.

    Raises:
        UsageError: there is none.
    """
    store = store_of(open_repository(place.project.root))
    if run:
        found = store.run(run) if "/" not in run else None
        if found is None:
            listed = "\n".join(f"  {one.run}  {one.plan}" for one in store.begun())
            raise UsageError(f"no run {run} here. Runs:\n{listed or '  (none)'}")
        if plan and run_of(place, store, plan).plan.path != found.plan.path:
            raise UsageError(f"run {run} is one of {found.plan.path}, not of {plan}")
        return found
    if plan is not None:
        return run_of(place, store, plan)
    runs = store.newest()
    if not runs:
        raise UsageError("no plan was ever run here")
    return max(runs, key=lambda one: one.started.run)
