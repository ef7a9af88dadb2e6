"""The process in which plans are judged and carried out for another program.

It reads a request, a line of JSON, and writes letters, a line each. When more comes, or its input
ends, because whoever asked has enough of it or is gone, that is an interrupt: what runs ends, and
a run stands.
"""

import os
import signal
import threading
import traceback
from typing import BinaryIO

import msgspec

from gsd_run.api.judging import done, newest_result
from gsd_run.api.letters import Came, Happened, Letter, Request, Said, Went, went
from gsd_run.api.places import place_at
from gsd_run.api.progress import in_a_line, told_of
from gsd_run.api.values import Result
from gsd_run.domain.errors import GsdRunError
from gsd_run.domain.event import Record
from gsd_run.domain.run import RunState
from gsd_run.running.failing_disk import is_machines


class Letters:
    """Who looks on: everything is sent at once; the plan's id is kept for the end."""

    def __init__(self, out: BinaryIO) -> None:
        """Send to a pipe."""
        self._out = out
        self._encoder = msgspec.json.Encoder()
        self.plan = ""
        self.warnings: list[str] = []

    def send(self, letter: Letter) -> None:
        """Send a letter; where nobody reads any more, the input's end says so, too."""
        try:
            self._out.write(self._encoder.encode(letter) + b"\n")
            self._out.flush()
        except BrokenPipeError:
            os.kill(os.getpid(), signal.SIGINT)

    def event(self, record: Record, state: RunState) -> None:
        """Send an event."""
        self.plan = state.plan.path
        self.send(Happened(told=told_of(record.event, state), record=record))

    def running(self, command: str) -> None:
        """Send which command starts."""
        self.send(Happened(told=in_a_line(f"$ {command}")))

    def printed(self, text: str) -> None:
        """Send nothing of what a command prints: its output is evidence when it has ended."""

    def said(self, text: str) -> None:
        """Send a warning."""
        self.warnings.append(text)
        self.send(Said(text=text))


def main() -> None:
    """Do what is asked for on the standard input, and tell of it on the standard output."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints by mistake must not look like a letter
    letters = Letters(out)
    try:
        request = msgspec.json.decode(_first_line(), type=Request)
        threading.Thread(target=_until_nobody_asks, daemon=True).start()
    except (msgspec.MsgspecError, KeyboardInterrupt):
        return
    answer = _answer(request, letters)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    letters.send(answer)


def _answer(request: Request, letters: Letters) -> Came | Went:
    try:
        return Came(result=_with(done(request, letters), letters))
    except GsdRunError as error:
        return went(error)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if request.call == "check" or not letters.plan:
            return Went(kind="Interrupted", message="interrupted")
        place = place_at(request.project)
        return Came(result=_with(newest_result(place, letters.plan, 130), letters))
    except Exception as error:  # noqa: BLE001 - the last place that can say it to whoever asked
        return _broken(error)


def _broken(error: Exception) -> Went:
    if isinstance(error, OSError) and is_machines(error):
        where = f"{error.filename}: " if error.filename else ""
        return Went(kind="Refusal", message=f"{where}{error.strerror}")
    traceback.print_exception(error)
    return Went(
        kind="Broken",
        message=f"this is a bug of gsd-run: {in_a_line(f'{type(error).__name__}: {error}')} "
        "(standard error has the traceback); `resume` goes on with a run that had begun",
    )


def _with(result: Result, letters: Letters) -> Result:
    return msgspec.structs.replace(result, warnings=tuple(letters.warnings))


def _first_line() -> bytes:
    line = b""
    while not line.endswith(b"\n") and (more := os.read(0, 1 << 16)):
        line += more
    return line


def _until_nobody_asks() -> None:
    # Not by sys.stdin, whose lock this thread would hold when the process ends.
    os.read(0, 1)  # a byte says the same as the end
    os.kill(os.getpid(), signal.SIGINT)
