"""Tests before and after the work, one by one: which were fixed, broke, came or went."""

from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct

from gsd_run.domain.event import Measured
from gsd_run.domain.measurement import Measurement, TestCase, TestRun

# "ceased" is a test that no longer fails, of a runner that does not name those that pass.
Fate = Literal[
    "broken", "failing", "fixed", "new", "vanished", "ceased", "skipped", "passing"
]  # fmt: skip
FATES: dict[Fate, tuple[str, str]] = {
    "broken": ("broken", "does not pass now, and did not fail before"),
    "failing": ("still failing", "does not pass now, and is not known to have passed before"),
    "fixed": ("fixed", "did not pass before, passes now"),
    "new": ("new", "was not there before"),
    "vanished": ("vanished", "was there before, is not now"),
    "ceased": ("no longer failing", "failed before; only failures are known by name now"),
    "skipped": ("skipped", "was skipped, and is now"),
    "passing": ("passing", "passes now, and is not known to have failed before"),
}


class TestFate(Struct, frozen=True, kw_only=True):
    """One test; `before` and `after` are its outcomes, "" where it was not, or is not known."""

    __test__ = False

    name: str
    file: str
    fate: Fate
    before: str
    after: str
    message: str = ""


class TestsOf(Struct, frozen=True, kw_only=True):
    """The tests of one script. `whole` tells that every test is known by name, before and after.

    `before` is None where the script ran no tests at the base commit.
    """

    __test__ = False

    script: str
    before: TestRun | None
    after: TestRun
    whole: bool
    tests: tuple[TestFate, ...]

    def count(self, fate: Fate) -> int:
        """Return how many tests met a fate."""
        return sum(one.fate == fate for one in self.tests)


def compared_tests(
    measured: Iterable[Measured],
    wholes: Mapping[str, Measurement],
    base_tree: str,
    last_tree: str | None,
) -> tuple[TestsOf, ...]:
    """Return the tests of every script that ran any on the last tree, the largest first.

    Scripts that ran the very same tests with the same outcomes are told once. Where the run has
    no last tree yet, what a script showed last counts, of whatever tree after the base.
    """
    before: dict[str, Measurement] = {}
    after: dict[str, Measurement] = {}
    for one in measured:
        if one.without:
            continue
        found = wholes.get(one.stored, one.measurement)
        if one.tree == base_tree:
            before[one.measurement.script] = found
        elif last_tree is None:
            after[one.measurement.script] = found
        if one.tree == last_tree:
            after[one.measurement.script] = found
    told = []
    for script, found in after.items():
        now = _largest(found)
        if now is not None:
            told.append(_compared(script, _largest(before.get(script)), now))
    told.sort(key=lambda one: (-one.after.collected, one.script.count("\n")))
    seen: dict[tuple[object, ...], TestsOf] = {}
    for each in told:
        seen.setdefault((each.tests, each.after.passed, each.after.collected), each)
    return tuple(seen.values())


def _largest(found: Measurement | None) -> TestRun | None:
    runs = [one for one in found.tests if one.collected or one.uncounted] if found else []
    return max(runs, key=lambda one: one.collected, default=None)


def _compared(script: str, before: TestRun | None, after: TestRun) -> TestsOf:
    then, now = _cases(before), _cases(after)
    known = (before is not None and before.named, after.named)
    fates = [
        _fate(key, then.get(key), now.get(key), known, before is not None)
        for key in dict.fromkeys((*now, *then))
    ]
    order = list(FATES)
    fates.sort(key=lambda one: (order.index(one.fate), one.file, one.name))
    whole = all(known)
    return TestsOf(script=script, before=before, after=after, whole=whole, tests=tuple(fates))


def _cases(run: TestRun | None) -> dict[tuple[str, str], TestCase]:
    """Return tests by file and name: by its name alone one is called differently beside others."""
    found = {}
    for case in run.cases if run else ():
        name = case.name
        if case.file and name.startswith(f"{case.file}::"):
            name = name.removeprefix(f"{case.file}::")
        found[(case.file, name)] = case
    return found


def _fate(
    key: tuple[str, str],
    before: TestCase | None,
    after: TestCase | None,
    named: tuple[bool, bool],
    measured_before: bool,
) -> TestFate:
    then, now = (one.outcome if one else "" for one in (before, after))
    said = after or before
    return TestFate(
        name=key[1],
        file=key[0],
        fate=_word(then, now, named) if measured_before else _alone(now),
        before=then,
        after=now,
        message=said.message if said else "",
    )


def _alone(now: str) -> Fate:
    """Say how a test stands of which nothing is known before."""
    if now == "passed":
        return "passing"
    return "skipped" if now == "skipped" else "failing"


def _word(then: str, now: str, named: tuple[bool, bool]) -> Fate:  # noqa: PLR0911 - a table
    """Say what became of a test; `named` tells whether all tests are known, before and now."""
    if not now:
        if named[1]:
            return "vanished"
        return "skipped" if then == "skipped" else "ceased"
    if not then:
        if named[0]:
            return "new"
        # it passed before or was not there: neither is known by name
        return "broken" if now in {"failed", "error"} else _alone(now)
    if then == now == "skipped":
        return "skipped"
    if now == "passed":
        return "passing" if then == "passed" else "fixed"
    return "broken" if then == "passed" else "failing"
