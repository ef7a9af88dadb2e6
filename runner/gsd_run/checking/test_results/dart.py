"""flutter test and dart test, by the line with which they close."""

import re

from gsd_run.checking.test_results.counts import Counts, case, with_cases
from gsd_run.domain import lazy

CLOSING = lazy.pattern(
    r"^\d+:\d+ \+(?P<passed>\d+)(?: ~(?P<skipped>\d+))?(?: -(?P<failed>\d+))?: "
    r"(?:All tests passed!|All tests skipped\.|All other tests passed!|Some tests failed\.)",
    re.MULTILINE,
)
# What the reporter for GitHub writes.
GITHUB = lazy.pattern(
    r"^(?:🎉 |::error::)?(?P<passed>\d+) tests? passed(?:, (?P<failed>\d+) failed)?"
    r"(?:, (?P<skipped>\d+) skipped)?\.$",
    re.MULTILINE,
)
NONE = lazy.pattern(r"^(?:\d+:\d+ \+0: )?No tests (?:ran|were found|match)\b", re.MULTILINE)
BAD = lazy.pattern(
    r"^\d+:\d+ \+\d+(?: ~\d+)? -\d+: (?P<name>.+) \[E\] *\n *(?P<why>.*)$", re.MULTILINE
)


def dart(text: str) -> list[Counts]:
    """Read `00:02 +5 ~1 -2: Some tests failed.`: passed, skipped, failed."""
    found = []
    for said in [*CLOSING.finditer(text), *GITHUB.finditer(text)]:
        counts = Counts(
            passed=int(said["passed"]),
            failed=int(said["failed"] or 0),
            skipped=int(said["skipped"] or 0),
        )
        bad = [case(one["name"], "failed", one["why"]) for one in BAD.finditer(text)]
        found.append(with_cases(counts, bad))
    return found or [Counts()] * bool(NONE.search(text))
