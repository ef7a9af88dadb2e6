"""The MCP server as a client sees it: a real subprocess over stdio, by the SDK's own client."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from begun import copied, greeting_at
from gsd_run.cli.serving.tools import TOOLS, schema_of
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters
from sandbox import PLAN, PLAN_PATH, Sandbox, environment, let_a_check_wait

PAGE = Path(__file__).parents[3] / "docs" / "mcp.md"
GATE = """\
<task type="checkpoint:human-verify" gate="{gate}">
  <what-built>A greeting</what-built>
  <how-to-verify>Read it aloud</how-to-verify>
</task>
"""
COUNTS_AT_FIRST = {"PROVEN": 0, "REFUTED": 3, "UNPROVEN": 5}


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    return greeting_at(tmp_path_factory.mktemp("mcp") / "project")


@pytest.fixture
def project(begun: Sandbox, tmp_path: Path) -> Sandbox:
    return copied(begun, tmp_path / "project")


def served(project: Sandbox, talk: Callable[[Client], Awaitable[None]], *options: str) -> None:
    """Start the server elsewhere than in the project, and talk to it."""
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "gsd_run", "mcp", "--project", str(project.root), *options],
        cwd="/",
        env=environment(),
    )

    async def session() -> None:
        async with Client(server) as client:
            await talk(client)

    asyncio.run(session())


async def called(client: Client, name: str, /, **given: Any) -> Any:
    """Call a tool that succeeds, and return its structured content."""
    result = await client.call_tool(name, given)
    assert not result.is_error, result.content
    return result.structured_content


async def refused(client: Client, name: str, /, **given: Any) -> str:
    """Call a tool that fails, and return its message."""
    result = await client.call_tool(name, given)
    assert result.is_error, result.content
    return str(result.content[0].text)


async def comes(condition: Callable[[], bool]) -> None:
    """Wait for what another process does."""
    for _ in range(1500):
        if condition():
            return
        await anyio.sleep(0.02)
    raise TimeoutError


def test_a_plan_from_its_first_look_to_its_end(project: Sandbox) -> None:
    seen: list[tuple[float, str]] = []

    async def progress(step: float, _total: float | None, message: str | None) -> None:
        seen.append((step, message or ""))

    async def talk(client: Client) -> None:
        listed = (await client.list_tools()).tools
        assert [one.name for one in listed] == [one.name for one in TOOLS]
        assert all(one.output_schema and one.description for one in listed)
        assert "allow_amendments" not in json.dumps([one.input_schema for one in listed])

        (plan,) = (await called(client, "status"))["plans"]
        assert (plan["plan"], plan["state"]) == ("01-01", "ready")
        found = await called(client, "lint", plans=["1"])
        assert (found["errors"], {one["code"] for one in found["findings"]}) == (
            0,
            {"C201", "C202"},
        )
        whole = await called(client, "show", plan="01-01")
        assert whole["plan"]["tasks"][0]["name"] == "Task 1: Add the greeting"
        explained = await called(client, "explain", plan="01-01", claim="verify.1")
        assert [one["rule"] for one in explained["claims"]] == ["its own commands"]

        checked = await client.call_tool("check", {"plan": "1"})
        value = checked.structured_content
        assert value["counts"] == value["plans"][0]["counts"] == COUNTS_AT_FIRST
        claim = value["plans"][0]["refuted"][0]
        assert (claim["id"], claim["at"]) == ("verify.1", f"{PLAN_PATH}:26")
        assert claim["evidence"][0]["check"] == "grep -n hello greeting.txt"
        assert value["plans"][0]["refuted"][2]["places"] == [
            "greeting.txt:1: greeting.txt does not exist"
        ]
        assert checked.content[0].text.startswith("01-01: failed; 0 PROVEN, 3 REFUTED, 5 UNPROVEN")

        run = await client.call_tool("run", {"plan": "01-01"}, progress_callback=progress)
        assert run.structured_content["outcome"] == "finished"
        assert run.structured_content["counts"] == {"PROVEN": 4, "REFUTED": 0, "UNPROVEN": 4}
        assert len(run.structured_content["commits"]) == 3
        assert await called(client, "report", plan="01-01") == run.structured_content
        assert (await called(client, "status", plan="01-01"))["plans"][0]["state"] == "complete"

    served(project, talk)
    assert (project.root / ".planning/phases/01-greeting/01-01-SUMMARY.md").exists()
    steps, messages = zip(*seen, strict=True)
    assert list(steps) == sorted(set(steps))
    assert "task 2 of 2: Add the farewell" in messages
    assert "$ grep -n bye farewell.txt" in messages


def test_what_is_wrong_is_told_and_nothing_leads_out_of_the_project(project: Sandbox) -> None:
    outside = greeting_at(project.root.parent / "outside")
    (project.root / ".planning/phases/02-link").symlink_to(outside.root / ".planning/phases")
    project.write(f"{Path(PLAN_PATH).parent}/01-02-PLAN.md", "# no plan\n")

    async def talk(client: Client) -> None:
        assert "01-02-PLAN.md:1: " in await refused(client, "run", plan="01-02")
        assert "no plan '9-9'; the closest are" in await refused(client, "run", plan="9-9")
        assert "no run has stopped here" in await refused(client, "resume")
        assert "unknown field `yes`" in await refused(client, "run", plan="01-01", yes=True)
        assert "$.task" in await refused(client, "run", plan="01-01", task=0)
        assert "required field `plan`" in await refused(client, "check")
        assert "no tool 'undo'" in await refused(client, "undo", plan="01-01")
        assert "amendments are a person's" in await refused(
            client, "run", plan="01-01", allow_amendments=True
        )
        for name in (str(outside.root / PLAN_PATH), "../outside", "--all", "", "~/x", "a\0b"):
            told = await refused(client, "check", plan=name)
            assert "call a plan by its id" in told
        for name in ("02-link/01-greeting/01-01-PLAN.md", "02-link"):
            assert (await client.call_tool("show", {"plan": name})).is_error

    served(project, talk)
    assert not (outside.root / ".git/gsd-run").exists()


def test_an_agent_makes_the_changes_and_gets_the_verdict(project: Sandbox) -> None:
    """By hand: the run waits for each task's change, then judges and commits it."""

    async def talk(client: Client) -> None:
        waiting = await called(client, "run", plan="01-01", executor="hand", until=1)
        assert waiting["outcome"] == "waits"
        assert "greeting.txt" in waiting["told"]
        project.write("greeting.txt", "hallo\n")
        failed = await called(client, "resume")
        assert (failed["outcome"], [one["id"] for one in failed["refuted"]]) == (
            "failed", ["verify.1"],
        )  # fmt: skip
        assert "call `resume`" in failed["next"]
        project.write("greeting.txt", "hello\n")
        assert (await called(client, "resume"))["tasks"][0]["outcome"] == "PASSED"

    served(project, talk)
    assert "feat(01-01): add the greeting" in project.subjects()


