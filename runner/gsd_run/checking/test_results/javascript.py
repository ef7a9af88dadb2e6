"""jest, mocha, ava and Playwright, by the lines with which they close."""

import re

from gsd_run.checking.test_results.counts import Counts, case, number, tree, with_cases, with_ends
from gsd_run.domain import lazy
from gsd_run.domain.measurement import Outcome, TestCase

JEST_CLOSING = lazy.pattern(
    r"^Test Suites: +(?P<suites>.*\d+ (?:of \d+ )?total)\n"
    r"Tests: +(?P<tests>.*\b\d+ total)\nSnapshots: +\d.*\nTime: ",
    re.MULTILINE,
)
JEST_NONE = lazy.pattern(r"^No tests found, exiting with code [01]$", re.MULTILINE)
JEST_MARKS: dict[str, Outcome] = {
    r"[✓√] ": "passed",
    r"[✕×] ": "failed",
    r"○ (?:skipped )?": "skipped",
    r"✎ (?:todo )?": "skipped",
}
JEST_BAD = lazy.pattern(r"^  ● (?P<name>.+)\n\n +(?P<why>\S.*)$", re.MULTILINE)
JEST_FILE = lazy.pattern(r"^(?:PASS|FAIL)(?: \S+)? +(?P<path>\S+)(?: \(.*\))?$")


def jest(text: str) -> list[Counts]:
    """Read `Tests:  1 failed, 2 skipped, 5 passed, 8 total`; a suite that fails whole is an error.

    `--verbose` names all tests, otherwise those that failed are named.
    """
    found, before = list[Counts](), 0
    for closing in JEST_CLOSING.finditer(text):
        said, above = closing["tests"], text[before : closing.start()]
        bad = list(JEST_BAD.finditer(above))
        broken = sum(one["name"] == "Test suite failed to run" for one in bad)
        counts = Counts(
            passed=number(said, r"(\d+) passed"),
            failed=number(said, r"(\d+) failed"),
            errors=min(broken, number(closing["suites"], r"(\d+) failed")),
            skipped=sum(number(said, rf"(\d+) {word}") for word in ("skipped", "todo", "pending")),
        )
        names = dict.fromkeys(
            (one["name"].replace(" › ", " > "), one["why"])
            for one in bad
            if one["name"] != "Test suite failed to run"
        )
        failed = [case(name, "failed", why) for name, why in names]
        whole = with_cases(counts, _jest_tree(above))
        known = whole.passed + whole.failed + whole.skipped
        found.append(
            whole if len(whole.cases) == known and not counts.errors else with_cases(counts, failed)
        )
        before = closing.end()
    return found or [Counts()] * bool(JEST_NONE.search(text))


def _jest_tree(text: str) -> list[TestCase]:
    """Return the tests that `--verbose` shows below each file, up to what it says of failures."""
    cases, file, lines = list[TestCase](), "", list[str]()
    for line in [*text.splitlines(), "PASS end"]:
        begins = JEST_FILE.match(line)
        if not begins:
            lines.append(line if not lines or lines[-1] != "●" else "")
            if line.startswith("  ● "):
                lines[-1] = "●"
            continue
        shown = lines[: lines.index("●")] if "●" in lines else lines
        cases += [
            case(one.name, one.outcome, file=file.removeprefix("./"))
            for one in tree(shown, JEST_MARKS)
        ]
        file, lines = begins["path"], []
    return cases


MOCHA_CLOSING = lazy.pattern(
    r"^  (?P<passing>\d+) passing \(.+\)\n(?:  (?P<pending>\d+) pending\n)?"
    r"(?:  (?P<failing>\d+) failing\n)?",
    re.MULTILINE,
)
MOCHA_MARKS: dict[str, Outcome] = {r"[✔✓√] ": "passed", r"\d+\) ": "failed", r"- ": "skipped"}
MOCHA_BAD = lazy.pattern(r"^  \d+\) (?P<name>(?:.+\n)+?.*):\n\n* +(?P<why>\S.*)$", re.MULTILINE)


