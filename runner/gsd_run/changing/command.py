"""`command`: a program of the project (a formatter, say), run on a copy of the code base."""

import os
import shutil
import tempfile
from pathlib import Path, PurePosixPath

from gsd_run.changing import options
from gsd_run.changing.failure import StepFailure
from gsd_run.changing.options import Option
from gsd_run.changing.places import contained
from gsd_run.domain.change import Applied, Edit, Facts, StepResult
from gsd_run.domain.plan import Task
from gsd_run.domain.run_file import Step
from gsd_run.outside import processes
from gsd_run.outside.project import Project

OPTIONS = {
    "run": Option("text", required=True),
    "files": Option("texts", required=True),
    "timeout": Option("number"),
}
SECONDS = 300
# Folders that a command may need and that no copy is made of: they are linked instead.
LINKED = (".venv", "node_modules")
SHOWN_LINES = 12


def check(step: Step) -> list[str]:
    """List mistakes in the options; the command itself may be the value of `command`."""
    return options.option_mistakes("command", _given(step), OPTIONS)


def _given(step: Step) -> dict[str, object]:
    return {**({"run": step.subject} if step.subject else {}), **step.options}


def may_touch(step: Step) -> tuple[str, ...]:
    """Return the patterns of the files that the command is declared to change."""
    return options.texts(step.options, "files")


def plan(step: Step, task: Task | None, project: Project, facts: Facts) -> StepResult:
    """Run the command on a copy, and return what it changed there; only `files` may change."""
    del task, facts
    patterns = tuple(contained(project, pattern) for pattern in may_touch(step))
    with tempfile.TemporaryDirectory(prefix="gsd-run-command-") as folder:
        copy = Path(folder).resolve() / "tree"
        tracked = _copied(project, copy)
        _run(step, project, copy)
        touched = sorted(
            path
            for path in tracked | _files(copy)
            if _bytes(copy / path) != _bytes(project.root / path)
        )
        stray = [path for path in touched if not _declared(path, patterns)]
        if stray:
            raise StepFailure(
                f"the command changes {', '.join(stray)}, which `files` does not declare"
            )
        edits = tuple(
            Edit(path=path, before=_text(project.root, path), after=_text(copy, path))
            for path in touched
        )
    said = f"changed by {_given(step)['run']}"
    return StepResult(
        edits=edits,
        applied=tuple(Applied(rule="command", path=e.path, line=1, message=said) for e in edits),
    )


def _copied(project: Project, copy: Path) -> set[str]:
    """Copy what git knows of or would, and return the paths."""
    argv = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    listed = processes.run(argv, cwd=project.root, env=project.environment(), timeout=SECONDS)
    if listed.status != 0:
        raise StepFailure(f"git can't list the files of {project.root}: {listed.stderr.strip()}")
    paths = {path for path in listed.stdout.split("\0") if (project.root / path).is_file()}
    copy.mkdir()
    for path in sorted(paths - {""}):
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(project.root / path, copy / path, follow_symlinks=False)
    for name in LINKED:
        if (project.root / name).is_dir():
            (copy / name).symlink_to(project.root / name)
    return paths - {""}


def _run(step: Step, project: Project, copy: Path) -> None:
    command = str(_given(step)["run"])
    seconds = options.number(step.options, "timeout", SECONDS)
    environment = project.environment() | {"PWD": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    ended = processes.run(("bash", "-c", command), cwd=copy, env=environment, timeout=seconds)
    if ended.timed_out:
        raise StepFailure(f"the command did not end within {seconds} s: {command}")
    if ended.status != 0:
        said = (ended.stdout + ended.stderr).strip().splitlines()[-SHOWN_LINES:]
        shown = "".join(f"\n  {line}" for line in said)
        raise StepFailure(f"the command ended with status {ended.status}: {command}{shown}")


def _files(copy: Path) -> set[str]:
    found = set()
    for folder, folders, names in os.walk(copy):
        # What tools leave behind is no part of a change.
        folders[:] = [f for f in folders if f != "__pycache__" and not f.endswith("_cache")]
        found |= {(Path(folder) / name).relative_to(copy).as_posix() for name in names}
    return {path for path in found if path not in LINKED}


def _declared(path: str, patterns: tuple[str, ...]) -> bool:
    """Tell whether a path is named, lies in a named folder, or matches a pattern."""
    place = PurePosixPath(path)
    return any(
        place.is_relative_to(pattern)
        or place.match(pattern)
        or place.match(pattern.replace("**/", ""))
        for pattern in patterns
    )


def _bytes(place: Path) -> bytes | None:
    return place.read_bytes() if place.is_file() else None


def _text(root: Path, path: str) -> str | None:
    held = _bytes(root / path)
    try:
        return None if held is None else held.decode()
    except UnicodeDecodeError as error:
        raise StepFailure(f"{path}: the command changes it, but it is no UTF-8 text") from error