def test_a_cancelled_run_stands_and_goes_on(project: Sandbox) -> None:
    let_a_check_wait(
        project, "grep -n hello greeting.txt", "touch waiting; until [ -e go ]; do sleep 0.02; done"
    )

    async def talk(client: Client) -> None:
        begun = asyncio.create_task(client.call_tool("run", {"plan": "01-01"}))
        await comes((project.root / "waiting").exists)
        begun.cancel()
        await comes(lambda: '"reason":"interrupted"' in project.journal.read_text())
        (stopped,) = (await called(client, "status"))["plans"]
        assert stopped["state"] in {"stopped", "running"}
        project.write("go", "")
        while (resumed := await client.call_tool("resume")).is_error:
            assert "works here" in resumed.content[0].text or "lock" in resumed.content[0].text
            await anyio.sleep(0.05)
        assert resumed.structured_content["outcome"] == "finished"

    served(project, talk)


def test_nothing_but_the_protocol_is_on_stdout_and_without_a_server_a_run_stands(
    project: Sandbox,
) -> None:
    """Commands that print, and words on the input that are no message, leave no trace there."""
    let_a_check_wait(project, "grep -n hello greeting.txt", "echo noise; echo noise >&2; exit 1")
    server = _started(project)
    assert server.stdin is not None
    server.stdin.write(b"no message\n")
    _say(server, "initialize", 1, protocolVersion="2025-06-18", capabilities={},
         clientInfo={"name": "a test", "version": "1"})  # fmt: skip
    _say(server, "notifications/initialized")
    _say(server, "tools/call", 2, name="check", arguments={"plan": "01-01"})
    answered: list[object] = []
    while 2 not in answered:
        answered.append(_answer(server).get("id"))

    let_a_check_wait(project, "echo noise; echo noise >&2; exit 1", "touch waiting; sleep 60")
    _say(server, "tools/call", 3, name="run", arguments={"plan": "01-01"})
    asyncio.run(comes((project.root / "waiting").exists))
    server.kill()
    out, _ = server.communicate()
    assert [json.loads(line)["jsonrpc"] for line in out.splitlines()] == []
    asyncio.run(comes(lambda: '"reason":"interrupted"' in project.journal.read_text()))


