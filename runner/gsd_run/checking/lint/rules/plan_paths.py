"""Paths as plans write them: where they stand, whether they are paths at all, who makes them."""

import re
from collections.abc import Callable
from fnmatch import fnmatchcase

from gsd_run.checking.lint.subject import Subject
from gsd_run.domain import lazy
from gsd_run.domain.plan import Plan

_ABSOLUTE = lazy.pattern(r"/|~|[A-Za-z]:[\\/]|\\\\|[a-z][a-z0-9+.-]*://|\$\{?HOME\b")
_PLACEHOLDER = lazy.pattern(r"[<>{}]|\bX{1,3}-|\bN{2}\b|\.\.\.")
# With a folder before it any name may be a file; alone it needs an ending that files have.
_FILE = lazy.pattern(
    r"(?:[\w@.()\[\]$+~-]*[/\\])+[\w@.()\[\]$+~-]*|[\w@()\[\]$+.-]*\.[a-z][a-z0-9]{0,6}|\.\w[\w.-]+"
)
_BARE = lazy.pattern(r"[A-Z]{4,}|[A-Za-z]+file|gradlew|mvnw|artisan", re.ASCII)


def clean(path: str) -> str:
    """Return a path without quotes, `./` before it and `/` behind it."""
    return path.strip().strip("`\"'").removeprefix("./").rstrip("/")


def is_file_name(text: str) -> bool:
    """Tell a path of a file or folder from a sentence, a symbol or an address."""
    plain = text.strip().strip("`\"'")
    return bool(_FILE.fullmatch(plain) or _BARE.fullmatch(plain))


def is_glob(path: str) -> bool:
    """Tell whether a path means several files."""
    return "*" in path or "?" in path or bool(re.search(r"\{[^{}]*,[^{}]*\}", path))


def has_placeholder(path: str) -> bool:
    """Tell whether a path has a part that still has to be filled in."""
    return _PLACEHOLDER.search(path) is not None


def outside(path: str) -> str:
    """Say how a path leads out of the project, "" if it stays inside."""
    plain = path.strip().strip("`\"'")
    if _ABSOLUTE.match(plain):
        return "is no path relative to the project"
    depth = 0
    for piece in plain.split("/"):
        depth += -1 if piece == ".." else 0 if piece in ("", ".") else 1
        if depth < 0:
            return "leads out of the project"
    return ""


def made_by(plan: Plan) -> frozenset[str]:
    """Return the files that a plan names as those it creates or changes."""
    named = [file for task in plan.tasks for file in task.files]
    return frozenset(clean(file) for file in (*plan.files_modified, *named))


def is_among(path: str, files: frozenset[str]) -> bool:
    """Tell whether files, folders or patterns of a plan cover a path, or end as it does."""
    if path in files:
        return True
    return any(
        path.startswith(one + "/")
        or path.endswith("/" + one)
        or one.endswith("/" + path)
        or ("*" in one and fnmatchcase(path, one))
        for one in files
        if one
    )


def maker(subject: Subject) -> Callable[[str], bool]:
    """Return what tells whether a path exists already, or this plan or one around it makes it."""
    known: list[frozenset[str]] = []

    def is_made(path: str) -> bool:
        plain = clean(path)
        if subject.around.exists(plain):
            return True
        if not known:  # most paths exist, so that nobody need be asked
            plans = (subject.plan, *subject.around.others)
            known.append(frozenset(file for plan in plans for file in made_by(plan)))
        return is_among(plain, known[0])

    return is_made


def is_mentioned(subject: Subject, path: str) -> bool:
    """Tell whether the plan's tasks speak of a file anywhere."""
    if not subject.plan.tasks:
        return False
    name = clean(path).rpartition("/")[2]
    first = min(task.line for task in subject.plan.tasks)
    return any(name in line for line in subject.lines[first - 1 :])


def line_of_key(subject: Subject, key: str) -> int:
    """Return the line of a key of the frontmatter."""
    known = subject.plan.lines.get(key)
    return known or line_of(subject, f"{key}:")


def line_of(subject: Subject, text: str, start: int = 1, default: int = 1) -> int:
    """Return the first line from `start` on in which a text stands."""
    for number, line in enumerate(subject.lines[start - 1 :], start):
        if text in line:
            return number
    return default
