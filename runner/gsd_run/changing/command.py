"""`command`: a program of the project (a formatter, say), run on a copy of the code base."""

import os
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from gsd_run.changing import options
from gsd_run.changing.copying import private_copy
from gsd_run.changing.failure import StepFailure
from gsd_run.changing.options import Option
from gsd_run.changing.places import contained, content_at, edit_of
from gsd_run.domain.change import Applied, Facts, StepResult
from gsd_run.domain.plan import Task
from gsd_run.domain.run_file import Step
from gsd_run.outside import processes
from gsd_run.outside.confinement import run_confined
from gsd_run.outside.project import Project
from gsd_run.outside.secrets import without_secrets

OPTIONS = {
    "run": Option("text", required=True),
    "files": Option("texts", required=True),
    "timeout": Option("number"),
}
SECONDS = 300
LEFT = frozenset({"__pycache__", ".git"})
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
    with private_copy(project) as (copy, held):
        _run(step, copy)
        changed = {
            path: (content_at(project, path) if path in held else None, content_at(copy, path))
            for path in sorted(held | _files(copy.root))
            if _differs(path, project.root, copy.root)
        }
        stray = [path for path in changed if not _declared(path, patterns)]
        left = _ignored(project, [path for path in stray if path not in held])
        if stray := [path for path in stray if path not in left]:
            raise StepFailure(
                f"the command changes {', '.join(stray)}, which `files` does not declare"
            )
    said = f"changed by {_given(step)['run']}"
    edits = tuple(
        edit_of(path, old, new) for path, (old, new) in changed.items() if path not in left
    )
    return StepResult(
        edits=edits,
        applied=tuple(Applied(rule="command", path=e.path, line=1, message=said) for e in edits),
    )


def _differs(path: str, root: Path, copy: Path) -> bool:
    one, other = root / path, copy / path
    if one.is_symlink() and other.is_symlink():
        return False  # what they lead to is compared by its own name
    if other.is_symlink():
        raise StepFailure(f"{path}: the command makes a link; only files can be taken over")
    if not one.is_file() or not other.is_file():
        return one.is_file() or other.is_file()
    modes = {bool(place.stat().st_mode & 0o111) for place in (one, other)}
    return len(modes) > 1 or one.read_bytes() != other.read_bytes()


def _ignored(project: Project, paths: Sequence[str]) -> frozenset[str]:
    """Return those of new files that git ignores: what tools leave behind, no part of a change."""
    if not paths:
        return frozenset()
    told = processes.run(
        ("git", "check-ignore", "-z", "--stdin"),
        cwd=project.root,
        env=project.environment(),
        stdin="\0".join(paths),
        timeout=SECONDS,
    )
    return frozenset(told.stdout.split("\0"))


def _run(step: Step, copy: Project) -> None:
    command = str(_given(step)["run"])
    seconds = options.number(step.options, "timeout", SECONDS)
    environment = copy.environment() | {"PWD": str(copy.root)}
    try:
        ended = run_confined(
            copy.confinement,
            ("bash", "-c", command),
            cwd=copy.root,
            env=environment,
            timeout=seconds,
            writes=(copy.root,),
        )
    except processes.ProgramNotFound as error:
        raise StepFailure(f"the command can't be started: {error}") from error
    if ended.beyond:
        raise StepFailure(f"the command was stopped, {ended.beyond}: {command}")
    if ended.timed_out:
        raise StepFailure(f"the command did not end within {seconds} s: {command}")
    if ended.status != 0:
        said = without_secrets(ended.stdout + ended.stderr).strip().splitlines()[-SHOWN_LINES:]
        shown = "".join(f"\n  {line}" for line in said)
        raise StepFailure(f"the command ended with status {ended.status}: {command}{shown}")


def _files(copy: Path) -> set[str]:
    found = set()
    for folder, folders, names in os.walk(copy):
        # What tools leave behind is no part of a change, and nor are the folders linked here.
        folders[:] = [
            name
            for name in folders
            if name not in LEFT and not name.endswith("_cache") and not _is_link(folder, name)
        ]
        found |= {(Path(folder) / name).relative_to(copy).as_posix() for name in names}
    return found


def _is_link(folder: str, name: str) -> bool:
    return (Path(folder) / name).is_symlink()


def _declared(path: str, patterns: tuple[str, ...]) -> bool:
    """Tell whether a path is named, lies in a named folder, or matches a pattern."""
    place = PurePosixPath(path)
    return any(
        place.is_relative_to(pattern)
        or place.match(pattern)
        or place.match(pattern.replace("**/", ""))
        for pattern in patterns
    )
