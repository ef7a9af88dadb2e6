"""What is asked for, put together for a run: options that agree, settings, agents."""

from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from gsd_run.api.places import Place
from gsd_run.domain.errors import UsageError
from gsd_run.reading.agents import agent_named, read_agents
from gsd_run.reading.settings import Settings
from gsd_run.running.carrying import Asked, Options


def refuse_contradictions(
    options: Options, timeout: float | None, spelled: Callable[[str], str]
) -> None:
    """Refuse options that can't hold together; `spelled` says how an option is written here.

    Raises:
        UsageError: two of them contradict each other.
    """
    if options.task is not None and options.until is not None:
        raise UsageError(
            f"{spelled('task')} carries out one task, {spelled('until')} all up to one; "
            "give one of them"
        )
    if options.agent and options.executor not in {None, "agent"}:
        raise UsageError(
            f"{spelled('agent')} {options.agent} and {spelled('executor')} {options.executor} "
            "contradict each other"
        )
    if timeout is not None and not timeout > 0:  # neither is a NaN
        raise UsageError(f"{spelled('timeout')} is a number of seconds above 0")


def settings_of(place: Place, timeout: float | None) -> Settings:
    """Return a project's settings with the timeout of the call, if it has one."""
    return place.settings if timeout is None else replace(place.settings, timeout=timeout)


def asked_of(place: Place, plan: Path, options: Options, timeout: float | None) -> Asked:
    """Return what a run is asked for, with the project's agents.

    Raises:
        UsageError: the agents' settings are off, or there is no such agent.
    """
    settings = settings_of(place, timeout)
    agents = read_agents(place.project.root, settings.for_agents)
    if options.agent:
        agent_named(agents, options.agent)  # a name that is unknown is said before anything runs
    return Asked(
        plan_path=plan,
        project=place.project,
        settings=settings,
        options=options,
        agents=agents,
    )
