"""Rules about numbers of tests: the same tests with different numbers within one plan.

Two numbers are compared only where the words beside them say that they speak of the same thing:
the same test file, or the same words for the same tests, at the same time.
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from gsd_run.checking.lint.subject import Subject
from gsd_run.domain import lazy
from gsd_run.domain.claim import Claim
from gsd_run.domain.plan import Finding
from gsd_run.domain.rule import Rule

TEST_COUNTS = Rule(
    code="C221",
    name="test-counts-differ",
    severity="warning",
    about="A plan gives two numbers for the same tests.",
    why="At most one of them can hold, so one of the claims is REFUTED.",
    mend="Write the number that the work ends with wherever these tests are counted.",
)
_TEST_FILE = lazy.pattern(
    r"[\w./-]*(?:\btest_\w+|_tests?|[._-](?:test|spec))\.(?:py|[cm]?[jt]sx?|go|rs|exs|rb|kt|java|php)\b"
)
_PASS = r"(?:pass(?:es|ed|ing)?\b|(?:are|is|stay|remain)s? (?:still )?(?:green|passing)|green\b)"
_COUNTS = lazy.pattern(
    r"\b(?:(?P<of>\d+) ?(?:/|of)(?: the)? ?(?P<total>\d+)|(?:(?:all|the|all of the) )?(?P<all>\d+)|"
    r"at least (?P<min>\d+)|(?P<up>\d+)\+) (?P<kind>(?:[A-Za-z][\w.-]* ){0,3}?)"
    r"(?:tests?|test cases|specs?) (?:in `?[\w./-]+`? )?"
    rf"(?:still |now |should |must |to |continue to )*{_PASS}",
    re.IGNORECASE,
)
# "Phase 3 of 8" tells a place in an order, not a share.
PLACE = lazy.pattern(
    r"\b(?:phase|plan|step|round|task|wave|question|page|part)s?:? $", re.IGNORECASE
)
_SEARCHED = lazy.pattern(r"\b([1-9]\d*) passed\b")
_SAYS_NOTHING = frozenset(("all", "the", "these", "of", "its", "unit", "individual", "total"))
_PARTIAL = lazy.pattern(
    r"\b(?:skip|fail(?!ures?\b)|pending|todo|red\b|minus|except|plus|before|previous|down)"
    r"|\bup from|::",
    re.IGNORECASE,
)
_NONE_FAILED = lazy.pattern(r"\b(?:0|no|zero) fail\w*|\(.*?up from.*?\)", re.IGNORECASE)


class Figure(Struct, frozen=True, kw_only=True):
    """A number of tests that should pass, what it counts, and where."""

    subject: str
    number: int
    at_least: bool
    line: int
    words: str


def differing_counts(subject: Subject) -> Iterator[Finding]:
    """Find tests of which the plan gives two numbers."""
    yield from _test_counts(subject)
    yield from _searched_counts(subject)


def _test_counts(subject: Subject) -> Iterator[Finding]:
    groups: dict[tuple[object, str], list[Figure]] = {}
    last: dict[str, int] = {}
    for claim in counting_tests(subject):
        for figure in figures_of(subject, claim):
            if not figure.subject:
                continue
            groups.setdefault((claim.task, figure.subject), []).append(figure)
            if claim.task is not None:
                last[figure.subject] = max(last.get(figure.subject, 0), claim.task)
    for (task, what), figures in groups.items():
        # what the plan says of the end is compared with the last task that counts these tests
        before = groups.get((last.get(what), what), []) if task is None else []
        known = [*before, *figures]
        for figure in figures:
            other = next((one for one in known if _differ(one, figure)), None)
            if other is not None:
                told = f'"{figure.words}" here, but "{other.words}" in line {other.line}'
                yield subject.found(TEST_COUNTS, figure.line, told, figure.words)
                break


def _searched_counts(subject: Subject) -> Iterator[Finding]:
    """Find a number of passed tests that a task's command searches for, and its words do not say.

    Only where the task gives one number in words and one in its commands.
    """
    said: dict[int, dict[int, Figure]] = {}
    for claim in counting_tests(subject):
        for figure in figures_of(subject, claim):
            if claim.task is not None and not figure.at_least:
                said.setdefault(claim.task, {}).setdefault(figure.number, figure)
    if not said:
        return
    searched: dict[int, dict[int, int]] = {}
    for claim, command in subject.commands():
        for match in _SEARCHED.finditer(command.text):
            line = command.line + command.text.count("\n", 0, match.start())
            searched.setdefault(claim.task or 0, {}).setdefault(int(match[1]), line)
    for task, numbers in searched.items():
        figures = said.get(task, {})
        if len(numbers) != 1 or len(figures) != 1 or numbers.keys() == figures.keys():
            continue
        (number, line), figure = next(iter(numbers.items())), next(iter(figures.values()))
        told = f'"{number} passed" is searched for, but line {figure.line} says "{figure.words}"'
        yield subject.found(TEST_COUNTS, line, told, f"{number} passed")


def _differ(one: Figure, other: Figure) -> bool:
    if one.at_least and other.at_least:
        return False  # what is at least 12 is at least 10, too
    if one.at_least or other.at_least:
        least, exact = (one, other) if one.at_least else (other, one)
        return exact.number < least.number
    return one.number != other.number


def counting_tests(subject: Subject) -> Iterator[Claim]:
    """Return the claims that may count tests."""
    for claim in subject.compiled.claims:
        if "test" in claim.text and ("pass" in claim.text or "green" in claim.text):
            yield claim


def figures_of(subject: Subject, claim: Claim) -> Iterator[Figure]:
    """Return the numbers of passing tests that a claim gives, at most one a line."""
    for number in range(claim.line, claim.line + claim.text.count("\n") + 1):
        line = subject.lines[number - 1] if number <= len(subject.lines) else ""
        match = _COUNTS.search(line)
        if match is None or _PARTIAL.search(_NONE_FAILED.sub("", line)):
            continue
        is_place = PLACE.search(line[: match.start()]) is not None
        if is_place or (match["total"] and match["of"] != match["total"]):
            continue
        files = {found.rpartition("/")[2] for found in _TEST_FILE.findall(line)}
        words = match["kind"].lower().split()
        kind = " ".join(word for word in words if word not in _SAYS_NOTHING)
        if len(files) < 2:  # noqa: PLR2004 - else it is open what is counted
            yield Figure(
                subject=" ".join((*files, kind)).strip(),
                number=int(match["total"] or match["all"] or match["min"] or match["up"]),
                at_least=bool(match["min"] or match["up"]),
                line=number,
                words=match[0].strip(),
            )
