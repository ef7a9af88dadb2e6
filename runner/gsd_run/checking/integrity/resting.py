"""Which weakened tests a measurement rests on."""

import re
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from gsd_run.checking.integrity.weakening import Weakening
from gsd_run.domain.measurement import Measurement, TestCase, TestRun


def resting_on(
    found: Sequence[Weakening], measurement: Measurement, before: Measurement | None
) -> tuple[Weakening, ...]:
    """Return the weakenings of tests that this measurement ran, or may have run.

    Where the runner did not name all tests, any of the project may have been among those that ran.
    A test that ran at the base belongs to it as well: it may be gone because it was weakened.
    """
    if not measurement.tests:
        return tuple(one for one in found if one.everywhere)
    cases = [case for run in measurement.tests for case in run.cases]
    named = all(run.named for run in measurement.tests)
    then = [case for run in before.tests for case in run.cases] if before else []
    return tuple(one for one in found if one.everywhere or not named or _ran(one, (*cases, *then)))


def without_declared(before: Measurement | None, found: Sequence[Weakening]) -> Measurement | None:
    """Return what was measured at the base less the tests that the run file says no longer run."""
    gone = [one for one in found if one.declared and one.test and one.ends]
    if before is None or not gone:
        return before
    return replace(before, tests=tuple(_less(run, gone) for run in before.tests))


def _less(run: TestRun, gone: Sequence[Weakening]) -> TestRun:
    out = [case for case in run.cases if any(_ran(one, (case,)) for one in gone)]

    def left(number: int, *outcomes: str) -> int:
        return number - sum(case.outcome in outcomes for case in out)

    return replace(
        run,
        cases=tuple(case for case in run.cases if case not in out),
        passed=left(run.passed, "passed"),
        failed=left(run.failed, "failed"),
        errors=left(run.errors, "error"),
        skipped=left(run.skipped, "skipped"),
    )


def _ran(one: Weakening, cases: Sequence[TestCase]) -> bool:
    in_file = [case for case in cases if not case.file or _same_file(case.file, one.path)]
    if not one.test:
        return bool(in_file)
    name = _plain(one.test.rpartition(" > ")[2])
    return any(name in _plain(case.name) for case in in_file)


def called_now(case: TestCase, names: Mapping[tuple[str, str], str]) -> TestCase:
    """Return a case of the base by the name that its test has now; `names` as `renamed` gives."""
    for (path, old), new in names.items():
        if case.file and not _same_file(case.file, path):
            continue
        found = re.search(rf"(?<![\w]){re.escape(old)}(?=$|\[|\()", case.name)
        if found:
            return replace(case, name=case.name[: found.start()] + new + case.name[found.end() :])
    return case


def _same_file(told: str, path: str) -> bool:
    """Compare a runner's name of a file, which may be a path or a dotted name, with its path."""
    bare = re.sub(r"\.\w+$", "", path)
    dotted = re.sub(r"\.py$", "", told).replace("\\", "/").replace(".", "/")
    told = told.replace("\\", "/").removeprefix("./")
    return (
        told.endswith(path)
        or path.endswith(told)
        or bare.endswith(dotted)
        or f"{bare}/" in f"{dotted}/"
    )


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", " ", name).strip().lower()
