"""Files of a project brought to disk that others wrote: git, a command, an agent, a person."""

import contextlib
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
