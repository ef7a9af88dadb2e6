"""What is said of a summary that lacks what GSD reads, or says what the run did not find."""

import pytest
from gsd_run.reporting.contract import shortcomings
from gsd_run.reporting.samples import sample_reports
from gsd_run.reporting.summary import summary_text, summary_values
from msgspec.structs import replace

FULL, BARE = sample_reports()
REPORT = replace(FULL, trouble="")
TEXT = summary_text(REPORT)


@pytest.mark.parametrize("report", [REPORT, BARE], ids=["full", "bare"])
def test_the_built_in_template_lacks_nothing(report: object) -> None:
    assert shortcomings(summary_text(report), report) == ()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "after", "told", "false"),
    [
        (
            "duration: 1min 0s\n",
            "",
            "GSD asks for these fields of the frontmatter: duration",
            False,
        ),
        ("phase: 01-sample", "phase: [", "no YAML: ", False),
        ("phase: 01-sample", "phase: 02-sample", "phase is 02-sample, of 01-sample", True),
        ("plan: ", "status: halted\nplan: ", "status: halted keeps plans that depend", True),
        ("  tasks: 2", "  tasks: 3", "actuals say 3 tasks; the run has 2", True),
        ('["sample.py"]', '["else.py"]', "key-files name else.py, which the run did not", True),
        ("status: unknown", "status: pass", "coverage has truth.3 as shown by a program; it", True),
        ("tags: [", "tags: " + "[" * 5000, "no frontmatter that can be read: nested too", False),
        (
            "coverage:\n",
            "coverage:\n  - id: D1\n    verification: [{status: pass}]\n",
            "coverage has D1 as shown by a program; the run has no such claim",
            True,
        ),
        (
            '["SAMPLE-01"]',
            '["SAMPLE-01", "OTHER-1"]',
            "requirements-completed names OTHER-1, which the plan does not",
            True,
        ),
        ("## Self-Check: PASSED", "## The end", "no heading `## Self-Check: PASSED`", False),
        ("none is refuted", "none did fail", "after ## Self-Check GSD takes 'fail' for a", False),
        (
            "## Verdicts",
            "## Verification\n\nNone failed.",
            "after ## Verification GSD takes",
            False,
        ),
        ("9 claims proven", "99 claims proven", "says “99 claims proven”; 9 claims are PROV", True),
        ("2 of 3 tests pass", "3 of 3 tests pass", "says “3 of 3 tests pass”; no test run", True),
        ("1 of 2 tasks passed", "2 of 2 tasks passed", "says “2 of 2 tasks passed”; 1 of 2", True),
        ("| 0123456789 |", "| 0123456abc |", "0123456abc is no commit of this run", True),
    ],
)
def test_each_shortcoming_is_told(before: str, after: str, told: str, *, false: bool) -> None:
    assert before in TEXT
    found = shortcomings(TEXT.replace(before, after), REPORT)
    assert any(one.told.startswith(told) and one.false is false for one in found), found


def test_a_text_that_is_no_summary() -> None:
    found = shortcomings("# Mine\n", REPORT)
    assert [(one.line, one.told[:14]) for one in found] == [
        (1, "no frontmatter"), (2, "no heading `##"),
    ]  # fmt: skip


def test_files_are_told_as_they_are_at_the_end() -> None:
    first, second = REPORT.tasks
    tasks = (
        replace(first, added=("a", "gone"), modified=("b",), deleted=("c", "d")),
        replace(second, added=("c",), modified=("a",), deleted=("gone", "b")),
    )
    values = summary_values(replace(REPORT, tasks=tasks))
    assert (values["created"], values["modified"]) == (["a"], ["c"])


@pytest.mark.parametrize(
    ("phase", "line"),
    [
        ("01-sample", "phase: 01-sample"),
        ("1", 'phase: "1"'),
        ("2026-01-02", 'phase: "2026-01-02"'),
        ("Phase 1: a # b", 'phase: "Phase 1: a # b"'),
    ],
)
def test_the_phase_is_the_same_text_for_every_reader(phase: str, line: str) -> None:
    report = replace(REPORT, phase=phase)
    text = summary_text(report)
    assert text.splitlines()[1] == line
    assert shortcomings(text, report) == ()
