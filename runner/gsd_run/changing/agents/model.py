"""The executor `model`: a task done by a model's API in a small loop of tools."""

import functools
import os
import warnings
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

from gsd_run.changing.agents.model_failures import reason_of
from gsd_run.changing.agents.model_places import Ground
from gsd_run.changing.agents.model_provider import MISSING, CannotStart, model_of
from gsd_run.changing.agents.model_thread import (
    Answer,
    Ask,
    ConversationFailed,
    OutOfTime,
    converse,
)
from gsd_run.changing.agents.model_tools import Workplace
from gsd_run.changing.agents.model_transcript import transcript_of
from gsd_run.changing.agents.policy import records_of
from gsd_run.changing.agents.prompt import prompt_of
from gsd_run.changing.failure import StepFailure
from gsd_run.domain.agent import Agent, Brief, Usage, Worked
from gsd_run.outside.git import GitFailed, open_repository
from gsd_run.outside.project import Project
from gsd_run.outside.secrets import without_secrets
from gsd_run.outside.templates import rendered

# ValueError: a path with a NUL, a text with half a letter.
_TOLD = (StepFailure, GitFailed, OSError, ValueError)
CALLS_PER_REQUEST = 20  # tools that a model may use, for each answer that it may give


def work_by_model(
    agent: Agent,
    brief: Brief,
    project: Project,
    check: Callable[[], str],
    model: object | None = None,
) -> Worked:
    """Have a model do the task of a brief; it edits the project's files in place.

    `check` runs the task's checks and tells what came of them; it is called in this thread, as
    often as the model asks. The call ends after `agent.time_limit` seconds, even when the
    provider hangs; tools that run at that moment come to their end first. Edits made until then
    stay, whatever the outcome. `model` takes the place of the one that the agent names, as one
    of pydantic-ai's models.

    Raises:
        Refusal: the project is in no git repository.
    """
    try:
        asked = model if model is not None else model_of(agent)
        import pydantic_ai  # noqa: PLC0415 - takes 1.4 s
    except CannotStart as error:
        return Worked(outcome="not_started", reason=str(error))
    except ImportError:
        return Worked(outcome="not_started", reason=MISSING)
    pydantic_ai.BANNER_ENABLED = False
    ground = Ground(
        project=project,
        repository=open_repository(project.root),
        task=brief.task,
        proposals=brief.proposals,
        records=records_of(f"{brief.plan}-"),
        allowed=brief.allowed,
    )
    talk = _Talk(agent, brief, Workplace(ground=ground, check=check), asked)
    try:
        with warnings.catch_warnings():
            # A limit that can't be held, for want of prices or counts, is told of in the docs.
            warnings.simplefilter("ignore")
            said = converse(talk.had, agent.time_limit)
    except OutOfTime:
        reason = f"it did not end within {agent.time_limit:g} s (time_limit of {agent.name})"
        return talk.worked(Worked(outcome="timed_out", reason=reason))
    except ConversationFailed as error:
        reason = reason_of(error.__cause__, agent, talk.usage)
        return talk.worked(Worked(outcome="failed", reason=reason))
    return talk.worked(Worked(outcome="finished", said=said))


class _Talk:
    """A conversation with a model; `messages` and `usage` grow with it, however it ends."""

    def __init__(self, agent: Agent, brief: Brief, place: Workplace, model: Any) -> None:  # noqa: ANN401
        from pydantic_ai.usage import RunUsage  # noqa: PLC0415

        self.agent = agent
        self.instructions = rendered("gsd_run.changing.agents", "model.md.j2", {})
        self.prompt = without_secrets(prompt_of(brief), os.environ)
        self.place = place
        self.model = model
        self.messages: list[Any] = []
        self.usage = RunUsage()

    async def had(self, ask: Ask) -> str:
        """Have the conversation to its end and return the model's last words."""
        from pydantic_ai import Agent as Asked  # noqa: PLC0415
        from pydantic_ai import UsageLimits, capture_run_messages  # noqa: PLC0415

        agent = self.agent
        often = max(agent.requests, 1)
        asked = Asked(
            self.model,
            name=agent.name,
            instructions=self.instructions,
            tools=_tools(self.place, ask),
            # Mistakes are bounded by the requests, and by nothing else.
            retries={"tools": often, "output": often},
        )
        limits = UsageLimits(
            request_limit=often,
            tool_calls_limit=often * CALLS_PER_REQUEST,
            total_tokens_limit=agent.tokens,
            cost_limit=None if agent.budget is None else Decimal(str(agent.budget)),
        )
        with capture_run_messages() as messages:
            self.messages = messages
            async with asked:
                result = await asked.run(self.prompt, usage_limits=limits, usage=self.usage)
        return result.output

    def worked(self, how: Worked) -> Worked:
        """Return how the call ended, with what was said and used until then, without secrets."""
        counted = self.usage.requests > self.usage.unmeasured_requests
        return Worked(
            outcome=how.outcome,
            reason=without_secrets(how.reason, os.environ),
            said=without_secrets(how.said, os.environ),
            transcript=transcript_of(self.messages),
            usage=Usage(
                input_tokens=self.usage.input_tokens if counted else None,
                output_tokens=self.usage.output_tokens if counted else None,
                cost=None if self.usage.cost is None else float(self.usage.cost),
            ),
        )


def _tools(place: Workplace, ask: Ask) -> list[Any]:
    """Return the tools as pydantic-ai takes them; each is carried out by asking."""
    from pydantic_ai import Tool  # noqa: PLC0415

    on_files: tuple[Callable[..., str], ...] = (
        place.list_files,
        place.read_file,
        place.search,
        place.edit_file,
        place.write_file,
        place.delete_file,
    )
    asking = [_asking(one, ask, _TOLD) for one in on_files]
    # Where the checks themselves break, it is not for the model to mend.
    asking.append(_asking(place.run_checks, ask, ()))
    return [Tool(one, takes_ctx=False, sequential=True) for one in asking]


def _asking(
    tool: Callable[..., str], ask: Ask, told: tuple[type[Exception], ...]
) -> Callable[..., Awaitable[str]]:
    """Return a tool that asks for what it does; exceptions that are `told` go to the model."""
    from pydantic_ai import ModelRetry  # noqa: PLC0415

    @functools.wraps(tool)
    async def asking(*given: Any, **named: Any) -> str:  # noqa: ANN401 - pydantic-ai has checked them
        def attempt() -> Answer:
            try:
                return True, tool(*given, **named)
            except told as error:
                return False, getattr(error, "strerror", None) or str(error)

        done, words = await ask(attempt)
        if not done:
            raise ModelRetry(words)
        return words

    return asking
