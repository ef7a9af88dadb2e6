"""Verdicts on claims at trees whose measurements are given as values."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from gsd_run.checking.judging import Tree, judge
from gsd_run.domain.claim import (
    Claim,
    Expectation,
    ExpectationKind,
    Part,
    ScriptCheck,
    ScriptSource,
    Verdict,
)
from gsd_run.domain.measurement import (
    CommandRun,
    FileCoverage,
    Measurement,
    Outcome,
    TestCase,
    TestRun,
)


def command(
    text: str, status: int = 0, stdout: str = "", stderr: str = "", statuses: tuple[int, ...] = ()
) -> CommandRun:
    members = tuple(part.strip() for part in text.split(" | "))
    return CommandRun(
        text=text,
        status=status,
        statuses=statuses or (status,),
        members=members,
        seconds=0.1,
        stdout=stdout,
        stderr=stderr,
    )


def results(passed: int, failed: int = 0, skipped: int = 0, *, number: int = 0) -> TestRun:
    outcomes: list[tuple[str, Outcome]] = [(f"test_{index}", "passed") for index in range(passed)]
    outcomes += [(f"test_{passed + index}", "failed") for index in range(failed)]
    outcomes += [(f"test_{passed + failed + index}", "skipped") for index in range(skipped)]
    return TestRun(
        command=number,
        runner="pytest",
        source="junit",
        passed=passed,
        failed=failed,
        errors=0,
        skipped=skipped,
        cases=tuple(TestCase(name=name, outcome=outcome) for name, outcome in outcomes),
    )


def measured(script: str, *commands: CommandRun, **rest: object) -> Measurement:
    runs = commands or (command(script),)
    return Measurement(
        key=f"key of {script}",
        script=script,
        status=runs[-1].status,
        seconds=1.0,
        commands=runs,
        **rest,  # type: ignore[arg-type]
    )


def tree(*now: Measurement, base: tuple[Measurement, ...] = ()) -> Tree:
    current: Mapping[str, Measurement] = {one.script: one for one in now}
    before = {one.script: one for one in base}
    return Tree(
        root=Path("/nowhere"),
        measure=lambda source: current[source.script],
        before=lambda source: before.get(source.script),
        base_text=None,
    )


def claim(*expectations: Expectation, scripts: tuple[str, ...], every: bool = False) -> Claim:
    sources = tuple(
        ScriptSource(claim=f"verify.{number}", script=script)
        for number, script in enumerate(scripts, 1)
    )
    check = ScriptCheck(sources=sources, expectations=expectations, every=every)
    part = Part(text="it is so", rule="a rule", check=check)
    return Claim(id="truth.1", kind="truth", text="it is so", line=1, parts=(part,))


def expect(kind: ExpectationKind, **rest: object) -> Expectation:
    return Expectation(kind=kind, text=str(rest.pop("text", "it")), **rest)  # type: ignore[arg-type]


def said(verdict: Verdict) -> tuple[str, str]:
    return verdict.state, verdict.reason


def test_a_claim_without_parts_is_unproven() -> None:
    empty = Claim(id="done.1", kind="done", text="", line=1)
    assert said(judge(empty, tree())) == ("UNPROVEN", "no check is known for it")


def test_a_number_of_tests_is_that_of_the_run_that_collects_so_many() -> None:
    few, many = (
        measured("pytest a", tests=(results(5),)),
        measured("pytest b", tests=(results(12),)),
    )
    asked = claim(expect("tests_passed", number=12), scripts=("pytest a", "pytest b"))
    verdict = judge(asked, tree(few, many))
    assert said(verdict) == ("PROVEN", "12 passed")
    assert verdict.parts[0].source == "verify.2"


def test_no_run_of_so_many_tests_leaves_it_open_which_was_meant() -> None:
    few, many = measured("pytest a", tests=(results(5),)), measured("pytest b", tests=(results(9),))
    asked = claim(expect("tests_passed", number=12), scripts=("pytest a", "pytest b"))
    assert said(judge(asked, tree(few, many))) == (
        "UNPROVEN",
        "none of 2 test runs is one of 12 tests",
    )


def test_the_run_that_had_so_many_at_the_base_was_meant() -> None:
    few, many = measured("pytest a", tests=(results(5),)), measured("pytest b", tests=(results(9),))
    base = measured("pytest b", tests=(results(10, 2),))
    asked = claim(expect("tests_passed", number=12), scripts=("pytest a", "pytest b"))
    assert said(judge(asked, tree(few, many, base=(base,)))) == (
        "REFUTED",
        "9 passed; 3 tests that ran at the base no longer run: test_9, test_10, test_11",
    )


def test_runs_that_contradict_each_other_prove_nothing() -> None:
    whole = measured("pytest a", tests=(results(12),))
    other = measured("pytest b", tests=(results(11, 3),))
    asked = claim(expect("tests_passed", number=12), scripts=("pytest a", "pytest b"))
    assert said(judge(asked, tree(whole, other))) == (
        "UNPROVEN",
        "the commands of verify.1 and verify.2 contradict each other (test_11)",
    )


def test_a_statement_on_every_run_needs_every_run() -> None:
    right, wrong = (
        measured("pytest a", tests=(results(5),)),
        measured("pytest b", tests=(results(4, 1),)),
    )
    asked = claim(expect("tests_pass"), scripts=("pytest a", "pytest b"), every=True)
    verdict = judge(asked, tree(right, wrong))
    assert said(verdict) == ("REFUTED", "4 passed, 1 failed; all should pass, and at least one")
    assert verdict.parts[0].source == "verify.2"


@pytest.mark.parametrize(
    ("wanted", "runs", "state"),
    [
        (expect("tests_passed", number=5, total=5), (results(5),), "PROVEN"),
        (expect("tests_passed", number=5, total=5), (results(5, 0, 1),), "UNPROVEN"),
        (expect("tests_passed", number=5, total=5), (results(4, 1),), "REFUTED"),
        (expect("tests_passed", number=51), (results(51, 100),), "UNPROVEN"),
        (expect("tests_passed", number=51), (results(151),), "REFUTED"),
        (expect("tests_passed", number=10, total=12), (results(10, 2),), "PROVEN"),
        (expect("tests_at_least", number=5), (results(7),), "PROVEN"),
        (expect("tests_at_least", number=5), (results(7, 1),), "REFUTED"),
        (expect("tests_failed", number=0), (results(0, 0, 3),), "UNPROVEN"),
        (expect("tests_failed", number=0), (results(3), results(2, 1)), "REFUTED"),
        (expect("tests_pass"), (results(0, 0, 3),), "REFUTED"),
        (expect("tests_pass"), (results(3), results(0)), "REFUTED"),
        (expect("pass_rate", number=100, text="100%"), (results(249, 1),), "REFUTED"),
        (expect("pass_rate", number=37.3, text="37.3%"), (results(19, 32),), "PROVEN"),
        (expect("exit_zero"), (results(2, 1),), "REFUTED"),
        (expect("failures_lack", value="KeyError"), (results(2, 1),), "PROVEN"),
        (expect("failures_lack", value="KeyError"), (results(0, 1),), "UNPROVEN"),
    ],
)
def test_counts(wanted: Expectation, runs: tuple[TestRun, ...], state: str) -> None:
    found = measured("pytest", tests=runs)
    assert judge(claim(wanted, scripts=("pytest",)), tree(found)).state == state


def test_a_test_that_is_skipped_since_the_base_no_longer_runs() -> None:
    now, then = (
        measured("pytest", tests=(results(2, 0, 1),)),
        measured("pytest", tests=(results(2, 1),)),
    )
    verdict = judge(claim(expect("tests_pass"), scripts=("pytest",)), tree(now, base=(then,)))
    assert said(verdict) == (
        "REFUTED",
        "2 passed, 1 skipped; 1 tests that ran at the base no longer run: test_2",
    )


def test_a_test_that_got_its_files_name_is_still_there() -> None:
    def run(*cases: TestCase) -> Measurement:
        one = results(len(cases))
        made = TestRun(
            command=0, runner="pytest", source="junit", passed=len(cases), failed=0, errors=0,
            skipped=0, cases=cases,
        )  # fmt: skip
        return measured("pytest", tests=(made if cases else one,))

    then = run(TestCase(name="test_a", outcome="passed", file="a.py"))
    now = run(
        TestCase(name="a.py::test_a", outcome="passed", file="a.py"),
        TestCase(name="b.py::test_a", outcome="passed", file="b.py"),
    )
    verdict = judge(claim(expect("tests_pass"), scripts=("pytest",)), tree(now, base=(then,)))
    assert verdict.state == "PROVEN"


@pytest.mark.parametrize(
    ("wanted", "run", "state"),
    [
        (expect("exit_zero"), command("grep x f", 1), "REFUTED"),
        (expect("exit_zero"), command("npx jest", 0, "No tests found, exiting with code 0"),
         "UNPROVEN"),
        (expect("exit_zero"), command("go test ./...", 0, "?  shop/cmd [no test files]"),
         "UNPROVEN"),
        (expect("exit_zero_or_no_match"), command("grep x f", 1), "PROVEN"),
        (expect("exit_zero_or_no_match"), command("grep x f", 2, "", "f: No such file"), "UNPROVEN"),
        (expect("exit_zero_or_no_match"), command("pytest", 1), "REFUTED"),
        (expect("exit_nonzero"), command("pytest x.py", 1), "PROVEN"),
        (expect("exit_nonzero", number=2), command("pytest x.py", 1), "REFUTED"),
        (expect("exit_nonzero"), command("pytset", 127), "UNPROVEN"),
        (expect("exit_nonzero"), command("pytest | tail", 0, statuses=(1, 0)), "UNPROVEN"),
        (expect("output_empty"), command("grep x f", 1), "PROVEN"),
        (expect("output_empty"), command("grep -c x f", 1, "0\n"), "PROVEN"),
        (expect("output_empty"), command("grep x f | wc -l", 0, "0\n", statuses=(1, 0)), "PROVEN"),
        (expect("output_empty"), command("grep x f | wc -l", 0, "3\n", statuses=(0, 0)), "REFUTED"),
        (expect("output_empty"), command("grep x f > /dev/null"), "REFUTED"),
        (expect("output_empty"), command("grep x f", 2, "", "no f"), "UNPROVEN"),
        (expect("output_empty"), command("npm run x > log"), "UNPROVEN"),
        (expect("output_empty"), command("git status --short"), "PROVEN"),
        (expect("output_count", value=">=", number=2), command("grep x f", 0, "a\nb\n"), "PROVEN"),
        (expect("output_count", value="==", number=2), command("grep -c x f", 0, "3\n"), "REFUTED"),
        (expect("output_count", value="==", number=0), command("grep -c x f", 1, "0\n"), "PROVEN"),
        (expect("output_count", value="==", number=0), command("grep -q x f"), "UNPROVEN"),
        (expect("output_count", value=">=", number=1), command("grep x f", 2), "UNPROVEN"),
        (expect("output_count", value="==", number=4), command("node x.js", 0, "four"), "UNPROVEN"),
        (expect("output_contains", value="INSTALLED"), command("x", 0, "NOT INSTALLED"), "REFUTED"),
        (expect("output_contains", value="INSTALLED"), command("x", 0, "is INSTALLED."), "PROVEN"),
        (expect("output_contains", value="PASS"), command("x", 0, "PASS/FAIL"), "REFUTED"),
        (expect("output_lacks", value="KeyError"), command("x", 0, "fine"), "PROVEN"),
        (expect("output_lacks", value="KeyError"), command("x"), "UNPROVEN"),
        (expect("output_lacks", value="KeyError"), command("x | tail -1", 0, "1",
                                                           statuses=(0, 0)), "UNPROVEN"),
        (expect("output_lacks", value="KeyError"), command("x", 0, "test_raises_KeyError PASSED"),
         "PROVEN"),
        (expect("output_lacks", value="KeyError"), command("x", 1, "", "KeyError: 1"), "REFUTED"),
    ],
)  # fmt: skip
def test_outputs_and_statuses(wanted: Expectation, run: CommandRun, state: str) -> None:
    verdict = judge(claim(wanted, scripts=(run.text,)), tree(measured(run.text, run)))
    assert verdict.state == state, verdict.reason


def test_a_search_beside_a_test_run_hides_nothing_of_it() -> None:
    script = "pytest | tee o\ngrep passed o | tail -1"
    runs = (
        command("pytest | tee o", 0, "2 passed", statuses=(0, 0)),
        command("grep passed o | tail -1", 0, "2 passed", statuses=(0, 0)),
    )
    asked = claim(expect("output_lacks", value="KeyError"), scripts=(script,))
    assert said(judge(asked, tree(measured(script, *runs, tests=(results(2),))))) == (
        "PROVEN",
        "no KeyError in 2 lines of output",
    )


def test_an_expectation_on_one_command_of_several() -> None:
    script = "grep a f\ngrep b f"
    runs = (command("grep a f", 0, "a\n"), command("grep b f", 1))
    found = measured(script, *runs)
    about_first = claim(expect("output_empty", command="grep a f"), scripts=(script,))
    about_second = claim(expect("output_empty", command="grep b f"), scripts=(script,))
    never_reached = claim(expect("output_empty", command="grep c f"), scripts=(script,))
    verdicts = [judge(one, tree(found)) for one in (about_first, about_second, never_reached)]
    assert [said(one) for one in verdicts] == [
        ("REFUTED", "1 lines of output, first: a"),
        ("PROVEN", "no output"),
        ("UNPROVEN", "no command ran"),
    ]


def coverage(path: str, percent: float, statements: int = 100) -> FileCoverage:
    return FileCoverage(path=path, percent=percent, statements=statements, missing=0)


@pytest.mark.parametrize(
    ("wanted", "files", "state", "reason"),
    [
        (expect("coverage_at_least", value="models.py", number=97),
         (coverage("core/models.py", 97.0), coverage("core/submodels.py", 10.0)),
         "PROVEN", "core/models.py: 97.0 % of 100 statements"),
        (expect("coverage_above", value="models.py", number=97), (coverage("core/models.py", 97.0),),
         "REFUTED", "core/models.py: 97.0 % of 100 statements"),
        (expect("coverage_at_least", value="models.py", number=97),
         (coverage("a/models.py", 99.0), coverage("b/models.py", 99.0)),
         "UNPROVEN", "2 files fit, and the plan does not say which: a/models.py, b/models.py"),
        (expect("coverage_at_least", value="models.py", number=97), (coverage("app.py", 99.0),),
         "UNPROVEN", "the coverage that was measured has no models.py"),
        (expect("coverage_at_least", number=97), (coverage("tests/test_a.py", 99.0),),
         "UNPROVEN", "the coverage that was measured has no file besides the tests"),
        (expect("coverage_at_least", value="a.py", number=97), (coverage("a.py", 100.0, 0),),
         "UNPROVEN", "a.py has no statements that could be covered"),
        (expect("coverage_at_least", value="a.py", number=97), (),
         "UNPROVEN", "no coverage was measured"),
    ],
)  # fmt: skip
def test_coverage(
    wanted: Expectation, files: tuple[FileCoverage, ...], state: str, reason: str
) -> None:
    found = measured("pytest --cov", coverage=files)
    verdict = judge(claim(wanted, scripts=("pytest --cov",)), tree(found))
    assert said(verdict) == (state, reason)


def test_a_script_that_takes_too_long_is_refuted_without_having_looked() -> None:
    found = measured("x", timed_out=True, trouble="stopped after 5 s")
    verdict = judge(claim(expect("exit_zero"), scripts=("x",)), tree(found))
    assert said(verdict) == ("REFUTED", "stopped after 5 s")
    assert not verdict.parts[0].started
