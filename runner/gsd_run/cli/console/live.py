"""The live view: a screen of its own while a run is on, and afterwards the log where one was.

The screen is the terminal's second one, as pagers and editors use it: drawn anew as a whole, it
stands up to every change of the window's size, and nothing of it is left between the lines that
stay.
"""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from msgspec.structs import replace
from rich.console import Console, Group
from rich.live import Live

from gsd_run.cli.console.lines import lines_of, one_line, verbose_lines_of
from gsd_run.cli.console.readable import readable
from gsd_run.cli.console.seen import RECENT, Seen, doing_after
from gsd_run.cli.console.view import fitted, is_told_whole, log_line, screen
from gsd_run.domain.agent import AgentEnded
from gsd_run.domain.event import Measured, Record
from gsd_run.domain.run import RunState

A_SECOND = 4  # times that the screen is drawn anew
# A size that was exported once is not what the window has now.
_SIZES = ("COLUMNS", "LINES")


@contextmanager
def live_view(*, verbose: bool) -> Iterator["LiveView"]:
    """Show a run while it is on, then write its log; the terminal is as it was in any case."""
    environment = {name: text for name, text in os.environ.items() if name not in _SIZES}
    console = Console(highlight=False, _environ=environment)
    view = LiveView(console, verbose=verbose)
    try:
        with _pausing(view):
            yield view
    finally:
        view.close()


class LiveView:
    """A watcher that keeps the log to itself until the run is over, and shows where that is."""

    def __init__(self, console: Console, *, verbose: bool) -> None:
        self._console = console
        self._verbose = verbose
        self._log: list[str] = []
        # Replaced as a whole: the thread that draws never sees half of a change.
        self._seen = Seen(began=time.monotonic())
        self._live = Live(
            console=console,
            screen=True,
            refresh_per_second=A_SECOND,
            redirect_stdout=False,
            redirect_stderr=False,
            get_renderable=self._drawn,
        )

    def event(self, record: Record, state: RunState) -> None:
        """Take an event into what is seen."""
        lines_from = verbose_lines_of if self._verbose else lines_of
        self._keep(lines_from(record.event, state))
        now = time.monotonic()
        seen = replace(self._seen, state=state)
        if isinstance(record.event, Measured | AgentEnded):
            seen = replace(seen, command_ended=now)
        doing = doing_after(record.event, state)
        if doing is not None and doing != (seen.doing, seen.task):
            word, task = doing
            began = seen.task_began if task == seen.task else now
            seen = replace(seen, doing=word, task=task, task_began=began, command="", output=())
        self._seen = seen

    def running(self, command: str) -> None:
        """Show the command that starts now; the screen is there from the first one on."""
        self._log.append(f"    $ {one_line(command)}")
        now = time.monotonic()
        self._seen = replace(
            self._seen, command=command, command_began=now, command_ended=None, output=()
        )
        self._live.start(refresh=True)

    def printed(self, text: str) -> None:
        """Show the last lines of what it has printed."""
        self._seen = replace(self._seen, output=tuple(readable(text)[-RECENT:]))

    def said(self, text: str) -> None:
        """Keep a text for the log."""
        self._keep(text.splitlines())

    def close(self) -> None:
        """Give the terminal back, and write the log."""
        self._live.stop()
        width = self._console.width
        for line in self._log:
            if self._verbose or is_told_whole(line):
                self._console.print(log_line(line), soft_wrap=True)
            else:
                self._console.print(fitted(log_line(line, width), width))

    def pause(self) -> None:
        """Give the terminal back for as long as this process is stopped."""
        shown = self._live.is_started
        self._live.stop()
        os.kill(os.getpid(), signal.SIGSTOP)
        if shown:
            self._live.start(refresh=True)

    def _keep(self, lines: list[str]) -> None:
        self._log += lines
        shown = [line for line in lines if line.strip()]
        self._seen = replace(self._seen, recent=(*self._seen.recent, *shown)[-RECENT:])

    def _drawn(self) -> Group:
        width, height = self._console.size
        return Group(*screen(self._seen, time.monotonic(), width, height))


@contextmanager
def _pausing(view: LiveView) -> Iterator[None]:
    """Leave the screen when the user stops the program (^Z), and come back with it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def pause(_number: int, _frame: FrameType | None) -> None:
        view.pause()

    before = signal.signal(signal.SIGTSTP, pause)
    try:
        yield
    finally:
        signal.signal(signal.SIGTSTP, before)
