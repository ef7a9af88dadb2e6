"""Rules about which tests a command collects."""

import posixpath
import re
from collections.abc import Iterator
from functools import lru_cache

from gsd_run.checking.harms.folders import joined
from gsd_run.checking.lint.flow import Running, running
from gsd_run.checking.lint.reading_places import given_tests
from gsd_run.checking.lint.scripts import Hit, at, brief
from gsd_run.checking.lint.subject import LintRule, Subject
from gsd_run.domain import lazy
from gsd_run.domain.plan import Finding
from gsd_run.domain.rule import Rule

OTHER_SUITE = Rule(
    code="V224",
    name="collects-another-suite",
    severity="warning",
    about="A command without a path collects other tests than the plan speaks of.",
    why="Their counts, failures and coverage get mixed up with those of the plan.",
    mend="Name the tests as the plan's other commands do: pytest backend/tests/unit.",
)

_TEST = lazy.pattern(r"(?:^|/)(?:test_[^/]*\.py|[^/]*_test\.py)$")
_SETTINGS = ("pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")
_PATHS = lazy.pattern(
    r"^\s*[\"']?testpaths[\"']?\s*=\s*(?P<paths>.*(?:\n[ \t]+\S.*)*)", re.MULTILINE
)


def _other(subject: Subject) -> Iterator[Finding]:
    files = subject.around.files
    if files is None:
        return
    runs = [one for one in running(subject) if one.python is None and one.call.program == "pytest"]
    named = [path for one in runs for path in _named(one)]
    if not named or len(named) == len(runs) == 0:
        return
    spoken = {path.partition("/")[0] for path in named}
    for one in runs:
        if (one.call.named() and next(_named(one), None) is not None) or one.folder is None:
            continue
        if any(word.text in {"--pyargs", "--help", "--version"} for word in one.call.arguments):
            continue
        others = [
            file
            for file in _collected(subject, one.folder, _tests(files))
            if file.partition("/")[0] not in spoken and file not in named
        ]
        if len(spoken) == 1 and others:
            told = (
                brief(one.command.text[one.call.start : one.call.end])
                if one.call.end
                else one.call.program
            )
            number = f"{len(others)} test file{'s' if len(others) > 1 else ''}"
            message = (
                f"`{told}` names no path, and collects {number} outside of {min(spoken)}, "
                f"such as {min(others)}"
            )
            hit = Hit(message=message, start=one.start, needle=told.rstrip("…"))
            yield at(subject, OTHER_SUITE, one.command, hit)


@lru_cache(maxsize=4)
def _tests(files: frozenset[str]) -> tuple[str, ...]:
    return tuple(file for file in files if _TEST.search(file))


def _named(one: Running) -> Iterator[str]:
    """Return the tests that a command names, seen from the root."""
    for word in given_tests(one.call):
        path = joined(one.folder, word.text)
        if path and not path.startswith(("/", "~", "..")):
            yield path


def _collected(subject: Subject, folder: str, tests: tuple[str, ...]) -> list[str]:
    """Return the test files that pytest collects in a folder, by its settings there."""
    inside = [file for file in tests if not folder or file.startswith(f"{folder}/")]
    read = subject.around.read
    for name in _SETTINGS if read else ():
        assert read is not None
        found = _PATHS.search(read(posixpath.join(folder, name)) or "")
        if found:
            paths = [posixpath.join(folder, one) for one in re.findall(r"[\w./-]+", found["paths"])]
            return [
                file
                for file in inside
                if any(file.startswith(f"{one}/") or file == one for one in paths)
            ]
    return [
        file
        for file in inside
        if not re.search(r"(?:^|/)(?:\.[^/]+|node_modules|build|dist|venv)/", file)
    ]


RULES: tuple[LintRule, ...] = (LintRule(rule=OTHER_SUITE, find=_other),)
