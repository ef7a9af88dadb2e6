"""`gsd-run PLAN`: carry a plan out, or go on with the run of it that stopped."""

import argparse
from pathlib import Path

from msgspec.structs import replace

from gsd_run.api.places import Place
from gsd_run.cli.ci_reports import reported
from gsd_run.cli.console import Mode, mode_of, watcher
from gsd_run.cli.ending import tell
from gsd_run.cli.project import here
from gsd_run.domain.errors import UsageError, Waiting
from gsd_run.reading.agents import agent_named, read_agents
from gsd_run.reading.settings import Settings
from gsd_run.running.carrying import Asked, Options
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
    if arguments.task is not None and arguments.until is not None:
        raise UsageError("--task N carries out one task, --until N all up to one; give one of them")
    if arguments.agent and arguments.executor not in {None, "agent"}:
        raise UsageError(f"--agent and --executor {arguments.executor} contradict each other")
    if arguments.timeout is not None and arguments.timeout <= 0:
        raise UsageError("--timeout is a number of seconds above 0")
    return Options(
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


def carry(
    place: Place,
    plan: Path,
    options: Options,
    timeout: float | None = None,
    mode: Mode = "lines",
) -> int:
    """Carry a plan out with what `mode` says shown to the user, and return the exit status."""
    settings: Settings = place.settings
    if timeout is not None:
        settings = replace(settings, timeout=timeout)
    agents = read_agents(place.project.root, settings.for_agents)
    if options.agent:
        agent_named(agents, options.agent)  # a name that is unknown is said before anything runs
    asked = Asked(
        plan_path=plan,
        project=place.project,
        settings=settings,
        options=options,
        agents=agents,
    )
    with watcher(mode) as looking_on:
        try:
            ending = carry_out(asked, looking_on, summary_of)
        except Waiting as waiting:
            ending = Ending(exit=Exit(waiting.exit_code), told=waiting.message)
    tell(ending, mode)
    return int(ending.exit)
