"""Objects of a repository carried to another one, as one pack that stands on its own."""

import contextlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from gsd_run.domain.errors import Refusal
from gsd_run.outside.git import scratch
from gsd_run.outside.git_calls import GitFailed, Repository, called

# The same objects give the same bytes: no deltas, no leftovers of other packs, one thread.
_PLAIN = ("-c", "pack.compression=6", "-c", "core.compression=6")
_ALONE = ("--window=0", "--no-reuse-delta", "--no-reuse-object", "--threads=1", "-q")


def pack(repository: Repository, names: Sequence[str], base: str) -> bytes:
    """Return a pack of what these commits and trees hold and the history of `base` does not."""
    wanted = "".join(f"{name}\n" for name in dict.fromkeys(names))
    wanted += f"^{base}\n^{base}^{{tree}}\n"
    told = called(repository, "rev-list", "--objects", "--stdin", stdin=wanted.encode())
    objects = sorted({line.split(b" ", 1)[0] for line in told.stdout.splitlines()})
    listed = b"".join(one + b"\n" for one in objects)
    return called(repository, *_PLAIN, "pack-objects", "--stdout", *_ALONE, stdin=listed).stdout


@contextlib.contextmanager
def quarantined(repository: Repository, content: bytes) -> Iterator[Mapping[str, str]]:
    """Take a pack in where nobody sees it; give the environment in which git does.

    Raises:
        Refusal: it is no pack, or objects of it are broken.
    """
    with tempfile.TemporaryDirectory(dir=scratch(repository)) as folder:
        place = Path(folder)
        (place / "pack").mkdir()
        extra = {
            "GIT_OBJECT_DIRECTORY": str(place),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(repository.common_dir / "objects"),
        }
        try:
            _index(repository, content, extra)
        except GitFailed as error:
            raise Refusal(f"its git objects are broken: {error}") from error
        yield extra


def missing(repository: Repository, names: Sequence[str], extra: Mapping[str, str]) -> str:
    """Say what lacks of these objects and of all that they are made of, "" if nothing does."""
    words = ("rev-list", "--objects", "--stdin", "--not", "--all", "--quiet")
    wanted = "".join(f"{name}\n" for name in dict.fromkeys(names)).encode()
    try:
        called(repository, *words, extra=extra, stdin=wanted)
    except GitFailed as error:
        return str(error)
    return ""


def unpack(repository: Repository, content: bytes) -> None:
    """Take a pack's objects into the repository, durably."""
    _index(repository, content, {})


def _index(repository: Repository, content: bytes, extra: Mapping[str, str]) -> None:
    words = ("-c", "core.fsync=all", "index-pack", "--stdin", "--strict")
    # In a folder below the top, git 2.39 looks for the objects that are here already in vain.
    absolute = {"GIT_DIR": str(repository.common_dir), **extra}
    called(repository, *words, extra=absolute, stdin=content)
