"""The executor `model`, with models that follow a script."""

import json
import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
from gsd_run.changing.agents.model import work_by_model
from gsd_run.changing.agents.model_places import Ground
from gsd_run.changing.agents.model_provider import MISSING
from gsd_run.changing.agents.model_tools import Workplace
from gsd_run.domain.agent import Agent, Brief, Usage
from gsd_run.domain.plan import Task, Text
from gsd_run.outside.git import open_repository
from gsd_run.outside.project import project_at
from sandbox import Sandbox

pytest.importorskip("pydantic_ai", reason="the extra is not installed: pip install 'gsd-run[llm]'")

from pydantic_ai.messages import ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import FunctionModel
from pydantic_ai.usage import RequestUsage

AGENT = Agent(name="scripted", profile="model", model="function:script", requests=8, time_limit=30)
TASK = Task(
    number=1,
    name="Task 1: Greet",
    line=3,
    files=("hello.py",),
    action=Text("Make greet() say hello.", 5),
)
BRIEF = Brief(
    plan="01-01", objective="Greet people.", task=TASK, proposals=".planning/proposals.yaml"
)
BEFORE = "def greet():\n    return 'bye'\n"


@pytest.fixture
def home(sandbox: Sandbox) -> Sandbox:
    sandbox.write("hello.py", BEFORE)
    sandbox.write(".planning/01-01-PLAN.md", "plan\n")
    sandbox.write(".github/workflows/ci.yml", "on: push\n")
    sandbox.write(".gitignore", ".env\n")
    sandbox.write(".env", "PASSWORD=sw0rdfish99\n")
    sandbox.write("logo.png", "a\0b")
    sandbox.commit()
    return sandbox


def call(tool: str, **arguments) -> ToolCallPart:
    return ToolCallPart(tool, arguments)


class Script:
    """A model that says one thing after the other, and keeps what it was told in between."""

    def __init__(self, *answers: list[ToolCallPart] | str | Callable, usage=None) -> None:
        self.answers = list(answers)
        self.usage = usage
        self.told: list[str] = []

    @property
    def model(self) -> FunctionModel:
        return FunctionModel(self.answer)

    def answer(self, messages, _info) -> ModelResponse:
        self.told += [
            part.content if isinstance(part.content, str) else part.model_response_str()
            for part in messages[-1].parts
            if part.part_kind in {"tool-return", "retry-prompt"}
        ]
        given = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if callable(given):
            given = given()
        parts = [TextPart(given)] if isinstance(given, str) else given
        more = {"usage": self.usage} if self.usage else {}
        return ModelResponse(parts=parts, **more)


def work(home: Sandbox, script: Script, check=lambda: "nothing is refuted", agent=AGENT):
    return work_by_model(agent, BRIEF, project_at(home.root), check, script.model)


def test_a_model_edits_checks_and_mends(home):
    script = Script(
        [call("list_files"), call("search", pattern=r"def\s+\w+")],
        [call("read_file", path="hello.py")],
        [call("edit_file", path="hello.py", old="'bye'", new="'helo'")],
        [call("run_checks")],
        [call("edit_file", path="hello.py", old="'helo'", new="'hello'"), call("run_checks")],
        "greet() says hello now",
    )
    threads = []

    def check() -> str:
        threads.append(threading.current_thread())
        return "nothing is refuted" if "'hello'" in home.read("hello.py") else "verify.1: REFUTED"

    worked = work(home, script, check)
    assert (worked.outcome, worked.reason, worked.said) == (
        "finished",
        "",
        "greet() says hello now",
    )
    assert home.read("hello.py") == "def greet():\n    return 'hello'\n"
    assert script.told == [
        ".github/workflows/ci.yml\n.gitignore\n.planning/01-01-PLAN.md\nhello.py\nlogo.png",
        "hello.py:1: def greet():",
        "hello.py: lines 1-2 of 2\n1\tdef greet():\n2\t    return 'bye'",
        "hello.py: replaced, in line 2",
        "verify.1: REFUTED",
        "hello.py: replaced, in line 2",
        "nothing is refuted",
    ]
    assert set(threads) == {threading.main_thread()}
    assert home.git("status", "--porcelain") == " M hello.py\n"
    assert worked.usage.input_tokens > 0
    assert worked.usage.output_tokens > 0
    kinds = [json.loads(line)["kind"] for line in worked.transcript.splitlines()]
    assert kinds == ["request", "response"] * 6


