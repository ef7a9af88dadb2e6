"""pytest and unittest, by the lines with which they close."""

import re

from gsd_run.checking.test_results.counts import Counts, case, number, with_cases
from gsd_run.domain import lazy
from gsd_run.domain.measurement import Outcome

PYTEST_COUNT = r"\d+ (?:failed|passed|skipped|deselected|xfailed|xpassed|warnings?|errors?)"
PYTEST_CLOSING = lazy.pattern(
    rf"^(?:=+ )?((?:{PYTEST_COUNT})(?:, {PYTEST_COUNT})*|no tests ran)"
    r" in \d+\.\d+s(?: \([\d:, day]+\))?(?: =+)?$",
    re.MULTILINE,
)
PYTEST_CASE = lazy.pattern(
    r"^(?P<said>FAILED|ERROR) (?P<file>[^\s:]+)(?:::(?P<name>\S.*?))?(?: - (?P<why>.*))?$",
    re.MULTILINE,
)


def pytest(text: str) -> list[Counts]:
    """Read `=== 1 failed, 50 passed in 2.10s ===`, the last line that pytest writes."""
    found, before = list[Counts](), 0
    for closing in PYTEST_CLOSING.finditer(text):
        said = closing[1]
        counts = Counts(
            passed=number(said, r"(\d+) passed") + number(said, r"(\d+) xpassed"),
            failed=number(said, r"(\d+) failed"),
            errors=number(said, r"(\d+) errors?"),
            skipped=number(said, r"(\d+) skipped") + number(said, r"(\d+) xfailed"),
        )
        lines = PYTEST_CASE.finditer(text, before, closing.start())
        bad = [
            case(
                one["name"] or one["file"],
                "failed" if one["said"] == "FAILED" else "error",
                one["why"] or "",
                one["file"],
            )
            for one in lines
        ]
        found.append(with_cases(counts, bad))
        before = closing.end()
    return found


UNITTEST_CLOSING = lazy.pattern(
    r"^Ran (\d+) tests? in \d+\.\d+s\n\n(OK|FAILED|NO TESTS RAN)(?: \(([^)\n]*)\))?$",
    re.MULTILINE,
)
UNITTEST_CASE = lazy.pattern(
    r"^(?P<name>\w+) \((?P<holder>[\w.]+)\)(?:\n.*)? \.\.\. "
    r"(?P<said>ok|FAIL|ERROR|skipped .*|expected failure|unexpected success)$",
    re.MULTILINE,
)
UNITTEST_BAD = lazy.pattern(
    r"^(?P<said>FAIL|ERROR): (?P<name>\w+) \((?P<holder>[\w.]+)\)", re.MULTILINE
)
UNITTEST_OUTCOMES: dict[str, Outcome] = {
    "ok": "passed",
    "FAIL": "failed",
    "ERROR": "error",
    "unexpected success": "failed",
}


def unittest(text: str) -> list[Counts]:
    """Read `Ran 5 tests in 0.1s`, then `FAILED (failures=1, skipped=2)`.

    An expected failure is a skipped test, an unexpected success a failed one. `-v` names them.
    """
    found, before = list[Counts](), 0
    for closing in UNITTEST_CLOSING.finditer(text):
        ran, _, details = closing.groups(default="")
        failed = number(details, r"(?:^|, )failures=(\d+)")
        failed += number(details, r"unexpected successes=(\d+)")
        errors = number(details, r"errors=(\d+)")
        skipped = number(details, r"skipped=(\d+)") + number(details, r"expected failures=(\d+)")
        # The parts of one test, and what goes wrong around a class, count as failures but not as
        # tests: then it can't be told how many passed, only that not all did.
        passed = max(0, int(ran) - failed - errors - skipped)
        counts = Counts(passed=passed, failed=failed, errors=errors, skipped=skipped)
        lines = list(UNITTEST_CASE.finditer(text, before, closing.start()))
        lines = lines or list(UNITTEST_BAD.finditer(text, before, closing.start()))
        cases = [
            case(_unittest_name(one), UNITTEST_OUTCOMES.get(one["said"], "skipped"))
            for one in lines
        ]
        found.append(with_cases(counts, cases))
        before = closing.end()
    return found


def _unittest_name(line: re.Match[str]) -> str:
    """Return the holder and the test: from Python 3.11 on the holder names the test as well."""
    holder, name = line["holder"], line["name"]
    return f"{holder.removesuffix(f'.{name}')}.{name}"
