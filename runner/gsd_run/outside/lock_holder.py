"""Who holds the lock of a repository's runs, seen without trying to take it.

To try would be to hold it for a moment, and a run that begins in that moment would be refused.
"""

import json
import os

from gsd_run.domain.standing import Holder


def holder_of(place: str) -> Holder | None:
    """Return who holds a lock file, None if nobody does.

    A file whose owner was killed still names it; of an owner on another machine it is believed.
    """
    try:
        with open(place, encoding="utf-8") as file:  # noqa: PTH123 - pathlib takes long to import
            text, about = file.read(), os.fstat(file.fileno())
        said = json.loads(text)
        holder = Holder(int(said["process"]), str(said["host"]), str(said["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None  # nobody, or one that has not written its name yet
    if _system_says_so(about) or _may_live(text):
        return holder
    return None


def _system_says_so(about: os.stat_result) -> bool:
    """Tell whether the kernel lists a lock on the file; some file systems number it otherwise."""
    name = f"{os.major(about.st_dev):02x}:{os.minor(about.st_dev):02x}:{about.st_ino}"
    try:
        with open("/proc/locks", encoding="utf-8") as file:  # noqa: PTH123 - as above
            return any(name in line.split() and " FLOCK " in line for line in file)
    except OSError:
        return False


def _may_live(text: str) -> bool:
    import msgspec  # noqa: PLC0415 - 30 ms, and mostly the kernel has told already

    from gsd_run.outside.machine import Owner, is_alive  # noqa: PLC0415 - as above

    try:
        return is_alive(msgspec.json.decode(text, type=Owner)) is not False
    except msgspec.DecodeError:
        return False
