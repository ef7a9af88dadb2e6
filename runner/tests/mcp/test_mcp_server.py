"""The MCP server as a client sees it: a real subprocess over stdio, by the SDK's own client.

One server serves all tests but two: each begins with the project made anew in the same place.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from begun import copied, greeting_at
from gsd_run.cli.serving.outcomes import MOST_FOUND, findings_of, overview_of
from gsd_run.cli.serving.texts import text_of_findings, text_of_overview
from gsd_run.cli.serving.tools import TOOLS, schema_of
from gsd_run.domain.plan import Finding
from gsd_run.domain.standing import PlanFacts, Standing
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters
from sandbox import PLAN, PLAN_PATH, SUMMARY_PATH, Sandbox, environment, let_a_check_wait

PAGE = Path(__file__).parents[3] / "docs" / "mcp.md"
GATE = """\
<task type="checkpoint:human-verify" gate="{gate}">
  <what-built>A greeting</what-built>
  <how-to-verify>Read it aloud</how-to-verify>
</task>
"""
PERSONS = PLAN.replace("autonomous: true", "autonomous: false")


class Talk:
    """A client that is connected, called from the test's own thread."""

    def __init__(self, portal: BlockingPortal, client: Client) -> None:
        self._portal = portal
        self._client = client
        self.tools = {one.name: one for one in portal.call(client.list_tools).tools}

    def begin(self, name: str, progress: Any = None, /, **given: Any) -> Any:
        """Call a tool, and return what will hold its result."""

        async def call() -> Any:
            return await self._client.call_tool(name, given, progress_callback=progress)

        return self._portal.start_task_soon(call)

    def whole(self, name: str, progress: Any = None, /, **given: Any) -> Any:
        """Call a tool that succeeds; what it gives is as it was declared."""
        result = self.begin(name, progress, **given).result()
        assert not result.is_error, result.content
        jsonschema.validate(result.structured_content, self.tools[name].output_schema)
        return result

    def call(self, name: str, /, **given: Any) -> Any:
        """Call a tool that succeeds, and return its structured content."""
        return self.whole(name, **given).structured_content

    def refused(self, name: str, /, **given: Any) -> str:
        """Call a tool that fails, and return its message."""
        result = self.begin(name, **given).result()
        assert result.is_error, result.content
        return str(result.content[0].text)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    return greeting_at(tmp_path_factory.mktemp("mcp") / "project")


@pytest.fixture(scope="module")
def served(begun: Sandbox) -> Sandbox:
    """The place of the project that the server serves."""
    return copied(begun, begun.root.parent / "served")


@pytest.fixture
def project(begun: Sandbox, served: Sandbox) -> Sandbox:
    shutil.rmtree(served.root)
    return copied(begun, served.root)


@pytest.fixture(scope="module")
def client(served: Sandbox) -> Iterator[Talk]:
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "gsd_run", "mcp", "--project", str(served.root)],
        cwd="/",
        env=environment(),
    )
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(Client(server)) as connected,
    ):
        yield Talk(portal, connected)


def comes(condition: Callable[[], bool]) -> None:
    """Wait for what another process does."""
    for _ in range(1500):
        if condition():
            return
        time.sleep(0.02)
    raise TimeoutError