ESCAPES = {
    "../outside.txt": "may only name files by their path inside the project",
    "/etc/gsd-run-test": "may only name files by their path inside the project",
    "~/outside.txt": "may only name files by their path inside the project",
    "": "a path is empty",
    "a\0b": "a path is empty",
    "away/outside.txt": "a link on this path leads out of the project",
    ".git/hooks/pre-commit": "git's own files are not for steps to change",
    "inner/.GIT/config": "git's own files are not for steps to change",
    ".planning/01-01-PLAN.md": "is a record of the run or a setting of it",
    ".Planning/STATE.md": "belongs to the planning; task 1 does not name it",
    "plans/STATE.md": "belongs to the planning; task 1 does not name it",
    ".github/workflows/ci.yml": "is a setting of CI; task 1 does not name it",
    "src/.gitattributes": "is a setting of git; task 1 does not name it",
    "round.py": "the links on this path go round in a circle",
    "link.py": "is a link, to hello.py; name the file itself",
    ".env": "git ignores this file",
    "other/a.py": "other is a repository of its own",
    "src": "is a folder; name a file",
}


@pytest.mark.parametrize("tool", ["write_file", "edit_file", "delete_file"])
def test_no_way_out(home, tmp_path, tool):
    (home.root / "away").symlink_to(tmp_path)
    (home.root / "plans").symlink_to(".planning")
    (home.root / "link.py").symlink_to("hello.py")
    (home.root / "round.py").symlink_to("round.py")
    home.write("src/a.py", "")
    home.run("git", "init", "-q", "other")
    home.write("other/a.py", "bye")
    before = home.git("status", "--porcelain", "--ignored")
    more = {"write_file": {"text": "x"}, "edit_file": {"old": "bye", "new": "x"}}.get(tool, {})
    script = Script([call(tool, path=path, **more) for path in ESCAPES], "gave up")
    assert work(home, script).outcome == "finished"
    assert len(script.told) == len(ESCAPES)
    for told, (path, expected) in zip(script.told, ESCAPES.items(), strict=True):
        assert expected in told, (path, told)
    assert home.git("status", "--porcelain", "--ignored") == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["project"]


def test_what_is_not_read(home, tmp_path):
    (tmp_path / "secret.txt").write_text("sw0rdfish99")
    (home.root / "away").symlink_to(tmp_path)
    home.write("inner/conf.py", "password = 'sw0rdfish99'\n")
    paths = ["away/secret.txt", "../secret.txt", ".git/config", ".env", "logo.png", "none.py"]
    script = Script(
        [call("read_file", path=path) for path in paths],
        [call("list_files", folder="away"), call("search", pattern="sw0rdfish")],
        [
            call("read_file", path=".planning/01-01-PLAN.md"),
            call("read_file", path="inner/conf.py"),
        ],
        [call("edit_file", path="inner/conf.py", old="password = '⟦redacted⟧'", new="x")],
        "done",
    )
    worked = work(home, script)
    assert "sw0rdfish99" not in "".join(script.told)
    assert "sw0rdfish99" not in worked.transcript
    assert script.told[4].startswith("logo.png: is no text but a binary file")
    assert script.told[5].startswith("none.py: there is no such file")
    assert script.told[7] == "inner/conf.py:1: password = '⟦redacted⟧'"
    assert script.told[8] == ".planning/01-01-PLAN.md: lines 1-1 of 1\n1\tplan"
    assert "stands for a secret that you can't see" in script.told[10]


def test_the_file_of_proposals_may_be_written(home):
    script = Script([call("write_file", path=BRIEF.proposals, text="a: 1\n")], "done")
    assert work(home, script).outcome == "finished"
    assert home.read(BRIEF.proposals) == "a: 1\n"


def test_files_are_written_as_they_were(home, tmp_path):
    home.write("run.sh", "one\r\ntwo\r\n")
    (home.root / "run.sh").chmod(0o755)
    outside = tmp_path / "shared.txt"
    outside.write_text("x = 1\n")
    (home.root / "shared.txt").hardlink_to(outside)
    script = Script(
        [
            call("write_file", path="run.sh", text="1\n2\n"),
            call("edit_file", path="shared.txt", old="1", new="2"),
            call("write_file", path="new/deep/a.txt", text="a\n"),
            call("write_file", path="new/deep/a.txt", text="a\n"),
            call("delete_file", path="hello.py"),
        ],
        "done",
    )
    work(home, script)
    assert script.told == [
        "run.sh: written over",
        "shared.txt: replaced, in line 1",
        "new/deep/a.txt: written anew",
        "new/deep/a.txt: nothing to do, it holds this text already",
        "hello.py: deleted",
    ]
    assert (home.root / "run.sh").read_bytes() == b"1\r\n2\r\n"
    assert (home.root / "run.sh").stat().st_mode & 0o777 == 0o755
    assert home.read("shared.txt") == "x = 2\n"
    assert outside.read_text() == "x = 1\n"
    assert not (home.root / "hello.py").exists()


