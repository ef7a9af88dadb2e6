"""Files of the project read and written so that no link leads out, whenever it was made.

A path is looked up once, then opened name by name from the root, following no link on the way: one
that is put there between looking and opening is an error, never a way out. What is no plain file
(a pipe, a device) is not opened to be waited for, and what is too large is not read.
"""

import contextlib
import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

MOST_READ = 64 * 1024 * 1024  # bytes of one file
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Without O_NONBLOCK opening a pipe would wait for somebody to write into it.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def read_within(root: Path, path: str, most: int = MOST_READ) -> bytes | None:
    """Return what a file holds, None when there is no plain file; links inside are followed.

    Raises:
        OSError: the path leads out of `root`, or the file is larger than `most` bytes, or can't
            be read; `strerror` says which.
    """
    parts = _parts(root, path)
    try:
        with _folder(root, parts[:-1], make=False) as folder:
            number = os.open(parts[-1], _FILE, dir_fd=folder)
    except (FileNotFoundError, NotADirectoryError):
        return None
    with open(number, "rb") as file:  # noqa: PTH123 - by its number
        about = os.fstat(number)
        if not stat.S_ISREG(about.st_mode):
            return None
        if about.st_size > most:
            raise OSError(errno.EFBIG, f"is larger than {most >> 20} MiB")
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, f"is larger than {most >> 20} MiB")
    return content


def write_within(root: Path, path: str, content: bytes, *, executable: bool | None = None) -> None:
    """Write a file whole and durably, its folders made if need be; links inside are followed.

    After a crash it has its old content or the new one. It keeps its mode unless `executable`
    says otherwise.

    Raises:
        OSError: the path leads out of `root` or to git's own files, is a folder, or can't be
            written.
    """
    parts = _parts(root, path)
    if any(part.casefold() == ".git" for part in parts):
        raise OSError(errno.EPERM, "leads into git's own folder")
    name = parts[-1]
    beside = f"{beside_name(name)}{os.getpid()}"
    with _folder(root, parts[:-1], make=True) as folder:
        mode = _mode(name, folder, executable=executable)
        try:
            _write_new(beside, folder, content, mode)
            os.replace(beside, name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(beside, dir_fd=folder)
            raise
        os.fsync(folder)


def delete_within(root: Path, path: str) -> None:
    """Delete a file, or a link itself; nothing happens when there is none.

    Raises:
        OSError: the path leads out of `root`, or the file can't be deleted.
    """
    above, _, name = path.rpartition("/")
    parts = (*(_parts(root, above) if above else ()), name)
    with (
        contextlib.suppress(FileNotFoundError, NotADirectoryError),
        _folder(root, parts[:-1], make=False) as folder,
    ):
        os.unlink(parts[-1], dir_fd=folder)


def beside_name(name: str) -> str:
    """Return how the names begin under which a file is written before it takes its own."""
    # From the name's hash: with it a long name would grow too long.
    return f".gsd-run-{hashlib.sha256(os.fsencode(name)).hexdigest()[:12]}-"


def _parts(root: Path, path: str) -> tuple[str, ...]:
    """Return the names on the way to a file, all links resolved."""
    try:
        top = root.resolve()
        real = (top / path).resolve()
    except (RuntimeError, ValueError) as error:  # links in a circle; a NUL in a name
        raise OSError(errno.ELOOP, f"can't be looked up: {error}") from error
    if real == top or not real.is_relative_to(top):
        raise OSError(errno.EXDEV, "leads out of the project")
    return real.relative_to(top).parts


@contextlib.contextmanager
def _folder(root: Path, names: tuple[str, ...], *, make: bool) -> Iterator[int]:
    """Open a folder below the root by its names, none of which may be a link."""
    number = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for name in names:
            if make:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(name, dir_fd=number)
            inner = os.open(name, _FOLDER, dir_fd=number)
            os.close(number)
            number = inner
        yield number
    finally:
        os.close(number)


def _mode(name: str, folder: int, *, executable: bool | None) -> int | None:
    if executable is not None:
        return 0o755 if executable else 0o644
    with contextlib.suppress(FileNotFoundError):
        return os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode & 0o7777
    return None


def _write_new(name: str, folder: int, content: bytes, mode: int | None) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    with open(os.open(name, flags, 0o666, dir_fd=folder), "wb") as file:  # noqa: PTH123 - by number
        file.write(content)
        file.flush()
        if mode is not None:
            os.fchmod(file.fileno(), mode)
        os.fsync(file.fileno())
