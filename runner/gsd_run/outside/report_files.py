"""Files that the user names for reports: written whole, and out of the way of runs."""

import contextlib
import os
import stat
import tempfile
from pathlib import Path

from gsd_run.outside.git import is_ignored, is_tracked
from gsd_run.outside.git_calls import Repository


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it has its old content or the new one; its folders are made.

    A link is followed; what is no plain file (a pipe, /dev/stdout) is written as it is.

    Raises:
        OSError: it can't be written.
    """
    content = text.encode("utf-8", "backslashreplace")
    place = path.resolve()
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISREG(path.stat().st_mode):
            with path.open("wb") as file:
                file.write(content)
            return
    place.parent.mkdir(parents=True, exist_ok=True)
    number, beside = tempfile.mkstemp(prefix=".gsd-run-", dir=place.parent)
    try:
        with open(number, "wb") as file:  # noqa: PTH123 - by its number
            file.write(content)
            os.fchmod(number, _mode(place))
        Path(beside).replace(place)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(beside).unlink()
        raise


def append(path: Path, text: str) -> None:
    """Write a text behind what a file has.

    Raises:
        OSError: it can't be written.
    """
    with path.open("ab") as file:
        file.write(text.encode("utf-8", "backslashreplace"))


def ignore_here(repository: Repository, path: Path) -> bool:
    """Let git ignore a file in this clone, so that no run takes it for its work.

    Return False where nothing was to be done: git ignores it already, or it lies elsewhere. A
    file that is tracked is left so.
    """
    top, place = repository.top.resolve(), path.resolve()
    if not place.is_relative_to(top) or place.is_relative_to(repository.git_dir.resolve()):
        return False
    seen = os.path.relpath(place, repository.root.resolve())
    if is_ignored(repository, seen) or is_tracked(repository, seen):
        return False
    exclude = repository.common_dir / "info" / "exclude"
    exclude.parent.mkdir(exist_ok=True)
    before = exclude.read_bytes() if exclude.exists() else b""
    first = "" if not before or before.endswith(b"\n") else "\n"
    append(exclude, f"{first}{_pattern(place.relative_to(top).as_posix())}\n")
    return True


def _pattern(path: str) -> str:
    """Return git's pattern for just this file."""
    escaped = "".join(f"\\{one}" if one in "\\*?[ " else one for one in path)
    return f"/{escaped}"


def _mode(place: Path) -> int:
    with contextlib.suppress(FileNotFoundError):
        return place.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
