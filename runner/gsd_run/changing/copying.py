"""A private copy of a project's files: what git tracks, and what is new and not ignored."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from gsd_run.changing.failure import StepFailure
from gsd_run.outside import processes
from gsd_run.outside.project import Project

# Folders that the project's programs may need and that are too large to copy: they are linked.
LINKED = frozenset({".venv", "venv", "node_modules", "vendor"})
SECONDS = 300


@contextlib.contextmanager
def private_copy(project: Project) -> Iterator[tuple[Project, frozenset[str]]]:
    """Give a copy of the project in a folder of its own, and the paths of the files in it.

    Its interpreter is the project's own. The copy has no `.git`, so nothing that runs in it finds
    its way to the repository by it, and is gone afterwards.

    Raises:
        StepFailure: git can't list the project's files.
    """
    paths = _listed(project, "--cached", "--others", "--exclude-standard")
    with tempfile.TemporaryDirectory(prefix="gsd-run-copy-") as folder:
        # The root keeps its name: some tools print it, and packages may be called like it.
        root = Path(folder).resolve() / (project.root.resolve().name or "project")
        root.mkdir()
        held = frozenset(path for path in paths if _copied(project.root, root, path))
        for path in _listed(
            project, "--others", "--ignored", "--exclude-standard", "--directory"
        ):  # only whole folders, each once, and nothing below them
            plain = PurePosixPath(path)
            if plain.name in LINKED:
                _linked(project.root / plain, root / plain)
        yield replace(project, root=root), held


def _listed(project: Project, *options: str) -> tuple[str, ...]:
    argv = ("git", "ls-files", "-z", *options)
    environment = {
        name: value for name, value in project.environment().items() if not name.startswith("GIT_")
    } | {"GIT_OPTIONAL_LOCKS": "0"}
    listed = processes.run(argv, cwd=project.root, env=environment, timeout=SECONDS)
    if listed.status != 0:
        raise StepFailure(f"git can't list the files of {project.root}: {listed.stderr.strip()}")
    return tuple(path for path in listed.stdout.split("\0") if path)


def _copied(source: Path, copy: Path, path: str) -> bool:
    """Copy a file or link, and tell whether there was one; a folder is another repository."""
    here, there = source / path, copy / path
    if not here.is_symlink() and not here.is_file():
        return False
    there.parent.mkdir(parents=True, exist_ok=True)
    if here.is_symlink():
        target = here.readlink()
        if target.is_absolute() and target.is_relative_to(source):
            # What the copy's programs write through it must not reach the project.
            target = copy / target.relative_to(source)
        there.symlink_to(target)
    else:
        shutil.copy2(here, there)
    return True


def _linked(here: Path, there: Path) -> None:
    if here.is_dir() and not there.exists():
        there.parent.mkdir(parents=True, exist_ok=True)
        there.symlink_to(here.resolve())
