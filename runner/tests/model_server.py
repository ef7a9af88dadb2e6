"""A model service on loopback that says what a script tells it to, in the words of four APIs.

Real agents' command lines are pointed at it: they ask, it answers with the next turn of the
script, in the tools that the agent offers, and it keeps what was asked.
"""

import json
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from model_dialects import DIALECTS, Say, Turn, asks_for_work

LONGEST_REQUEST = 4_000_000  # bytes
MOST_REQUESTS = 200  # an agent that asks on and on is told to stop


@dataclass(frozen=True)
class Asked:
    """A request as it came, and the turn that answered it; None where it took none."""

    path: str
    body: dict[str, Any]
    turn: Turn | None

    @property
    def text(self) -> str:
        """Everything that was said to the model, to be searched."""
        return json.dumps(self.body, ensure_ascii=False)


@dataclass
class ModelServer:
    """Serves while its `with` block lasts, on a port of its own.

    `root` is the folder that the turns' paths are relative to. A script that is used up goes on
    with a plain text, so that an agent that asks once more ends; `left` shows the opposite.
    """

    root: Path
    turns: Iterable[Turn]
    asked: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.left = list(self.turns)
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    @property
    def worked(self) -> list[Asked]:
        """The requests that took a turn of the script."""
        return [asked for asked in self.asked if asked.turn is not None]

    def answer(self, path: str, body: dict[str, Any]) -> Turn | None:
        """Keep a request and return what is said to it; None when there were too many."""
        with self._lock:
            if len(self.asked) >= MOST_REQUESTS:
                return None
            turn = self.left.pop(0) if asks_for_work(body) and self.left else None
            self.asked.append(Asked(path, body, turn))
            return turn or Say("Nothing more to do.")


def _handler(server: ModelServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"  # a closed connection ends a stream

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            if length > LONGEST_REQUEST:
                return self.send_error(413)
            path = self.path.partition("?")[0]
            dialect = next((one for end, one in DIALECTS.items() if end in path), None)
            if dialect is None:
                return self.send_error(404)
            body = json.loads(self.rfile.read(length) or b"{}")
            turn = server.answer(path, body)
            if turn is None:
                return self.send_error(429)
            streamed, whole = dialect
            if body.get("stream") or "stream" in path:
                return self._send("text/event-stream", streamed(turn, body, server.root))
            return self._send("application/json", [json.dumps(whole(turn, body, server.root))])

        def _send(self, kind: str, parts: Iterable[str]) -> None:
            self.send_response(200)
            self.send_header("content-type", kind)
            self.end_headers()
            self._write(iter(parts))

        def _write(self, parts: Iterator[str]) -> None:
            for part in parts:
                self.wfile.write(part.encode())
                self.wfile.flush()

        def do_GET(self) -> None:
            self.send_error(404)

        def do_HEAD(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *values: object) -> None:
            pass

    return Handler
