"""What was said between gsd-run and a model, as text that may be kept."""

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any

from gsd_run.domain.agent import Agent
from gsd_run.domain.redaction import MARK, redacted

MOST_LETTERS = 200_000  # of one text in it
_SHORTEST_SECRET = 8  # letters; to black out a shorter one would black out words


def transcript_of(agent: Agent, messages: Sequence[Any]) -> str:
    """Return pydantic-ai's messages as JSON, one a line, without secrets.

    Secrets are those that `redacted` knows, and the values of the variables that the agent is
    given.
    """
    from pydantic_ai.messages import ModelMessagesTypeAdapter  # noqa: PLC0415 - takes 1.4 s

    told = ModelMessagesTypeAdapter.dump_python(list(messages), mode="json")
    lines = [json.dumps(_kept(one, secrets_of(agent)), ensure_ascii=False) for one in told]
    return "".join(f"{line}\n" for line in lines)


def secrets_of(agent: Agent) -> tuple[str, ...]:
    """Return the values of the variables that an agent is given, long ones first."""
    given = {os.environ.get(name, "") for name in agent.environment}
    return tuple(sorted((one for one in given if len(one) >= _SHORTEST_SECRET), key=len)[::-1])


def without_secrets(text: str, secrets: Sequence[str]) -> str:
    """Return a text with secrets blacked out: the given ones, and those known by their form."""
    for secret in secrets:
        text = text.replace(secret, MARK)
    return redacted(text)


def _kept(value: Any, secrets: Sequence[str]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, str):
        kept = without_secrets(value, secrets)
        left = len(kept) - MOST_LETTERS
        return kept if left <= 0 else f"{kept[:MOST_LETTERS]}… {left} letters left out"
    if isinstance(value, Mapping):
        # The arguments of a tool are JSON in JSON, in which quotes would hide a password.
        return {name: _kept(_opened(name, one), secrets) for name, one in value.items()}
    return [_kept(one, secrets) for one in value] if isinstance(value, list) else value


def _opened(name: str, value: Any) -> Any:  # noqa: ANN401 - JSON
    if name != "args" or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
