"""Files that the user names for reports: written whole, and out of the way of runs."""

import contextlib
import os
import stat
import tempfile
from collections.abc import Sequence
from pathlib import Path

from gsd_run.outside.git import is_ignored, is_tracked
from gsd_run.outside.git_calls import Repository


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it has its old content or the new one; its folders are made.

    A link is followed. What is no plain file, and an output of this process (/dev/stdout), is
    written behind what it has.

    Raises:
        OSError: it can't be written.
    """
    content = text.encode("utf-8", "backslashreplace")
    number = _descriptor(path)
    if number is not None:
        with open(number, "wb", closefd=False) as file:
            file.write(content)
        return
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISREG(path.stat().st_mode):
            with path.open("wb") as file:
                file.write(content)
            return
    _replace(_place(path), content)


def _descriptor(path: Path) -> int | None:
    """Return the number of the output of this process that a path names, else None.

    Where it goes into a file, this must not be replaced: the shell has more to write there.
    """
    named = os.path.normpath(path)
    if named in {"/dev/stdout", "/dev/stderr"}:
        return 1 if named == "/dev/stdout" else 2
    folder, number = os.path.split(named)
    return int(number) if folder in {"/dev/fd", "/proc/self/fd"} and number.isdecimal() else None


def _replace(place: Path, content: bytes) -> None:
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


def _place(path: Path) -> Path:
    """Return where a path leads; unlike `Path.resolve`, no circle of links is an error."""
    return Path(os.path.realpath(path))


def leads_elsewhere(repository: Repository, path: Path) -> bool:
    """Tell whether a link within the checkout leads a path elsewhere.

    Such a link may be a stranger's, or made by a command of the plan, and would let a report
    be written where only we can write.
    """
    top, named = _place(repository.top), Path(os.path.normpath(path))
    above = next((one for one in named.parents if _place(one) == top), None)
    return above is not None and _place(path) != top / named.relative_to(above)


def append(path: Path, text: str) -> None:
    """Write a text behind what a file has.

    Raises:
        OSError: it can't be written.
    """
    with path.open("ab") as file:
        file.write(text.encode("utf-8", "backslashreplace"))


def without_outputs(root: Path, files: Sequence[str]) -> tuple[str, ...]:
    """Return a project's files without those that what this process prints goes into.

    `gsd-run check 12 >checked.txt` changes such a file all the time, and must go on to.
    """
    outputs = []
    for number in (1, 2):
        with contextlib.suppress(OSError):  # nothing need be open there
            outputs.append(os.fstat(number))

    def is_output(path: str) -> bool:
        with contextlib.suppress(OSError):
            return any(os.path.samestat((root / path).lstat(), one) for one in outputs)
        return False

    return tuple(path for path in files if not is_output(path))


def ignore_here(repository: Repository, path: Path) -> bool:
    """Let git ignore a file in this clone, so that no run takes it for its work.

    Return False where nothing was to be done: git ignores it already, or it lies elsewhere. A
    file that is tracked is left so.

    Raises:
        OSError: the list of what git ignores here can't be written.
    """
    top, place = _place(repository.top), _place(path)
    if _descriptor(path) is not None:
        return False
    if not place.is_relative_to(top) or place.is_relative_to(_place(repository.git_dir)):
        return False
    seen = os.path.relpath(place, _place(repository.root))
    if is_ignored(repository, seen) or is_tracked(repository, seen):
        return False
    exclude = repository.common_dir / "info" / "exclude"
    exclude.parent.mkdir(exist_ok=True)
    before = exclude.read_bytes() if exclude.exists() else b""
    first = b"" if not before or before.endswith(b"\n") else b"\n"
    with exclude.open("ab") as file:
        file.write(first + os.fsencode(_pattern(place.relative_to(top).as_posix())) + b"\n")
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
