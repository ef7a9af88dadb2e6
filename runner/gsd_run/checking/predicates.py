"""Expectations against a measurement: each predicate says what it saw and by what rule."""

import re
from collections.abc import Callable, Sequence

from msgspec import Struct

from gsd_run.checking.adaptations import shown
from gsd_run.domain.claim import Evidence, Expectation, State
from gsd_run.domain.measurement import CommandRun, FileCoverage, Measurement, TestRun

SIGPIPE = 141
NOTHING_FOUND = 1  # exit status of a search without a match
_SEARCHES = re.compile(r"(?:^|/)(?:grep|egrep|fgrep|rg|ag|git grep)$")


class Observation(Struct, frozen=True, kw_only=True):
    """What one predicate found."""

    state: State
    reason: str
    evidence: tuple[Evidence, ...] = ()
    deviations: tuple[str, ...] = ()


def judge_expectation(
    expectation: Expectation, measurement: Measurement, before: Measurement | None
) -> Observation:
    """Compare one expectation with what a script showed, and with what it showed at the base."""
    if measurement.trouble:
        state: State = "REFUTED" if measurement.timed_out else "UNPROVEN"
        return Observation(state=state, reason=measurement.trouble, evidence=(_ran(measurement),))
    return _PREDICATES[expectation.kind](expectation, measurement, before)


def _ran(measurement: Measurement, found: str = "") -> Evidence:
    """Return the evidence of a script: its commands, and what they came to."""
    result = found or f"exit {measurement.status}"
    return Evidence(check=shown(measurement.script), found=result, measurement=measurement.key)


def succeeded(command: CommandRun) -> bool:
    """Tell whether every member of a pipeline did its part.

    The last decides; of those before it a search may find nothing, and SIGPIPE only says that
    the reader had enough.
    """
    earlier = list(zip(command.members, command.statuses, strict=False))[:-1]
    return command.status == 0 and all(
        status in {0, SIGPIPE} or (status == NOTHING_FOUND and _is_search(member))
        for member, status in earlier
    )


def _is_search(member: str) -> bool:
    words = [word for word in member.split() if "=" not in word.split("/")[0]]
    return bool(words and _SEARCHES.search(words[0])) or member.startswith("git grep")


def _exit_zero(_: Expectation, measurement: Measurement, before: Measurement | None) -> Observation:
    if measurement.tests:
        tests = _tests_pass(_, measurement, before)
        if tests.state != "PROVEN":
            return tests
    failed = [command for command in measurement.commands if not succeeded(command)]
    if failed and re.search(r"\|\||; *echo\b|; *true\b", measurement.script):
        return Observation(
            state="UNPROVEN",
            reason=f"{_told(failed[0])}, and the script goes on past that",
            evidence=(_ran(measurement, _told(failed[0])),),
        )
    if failed or measurement.status != 0:
        found = _told(failed[0]) if failed else f"exit {measurement.status}"
        return Observation(state="REFUTED", reason=found, evidence=(_ran(measurement, found),))
    if not measurement.commands:
        return Observation(state="UNPROVEN", reason="no command ran", evidence=(_ran(measurement),))
    if all(_says_nothing(member) for one in measurement.commands for member in one.members):
        reason = "these commands succeed whatever the state of the project"
        return Observation(state="UNPROVEN", reason=reason, evidence=(_ran(measurement),))
    found = _summary(measurement)
    return Observation(state="PROVEN", reason=found, evidence=(_ran(measurement, found),))


def _says_nothing(member: str) -> bool:
    words = member.split()
    return not words or words[0] in {"echo", "printf", "true", ":", "export", "set", "pwd", "date"}


def _told(command: CommandRun) -> str:
    """Say how a command failed, with the last words of its output."""
    pairs = zip(command.members, command.statuses, strict=False)
    bad = [(member, status) for member, status in pairs if status not in {0, SIGPIPE}]
    member, status = bad[0] if bad else (command.text, command.status)
    last = _last_line(command.stderr) or _last_line(command.stdout)
    name = _brief(member)
    return f"`{name}` exited {status}" + (f": {last}" if last else "")


def _brief(text: str) -> str:
    line = shown(text.strip()).split("\n")[0]
    return line if len(line) <= 60 else line[:59] + "…"  # noqa: PLR2004 - a readable width


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip(" =-")]
    return lines[-1][:200] if lines else ""


def _summary(measurement: Measurement) -> str:
    if measurement.tests:
        return "; ".join(counts(run) for run in measurement.tests)
    last = measurement.commands[-1]
    lines = [line for line in last.stdout.splitlines() if line.strip()]
    if not lines:
        return "exit 0"
    if len(lines) == 1:
        return f"exit 0: {lines[0].strip()[:200]}"
    return f"exit 0, {len(lines)} lines: {lines[0].strip()[:120]}"


def counts(run: TestRun) -> str:
    """Say a test run's counts as its runner would."""
    told = [f"{run.passed} passed"]
    for number, word in ((run.failed, "failed"), (run.errors, "errors"), (run.skipped, "skipped")):
        if number:
            told.append(f"{number} {word}")
    return ", ".join(told)


