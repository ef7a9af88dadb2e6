"""What is written where nobody looks on live: a log, only what went wrong, or the events."""

import sys

import msgspec

from gsd_run.cli.console.lines import lines_of, one_line, verbose_lines_of
from gsd_run.domain.event import Record, Stopped
from gsd_run.domain.run import RunState
from gsd_run.domain.visible import visible


def write(line: str) -> None:
    """Write a line where the user sees it at once."""
    print(visible(line), flush=True)


def write_aside(line: str) -> None:
    """Write a line on standard error: standard output belongs to a program."""
    print(visible(line), file=sys.stderr, flush=True)


class PlainLines:
    """One line for each thing that happened; if `verbose`, with the evidence."""

    def __init__(self, *, verbose: bool = False) -> None:
        self._lines_of = verbose_lines_of if verbose else lines_of

    def event(self, record: Record, state: RunState) -> None:
        """Write what an event means to a reader, if anything."""
        for line in self._lines_of(record.event, state):
            write(line)

    def running(self, command: str) -> None:
        """Write the command that starts now."""
        write(f"    $ {one_line(command)}")

    def printed(self, text: str) -> None:
        """Leave what it prints: a log has it when it has ended, if at all."""

    def said(self, text: str) -> None:
        """Write a text as it is."""
        write(text)


class OnlyWrong:
    """Nothing, as long as all goes well; what was said is told when the run has failed."""

    def __init__(self) -> None:
        self._said: list[str] = []

    def event(self, record: Record, _state: RunState) -> None:
        """Tell what was said, if the run stops here for a failure."""
        if isinstance(record.event, Stopped) and record.event.exit_code == 1:
            for text in self._said:
                write(text)

    def running(self, command: str) -> None:
        """Say nothing of commands."""

    def printed(self, text: str) -> None:
        """Say nothing of what they print."""

    def said(self, text: str) -> None:
        """Keep a text until it matters."""
        self._said.append(text)


class JsonLines:
    """The events as the journal has them, one a line; all else goes to standard error."""

    def event(self, record: Record, _state: RunState) -> None:
        """Write an event."""
        line = msgspec.json.encode(record)
        if sys.stdout.isatty():
            write(line.decode())
            return
        # The journal's own bytes: `prev` is the hash of the line before, as it stands here.
        sys.stdout.buffer.write(line + b"\n")
        sys.stdout.flush()

    def running(self, command: str) -> None:
        """Say nothing of commands: the event of their measurement does."""

    def printed(self, text: str) -> None:
        """Say nothing of what they print: the same."""

    def said(self, text: str) -> None:
        """Write a warning where it is not in the way."""
        write_aside(text)
