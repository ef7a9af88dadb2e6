"""`gsd-run history [PLAN|PHASE]`: the runs of all plans, as a table, JSON, or into a database."""

import argparse
import datetime as dt
import os
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
from gsd_run.reading.plan_names import plan_id
from gsd_run.reporting.history import past_run
from gsd_run.reporting.history_table import COLUMNS, table
from gsd_run.running.journals.store import store_of
from gsd_run.running.looking.past import past_runs


def main(arguments: argparse.Namespace) -> int:
    """Run the command; exit status 1 when a record could not be read."""
    place = here()
    project = arguments.project or name_of(open_repository(place.project.root))
    unread: list[str] = []
    runs = _runs(place, project, unread)
    asked = _asked(place, arguments, runs)
    if arguments.sql is not None:
        from gsd_run.outside.database import export  # noqa: PLC0415 - an extra, and heavy

        written, shown = export(arguments.sql, asked)
        told = f"{written} run{'' if written == 1 else 's'} of {project} written into {shown}"
        if known := len(asked) - written:
            told += f"; of {known} it knows more already"
        print(visible(told), file=sys.stderr)
    if arguments.json:
        print(msgspec.json.format(msgspec.json.encode(asked), indent=2).decode())
    elif arguments.sql is None:
        _tell(asked, there=bool(runs or unread))
    for one in unread:
        print(visible(f"left out: {one}"), file=sys.stderr)
    return 1 if unread else 0


def _runs(place: Place, project: str, unread: list[str]) -> list[PastRun]:
    """Return all runs, oldest first; what of them can't be read is told to `unread`."""
    store = store_of(open_repository(place.project.root))
    runs = []
    for source, path, records in past_runs(place.project.root, store, unread.append):
        try:
            runs.append(past_run(records, project, source))
        # Evidence is a file that anybody can write, its hashes too.
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            unread.append(f"{path}: no run has such events; they do not fit together")
    return sorted(runs, key=lambda run: (run.started_at, run.run))


def _asked(place: Place, arguments: argparse.Namespace, runs: list[PastRun]) -> list[PastRun]:
    """Return the runs that a call asks for."""
    if arguments.since is not None:
        since = _since(arguments.since)
        runs = [run for run in runs if run.started_at >= since]
    return _of(place, arguments.plan, runs) if arguments.plan is not None else runs


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
    moved = {plan_id(path) for path in found}
    return [
        run
        for run in runs
        if run.path in paths or (run.plan in moved and not (root / run.path).exists())
    ]


def _tell(runs: Sequence[PastRun], *, there: bool) -> None:
    """Print the table in columns, on a terminal those that there is room for."""
    if not runs:
        told = "no plan was ever run here, and no evidence of a run was committed"
        print("no run is as asked for; `gsd-run history` has all" if there else told)
        return
    # COLUMNS may be what another terminal had.
    room = os.get_terminal_size(sys.stdout.fileno()).columns if sys.stdout.isatty() else None
    names, rows = table(runs, room)
    for row in (names, *rows):
        print("  ".join(row).rstrip())
    if left := [name for name in COLUMNS if name not in {one.strip() for one in names}]:
        print(f"no room for: {', '.join(left)}; --json has everything")
