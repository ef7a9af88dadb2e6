"""Paths that steps name: kept inside the project, and read as text."""

import os
import unicodedata
from pathlib import Path, PurePosixPath

from msgspec import Struct

from gsd_run.changing.failure import StepFailure
from gsd_run.domain.change import Edit, content_of
from gsd_run.outside.project import Project
from gsd_run.outside.project_files import read_within

_LONGEST_NAME = 255  # bytes of one name, and of a whole path, that file systems take
_LONGEST_PATH = 4000


def contained(project: Project, path: str) -> str:
    """Return `path` in its plain form, relative to the project root, if it stays inside.

    Raises:
        StepFailure: the path is absolute, climbs out (by `..` or a link), or is git's own.
    """
    plain = PurePosixPath(path)
    if not path.strip() or "\0" in path or not plain.parts:
        raise StepFailure("a path is empty; name a file relative to the project root")
    if plain.is_absolute() or path.startswith("~") or ".." in plain.parts:
        raise StepFailure(f"{path}: a step may only name files by their path inside the project")
    root = project.root.resolve()
    try:
        real = (root / plain).resolve()
        too_long = any(len(os.fsencode(part)) > _LONGEST_NAME for part in real.parts)
    except RuntimeError as error:  # what pathlib raises for links that lead to each other
        raise StepFailure(f"{path}: the links on this path go round in a circle") from error
    except (OSError, ValueError) as error:
        raise StepFailure(f"{path}: can't be looked up ({error})") from error
    if too_long or len(os.fsencode(str(real))) > _LONGEST_PATH:
        raise StepFailure(f"{path[:80]}…: is longer than a file system takes")
    if not real.is_relative_to(root):
        raise StepFailure(f"{path}: a link on this path leads out of the project, to {real}")
    if any(_is_gits(part) for part in (*plain.parts, *real.relative_to(root).parts)):
        raise StepFailure(f"{path}: git's own files are not for steps to change")
    if other := _other_repository(root, real):
        raise StepFailure(f"{path}: {other} is a repository of its own (a submodule, perhaps)")
    return str(plain)


def _is_gits(part: str) -> bool:
    """Tell whether a file system may take a name for `.git`.

    Some know no case, some pass over characters that can't be seen, or dots and blanks at the end.
    """
    seen = "".join(one for one in part if unicodedata.category(one) not in {"Cf", "Cc"})
    return seen.casefold().rstrip(". ") in {".git", "git~1"}


def _other_repository(root: Path, real: Path) -> str:
    """Return the folder on the way to a file that has a `.git` of its own, "" if none has."""
    inner = real.relative_to(root)
    folders = [folder for folder in inner.parents if folder != Path()]
    if real.is_dir() and inner != Path():
        folders.insert(0, inner)
    return next((one.as_posix() for one in folders if os.path.lexists(root / one / ".git")), "")


class Content(Struct, frozen=True):
    """What a file holds, as the content of an edit, and whether it is a program."""

    text: str
    executable: bool = False


def content_at(project: Project, path: str) -> Content | None:
    """Return what a contained file holds, text or not, or None when there is no such file.

    Raises:
        StepFailure: the path leaves the project, is a folder, or can't be read.
    """
    plain = contained(project, path)
    place = project.root / plain
    if place.is_dir():
        raise StepFailure(f"{plain}: is a folder; name a file")
    try:
        _refuse_special(plain, place)
        content = read_within(project.root, plain)
        if content is None:
            return None
        return Content(content_of(content), bool(place.stat().st_mode & 0o111))
    except OSError as error:
        raise StepFailure(f"{plain}: can't be read ({error.strerror})") from error


def _refuse_special(path: str, place: Path) -> None:
    if place.exists() and not place.is_file():
        raise StepFailure(f"{path}: is no plain file (a pipe or a device); name a file")


def edit_of(path: str, old: Content | None, new: Content | None) -> Edit:
    """Return the edit that makes a file hold something else; None where there is no file."""
    was = old.executable if old else False
    switched = new is not None and new.executable != was
    return Edit(
        path=path,
        before=old.text if old else None,
        after=new.text if new else None,
        executable=new.executable if new and switched else None,
    )


def text_of(project: Project, path: str) -> str | None:
    """Return the text of a contained file, or None when there is no such file.

    Raises:
        StepFailure: the path leaves the project, is a folder, or holds no UTF-8 text.
    """
    plain = contained(project, path)
    if (project.root / plain).is_dir():
        raise StepFailure(f"{plain}: is a folder; name a file")
    _refuse_special(plain, project.root / plain)
    try:
        return project.read(plain)
    except UnicodeDecodeError as error:
        raise StepFailure(f"{plain}: is no UTF-8 text ({error.reason})") from error
    except OSError as error:
        raise StepFailure(f"{plain}: can't be read ({error.strerror})") from error


def existing_text(project: Project, path: str) -> str:
    """Return the text of a file that must be there.

    Raises:
        StepFailure: it is not there, with files of the same name elsewhere as candidates.
    """
    text = text_of(project, path)
    if text is not None:
        return text
    name = PurePosixPath(path).name
    elsewhere = sorted(
        str(found.relative_to(project.root))
        for found in project.root.glob(f"**/{_escaped(name)}")
        if not any(part.startswith(".") or part == "node_modules" for part in found.parts[1:])
    )[:3]
    hint = f" (there is {', '.join(elsewhere)})" if elsewhere else ""
    raise StepFailure(f"{path}: there is no such file{hint}")


def _escaped(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def matching_files(project: Project, patterns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the files that paths, folders and glob patterns name, sorted, each once.

    A folder stands for the Python files below it.

    Raises:
        StepFailure: a pattern matches nothing, or leaves the project.
    """
    found: set[str] = set()
    for pattern in patterns:
        plain = contained(project, pattern)
        place = project.root / plain
        if place.is_dir():
            places = [p for p in place.rglob("*.py") if "__pycache__" not in p.parts]
        elif place.is_file():
            places = [place]
        else:
            places = [p for p in project.root.glob(plain) if p.is_file()]
        if not places:
            raise StepFailure(f"{pattern}: there is no such file, and as a pattern it matches none")
        found |= {contained(project, _relative(project, p)) for p in places}
    return tuple(sorted(found))


def _relative(project: Project, place: Path) -> str:
    return place.relative_to(project.root).as_posix()
