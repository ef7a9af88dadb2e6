"""RSpec, minitest and test-unit, by the lines with which they close."""

import re

from gsd_run.checking.test_results.counts import Counts, case, with_cases, with_ends
from gsd_run.domain import lazy
from gsd_run.domain.measurement import Outcome

RSPEC_CLOSING = lazy.pattern(
    r"^Finished in .*\n(?P<examples>\d+) examples?, (?P<failed>\d+) failures?"
    r"(?:, (?P<pending>\d+) pending)?(?:, (?P<errors>\d+) errors? occurred outside of examples)?$",
    re.MULTILINE,
)
RSPEC_BAD = lazy.pattern(r"^rspec (?P<file>[^\s:#]+)\S* # (?P<name>.+)$", re.MULTILINE)


def rspec(text: str) -> list[Counts]:
    """Read `5 examples, 1 failure, 2 pending`, and the list of failed examples below it."""
    found = []
    for said, end in with_ends(list(RSPEC_CLOSING.finditer(text)), text):
        failed, pending = int(said["failed"]), int(said["pending"] or 0)
        counts = Counts(
            passed=max(0, int(said["examples"]) - failed - pending),
            failed=failed,
            errors=int(said["errors"] or 0),
            skipped=pending,
        )
        bad = [
            case(one["name"], "failed", file=one["file"].removeprefix("./"))
            for one in RSPEC_BAD.finditer(text, said.end(), end)
        ]
        found.append(with_cases(counts, bad))
    return found


MINITEST_CLOSING = lazy.pattern(
    r"^(?P<runs>\d+) (?:runs|tests), \d+ assertions, (?P<failed>\d+) failures,"
    r" (?P<errors>\d+) errors, (?:(?P<skips>\d+) skips|(?P<pendings>\d+) pendings,"
    r" (?P<omissions>\d+) omissions, \d+ notifications)$",
    re.MULTILINE,
)
MINITEST_CASE = lazy.pattern(r"^(?P<name>\S+#\S+) = [\d.]+ s = (?P<mark>[.FES])$", re.MULTILINE)
MINITEST_BAD = lazy.pattern(
    r"^ +\d+\) (?P<said>Failure|Error):\n(?P<name>\S+#\S+?)(?: \[.*\])?:\n(?P<why>.*)$",
    re.MULTILINE,
)
UNIT_BAD = lazy.pattern(
    r"^(?P<said>Failure|Error): (?P<name>\S+)\((?P<holder>\S+)\)(?:: (?P<why>.*))?$", re.MULTILINE
)
MARKS: dict[str, Outcome] = {".": "passed", "F": "failed", "E": "error", "S": "skipped"}


def minitest(text: str) -> list[Counts]:
    """Read `5 runs, 3 assertions, 1 failures, 1 errors, 1 skips`, and test-unit's longer line."""
    found, before = list[Counts](), 0
    for said in MINITEST_CLOSING.finditer(text):
        failed, errors = int(said["failed"]), int(said["errors"])
        skips = sum(int(said[word] or 0) for word in ("skips", "pendings", "omissions"))
        counts = Counts(
            passed=max(0, int(said["runs"]) - failed - errors - skips),
            failed=failed,
            errors=errors,
            skipped=skips,
        )
        above = text[before : said.start()]
        shown = {one["name"]: MARKS[one["mark"]] for one in MINITEST_CASE.finditer(above)}
        bad = [case(one["name"], _bad(one), one["why"]) for one in MINITEST_BAD.finditer(above)] + [
            case(f"{one['holder']}#{one['name']}", _bad(one), one["why"] or "")
            for one in UNIT_BAD.finditer(above)
        ]
        why = {one.name: one.message for one in bad}
        cases = [case(name, outcome, why.get(name, "")) for name, outcome in shown.items()]
        found.append(with_cases(counts, cases or bad))
        before = said.end()
    return found


def _bad(said: re.Match[str]) -> Outcome:
    return "failed" if said["said"] == "Failure" else "error"


def rake(text: str) -> list[Counts]:
    """Read whichever of the two a task ran; of both, the counts are added up by the caller."""
    return rspec(text) + minitest(text)
