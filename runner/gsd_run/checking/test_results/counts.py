"""What a test runner says in its own words, as numbers and names."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from gsd_run.domain import lazy
from gsd_run.domain.measurement import Outcome, TestCase

MESSAGE_LIMIT = 300  # characters kept of why a test did not pass
COLOURS = lazy.pattern(r"\x1b\[[\d;?]*[A-Za-z]|\x1b\][^\x07]*\x07|\r(?!\n)")


class Counts(Struct, frozen=True, kw_only=True):
    """What one closing block says.

    `cases` holds each test, or only those that did not pass where the others have no line.
    `uncounted` are the packages or files that passed as a whole and whose tests the runner does
    not count.
    """

    passed: int = 0
    failed: int = 0
    errors: int = 0
    skipped: int = 0
    cases: tuple[TestCase, ...] = ()
    uncounted: int = 0


def number(text: str, pattern: str) -> int:
    """Return the first group of a pattern as a number, 0 where the text has no such words."""
    found = re.search(pattern, text)
    return int(found[1]) if found else 0


def added(blocks: Iterable[Counts]) -> Counts:
    """Return the sum of several closing blocks."""
    each = list(blocks)
    return Counts(
        passed=sum(one.passed for one in each),
        failed=sum(one.failed for one in each),
        errors=sum(one.errors for one in each),
        skipped=sum(one.skipped for one in each),
        cases=named([case for one in each for case in one.cases]),
        uncounted=sum(one.uncounted for one in each),
    )


def counted(cases: Sequence[TestCase]) -> Counts:
    """Return the counts of tests that are all known by name."""
    outcomes = Counter(case.outcome for case in cases)
    return Counts(
        passed=outcomes["passed"],
        failed=outcomes["failed"],
        errors=outcomes["error"],
        skipped=outcomes["skipped"],
        cases=named(cases),
    )


def with_cases(counts: Counts, cases: Sequence[TestCase]) -> Counts:
    """Add names to counts: all of them if they agree with the counts, else those that failed.

    Lines that look like a test's can come from the tests themselves; the counts decide.
    """
    whole = counted(cases)
    bad = [case for case in cases if case.outcome in {"failed", "error"}]
    same = (whole.passed, whole.failed + whole.errors, whole.skipped)
    if same == (counts.passed, counts.failed + counts.errors, counts.skipped):
        kept: Sequence[TestCase] = cases
    else:
        kept = bad if 0 < len(bad) <= counts.failed + counts.errors else ()
    return Counts(
        passed=counts.passed,
        failed=counts.failed,
        errors=counts.errors,
        skipped=counts.skipped,
        cases=named(kept),
        uncounted=counts.uncounted,
    )


def with_ends(found: Sequence[re.Match[str]], text: str) -> Iterator[tuple[re.Match[str], int]]:
    """Return each match with the place at which the next one begins, or the text ends."""
    for place, one in enumerate(found):
        yield one, found[place + 1].start() if place + 1 < len(found) else len(text)


def case(name: str, outcome: Outcome, message: str = "", file: str = "") -> TestCase:
    """Return one test, with the first line of why it did not pass."""
    first = (message.strip().splitlines() or [""])[0][:MESSAGE_LIMIT]
    return TestCase(name=name.strip(), outcome=outcome, message=first.strip(), file=file)


def named(cases: Sequence[TestCase]) -> tuple[TestCase, ...]:
    """Give each case the shortest name that is its own: with its file, or numbered."""
    files = Counter(name for name, _ in {(one.name, one.file) for one in cases})
    seen = Counter[str]()
    found = []
    for one in cases:
        several = files[one.name] > 1
        name = "::".join([part for part in (one.file * several, one.name) if part])
        seen[name] += 1
        if seen[name] > 1:
            name = f"{name} ({seen[name]})"
        found.append(TestCase(name=name, outcome=one.outcome, message=one.message, file=one.file))
    return tuple(found)


def tree(lines: Iterable[str], marks: dict[str, Outcome], *, closed: str = "") -> list[TestCase]:
    """Read tests that are shown below their suites by indentation: `    ✓ two numbers (2 ms)`.

    `marks` are regular expressions of what stands before a test's name; a line without one is
    the name of a suite, unless `closed`, a pattern, says that it ends one.
    """
    found = list[TestCase]()
    above = list[tuple[int, str]]()
    for line in lines:
        text = line.strip()
        if not text or (closed and re.match(closed, text)):
            continue
        depth = len(line) - len(line.lstrip())
        above = [one for one in above if one[0] < depth]
        marked = next(
            ((rest, outcome) for mark, outcome in marks.items() if (rest := _behind(mark, text))),
            None,
        )
        if marked is None:
            above.append((depth, TIMED.sub("", text)))
            continue
        path = " > ".join([*(name for _, name in above), TIMED.sub("", marked[0])])
        found.append(TestCase(name=path, outcome=marked[1]))
    return found


TIMED = lazy.pattern(r"\s+\(?\d+(?:\.\d+)?\s?(?:ms|s|m|µs)\)?$")


def _behind(mark: str, text: str) -> str:
    found = re.match(mark, text)
    return text[found.end() :].strip() if found else ""
