"""vitest, by the lines with which it closes."""

import re

from gsd_run.checking.test_results.counts import TIMED, Counts, case, number, with_cases
from gsd_run.domain import lazy
from gsd_run.domain.measurement import Outcome, TestCase

# `Test Files` is not the line of the tests.
CLOSING = lazy.pattern(
    r"^ *Test Files  (?P<files>\S.*)\n(?: .*\n)*? *Tests  (?P<tests>\S.*)\n(?P<more>(?: .*\n)*?)"
    r" *Start at  ",
    re.MULTILINE,
)
NONE = lazy.pattern(r"^No test (?:files|suite) found, exiting with code [01]$", re.MULTILINE)
MARKS: dict[str, Outcome] = {"✓": "passed", "×": "failed", "↓": "skipped", "□": "skipped"}
# Only the verbose reporter writes the file before each test.
VERBOSE = lazy.pattern(
    r"^ (?P<mark>[✓×↓□]) (?:\|[^|\n]+\| |\S+ )?(?P<file>[^\s>]+\.\w+) > (?P<name>.+)$", re.MULTILINE
)
BAD = lazy.pattern(
    r"^ FAIL  (?:\|[^|\n]+\| |\S+ )?(?P<file>[^\s>]+\.\w+) > (?P<name>.+)\n"
    r"(?: FAIL  .+\n)*(?P<why>.*)$",
    re.MULTILINE,
)
BROKEN = lazy.pattern(r"^⎯+ Failed Suites (\d+) ⎯+$", re.MULTILINE)


def vitest(text: str) -> list[Counts]:
    """Read `Tests  1 failed | 3 passed | 2 skipped (6)`.

    A file that fails whole is an error, and so is what vitest caught outside of any test. The
    verbose reporter names all tests, the others those that failed.
    """
    blocks = list(CLOSING.finditer(text))
    broken = [int(one[1]) for one in BROKEN.finditer(text)]
    found, before = list[Counts](), 0
    for closing in blocks:
        said = closing["tests"]
        failed = number(said, r"(\d+) failed")
        errors = number(closing["more"], r"^ *Errors  (\d+) errors?")
        bad_files = number(closing["files"], r"(\d+) failed")
        if len(blocks) == 1 and broken:
            errors += broken[-1]
        elif bad_files and not failed:
            errors += bad_files
        counts = Counts(
            passed=number(said, r"(\d+) passed"),
            failed=failed,
            errors=errors,
            skipped=number(said, r"(\d+) skipped") + number(said, r"(\d+) todo"),
        )
        whole = _verbose(text[before : closing.start()]) if not errors else []
        named = with_cases(counts, whole)
        complete = len(named.cases) == counts.passed + failed + counts.skipped
        found.append(named if complete else with_cases(counts, _bad(text)))
        before = closing.end()
    return found or [Counts()] * bool(NONE.search(text))


def _verbose(text: str) -> list[TestCase]:
    return [
        case(TIMED.sub("", one["name"]), MARKS[one["mark"]], file=one["file"])
        for one in VERBOSE.finditer(text)
    ]


def _bad(text: str) -> list[TestCase]:
    return [
        case(one["name"], "failed", one["why"], one["file"])
        for one in {(one["file"], one["name"]): one for one in BAD.finditer(text)}.values()
    ]
