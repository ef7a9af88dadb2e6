"""A conversation with a model, in a thread of its own; what it asks for is done by the caller's.

Only the thread that calls `converse` runs tools. So when time is up and `converse` has ended,
nothing that the model still says can change a file, even when its thread hangs in a read of the
network and can't be ended.
"""

import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from msgspec import Struct

GRACE = 1.0  # seconds in which a conversation that is ended may close its connections

Answer = tuple[bool, str]  # whether what was asked for could be done, and what came of it
Errand = Callable[[], Answer]
Ask = Callable[[Errand], Awaitable[Answer]]
Said = TypeVar("Said")


class ConversationFailed(Exception):
    """The conversation broke off; the cause is what the model's library raised."""


class OutOfTime(Exception):
    """The conversation was not over in time."""


class _Asked(Struct, frozen=True):
    errand: Errand
    answer: "Future[Answer]"


class _Running(Struct, frozen=True):
    loop: asyncio.AbstractEventLoop
    task: "asyncio.Task[Any]"


def converse(conversation: Callable[[Ask], Coroutine[Any, Any, Said]], seconds: float) -> Said:
    """Have a conversation, do what it asks for, and return what it returns.

    What is asked for is done one after the other, in the order of asking. An errand that has
    begun is done to its end, also when time runs out meanwhile.

    Raises:
        OutOfTime: it was not over after `seconds`.
        ConversationFailed: it raised something. What an errand raises comes out as it is.
    """
    errands: queue.SimpleQueue[_Asked | None] = queue.SimpleQueue()
    running: Future[_Running] = Future()
    ended: Future[Said] = Future()

    async def ask(errand: Errand) -> Answer:
        answer: Future[Answer] = Future()
        errands.put(_Asked(errand, answer))
        return await asyncio.wrap_future(answer)

    async def talk() -> Said:
        task = asyncio.current_task()
        assert task is not None
        running.set_result(_Running(asyncio.get_running_loop(), task))
        return await conversation(ask)

    def live() -> None:
        try:
            ended.set_result(asyncio.run(talk()))
        except BaseException as error:  # noqa: BLE001 - what a library raises is told, not lost
            ended.set_exception(error)
        errands.put(None)

    # A daemon: a thread that hangs must not keep the program from ending.
    thread = threading.Thread(target=live, name="conversation with a model", daemon=True)
    deadline = time.monotonic() + seconds
    thread.start()
    try:
        _serve(errands, deadline)
    finally:
        _end(running, thread)
    try:
        return ended.result(timeout=0)
    except Exception as error:
        raise ConversationFailed(str(error)) from error


def _serve(errands: "queue.SimpleQueue[_Asked | None]", deadline: float) -> None:
    while (left := deadline - time.monotonic()) > 0:
        try:
            asked = errands.get(timeout=left)
        except queue.Empty:
            break
        if asked is None:
            return
        if asked.answer.set_running_or_notify_cancel():
            asked.answer.set_result(asked.errand())
    raise OutOfTime


def _end(running: "Future[_Running]", thread: threading.Thread) -> None:
    if running.done():
        found = running.result()
        with contextlib.suppress(RuntimeError):  # its loop is closed already
            found.loop.call_soon_threadsafe(found.task.cancel)
    thread.join(GRACE)
