"""Agents are called as real processes; stand-ins on PATH write down how they were called."""

import json
import os
import time
from pathlib import Path

import pytest
from gsd_run.changing.agents.calling import work
from gsd_run.changing.agents.profiles import unheld_limits
from gsd_run.changing.agents.prompt import prompt_of
from gsd_run.domain.agent import Agent, Brief, BriefFile, Usage, Worked
from gsd_run.domain.plan import Task
from gsd_run.outside.project import Project
from msgspec import Struct
from msgspec.structs import replace

BRIEF = Brief(
    plan="03-02",
    objective="",
    task=Task(number=1, name="Write it", line=1, files=("src/a.py", "src/b.py")),
    files=(BriefFile(path="src/a.py", text="a = 1\n"), BriefFile(path="src/b.py", text=None)),
)
# Notes its arguments, one a line, its input, its environment and where it is.
NOTING = """\
for word in "$@"; do printf '%s\\n' "$word"; done > "$HOME/argv"
cat > "$HOME/input"
env > "$HOME/environment"
pwd > "$HOME/folder"
"""


class Place(Struct, frozen=True):
    """A project, a home, and a folder of programs that is first on PATH."""

    project: Project
    home: Path
    programs: Path

    def program(self, name: str, text: str) -> None:
        path = self.programs / name
        path.write_text(f"#!/bin/sh\n{text}")
        path.chmod(0o755)

    def noted(self, what: str) -> str:
        return (self.home / what).read_text()


@pytest.fixture
def place(tmp_path, monkeypatch):
    made = Place(Project(root=tmp_path / "project"), tmp_path / "home", tmp_path / "programs")
    for folder in (made.project.root, made.home, made.programs):
        folder.mkdir()
    monkeypatch.setenv("HOME", str(made.home))
    monkeypatch.setenv("PATH", f"{made.programs}:/usr/bin:/bin")
    return made


GIT = (
    *("commit", "add", "stash", "switch", "checkout", "reset"),
    *("restore", "rebase", "merge", "tag", "push"),
)
SANDBOX = (
    '{"sandbox":{"enabled":true,"autoAllowBashIfSandboxed":true,"allowUnsandboxedCommands":false}}'
)
CALLS = {
    "claude": [
        *("-p", "--output-format", "stream-json", "--verbose", "--permission-mode", "acceptEdits"),
        *("--settings", SANDBOX),
        *("--disallowedTools", ",".join(f"Bash(git {verb}:*)" for verb in GIT)),
        *("--no-session-persistence", "--max-turns", "60", "--model", "m-1"),
        *("--max-budget-usd", "2.5", "--extra"),
    ],
    "codex": [
        *("exec", "-c", 'sandbox_mode="workspace-write"', "-c", "allow_login_shell=false"),
        *("--json", "--skip-git-repo-check", "--ephemeral", "--color", "never"),
        *("--model", "m-1", "--extra", "-"),
    ],
    "gemini": [
        *("--output-format", "stream-json", "--approval-mode", "auto_edit", "--skip-trust"),
        *("--model", "m-1", "--extra"),
    ],
    "opencode": ["run", "--format", "json", "--model", "m-1", "--extra"],
}


@pytest.mark.parametrize("profile", CALLS)
def test_a_tool_is_called_with_the_prompt_as_its_input(place, profile):
    place.program(profile, NOTING)
    agent = Agent(name="mine", profile=profile, model="m-1", budget=2.5, arguments=("--extra",))

    assert work(agent, BRIEF, place.project) == Worked(outcome="finished")

    assert place.noted("argv").splitlines() == CALLS[profile]
    assert place.noted("input") == prompt_of(BRIEF)
    assert place.noted("folder").strip() == str(place.project.root)


@pytest.mark.parametrize(
    ("profile", "given", "without"),
    [
        ("claude", "--permission-mode=plan", "acceptEdits"),
        ("claude", "--dangerously-skip-permissions", "--permission-mode"),
        ("gemini", "--yolo", "--approval-mode"),
        ("gemini", "-m", "--model"),
        ("codex", "-m", "--model"),
        ("aider", "--auto-commits", "--no-auto-commits"),
    ],
)
def test_an_option_of_the_settings_takes_the_place_of_the_profiles_own(
    place, profile, given, without
):
    place.program(profile, NOTING)
    agent = Agent(name="mine", profile=profile, model="m-1", arguments=(given,))

    work(agent, BRIEF, place.project)

    words = place.noted("argv").splitlines()
    assert given in words
    assert without not in words


