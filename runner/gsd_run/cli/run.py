"""`gsd-run PLAN`: carry a plan out, or go on with the run of it that stopped."""

import argparse
from pathlib import Path

from msgspec.structs import replace

from gsd_run.api.asking import asked_of, refuse_contradictions
from gsd_run.api.places import Place
from gsd_run.cli.ci_reports import reported
from gsd_run.cli.console import Mode, mode_of, watcher
from gsd_run.cli.ending import tell
from gsd_run.cli.project import here
from gsd_run.domain.errors import UsageError, Waiting
from gsd_run.running.carrying import Options
from gsd_run.running.engine import Ending, Exit, carry_out
from gsd_run.running.summaries import summary_of


@reported
def main(arguments: argparse.Namespace) -> int:
    """Run the command."""
    if arguments.plan == "-" and arguments.json:
        raise UsageError("--json prints the events of a run, and `-` the plan's SUMMARY.md alone")
    if arguments.plan == "-":
        from gsd_run.cli import handed_over  # noqa: PLC0415 - rarely asked for

        return handed_over.main(arguments)
    place = here(arguments.sandbox)
    plan = place.plan(arguments.plan)
    options = replace(
        options_of(arguments),
        fresh=arguments.fresh,
        allow_dirty=arguments.allow_dirty,
        branch=arguments.branch,
    )
    if arguments.dry_run and arguments.json:
        raise UsageError("--json prints the events of a run, and --dry-run makes none")
    if arguments.dry_run:
        from gsd_run.cli.rehearsing import rehearse_plan  # noqa: PLC0415 - rarely asked for

        return rehearse_plan(place, plan, options)
    return carry(place, plan, options, arguments.timeout, mode_of(arguments))


def options_of(arguments: argparse.Namespace) -> Options:
    """Return the options that `run`, `resume` and `answer` share.

    Raises:
        UsageError: two of them contradict each other.
    """
    options = Options(
        baseline=not arguments.no_baseline,
        redo=arguments.redo,
        strict=arguments.strict,
        executor=arguments.executor,
        agent=arguments.agent,
        allow_amendments=arguments.allow_amendments,
        yes=arguments.yes,
        task=arguments.task,
        until=arguments.until,
    )
    refuse_contradictions(options, arguments.timeout, _spelled)
    return options


def _spelled(option: str) -> str:
    """Return an option as it is written on the command line."""
    return f"--{option.replace('_', '-')}"


def carry(
    place: Place,
    plan: Path,
    options: Options,
    timeout: float | None = None,
    mode: Mode = "lines",
) -> int:
    """Carry a plan out with what `mode` says shown to the user, and return the exit status."""
    asked = asked_of(place, plan, options, timeout)
    with watcher(mode) as looking_on:
        try:
            ending = carry_out(asked, looking_on, summary_of)
        except Waiting as waiting:
            ending = Ending(exit=Exit(waiting.exit_code), told=waiting.message)
    tell(ending, mode)
    return int(ending.exit)
