"""What an agent's process may see of the caller's environment: what is named, and no more.

A shell's environment is full of secrets of other tools, and an agent sends what it reads to a
stranger's machine.
"""

import os
from collections.abc import Mapping

from gsd_run.changing.agents.profiles import PROFILES
from gsd_run.domain.agent import Agent
from gsd_run.outside.project import Project
from gsd_run.outside.variables import is_basic

_SET = {
    "TERM": "dumb",
    "NO_COLOR": "1",
    # Looking at the state of the tree must not write the index, and nobody types a password.
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}


def environment_of(
    agent: Agent, project: Project, set_for_it: Mapping[str, str], mark: str | None = None
) -> dict[str, str]:
    """Return the environment of an agent's process.

    It has what programs need anyway, the project's own tools first on PATH, what the profile
    knows and what the agent's settings name. `set_for_it` is the profile's, and gives way to a
    variable that the settings name. `mark` is one more entry, `NAME=value`.
    """
    profile = PROFILES.get(agent.profile)
    named = frozenset(agent.environment)
    known = named | frozenset(profile.passes if profile else ())
    passed = {
        name: value
        for name, value in project.environment().items()
        if name in known or is_basic(name)
    }
    # The project's environment leaves out secrets and what gsd-run's own was made of; who names
    # one wants it.
    passed |= {name: os.environ[name] for name in known & set(os.environ) - set(passed)}
    ours = _SET | dict(set_for_it)
    passed |= {name: ours[name] for name in ours if name not in named & set(passed)}
    if mark is not None:
        name, _, value = mark.partition("=")
        passed[name] = value
    return passed


def unset_names(agent: Agent) -> tuple[str, ...]:
    """Return the variables that the settings name and that are not set."""
    return tuple(name for name in agent.environment if name not in os.environ)
