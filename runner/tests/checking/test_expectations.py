"""What the words of a plan ask of a measurement, and what is left over as prose."""

import pytest
from gsd_run.checking.expectations import compiled


def told(text: str) -> list[str]:
    result = compiled(text)
    figures = [
        " ".join(
            filter(
                None,
                (
                    one.kind,
                    one.value,
                    "" if one.number is None else f"{one.number:g}",
                    f"of {one.total}" if one.total else "",
                ),
            )
        )
        for one in result.expectations
    ]
    return [*figures, *(f"prose: {clause}" for clause in result.prose)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("51/51 tests pass, 0 failed", ["tests_passed 51 of 51", "tests_failed 0"]),
        ("All 12 tests pass", ["tests_passed 12 of 12"]),
        ("10 of 12 tests pass", ["tests_passed 10 of 12"]),
        ("19 passed, 32 failed", ["tests_passed 19 of 51", "tests_failed 32"]),
        ("At least 12 tests pass", ["tests_at_least 12"]),
        ("more than 12 tests pass", ["tests_at_least 13"]),
        ("12+ tests pass", ["tests_at_least 12"]),
        ("coverage of a.py is over 97%", ["coverage_above a.py 97"]),
        ("returns `0`", ["output_count == 0"]),
        ("should find at least one match", ["output_count >= 1"]),
        ("returns a match", ["output_count >= 1"]),
        ("exits 0", ["exit_zero"]),
        ("exits with code 2", ["exit_nonzero 2"]),
        ("exits non-zero", ["exit_nonzero"]),
        ("- all tests pass\n- 3 passed", ["tests_pass", "tests_passed 3"]),
        ('Verify output shows "51 passed" with 0 failed', ["tests_passed 51", "tests_failed 0"]),
        ("Test passes without PendingRollbackError",
         ["tests_pass", "output_lacks PendingRollbackError"]),
        ("All 51 ORM tests pass without IntegrityError or PendingRollbackError",
         ["tests_passed ORM 51 of 51", "output_lacks IntegrityError",
          "output_lacks PendingRollbackError"]),
        ("No IntegrityError or PendingRollbackError failures",
         ["failures_lack IntegrityError", "failures_lack PendingRollbackError"]),
        ("Check no IntegrityError in output", ["output_lacks IntegrityError"]),
        ("models.py coverage remains >= 97% (no regression)",
         ["coverage_at_least models.py 97", "coverage_kept"]),
        ("Coverage on src/app.py is at least 80.5%", ["coverage_at_least src/app.py 80.5"]),
        ("51/51 ORM tests pass (100% pass rate, up from 51%)",
         ["tests_passed ORM 51 of 51", "pass_rate 100", "pass_rate_before 51"]),
        ("PASS message indicating 51 tests pass and 97%+ coverage",
         ["output_contains PASS", "tests_passed 51", "coverage_at_least 97"]),
        ("should return empty", ["output_empty"]),
    ],
)  # fmt: skip
def test_words_that_a_program_can_decide(text: str, expected: list[str]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "No tests pass",
        "0 tests pass",
        "No regression",
        "should NOT contain a name",
        "fails with exit code 1",
        "Some tests pass",
        "All tests pass when the server is up",
        "Coverage improves noticeably",
        "Tests use factories exclusively (no mixing with manual constructors)",
        "Foreign keys are satisfied (workspace_id, user_id)",
        "Looks good on a phone",
    ],
)
def test_words_that_no_rule_understands_whole_stay_prose(text: str) -> None:
    assert told(text) == [f"prose: {text}"]


def test_a_bare_number_is_no_count_beside_other_words() -> None:
    assert told("Upload (4), complete (3)") == [
        "prose: Upload", "prose: complete", "prose: 4", "prose: 3",
    ]  # fmt: skip


def test_what_is_understood_stands_beside_what_is_not() -> None:
    assert told("51/51 tests pass, pattern documented in docstring") == [
        "tests_passed 51 of 51",
        "prose: pattern documented in docstring",
    ]