def test_misses_are_explained(home):
    script = Script(
        [
            call("edit_file", path="hello.py", old="def greet(name):", new=""),
            call("edit_file", path="hello.py", old="e", new="a"),
            call("edit_file", path="hello.py", old="", new="a"),
            call("read_file", path="hello.py", first_line=7),
            call("search", pattern="(unclosed"),
            call("list_files", pattern="*.rs"),
        ],
        "done",
    )
    work(home, script)
    expected = [
        "hello.py: the text to replace is not there",
        "stands there 5 times",
        "old is empty",
        "has 2 lines; 7-2 are none of them",
        "the pattern is malformed",
        "there are no such files",
    ]
    for told, part in zip(script.told, expected, strict=True):
        assert part in told


def test_unknown_tools_and_wrong_arguments_are_told(home):
    script = Script(
        [
            call("run_shell", command="rm -rf /"),
            call("read_file"),
            call("read_file", path="hello.py", first_line="three"),
            ToolCallPart("write_file", '{"path": "x.py", "text": '),
            call("write_file", path="x.py", text="x", mode="0777"),
        ],
        [call("read_file", path="hello.py")],
        "done",
    )
    worked = work(home, script)
    assert worked.outcome == "finished"
    assert "Unknown tool name: 'run_shell'" in script.told[0]
    assert len(script.told) == 6
    assert not (home.root / "x.py").exists()


def test_what_is_told_is_bounded(home):
    home.write("big.txt", "".join(f"line {number}\n" for number in range(20_000)))
    home.write("long.txt", "y" * 200_000)
    home.write("slow.txt", "a" * 5_000 + "b\n")
    script = Script(
        [
            call("read_file", path="big.txt"),
            call("read_file", path="long.txt"),
            call("search", pattern="line"),
            call("run_checks"),
        ],
        "done",
    )
    work(home, script, check=lambda: "x" * 1_000_000)
    assert max(len(told) for told in script.told) < 30_000
    assert "… too much for one call; go on with first_line=" in script.told[0]
    assert "letters left out" in script.told[1]
    assert "only the first 100 are shown" in script.told[2]
    assert "letters left out" in script.told[3]


def test_a_search_ends_in_time(home):
    home.write("slow.txt", "a" * 5_000 + "b\n")
    ground = Ground(
        project=project_at(home.root),
        repository=open_repository(home.root),
        task=TASK,
    )
    place = Workplace(ground=ground, check=str, search_seconds=0.2)
    told = place.search(r"^(a|aa|a?)+[cd]$", files="slow.txt")
    assert told == "… ended after 0.2 seconds; search for something simpler"


def test_a_model_without_end_meets_the_limit_of_requests(home):
    script = Script([call("edit_file", path="hello.py", old="bye", new="hi")])
    worked = work(home, script)
    assert worked.outcome == "failed"
    assert worked.reason == "it did not end within 8 requests (requests of scripted)"
    assert home.read("hello.py") == "def greet():\n    return 'hi'\n"
    assert worked.transcript.count('"kind": "response"') == 8


def test_a_model_that_floods_meets_the_limit_of_tokens(home):
    agent = Agent(name="scripted", profile="model", model="function:script", tokens=5_000)
    flood = [call("write_file", path="x.txt", text="x")]
    script = Script(flood, usage=RequestUsage(input_tokens=1_000, output_tokens=2_000))
    worked = work(home, script, agent=agent)
    assert worked.outcome == "failed"
    assert worked.reason == "it took 6000 tokens, of 5000 (tokens of scripted)"
    assert worked.usage == Usage(input_tokens=2_000, output_tokens=4_000, cost=None)


