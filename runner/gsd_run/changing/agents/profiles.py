"""How each agent's command line is called: once, without a person, allowed to edit and no more.

An option that the settings give in `arguments` takes the place of the profile's own, so that
whoever wants an agent to be allowed more, or less, says so there. A shell is granted only where
the tool shuts it in (codex, and claude where it can); otherwise the tool's own settings decide.
"""

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from gsd_run.domain.agent import PLACEHOLDERS, Agent, Profile


class Given(Struct, frozen=True, kw_only=True):
    """What one call is about. `folder` is private to the call and goes away after it.

    `files` are the task's files that exist, relative to `root`.
    """

    prompt: str
    prompt_file: Path
    folder: Path
    root: Path
    files: tuple[str, ...] = ()


class Call(Struct, frozen=True, kw_only=True):
    """A program to start; `variables` are set for it beside those that it is passed."""

    argv: tuple[str, ...]
    stdin: str | None = None
    variables: dict[str, str] = {}


class Option(Struct, frozen=True):
    """An option of a profile, under its names (the first is used), with its value if it has one."""

    names: tuple[str, ...]
    value: str | None = None

    def words(self) -> tuple[str, ...]:
        """Return the option as words of a command line."""
        return self.names[:1] if self.value is None else (self.names[0], self.value)


class CommandLine(Struct, frozen=True, kw_only=True):
    """A profile: what is run, what it may be passed, and how a person gets it.

    `passes` are variables of the caller's environment that this tool knows and may see, where
    they are set. `leavings` are what it leaves in the root beside its work. `holds` are the
    limits of an agent's settings that the tool itself keeps to.
    """

    program: str
    call: Callable[[Agent, Given], Call]
    passes: tuple[str, ...] = ()
    leavings: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
    install: str = ""


def call_of(agent: Agent, given: Given) -> Call:
    """Return what to start for an agent; its profile is one with a command line."""
    return PROFILES[agent.profile].call(agent, given)


def unheld_limits(agent: Agent) -> tuple[str, ...]:
    """Return the limits that the settings give and that this agent can't be held to, by name."""
    profile = PROFILES.get(agent.profile)
    if profile is None:
        return ()
    given = {"budget": agent.budget, "tokens": agent.tokens}
    return tuple(
        name for name, value in given.items() if value is not None and name not in profile.holds
    )


def _argv(
    words: tuple[str, ...], options: tuple[Option, ...], agent: Agent, *last: str
) -> tuple[str, ...]:
    """Return a command line: the profile's options, unless given otherwise, and the user's."""
    named = {word.split("=", 1)[0] for word in agent.arguments}
    own = [word for one in options if not named & set(one.names) for word in one.words()]
    return (*words, *own, *agent.arguments, *last)


def _model(agent: Agent, *names: str) -> tuple[Option, ...]:
    return (Option(names, agent.model),) if agent.model else ()


_GIT_VERBS = (
    *("commit", "add", "stash", "switch", "checkout", "reset"),
    *("restore", "rebase", "merge", "tag", "push"),
)
# A shell that writes only below the current folder and has no network, where the system can do
# that (bubblewrap, Seatbelt); elsewhere this grants nothing.
_CLAUDE_SANDBOX = {
    "sandbox": {
        "enabled": True,
        "autoAllowBashIfSandboxed": True,
        "allowUnsandboxedCommands": False,
    }
}


