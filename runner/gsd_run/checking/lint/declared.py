"""What a plan, and those around it, say that they make or change."""

import posixpath
from fnmatch import fnmatchcase
from functools import lru_cache

from msgspec import Struct

from gsd_run.checking.lint.scripts import Same
from gsd_run.checking.lint.subject import Subject
from gsd_run.domain.plan import Plan


class Declared(Struct, frozen=True, kw_only=True):
    """The files that plans name as theirs, the folders those lie in, and all else they say.

    `patterns` are names with a `*`. `spoken` leaves out the checks, which may name a file wrongly.
    """

    files: frozenset[str]
    folders: frozenset[str]
    patterns: frozenset[str]
    spoken: str

    def makes(self, path: str) -> bool:
        """Tell whether a file or folder of this name is made or changed."""
        return (
            path in self.files
            or path in self.folders
            or any(path.startswith(f"{file}/") for file in self.files)
            or any(fnmatchcase(path, pattern) for pattern in self.patterns)
        )

    def speaks_of(self, path: str) -> bool:
        """Tell whether the plans mention a file by its name."""
        return posixpath.basename(path) in self.spoken


def declared(subject: Subject) -> Declared:
    """Return what the plan and those around it declare."""
    return _declared(Same(subject))


@lru_cache(maxsize=2)
def _declared(same: Same) -> Declared:
    plans = (same.value.plan, *same.value.around.others)
    files = {_clean(file) for plan in plans for file in _named(plan)} - {""}
    return Declared(
        files=frozenset(files),
        folders=frozenset(folder for file in files for folder in _above(file)),
        patterns=frozenset(file for file in files if "*" in file),
        spoken="\n".join(text for plan in plans for text in _said(plan)),
    )


def _named(plan: Plan) -> list[str]:
    tasks = [file for task in plan.tasks for file in task.files]
    return [*plan.files_modified, *tasks, *(one.path for one in plan.must_haves.artifacts)]


def _clean(path: str) -> str:
    return path.strip().strip("`\"'").removeprefix("./").rstrip("/").partition(" (")[0]


def _above(path: str) -> list[str]:
    folders = []
    while path := posixpath.dirname(path):
        folders.append(path)
        if path == "/":
            break
    return folders


def _said(plan: Plan) -> list[str]:
    texts = [plan.objective, *plan.context, *(task.action for task in plan.tasks)]
    texts += [text for task in plan.tasks for part in task.parts.values() for text in part]
    links = [f"{link.source} {link.target}" for link in plan.must_haves.key_links]
    return [*(text.text for text in texts if text is not None), *links]
