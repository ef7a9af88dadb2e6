"""A coding agent: how it is called, what it is told, what it reports. Its words prove nothing."""

from typing import Literal

from msgspec import Struct

from gsd_run.domain.plan import Task

Profile = Literal["claude", "codex", "gemini", "opencode", "aider", "command", "model"]
WorkOutcome = Literal["finished", "failed", "timed_out", "not_started"]
PLACEHOLDERS = ("prompt_file", "prompt", "model", "root")  # what `command` may hold in braces


class Agent(Struct, frozen=True, kw_only=True):
    """An agent as the settings describe it.

    `profile` says how it is called; `command` is the template of the profile "command", in which
    {prompt_file}, {prompt}, {model} and {root} stand for what they say. `time_limit` bounds one
    attempt, in seconds; `budget` bounds it in US dollars and `tokens` and `requests` by count,
    where the agent can be held to them. `environment` names the variables that it may see beside
    the project's own, its API key among them. `address` is the base URL of a model's API.
    `may_touch` are patterns of files that it may change beside those that its task names.
    """

    name: str
    profile: Profile
    model: str = ""
    command: str = ""
    arguments: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    address: str = ""
    attempts: int = 3
    time_limit: float = 1800
    budget: float | None = None
    tokens: int | None = None
    requests: int = 60
    may_touch: tuple[str, ...] = ()


class BriefCheck(Struct, frozen=True, kw_only=True):
    """A claim that the work will be judged by: its text in the plan, the commands that decide."""

    claim: str
    text: str
    commands: tuple[str, ...] = ()


class BriefFile(Struct, frozen=True, kw_only=True):
    """A file that the task names: its text, or None when there is no such file yet."""

    path: str
    text: str | None


class Refutation(Struct, frozen=True, kw_only=True):
    """A claim that an earlier attempt got refuted, why, and an excerpt of what was measured."""

    claim: str
    text: str
    reason: str
    excerpt: str = ""


class EarlierAttempt(Struct, frozen=True, kw_only=True):
    """An attempt that failed. Its edits still lie in the tree unless `put_back` says otherwise."""

    attempt: int
    reason: str
    refuted: tuple[Refutation, ...] = ()
    put_back: bool = False


class Brief(Struct, frozen=True, kw_only=True):
    """Everything that an agent is told for one attempt at one task.

    `context` are the plan's references beside the task's own files. `proposals` is the file,
    relative to the root, into which it may write an amendment of a check. `allowed` are the files,
    folders and patterns that it may change; () where neither task nor plan names any.
    """

    plan: str
    objective: str
    task: Task
    files: tuple[BriefFile, ...] = ()
    context: tuple[str, ...] = ()
    checks: tuple[BriefCheck, ...] = ()
    earlier: tuple[EarlierAttempt, ...] = ()
    proposals: str = ""
    allowed: tuple[str, ...] = ()


class Usage(Struct, frozen=True, kw_only=True):
    """What a call cost, as the agent reports it; None where it says nothing."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cost: float | None = None  # US dollars


class Worked(Struct, frozen=True, kw_only=True):
    """How a call of an agent ended; git says what it changed, never this.

    `reason` says why it did not finish, `said` are its last words, `transcript` is everything
    that it wrote, as it wrote it.
    """

    outcome: WorkOutcome
    reason: str = ""
    said: str = ""
    transcript: str = ""
    usage: Usage = Usage()


class AgentCalled(Struct, frozen=True, kw_only=True, tag="agent_called"):
    """An agent is called for an attempt. `prompt` is the content hash of what it is told."""

    task: int
    attempt: int
    agent: str
    profile: str
    prompt: str
    model: str = ""


class AgentEnded(Struct, frozen=True, kw_only=True, tag="agent_ended"):
    """An agent has ended. `transcript` is the content hash of what it wrote: words, no evidence.

    `tree` is the work tree as it left it, with its new files.
    """

    task: int
    attempt: int
    outcome: WorkOutcome
    transcript: str
    seconds: float
    tree: str
    reason: str = ""
    usage: Usage = Usage()


class AmendmentProposed(Struct, frozen=True, kw_only=True, tag="amendment_proposed"):
    """An agent proposes to change a claim's text; it counts only where the user allowed it."""

    task: int
    attempt: int
    claim: str
    replace: tuple[tuple[str, str], ...]
    reason: str
    accepted: bool
