"""What the words of a plan ask of a measurement, and what is left over as prose."""

import pytest
from gsd_run.checking.expecting.expectations import compiled
from gsd_run.checking.expecting.file_statements import file_parts
from gsd_run.domain.claim import ArtifactCheck


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
        ("must show no differences", ["output_empty"]),
        ("should NOT match anything", ["output_empty"]),
        ("exits 0 or 1", ["exit_in 0,1"]),
        ("exits with 0, 1, or 2", ["exit_in 0,1,2"]),
        ("exit code 0", ["exit_zero"]),
        ("should exit with a non-zero code", ["exit_nonzero"]),
        ("to verify no import errors", ["exit_zero"]),
        ("Build succeeds with zero errors", ["exit_zero"]),
        ("tests MUST fail (RED state)", ["tests_fail", "tests_fail"]),
        ("passes all tests", ["tests_pass"]),
        ("all tests pass, no regressions", ["tests_pass", "tests_pass"]),
        ("between 3 and 5 matches", ["output_count >= 3", "output_count <= 5"]),
        ("is under 300 lines", ["output_count < 300"]),
        ("less than 500 KB", ["output_amount < KB 500"]),
        ("> 80%", ["output_amount > % 80"]),
        ("must print INSTALLED", ["output_contains INSTALLED"]),
        ('prints "a, b" and `c`', ["output_contains a, b", "output_contains c"]),
        ("should print `6`", ["output_count == 6"]),
        ("emits `gate=1` marker", ["output_contains gate=1"]),
        ("lists index.js", ["output_contains index.js"]),
        ('does not contain "TODO"', ["output_lacks TODO"]),
        ("HTTP 404", ["http_status 404"]),
        ("responds with 200 OK", ["http_status 200"]),
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
        "no new type errors",
        "passes with no warnings",
        'prints "a" or "b"',
        "exits with 0/1 based on the state",
        "the app loads",
        "should fail",
        "clean",
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


@pytest.mark.parametrize(
    ("text", "command", "kinds"),
    [
        ("returns 200", "curl -s localhost/a", ["http_status"]),
        ("returns 200", "wc -l < a.py", ["output_count"]),
        ("returns 3", "curl -s localhost/a | wc -l", ["output_count"]),
        ("no errors", "npx tsc --noEmit", ["exit_zero"]),
        ("no errors", "docker logs web", []),
        ("both files exist", "ls a.py b.py", ["exit_zero"]),
        ("both files exist", "npm run build", []),
    ],
)
def test_what_words_mean_depends_on_their_command(
    text: str, command: str, kinds: list[str]
) -> None:
    assert [one.kind for one in compiled(text, command).expectations] == kinds


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("dist/index.js exists", {"dist/index.js": True}),
        ("File exists at `.github/ci.yml`", {".github/ci.yml": True}),
        ("README.md and LICENSE.txt exist", {"README.md": True, "LICENSE.txt": True}),
        ("old.py no longer exists", {"old.py": False}),
        ("dist/index.js exists with three exports", {}),
        ("the app exists", {}),
        ("Node.js is present", {}),
    ],
)
def test_statements_of_files(text: str, files: dict[str, bool]) -> None:
    checks = [part.check for part in file_parts(text)]
    found = {one.path: one.present for one in checks if isinstance(one, ArtifactCheck)}
    assert found == files