def test_a_plan_from_its_first_look_to_its_end(project: Sandbox, client: Talk) -> None:
    seen: list[tuple[float, str]] = []

    async def progress(step: float, _total: float | None, message: str | None) -> None:
        seen.append((step, message or ""))

    assert list(client.tools) == [one.name for one in TOOLS]
    assert all(one.description and one.output_schema for one in client.tools.values())
    assert "allow_amendments" not in json.dumps([o.input_schema for o in client.tools.values()])

    (plan,) = client.call("status")["plans"]
    assert (plan["plan"], plan["state"], plan["next"]) == ("01-01", "ready", "call `run`")
    found = client.call("lint", plans=["1"])
    assert (found["errors"], {one["code"] for one in found["findings"]}) == (0, {"C201", "C202"})
    whole = client.whole("show", plan="01-01")
    assert whole.structured_content["plan"]["tasks"][0]["name"] == "Task 1: Add the greeting"
    assert "files: greeting.txt\nWrite hello into greeting.txt\n" in whole.content[0].text
    explained = client.call("explain", plan="01-01", claim="verify.1")
    assert [one["rule"] for one in explained["claims"]] == ["its own commands"]

    run = client.whole("run", progress, plan="01-01")
    outcome = run.structured_content
    assert (outcome["outcome"], len(outcome["commits"])) == ("finished", 3)
    assert outcome["counts"] == {"PROVEN": 4, "REFUTED": 0, "UNPROVEN": 4}
    assert outcome["vacuous"] == 0
    assert outcome["next"] == (
        "the plan is complete; report its verdicts; 4 claims are UNPROVEN, not shown to be true: "
        "don't say otherwise"
    )
    assert run.content[0].text.startswith("01-01: finished; 4 PROVEN, 0 REFUTED, 4 UNPROVEN, judg")
    assert f'UNPROVEN truth.1 ({PLAN_PATH}:11): no program check is known for "' in (
        run.content[0].text
    )
    assert client.call("report", plan="01-01") == outcome
    again = client.call("run", plan="01-01")
    assert again["next"].startswith("the plan was complete before: its verdicts are those of")
    assert {**again, "next": "", "told": ""} == {**outcome, "next": ""}
    strict = client.call("run", plan="01-01", strict=True)
    assert (strict["outcome"], "--strict asks for proof: done.1" in strict["told"]) == (
        "waits",
        True,
    )
    (plan,) = client.call("status", plan="01-01")["plans"]
    assert (plan["state"], plan["next"]) == ("complete", "")
    assert (project.root / SUMMARY_PATH).exists()
    steps, messages = zip(*seen, strict=True)
    assert list(steps) == sorted(set(steps))
    assert "task 2 of 2: Add the farewell" in messages
    assert "$ grep -n bye farewell.txt" in messages


def test_much_is_cut_and_counted_and_what_misleads_is_shown(project: Sandbox, client: Talk) -> None:
    many = "".join(f"- Text {number} is \u202enice\n" for number in range(60))
    project.write(PLAN_PATH, PLAN.replace("- Both texts exist\n", many))
    whole = client.whole("check", plan="1", strict=True)
    (judged,) = whole.structured_content["plans"]
    assert judged["counts"] == whole.structured_content["counts"] == {
        "PROVEN": 0, "REFUTED": 3, "UNPROVEN": 64,
    }  # fmt: skip
    claim = judged["refuted"][0]
    assert (claim["id"], claim["at"]) == ("verify.1", f"{PLAN_PATH}:26")
    assert claim["evidence"][0]["check"] == "grep -n hello greeting.txt"
    assert judged["refuted"][2]["places"] == ["greeting.txt:1: greeting.txt does not exist"]
    assert (len(judged["unproven"]), judged["left_out"]) == (40, 24)
    assert "… and 24 more claims\nnext: mend what is refuted" in whole.content[0].text
    assert judged["unproven"][-1]["text"].endswith(" is \\u202enice")
    assert "\u202e" not in json.dumps(whole.structured_content, ensure_ascii=False)

    mistakes = [
        Finding(path="p", line=n, message="m", severity="note" if n else "error")
        for n in reversed(range(1000))
    ]
    found = findings_of(mistakes)
    assert (found.errors, len(found.findings), found.left_out) == (1, MOST_FOUND, 800)
    assert text_of_findings(found) == "p:0:1: m\n1 errors, 0 warnings, 999 notes"
    plans = [_standing(number) for number in range(1000)]
    overview = overview_of(plans)
    assert overview.states == {"complete": 500, "ready": 500}
    assert (len(overview.plans), overview.left_out) == (MOST_FOUND, 800)
    assert text_of_overview(overview).endswith("\n… and 960 more; name a phase to see its plans")


def _standing(number: int) -> Standing:
    facts = PlanFacts(
        id=f"{number}", key=f"{number}", path=f"{number}-PLAN.md", phase="1", folder="",
        archived=False, title="", summaries=(),
    )  # fmt: skip
    ready = number % 2 == 0
    return Standing(
        plan=facts,
        name=f"{number}",
        state="ready" if ready else "complete",
        next=f"gsd-run {number}" if ready else "",
    )