def _tests(
    test: Callable[[Expectation, TestRun], bool], wanted: Callable[[Expectation], str]
) -> Callable[[Expectation, Measurement, Measurement | None], Observation]:
    """Make a predicate on the counts: some run must fulfil it, and no test may have vanished."""

    def predicate(
        expectation: Expectation, measurement: Measurement, before: Measurement | None
    ) -> Observation:
        if not measurement.tests:
            return Observation(
                state="UNPROVEN",
                reason="no test results were found in what the command left",
                evidence=(_ran(measurement),),
            )
        told = "; ".join(counts(run) for run in measurement.tests)
        evidence = (_ran(measurement, told),)
        gone = vanished(measurement, before)
        if gone:
            reason = f"{len(gone)} tests that ran at the base are gone: {', '.join(gone[:3])}"
            return Observation(state="REFUTED", reason=reason, evidence=evidence)
        if any(test(expectation, run) for run in measurement.tests):
            return Observation(state="PROVEN", reason=told, evidence=evidence)
        reason = f"{told}; {wanted(expectation)}"
        return Observation(state="REFUTED", reason=reason, evidence=evidence)

    return predicate


def vanished(measurement: Measurement, before: Measurement | None) -> tuple[str, ...]:
    """Return the tests by name that the same script ran at the base and does not run now."""
    if before is None or not before.tests:
        return ()
    now = {case.name for run in measurement.tests for case in run.cases}
    then = [case.name for run in before.tests for case in run.cases]
    return tuple(name for name in then if name not in now) if now else ()


def _all_passed(run: TestRun) -> bool:
    return run.passed > 0 and run.failed == 0 and run.errors == 0


_tests_pass = _tests(lambda _, run: _all_passed(run), lambda _: "all should pass, at least one")
_tests_passed = _tests(
    lambda wanted, run: run.passed == wanted.number,
    lambda wanted: f"{wanted.number:g} should pass",
)
_tests_failed = _tests(
    lambda wanted, run: run.failed + run.errors == wanted.number and run.collected > 0,
    lambda wanted: f"{wanted.number:g} should fail",
)
_pass_rate = _tests(
    lambda wanted, run: same_figure(rate(run), wanted.number, wanted.text),
    lambda wanted: f"the pass rate should be {wanted.number:g} %",
)


def rate(run: TestRun) -> float:
    """Return the percentage of the collected tests that passed."""
    return 100 * run.passed / run.collected if run.collected else 0.0


def same_figure(measured: float, claimed: float | None, text: str) -> bool:
    """Compare to as many decimals as the text gives."""
    if claimed is None:
        return False
    decimals = max((len(part) for part in re.findall(r"\d+\.(\d+)", text)), default=0)
    return round(measured, decimals) == claimed


def _pass_rate_before(
    expectation: Expectation, measurement: Measurement, before: Measurement | None
) -> Observation:
    """A figure of the past says nothing of the work: where it is off, that is a deviation."""
    if before is None or not before.tests:
        return Observation(state="UNPROVEN", reason="the pass rate at the base was not measured")
    run = max(before.tests, key=lambda one: one.collected)
    found = f"{rate(run):.1f} % at the base ({run.passed} of {run.collected})"
    evidence = (_ran(before, found),)
    if same_figure(rate(run), expectation.number, expectation.text):
        return Observation(state="PROVEN", reason=found, evidence=evidence)
    told = f'the plan says "{expectation.text}"; measured: {found}'
    return Observation(state="UNPROVEN", reason=told, evidence=evidence, deviations=(told,))


def _failures_lack(
    expectation: Expectation, measurement: Measurement, _: Measurement | None
) -> Observation:
    if not measurement.tests:
        return Observation(state="UNPROVEN", reason="no test results were found")
    cases = [case for run in measurement.tests for case in run.cases]
    failures = [case for case in cases if case.outcome in {"failed", "error"}]
    hit = [case for case in failures if expectation.value in case.message]
    counted = sum(run.failed + run.errors for run in measurement.tests)
    found = f"{len(failures)} failures, {len(hit)} with {expectation.value}"
    evidence = (_ran(measurement, found),)
    if hit:
        reason = f"{len(hit)} tests fail with {expectation.value}, first {hit[0].name}"
        return Observation(state="REFUTED", reason=reason, evidence=evidence)
    if counted > len(failures) or not any(run.passed for run in measurement.tests):
        return Observation(
            state="UNPROVEN", reason="failures are not known by name", evidence=evidence
        )
    return Observation(
        state="PROVEN", reason=f"no failure with {expectation.value}", evidence=evidence
    )


def _texts(measurement: Measurement) -> list[str]:
    return [text for command in measurement.commands for text in (command.stdout, command.stderr)]


def _output_contains(
    expectation: Expectation, measurement: Measurement, _: Measurement | None
) -> Observation:
    word = rf"(?<![\w-]){re.escape(expectation.value)}(?![\w-])"
    for text in _texts(measurement):
        for line in text.splitlines():
            if re.search(word, line) and not re.search(rf"\b(?:not|no|un)[ -]?{word}", line, re.I):
                found = f"output: {line.strip()[:200]}"
                return Observation(
                    state="PROVEN", reason=found, evidence=(_ran(measurement, found),)
                )
    reason = f'"{expectation.value}" is not in the output'
    return Observation(state="REFUTED", reason=reason, evidence=(_ran(measurement),))


