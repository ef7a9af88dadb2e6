"""The model that an agent's settings name: its provider, its address, its key."""

import inspect
import os
import re
from typing import Any

from gsd_run.domain.agent import Agent

MISSING = "the model executor needs the extra: pip install 'gsd-run[llm]'"
_CHAT = "openai-chat"  # the API that servers of one's own speak
_NO_KEY = "no-key-named"  # the libraries insist on one, such servers do not


class CannotStart(Exception):
    """The settings name no model that can be asked; the text says why and what to do."""


def model_of(agent: Agent) -> Any:  # noqa: ANN401 - pydantic-ai may be missing
    """Return pydantic-ai's model for an agent.

    `agent.model` is `provider:name` as pydantic-ai writes them. At an address, the provider may
    be missing and then is any server that speaks OpenAI's chat completions, as is `openai:`.
    The key is that of the first variable of `agent.environment` that is set and is named as a
    key or a token; without one it is the provider's default, but at an address none: a key goes
    nowhere that the user did not send it to.

    Raises:
        CannotStart: the extra is not installed, the provider is not known or takes no address,
            or a key is missing.
    """
    try:
        from pydantic_ai.exceptions import UserError  # noqa: PLC0415 - takes 1.4 s
        from pydantic_ai.models import infer_model  # noqa: PLC0415
    except ImportError:
        raise CannotStart(MISSING) from None
    try:
        provider, name = _names(agent)
        return infer_model(f"{provider}:{name}", lambda given: _provider(agent, given))
    except ImportError as error:
        raise CannotStart(
            f"agent {agent.name}: a package is missing for {agent.model} ({_one_line(error)}); "
            "the extra brings those for OpenAI, Anthropic and Google: pip install 'gsd-run[llm]'"
        ) from error
    except (UserError, ValueError) as error:
        raise CannotStart(f"agent {agent.name}: {_hint(agent, error)}") from error


def key_of(agent: Agent) -> str | None:
    """Return the key that the settings name by its variable, None for the provider's default."""
    for name in agent.environment:
        if ("KEY" in name.upper() or "TOKEN" in name.upper()) and os.environ.get(name):
            return os.environ[name]
    return None


def _names(agent: Agent) -> tuple[str, str]:
    provider, colon, name = agent.model.partition(":")
    if not agent.model:
        raise CannotStart(f"agent {agent.name}: no model is set; write model = 'provider:name'")
    if agent.address:
        if not colon or not _is_known(provider):
            return _CHAT, agent.model  # names such as qwen3:8b have a colon of their own
        return (_CHAT if provider == "openai" else provider), name
    if not colon:
        raise CannotStart(
            f"agent {agent.name}: the model {agent.model!r} names no provider; write "
            "provider:name, or set the address of a server"
        )
    return provider, name


def _is_known(provider: str) -> bool:
    from pydantic_ai.providers import infer_provider_class  # noqa: PLC0415

    try:
        infer_provider_class(provider)
    except ValueError:
        return False
    return True


def _provider(agent: Agent, name: str) -> Any:  # noqa: ANN401
    from pydantic_ai.providers import infer_provider, infer_provider_class  # noqa: PLC0415

    key = key_of(agent)
    if name.startswith("gateway/") or not (agent.address or key):
        return infer_provider(name)
    provider = infer_provider_class(name)
    taken = inspect.signature(provider.__init__).parameters
    values: dict[str, str] = {}
    if agent.address:
        if "base_url" not in taken:
            raise CannotStart(
                f"agent {agent.name}: the provider {name} takes no address; for a server that "
                f"speaks OpenAI's chat completions write model = '{_CHAT}:…'"
            )
        values["base_url"] = agent.address
    if "api_key" in taken:
        values["api_key"] = key or _NO_KEY
    return provider(**values)


def _hint(agent: Agent, error: Exception) -> str:
    """Return what to do about settings that pydantic-ai does not take."""
    told = _one_line(error)
    missing = re.match(r"Set the `(\w+)` environment variable", told)
    if not missing:
        return told
    if missing[1].endswith("URL"):
        return f"{agent.model} needs the address of its server, such as http://localhost:11434/v1"
    return (
        f"{agent.model} needs a key: set the variable {missing[1]}, or name the one that holds it "
        "in `environment`"
    )


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
