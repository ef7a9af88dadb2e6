"""The one lock of a repository: one program works on its runs at a time.

The lock is the system's (flock), so it is free as soon as its owner is gone, however that came.
The text in the file only tells who has it: it is emptied when the owner ends well.
"""

import contextlib
import errno
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec

from gsd_run.domain.errors import Refusal
from gsd_run.outside.machine import Owner, is_alive, is_elsewhere, is_shared, this_process

_NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)
_LOOKS = 20  # at a file whose owner has not written its name yet, a hundredth of a second apart


@contextlib.contextmanager
def locked(place: Path, since: str) -> Iterator[Owner | None]:
    """Hold a lock file; give the owner that died with it, if one did. `since` is the time now.

    Programs that this one starts do not inherit it: Python opens files close-on-exec.

    Raises:
        Refusal: another program, named with its process and host, holds it; or the file system
            has no locks, or none that other machines see.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refusal(
                f"another run holds this repository ({_named(_awaited(file))}); wait for it"
            ) from None
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
            raise Refusal(
                f"{place}: this file system has no locks ({error.strerror}); keep the repository "
                "on one that has, so that two runs can't work on it at once"
            ) from error
        _refuse_other_file(file, place)
        left = _owner(file)
        _refuse_unseen(place, left)
        _write(file, msgspec.json.encode(this_process(since)).decode())
        try:
            yield left
        finally:
            _write(file, "")


def _refuse_other_file(file: IO[str], place: Path) -> None:
    """Refuse when the file was deleted meanwhile: somebody may hold the lock of a new one."""
    if not place.exists() or not os.path.samestat(os.fstat(file.fileno()), place.stat()):
        raise Refusal(f"{place} was deleted while this run took it; try again")


def _refuse_unseen(place: Path, left: Owner | None) -> None:
    """Refuse where the lock was free and its owner may live all the same.

    Raises:
        Refusal: the file system gives the same lock to two of us, or it may.
    """
    if left is None:
        return
    if is_alive(left):
        raise Refusal(
            f"another run holds this repository ({_named(left)}), and the file system of {place} "
            "let this one have the same lock; wait for the other to end"
        )
    if is_elsewhere(left) and is_shared(place.parent):
        raise Refusal(
            f"a run on another machine has not given this repository back ({_named(left)}), and "
            f"whether it lives can't be seen from here. If it is gone, delete {place}"
        )


def _awaited(file: IO[str]) -> Owner | None:
    """Return who holds the lock, waiting a moment for the name of one that has just begun."""
    for _ in range(_LOOKS):
        if owner := _owner(file):
            return owner
        time.sleep(0.01)
    return None


def _owner(file: IO[str]) -> Owner | None:
    file.seek(0)
    try:
        return msgspec.json.decode(file.read(), type=Owner)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _named(owner: Owner | None) -> str:
    if owner is None:
        return "its name is not known yet"
    return f"process {owner.process} on {owner.host} since {owner.since}"


def _write(file: IO[str], text: str) -> None:
    file.seek(0)
    file.truncate()
    file.write(text)
    file.flush()
