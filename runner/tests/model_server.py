"""A model service on loopback that says what a script tells it to, in the words of four APIs.

Real agents' command lines are pointed at it: they ask, it answers with the next turn of the
script, in the tools that the agent offers, and it keeps what was asked.
"""

import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from model_dialects import DIALECTS, refusal
from model_turns import Refuse, Say, Turn, asks_for_work

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


class ModelServer:
    """Serves while its `with` block lasts, on a port of its own.

    `root` is the folder that the turns' paths are relative to. A script that is used up goes on
    with plain words, so that an agent that asks once more ends; `left` shows the opposite.
    """

    def __init__(self, root: Path, turns: Iterable[Turn]) -> None:
        self.root = root
        self.left = list(turns)
        self.asked: list[Asked] = []
        self._lock = threading.Lock()
        self._http = _Http(self)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def answer(self, path: str, body: dict[str, Any]) -> Turn:
        """Keep a request and return what is said to it."""
        with self._lock:
            if len(self.asked) >= MOST_REQUESTS:
                return Refuse(400, "asked too often")
            turn = self.left.pop(0) if asks_for_work(body) and self.left else None
            self.asked.append(Asked(path, body, turn))
            return turn or Say("Nothing more to do.")


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, model: ModelServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.model = model


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"  # a closed connection ends a stream
    server: _Http

    def do_POST(self) -> None:
        path = self.path.partition("?")[0]
        length = int(self.headers.get("content-length") or 0)
        dialect = next((one for name, one in DIALECTS.items() if name in path), None)
        if dialect is None or length > LONGEST_REQUEST:
            return self.send_error(404 if dialect is None else 413)
        body = json.loads(self.rfile.read(length) or b"{}")
        turn = self.server.model.answer(path, body)
        if isinstance(turn, Refuse):
            return self._send("application/json", [json.dumps(refusal(turn))], turn.status)
        streamed, whole = dialect
        root = self.server.model.root
        if body.get("stream") or "stream" in path:
            return self._send("text/event-stream", streamed(turn, body, root))
        return self._send("application/json", [json.dumps(whole(turn, body, root))])

    def _send(self, kind: str, parts: Iterable[str], status: int = 200) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.end_headers()
        for part in parts:
            self.wfile.write(part.encode())
            self.wfile.flush()

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Write no log: what was asked is kept."""
