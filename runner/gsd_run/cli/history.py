"""`gsd-run history [PLAN|PHASE]`: the runs of all plans, as a table, JSON, or into a database."""

import argparse
import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from gsd_run.api.places import Place
from gsd_run.cli.project import here
from gsd_run.domain.errors import UsageError
from gsd_run.domain.history import PastRun
from gsd_run.domain.visible import visible
from gsd_run.outside.git import open_repository
from gsd_run.outside.git_remote import name_of
from gsd_run.reading.phases import phase_plans
from gsd_run.reporting.history import COLUMNS, past_run, table
from gsd_run.running.journals.store import store_of
from gsd_run.running.looking.past import began, past_runs

_NUMBERS = frozenset({"took", "PROVEN", "REFUTED", "UNPROVEN", "vacuous", "tokens", "cost"})


def main(arguments: argparse.Namespace) -> int:
    """Run the command; exit status 1 when a record could not be read."""
    place = here()
    repository = open_repository(place.project.root)
    project = arguments.project or name_of(repository)
    since = _since(arguments.since) if arguments.since is not None else None
    unread: list[str] = []
    runs = [
        past_run(records, project, source)
        for source, records in past_runs(place.project.root, store_of(repository), unread.append)
        if since is None or began(records) >= since
    ]
    if arguments.plan:
        runs = _of(place, arguments.plan, runs)
    runs.sort(key=lambda run: (run.started_at, run.run))
    if arguments.sql:
        from gsd_run.outside.database import export  # noqa: PLC0415 - an extra, and heavy

        written, shown = export(arguments.sql, runs)
        told = f"{written} run{'' if written == 1 else 's'} of {project} written into {shown}"
        if known := len(runs) - written:
            told += f"; of {known} it knows more already"
        print(visible(told), file=sys.stderr)
    if arguments.json:
        print(msgspec.json.format(msgspec.json.encode(runs), indent=2).decode())
    elif not arguments.sql:
        _tell(runs)
    for one in unread:
        print(visible(f"left out: {one}"), file=sys.stderr)
    return 1 if unread else 0


def _since(text: str) -> dt.datetime:
    """Return the moment that is meant by a date, a time, or a number of days such as 30d.

    Raises:
        UsageError: it is none of these.
    """
    now = dt.datetime.now(dt.UTC)
    number, unit = text[:-1], text[-1:]
    days = {"d": 1, "w": 7}.get(unit)
    try:
        if days and number.isdecimal():
            return now - dt.timedelta(days=days * int(number))
        told = dt.datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise UsageError(
            f"--since {text}: give a date (2026-11-01), a time (2026-11-01T12:00), or how long "
            "ago it is, in days or weeks (30d, 4w)"
        ) from None
    return told if told.tzinfo else told.replace(tzinfo=dt.UTC)


def _of(place: Place, name: str, runs: Sequence[PastRun]) -> list[PastRun]:
    """Return the runs of the plan that goes by a name, or of all plans of the phase that does.

    Raises:
        UsageError: none does, nor is it the id of a plan that is gone.
    """
    root = place.project.root.resolve()
    try:
        found: Sequence[Path] = [place.plan(name)]
    except UsageError as no_plan:
        try:
            found = phase_plans(name, root, Path.cwd())
        except UsageError:
            gone = [run for run in runs if run.plan == name]
            if gone:
                return gone
            raise no_plan from None
    paths = {path.resolve().relative_to(root).as_posix() for path in found}
    return [run for run in runs if run.path in paths]


def _tell(runs: Sequence[PastRun]) -> None:
    """Print the table in columns."""
    if not runs:
        print("no plan was ever run here, and no evidence of a run was committed")
        return
    rows = [COLUMNS, *table(runs)]
    rows = [tuple(visible(cell) for cell in row) for row in rows]
    widths = [max(len(row[place]) for row in rows) for place in range(len(COLUMNS))]
    for row in rows:
        cells = [
            cell.rjust(width) if name in _NUMBERS else cell.ljust(width)
            for cell, width, name in zip(row, widths, COLUMNS, strict=True)
        ]
        print("  ".join(cells).rstrip())
