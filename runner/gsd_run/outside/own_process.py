"""gsd-run's own code in a process beside this one, asked by a line and answering by lines."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from gsd_run.domain.errors import Refusal

_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv.pop()); "
    "import importlib; importlib.import_module(sys.argv.pop()).main()"
)


class OwnProcess:
    """A module's `main` in a process and session of its own: no terminal's Ctrl-C reaches it.

    It imports from where this process does. `stop` may be called from any thread.
    """

    def __init__(self, module: str, asked: bytes) -> None:
        """Start it and give it one line to read.

        Raises:
            Refusal: this program is not run by a Python that could run another.
        """
        if not sys.executable or getattr(sys, "frozen", False):
            raise Refusal(
                "no Python interpreter is known that could do the work (`sys.executable` is "
                f"{sys.executable!r}); call gsd-run's command line instead"
            )
        import json  # noqa: PLC0415 - only where a process is started

        places = [str(Path(one).absolute()) for one in sys.path]
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _START, module, json.dumps(places)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self._write(asked + b"\n")

    def lines(self) -> Iterator[bytes]:
        """Give its lines as they come, until it ends."""
        assert self._process.stdout is not None
        # `yield from` would close it with the generator.
        for line in self._process.stdout:  # noqa: UP028
            yield line

    def stop(self) -> None:
        """Say, and end its input, by which it knows that nobody asks any more.

        Its input alone might stay open: in a process that was forked from this one meanwhile.
        """
        assert self._process.stdin is not None
        with contextlib.suppress(OSError, ValueError):
            if not self._process.stdin.closed and self._process.poll() is None:
                self._process.stdin.write(b"\n")
            self._process.stdin.close()

    def let_go(self) -> None:
        """End its input when it has said its last."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError, ValueError):
            self._process.stdin.close()

    def ended(self) -> int:
        """Wait for its end, and return its status."""
        assert self._process.stdout is not None
        if not self._process.stdout.closed:
            for _ in self._process.stdout:
                pass
            self._process.stdout.close()
        return self._process.wait()

    def _write(self, line: bytes) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # its end tells what was wrong
            self._process.stdin.write(line)
            self._process.stdin.flush()
