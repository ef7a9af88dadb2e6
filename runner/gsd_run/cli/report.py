"""`gsd-run report PLAN|PHASE`: what a run showed, to be kept: HTML, JSON or Markdown."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from gsd_run.api.places import Place, run_of
from gsd_run.cli.project import here
from gsd_run.domain.errors import Refusal, UsageError
from gsd_run.domain.event import Record
from gsd_run.domain.standing import Trouble
from gsd_run.outside.git import Repository, open_repository
from gsd_run.outside.report_files import ignore_here, write_whole
from gsd_run.reading.phases import phase_plans
from gsd_run.reading.plan_names import plan_id
from gsd_run.reporting.html.material import Material
from gsd_run.running.journals.store import Store, store_of
from gsd_run.running.looking.gathering import gathered, journal_of, newest_records, runs_by_plan


def main(arguments: argparse.Namespace) -> int:
    """Run the command."""
    if not arguments.plan and not arguments.run:
        raise UsageError("say which: `gsd-run report PLAN`, a phase, or --run ID")
    place = here()
    form = _form(arguments)
    repository = open_repository(place.project.root)
    store = store_of(repository)
    plans = _phase(place, arguments)
    if plans is None:
        material = gathered(*_records(place, store, arguments), repository, store)
        text, name = _one(material, form), material.report.plan
    else:
        runs, troubles = _runs(place, plans, repository, store)
        text, name = _several(place, plans, (runs, troubles), form, arguments.plan)
    _write(text, form, name, arguments.output, repository)
    return 0


def _form(arguments: argparse.Namespace) -> str:
    if arguments.html and arguments.format not in {None, "html"}:
        raise UsageError(f"--html and --format {arguments.format} contradict each other")
    return "html" if arguments.html else arguments.format or "md"


def _phase(place: Place, arguments: argparse.Namespace) -> tuple[Path, ...] | None:
    """Return the plans of the phase that is meant, None where a plan or a run is."""
    if arguments.run:
        return None
    try:
        place.plan(arguments.plan)
    except UsageError:
        try:
            return phase_plans(arguments.plan, place.project.root, Path.cwd())
        except UsageError:
            return None  # a plan whose file is gone, if anything
    return None


def _records(
    place: Place, store: Store, arguments: argparse.Namespace
) -> tuple[Path, list[Record]]:
    """Return the record of the run that is meant.

    Raises:
        UsageError: nothing is known of such a run.
    """
    if arguments.run:
        found = store.run(arguments.run) if "/" not in arguments.run else None
        if found is None:
            listed = "\n".join(f"  {one.run}  {one.plan}" for one in store.begun())
            raise UsageError(f"no run {arguments.run} here. Runs:\n{listed or '  (none)'}")
        return journal_of(found, store)
    try:
        path = place.plan(arguments.plan)
    except UsageError as unknown:
        try:
            return journal_of(run_of(place, store, arguments.plan), store)
        except UsageError:
            raise unknown from None
    wanted = path.relative_to(place.project.root.resolve()).as_posix()
    newest, troubles = runs_by_plan(store)
    for trouble in troubles:
        if trouble.plan == wanted:
            raise Refusal(f"{trouble.told} (`gsd-run report --run ID` reads another run)")
        print(f"warning: {trouble.told}", file=sys.stderr)
    try:
        return newest_records(path, newest.get(wanted), store)
    except LookupError:
        raise UsageError(
            f"{plan_id(path)}: no run of it here, and no evidence beside a summary of it; "
            f"`gsd-run {plan_id(path)}` carries it out"
        ) from None


def _runs(
    place: Place, plans: Sequence[Path], repository: Repository, store: Store
) -> tuple[dict[str, Material], tuple[Trouble, ...]]:
    """Return what the reports of a phase's runs need by plan path, and what is unreadable."""
    root = place.project.root.resolve()
    newest, unread = runs_by_plan(store)
    paths = {plan: plan.resolve().relative_to(root).as_posix() for plan in plans}
    troubles = [one for one in unread if one.plan in {"", *paths.values()}]
    found = {}
    for plan, path in paths.items():
        try:
            source, records = newest_records(plan, newest.get(path), store)
        except LookupError:
            continue
        except Refusal as refusal:
            troubles.append(Trouble(path, refusal.message))
            continue
        found[path] = gathered(source, records, repository, store)
    return found, tuple(troubles)


def _one(material: Material, form: str) -> str:
    if form == "html":
        from gsd_run.reporting.html.page import plan_page  # noqa: PLC0415 - jinja2: 40 ms

        return plan_page(material)
    from gsd_run.reporting.html.texts import json_of, markdown_of  # noqa: PLC0415

    return json_of([material]) if form == "json" else markdown_of([material])


def _several(
    place: Place,
    plans: Sequence[Path],
    known: tuple[dict[str, Material], tuple[Trouble, ...]],
    form: str,
    name: str,
) -> tuple[str, str]:
    """Return the report of a phase, and what the phase is called."""
    from gsd_run.reading.graph import graph_of  # noqa: PLC0415

    runs, troubles = known
    for trouble in troubles:
        print(f"warning: {trouble.told}", file=sys.stderr)
    if form == "html":
        from gsd_run.reporting.html.material import PhaseMaterial  # noqa: PLC0415
        from gsd_run.reporting.html.page import phase_page  # noqa: PLC0415

        graph = graph_of(plans, place.project.root)
        phase = PhaseMaterial(graph=graph, runs=runs, troubles=troubles)
        return phase_page(phase), graph.phase
    if not runs:
        raise UsageError(f"{name}: no plan of this phase has a run here, or evidence of one")
    from gsd_run.reporting.html.texts import json_of, markdown_of  # noqa: PLC0415

    told = list(runs.values())
    return (json_of(told) if form == "json" else markdown_of(told)), name


def _write(text: str, form: str, name: str, output: str | None, repository: Repository) -> None:
    """Write a report where it was asked for: a page into a file, the others onto stdout.

    Raises:
        Refusal: the file can't be written.
    """
    if output == "-" or (output is None and form != "html"):
        sys.stdout.write(text)
        return
    folder = store_of(repository).folder / "reports"
    target = Path(output).absolute() if output else folder
    if target.is_dir() or not output:
        target /= f"{name}.{form}"
    try:
        write_whole(target, text)
    except OSError as error:
        raise Refusal(f"{target} can't be written: {error.strerror}") from error
    ignore_here(repository, target)
    print(target)
