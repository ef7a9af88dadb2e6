"""Which weakened tests a measurement rests on."""

import re
from collections.abc import Sequence

from gsd_run.checking.integrity.weakening import Weakening
from gsd_run.domain.measurement import Measurement, TestCase


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


def _ran(one: Weakening, cases: Sequence[TestCase]) -> bool:
    in_file = [case for case in cases if not case.file or _same_file(case.file, one.path)]
    if not one.test:
        return bool(in_file)
    name = _plain(one.test.rpartition(" > ")[2])
    return any(name in _plain(case.name) for case in in_file)


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
