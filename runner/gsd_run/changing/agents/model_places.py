"""The files of a project that a model may see, and those that it may change."""

import functools
from pathlib import Path, PurePosixPath

from msgspec import Struct

from gsd_run.changing.agents.policy import is_named, protected
from gsd_run.changing.failure import StepFailure
from gsd_run.changing.places import contained, existing_text
from gsd_run.domain.plan import Task
from gsd_run.outside import git
from gsd_run.outside.git_calls import Repository, called
from gsd_run.outside.project import Project

MOST_BYTES = 4_000_000  # of a file that is read


class Ground(Struct, frozen=True, kw_only=True):
    """The project that a model works in, and for which task.

    `proposals` is the one file of the planning that it may write unasked, "" for none; `records`
    are the run's own files, by name; `allowed` is what it may change, () for no such bound.
    """

    project: Project
    repository: Repository
    task: Task
    proposals: str = ""
    records: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()


def files(ground: Ground) -> list[str]:
    """Return the files that git tracks or does not ignore, sorted, relative to the root.

    Links, and files whose names can't be shown, are left out.
    """
    told = called(ground.repository, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    found = {field.decode(errors="surrogateescape") for field in told.stdout.split(b"\0")}
    root = ground.project.root.resolve()

    @functools.cache
    def is_real(folder: Path) -> bool:
        # A tracked folder may have become a link since.
        return folder.resolve() == folder

    return sorted(
        path
        for path in found
        if path.isprintable()
        and (place := root / path).is_file()
        and not place.is_symlink()
        and is_real(place.parent)
    )


def readable(ground: Ground, path: str) -> str:
    """Return a path in its plain form if a model may read there.

    Raises:
        StepFailure: it leads out of the project, into git's own files or another repository, or
            git ignores it: such files are not for sharing, passwords among them.
    """
    plain = contained(ground.project, path)
    root = ground.project.root.resolve()
    for name in {plain, _real(ground, plain)}:
        for folder in PurePosixPath(name).parents:
            if folder != PurePosixPath() and (root / folder / ".git").exists():
                raise StepFailure(f"{path}: {folder} is a repository of its own; leave it alone")
        planning = PurePosixPath(name).parts[:1] == (".planning",)  # often ignored, and yet context
        if not planning and git.is_ignored(ground.repository, name):
            raise StepFailure(f"{path}: git ignores this file; it is none of the project's sources")
    return plain


def changeable(ground: Ground, path: str) -> str:
    """Return a path in its plain form if a model may write or delete a file there.

    Raises:
        StepFailure: it may not even be read; or it is a link or a folder; or it belongs to the
            planning, to CI, git or agents, and the task does not name it.
    """
    plain = readable(ground, path)
    place = ground.project.root / plain
    if place.is_symlink():
        raise StepFailure(f"{path}: is a link, to {place.readlink()}; name the file itself")
    if place.is_dir():
        raise StepFailure(f"{path}: is a folder; name a file")
    real = _real(ground, plain)
    for name in () if real == ground.proposals else (plain, real):
        if reason := protected(ground.task, name, ground.records):
            raise StepFailure(f"{path}: {reason}")
        if ground.allowed and not is_named(name, ground.allowed):
            listed = ", ".join(ground.allowed)
            raise StepFailure(f"{path}: is not among the files that may be changed: {listed}")
    return plain


def shown_text(ground: Ground, path: str) -> str:
    """Return the text of a file that must be there.

    Raises:
        StepFailure: it is not there, too large, or no text.
    """
    place = ground.project.root / path
    if place.is_file() and place.stat().st_size > MOST_BYTES:
        raise StepFailure(f"{path}: is too large ({place.stat().st_size} bytes); search in it")
    text = existing_text(ground.project, path)
    if "\0" in text:
        raise StepFailure(f"{path}: is no text but a binary file")
    return text


def _real(ground: Ground, plain: str) -> str:
    root = ground.project.root.resolve()
    return (root / plain).resolve().relative_to(root).as_posix()
