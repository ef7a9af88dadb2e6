"""What real test runners printed, read: runner_outputs/versions.toml says of which versions."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from gsd_run.checking.test_results import from_closing_lines, from_junit
from gsd_run.domain.measurement import CommandRun, TestRun
from gsd_run.outside.shell import split

OUTPUTS = Path(__file__).parent / "runner_outputs"
CAPTURED = tomllib.loads((OUTPUTS / "versions.toml").read_text())
CASES = [f"{runner}/{case}" for runner in CAPTURED for case in CAPTURED[runner]["cases"]]


def read(case: str, *, merged: bool = False) -> tuple[tuple[TestRun, ...], dict[str, Any]]:
    """Read a captured output as if its command had just ended."""
    runner, name = case.split("/")
    said = CAPTURED[runner]["cases"][name]
    command = runner if said["command"] == "npm test" else said["command"]
    pipeline = (split(f"{command} 2>&1" if merged else command) or ())[-1]
    stdout = (OUTPUTS / f"{case}.txt").read_text()
    errors = OUTPUTS / f"{case}.stderr.txt"
    stderr = errors.read_text() if errors.exists() else ""
    run = CommandRun(
        text=pipeline.text,
        status=said["status"],
        statuses=(said["status"],),
        members=(pipeline.text,),
        seconds=0.0,
        stdout=f"{stdout}{stderr}" if merged else stdout,
        stderr="" if merged else stderr,
    )
    return from_closing_lines(pipeline, run, command=0), said


def told(runs: tuple[TestRun, ...]) -> str:
    """Say a test run as versions.toml does."""
    if not runs:
        return "nothing"
    (run,) = runs
    counts = f"{run.passed} passed, {run.failed} failed, {run.errors} errors, {run.skipped} skipped"
    return f"{counts}, {run.uncounted} uncounted" if run.uncounted else counts


@pytest.mark.parametrize("case", CASES)
def test_captured_output_is_read(case: str) -> None:
    runs, said = read(case)
    assert told(runs) == said["reads"]
    if runs:
        assert runs[0].runner == CAPTURED[case.partition("/")[0]]["runner"]
        assert len(runs[0].cases) == said.get("named", 0)
    if said["status"] != 0 and runs and runs[0].collected:
        assert runs[0].failed + runs[0].errors or not runs[0].passed


@pytest.mark.parametrize("case", CASES)
def test_with_both_outputs_in_one_it_reads_the_same(case: str) -> None:
    runs, said = read(case, merged=True)
    assert told(runs) == said["reads"]


@pytest.mark.parametrize(
    ("case", "names"),
    [
        ("jest/fail", "adding > a wrong sum: failed"),
        (
            "vitest/verbose",
            "adding > two numbers: passed; adding > a wrong sum: failed; adding > large numbers: "
            "skipped; zero: passed; infinity: skipped; one: passed",
        ),
        ("vitest/fail", "adding > a wrong sum: failed"),
        (
            "mocha/coloured",
            "adding > two numbers: passed; adding > a wrong sum: failed; adding > large numbers: "
            "skipped; adding > infinity: skipped",
        ),
        (
            "node/fail",
            "adding > two numbers: passed; adding > a wrong sum: failed; adding > large numbers: "
            "skipped; zero: skipped",
        ),
        (
            "bun/fail",
            "adding > two numbers: passed; zero: passed; wrong: failed; later: skipped; "
            "some day: skipped",
        ),
        ("go/fail", "TestWrong: failed; TestWrong/part: failed"),
        ("go/exits", "TestA: passed; TestB: error"),
        ("go/words_verbose", "TestA: passed"),
        ("nextest/fail", "small::whole::sums: failed"),
        ("rspec/fail", "adding is wrong: failed"),
        ("minitest/fail", "TestAdding#test_raises: error; TestAdding#test_wrong: failed"),
        ("phpunit/fail", "AddingTest::testThrows: error; AddingTest::testWrong: failed"),
        ("exunit/fail", "SmallTest > test is wrong: failed"),
        ("gradle/fail", "small.AddingTest > raises: failed; small.AddingTest > wrong: failed"),
        (
            "bats/fail",
            "two numbers: passed; negative (numbers) # hash: passed; wrong: failed; "
            "later: skipped; bare: skipped",
        ),
    ],
)
def test_names(case: str, names: str) -> None:
    ((run,), _) = read(case)
    assert "; ".join(f"{one.name}: {one.outcome}" for one in run.cases) == names


def test_the_words_of_tests_are_not_the_runners() -> None:
    """Each `words` case has a test that prints a closing line of 51 passed tests."""
    cases = [case for case in CASES if case.endswith(("/words", "_words"))]
    assert len(cases) >= 9
    for case in cases:
        assert "51" in (OUTPUTS / f"{case}.txt").read_text() + "".join(
            path.read_text() for path in [OUTPUTS / f"{case}.stderr.txt"] if path.exists()
        )
        assert all(run.collected < 10 for run in read(case)[0])


@pytest.mark.parametrize(
    ("file", "counts", "first"),
    [
        ("maven/TEST-small.AddingTest.xml", (2, 1, 1, 1), "small.AddingTest > raises"),
        ("gradle/TEST-small.AddingTest.xml", (2, 2, 0, 1), "small.AddingTest > raises"),
    ],
)
def test_files_that_builders_write(
    file: str, counts: tuple[int, int, int, int], first: str
) -> None:
    run = from_junit((OUTPUTS / file).read_bytes(), command=0, runner="maven")
    assert (run.passed, run.failed, run.errors, run.skipped) == counts
    assert run.cases[0].name == first or first in {one.name for one in run.cases}
