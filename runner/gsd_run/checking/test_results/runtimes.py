"""The test runners of Node.js, Bun and Deno, by the lines with which they close."""

import re

from gsd_run.checking.test_results.counts import Counts, case, number, tree, with_cases
from gsd_run.checking.test_results.tap import nested
from gsd_run.domain import lazy
from gsd_run.domain.measurement import Outcome, TestCase

NODE_CLOSING = lazy.pattern(
    r"^(?P<mark>ℹ|#) tests (?P<tests>\d+)\n(?:(?P=mark) suites \d+\n)?"
    r"(?P=mark) pass (?P<passed>\d+)\n"
    r"(?P=mark) fail (?P<failed>\d+)\n(?P=mark) cancelled (?P<cancelled>\d+)\n"
    r"(?P=mark) skipped (?P<skipped>\d+)\n(?P=mark) todo (?P<todo>\d+)\n"
    r"(?P=mark) duration_ms [\d.]+$",
    re.MULTILINE,
)
NODE_MARKS: dict[str, Outcome] = {r"✔ ": "passed", r"✖ ": "failed", r"﹣ ": "skipped"}


def node(text: str) -> list[Counts]:
    """Read the eight lines with which `node --test` closes, in its own form or as TAP."""
    found, before = list[Counts](), 0
    for said in NODE_CLOSING.finditer(text):
        counts = Counts(
            passed=int(said["passed"]),
            failed=int(said["failed"]),
            errors=int(said["cancelled"]),
            skipped=int(said["skipped"]) + int(said["todo"]),
        )
        above = text[before : said.start()]
        cases = nested(above) if said["mark"] == "#" else _node_tree(above)
        found.append(with_cases(counts, cases))
        before = said.end()
    return found


def _node_tree(text: str) -> list[TestCase]:
    """Return the tests of the spec reporter, which closes each suite with a line of its own."""
    lines, suites = list[str](), set[str]()
    for line in text.splitlines():
        opened = re.match(r"( *)▶ (.*)", line)
        if opened:
            indent, name = opened.groups()
            key = f"{indent}{name.split(' (')[0]}"
            if key in suites:
                suites.discard(key)
                continue
            suites.add(key)
            lines.append(f"{indent}{name}")
            continue
        shown = re.match(r"( *)[✔✖﹣] (.*?)(?: \([\d.]+ms\))?(?: # \w+.*)?$", line)
        if shown and f"{shown[1]}{shown[2]}" in suites:
            suites.discard(f"{shown[1]}{shown[2]}")
            continue
        if shown:
            todo = " # " in line
            mark = "﹣" if todo else line.strip()[0]
            lines.append(f"{shown[1]}{mark} {shown[2]}")
    return tree(lines, NODE_MARKS)


BUN_CLOSING = lazy.pattern(
    r"^ +(?P<passed>\d+) pass\n(?P<said>(?: +\d+ \S.*\n)*)Ran (?P<ran>\d+) tests? across "
    r"\d+ files?\.(?: \[.*\])?$",
    re.MULTILINE,
)
BUN_CASE = lazy.pattern(
    r"^(?P<mark>\(pass\)|\(fail\)|\(skip\)|\(todo\)|[✓✗»✎]) (?P<name>.+?)(?: \[[\d.]+m?s\])?$",
    re.MULTILINE,
)
BUN_OUTCOMES: dict[str, Outcome] = {"(pass)": "passed", "✓": "passed"}
BUN_BAD = frozenset({"(fail)", "✗"})
BUN_NONE = lazy.pattern(
    r"^(?:No tests found!|error: .* did not match any test files)", re.MULTILINE
)


def bun(text: str) -> list[Counts]:
    """Read ` 2 pass`, ` 1 fail`, `Ran 3 tests across 1 file`; errors are among the failures."""
    found, before = list[Counts](), 0
    for closing in BUN_CLOSING.finditer(text):
        said = closing["said"]
        errors = number(said, r" (\d+) errors?\b")
        counts = Counts(
            passed=int(closing["passed"]),
            failed=max(0, number(said, r" (\d+) fail\b") - errors),
            errors=errors,
            skipped=number(said, r" (\d+) skip\b") + number(said, r" (\d+) todo\b"),
        )
        cases = [
            case(
                one["name"],
                "failed" if one["mark"] in BUN_BAD else BUN_OUTCOMES.get(one["mark"], "skipped"),
            )
            for one in BUN_CASE.finditer(text, before, closing.start())
        ]
        found.append(with_cases(counts, cases))
        before = closing.end()
    return found or [Counts()] * bool(BUN_NONE.search(text))


DENO_CLOSING = lazy.pattern(
    r"^(?:ok|FAILED) \| (?P<passed>\d+) passed(?: \(\d+ steps?\))?"
    r" \| (?P<failed>\d+) failed(?: \(\d+ steps?\))?"
    r"(?: \| (?P<ignored>\d+) ignored(?: \(\d+ steps?\))?)?"
    r"(?: \| \d+ (?:measured|filtered out))*(?: \(.+\))?$",
    re.MULTILINE,
)
DENO_CASE = lazy.pattern(
    r"^(?P<name>\S.*?) \.\.\. (?P<said>ok|FAILED|ignored|cancelled)\b.*$", re.MULTILINE
)
DENO_OUTCOMES: dict[str, Outcome] = {"ok": "passed", "ignored": "skipped"}
DENO_NONE = lazy.pattern(r"^error: No test modules found", re.MULTILINE)


def deno(text: str) -> list[Counts]:
    """Read `ok | 2 passed (2 steps) | 0 failed | 1 ignored (9ms)`; steps are parts of tests."""
    found, before = list[Counts](), 0
    for said in DENO_CLOSING.finditer(text):
        counts = Counts(
            passed=int(said["passed"]),
            failed=int(said["failed"]),
            skipped=int(said["ignored"] or 0),
        )
        cases = [
            case(one["name"], DENO_OUTCOMES.get(one["said"], "failed"))
            for one in DENO_CASE.finditer(text, before, said.start())
        ]
        found.append(with_cases(counts, cases))
        before = said.end()
    return found or [Counts()] * bool(DENO_NONE.search(text))
