"""A check for codemods, for their authors: files before, files after, nothing else.

It holds every codemod to three promises: it writes nothing itself, it changes no file that
`may_touch` does not name, and a second application changes nothing.
"""

import difflib
import fnmatch
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gsd_run.changing import steps
from gsd_run.domain.change import Facts, StepResult
from gsd_run.domain.run_file import Step
from gsd_run.outside.project import Project


def assert_codemod(
    folder: Path,
    codemod: str,
    before: Mapping[str, str],
    after: Mapping[str, str | None],
    *,
    options: Mapping[str, Any],
    facts: Facts = Facts(),  # noqa: B008  a frozen value
) -> StepResult:
    """Write `before` below a folder, apply the codemod, and compare what it makes of it.

    `codemod` is its name; one of another distribution must be installed for that, which
    `pip install -e .` does. `after` holds the files that change, whole, with None for deleted
    ones; all others must stay. The project's interpreter is the one that runs the test. Returns
    what the codemod reported.
    """
    for path, text in before.items():
        write(folder, path, text)
    project = Project(root=folder, venv=Path(sys.prefix))
    step = Step(kind="codemod", subject=codemod, line=1, options=dict(options))
    present = _texts(folder)
    result = steps.plan_step(step, None, project, facts)
    assert result.failure is None, result.failure
    assert _texts(folder) == present, "the codemod wrote files itself"
    made = {edit.path: edit.after for edit in result.edits}
    assert made == dict(after), _differences(dict(after), made)
    named = steps.may_touch(step)
    unnamed = [path for path in made if not _among(path, named)]
    assert not unnamed, f"may_touch() names {named}, but the codemod changes {unnamed}"
    apply_edits(folder, result)
    again = steps.plan_step(step, None, project, facts)
    changes = {edit.path: edit.after for edit in again.edits}
    assert not changes, f"a second application changes something:\n{_differences(made, changes)}"
    assert again.applied == ()
    return result


def _among(path: str, named: tuple[str, ...]) -> bool:
    """Tell whether a path, a folder above it, or a pattern is named."""
    return any(
        path == one.removeprefix("./")
        or path.startswith(one.removeprefix("./").rstrip("/") + "/")
        or fnmatch.fnmatch(path, one)
        or fnmatch.fnmatch(path, one.removeprefix("**/"))
        or one.rstrip("/") == "."
        for one in named
    )


def _differences(wanted: Mapping[str, str | None], made: Mapping[str, str | None]) -> str:
    """Return a diff from what was wanted to what the codemod made, file by file."""
    shown: list[str] = []
    for path in sorted({*wanted, *made}):
        old, new = (texts.get(path) or "" for texts in (wanted, made))
        names = (f"wanted/{path}", f"made/{path}")
        shown += difflib.unified_diff(old.splitlines(), new.splitlines(), *names, lineterm="")
    return "\n".join(shown)


def apply_edits(folder: Path, result: StepResult) -> None:
    """Write the edits of a result below a folder."""
    for edit in result.edits:
        if edit.after is None:
            (folder / edit.path).unlink()
        else:
            write(folder, edit.path, edit.after)


def write(folder: Path, path: str, text: str) -> None:
    """Write one file, making the folders that it needs, line ends as they are in the text."""
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8", newline="")


def _texts(folder: Path) -> dict[str, bytes]:
    files = (place for place in folder.rglob("*") if place.is_file())
    return {place.relative_to(folder).as_posix(): place.read_bytes() for place in files}
