"""Judging a truth by the tests that ran: one that says the same, and is able to fail."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.checking.predicates.observation import Observation, ran
from gsd_run.checking.truths.alone import alone
from gsd_run.checking.truths.matching import Fit, fit, unlike
from gsd_run.checking.truths.test_texts import Files, Ran, body_of, names_in, words_in
from gsd_run.checking.truths.words import words_of
from gsd_run.domain.claim import (
    Evidence,
    Expectation,
    ScriptCheck,
    ScriptSource,
    State,
    TestedCheck,
)
from gsd_run.domain.measurement import Measurement, TestCase

Measure = Callable[[ScriptSource], Measurement]
Before = Callable[[ScriptSource], Measurement | None]

_BAD = frozenset({"failed", "error"})
_LEAST_NEAR = 2  # of a truth's words that a test must have to be called near


class Shown(Struct, frozen=True, kw_only=True):
    """What the tests show of a truth; `doubt` and `again` are as in PartVerdict.

    `alone` is the script that ran the test by itself, with its measurement, if it was run: without
    the tests that it passed over.
    """

    observation: Observation
    alone: tuple[ScriptSource, Measurement] | None = None
    doubt: str = ""
    again: ScriptCheck | None = None


class _Candidate(Struct, frozen=True, kw_only=True):
    test: Ran
    source: ScriptSource
    fit: Fit


def judge_tested(check: TestedCheck, root: Path, measure: Measure, before: Before) -> Shown:
    """Judge a truth by the test that says the same; without one it stays UNPROVEN."""
    measured = [(source, measure(source)) for source in check.sources]
    files = Files(root)
    candidates = list(_candidates(check.statement, measured, files))
    fitting = [one for one in candidates if one.fit.fits]
    if not fitting:
        return _unproven(_nearest(candidates, measured), measured)
    chosen = _placed(fitting[0], files)
    named = _named(chosen.test)
    body = body_of(chosen.test, files)
    if body is None:
        return _unproven(f"{named} says the same, but is not found in one place", measured)
    at = f"{named} ({chosen.test.path}:{body.line})"
    if why := body.why or unlike(words_of(check.statement), body.text, body.beside):
        return _unproven(f"{at} says the same, but {why}", measured)
    script = alone(chosen.test, chosen.source.script, root)
    if not script:
        told = f"{at} says the same, but a test of {chosen.test.runner} can't be run by itself"
        return _unproven(told, measured)
    source = ScriptSource(claim=chosen.source.claim, script=script)
    return _run_alone(check, chosen, at, (source, measure(source)), before)


def _run_alone(
    check: TestedCheck,
    chosen: _Candidate,
    at: str,
    one: tuple[ScriptSource, Measurement],
    before: Before,
) -> Shown:
    source, measurement = one
    one = (source, _ran_only(measurement))
    state, told = _result(chosen.test, measurement)
    reason = f"{at} says the same; by itself: {told}"
    seen = Observation(state=state, reason=reason, evidence=(ran(measurement, told),))
    if state != "PROVEN":
        return Shown(observation=seen, alone=one)
    # A file that the test itself stands in can't be taken away from it.
    subject = tuple(path for path in check.subject if path != chosen.test.path)
    text = f"{_named(chosen.test)} passes"
    passes = (
        Expectation(kind="exit_zero", text=text),
        Expectation(kind="tests_pass", text=text),
    )
    again = ScriptCheck(sources=(source,), expectations=passes, subject=subject)
    doubt = _doubt(again, chosen, source, before)
    return Shown(observation=seen, alone=one, doubt=doubt, again=again if doubt else None)


def _placed(chosen: _Candidate, files: Files) -> _Candidate:
    """Return a test with its file, which not every runner tells."""
    test = chosen.test
    path = test.path or files.path_of(test.case, test.names)
    return replace(chosen, test=replace(test, path=path))


def _ran_only(measurement: Measurement) -> Measurement:
    runs = (
        replace(run, skipped=0, cases=tuple(one for one in run.cases if one.outcome != "skipped"))
        for run in measurement.tests
    )
    return replace(measurement, tests=tuple(runs))


def _candidates(
    statement: str, measured: Sequence[tuple[ScriptSource, Measurement]], files: Files
) -> Iterator[_Candidate]:
    """Return the tests that share words with a statement, each with how well it fits."""
    truth = words_of(statement)
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for source, measurement in measured:
        for run in measurement.tests:
            grouped: dict[tuple[str, tuple[str, ...]], list[TestCase]] = {}
            # Where a runner does not name the tests that passed, their files do.
            for case in run.cases if run.named else files.written_for(run.runner):
                grouped.setdefault((case.file, names_in(case)), []).append(case)
            for (file, names), cases in grouped.items():
                if (file, names) in seen or not names:
                    continue
                seen.add((file, names))
                said = {word for name in names for word in words_of(name).content}
                docstrings = file.endswith(".py") or run.runner == "pytest"
                if not docstrings and len(said & set(truth.content)) < _LEAST_NEAR:
                    continue
                test = Ran(
                    case=cases[0], path=files.told(file) if file else "", names=names,
                    runner=run.runner, outcomes=tuple(case.outcome for case in cases),
                )  # fmt: skip
                yield _Candidate(test=test, source=source, fit=fit(truth, words_in(test, files)))


def _result(test: Ran, measurement: Measurement) -> tuple[State, str]:
    """Say how a test that was run by itself came out: exactly it must have passed.

    It REFUTES if it fails among the others as well; else it may be the way it was run by itself.
    """
    if measurement.trouble:
        return "UNPROVEN", measurement.trouble
    cases = [case for run in measurement.tests for case in run.cases]
    failed = sum(run.failed + run.errors for run in measurement.tests)
    if failed:
        messages = [case.message for case in cases if case.outcome in _BAD and case.message]
        told = f"{failed} failed" + "".join(f": {one}" for one in messages[:1])
        if _BAD.isdisjoint(test.outcomes):
            return "UNPROVEN", f"{told}; among the others it was not seen to fail"
        return "REFUTED", told
    number = sum(run.passed for run in measurement.tests)
    passed = [case for case in cases if case.outcome == "passed"]
    skipped = any(case.outcome == "skipped" and _is(test, case) for case in cases)
    if skipped:
        return "UNPROVEN", "it is skipped" if not number else "a part of it is skipped"
    alone_by_count = number == 1 and not passed  # the runner gives no names
    by_name = len(passed) == number > 0 and all(_is(test, case) for case in passed)
    if alone_by_count or by_name:
        return "PROVEN", f"{number} passed"
    return "UNPROVEN", f"{number} tests ran, not it alone" if number else "it does not run"


def _is(test: Ran, case: TestCase) -> bool:
    """Tell whether a case is this test, or in Go the one that it belongs to."""
    names = names_in(case)
    whole = "/".join(test.names)
    return names[-1:] == test.names[-1:] or (
        test.runner == "go test" and f"{whole}/".startswith("/".join(names) + "/")
    )


def _doubt(check: ScriptCheck, chosen: _Candidate, source: ScriptSource, before: Before) -> str:
    """Say why a test that passes might be unable to fail, "" when it did fail before the work."""
    then = before(source)
    if then is not None and any(run.failed + run.errors for run in then.tests):
        return ""
    suite = before(chosen.source)
    cases = [case for run in suite.tests for case in run.cases] if suite else []
    mine = [case for case in cases if names_in(case) == chosen.test.names]
    if any(case.outcome in _BAD for case in mine):
        return ""
    named = suite is not None and all(run.named for run in suite.tests)
    if suite is None or not (mine or named):
        return "it is not known how its test came out at the base commit"
    if any(case.outcome == "passed" for case in mine):
        return "its test passed at the base commit, too"
    if suite.tests and not check.subject:
        return ""
    return "its test was not there at the base commit"


def _nearest(
    candidates: Sequence[_Candidate], measured: Sequence[tuple[ScriptSource, Measurement]]
) -> str:
    near = max(candidates, key=lambda one: one.fit.covered, default=None)
    if near is not None and near.fit.covered >= _LEAST_NEAR:
        return f"no test says the same; the nearest is {_named(near.test)}: {near.fit.why}"
    if not any(run.cases for _, one in measured for run in one.tests):
        return "the tests that ran are not known by name"
    return "no test says the same"


def _named(test: Ran) -> str:
    return f'"{" > ".join(test.names)}"'


def _unproven(why: str, measured: Sequence[tuple[ScriptSource, Measurement]]) -> Shown:
    evidence: tuple[Evidence, ...] = tuple(ran(one, why) for _, one in measured[:1])
    return Shown(observation=Observation(state="UNPROVEN", reason=why, evidence=evidence))
