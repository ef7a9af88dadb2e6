"""Secrets of this machine's environment, taken out of every text that is kept or sent on."""

import os
import re
from collections.abc import Mapping
from functools import lru_cache

from gsd_run.domain import lazy
from gsd_run.domain.redaction import MARK, redacted
from gsd_run.outside.variables import looks_secret

_SHORTEST = 6
_LONG_LINE = 16  # a line of a longer secret that alone gives enough of it away
# Values that everybody uses; an output in which they are hidden says nothing any more.
_COMMON = frozenset(
    {
        *("admin", "administrator", "changeme", "change-me", "default", "development", "disabled"),
        *("dummy", "enabled", "example", "fake-key", "foobar", "github", "google", "hunter2"),
        *("localhost", "minioadmin", "mongodb", "mysecretpassword", "nothing", "openai", "passwd"),
        *("password", "password1", "placeholder", "please", "postgres", "postgresql", "private"),
        *("production", "public", "rabbitmq", "redacted", "sample", "secret", "session", "staging"),
        *("testing", "test-key", "test_key", "testkey", "test-secret", "test_secret", "testtest"),
        *("token", "undefined", "username", "verify", "always", "required", "optional", "system"),
        *(
            "bearer",
            "oauth2",
            "sqlite",
            "string",
            "python",
            "client",
            "server",
            "cookie",
            "inherit",
        ),
    }
)
_TRIVIAL = lazy.pattern(
    r"(.)\1*|0?1234567890?|123456789?|[\d.,:]{1,9}|true|false|none|null", re.IGNORECASE
)


def secrets_of(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the secrets in an environment, by its variables' names; the longest first."""
    found = set[str]()
    for name, text in environment.items():
        if looks_secret(name):
            lines = text.split("\n") if "\n" in text else []
            found.update(one for one in (text, text.strip()) if _tells(one))
            found.update(line.strip() for line in lines if len(line.strip()) >= _LONG_LINE)
    return tuple(sorted(found, key=lambda one: (-len(one), one)))


def _tells(value: str) -> bool:
    """Tell whether a value is one that nobody else would have."""
    if len(value) < _SHORTEST or value.lower() in _COMMON or _TRIVIAL.fullmatch(value):
        return False
    # A place on this machine, not what lies there.
    return not (value.startswith(("/", "~/", "./")) and re.fullmatch(r"[\w./~@+-]+", value))


def without_secrets(text: str, environment: Mapping[str, str] | None = None) -> str:
    """Return a text without the environment's secrets and without what has a secret's form.

    Without `environment` the secrets are those of the environment that gsd-run runs in.
    """
    values = _ours() if environment is None else secrets_of(environment)
    for value in values:
        if value in text:
            text = text.replace(value, MARK)
    return redacted(text)


def _ours() -> tuple[str, ...]:
    named = frozenset((name, text) for name, text in os.environ.items() if looks_secret(name))
    return _secrets(named)


@lru_cache(maxsize=4)
def _secrets(named: frozenset[tuple[str, str]]) -> tuple[str, ...]:
    return secrets_of(dict(named))
