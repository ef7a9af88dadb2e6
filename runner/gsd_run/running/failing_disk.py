"""A disk that is full or fails: told as what it is, not as a bug."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from gsd_run.domain.errors import Refusal

# What a machine may answer to any program at any time; all else an OSError tells is a bug here.
_MACHINES = frozenset(
    {
        errno.EIO,
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EROFS,
        errno.EFBIG,
        errno.EACCES,
        errno.EPERM,
        errno.EMFILE,
        errno.ENFILE,
        errno.ENOMEM,
        errno.EAGAIN,
    }
)


def is_machines(error: OSError) -> bool:
    """Tell whether it is the machine that failed: its disk is full or broken, or nothing is left.

    An error of a call that has nothing to do with the machine's state is none of these.
    """
    return error.errno in _MACHINES


def told_of(error: OSError) -> str:
    """Say what failed, and how the run goes on when it does so no longer."""
    where = f"{error.filename}: " if error.filename else ""
    return (
        f"{where}{error.strerror}. Nothing that was reported is lost; the run stands. Mend this "
        "and `gsd-run resume`"
    )


@contextmanager
def failures_told() -> Iterator[None]:
    """Turn the machine's failures into a refusal.

    Raises:
        Refusal: the disk is full, or can't be read or written.
    """
    try:
        yield
    except OSError as error:
        if not is_machines(error):
            raise
        raise Refusal(told_of(error)) from error
