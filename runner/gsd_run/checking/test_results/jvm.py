"""Maven and Gradle, by their closing lines; with names from the XML files that they write."""

import re

from gsd_run.checking.test_results.counts import Counts, added, case, with_cases
from gsd_run.domain import lazy

MAVEN_CLOSING = lazy.pattern(
    r"^(?:\[(?:INFO|WARNING|ERROR)\] )?Tests run: (\d+), Failures: (\d+), Errors: (\d+),"
    r" Skipped: (\d+)(?:, Flakes: \d+)?$",
    re.MULTILINE,
)
MAVEN_NONE = lazy.pattern(
    r"^(?:\[INFO\] )?(?:No tests to run\.|Tests are skipped\.)|^\[INFO\] BUILD SUCCESS",
    re.MULTILINE,
)


def maven(text: str) -> list[Counts]:
    """Add up `Tests run: 5, Failures: 1, Errors: 0, Skipped: 1`, of which each module has one."""
    found = []
    for one in MAVEN_CLOSING.findall(text):
        ran, failed, errors, skipped = (int(said) for said in one)
        found.append(
            Counts(
                passed=max(0, ran - failed - errors - skipped),
                failed=failed,
                errors=errors,
                skipped=skipped,
            )
        )
    if found:
        return [added(found)]
    return [Counts()] * bool(MAVEN_NONE.search(text))


GRADLE_CLOSING = lazy.pattern(
    r"^(?P<tests>\d+) tests? completed, (?P<failed>\d+) failed(?:, (?P<skipped>\d+) skipped)?$",
    re.MULTILINE,
)
GRADLE_BAD = lazy.pattern(r"^(?P<name>\S.* > .+) FAILED\n(?: +(?P<why>\S.*))?", re.MULTILINE)
GRADLE_TASK = lazy.pattern(
    r"^(?:> Task )?(?::[\w.-]+)*:(?:test|\w+Test)(?P<said> [A-Z-]+)?$", re.MULTILINE
)


def gradle(text: str) -> list[Counts]:
    """Read `6 tests completed, 2 failed, 1 skipped`, which Gradle writes only when tests fail.

    A run that goes well says nothing of its tests here; its XML files do.
    """
    found = []
    for said in GRADLE_CLOSING.finditer(text):
        failed, skipped = int(said["failed"]), int(said["skipped"] or 0)
        passed = max(0, int(said["tests"]) - failed - skipped)
        found.append(Counts(passed=passed, failed=failed, skipped=skipped))
    if found:
        bad = [case(one["name"], "failed", one["why"] or "") for one in GRADLE_BAD.finditer(text)]
        return [with_cases(added(found), bad)]
    tasks = [one["said"] for one in GRADLE_TASK.finditer(text)]
    return [Counts()] * bool(tasks and set(tasks) == {" NO-SOURCE"})


def maven_build(text: str) -> list[Counts]:
    """Read what `mvn package` says of tests; a build without any is none that failed to test."""
    return [one for one in maven(text) if one != Counts()]


def gradle_build(text: str) -> list[Counts]:
    """Read what `gradle build` says of tests, like `maven_build`."""
    return [one for one in gradle(text) if one != Counts()]
