"""Who holds something on which machine: boots, processes and file systems told apart.

All of this comes from /proc; where there is none, less is known and it reads "".
"""

import os
import socket
from pathlib import Path

from msgspec import Struct

# A lock on these may hold among the processes of one machine only.
_SHARED = ("nfs", "cifs", "smb", "9p", "virtiofs", "fuse.", "afs", "ceph", "lustre", "glusterfs")


class Owner(Struct, frozen=True, kw_only=True):
    """A process, told from all others: those of other machines, boots and containers too.

    `started` is the kernel's time of its start, `space` the world of process numbers that its own
    belongs to; both "" where the system does not tell.
    """

    process: int
    host: str
    since: str
    boot: str = ""
    started: str = ""
    space: str = ""


def this_process(since: str) -> Owner:
    """Return this process as an owner."""
    return Owner(
        process=os.getpid(),
        host=socket.gethostname(),
        since=since,
        boot=_boot(),
        started=_started(os.getpid()),
        space=_space(),
    )


def is_elsewhere(owner: Owner) -> bool:
    """Tell whether an owner is of another machine, not of an earlier boot of this one."""
    return owner.host != socket.gethostname() and owner.boot != _boot()


def is_alive(owner: Owner) -> bool | None:
    """Tell whether an owner's process lives; None where that can't be seen from here."""
    if owner.boot != _boot():
        return None if is_elsewhere(owner) else False
    if not owner.started or owner.space != _space():
        return None
    return _started(owner.process) == owner.started


def is_shared(folder: Path) -> bool:
    """Tell whether a folder lies on a file system that other machines may have mounted, too."""
    device = folder.stat().st_dev
    wanted = f"{os.major(device)}:{os.minor(device)}"
    for line in _text("/proc/self/mountinfo").splitlines():
        left, _, right = line.partition(" - ")
        if left.split()[2] == wanted:
            return right.startswith(_SHARED)
    return False


def _boot() -> str:
    return _text("/proc/sys/kernel/random/boot_id").strip()


def _started(process: int) -> str:
    """Return the 22nd field of a process's stat; its name, the second, may hold anything."""
    fields = _text(f"/proc/{process}/stat").rpartition(")")[2].split()
    if not fields or fields[0] in "ZX":
        return ""
    return fields[19]


def _space() -> str:
    try:
        return str(Path("/proc/self/ns/pid").stat().st_ino)
    except OSError:
        return ""


def _text(place: str) -> str:
    try:
        return Path(place).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
