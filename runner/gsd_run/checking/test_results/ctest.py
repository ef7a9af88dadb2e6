"""ctest, by its line for each test and the line with which it closes."""

import re

from gsd_run.checking.test_results.counts import Counts, case, counted
from gsd_run.domain import lazy
from gsd_run.domain.measurement import Outcome

CLOSING = lazy.pattern(r"^(\d+)% tests passed, (\d+) tests? failed out of (\d+)$", re.MULTILINE)
CASE = lazy.pattern(
    r"^ *\d+/\d+ Test +#\d+: (?P<name>.+?) \.*(?P<said> +Passed|\*\*\*\w[^\d\n]*?) +[\d.]+ sec",
    re.MULTILINE,
)
NONE = lazy.pattern(r"^No tests were found!!!$", re.MULTILINE)


def ctest(text: str) -> list[Counts]:
    """Read `100% tests passed, 0 tests failed out of 5` with the lines of its tests.

    Its total has disabled tests taken out and skipped ones left in, so that the lines decide.
    """
    closing = CLOSING.findall(text)
    cases = [case(one["name"], _outcome(one["said"])) for one in CASE.finditer(text)]
    if not closing:
        return [Counts()] * bool(NONE.search(text))
    failed = sum(int(said) for _, said, _ in closing)
    counts = counted(cases)
    return [counts] if counts.failed + counts.errors == failed else []


def _outcome(said: str) -> Outcome:
    if said.strip() == "Passed":
        return "passed"
    if "Skipped" in said or "Disabled" in said:
        return "skipped"
    return "error" if "Not Run" in said else "failed"
