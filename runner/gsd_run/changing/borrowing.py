"""Repositories of their own in scratch folders, with what they need of a project's objects.

A folder that only reads may borrow all objects. One that writes gets copies of the few it needs:
git marks borrowed objects as used again when it would write the same, and that is a change.
"""

from collections.abc import Sequence
from pathlib import Path

from gsd_run.outside.git_calls import Ended, run_git
from gsd_run.outside.project import Project


def git_environment(project: Project, folder: Path) -> dict[str, str]:
    """Return an environment in which git sees the folder's repository, and none around it."""
    kept = {
        name: value for name, value in project.environment().items() if not name.startswith("GIT_")
    }
    return kept | {
        "GIT_CEILING_DIRECTORIES": str(folder.parent),
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "LC_ALL": "C",
    }


def new_repository(project: Project, folder: Path) -> None:
    """Make the folder an empty repository, without the user's templates: hooks are for the user."""
    form = _in_project(project, "rev-parse", "--show-object-format")
    options = (f"--object-format={form.text}",) if form.status == 0 else ()
    argv = ("git", "init", "--quiet", "--template=", *options)
    run_git(argv, folder, git_environment(project, folder))


def borrow_objects(project: Project, folder: Path) -> None:
    """Make the folder a repository that reads the objects of the project's, if that has one."""
    found = _in_project(project, "rev-parse", "--path-format=absolute", "--git-path", "objects")
    if found.status != 0:
        return
    new_repository(project, folder)
    information = folder / ".git" / "objects" / "info"
    information.mkdir(parents=True, exist_ok=True)
    (information / "alternates").write_text(f"{found.text}\n", encoding="utf-8")


def copy_blobs(project: Project, folder: Path, blobs: Sequence[str]) -> bool:
    """Copy blobs of the project's repository into the folder's; tell whether all were there."""
    for blob in blobs:
        held = _in_project(project, "cat-file", "blob", blob)
        if held.status != 0:
            return False
        argv = ("git", "hash-object", "-w", "--stdin", "--no-filters")
        run_git(argv, folder, git_environment(project, folder), held.stdout)
    return True


def _in_project(project: Project, *words: str) -> Ended:
    environment = git_environment(project, project.root)
    del environment["GIT_CEILING_DIRECTORIES"]  # the project may be a folder of its repository
    return run_git(("git", *words), project.root, environment)
