"""What an agent's process may see of the caller's environment: what is named, and no more.

A shell's environment is full of secrets of other tools, and an agent sends what it reads to a
stranger's machine.
"""

import os
import re
from collections.abc import Mapping

from gsd_run.changing.agents.profiles import PROFILES
from gsd_run.domain.agent import Agent
from gsd_run.domain.redaction import MARK, redacted
from gsd_run.outside.project import Project

_PASSED = frozenset(
    {
        *("HOME", "PATH", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR"),
        *("VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE"),
        *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
        *("NODE_EXTRA_CA_CERTS", "GIT_SSL_CAINFO"),
    }
)
_PASSED_KINDS = re.compile(
    r"LC_[A-Z]+|XDG_[A-Z_]+|(?:HTTP|HTTPS|ALL|NO)_PROXY|(?:http|https|all|no)_proxy"
)
_SET = {
    "TERM": "dumb",
    "NO_COLOR": "1",
    # Looking at the state of the tree must not write the index, and nobody types a password.
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSW|CREDENTIAL|AUTH", re.IGNORECASE)
_SHORTEST_SECRET = 8


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
    known = _PASSED | named | frozenset(profile.passes if profile else ())
    passed = {
        name: value
        for name, value in project.environment().items()
        if name in known or _PASSED_KINDS.fullmatch(name)
    }
    # The project's environment leaves out what gsd-run's own was made of; who names one wants it.
    passed |= {name: os.environ[name] for name in named & set(os.environ) - set(passed)}
    ours = _SET | dict(set_for_it)
    passed |= {name: ours[name] for name in ours if name not in named & set(passed)}
    if mark is not None:
        name, _, value = mark.partition("=")
        passed[name] = value
    return passed


def unset_names(agent: Agent) -> tuple[str, ...]:
    """Return the variables that the settings name and that are not set."""
    return tuple(name for name in agent.environment if name not in os.environ)


def without_secrets(text: str, environment: Mapping[str, str]) -> str:
    """Return a text without known secrets, the values of the environment's secrets among them."""
    values = {
        value
        for name, value in environment.items()
        if _SECRET.search(name) and len(value) >= _SHORTEST_SECRET
    }
    for value in sorted(values, key=len, reverse=True):
        text = text.replace(value, MARK)
    return redacted(text)
