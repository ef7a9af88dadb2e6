"""cargo test and cargo nextest, by the lines with which they close."""

import re

from gsd_run.checking.test_results.counts import Counts, case, number, with_cases
from gsd_run.domain import lazy
from gsd_run.domain.measurement import Outcome

BEGINS = lazy.pattern(r"^running (\d+) tests?$", re.MULTILINE)
CASE = lazy.pattern(
    r"^test (\S.*?)(?: - should panic)? \.\.\. (ok|FAILED|ignored)(?:, .*)?$", re.MULTILINE
)
CLOSING = lazy.pattern(
    r"^test result: (?:ok|FAILED)\. (\d+) passed; (\d+) failed; (\d+) ignored; \d+ measured;"
    r" \d+ filtered out; finished in [\d.]+s$",
    re.MULTILINE,
)
OUTCOMES: dict[str, Outcome] = {"ok": "passed", "FAILED": "failed", "ignored": "skipped"}


def cargo(text: str) -> list[Counts]:
    """Add up `test result: ok. 5 passed; 0 failed; …`, of which each test binary writes one."""
    begun = [int(said) for said in BEGINS.findall(text)]
    ended = [[int(said) for said in numbers] for numbers in CLOSING.findall(text)]
    if not ended or begun != [sum(said) for said in ended]:
        return []
    passed, failed, skipped = (sum(column) for column in zip(*ended, strict=True))
    cases = [case(name, OUTCOMES[said]) for name, said in CASE.findall(text)]
    return [with_cases(Counts(passed=passed, failed=failed, skipped=skipped), cases)]


NEXTEST_CLOSING = lazy.pattern(
    r"^ +Summary \[ *[\d.]+s\] (?:\d+/)?(?P<ran>\d+) tests? run: (?P<said>\d+ .*)$", re.MULTILINE
)
NEXTEST_CASE = lazy.pattern(
    r"^ +(?P<said>PASS|FAIL|LEAK|TIMEOUT|ABORT|SIG\w+|FLAKY \S+|TRY \d+ PASS|SKIP)"
    r" \[ *[\d.]+s\](?: +\( *\d+/\d+\))? +(?P<name>\S+ \S.*)$",
    re.MULTILINE,
)
NEXTEST_GOOD = ("PASS", "LEAK", "FLAKY", "TRY")


def nextest(text: str) -> list[Counts]:
    """Read `Summary [ 0.010s] 3 tests run: 2 passed, 1 failed, 1 skipped`.

    Tests that a filter leaves out are among the skipped ones.
    """
    found, before = list[Counts](), 0
    for closing in NEXTEST_CLOSING.finditer(text):
        said = re.sub(r"\([^)]*\)", "", closing["said"])
        failed = number(said, r"(\d+) failed") + number(said, r"(\d+) timed out")
        skipped = number(said, r"(\d+) skipped")
        counts = Counts(
            passed=number(said, r"(\d+) passed"),
            failed=failed,
            errors=number(said, r"(\d+) exec failed"),
            skipped=skipped,
        )
        cases = [
            case(
                one["name"].replace(" ", "::", 1),
                "passed" if one["said"].startswith(NEXTEST_GOOD) else "failed",
            )
            for one in NEXTEST_CASE.finditer(text, before, closing.start())
        ]
        found.append(with_cases(counts, cases))
        before = closing.end()
    return found
