"""What was said between gsd-run and a model, as text that may be kept."""

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any

from gsd_run.outside.secrets import without_secrets

MOST_LETTERS = 200_000  # of one text in it


def transcript_of(messages: Sequence[Any]) -> str:
    """Return pydantic-ai's messages as JSON, one a line, without secrets."""
    from pydantic_ai.messages import ModelMessagesTypeAdapter  # noqa: PLC0415 - takes 1.4 s

    told = ModelMessagesTypeAdapter.dump_python(list(messages), mode="json")
    return "".join(f"{json.dumps(_kept(one), ensure_ascii=False)}\n" for one in told)


def _kept(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, str):
        kept = without_secrets(value, os.environ)
        left = len(kept) - MOST_LETTERS
        return kept if left <= 0 else f"{kept[:MOST_LETTERS]}… {left} letters left out"
    if isinstance(value, Mapping):
        # The arguments of a tool are JSON in JSON, in which quotes would hide a password.
        return {name: _kept(_opened(name, one)) for name, one in value.items()}
    return [_kept(one) for one in value] if isinstance(value, list) else value


def _opened(name: str, value: Any) -> Any:  # noqa: ANN401 - JSON
    if name != "args" or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