def mocha(text: str) -> list[Counts]:
    """Read `5 passing (8ms)`, `1 pending`, `2 failing`; a hook that fails counts as a failure."""
    text = text if text.endswith("\n") else f"{text}\n"
    found, before = list[Counts](), 0
    for closing, end in with_ends(list(MOCHA_CLOSING.finditer(text)), text):
        counts = Counts(
            passed=int(closing["passing"]),
            failed=int(closing["failing"] or 0),
            skipped=int(closing["pending"] or 0),
        )
        bad = [
            case(re.sub(r"\s*\n\s*", " > ", one["name"]), "failed", one["why"])
            for one in MOCHA_BAD.finditer(text, closing.end(), end)
        ]
        why = {one.name: one.message for one in bad}
        shown = tree(text[before : closing.start()].splitlines(), MOCHA_MARKS)
        cases = [case(one.name, one.outcome, why.get(one.name, "")) for one in shown]
        whole = with_cases(counts, cases)
        known = len(whole.cases) == counts.passed + counts.failed + counts.skipped
        found.append(whole if known else with_cases(counts, bad))
        before = end
    return found


AVA_LINE = lazy.pattern(
    r"^  (?P<number>\d+) (?P<what>tests? passed|tests? failed|known failures?|tests? skipped"
    r"|tests? todo|uncaught exceptions?|unhandled rejections?)$",
    re.MULTILINE,
)
AVA_MARKS: dict[str, Outcome] = {
    r"✔ \[expected fail\] ": "skipped",
    r"✔ ": "passed",
    r"✘ \[fail\]: ": "failed",
    r"- \[(?:skip|todo)\] ": "skipped",
}


def ava(text: str) -> list[Counts]:
    """Read `2 tests passed`, `1 test failed`; when some fail, those that passed are counted."""
    said = {one["what"].split()[-1].rstrip("s"): int(one["number"]) for one in _ava_lines(text)}
    if not said:
        none = "Couldn’t find any files to test" in text
        return [Counts()] * none
    cases = tree([line for line in text.splitlines() if re.match(r"  [✔✘-] ", line)], AVA_MARKS)
    passed = said.get("passed", sum(one.outcome == "passed" for one in cases))
    counts = Counts(
        passed=passed,
        failed=said.get("failed", 0),
        errors=said.get("exception", 0) + said.get("rejection", 0),
        skipped=said.get("failure", 0) + said.get("skipped", 0) + said.get("todo", 0),
    )
    return [with_cases(counts, cases)]


def _ava_lines(text: str) -> list[re.Match[str]]:
    last = text.rfind("\n  ─\n")
    return list(AVA_LINE.finditer(text, max(last, 0)))


PLAYWRIGHT_BEGINS = lazy.pattern(r"^Running (\d+) tests? using \d+ workers?", re.MULTILINE)
PLAYWRIGHT_LINE = lazy.pattern(
    r"^  (?P<number>\d+) (?P<what>failed|flaky|skipped|did not run|interrupted|passed)"
    r"(?: \(.+\))?$",
    re.MULTILINE,
)
PLAYWRIGHT_CASE = lazy.pattern(
    r"^  (?P<mark>[✓✘✗-]|ok|x) +\d+ (?P<name>.+?)(?: \(retry #\d+\))?(?: \([\d.]+m?s\))?$",
    re.MULTILINE,
)


def playwright(text: str) -> list[Counts]:
    """Read `2 failed`, `1 flaky`, `5 passed (1.1s)`; a flaky test passed in the end."""
    begun = list(PLAYWRIGHT_BEGINS.finditer(text))
    if not begun:
        return [Counts()] * bool(re.search(r"^Error: No tests found$", text, re.MULTILINE))
    found = []
    for start, end in with_ends(begun, text):
        lines = PLAYWRIGHT_LINE.finditer(text, start.end(), end)
        said = {one["what"]: int(one["number"]) for one in lines}
        if sum(said.values()) != int(start[1]):
            return []
        counts = Counts(
            passed=said.get("passed", 0) + said.get("flaky", 0),
            failed=said.get("failed", 0),
            errors=said.get("interrupted", 0) + said.get("did not run", 0),
            skipped=said.get("skipped", 0),
        )
        last = {
            re.sub(r":\d+:\d+ › ", " > ", one["name"], count=1).replace(" › ", " > "): one["mark"]
            for one in PLAYWRIGHT_CASE.finditer(text, start.end(), end)
        }
        marks: dict[str, Outcome] = {"✓": "passed", "ok": "passed", "-": "skipped"}
        cases = [case(name, marks.get(mark, "failed")) for name, mark in last.items()]
        found.append(with_cases(counts, cases))
    return found