def test_aider_is_given_the_prompt_as_a_file_and_leaves_nothing(place):
    root = place.project.root
    place.program(
        "aider",
        f"""{NOTING}
        while [ "$1" != --message-file ]; do shift; done
        cp "$2" "$HOME/prompt"
        touch new.py
        mkdir .aider.tags.cache.v4
        git add new.py
        """,
    )
    place.program("setup", "git init -q && git add -A")
    (root / "src").mkdir()
    (root / "src" / "a.py").write_text("a = 1\n")
    work(Agent(name="git", profile="command", command="setup"), BRIEF, place.project)
    index = (root / ".git" / "index").read_bytes()

    worked = work(Agent(name="aider", profile="aider", model="m-1"), BRIEF, place.project)

    assert worked == Worked(outcome="finished")
    words = place.noted("argv").splitlines()
    folder = Path(words[1]).parent
    off = (
        "auto-commits dirty-commits gitignore auto-lint auto-test suggest-shell-commands pretty "
        "stream fancy-input check-update show-release-notes analytics detect-urls "
        "show-model-warnings restore-chat-history notifications"
    )
    assert words == [
        *("--message-file", f"{folder}/prompt.md", "--yes-always"),
        *(f"--no-{name}" for name in off.split()),
        *("--disable-playwright", "--input-history-file", f"{folder}/aider.input"),
        *("--chat-history-file", f"{folder}/aider.md", "--model", "m-1"),
        *("--file", "src/a.py"),
    ]
    assert place.noted("prompt") == prompt_of(BRIEF)
    assert not folder.exists()
    assert (root / ".git" / "index").read_bytes() == index
    assert sorted(path.name for path in root.iterdir()) == [".git", "new.py", "src"]


def test_what_lay_there_before_is_left(place):
    place.program("aider", "")
    cache = place.project.root / ".aider.tags.cache.v4"
    cache.mkdir()

    work(Agent(name="aider", profile="aider"), BRIEF, place.project)

    assert cache.is_dir()


def test_a_command_is_filled_in_word_by_word(place):
    place.program("my-agent", NOTING + 'stat -c %a "$2" "$(dirname "$2")" && cat "$2"')
    command = "my-agent --file {prompt_file} --model={model} --in {root} '{} {odd} {\"a\": 1}'"
    agent = Agent(
        name="mine", profile="command", command=command, model="{root} x", arguments=("{model}",)
    )

    worked = work(agent, BRIEF, place.project)

    words = place.noted("argv").splitlines()
    prompt_file = Path(words[1])
    assert words == [
        *("--file", str(prompt_file), "--model={root} x", "--in", str(place.project.root)),
        *('{} {odd} {"a": 1}', "{model}"),
    ]
    assert worked.outcome == "finished"
    assert worked.transcript == f"600\n700\n{prompt_of(BRIEF)}"
    assert place.noted("input") == ""
    assert not prompt_file.parent.exists()
    assert not prompt_file.is_relative_to(place.project.root)


def test_a_command_that_asks_for_no_prompt_reads_it(place):
    place.program("my-agent", NOTING)

    work(Agent(name="mine", profile="command", command="my-agent -q"), BRIEF, place.project)

    assert place.noted("argv") == "-q\n"
    assert place.noted("input") == prompt_of(BRIEF)


def test_a_prompt_too_long_for_a_command_line_is_no_start(place):
    place.program("my-agent", NOTING)
    long = replace(BRIEF, files=(BriefFile(path="a.py", text="µµµµ = 1\n" * 20_000),))
    agent = Agent(name="mine", profile="command", command="my-agent {prompt}")

    assert work(agent, long, place.project) == Worked(
        outcome="not_started",
        reason="the agent mine can't be started (my-agent: an argument is too long); pass "
        "{prompt_file} instead of {prompt} in its `command`",
    )


def test_an_agent_sees_what_it_needs_and_no_other_secrets(place, monkeypatch):
    kept = {"HOME", "PATH", "PYTHONDONTWRITEBYTECODE"}
    for name in set(os.environ) - kept:
        monkeypatch.delenv(name)
    for name, value in {
        "ANTHROPIC_API_KEY": "of-claude",
        "OPENAI_API_KEY": "of-codex",
        "AWS_SECRET_ACCESS_KEY": "of-aws",
        "DATABASE_URL": "postgres://",
        "GITHUB_TOKEN": "of-github",
        "MY_PROXY_TOKEN": "asked-for",
        "DISABLE_AUTOUPDATER": "0",
        "GIT_DIR": "/elsewhere",
        "LC_ALL": "C.UTF-8",
        "XDG_CONFIG_HOME": "/config",
        "https_proxy": "http://proxy:1",
        "TERM": "xterm",
    }.items():
        monkeypatch.setenv(name, value)
    place.program("claude", NOTING)
    agent = Agent(
        name="claude", profile="claude", environment=("MY_PROXY_TOKEN", "DISABLE_AUTOUPDATER")
    )

    work(agent, BRIEF, place.project, mark="GSD_RUN_TEST=1")

    seen = dict(line.split("=", 1) for line in place.noted("environment").splitlines())
    for of_the_shell in ("PWD", "OLDPWD", "SHLVL", "_"):
        seen.pop(of_the_shell, None)
    assert seen == {
        "HOME": str(place.home),
        "PATH": f"{place.programs}:/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
        "LC_ALL": "C.UTF-8",
        "XDG_CONFIG_HOME": "/config",
        "https_proxy": "http://proxy:1",
        "TERM": "dumb",
        "NO_COLOR": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "ANTHROPIC_API_KEY": "of-claude",
        "MY_PROXY_TOKEN": "asked-for",
        "DISABLE_AUTOUPDATER": "0",
        "GSD_RUN_TEST": "1",
    }


