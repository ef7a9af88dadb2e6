"""swift test and xcodebuild test: XCTest and Swift Testing, by the lines with which they close."""

import re

from gsd_run.checking.test_results.counts import Counts, added, case, with_cases
from gsd_run.domain import lazy
from gsd_run.domain.measurement import Outcome

XCTEST_CLOSING = lazy.pattern(
    r"^Test Suite '(?:All tests|Selected tests)' (?:passed|failed) at .*\n"
    r"[\t ]*Executed (?P<tests>\d+) tests?, with (?:(?P<skipped>\d+) tests? skipped and )?"
    r"(?P<failures>\d+) failures? ",
    re.MULTILINE,
)
XCTEST_CASE = lazy.pattern(
    r"^Test Case '(?P<name>[^']+)' (?P<said>passed|failed|skipped) \([\d.]+ seconds\)", re.MULTILINE
)
SWIFT_CLOSING = lazy.pattern(
    r"^\S Test run with (?P<tests>\d+) tests?(?: in \d+ suites?)? (?P<said>passed|failed)"
    r" after [\d.]+ seconds?(?: with .*)?\.$",
    re.MULTILINE,
)
SWIFT_CASE = lazy.pattern(
    r"^\S Test (?!run with|case )(?P<name>\"[^\"]*\"|\S+) (?P<said>passed|failed|skipped)\b",
    re.MULTILINE,
)
OUTCOMES: dict[str, Outcome] = {"passed": "passed", "failed": "failed", "skipped": "skipped"}


def swift(text: str) -> list[Counts]:
    """Read `Executed 5 tests, with 1 failure …` and `Test run with 3 tests passed …`, and add up.

    The closing lines count issues, not failed tests, so that those are counted by their lines.
    """
    found = []
    xctest = list(XCTEST_CLOSING.finditer(text))
    if xctest:
        said = xctest[-1]
        found.append(_counts(text, XCTEST_CASE, int(said["tests"]), int(said["failures"])))
    testing = list(SWIFT_CLOSING.finditer(text))
    if testing:
        run = testing[-1]
        found.append(_counts(text, SWIFT_CASE, int(run["tests"]), int(run["said"] == "failed")))
    return [added(found)] if found else []


def _counts(text: str, form: re.Pattern[str], tests: int, failures: int) -> Counts:
    cases = [
        case(re.sub(r"^-\[(.*)\]$", r"\1", one["name"].strip('"')), OUTCOMES[one["said"]])
        for one in form.finditer(text)
    ]
    bad = sum(one.outcome == "failed" for one in cases)
    skipped = sum(one.outcome == "skipped" for one in cases)
    failed = bad or min(failures, 1)
    counts = Counts(passed=max(0, tests - failed - skipped), failed=failed, skipped=skipped)
    return with_cases(counts, cases)
