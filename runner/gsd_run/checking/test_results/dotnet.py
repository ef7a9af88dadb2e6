"""dotnet test, by the lines with which it closes each project, or all of them."""

import re

from gsd_run.checking.test_results.counts import Counts, added, case, with_cases
from gsd_run.domain import lazy
from gsd_run.domain.measurement import Outcome

PROJECT = lazy.pattern(
    r"^ *(?:Passed|Failed|Skipped)! +- Failed: +(?P<failed>\d+), Passed: +(?P<passed>\d+),"
    r" Skipped: +(?P<skipped>\d+), Total: +\d+(?:, Duration: .*)?$",
    re.MULTILINE,
)
WHOLE = lazy.pattern(
    r"^ *Test summary: total: \d+, failed: (?P<failed>\d+), succeeded: (?P<passed>\d+),"
    r" skipped: (?P<skipped>\d+), duration: .*$",
    re.MULTILINE,
)
LIST = lazy.pattern(
    r"^Total tests: (?P<tests>\d+)\n(?: +Passed: (?P<passed>\d+)\n)?"
    r"(?: +Failed: (?P<failed>\d+)\n)?(?: +Skipped: (?P<skipped>\d+)\n)?",
    re.MULTILINE,
)
CASE = lazy.pattern(
    r"^ {2}(?P<said>Passed|Failed|Skipped) (?P<name>\S.*?)(?: \[.*\])?$", re.MULTILINE
)
OUTCOMES: dict[str, Outcome] = {"Passed": "passed", "Failed": "failed", "Skipped": "skipped"}
NONE = lazy.pattern(
    r"^ *No test (?:is available in|matches the given testcase filter)", re.MULTILINE
)


def dotnet(text: str) -> list[Counts]:
    """Add up `Passed!  - Failed: 0, Passed: 5, Skipped: 0, Total: 5, …` of each project."""
    for form in (PROJECT, LIST, WHOLE):
        found = [_counts(one) for one in form.finditer(text)]
        if found:
            cases = [case(one["name"], OUTCOMES[one["said"]]) for one in CASE.finditer(text)]
            return [with_cases(added(found), cases)]
    return [Counts()] * bool(NONE.search(text))


def _counts(said: re.Match[str]) -> Counts:
    return Counts(
        passed=int(said["passed"] or 0),
        failed=int(said["failed"] or 0),
        skipped=int(said["skipped"] or 0),
    )
