"""Signals that end a run: all of them are an interrupt, which leaves a run that can go on."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interruptible() -> Iterator[None]:
    """Take SIGTERM and a lost terminal for what SIGINT is: KeyboardInterrupt.

    What runs is ended with it, and whatever was set aside is put back. A signal that is ignored
    (nohup) stays so.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    taken = [
        one
        for one in (signal.SIGTERM, signal.SIGHUP)
        if signal.getsignal(one) is not signal.SIG_IGN
    ]
    before = {one: signal.signal(one, _interrupt) for one in taken}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
