"""The end of what a running program writes, handed out while it writes.

Only the end is read, from the file that the program writes into: it is never held up, however
much it prints and however slow whoever looks on may be.
"""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

TAIL = 8 * 1024  # bytes of each stream that are looked at
SHARE = 10  # looking may take a tenth of the time, no more, whatever is made of what is told


class Tail:
    """The end of some growing files, told whenever they have grown; the newest comes last.

    What is told is text as it was written, undecodable bytes replaced. It begins with a whole
    line, unless the last line is longer than what is looked at.
    """

    def __init__(self, told: Callable[[str], None]) -> None:
        self._told = told
        self._sizes: tuple[int, ...] = ()
        self._next = 0.0

    def look(self, *descriptors: int) -> None:
        """Look at the open files."""
        begun = time.monotonic()
        if begun < self._next:
            return
        known = [os.fstat(one) for one in descriptors]
        sizes = tuple(one.st_size for one in known)
        if sizes == self._sizes or not any(sizes):
            return
        self._sizes = sizes
        pairs = zip(descriptors, known, strict=True)
        ordered = sorted(pairs, key=lambda pair: pair[1].st_mtime_ns)
        self._told("".join(_end_of(one, stat.st_size) for one, stat in ordered))
        self._next = begun + (time.monotonic() - begun) * SHARE

    def look_at(self, *paths: Path) -> None:
        """Look at files by their paths; one that is not there yet is empty."""
        opened = []
        try:
            for path in paths:
                with suppress(FileNotFoundError):
                    opened.append(os.open(path, os.O_RDONLY))
            self.look(*opened)
        finally:
            for one in opened:
                os.close(one)


def _end_of(descriptor: int, size: int) -> str:
    # By its place: the program writes through the same open file, whose own place must stay.
    read = os.pread(descriptor, TAIL, max(0, size - TAIL))
    if size > TAIL:
        _, _, whole = read.partition(b"\n")
        read = whole or read
    text = read.decode(errors="replace")
    return text if text.endswith("\n") or not text else f"{text}\n"
