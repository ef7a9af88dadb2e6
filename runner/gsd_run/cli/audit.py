"""`gsd-run audit PLAN`: see whether what a run recorded still holds, here and now."""

import argparse

from msgspec.structs import replace

from gsd_run.cli.console import watcher
from gsd_run.cli.project import here
from gsd_run.domain.audit import Audit
from gsd_run.domain.errors import GsdRunError
from gsd_run.domain.run import folded
from gsd_run.domain.visible import visible
from gsd_run.outside.git import open_repository
from gsd_run.reading.plan_names import plan_id
from gsd_run.running.journals.store import store_of
from gsd_run.running.looking.auditing import audit, recorded
from gsd_run.running.looking.rerunning import rerun
from gsd_run.running.summaries import summary_of

_WORDS = {"holds": "holds", "broken": "BROKEN", "unknown": "not known"}


def main(arguments: argparse.Namespace) -> int:
    """Run the command; exit status 1 when something contradicts the record."""
    place = here()
    plan = place.plan(arguments.plan)
    repository = open_repository(place.project.root)
    store = store_of(repository)
    found = audit(
        plan, plan_id(plan), repository, store, summary_of, place.settings.summary_template
    )
    if arguments.rerun and not found.broken:
        _, records = recorded(plan, place.project.root, store, plan_id(plan))
        try:
            with watcher() as looking_on:
                state, project = folded(records), place.project
                again = rerun(state, project, place.settings, repository, looking_on)
        except GsdRunError:
            _tell(found)  # what was looked at is true all the same
            raise
        found = replace(found, looked=(*found.looked, again))
    _tell(found)
    return 1 if found.broken else 0


def _tell(found: Audit) -> None:
    print(f"audit of {found.plan}" + (f", run {found.run}" if found.run else ""))
    if found.source:
        print(visible(f"  by {found.source}"))
    for one in found.looked:
        print(visible(f"  {one.what:<10} {_WORDS[one.held]:<10} {one.found}"))
        for detail in one.details:
            print(visible(f"    {detail}"))