def test_what_it_said_and_used_comes_back_without_its_key(place, monkeypatch):
    monkeypatch.setenv("CODEX_API_KEY", "letmein-letmein")
    events = [
        {
            "type": "item.completed",
            "item": {"type": "agent_message", "text": "Key letmein-letmein"},
        },
        {"type": "turn.completed", "usage": {"input_tokens": 9, "output_tokens": 2}},
    ]
    output = "".join(f"{json.dumps(event)}\n" for event in events)
    place.program("codex", f"cat <<'X'\n{output}X\necho warned >&2")

    assert work(Agent(name="codex", profile="codex"), BRIEF, place.project) == Worked(
        outcome="finished",
        said="Key ⟦redacted⟧",
        transcript=output.replace("letmein-letmein", "⟦redacted⟧")
        + "--- standard error ---\nwarned\n",
        usage=Usage(input_tokens=9, output_tokens=2),
    )


def test_a_failure_says_why(place):
    place.program("my-agent", "echo partly; printf 'no\\n\\033[31mkey\\033[0m\\n' >&2; exit 3")
    agent = Agent(name="mine", profile="command", command="my-agent", environment=("MY_KEY_X",))

    assert work(agent, BRIEF, place.project) == Worked(
        outcome="failed",
        reason="mine ended with status 3: no / key; not set here: MY_KEY_X",
        said="partly",
        transcript="partly\n--- standard error ---\nno\n\x1b[31mkey\x1b[0m\n",
    )


def test_a_reported_error_is_a_failure_whatever_the_status(place):
    event = '{"type":"result","subtype":"success","is_error":true,"result":"Not logged in"}'
    place.program("claude", f"echo '{event}'")

    worked = work(Agent(name="claude", profile="claude"), BRIEF, place.project)

    assert (worked.outcome, worked.reason) == ("failed", "Not logged in")


def test_an_agent_that_is_not_installed(place):
    assert work(Agent(name="mine", profile="gemini"), BRIEF, place.project) == Worked(
        outcome="not_started",
        reason="the agent mine needs the program 'gemini', which is not on PATH here: install it "
        "(`npm install -g @google/gemini-cli`), or choose another agent with --agent NAME or "
        '`agent = "…"` in .planning/gsd-run.toml (known by themselves: claude, codex, gemini, '
        "opencode, aider)",
    )
    own = Agent(name="own", profile="command", command="not-there {prompt_file}")
    assert "'not-there', which is not on PATH here: correct its `command`, or choose" in (
        work(own, BRIEF, place.project).reason
    )


def test_the_time_limit_ends_it_and_all_it_started(place):
    place.program(
        "my-agent",
        """
        echo begun
        sleep 60 &
        echo $! > "$HOME/child"
        setsid sleep 60 &
        echo $! > "$HOME/stray"
        wait
        """,
    )
    agent = Agent(name="mine", profile="command", command="my-agent", time_limit=1)

    worked = work(agent, BRIEF, place.project, mark="GSD_RUN_TEST_STRAY=of-this-test")

    assert worked == Worked(
        outcome="timed_out",
        reason="it did not end within 1 s (time_limit of mine)",
        said="begun",
        transcript="begun\n",
    )
    for name in ("child", "stray"):
        assert gone(int(place.noted(name)))


def gone(pid: int) -> bool:
    """Tell whether a process has ended; it may wait a moment for whoever reaps it."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        status = Path(f"/proc/{pid}/stat")
        if status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False


def test_limits_that_a_tool_does_not_keep_to_are_known():
    limits = {"budget": 1.0, "tokens": 5}

    assert unheld_limits(Agent(name="a", profile="claude", **limits)) == ("tokens",)
    assert unheld_limits(Agent(name="a", profile="codex", **limits)) == ("budget", "tokens")
    assert unheld_limits(Agent(name="a", profile="model", **limits)) == ()
    assert unheld_limits(Agent(name="a", profile="codex")) == ()
