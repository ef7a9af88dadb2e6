"""Files in one file: a compressed tar that depends on nothing but its content, read with care."""

import gzip
import io
import tarfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

from gsd_run.domain.errors import Refusal

_BROKEN = (tarfile.TarError, zlib.error, EOFError, gzip.BadGzipFile)


def archive(files: Mapping[str, bytes]) -> bytes:
    """Return a `.tar.gz` of files in the order given; it names no time and no owner."""
    held = io.BytesIO()
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=held, mtime=0, compresslevel=6) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            member.mode = 0o644
            tar.addfile(member, io.BytesIO(content))
    return held.getvalue()


class _Bounded(io.BufferedIOBase):
    """A file of which no more can be read than a number of bytes, headers included."""

    def __init__(self, file: gzip.GzipFile, place: Path, most: int) -> None:
        super().__init__()
        self._file = file
        self._place = place
        self._most = self._left = most

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes.

        Raises:
            Refusal: that would be more than allowed.
        """
        read = self._file.read(tarfile.RECORDSIZE if size is None or size < 0 else size)
        self._left -= len(read)
        if self._left < -tarfile.RECORDSIZE:
            raise Refusal(f"{self._place}: unpacked it has more than {self._most} bytes")
        return read


def contents(place: Path, allowed: Callable[[str], bool], most: int) -> dict[str, bytes]:
    """Return the files of an archive by name; nothing is written anywhere.

    `allowed` tells which names may be in it, `most` how many bytes all of them may have.

    Raises:
        Refusal: it is no such archive, or holds a name, a kind of file or a size that is not
            allowed.
    """
    found: dict[str, bytes] = {}
    total = 0
    try:
        # As a stream: a member is looked at before any of what it holds is unpacked.
        with (
            gzip.open(place) as unpacked,
            tarfile.open(fileobj=_Bounded(unpacked, place, most), mode="r|") as tar,
        ):
            for member in tar:
                if not member.isreg() or not allowed(member.name) or member.name in found:
                    raise Refusal(f"{place}: {member.name!r} does not belong into such a file")
                total += member.size
                if total > most:
                    raise Refusal(f"{place}: unpacked it has more than {most} bytes")
                file = tar.extractfile(member)
                assert file is not None
                found[member.name] = file.read()
    except FileNotFoundError:
        raise Refusal(f"{place}: there is no such file") from None
    except (*_BROKEN, OSError) as error:
        raise Refusal(f"{place}: it can't be read: {error}") from error
    return found