def test_a_model_that_costs_too_much_meets_the_budget(home):
    agent = Agent(name="scripted", profile="model", model="function:script", budget=1.0)
    usage = RequestUsage(input_tokens=10, output_tokens=10, cost=Decimal("0.75"))
    worked = work(home, Script([call("list_files")], usage=usage), agent=agent)
    assert worked.outcome == "failed"
    assert worked.reason == "it cost $1.50, of $1.00 (budget of scripted)"
    assert worked.usage == Usage(input_tokens=20, output_tokens=20, cost=1.5)


@pytest.mark.parametrize("blocking", [False, True], ids=["a thread hangs", "the loop hangs"])
def test_a_model_that_hangs_is_left_in_time(home, blocking):
    agent = Agent(name="scripted", profile="model", model="function:script", time_limit=0.5)
    released = threading.Event()

    def hang() -> list[ToolCallPart]:
        released.wait(60)
        return [call("write_file", path="late.txt", text="too late")]

    edit = [call("edit_file", path="hello.py", old="bye", new="hi")]
    script = Script(edit, hang, "done")

    async def in_the_loop(messages, info) -> ModelResponse:
        return script.answer(messages, info)

    model = FunctionModel(in_the_loop) if blocking else script.model
    worked = work_by_model(agent, BRIEF, project_at(home.root), str, model)
    assert worked.outcome == "timed_out"
    assert worked.reason == "it did not end within 0.5 s (time_limit of scripted)"
    assert "'hi'" in home.read("hello.py")
    assert '"edit_file"' in worked.transcript
    released.set()
    for thread in threading.enumerate():
        if thread.name == "conversation with a model":
            thread.join(20)
            assert not thread.is_alive()
    assert not (home.root / "late.txt").exists()


def test_a_bug_of_the_checks_is_no_answer(home):
    def check() -> str:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        work(home, Script([call("run_checks")], "done"), check)


def test_a_model_that_breaks_is_a_failed_call(home):
    def broken() -> str:
        message = "the wire\nwas cut"
        raise RuntimeError(message)

    worked = work(home, Script(broken))
    assert worked.outcome == "failed"
    assert worked.reason == "function can't be asked: RuntimeError: the wire was cut"


def test_secrets_do_not_reach_the_model_or_the_transcript(home, monkeypatch):
    monkeypatch.setenv("VENDOR_KEY", "quite-plain-words")
    agent = Agent(
        name="scripted", profile="model", model="function:script", environment=("VENDOR_KEY",)
    )
    arguments = json.dumps({"path": "a.py", "text": 'password="hunter2222"\n'})
    script = Script([ToolCallPart("write_file", arguments)], "the key is quite-plain-words")
    worked = work(home, script, agent=agent)
    assert home.read("a.py") == 'password="hunter2222"\n'
    assert worked.said == "the key is ⟦redacted⟧"
    assert "hunter2222" not in worked.transcript
    assert "quite-plain-words" not in worked.transcript


@pytest.mark.parametrize(
    ("model", "address", "reason"),
    [
        ("", "", "agent mine: no model is set; write model = 'provider:name'"),
        ("gpt", "", "agent mine: the model 'gpt' names no provider; write provider:name, or set"),
        ("nobody:gpt", "", "agent mine: Unknown provider: nobody"),
        (
            "openai:gpt-5",
            "",
            "agent mine: openai:gpt-5 needs a key: set the variable OPENAI_API_KEY, or",
        ),
        ("ollama:qwen3", "", "agent mine: ollama:qwen3 needs the address of its server"),
    ],
)
def test_settings_that_name_no_model(home, monkeypatch, model, address, reason):
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OLLAMA_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    agent = Agent(name="mine", profile="model", model=model, address=address)
    worked = work_by_model(agent, BRIEF, project_at(home.root), lambda: "")
    assert worked.outcome == "not_started"
    assert reason in worked.reason


def test_the_extra_is_missing(home):
    code = (
        "import sys; sys.modules['pydantic_ai'] = None\n"
        "from pathlib import Path\n"
        "from gsd_run.changing.agents.model import work_by_model\n"
        "from gsd_run.domain.agent import Agent, Brief\n"
        "from gsd_run.domain.plan import Task\n"
        "from gsd_run.outside.project import project_at\n"
        "agent = Agent(name='a', profile='model', model='openai:x')\n"
        "brief = Brief(plan='p', objective='o', task=Task(number=1, name='t', line=1))\n"
        "print(work_by_model(agent, brief, project_at(Path()), str).reason)\n"
    )
    assert home.run("python", "-c", code).text == f"{MISSING}\n"
