"""Runners that speak TAP: bats, node-tap and prove."""

import re

from gsd_run.checking.test_results.counts import (
    Counts,
    case,
    counted,
    number,
    with_cases,
    with_ends,
)
from gsd_run.domain import lazy
from gsd_run.domain.measurement import Outcome, TestCase

LINE = lazy.pattern(
    r"^(?P<indent> *)(?P<bad>not )?ok\b(?: (?P<number>\d+))?(?: -)?"
    r"(?: (?P<name>(?!# ?(?i:skip|todo)).*?))?"
    r"(?: # (?P<directive>(?i:skip|todo))\S*(?: .*)?)?(?: # time=\S+)?$"
)
SUBTEST = lazy.pattern(r"^(?P<indent> *)# Subtest: (?P<name>.*)$")
PLAN = lazy.pattern(r"^1\.\.(\d+)", re.MULTILINE)


def _outcome(line: re.Match[str]) -> Outcome:
    if line["directive"]:
        return "skipped"
    return "failed" if line["bad"] else "passed"


def nested(text: str) -> list[TestCase]:
    """Return the tests of a TAP document that have none below them, with their suites' names."""
    found = list[TestCase]()
    path: dict[int, str] = {}
    holders = set[int]()  # indents at which a suite is open that had results below it
    for line in text.splitlines():
        opened = SUBTEST.match(line)
        if opened:
            depth = len(opened["indent"])
            path = {one: name for one, name in path.items() if one < depth} | {
                depth: opened["name"]
            }
            holders.discard(depth)
            continue
        result = LINE.match(line)
        if not result:
            continue
        depth = len(result["indent"])
        if depth not in holders:
            above = [name for one, name in sorted(path.items()) if one < depth]
            name = " > ".join([*above, result["name"] or ""])
            found.append(case(name, _outcome(result)))
        holders = {one for one in holders if one < depth} | {one for one in path if one < depth}
    return found


BATS_CLOSING = lazy.pattern(
    r"^(?P<tests>\d+) tests?, (?P<failed>\d+) failures?(?:, (?P<skipped>\d+) skipped)?"
    r"(?:, \d+ not run)?(?: in [\d.]+ seconds)?$",
    re.MULTILINE,
)


def bats(text: str) -> list[Counts]:
    """Read TAP, or the closing line of the pretty form; tests of the plan that are missing failed.

    Bats writes each plan before its tests.
    """
    pretty = list(BATS_CLOSING.finditer(text))
    plans = list(PLAN.finditer(text))
    if not plans:
        return [_bats_pretty(one) for one in pretty]
    found = []
    for plan, end in with_ends(plans, text):
        lines = [LINE.match(line) for line in text[plan.end() : end].splitlines()]
        cases = [
            case(one["name"] or "", _outcome(one)) for one in lines if one and not one["indent"]
        ]
        counts = counted(cases)
        missing = int(plan[1]) - len(cases)
        if missing < 0:
            return []
        found.append(
            Counts(
                passed=counts.passed,
                failed=counts.failed,
                errors=missing,
                skipped=counts.skipped,
                cases=counts.cases,
            )
        )
    return found


def _bats_pretty(said: re.Match[str]) -> Counts:
    failed, skipped = int(said["failed"]), int(said["skipped"] or 0)
    return Counts(
        passed=max(0, int(said["tests"]) - failed - skipped), failed=failed, skipped=skipped
    )


TAP_CLOSING = lazy.pattern(r"^# \{ (total: \d+,.*) \}$", re.MULTILINE)


def tap(text: str) -> list[Counts]:
    """Read `# { total: 4, pass: 3, fail: 1 }`, which counts assertions as node-tap does."""
    return [
        Counts(
            passed=number(said[1], r"\bpass: (\d+)"),
            failed=number(said[1], r"\bfail: (\d+)"),
            skipped=number(said[1], r"\bskip: (\d+)") + number(said[1], r"\btodo: (\d+)"),
        )
        for said in TAP_CLOSING.finditer(text)
    ]


PROVE_CLOSING = lazy.pattern(
    r"^Files=(?P<files>\d+), Tests=(?P<tests>\d+), .*\nResult: (?P<said>PASS|FAIL|NOTESTS)$",
    re.MULTILINE,
)
PROVE_FILE = lazy.pattern(r"^(?P<path>\S+) \.+ ?(?P<rest>.*)$", re.MULTILINE)
PROVE_BAD = lazy.pattern(
    r"^\S+ +\(Wstat: (?P<status>\d+)(?: \(.*?\))? Tests: (?P<ran>\d+) Failed: (?P<failed>\d+)\)$",
    re.MULTILINE,
)


def prove(text: str) -> list[Counts]:
    """Read `Files=2, Tests=5, …` and `Result: PASS`.

    Only `-v` shows which tests were skipped; without it, the files that passed are told, and
    their tests are not counted.
    """
    closing = list(PROVE_CLOSING.finditer(text))
    if not closing:
        return []
    said = closing[-1]
    above = text[: said.start()]
    bad = list(PROVE_BAD.finditer(above))
    failed = sum(int(one["failed"]) for one in bad)
    broken = sum(int(one["failed"]) == 0 for one in bad)
    shown = [LINE.match(line) for line in above.splitlines()]
    lines = [one for one in shown if one and one["number"] and not one["indent"]]
    if len(lines) == int(said["tests"]) and lines:
        counts = counted([case(one["name"] or one["number"], _outcome(one)) for one in lines])
        whole = Counts(
            passed=counts.passed, failed=counts.failed, errors=broken, skipped=counts.skipped
        )
        return [with_cases(whole, counts.cases)]
    skipped = sum(one["rest"].startswith("skipped") for one in PROVE_FILE.finditer(above))
    good = sum(one["rest"].startswith("ok") for one in PROVE_FILE.finditer(above))
    return [Counts(failed=failed, errors=broken, skipped=skipped, uncounted=good)]