def test_what_is_wrong_is_told_and_nothing_leads_out_of_the_project(
    project: Sandbox, client: Talk
) -> None:
    outside = greeting_at(project.root.parent / "outside")
    phases = project.root / ".planning/phases"
    (phases / "02-link").symlink_to(outside.root / ".planning/phases")
    (phases / "03-file").mkdir()
    (phases / "03-file/03-01-PLAN.md").symlink_to(outside.root / PLAN_PATH)
    project.write(f"{Path(PLAN_PATH).parent}/01-02-PLAN.md", "# no plan\n")

    assert "01-02-PLAN.md:1: " in client.refused("check", plan="01-02")
    nothing = client.whole("explain", plan="01-02").content[0].text
    assert nothing == "the plan claims nothing that could be judged"
    assert "no plan '9-9'; the closest are" in client.refused("check", plan="9-9")
    assert "unknown field `yes`" in client.refused("run", plan="01-01", yes=True)
    assert "$.task" in client.refused("run", plan="01-01", task=0)
    assert "length <= 400" in client.refused("check", plan="x" * 500)
    assert "required field `plan`" in client.refused("check")
    assert "no tool 'undo'" in client.refused("undo", plan="01-01")
    assert "amendments are a person's" in client.refused("run", plan="01-01", allow_amendments=True)
    for name in (str(outside.root / PLAN_PATH), "../outside", "--all", "", "~/x", "a\0b"):
        assert "call a plan by its id" in client.refused("check", plan=name)
    leading_out = ("02-link/01-greeting/01-01-PLAN.md", "02-link", "03-01", "03-file", "3")
    for name in leading_out:
        for tool in ("show", "explain", "check", "status"):
            client.refused(tool, plan=name)
        client.refused("lint", plans=[name])
    assert [one["plan"] for one in client.call("status")["plans"]] == ["01-01", "01-02"]
    assert {one["path"] for one in client.call("lint")["findings"]} == {
        PLAN_PATH, PLAN_PATH.replace("01-01-", "01-02-"),
    }  # fmt: skip
    assert not (outside.root / ".git/gsd-run").exists()


def test_an_agent_makes_the_changes_and_gets_the_verdict(project: Sandbox, client: Talk) -> None:
    """By hand: the run waits for each task's change, then judges and commits it."""
    assert project.gsd_run("01-01", "--executor", "hand", "--until", "1").status == 10
    waiting = client.call("report", plan="01-01")
    assert (waiting["outcome"], "greeting.txt" in waiting["told"]) == ("waits", True)
    (plan,) = client.call("status")["plans"]
    assert plan["next"] == "make the change that it waits for, commit nothing, and call `resume`"
    project.write("greeting.txt", "hallo\n")
    failed = client.call("resume")
    assert (failed["outcome"], [one["id"] for one in failed["refuted"]]) == (
        "failed", ["verify.1"],
    )  # fmt: skip
    assert "call `resume`" in failed["next"]
    project.write("greeting.txt", "hello\n")
    assert client.call("resume")["tasks"][0]["outcome"] == "PASSED"
    assert "feat(01-01): add the greeting" in project.subjects()


def test_a_cancelled_run_stands_and_goes_on(project: Sandbox, client: Talk) -> None:
    """Whenever it is cancelled: at once, and while a check runs."""
    let_a_check_wait(
        project, "grep -n hello greeting.txt", "touch waiting; until [ -e go ]; do sleep 0.02; done"
    )
    client.begin("run", plan="01-01").cancel()
    begun = client.begin("run", plan="01-01")
    comes((project.root / "waiting").exists)
    begun.cancel()
    with pytest.raises(CancelledError):
        begun.result()
    comes(lambda: '"reason":"interrupted"' in project.journal.read_text())
    project.write("go", "")
    comes(lambda: client.call("status")["plans"][0]["state"] == "stopped")
    assert client.call("status")["plans"][0]["next"].startswith("call `resume`")
    assert project.gsd_run("resume").status == 0


def test_an_agent_does_not_approve_by_itself(project: Sandbox, client: Talk) -> None:
    project.write(PLAN_PATH, PERSONS.replace("</tasks>", f"{GATE.format(gate='blocking')}</tasks>"))
    project.commit("a gate")
    assert project.gsd_run("01-01").status == 10
    waiting = client.call("report", plan="01-01")
    assert "Read it aloud" in waiting["question"]
    assert "put the question to your user" in waiting["next"]
    (plan,) = client.call("status")["plans"]
    assert plan["next"].startswith("your user answers the checkpoint, in a terminal: `gsd-run ")
    assert "a person's to give" in client.refused("answer", answer="approve")
    assert "give the `reason`" in client.refused("answer", answer="reject", reason=" ")
    rejected = client.call("answer", answer="reject", reason="it mumbles")
    assert (rejected["outcome"], rejected["told"]) == ("failed", "rejected by mcp: it mumbles")


