"""Reports for build services: asked for by options, written however the command ends."""

import argparse
import atexit
import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from gsd_run.api.places import Place, files_of_project
from gsd_run.cli.ci_files import (
    Wanted,
    begin,
    obey_commands,
    stop_commands,
    stream_of,
    wanted,
    write,
)
from gsd_run.cli.project import here
from gsd_run.domain.errors import GsdRunError, PlanError, UsageError
from gsd_run.reading.plan_names import plan_id

if TYPE_CHECKING:  # what makes the reports is imported only where one is asked for
    from gsd_run.domain.run import RunState
    from gsd_run.reporting.ci.result import PlanResult

Handler = Callable[[argparse.Namespace], int]
FINISHED, MACHINE, WAITING, BUG, INTERRUPTED = 0, 3, 10, 70, 130


class Ending(Struct, frozen=True, kw_only=True):
    """How a command ended: its exit status, and where something came in its way, what it was."""

    status: int
    told: str = ""
    error: GsdRunError | None = None


def reported(command: Handler) -> Handler:
    """Let a command that carries a plan out write the reports that are asked for when it ends."""

    @functools.wraps(command)
    def with_reports(arguments: argparse.Namespace) -> int:
        asked = wanted(arguments)
        if asked is None:
            return command(arguments)
        if getattr(arguments, "dry_run", False):
            raise UsageError("--dry-run judges nothing: there is nothing to report")
        from gsd_run.running.journals.journal import now  # noqa: PLC0415

        begun, place = now(), place_if_any(arguments)

        def results(ending: Ending) -> "list[PlanResult]":
            return [_carried_out(place, arguments.plan, begun, ending)]

        with _written_at_end(asked, place, stream_of(arguments), results) as ended:
            status = command(arguments)
            ended(status)
        return status

    return with_reports


@contextmanager
def checked(
    place: Place | None, arguments: argparse.Namespace, results: "list[PlanResult]"
) -> Iterator[None]:
    """Write the reports that a call of `check` asks for, when what it does here has ended.

    What comes in its way before the last plan is judged becomes the last of the results. `place`
    is None where there is no project, or its settings can't be read.
    """
    asked = wanted(arguments)
    if asked is None:
        yield
        return

    def with_failure(ending: Ending) -> "list[PlanResult]":
        failed = [failed_result(place, arguments.plan, ending)] if ending.told else []
        return [*results, *failed]

    with _written_at_end(asked, place, stream_of(arguments), with_failure) as ended:
        yield
        ended(0)


@contextmanager
def _written_at_end(
    asked: Wanted,
    place: Place | None,
    stream: int,
    results: "Callable[[Ending], list[PlanResult]]",
) -> Iterator[Callable[[int], None]]:
    """Write the reports when a command has ended; it tells the status if it ends by itself."""
    begin(asked, place, stream)
    ending = Ending(status=BUG, told="this is a bug of gsd-run")

    def ended(status: int) -> None:
        nonlocal ending
        ending = Ending(status=status)

    try:
        yield ended
    except BaseException as error:
        ending = _ending_of(error)
        raise
    finally:
        write(asked, place, results(ending), stream)
        if ending.told:  # by who called this, in words that may be a stranger's
            stop_commands(asked, stream)
            atexit.register(obey_commands, asked, stream)


def _ending_of(error: BaseException) -> Ending:
    """Return how a command ends that an error ends, by the status that `main` makes of it."""
    from gsd_run.running.failing_disk import is_machines  # noqa: PLC0415

    match error:
        case GsdRunError():
            return Ending(status=error.exit_code, told=error.message, error=error)
        case KeyboardInterrupt():
            return Ending(status=INTERRUPTED, told="interrupted")
        case BrokenPipeError():
            return Ending(status=1, told="nobody reads what it prints any more")
        case OSError() if is_machines(error):
            return Ending(
                status=MACHINE, told=f"{error.filename or 'the machine'}: {error.strerror}"
            )
        case _:
            return Ending(status=BUG, told=f"this is a bug of gsd-run: {error!r}")


def place_if_any(arguments: argparse.Namespace) -> Place | None:
    """Return the project, None if there is none or its settings can't be read."""
    try:
        return here(arguments.sandbox)
    except GsdRunError:
        return None  # the command itself tells why


def failed_result(place: Place | None, plan: Path | str | None, ending: Ending) -> "PlanResult":
    """Return the result of a plan of which nothing could be judged."""
    from gsd_run.reporting.ci.result import PlanResult  # noqa: PLC0415

    name, path = _named(place, plan)
    return PlanResult(
        plan=name,
        path=path,
        status=ending.status,
        told=ending.told,
        mistakes=ending.error.findings if isinstance(ending.error, PlanError) else (),
        prefix=prefix_of(place) if place else "",
    )


def prefix_of(place: Place) -> str:
    """Return the project's path below the top of its repository."""
    from gsd_run.outside.git import open_repository  # noqa: PLC0415

    try:
        return open_repository(place.project.root).prefix
    except GsdRunError:
        return ""


def _carried_out(place: Place | None, plan: str | None, begun: str, ending: Ending) -> "PlanResult":
    """Return the result of the run that this call began or went on with."""
    from msgspec.structs import replace  # noqa: PLC0415

    from gsd_run.reporting.ci.result import result_of  # noqa: PLC0415

    try:
        state = _state(place, plan, begun, ending.status) if place else None
    except GsdRunError as unread:
        known = ending if ending.told else _ending_of(unread)
        return failed_result(place, plan, replace(known, status=ending.status))
    if place is None or state is None:
        return failed_result(place, plan, ending)
    told = state.stopped.reason if state.stopped else ""
    if not told and not state.completed:
        told = ending.told or "the run did not come to its end"
    made = result_of(state, ending.status, told, files_of_project(place))
    return replace(made, prefix=prefix_of(place))


def _state(place: Place, plan: str | None, begun: str, status: int) -> "RunState | None":
    """Return the state of the run that has a new event, or of one that stands as it did."""
    from gsd_run.outside.git import open_repository  # noqa: PLC0415
    from gsd_run.reporting.ci.standing import as_it_stands  # noqa: PLC0415
    from gsd_run.running.journals.journal import read  # noqa: PLC0415
    from gsd_run.running.journals.store import store_of  # noqa: PLC0415

    store = store_of(open_repository(place.project.root))
    _, path = _named(place, plan)
    # Another plan's run may go on meanwhile, in another worktree.
    runs = [run for run in store.newest() if not path or run.plan.path == path]
    touched = [run for run in runs if run.last_at >= begun]
    if not touched and status in {FINISHED, WAITING}:  # it is as it was before this call
        touched = runs if path else list(store.unfinished()) if plan is None else []
    if not touched:
        return None
    newest = max(touched, key=lambda run: run.last_at)
    return as_it_stands(read(store.journal(newest.started.run)))


def _named(place: Place | None, plan: Path | str | None) -> tuple[str, str]:
    """Return a plan's id and path, as far as they are known."""
    if place is None or plan is None:
        return str(plan or "gsd-run"), ""
    try:
        path = plan if isinstance(plan, Path) else place.plan(plan)
        return plan_id(path), path.relative_to(place.project.root.resolve()).as_posix()
    except (GsdRunError, ValueError):
        return str(plan), ""
