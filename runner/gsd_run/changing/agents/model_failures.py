"""Why a model did not finish, in one line."""

from typing import Any

from gsd_run.domain.agent import Agent

MOST_LETTERS = 240


def reason_of(error: BaseException | None, agent: Agent, usage: Any) -> str:  # noqa: ANN401
    """Return what went wrong with a model, and what to do where something can be done.

    `error` is what pydantic-ai or the provider's own library raised, `usage` is pydantic-ai's.
    """
    from pydantic_ai import exceptions  # noqa: PLC0415 - takes 1.4 s

    where = agent.address or agent.model.partition(":")[0]
    if isinstance(error, exceptions.UsageLimitExceeded):
        return _limit(agent, usage)
    told = _told(error)
    reasons: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
        (
            (exceptions.ModelAuthenticationError,),
            f"{where} refused the key ({told}); name the variable that holds it in `environment`",
        ),
        (
            (exceptions.ModelRateLimitError, exceptions.ModelQuotaExceededError),
            f"{where} takes no more requests for now ({told}); try again later",
        ),
        ((exceptions.ModelNotFoundError,), f"{where} has no model {agent.model!r} ({told})"),
        (
            (exceptions.ModelContextWindowExceededError,),
            f"the conversation grew too long for {agent.model} ({told})",
        ),
        (
            (exceptions.ModelConnectionError,),
            f"{where} can't be reached ({_cause(error)}); does it run, is the address right?",
        ),
        ((exceptions.ModelHTTPError,), f"{where} failed ({told})"),
        (
            (exceptions.OutputTokenLimitExceeded,),
            f"an answer of {agent.model} was cut off at its greatest length",
        ),
        (
            (exceptions.UnexpectedModelBehavior, exceptions.ModelAPIError),
            f"{where} answered what can't be understood: {told}",
        ),
    )
    unknown = f"{where} can't be asked: {type(error).__name__}: {told}"
    return next((reason for kinds, reason in reasons if isinstance(error, kinds)), unknown)


def _limit(agent: Agent, usage: Any) -> str:  # noqa: ANN401
    if usage.cost is not None and agent.budget is not None and usage.cost > agent.budget:
        return f"it cost ${usage.cost:.2f}, of ${agent.budget:.2f} (budget of {agent.name})"
    if agent.tokens is not None and usage.total_tokens > agent.tokens:
        return f"it took {usage.total_tokens} tokens, of {agent.tokens} (tokens of {agent.name})"
    return f"it did not end within {agent.requests} requests (requests of {agent.name})"


def _told(error: Any) -> str:  # noqa: ANN401
    """Return the status of a provider's answer, and its own words."""
    status = getattr(error, "status_code", None)
    body = getattr(error, "body", None)
    words = body
    if isinstance(body, dict):
        inner = body.get("error", body)
        words = inner.get("message", inner) if isinstance(inner, dict) else inner
    told = _line(str(words or error))
    return f"HTTP {status}: {told}" if status else told


def _cause(error: BaseException | None) -> str:
    """Return the innermost cause: it tells of the network, those around it of the library."""
    inner = error
    while inner and (inner.__cause__ or inner.__context__):
        inner = inner.__cause__ or inner.__context__
    return _line(str(inner)) or type(inner).__name__


def _line(text: str) -> str:
    told = " ".join(text.split())
    return told if len(told) <= MOST_LETTERS else f"{told[:MOST_LETTERS]}…"
