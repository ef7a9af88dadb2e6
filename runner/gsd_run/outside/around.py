"""What is known of a project without running anything of it: its files, and where its tools are."""

import os
import shutil
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

from gsd_run.outside.git_calls import Ended, environment_of_git, run_git
from gsd_run.outside.project import Project

# Folders that hold other people's files, where no git says so.
_NOT_OURS = frozenset({".git", "node_modules", ".venv", "venv", "__pycache__", "target", "vendor"})


def files_of(root: Path) -> frozenset[str] | None:
    """Return the project's files, relative to its root: those that git knows or would add.

    Without a repository they are all that lie there. None says that a folder holds nothing but
    plans, so that the project's files must be elsewhere.
    """
    listed = _listed_by_git(root)
    if listed is None:
        listed = _walked(root)
    return frozenset(listed) if any(not one.startswith(".planning/") for one in listed) else None


def _listed_by_git(root: Path) -> list[str] | None:
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        ended: Ended = run_git(words, root, environment_of_git())
    except FileNotFoundError:
        return None
    if ended.status != 0:
        return None
    return [name for name in os.fsdecode(ended.stdout).split("\0") if name]


def _walked(root: Path) -> list[str]:
    found = []
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name not in _NOT_OURS]
        inner = Path(folder).relative_to(root)
        found += [(inner / name).as_posix() for name in files]
    return found


def program_finder(project: Project) -> Callable[[str], str | None]:
    """Return how a program is found by its name on the PATH of the project's commands."""
    path = project.environment()["PATH"]

    @cache
    def found(name: str) -> str | None:
        return shutil.which(name, path=path)

    return found


def file_reader(project: Project) -> Callable[[str], str | None]:
    """Return how a file of the project is read by its name; what is no text is not there."""

    @cache
    def read(path: str) -> str | None:
        try:
            return project.read(path)
        except (OSError, ValueError):
            return None

    return read


def own_tools(project: Project) -> str:
    """Return the folder of gsd-run's own programs, "" where those are the project's as well.

    A gsd-run that is installed for the whole system has none of its own.
    """
    if sys.prefix == sys.base_prefix:
        return ""
    folder = Path(sys.prefix) / "bin"
    if project.venv and (project.venv / "bin").resolve() == folder.resolve():
        return ""
    return str(folder)
