"""What settles how git works in a repository, kept as it was while programs of the project run.

A program can set `core.fsmonitor`, define a filter, add a hook: git would run that in gsd-run's
own calls. So these files are compared before git is called again, and what was changed in them is
put back.
"""

import contextlib
import errno
import hashlib
import os
import re
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from gsd_run.domain.errors import Refusal
from gsd_run.outside.git_calls import Repository, environment_of_git, run_git

_COMMON = ("config", "info/attributes", "info/exclude", "info/grafts", "info/sparse-checkout")
_OWN = ("config.worktree", "info/sparse-checkout")
_MOST = 4 * 1024 * 1024  # bytes of a file among these
# What people and tools set in the course of their work, and git never runs.
_PLAIN = re.compile(
    r"branch\..+\.(?:remote|merge|rebase|description|vscode-merge-base|pushremote)"
    r"|remote\..+\.(?:url|fetch|pushurl|tagopt|prune|gh-resolved)|submodule\..+\.(?:active|url)"
    r"|(?:gc|maintenance|fetch|push|pull|init|color|lfs)\..+"
)


class Kept(Struct, frozen=True, kw_only=True):
    """A file as it was: its mode, and what it holds or, of a link, where it leads.

    Of what is no file, and of files too large for these, only that they are there is known.
    """

    mode: int
    content: bytes | None


Settings = dict[Path, Kept]


def settings_of(repository: Repository) -> Settings:
    """Return the files that settle how git works here, as they are now; hooks are among them."""
    return {place: kept for place in _places(repository) if (kept := _kept(place)) is not None}


def put_settings_back(repository: Repository, before: Settings) -> tuple[str, ...]:
    """Bring these files back to what they were; return the names of those that had changed.

    What they became is kept in `gsd-run/put-back` of the git folder. A branch or remote that was
    added to the configuration stays. No git command may run in the project between the change
    and this.

    Raises:
        Refusal: the repository itself is gone, or a file can't be put back.
    """
    if not (repository.common_dir / "HEAD").exists():
        raise Refusal(f"{repository.common_dir} is no repository any more: it was taken away")
    now = settings_of(repository)
    for place in [one for one, kept in now.items() if one not in before and _is_empty(one, kept)]:
        # Sandboxes of agents make such a file where they shut one off.
        place.unlink()
        del now[place]
    changed = sorted(
        place
        for place in {*before, *now}
        if before.get(place) != now.get(place)
        if not _is_plain(place, before.get(place), now.get(place))
    )
    for place in changed:
        try:
            _keep(repository, place, now.get(place))
            _put(place, before.get(place))
        except OSError as error:
            raise Refusal(f"{place} was changed, and can't be put back: {error}") from error
    return tuple(_name(repository, place) for place in changed)


def _places(repository: Repository) -> Iterator[Path]:
    common, own = repository.common_dir, repository.git_dir
    yield from (common / name for name in _COMMON)
    if own != common:
        yield from (own / name for name in _OWN)
    else:
        yield own / "config.worktree"
    if (repository.top / ".git").is_file():
        yield repository.top / ".git"
    with contextlib.suppress(OSError):
        yield from (common / "hooks").iterdir()


def _is_empty(place: Path, kept: Kept) -> bool:
    """Tell whether a file says nothing: git reads it as if it were not there."""
    return kept.content == b"" and stat.S_ISREG(kept.mode) and place.parent.name != "hooks"


def _is_plain(place: Path, before: Kept | None, now: Kept | None) -> bool:
    """Tell whether only such settings differ as git never runs."""
    if place.name != "config" or before is None or now is None or before.mode != now.mode:
        return False
    old, new = _values(before), _values(now)
    return old is not None and new is not None and all(_PLAIN.match(one) for one in old ^ new)


def _values(kept: Kept) -> frozenset[str] | None:
    """Return the settings that a configuration has, `key` and value; None if git can't read it."""
    if kept.content is None:
        return None
    words = ["git", "config", "--file", "-", "--no-includes", "--null", "--list"]
    told = run_git(words, Path("/"), environment_of_git(), kept.content)
    if told.status != 0:
        return None
    return frozenset(told.stdout.decode(errors="replace").split("\0"))


def _keep(repository: Repository, place: Path, kept: Kept | None) -> None:
    if kept is None or kept.content is None:
        return
    name = f"{place.name}-{hashlib.sha256(kept.content).hexdigest()[:12]}"
    folder = repository.common_dir / "gsd-run" / "put-back"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(kept.content)


def _kept(place: Path) -> Kept | None:
    try:
        about = place.lstat()
        if stat.S_ISLNK(about.st_mode):
            return Kept(mode=about.st_mode, content=os.fsencode(place.readlink()))
        if not stat.S_ISREG(about.st_mode) or about.st_size > _MOST:
            return Kept(mode=about.st_mode, content=None)
        return Kept(mode=about.st_mode, content=place.read_bytes())
    except OSError:
        return None


def _put(place: Path, kept: Kept | None) -> None:
    if kept is not None and kept.content is None:
        raise OSError(errno.EINVAL, "it was no plain file")
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)
    if kept is None or kept.content is None:
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    if stat.S_ISLNK(kept.mode):
        place.symlink_to(os.fsdecode(kept.content))
    else:
        place.write_bytes(kept.content)
        place.chmod(stat.S_IMODE(kept.mode))


def _name(repository: Repository, place: Path) -> str:
    folder = place.parent.name if place.parent.name in {"hooks", "info"} else ""
    if place == repository.top / ".git":
        return ".git"
    return "/".join(filter(None, (".git", folder, place.name)))
