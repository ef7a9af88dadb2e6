"""Test results compared: what is not counted, and what became of tests since the base."""

from gsd_run.checking.predicates import judge_expectation
from gsd_run.domain.claim import Expectation, ExpectationKind
from gsd_run.domain.measurement import CommandRun, Measurement, TestCase, TestRun


def results(
    text: str, *, counts: tuple[int, int, int] | None = None, uncounted: int = 0, key: str = "now"
) -> Measurement:
    """Return a measurement of tests named `a=passed b=failed …`; `counts` when not all are named."""
    words = [word.split("=") for word in text.split()]
    cases = tuple(TestCase(name=name, outcome=said) for name, said in words)  # type: ignore[arg-type]
    passed, failed, skipped = counts or (
        sum(said == wanted for _, said in words) for wanted in ("passed", "failed", "skipped")
    )
    run = TestRun(
        command=0,
        runner="go test",
        source="closing line",
        passed=passed,
        failed=failed,
        errors=0,
        skipped=skipped,
        cases=cases,
        uncounted=uncounted,
    )
    status = int(failed > 0)
    command = CommandRun(
        text="go test ./...",
        status=status,
        statuses=(status,),
        members=("go test ./...",),
        seconds=0.0,
        stdout="",
        stderr="",
    )
    return Measurement(
        key=key,
        script="go test ./...",
        status=status,
        seconds=0.0,
        commands=(command,),
        tests=(run,),
    )


def judged(
    kind: ExpectationKind,
    now: Measurement,
    before: Measurement | None = None,
    *,
    number: float | None = None,
    value: str = "",
) -> tuple[str, str]:
    wanted = Expectation(kind=kind, text="it", number=number, value=value)
    found = judge_expectation(wanted, now, before)
    return found.state, found.reason


def test_packages_that_pass_prove_that_tests_pass_but_not_how_many() -> None:
    ok = results("", uncounted=3)
    told = "3 packages ok, their tests not counted"
    assert judged("tests_pass", ok) == ("PROVEN", told)
    assert judged("exit_zero", ok)[0] == "PROVEN"
    unknown = ("UNPROVEN", f"{told}; how many can't be told (with -v it can)")
    assert judged("tests_passed", ok, number=5) == unknown
    assert judged("tests_at_least", ok, number=5) == unknown
    assert judged("pass_rate", ok, number=100) == unknown
    assert judged("tests_failed", ok, number=0) == ("PROVEN", told)
    assert judged("failures_lack", ok, value="panic") == ("PROVEN", f"{told}, none with panic")
    bad = results("a=failed", counts=(0, 1, 0), uncounted=2)
    assert judged("tests_pass", bad)[0] == "REFUTED"
    assert judged("tests_at_least", bad, number=1)[0] == "REFUTED"


def test_no_tests_never_pass() -> None:
    none = results("")
    assert judged("tests_pass", none) == (
        "REFUTED",
        "0 passed; all should pass, and at least one",
    )
    assert judged("exit_zero", none)[0] == "REFUTED"
    assert judged("exit_zero", results("a=skipped"))[0] == "REFUTED"


def test_what_was_fixed_and_what_broke() -> None:
    before = results("a=passed b=failed c=failed", key="base")
    assert judged("tests_pass", results("a=passed b=passed c=passed"), before) == (
        "PROVEN",
        "3 passed; fixed since the base: b, c",
    )
    assert judged("tests_pass", results("a=failed b=passed c=failed"), before) == (
        "REFUTED",
        "1 passed, 2 failed; fixed since the base: b; failing since then: a; "
        "all should pass, and at least one",
    )
    # Where the runner names only what failed, what is gone from there and ran is fixed.
    partly = results("b=failed", counts=(2, 1, 0), key="base")
    assert judged("tests_pass", results("", counts=(3, 0, 0)), partly) == (
        "PROVEN",
        "3 passed; fixed since the base: b",
    )


def test_new_skips_are_told() -> None:
    before = results("a=passed", key="base")
    assert judged("tests_pass", results("a=passed b=skipped"), before) == (
        "PROVEN",
        "1 passed, 1 skipped; 0 skipped at the base (now also b)",
    )
    assert judged("tests_pass", results("a=passed b=skipped"), results("a=passed b=passed")) == (
        "REFUTED",
        "1 passed, 1 skipped; 1 tests that ran at the base no longer run: b",
    )


def test_tests_that_vanish() -> None:
    before = results("a=passed b=failed", key="base")
    assert judged("tests_pass", results("a=passed"), before) == (
        "REFUTED",
        "1 passed; 1 tests that ran at the base no longer run: b",
    )
    # Without names, their number tells it; only the failing ones named, nothing is gone by name.
    many, fewer = results("", counts=(52, 0, 0), key="base"), results("", counts=(51, 0, 0))
    assert judged("tests_pass", fewer, many) == (
        "REFUTED",
        "51 passed; 52 tests ran at the base, 51 run now",
    )
    partly = results("a=failed b=failed", counts=(1, 2, 0), key="base")
    assert judged("tests_failed", results("b=failed", counts=(2, 1, 0)), partly, number=1) == (
        "PROVEN",
        "2 passed, 1 failed",
    )
    assert judged("tests_pass", results("", uncounted=1), many)[0] == "PROVEN"


def test_failures_whose_reason_is_not_known() -> None:
    now = results("a=passed b=failed")
    assert judged("failures_lack", now, value="KeyError") == (
        "UNPROVEN",
        "it is not known why the failing tests fail",
    )
