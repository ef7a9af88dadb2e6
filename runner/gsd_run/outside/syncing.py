"""Files brought to disk: our own, written whole, and those that git, commands or people wrote."""

import contextlib
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path


def sync_files(root: Path, paths: Iterable[str]) -> None:
    """Let files survive a power cut as they are now, deleted ones as deleted.

    What is no file of its own here (a link, a pipe) is left alone, and so is what can't be opened:
    what follows looks at it and says so.

    Raises:
        OSError: the disk fails.
    """
    folders = set()
    for path in paths:
        place = root / path
        folders.add(place.parent)
        if place.is_file() and not place.is_symlink():
            _sync(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    for folder in folders:
        _sync(folder, os.O_RDONLY | os.O_DIRECTORY)


def _sync(place: Path, flags: int) -> None:
    with contextlib.suppress(FileNotFoundError, NotADirectoryError, PermissionError):
        descriptor = os.open(place, flags)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def write_durably(place: Path, content: bytes) -> None:
    """Write a file so that after a crash it has its old content or the new, never a mixture."""
    beside = place.with_name(f"{_beside(place)}{os.getpid()}")
    mode = place.stat().st_mode & 0o7777 if place.exists() else None
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            beside.chmod(mode)
        beside.replace(place)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    make_durable(place.parent)


def sweep_beside(place: Path) -> None:
    """Take away what a crash in the middle of `write_durably` left beside a file."""
    if place.parent.is_dir():
        for left in place.parent.glob(f"{_beside(place)}*"):
            left.unlink(missing_ok=True)


def _beside(place: Path) -> str:
    # From the name's hash: with it a long name would grow too long.
    return f".gsd-run-{hashlib.sha256(place.name.encode()).hexdigest()[:12]}-"


def make_durable(place: Path) -> None:
    """Bring a file, or the names in a folder, to disk."""
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