def _claude(agent: Agent, given: Given) -> Call:
    options = (
        Option(("--output-format",), "stream-json"),
        Option(("--verbose",)),
        Option(("--permission-mode", "--dangerously-skip-permissions"), "acceptEdits"),
        Option(("--settings",), json.dumps(_CLAUDE_SANDBOX, separators=(",", ":"))),
        # Only the plain forms are refused by this; what holds is that git is asked afterwards.
        Option(
            ("--disallowedTools", "--disallowed-tools"),
            ",".join(f"Bash(git {verb}:*)" for verb in _GIT_VERBS),
        ),
        Option(("--no-session-persistence",)),
        Option(("--max-turns",), str(agent.requests)),
        *_model(agent, "--model"),
        *((Option(("--max-budget-usd",), f"{agent.budget:g}"),) if agent.budget else ()),
    )
    quiet = {"DISABLE_AUTOUPDATER": "1", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1"}
    return Call(argv=_argv(("claude", "-p"), options, agent), stdin=given.prompt, variables=quiet)


def _codex(agent: Agent, given: Given) -> Call:
    options = (
        Option(("--json",)),
        Option(("--skip-git-repo-check",)),
        Option(("--ephemeral",)),
        Option(("--color",), "never"),
        *_model(agent, "--model", "-m"),
    )
    # As `-c`, since a later one, `--sandbox` or a bypass among the arguments wins over it. Its
    # login shells would lose the project's own tools from PATH.
    words = ("codex", "exec", "-c", 'sandbox_mode="workspace-write"', "-c")
    argv = _argv((*words, "allow_login_shell=false"), options, agent, "-")
    return Call(argv=argv, stdin=given.prompt)


def _gemini(agent: Agent, given: Given) -> Call:
    options = (
        Option(("--output-format", "-o"), "stream-json"),
        Option(("--approval-mode", "--yolo", "-y"), "auto_edit"),
        Option(("--skip-trust",)),
        *_model(agent, "--model", "-m"),
    )
    return Call(argv=_argv(("gemini",), options, agent), stdin=given.prompt)


def _opencode(agent: Agent, given: Given) -> Call:
    options = (Option(("--format",), "json"), *_model(agent, "--model", "-m"))
    permission = {
        "external_directory": "deny",
        "bash": {f"git {verb}*": "deny" for verb in _GIT_VERBS},
    }
    quiet = {
        "OPENCODE_PERMISSION": json.dumps(permission),
        "OPENCODE_DISABLE_AUTOUPDATE": "1",
        "OPENCODE_DISABLE_SHARE": "1",
    }
    argv = _argv(("opencode", "run"), options, agent)
    return Call(argv=argv, stdin=given.prompt, variables=quiet)


def _aider(agent: Agent, given: Given) -> Call:
    off = (
        "auto-commits dirty-commits gitignore auto-lint auto-test suggest-shell-commands pretty "
        "stream fancy-input check-update show-release-notes analytics detect-urls "
        "show-model-warnings restore-chat-history notifications"
    )
    options = (
        Option(("--message-file", "--message", "-m", "--msg"), str(given.prompt_file)),
        Option(("--yes-always",)),
        *(Option((f"--no-{name}", f"--{name}")) for name in off.split()),
        Option(("--disable-playwright",)),
        Option(("--input-history-file",), str(given.folder / "aider.input")),
        Option(("--chat-history-file",), str(given.folder / "aider.md")),
        *_model(agent, "--model"),
    )
    # It stages the files that it makes; in an index of its own that stays without effect.
    index = {"GIT_INDEX_FILE": str(given.folder / "index")}
    files = (word for path in given.files for word in ("--file", path))
    return Call(argv=_argv(("aider",), options, agent, *files), variables=index)


_PLACEHOLDER = re.compile(rf"\{{({'|'.join(PLACEHOLDERS)})\}}")


def _command(agent: Agent, given: Given) -> Call:
    """Fill in the template word by word, so that nothing filled in is parted or read as options."""
    values = {
        "prompt_file": str(given.prompt_file),
        "prompt": given.prompt,
        "model": agent.model,
        "root": str(given.root),
    }
    template = shlex.split(agent.command)
    told = any(f"{{{name}}}" in word for word in template for name in ("prompt", "prompt_file"))
    words = tuple(_filled(word, values) for word in template)
    return Call(argv=(*words, *agent.arguments), stdin=None if told else given.prompt)


def _filled(word: str, values: dict[str, str]) -> str:
    """Fill in a word's placeholders in one go: what a value holds is not filled in again."""
    return _PLACEHOLDER.sub(lambda found: values[found[1]], word)


_GOOGLE = ("GEMINI_API_KEY", "GOOGLE_API_KEY")

PROFILES: dict[Profile, CommandLine] = {
    "claude": CommandLine(
        program="claude",
        call=_claude,
        passes=(
            "ANTHROPIC_API_KEY",
            "ANTHROPIC_AUTH_TOKEN",
            "ANTHROPIC_BASE_URL",
            "ANTHROPIC_MODEL",
            "CLAUDE_CODE_OAUTH_TOKEN",
            "CLAUDE_CODE_USE_BEDROCK",
            "CLAUDE_CODE_USE_VERTEX",
            "CLAUDE_CONFIG_DIR",
        ),
        holds=("budget", "requests"),
        install="npm install -g @anthropic-ai/claude-code",
    ),
    "codex": CommandLine(
        program="codex",
        call=_codex,
        passes=("CODEX_API_KEY", "CODEX_HOME", "OPENAI_API_KEY", "OPENAI_BASE_URL"),
        install="npm install -g @openai/codex",
    ),
    "gemini": CommandLine(
        program="gemini",
        call=_gemini,
        passes=(
            *_GOOGLE,
            "GEMINI_CLI_HOME",
            "GEMINI_MODEL",
            "GOOGLE_APPLICATION_CREDENTIALS",
            "GOOGLE_CLOUD_LOCATION",
            "GOOGLE_CLOUD_PROJECT",
            "GOOGLE_GEMINI_BASE_URL",
            "GOOGLE_GENAI_USE_GCA",
            "GOOGLE_GENAI_USE_VERTEXAI",
        ),
        install="npm install -g @google/gemini-cli",
    ),
    "opencode": CommandLine(
        program="opencode",
        call=_opencode,
        passes=(
            "ANTHROPIC_API_KEY",
            "OPENAI_API_KEY",
            "OPENROUTER_API_KEY",
            *_GOOGLE,
            "OPENCODE_API_KEY",
            "OPENCODE_CONFIG",
            "OPENCODE_CONFIG_CONTENT",
            "OPENCODE_CONFIG_DIR",
        ),
        install="npm install -g opencode-ai",
    ),
    "aider": CommandLine(
        program="aider",
        call=_aider,
        passes=(
            "ANTHROPIC_API_KEY",
            "DEEPSEEK_API_KEY",
            "OLLAMA_API_BASE",
            "OPENAI_API_BASE",
            "OPENAI_API_KEY",
            "OPENROUTER_API_KEY",
            *_GOOGLE,
        ),
        leavings=(".aider.tags.cache.v3", ".aider.tags.cache.v4"),
        install="uv tool install aider-chat",
    ),
    "command": CommandLine(program="", call=_command),
}
