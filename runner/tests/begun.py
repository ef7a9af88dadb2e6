"""Projects with a run in them, made once for a file of tests and copied for each."""

import shutil
from pathlib import Path

from sandbox import PLAN, PLAN_PATH, RUN_FILE, RUN_PATH, Sandbox


def greeting_at(root: Path, run_file: str = RUN_FILE) -> Sandbox:
    """Make a project with a plan of two tasks that write a file each; nothing was run yet."""
    root.mkdir()
    made = Sandbox(root)
    made.git("init", "-q", "-b", "main")
    made.git("config", "user.name", "Pat Tester")
    made.git("config", "user.email", "pat@example.org")
    made.write(PLAN_PATH, PLAN)
    made.write(RUN_PATH, run_file)
    made.write("README.md", "# Greeting\n")
    made.commit("start")
    return made


def copied(project: Sandbox, place: Path) -> Sandbox:
    """Return a copy of a project with its repository, below the place's folder."""
    shutil.copytree(project.root, place, symlinks=True)
    return Sandbox(place)
