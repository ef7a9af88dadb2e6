"""A terminal with gsd-run in it: a pseudo terminal, and a screen that obeys what is written."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
import time
from copy import deepcopy
from pathlib import Path

import pyte
from sandbox import environment

_STEP = 0.02  # seconds between two looks
_PATIENCE = 30  # seconds; a busy machine takes a while

# It makes the terminal its own, so that keys reach it as signals.
_BEGIN = """
import fcntl, runpy, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
runpy.run_module("gsd_run", run_name="__main__", alter_sys=True)
"""

Size = tuple[int, int]  # columns, rows


class Window(pyte.HistoryScreen):
    """What a terminal shows, with the second screen that full-screen programs use."""

    def set_mode(self, *modes: int, **how: bool) -> None:
        if how.get("private") and 1049 in modes:
            self.first = deepcopy((self.buffer, self.cursor, self.history))
            self.erase_in_display(2)
        super().set_mode(*modes, **how)

    def reset_mode(self, *modes: int, **how: bool) -> None:
        if how.get("private") and 1049 in modes:
            self.buffer, self.cursor, self.history = self.first
            self.dirty.update(range(self.lines))
        super().reset_mode(*modes, **how)


class Terminal:
    """A terminal of some size in which gsd-run runs with the given words."""

    def __init__(self, root: Path, *words: str, size: Size = (80, 24), **variables: str) -> None:
        self.written = b""
        self._window = Window(*size, history=5000, ratio=0.5)
        self._stream = pyte.ByteStream(self._window)
        self._lock = threading.Lock()
        self._ours, theirs = pty.openpty()
        self._sized(size)
        self.process = subprocess.Popen(
            [sys.executable, "-c", _BEGIN, *words],
            cwd=root,
            env=environment(**{"TERM": "xterm-256color", **variables}),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def screen(self) -> list[str]:
        """The rows as they stand, without what is blank at their ends."""
        with self._lock:
            return [row.rstrip() for row in self._window.display]

    @property
    def scrolled(self) -> list[str]:
        """All rows that can be seen by scrolling back, and those on the screen."""
        with self._lock:
            above = [
                "".join(row[column].data for column in range(self._window.columns)).rstrip()
                for row in self._window.history.top
            ]
        return [*above, *self.screen]

    @property
    def cursor_hidden(self) -> bool:
        return self._window.cursor.hidden

    def until(self, *texts: str) -> list[str]:
        """Wait until the screen shows all the texts, and return it."""
        for _ in range(round(_PATIENCE / _STEP)):
            shown = self.screen
            if all(any(text in row for row in shown) for text in texts):
                return shown
            if self.process.poll() is not None:
                break
            time.sleep(_STEP)
        raise AssertionError("\n".join([f"{texts} never came:", *self.scrolled]))

    def becomes(self, expected: str) -> None:
        """Wait until the whole screen is this one; what differs from run to run left out."""
        for _ in range(round(_PATIENCE / _STEP)):
            if settled(self.screen) == expected or self.process.poll() is not None:
                break
            time.sleep(_STEP)
        assert settled(self.screen) == expected

    def resize(self, size: Size) -> None:
        with self._lock:
            self._window.resize(columns=size[0], lines=size[1])
        self._sized(size)

    def stops(self) -> None:
        """Wait until the program is stopped, as by ^Z, and has given the terminal back."""
        _, status = os.waitpid(self.process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        while self.cursor_hidden:  # what it wrote last is on its way
            time.sleep(_STEP)

    def press(self, keys: bytes) -> None:
        os.write(self._ours, keys)

    def ended(self) -> int:
        """Wait for the program's end, and for all that it wrote; return its status."""
        status = self.process.wait(_PATIENCE)
        self._reader.join(_PATIENCE)
        os.close(self._ours)
        return status

    def _sized(self, size: Size) -> None:
        columns, rows = size
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _read(self) -> None:
        while True:
            try:
                read = os.read(self._ours, 1 << 16)
            except OSError:  # the other end is closed
                return
            if not read:
                return
            with self._lock:
                self.written += read
                self._stream.feed(read)


def settled(rows: list[str]) -> str:
    """Return rows without what differs from run to run: times, runs and commits."""
    text = re.sub(r"\d{8}T\d{6}-[0-9a-f]+", "RUN", "\n".join(rows))
    text = re.sub(r"(?<=on main at )[0-9a-f]{9}|(?<=committed )[0-9a-f]{9}", "COMMIT", text)
    return re.sub(r" *\b\d+(\.\d)?s\b", " SECONDS", text).rstrip()
