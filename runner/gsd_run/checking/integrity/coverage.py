"""What leaves code out of the measuring of coverage, and did not at the base commit."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from gsd_run.checking.integrity.weakening import Weakening
from gsd_run.domain import lazy

_SETTINGS = lazy.pattern(
    r"\.coveragerc|\.?nycrc(?:\.\w+)?|\.c8rc(?:\.\w+)?|(?:jest|vitest|vite)[\w.]*\.config\.[cm]?[jt]s"
    r"|pyproject\.toml|setup\.cfg|tox\.ini|package\.json|phpunit\.xml(?:\.dist)?|\.simplecov"
    r"|codecov\.ya?ml|tarpaulin\.toml|pom\.xml|build\.gradle(?:\.kts)?"
)
_LEAVES_OUT = lazy.pattern(
    r"\b(?:omit|exclude_lines|exclude_also|exclude|include|source|source_pkgs|partial_branches"
    r"|coveragePathIgnorePatterns|collectCoverageFrom|add_filter|exclude-files|excludes|covers)\b"
    r"\"?\s*[:=\[(>]"
)
_ABOUT = lazy.pattern(
    r"cover|omit|nyc|c8|tarpaulin|jacoco|simplecov|\[run\]|\[report\]", re.IGNORECASE
)
# Marks in code that take the lines around them out of the figures.
_MARKS = lazy.pattern(
    r"#\s*pragma:?\s*no\s*(?:cover|branch)|/[*/]\s*(?:istanbul|c8|v8|node:coverage)\s+"
    r"(?:ignore|disable)|@codeCoverageIgnore|:nocov:|cfg_attr\([^)]*coverage|coverage\(off\)"
    r"|ExcludeFromCodeCoverage|LCOV_EXCL|@Generated\b",
    re.IGNORECASE,
)


def uncovered(path: str, before: str | None, now: str | None) -> Iterator[Weakening]:
    """Return the settings and marks of a file that leave more out than those of the base."""
    if now is None:
        return
    settings = _SETTINGS.fullmatch(PurePosixPath(path).name)
    if settings and not _ABOUT.search(now):
        return
    wanted = _LEAVES_OUT if settings else _MARKS
    known = {line.strip() for line in (before or "").split("\n") if wanted.search(line)}
    if settings and before is not None and _within(before, wanted) == _within(now, wanted):
        return
    for number, line in enumerate(now.split("\n"), 1):
        told = line.strip()
        if wanted.search(told) and (told not in known or settings):
            what = f"this leaves code out of the coverage: {told[:80]}"
            yield Weakening(path=path, line=number, what=what, kind="uncovered", everywhere=True)


def _within(text: str, wanted: re.Pattern[str]) -> list[str]:
    """Return the settings with the lines that go on with them."""
    kept, going_on = list[str](), False
    for line in text.split("\n"):
        starts = wanted.search(line) is not None
        going_on = starts or (going_on and line[:1] in {" ", "\t", "]", ")"})
        kept += [line.strip()] * going_on
    return kept
