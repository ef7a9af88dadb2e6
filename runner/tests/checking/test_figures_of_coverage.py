"""Coverage in the wordings of plans, and figures of the past beside it."""

import pytest
from gsd_run.checking.expecting.expectations import compiled
from gsd_run.checking.expecting.statements import with_files
from gsd_run.checking.measuring.choosing import chosen
from gsd_run.checking.predicates.coverage import coverage_before
from gsd_run.domain.claim import Expectation, ScriptCheck, ScriptSource
from gsd_run.domain.measurement import FileCoverage, Measurement, TestCase, TestRun


@pytest.mark.parametrize(
    "text",
    [
        "src/cart.py has at least 80% test coverage",
        "src/cart.py coverage is at least 80%",
        "test coverage of src/cart.py reaches 80%",
        "at least 80% line coverage for src/cart.py",
        "src/cart.py coverage: 80%",
        "src/cart.py: 80% coverage",
    ],
)
def test_wordings(text: str) -> None:
    found = compiled(text)
    assert [(one.kind, one.value, one.number) for one in found.expectations] == [
        ("coverage_at_least", "src/cart.py", 80)
    ]
    assert found.prose == ()


def test_up_from_stands_beside_what_it_speaks_of() -> None:
    found = with_files(compiled("Coverage of src/cart.py >= 80% (up from 51%)").expectations)
    assert [(one.kind, one.value, one.number) for one in found] == [
        ("coverage_at_least", "src/cart.py", 80),
        ("coverage_before", "src/cart.py", 51),
    ]


def test_brackets_behind_a_name_are_what_it_is_called_with() -> None:
    found = compiled("All 2 tests pass and add(1, 2) returns 3")
    assert not any(one in {"1", "2"} for one in found.prose)


@pytest.mark.parametrize(
    ("percent", "state", "reason"),
    [
        (51.2, "PROVEN", "src/cart.py: 51.2 % at the base"),
        (66.7, "UNPROVEN",
         'the plan says "up from 51%"; measured: src/cart.py: 66.7 % at the base'),
    ],
)  # fmt: skip
def test_a_figure_that_is_off_is_a_deviation(percent: float, state: str, reason: str) -> None:
    file = FileCoverage(path="src/cart.py", percent=percent, statements=10, missing=5)
    before = Measurement(key="a", script="", status=0, seconds=0, coverage=(file,))
    asked = Expectation(kind="coverage_before", text="up from 51%", value="src/cart.py", number=51)

    seen = coverage_before(asked, before, before)

    assert (seen.state, seen.reason) == (state, reason)
    assert seen.deviations == (() if state == "PROVEN" else (reason,))


@pytest.mark.parametrize(("other", "why"), [
    ("test_a", ""), ("test_b", "none of 2 test runs is one of 5 tests"),
])  # fmt: skip
def test_a_number_that_no_run_has_is_wrong_where_all_run_the_same(other: str, why: str) -> None:
    sources = tuple(ScriptSource(claim=f"verify.{n}", script="pytest") for n in (1, 2))
    measured = {"verify.1": ran("test_a"), "verify.2": ran(other)}
    count = Expectation(kind="tests_passed", text="5 tests pass", number=5)
    check = ScriptCheck(sources=sources, expectations=(count,))

    found, told = chosen(check, lambda source: measured[source.claim], lambda _: None)

    assert ([source.claim for source, _ in found], told) == (["verify.1"], why)


def ran(name: str) -> Measurement:
    run = TestRun(
        command=0, runner="pytest", source="junit", passed=1, failed=0, errors=0, skipped=0,
        cases=(TestCase(name=name, outcome="passed"),),
    )  # fmt: skip
    return Measurement(key=name, script="", status=0, seconds=0, tests=(run,))