def _started(project: Sandbox) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "gsd_run", "mcp"],
        cwd=project.root,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _say(
    server: subprocess.Popen[bytes], method: str, number: int | None = None, **given: Any
) -> None:
    message = {"jsonrpc": "2.0", "method": method, **({"id": number} if number else {})}
    assert server.stdin is not None
    server.stdin.write(json.dumps({**message, "params": given}).encode() + b"\n")
    server.stdin.flush()


def _answer(server: subprocess.Popen[bytes]) -> dict[str, Any]:
    assert server.stdout is not None
    message: dict[str, Any] = json.loads(server.stdout.readline())
    assert message["jsonrpc"] == "2.0"
    return message


def test_an_agent_does_not_approve_by_itself(project: Sandbox) -> None:
    gates = f"{GATE.format(gate='blocking')}{GATE.format(gate='blocking-human')}</tasks>"
    plan = PLAN.replace("</tasks>", gates)
    project.write(PLAN_PATH, plan.replace("autonomous: true", "autonomous: false"))
    project.commit("two gates")
    assert project.gsd_run("01-01").status == 10

    async def talk(client: Client) -> None:
        waiting = await called(client, "resume")
        assert "Read it aloud" in waiting["question"]
        assert "put the question to your user" in waiting["next"]
        assert "a person's to give" in await refused(client, "answer", answer="approve")
        assert "needs its `reason`" in await refused(client, "answer", answer="reject")
        rejected = await called(client, "answer", answer="reject", reason="it mumbles")
        assert (rejected["outcome"], rejected["told"]) == (
            "failed", "rejected by mcp: it mumbles",
        )  # fmt: skip

    served(project, talk)

    async def allowed(client: Client) -> None:
        tools = {one.name: one.input_schema for one in (await client.list_tools()).tools}
        assert "allow_amendments" in tools["run"]["properties"]
        assert (await called(client, "resume"))["outcome"] == "waits"
        assert "give the `choice`" in await refused(client, "answer", answer="choose")
        approved = await called(client, "answer", answer="approve")
        assert (approved["outcome"], approved["tasks"][2]["outcome"]) == ("waits", "ANSWERED")
        told = await refused(client, "answer", answer="approve")
        assert "a person has to answer at a terminal" in told

    served(project, allowed, "--allow-answers", "--allow-amendments")
    assert '"answer":"approve","by":"mcp"' in project.journal.read_text()


def test_without_the_sdk_it_says_how_to_get_it(project: Sandbox, tmp_path: Path) -> None:
    script = tmp_path / "without.py"
    script.write_text(
        "import importlib.metadata as m, sys\n"
        "known = m.version\n"
        "def version(name):\n"
        "    if name == 'mcp': raise m.PackageNotFoundError(name)\n"
        "    return known(name)\n"
        "m.version = version\n"
        "from gsd_run.cli.main import main\n"
        "sys.exit(main(['mcp']))\n"
    )
    done = project.python(script)
    assert (done.status, done.stdout) == (2, "")
    assert "pip install 'gsd-run[mcp]'" in done.stderr
    assert project.gsd_run("mcp", "--project", "nowhere").status == 2


def test_the_page_says_what_each_tool_takes() -> None:
    page = PAGE.read_text()
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]*) \|", page, re.MULTILINE))
    assert rows == {
        tool.name: ", ".join(f"`{one}`" for one in schema_of(tool.given)["properties"])
        for tool in TOOLS
    }


@pytest.mark.skipif(shutil.which("claude") is None, reason="needs Claude Code's command line")
def test_claude_code_takes_the_command(project: Sandbox, tmp_path: Path) -> None:
    words = re.search(r"^claude mcp add .*$", PAGE.read_text(), re.MULTILINE)
    assert words is not None
    done = project.run(*words[0].split(), HOME=os.fspath(tmp_path))
    assert done.status == 0, done.text
