"""go test and gotestsum: package lines, `--- PASS:` lines with -v, events with -json."""

import json
import re
from collections.abc import Iterator

from gsd_run.checking.test_results.counts import Counts, case, counted, number
from gsd_run.domain import lazy
from gsd_run.domain.measurement import Outcome, TestCase

OK = lazy.pattern(
    r"^ok  \t(?P<package>\S+)\t(?:[\d.]+s|\(cached\))(?P<more>\t?.*)$",
)
BAD = lazy.pattern(r"^FAIL\t(?P<package>\S+)(?:[\t ](?P<why>\[.*\]|[\d.]+s))?$")
BARE = lazy.pattern(r"^(?:\?   \t(?P<package>\S+)\t\[no test files\]|\t\S+\t\tcoverage: .*)$")
RUN = lazy.pattern(r"^=== RUN +(\S+)$")
RESULT = lazy.pattern(r"--- (?P<said>PASS|FAIL|SKIP): (?P<name>\S+) \(\d+\.\d+s\)$")
OUTCOMES: dict[str, Outcome] = {"PASS": "passed", "FAIL": "failed", "SKIP": "skipped"}
NO_PACKAGES = lazy.pattern(
    r"^(?:go: warning: \S+ matched no packages|no packages to test)", re.MULTILINE
)
GOTESTSUM = lazy.pattern(
    r"^DONE (?:\d+ runs?, )?(?P<tests>\d+) tests?(?P<said>(?:, \d+ (?:skipped|failures?|errors?))*)"
    r" in [\d.]+s$",
    re.MULTILINE,
)


def go(text: str) -> list[Counts]:
    """Read the package lines of one or more calls of `go test` as one block.

    A test and its subtests count each, as `-v` shows them. Without `-v` the tests of a package
    are not counted: the packages that ran tests and passed are `uncounted`.
    """
    said = list(GOTESTSUM.finditer(text))
    if said:
        return [_gotestsum(said[-1])]
    plain = "".join(_unwrapped(text))
    cases, packages, seen, broken = list[TestCase](), 0, False, 0
    ran, shown = set[str](), dict[str, Outcome]()
    for line in plain.splitlines():
        if begun := RUN.match(line):
            ran.add(begun[1])
            continue
        if (result := RESULT.search(line)) and (result["name"] in ran or not ran):
            shown[result["name"]] = OUTCOMES[result["said"]]
            continue
        good, bad = OK.match(line), BAD.match(line)
        seen = seen or bool(good or bad or BARE.match(line))
        if good or bad:
            file = (good or bad or {"package": ""})["package"]
            found = [case(name, outcome, file=file) for name, outcome in shown.items()]
            # A test that began and has no result: the package ended in the middle of it.
            lost = [name for name in ran if name not in shown]
            found += [case(name, "error" if bad else "passed", file=file) for name in lost]
            broken += bool(bad) and not any(one.outcome in {"failed", "error"} for one in found)
            packages += bool(good) and not ran and "[no tests to run]" not in line
            cases += found
            ran, shown = set(), {}
    if not seen:
        return [Counts()] * bool(NO_PACKAGES.search(text))
    counts = counted(cases)
    return [
        Counts(
            passed=counts.passed,
            failed=counts.failed,
            errors=counts.errors + broken,
            skipped=counts.skipped,
            cases=counts.cases,
            uncounted=packages,
        )
    ]


def _unwrapped(text: str) -> Iterator[str]:
    """Return the output that `-json` wraps into events, by package; other lines as they are."""
    outputs: dict[str, list[str]] = {}
    for line in text.splitlines(keepends=True):
        if not line.startswith('{"'):
            yield line
            continue
        try:
            event = json.loads(line)
        except ValueError:
            yield line
            continue
        if isinstance(event, dict) and event.get("Action") == "output":
            package = str(event.get("Package", ""))
            outputs.setdefault(package, []).append(str(event.get("Output", "")))
    for lines in outputs.values():
        yield from lines


def _gotestsum(said: re.Match[str]) -> Counts:
    tests = int(said["tests"])
    failed, skipped = number(said["said"], r"(\d+) failures?"), number(said["said"], r"(\d+) skip")
    return Counts(
        passed=max(0, tests - failed - skipped),
        failed=failed,
        errors=number(said["said"], r"(\d+) errors?"),
        skipped=skipped,
    )