def _output_lacks(
    expectation: Expectation, measurement: Measurement, _: Measurement | None
) -> Observation:
    lines = [line for text in _texts(measurement) for line in text.splitlines()]
    hits = [line.strip() for line in lines if expectation.value in line]
    if hits:
        reason = f"{expectation.value} stands in {len(hits)} lines, first: {hits[0][:160]}"
        return Observation(state="REFUTED", reason=reason, evidence=(_ran(measurement, reason),))
    if not any(line.strip() for line in lines):
        return Observation(
            state="UNPROVEN", reason="the command printed nothing", evidence=(_ran(measurement),)
        )
    found = f"no {expectation.value} in {len(lines)} lines of output"
    return Observation(state="PROVEN", reason=found, evidence=(_ran(measurement, found),))


def _output_empty(_: Expectation, measurement: Measurement, __: Measurement | None) -> Observation:
    """Empty output is success for a search (status 1), but not where a command went wrong."""
    if not measurement.commands:
        return Observation(state="UNPROVEN", reason="no command ran", evidence=(_ran(measurement),))
    last = measurement.commands[-1]
    printed = [line for line in last.stdout.splitlines() if line.strip()]
    if printed:
        reason = f"{len(printed)} lines of output, first: {printed[0].strip()[:160]}"
        return Observation(state="REFUTED", reason=reason, evidence=(_ran(measurement, reason),))
    for command in measurement.commands:
        for member, status in zip(command.members, command.statuses, strict=False):
            if status not in {0, SIGPIPE} and not (status == NOTHING_FOUND and _is_search(member)):
                reason = f"{_told(command)}; its empty output shows nothing"
                return Observation(
                    state="UNPROVEN", reason=reason, evidence=(_ran(measurement, reason),)
                )
    found = f"no output (exit {last.status})"
    return Observation(state="PROVEN", reason=found, evidence=(_ran(measurement, found),))


def _covered(wanted: str, files: Sequence[FileCoverage]) -> tuple[FileCoverage | None, str]:
    """Find the one file that a coverage claim speaks of, or say why there is none."""
    if not files:
        return None, "no coverage was measured"
    named = (
        [file for file in files if file.path == wanted or file.path.endswith(f"/{wanted}")]
        if wanted
        else list(files)
    )
    if len(named) == 1:
        return named[0], ""
    if not named:
        return None, f"the coverage that was measured has no {wanted}"
    paths = ", ".join(file.path for file in named[:4])
    return None, f"{len(named)} files fit: {paths}; the plan does not say which"


def _coverage_at_least(
    expectation: Expectation, measurement: Measurement, before: Measurement | None
) -> Observation:
    file, why = _covered(expectation.value, measurement.coverage)
    if file is None:
        return Observation(state="UNPROVEN", reason=why, evidence=(_ran(measurement, why),))
    wanted = expectation.number or 0.0
    found = f"{file.path}: {file.percent:.1f} % of {file.statements} statements"
    then, _ = _covered(expectation.value, before.coverage if before else ())
    if before is not None and then is not None and then.percent >= wanted:
        failing = sum(run.failed + run.errors for run in before.tests)
        found += f" ({then.percent:.1f} % at the base already"
        found += f", with {failing} tests failing: lines count as covered when they run, "
        found += "importing the module included)" if failing else ")"
    evidence = (_ran(measurement, found),)
    state: State = "PROVEN" if file.percent >= wanted else "REFUTED"
    return Observation(state=state, reason=found, evidence=evidence)


def _coverage_kept(
    expectation: Expectation, measurement: Measurement, before: Measurement | None
) -> Observation:
    now, why = _covered(expectation.value, measurement.coverage)
    then, why_before = _covered(expectation.value, before.coverage if before else ())
    if now is None or then is None:
        reason = why or f"at the base: {why_before}"
        return Observation(state="UNPROVEN", reason=reason, evidence=(_ran(measurement),))
    found = f"{now.percent:.1f} % now, {then.percent:.1f} % at the base"
    state: State = "PROVEN" if now.percent >= then.percent else "REFUTED"
    return Observation(state=state, reason=found, evidence=(_ran(measurement, found),))


_Predicate = Callable[[Expectation, Measurement, Measurement | None], Observation]

_PREDICATES: dict[str, _Predicate] = {
    "exit_zero": _exit_zero,
    "output_contains": _output_contains,
    "output_lacks": _output_lacks,
    "output_empty": _output_empty,
    "tests_passed": _tests_passed,
    "tests_failed": _tests_failed,
    "tests_pass": _tests_pass,
    "failures_lack": _failures_lack,
    "pass_rate": _pass_rate,
    "pass_rate_before": _pass_rate_before,
    "coverage_at_least": _coverage_at_least,
    "coverage_kept": _coverage_kept,
}
