"""Test results: JUnit XML, and the closing lines of test runners, as TestRun values.

A closing line counts only when the program that wrote it is a test runner, when nothing behind
it in the pipe can have changed or dropped such a line, and when it agrees with the runner's
exit status. Read so far: pytest, unittest, node --test, cargo test. Not yet: jest, vitest,
mocha, go test, dotnet test, PHPUnit, RSpec.
"""

import re
from collections import Counter
from collections.abc import Callable
from xml.etree import ElementTree as ET

from msgspec import Struct

from gsd_run.domain.measurement import CommandRun, Outcome, TestCase, TestRun
from gsd_run.outside.shell import Member, Pipeline

MESSAGE_LIMIT = 300  # characters kept of why a test did not pass
KEEPS_ALL = frozenset({"cat", "tee"})
KEEPS_END = KEEPS_ALL | {"tail"}
COLOURS = re.compile(r"\x1b\[[\d;]*[A-Za-z]")
OUTCOMES: dict[str, Outcome] = {"error": "error", "failure": "failed", "skipped": "skipped"}


class Unreadable(Exception):
    """A document that is no JUnit XML, or may not be read."""


class _NoDoctype(ET.TreeBuilder):
    """Test results have no document type; with one, a small file can grow without bounds."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise Unreadable(f"the document declares a type ({name}, {pubid}, {system})")


def from_junit(document: bytes, *, command: int, runner: str) -> TestRun:
    """Read one JUnit XML document.

    A test with several results counts once, with the worst. `command` is as in TestRun.

    Raises:
        Unreadable: it is no XML, no JUnit XML, or has a document type.
    """
    parser = ET.XMLParser(target=_NoDoctype())  # noqa: S314 - _NoDoctype refuses what is unsafe
    try:
        parser.feed(document)
        root: ET.Element = parser.close()
    except ET.ParseError as error:
        raise Unreadable(f"the test results are no XML: {error}") from error
    if root.tag not in {"testsuites", "testsuite"}:
        raise Unreadable(f"the test results begin with <{root.tag}>, not with <testsuites>")
    cases = _named([_case(element) for element in root.iter("testcase")])
    return _test_run(command, runner, "junit", cases)


def _case(element: ET.Element) -> TestCase:
    outcome: Outcome = "passed"
    message = ""
    for tag, means in OUTCOMES.items():
        found = element.find(tag)
        if found is not None:
            outcome = means
            message = found.get("message") or found.text or ""
            break
    file, name = element.get("file", ""), element.get("name", "")
    holder = element.get("classname", "")
    module = file.removesuffix(".py").replace("/", ".")
    holder = holder.removeprefix(module).removeprefix(".") if module else holder
    return TestCase(
        name="::".join([part for part in (holder.replace(".", "::"), name) if part]),
        outcome=outcome,
        message=(message.strip().splitlines() or [""])[0][:MESSAGE_LIMIT],
        file=file,
    )


def _named(cases: list[TestCase]) -> tuple[TestCase, ...]:
    """Give each case the shortest name that is its own: with its file, or numbered."""
    files = Counter(name for name, _ in {(case.name, case.file) for case in cases})
    seen = Counter[str]()
    named = []
    for case in cases:
        several = files[case.name] > 1
        name = "::".join([part for part in (case.file * several, case.name) if part])
        seen[name] += 1
        if seen[name] > 1:
            name = f"{name} ({seen[name]})"
        named.append(
            TestCase(name=name, outcome=case.outcome, message=case.message, file=case.file)
        )
    return tuple(named)


def _test_run(command: int, runner: str, source: str, cases: tuple[TestCase, ...]) -> TestRun:
    counts = Counter(case.outcome for case in cases)
    return TestRun(
        command=command,
        runner=runner,
        source=source,
        passed=counts["passed"],
        failed=counts["failed"],
        errors=counts["error"],
        skipped=counts["skipped"],
        cases=cases,
    )


class Counts(Struct, frozen=True, kw_only=True):
    """What closing lines say; `cases` only where each test has a line of its own."""

    passed: int = 0
    failed: int = 0
    errors: int = 0
    skipped: int = 0
    cases: tuple[TestCase, ...] = ()


class Runner(Struct, frozen=True, kw_only=True):
    """A test runner: how it is called, and how its closing lines are read.

    `filters` are the programs that its output may go through: with one closing block per call,
    the end of the output is enough. `on_stderr` tells where it writes.
    """

    name: str
    called: Callable[[Member], bool]
    counts: Callable[[str], Counts | None]
    filters: frozenset[str] = KEEPS_END
    on_stderr: bool = False


def runner_of(pipeline: Pipeline) -> str | None:
    """Return the name of the test runner that a command calls by name, if it does."""
    for member in pipeline.members:
        for runner in RUNNERS:
            if runner.called(member):
                return runner.name
    return None


def from_closing_lines(pipeline: Pipeline, run: CommandRun, *, command: int) -> TestRun | None:
    """Read a runner's closing lines from the output of a command that called it by name.

    `pipeline` is the command as the shell's grammar has it. None when no runner was called, or
    its result can't be told with certainty.
    """
    for place, member in enumerate(pipeline.members):
        runner = next((one for one in RUNNERS if one.called(member)), None)
        if runner is None or len(run.statuses) != len(pipeline.members):
            continue
        if not all(after.program in runner.filters for after in pipeline.members[place + 1 :]):
            return None
        merged = re.search(r">&1|&>|\|&", pipeline.text)
        output = run.stderr if runner.on_stderr and not merged else run.stdout
        counts = runner.counts(COLOURS.sub("", output))
        if counts is None:
            return None
        unhappy = counts.failed + counts.errors > 0
        empty = counts.passed + counts.failed + counts.errors + counts.skipped == 0
        if not empty and unhappy != (run.statuses[place] != 0):
            return None
        return TestRun(
            command=command,
            runner=runner.name,
            source="closing line",
            passed=counts.passed,
            failed=counts.failed,
            errors=counts.errors,
            skipped=counts.skipped,
            cases=counts.cases,
        )
    return None


def _number(text: str, pattern: str) -> int:
    found = re.search(pattern, text)
    return int(found[1]) if found else 0


PYTEST_COUNT = r"\d+ (?:failed|passed|skipped|deselected|xfailed|xpassed|warnings?|errors?)"
PYTEST_CLOSING = re.compile(
    rf"^(?:=+ )?((?:{PYTEST_COUNT})(?:, {PYTEST_COUNT})*|no tests ran)"
    r" in \d+\.\d+s(?: \([\d:, day]+\))?(?: =+)?$",
    re.MULTILINE,
)


def pytest_counts(output: str) -> Counts | None:
    """Read `=== 1 failed, 50 passed in 2.10s ===`, the last line that pytest writes."""
    closing = PYTEST_CLOSING.findall(output)
    if not closing:
        return None
    said = closing[-1]
    return Counts(
        passed=_number(said, r"(\d+) passed") + _number(said, r"(\d+) xpassed"),
        failed=_number(said, r"(\d+) failed"),
        errors=_number(said, r"(\d+) errors?"),
        skipped=_number(said, r"(\d+) skipped") + _number(said, r"(\d+) xfailed"),
    )


UNITTEST_CLOSING = re.compile(
    r"^Ran (\d+) tests? in \d+\.\d+s\n\n(OK|FAILED|NO TESTS RAN)(?: \(([^)\n]*)\))?$",
    re.MULTILINE,
)


def unittest_counts(output: str) -> Counts | None:
    """Read `Ran 5 tests in 0.1s`, then `FAILED (failures=1, skipped=2)`.

    An expected failure is a skipped test, an unexpected success a failed one.
    """
    closing = UNITTEST_CLOSING.findall(output)
    if not closing:
        return None
    ran, _, details = closing[-1]
    failed = _number(details, r"(?:^|, )failures=(\d+)")
    failed += _number(details, r"unexpected successes=(\d+)")
    errors = _number(details, r"errors=(\d+)")
    skipped = _number(details, r"skipped=(\d+)") + _number(details, r"expected failures=(\d+)")
    # The parts of one test, and what goes wrong around a class, count as failures but not as
    # tests: then it can't be told how many passed, only that not all did.
    passed = max(0, int(ran) - failed - errors - skipped)
    return Counts(passed=passed, failed=failed, errors=errors, skipped=skipped)


NODE_CLOSING = re.compile(
    r"^(?P<mark>ℹ|#) tests (?P<tests>\d+)\n(?P=mark) suites \d+\n(?P=mark) pass (?P<passed>\d+)\n"
    r"(?P=mark) fail (?P<failed>\d+)\n(?P=mark) cancelled (?P<cancelled>\d+)\n"
    r"(?P=mark) skipped (?P<skipped>\d+)\n(?P=mark) todo (?P<todo>\d+)\n"
    r"(?P=mark) duration_ms [\d.]+$",
    re.MULTILINE,
)


def node_counts(output: str) -> Counts | None:
    """Read the eight lines with which `node --test` closes, in its own form or as TAP."""
    closing = list(NODE_CLOSING.finditer(output))
    if not closing:
        return None
    said = closing[-1]
    return Counts(
        passed=int(said["passed"]),
        failed=int(said["failed"]),
        errors=int(said["cancelled"]),
        skipped=int(said["skipped"]) + int(said["todo"]),
    )


CARGO_BEGINS = re.compile(r"^running (\d+) tests?$", re.MULTILINE)
CARGO_CASE = re.compile(r"^test (\S.*?) \.\.\. (ok|FAILED|ignored)(?:, .*)?$", re.MULTILINE)
CARGO_CLOSING = re.compile(
    r"^test result: (?:ok|FAILED)\. (\d+) passed; (\d+) failed; (\d+) ignored; \d+ measured;"
    r" \d+ filtered out; finished in [\d.]+s$",
    re.MULTILINE,
)
CARGO_OUTCOMES: dict[str, Outcome] = {"ok": "passed", "FAILED": "failed", "ignored": "skipped"}


def cargo_counts(output: str) -> Counts | None:
    """Add up `test result: ok. 5 passed; 0 failed; …`, of which each test binary writes one."""
    begun = [int(number) for number in CARGO_BEGINS.findall(output)]
    ended = [[int(number) for number in said] for said in CARGO_CLOSING.findall(output)]
    if not ended or begun != [sum(said) for said in ended]:
        return None
    passed, failed, skipped = (sum(column) for column in zip(*ended, strict=True))
    lines = CARGO_CASE.findall(output)
    cases = _named([TestCase(name=name, outcome=CARGO_OUTCOMES[said]) for name, said in lines])
    by_name = Counter(case.outcome for case in cases)
    agrees = (by_name["passed"], by_name["failed"], by_name["skipped"]) == (passed, failed, skipped)
    return Counts(passed=passed, failed=failed, skipped=skipped, cases=cases if agrees else ())


RUNNERS = (
    Runner(
        name="pytest",
        called=lambda member: member.program in {"pytest", "py.test"},
        counts=pytest_counts,
    ),
    Runner(
        name="unittest",
        called=lambda member: member.program == "unittest",
        counts=unittest_counts,
        on_stderr=True,
    ),
    Runner(
        name="node:test",
        called=lambda member: member.program == "node" and "--test" in member.arguments,
        counts=node_counts,
    ),
    Runner(
        name="cargo test",
        called=lambda member: member.program == "cargo" and "test" in member.arguments[:2],
        counts=cargo_counts,
        filters=KEEPS_ALL,
    ),
)
