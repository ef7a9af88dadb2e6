"""PHPUnit, ParaTest, Pest and `php artisan test`, by the lines with which they close."""

import re

from gsd_run.checking.test_results.counts import Counts, case, number, with_cases, with_ends
from gsd_run.domain import lazy
from gsd_run.domain.measurement import Outcome, TestCase

GOOD = lazy.pattern(r"^OK \((\d+) tests?, \d+ assertions?\)$", re.MULTILINE)
COUNTED = lazy.pattern(
    r"^(?P<verdict>OK, but .*!|FAILURES!|ERRORS!|WARNINGS!)\n"
    r"Tests: (?P<tests>\d+), Assertions: \d+(?P<said>.*)\.$",
    re.MULTILINE,
)
NONE = lazy.pattern(r"^No tests (?:executed|found)[!.]", re.MULTILINE)
BAD = lazy.pattern(r"^\d+\) (?P<name>[\w\\]+::\w.*)\n(?P<why>.*)$", re.MULTILINE)
SECTION = lazy.pattern(r"^There (?:was|were) \d+ (?P<what>\S.*?)s?:$", re.MULTILINE)


def phpunit(text: str) -> list[Counts]:
    """Read `OK (5 tests, 9 assertions)`, or `Tests: 7, Assertions: 3, Errors: 1, Skipped: 1.`.

    A risky test, one without an assertion among them, shows nothing: it counts as skipped.
    """
    found = [(one.start(), Counts(passed=int(one[1]))) for one in GOOD.finditer(text)]
    for one in COUNTED.finditer(text):
        said = one["said"]
        failed, errors = number(said, r" Failures: (\d+)"), number(said, r" Errors: (\d+)")
        if one["verdict"] == "WARNINGS!":
            errors += number(said, r",(?: PHPUnit)? Warnings: (\d+)")
        skipped = sum(
            number(said, rf" {word}: (\d+)") for word in ("Skipped", "Incomplete", "Risky")
        )
        counts = Counts(
            passed=max(0, int(one["tests"]) - failed - errors - skipped),
            failed=failed,
            errors=errors,
            skipped=skipped,
        )
        found.append((one.start(), with_cases(counts, _bad(text[: one.start()]))))
    blocks = [counts for _, counts in sorted(found, key=lambda pair: pair[0])]
    return blocks or [Counts()] * bool(NONE.search(text))


def _bad(text: str) -> list[TestCase]:
    """Return the tests listed below "There was 1 failure:", and below the same of errors."""
    outcomes: dict[str, Outcome] = {"failure": "failed", "error": "error"}
    return [
        case(one["name"], outcomes[section["what"]], one["why"])
        for section, end in with_ends(list(SECTION.finditer(text)), text)
        if section["what"] in outcomes
        for one in BAD.finditer(text, section.end(), end)
    ]


PEST_CLOSING = lazy.pattern(
    r"^ +Tests: +(?P<said>\d+ \w.*?)(?: \(\d+ assertions?\))?\n *(?:Duration|Time|Parallel): ",
    re.MULTILINE,
)
PEST_FILE = lazy.pattern(r"^ +(?:PASS|FAIL|WARN|TODO|RISK\w*|NOTI\w*|DEPR) +(?P<name>[\w\\/.]+)")
PEST_CASE = lazy.pattern(r"^  (?P<mark>[✓⨯✕×✖↓…!-]) (?P<name>\S.*?)(?:  +[\d.]+s)?(?: +→ .*)?$")
PEST_OUTCOMES: dict[str, Outcome] = {
    "✓": "passed",
    "⨯": "failed",
    "✕": "failed",
    "×": "failed",
    "✖": "failed",
}
PEST_NONE = lazy.pattern(r"^ *(?:INFO +)?No tests found\.", re.MULTILINE)


def pest(text: str) -> list[Counts]:
    """Read `Tests:  1 failed, 2 skipped, 5 passed (9 assertions)`, as Pest and Laravel write it."""
    found = []
    for closing in PEST_CLOSING.finditer(text):
        said = closing["said"]
        skipped = ("skipped", "incomplete", "pending", "todos?", "risky")
        counts = Counts(
            passed=sum(
                number(said, rf"(\d+) {word}\b")
                for word in ("passed", "deprecated", "notices?", "warnings?")
            ),
            failed=number(said, r"(\d+) failed"),
            skipped=sum(number(said, rf"(\d+) {word}\b") for word in skipped),
        )
        found.append(with_cases(counts, _pest_cases(text[: closing.start()])))
    return found or phpunit(text) or [Counts()] * bool(PEST_NONE.search(text))


def _pest_cases(text: str) -> list[TestCase]:
    cases, file = list[TestCase](), ""
    for line in text.splitlines():
        if begins := PEST_FILE.match(line):
            file = begins["name"]
        elif shown := PEST_CASE.match(line):
            outcome = PEST_OUTCOMES.get(shown["mark"], "skipped")
            cases.append(case(f"{file} > {shown['name']}" if file else shown["name"], outcome))
    return cases
