"""gsd-run with real agents' command lines, each driven by a scripted model on loopback."""

import json
import os
import re

import pytest
from model_dialects import TOKENS
from model_server import ModelServer
from model_turns import Read, Refuse, Say, Shell, Turn, Write
from real_tools import KEY, REQUIRED, TOOLS, Tool, variables_of
from sandbox import PLAN, PLAN_PATH, SUMMARY_PATH, Output, Sandbox

FOREIGN = re.compile(
    r"(ANTHROPIC|CLAUDE|CODEX|GEMINI|GOOGLE|OPENAI|OPENCODE|XDG)_|.*_PROXY", re.IGNORECASE
)
SETTINGS = ".planning/gsd-run.toml"
WRONG = Write("greeting.txt", "good evening\n")
BOASTS = Say("I wrote the greeting; all checks pass.")


@pytest.fixture(autouse=True)
def nothing_of_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the keys, addresses and proxies of whoever runs the tests from the agents."""
    for name in filter(FOREIGN.match, list(os.environ)):
        monkeypatch.delenv(name)


@pytest.fixture
def project(sandbox: Sandbox) -> Sandbox:
    """A project with the small plan, and no run file."""
    sandbox.write(PLAN_PATH, PLAN)
    sandbox.write(SETTINGS, "".join(settings(tool) for tool in TOOLS))
    sandbox.commit("start")
    return sandbox


def settings(tool: Tool, *arguments: str) -> str:
    """Return what the project says of a tool; bounded, for without its model it tries on."""
    return f"[agents.{tool.profile}]\ntime_limit = 60\narguments = {json.dumps(arguments)}\n"


def carried_out(project: Sandbox, tool: Tool, server: ModelServer) -> Output:
    variables = variables_of(tool, server.address, project.root.parent / "home")
    return project.gsd_run("01-01", "--agent", tool.profile, **variables)


def events(project: Sandbox, kind: str) -> list[dict[str, object]]:
    records = [json.loads(line) for line in project.journal.read_text().splitlines()]
    return [record["event"] for record in records if record["event"]["type"] == kind]


def stored(project: Sandbox, content: object) -> str:
    """Return an output of the run by the hash of its content."""
    return (project.journal.parents[1] / "outputs" / str(content)).read_text()


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.program)
def test_it_learns_from_the_evidence_against_its_first_attempt(
    tool: Tool, project: Sandbox
) -> None:
    first: tuple[Turn, ...] = (WRONG, BOASTS)
    second = (Read("greeting.txt"), Write("greeting.txt", "hello\n"), Say("Now it says hello."))
    other_task = (Write("farewell.txt", "bye\n"), Say("I wrote the farewell."))

    with ModelServer(project.root, (*first, *second, *other_task)) as server:
        output = carried_out(project, tool, server)

    assert output.status == 0, output.text
    assert server.left == []
    assert project.subjects() == [
        "start",
        "feat(01-01): add the greeting",
        "feat(01-01): add the farewell",
        "docs(01-01): complete 01-01 plan",
    ]
    assert project.files_of("HEAD~2") == ["greeting.txt"]
    assert project.files_of("HEAD~1") == ["farewell.txt"]
    assert (project.read("greeting.txt"), project.read("farewell.txt")) == ("hello\n", "bye\n")
    assert project.git("status", "--porcelain", "--ignored") == ""
    ends = [(end["task"], end["attempt"], end["outcome"]) for end in events(project, "task_ended")]
    assert ends == [(1, 1, "FAILED"), (1, 2, "PASSED"), (2, 1, "PASSED")]
    calls = events(project, "agent_ended")
    assert [call["outcome"] for call in calls] == ["finished"] * 3
    turns = [len(first), len(second), len(other_task)]
    usages = [call["usage"] for call in calls]
    assert [(usage["input_tokens"], usage["output_tokens"]) for usage in usages] == [
        (TOKENS["input"] * count, TOKENS["output"] * count) for count in turns
    ]
    assert BOASTS.text in stored(project, calls[0]["transcript"])
    assert "Now it says hello." in stored(project, calls[1]["transcript"])


@pytest.mark.parametrize("tool", REQUIRED, ids=lambda tool: tool.program)
def test_it_is_told_the_task_its_checks_and_what_was_refuted(tool: Tool, project: Sandbox) -> None:
    with ModelServer(project.root, [WRONG, BOASTS]) as server:
        output = carried_out(project, tool, server)

    assert output.status == 1, output.text
    told = [asked.text for asked in server.asked if asked.turn in {WRONG, None}]
    assert all("Write hello into greeting.txt" in text for text in told)
    assert all("grep -n hello greeting.txt" in text for text in told)
    assert ["Attempt 1 failed" in text for text in told] == [False, True]
    prompts = [stored(project, call["prompt"]) for call in events(project, "agent_called")]
    for evidence in ("**verify.1** is refuted", "exited 1", "good evening"):
        assert [evidence in prompt for prompt in prompts] == [False, True], evidence
    assert not (project.root / SUMMARY_PATH).exists()


@pytest.mark.parametrize("tool", REQUIRED, ids=lambda tool: tool.program)
def test_an_agent_that_commits_fails_its_attempt(tool: Tool, project: Sandbox) -> None:
    project.write(SETTINGS, settings(tool, *tool.unbound))
    start = project.commit("settings")
    right = Write("greeting.txt", "hello\n")
    commits = Shell("git add greeting.txt && git commit -qm mine && git log --format=%s -1")

    with ModelServer(project.root, [right, commits, Say("It is committed.")]) as server:
        output = carried_out(project, tool, server)

    assert output.status in {1, 3}, output.text
    assert project.subjects() == ["start", "settings", "mine"]
    [call] = events(project, "agent_ended")
    assert call["outcome"] == "failed"
    assert f"it moved HEAD from {start[:9]}" in str(call["reason"])
    assert events(project, "committed") == []
    assert not (project.root / SUMMARY_PATH).exists()


@pytest.mark.parametrize("tool", REQUIRED, ids=lambda tool: tool.program)
def test_a_model_that_refuses_is_told_as_the_agent_told_it(tool: Tool, project: Sandbox) -> None:
    refusals = [Refuse(400, "this model has gone home")] * 12

    with ModelServer(project.root, refusals) as server:
        output = carried_out(project, tool, server)

    assert output.status == 1, output.text
    assert "this model has gone home" in output.text
    assert {call["outcome"] for call in events(project, "agent_ended")} == {"failed"}
    assert project.subjects() == ["start"]


@pytest.mark.parametrize("tool", REQUIRED, ids=lambda tool: tool.program)
def test_its_key_is_not_kept(tool: Tool, project: Sandbox) -> None:
    tells = Shell("env; ls -a")
    project.write(SETTINGS, settings(tool, *tool.unbound) + "attempts = 1\n")
    project.commit("settings")

    with ModelServer(project.root, [tells, Say("Done.")]) as server:
        output = carried_out(project, tool, server)

    assert KEY in server.asked[-1].text, "the agent saw its key, or the test shows nothing"
    kept = [path for path in (project.root / ".git" / "gsd-run").rglob("*") if path.is_file()]
    assert KEY not in output.text
    assert [path for path in kept if KEY.encode() in path.read_bytes()] == []
