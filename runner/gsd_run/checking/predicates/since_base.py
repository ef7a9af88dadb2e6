"""Tests now and at the base: which vanished, which were fixed, which broke, which are skipped."""

from collections.abc import Iterator

from gsd_run.domain.measurement import Measurement, TestCase

_NAMED = 3  # tests that a sentence names


def vanished(measurement: Measurement, before: Measurement | None) -> tuple[str, ...]:
    """Return the tests that the same script ran at the base and does not run now, by name.

    A test that is skipped now and was not then does not run. A name may have got its file before
    it since: then another file has a test of that name. A test without parameters goes on in those
    that it got (`test_a` in `test_a[1]`). Where a runner names only the tests that
    failed, nothing can be said of the others.
    """
    now = list(_cases(measurement))
    if not now or before is None or not all(run.named for run in measurement.tests):
        return ()
    running = [name for case in now if case.outcome != "skipped" for name in _names(case)]
    names = {*running, *(name.partition("[")[0] for name in running)}
    return tuple(
        case.name
        for case in _cases(before)
        if case.outcome != "skipped" and not names.intersection(_names(case))
    )


def missing(measurement: Measurement, before: Measurement | None) -> str:
    """Say how the tests that ran became fewer, "" if they did not, or if that can't be told."""
    if before is None:
        return ""
    if gone := vanished(measurement, before):
        return f"{len(gone)} tests that ran at the base no longer run: {', '.join(gone[:_NAMED])}"
    known = (*measurement.tests, *before.tests)
    same = [run.runner for run in measurement.tests] == [run.runner for run in before.tests]
    counted = not any(run.uncounted for run in known)
    named = all(run.named for run in known)
    ran, ran_then = (_ran(one) for one in (measurement, before))
    # A file that can't be loaded takes its tests along: then they did not vanish.
    broken = any(run.errors for run in measurement.tests)
    if not same or not counted or named or broken or ran >= ran_then:
        return ""
    return f"{ran_then} tests ran at the base, {ran} run now"


def changes(measurement: Measurement, before: Measurement | None) -> str:
    """Say what became of tests since the base, as far as they are named; "" if nothing did."""
    if before is None or before.key == measurement.key or not before.tests:
        return ""
    bad, bad_then = _bad(measurement), _bad(before)
    fixed = [name for name in bad_then if name not in bad and _runs(name, measurement)]
    broke = [name for name in bad if name not in bad_then]
    skipped, skipped_then = (sum(run.skipped for run in one.tests) for one in (measurement, before))
    parts = [_listed("fixed since the base", fixed), _listed("failing since then", broke)]
    if skipped > skipped_then:
        new = [name for name in _skipped(measurement) if name not in _skipped(before)]
        parts.append(f"{skipped_then} skipped at the base" + _in_brackets(new))
    return "; ".join(part for part in parts if part)


def _cases(measurement: Measurement) -> Iterator[TestCase]:
    for run in measurement.tests:
        yield from run.cases


def _names(case: TestCase) -> set[str]:
    bare = case.name.removeprefix(f"{case.file}::") if case.file else case.name
    return {case.name, f"{case.file}::{bare}"}


def _ran(measurement: Measurement) -> int:
    return sum(run.passed + run.failed for run in measurement.tests)


def _bad(measurement: Measurement) -> list[str]:
    return [case.name for case in _cases(measurement) if case.outcome in {"failed", "error"}]


def _skipped(measurement: Measurement) -> list[str]:
    return [case.name for case in _cases(measurement) if case.outcome == "skipped"]


def _runs(name: str, measurement: Measurement) -> bool:
    """Tell whether a test that is not among the failing ones ran, as far as names say."""
    if not all(run.named for run in measurement.tests):
        return any(run.passed or run.uncounted for run in measurement.tests)
    return any(case.name == name and case.outcome == "passed" for case in _cases(measurement))


def _listed(what: str, names: list[str]) -> str:
    if not names:
        return ""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{what}: {', '.join(names[:_NAMED])}{more}"


def _in_brackets(names: list[str]) -> str:
    return f" (now also {', '.join(names[:_NAMED])})" if names else ""
