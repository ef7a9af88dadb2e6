"""A repository of its own in a folder, that can read a project's objects and change none."""

from pathlib import Path

from gsd_run.outside import processes
from gsd_run.outside.project import Project

SECONDS = 60


def git_environment(project: Project, folder: Path) -> dict[str, str]:
    """Return an environment in which git sees the folder's repository, and none around it."""
    kept = {
        name: value for name, value in project.environment().items() if not name.startswith("GIT_")
    }
    return kept | {
        "GIT_CEILING_DIRECTORIES": str(folder.parent),
        "GIT_OPTIONAL_LOCKS": "0",
        "LC_ALL": "C",
    }


def borrow_objects(project: Project, folder: Path) -> bool:
    """Make the folder a repository that borrows the objects of the project's.

    Tell whether that was done: a project in no repository has none to borrow.
    """
    asked = ("git", "rev-parse", "--path-format=absolute", "--show-object-format",
             "--git-path", "objects")  # fmt: skip
    outer = git_environment(project, project.root) | {"GIT_CEILING_DIRECTORIES": ""}
    told = processes.run(asked, cwd=project.root, env=outer, timeout=SECONDS)
    if told.status != 0:
        return False
    form, objects = told.stdout.splitlines()[:2]
    made = processes.run(
        # without the user's template, whose hooks are for work of the user
        ("git", "init", "--quiet", "--template=", f"--object-format={form}"),
        cwd=folder,
        env=git_environment(project, folder),
        timeout=SECONDS,
    )
    if made.status != 0:
        return False
    information = folder / ".git" / "objects" / "info"
    information.mkdir(parents=True, exist_ok=True)
    (information / "alternates").write_text(f"{objects}\n", encoding="utf-8")
    return True
