"""The executor `model` at an address: a server on loopback that speaks OpenAI's chat completions."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from gsd_run.changing.agents.model import work_by_model
from gsd_run.domain.agent import Agent, Brief, Usage, Worked
from gsd_run.domain.plan import Task
from gsd_run.outside.project import project_at
from sandbox import Sandbox

for needed in ("pydantic_ai", "openai"):
    pytest.importorskip(needed, reason="the extra is not installed: pip install 'gsd-run[llm]'")

BRIEF = Brief(
    plan="01-01",
    objective="Greet people.",
    task=Task(number=1, name="Task 1: Greet", line=3, files=("hello.txt",)),
)
SCRIPT = [("write_file", {"path": "hello.txt", "text": "hello\n"}), ("run_checks", {}), None]


class Server(ThreadingHTTPServer):
    """Answers with what `behaviour` says: the script, a status, a text, or nothing at all."""

    daemon_threads = True

    def __init__(self, behaviour: str | int) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviour = behaviour
        self.asked: list[dict] = []
        self.keys: list[str] = []
        self.over = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append({"path": self.path, **asked})
        self.server.keys.append(self.headers.get("Authorization", ""))
        behaviour = self.server.behaviour
        if behaviour == "hang":
            self.server.over.wait(60)
        elif behaviour == "script":
            answers = sum(1 for message in asked["messages"] if message["role"] == "assistant")
            self.say(200, json.dumps(completion(asked["model"], answers)))
        elif isinstance(behaviour, int):
            told = {"error": {"message": f"no: {behaviour}", "type": "test", "code": None}}
            self.say(behaviour, json.dumps(told))
        else:
            self.say(200, behaviour)

    def say(self, status: int, text: str) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("x-should-retry", "false")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


def completion(model: str, answers: int) -> dict:
    step = SCRIPT[answers]
    message: dict = {"role": "assistant", "content": None if step else "It says hello."}
    if step:
        function = {"name": step[0], "arguments": json.dumps(step[1])}
        message["tool_calls"] = [{"id": f"call{answers}", "type": "function", "function": function}]
    return {
        "id": f"answer{answers}",
        "object": "chat.completion",
        "created": 1,
        "model": model,
        "choices": [
            {"index": 0, "message": message, "finish_reason": "tool_calls" if step else "stop"}
        ],
        "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110},
    }


@pytest.fixture
def serve() -> Iterator:
    running: list[tuple[Server, threading.Thread]] = []

    def start(behaviour: str | int) -> Server:
        server = Server(behaviour)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        running.append((server, thread))
        return server

    yield start
    for server, thread in running:
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(autouse=True)
def own_key(monkeypatch) -> None:
    """The key of the user's account elsewhere, which no server of one's own may get."""
    monkeypatch.setenv("OPENAI_API_KEY", "the-key-of-the-account")
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


def work(sandbox: Sandbox, address: str, **settings) -> Worked:
    sandbox.write("README.md", "# Hello\n")
    sandbox.commit()
    given = {"name": "local", "profile": "model", "model": "ollama:qwen3:8b", "time_limit": 30}
    agent = Agent(address=address, **{**given, **settings})
    return work_by_model(agent, BRIEF, project_at(sandbox.root), lambda: "nothing is refuted")


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("ollama:qwen3:8b", "qwen3:8b"),
        ("qwen3:8b", "qwen3:8b"),
        ("qwen3", "qwen3"),
        ("openai:gpt-oss", "gpt-oss"),
        ("vllm:qwen/qwen3", "qwen/qwen3"),
    ],
)
def test_a_server_of_ones_own(sandbox, serve, model, name):
    server = serve("script")
    worked = work(sandbox, server.address, model=model)
    assert (worked.outcome, worked.reason, worked.said) == ("finished", "", "It says hello.")
    assert sandbox.read("hello.txt") == "hello\n"
    assert worked.usage == Usage(input_tokens=300, output_tokens=30, cost=None)
    assert [(one["path"], one["model"]) for one in server.asked] == [
        ("/v1/chat/completions", name)
    ] * 3
    assert {tool["function"]["name"] for tool in server.asked[0]["tools"]} == {
        "list_files",
        "read_file",
        "search",
        "edit_file",
        "write_file",
        "delete_file",
        "run_checks",
    }
    assert "the-key-of-the-account" not in "".join(server.keys)
    assert "nothing is refuted" in worked.transcript


def test_one_call_after_the_other_with_the_key_that_is_named(sandbox, serve, monkeypatch):
    monkeypatch.setenv("LOCAL_TOKEN", "let-me-in-please")
    server = serve("script")
    for _ in range(2):
        worked = work(sandbox, server.address, environment=("HOME", "LOCAL_TOKEN"))
        assert worked.outcome == "finished"
        sandbox.git("rm", "-qf", "--ignore-unmatch", "hello.txt")
        (sandbox.root / "README.md").unlink()
    assert set(server.keys) == {"Bearer let-me-in-please"}


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        (401, "{at} refused the key (HTTP 401: no: 401); name the variable that holds it in "),
        (404, "{at} has no model 'ollama:qwen3:8b' (HTTP 404: no: 404)"),
        (429, "{at} takes no more requests for now (HTTP 429: no: 429); try again later"),
        (500, "{at} failed (HTTP 500: no: 500)"),
        ("{}", "{at} answered what can't be understood: "),
        ("<html>", "{at} "),
    ],
)
def test_a_server_that_fails(sandbox, serve, behaviour, expected):
    server = serve(behaviour)
    worked = work(sandbox, server.address)
    assert worked.outcome == "failed"
    assert worked.reason.startswith(expected.format(at=server.address))
    assert "\n" not in worked.reason
    assert len(worked.reason) < 600
    assert worked.usage == Usage()


def test_a_server_that_hangs(sandbox, serve):
    worked = work(sandbox, serve("hang").address, time_limit=1.0)
    assert worked.outcome == "timed_out"
    assert worked.reason == "it did not end within 1 s (time_limit of local)"
    assert json.loads(worked.transcript.splitlines()[0])["kind"] == "request"


def test_no_server_at_all(sandbox, serve):
    server = serve("script")
    server.shutdown()
    server.server_close()
    worked = work(sandbox, server.address)
    assert worked.outcome == "failed"
    assert worked.reason.startswith(f"{server.address} can't be reached (")
    assert "refused" in worked.reason or "failed" in worked.reason


def test_a_provider_that_takes_no_address(sandbox):
    worked = work(sandbox, "http://127.0.0.1:1/v1", model="deepseek:chat")
    assert worked.outcome == "not_started"
    assert worked.reason == (
        "agent local: the provider deepseek takes no address; for a server that speaks OpenAI's "
        "chat completions write model = 'openai-chat:…'"
    )