def test_what_a_server_may_be_allowed_and_that_it_prints_the_protocol_only(
    begun: Sandbox, tmp_path: Path
) -> None:
    """Commands that print, and an input that is no message, leave no trace on its output.

    Ctrl-C ends it, whoever holds its input, and the run that it carried out stands.
    """
    project = copied(begun, tmp_path / "project")
    gates = f"{GATE.format(gate='blocking')}{GATE.format(gate='blocking-human')}</tasks>"
    project.write(PLAN_PATH, PERSONS.replace("</tasks>", gates))
    project.commit("two gates")
    assert project.gsd_run("01-01").status == 10
    server = _started(project, "--allow-answers", "--allow-amendments")
    assert server.stdin is not None
    server.stdin.write(b"no message\n")
    _say(server, "initialize", 1, protocolVersion="2025-06-18", capabilities={},
         clientInfo={"name": "a test", "version": "1"})  # fmt: skip
    _say(server, "notifications/initialized")
    _say(server, "tools/list", 2)
    listed = _answer(server, 2)["tools"]
    assert ["allow_amendments" in one["inputSchema"]["properties"] for one in listed] == [
        one["name"] in {"run", "resume"} for one in listed
    ]
    _say(server, "tools/call", 3, name="answer", arguments={"answer": "approve"})
    approved = _answer(server, 3)["structuredContent"]
    assert (approved["outcome"], approved["tasks"][2]["outcome"]) == ("waits", "ANSWERED")
    _say(server, "tools/call", 4, name="answer", arguments={"answer": "approve"})
    told = _answer(server, 4)["content"][0]["text"]
    assert "a person has to answer at a terminal" in told
    assert '"answer":"approve","by":"mcp"' in project.journal.read_text()

    project.write(PLAN_PATH, PLAN)
    let_a_check_wait(
        project,
        "grep -n hello greeting.txt",
        "echo noise; echo noise >&amp;2; touch waiting; sleep 60",
    )
    _say(server, "tools/call", 5, name="run", arguments={"plan": "01-01", "fresh": True})
    comes((project.root / "waiting").exists)
    server.send_signal(signal.SIGINT)
    assert server.wait(60) == -signal.SIGINT
    out, _ = server.communicate()
    assert [json.loads(line)["jsonrpc"] for line in out.splitlines()] == []
    comes(lambda: '"reason":"interrupted"' in project.journal.read_text())


def _started(project: Sandbox, *options: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "gsd_run", "mcp", *options],
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


def _answer(server: subprocess.Popen[bytes], number: int) -> dict[str, Any]:
    assert server.stdout is not None
    for line in server.stdout:
        message: dict[str, Any] = json.loads(line)
        assert message["jsonrpc"] == "2.0"
        if message.get("id") == number:
            result: dict[str, Any] = message["result"]
            return result
    raise EOFError


def test_without_the_sdk_it_says_how_to_get_it(begun: Sandbox, tmp_path: Path) -> None:
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
    done = begun.python(script)
    assert (done.status, done.stdout) == (2, "")
    assert "pip install 'gsd-run[mcp]'" in done.stderr
    assert begun.gsd_run("mcp", "--project", "nowhere").status == 2


def test_the_page_says_what_each_tool_takes() -> None:
    page = PAGE.read_text()
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]*) \|", page, re.MULTILINE))
    assert rows == {
        tool.name: ", ".join(f"`{one}`" for one in schema_of(tool.given)["properties"])
        for tool in TOOLS
    }


@pytest.mark.skipif(shutil.which("claude") is None, reason="needs Claude Code's command line")
def test_claude_code_takes_the_command(begun: Sandbox, tmp_path: Path) -> None:
    words = re.search(r"^claude mcp add .*$", PAGE.read_text(), re.MULTILINE)
    assert words is not None
    done = begun.run(*words[0].split(), HOME=os.fspath(tmp_path))
    assert done.status == 0, done.text
