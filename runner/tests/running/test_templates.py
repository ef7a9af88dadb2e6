"""A project's own template of its summaries, from before a run to its audit."""

from pathlib import Path

import pytest
from sandbox import PLAN, PLAN_PATH, RUN_FILE, RUN_PATH, SUMMARY_PATH, Sandbox

TEMPLATE = ".planning/templates/summary.md.j2"
OURS = """\
---
phase: {{ report.phase | plain }}
plan: {{ report.number | quoted }}
subsystem: {{ report.scope | quoted }}
tags: [ours]
duration: {{ report.seconds | duration }}
completed: {{ report.ended_at[:10] }}
---

# {{ report.name | plain }}

**{{ headline }}**

{{ counts.PROVEN }} PROVEN.

## Self-Check: PASSED
"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    """A run that ended with the template OURS; tests that change it change it back."""
    root: Path = tmp_path_factory.mktemp("templates")
    project = Sandbox(root)
    project.git("init", "-q", "-b", "main")
    project.git("config", "user.name", "Pat Tester")
    project.git("config", "user.email", "pat@example.org")
    for path, text in ((PLAN_PATH, PLAN), (RUN_PATH, RUN_FILE), (TEMPLATE, OURS)):
        project.write(path, text)
    project.commit("start")
    done = project.gsd_run("01-01")
    assert done.status == 0, done.text
    assert f"{SUMMARY_PATH}:" not in done.text  # nothing to warn of
    return project


def test_the_summary_is_by_the_projects_template(finished: Sandbox) -> None:
    text = finished.read(SUMMARY_PATH)
    assert text.splitlines()[4:5] == ["tags: [ours]"]
    assert text.endswith("4 PROVEN.\n\n## Self-Check: PASSED\n")

    audit = finished.gsd_run("audit", "01-01")
    assert audit.status == 0
    assert f"{SUMMARY_PATH} says what the events say, by {TEMPLATE} as it was" in audit.stdout


def test_the_template_in_use_is_printed(finished: Sandbox) -> None:
    assert finished.gsd_run("summary", "--template").stdout == OURS
    assert finished.gsd_run("summary", "--template", "x.j2").status == 2
    assert finished.gsd_run("summary", "01-01", "--template").status == 2
    missing = finished.gsd_run("summary", "01-01", "--template", "x.j2")
    assert (missing.status, missing.stderr) == (2, "x.j2: no such file\n")


def test_the_printed_built_in_template_gives_the_built_in_summary(finished: Sandbox) -> None:
    kept = finished.read(SUMMARY_PATH)
    finished.write(TEMPLATE, "")  # as a shell leaves it for `--template > FILE`
    printed = finished.gsd_run("summary", "--template").stdout
    finished.write(TEMPLATE, printed)
    done = finished.gsd_run("summary", "01-01")
    assert (done.status, done.stderr) == (0, "")
    text = finished.read(SUMMARY_PATH)
    assert "## Deviations from Plan" in text
    by = f", by {TEMPLATE} as it is now"
    assert by in finished.gsd_run("audit", "01-01").stdout
    (finished.root / TEMPLATE).unlink()
    assert ", by the built-in template" in finished.gsd_run("audit", "01-01").stdout
    assert finished.gsd_run("summary", "01-01", "--stdout").stdout == text
    finished.write(TEMPLATE, OURS)
    finished.write(SUMMARY_PATH, kept)


def test_a_template_that_lies_is_warned_of_and_does_not_stand_an_audit(finished: Sandbox) -> None:
    kept = finished.read(SUMMARY_PATH)
    finished.write(TEMPLATE, OURS.replace("{{ counts.PROVEN }} PROVEN", "All 8 claims proven"))
    done = finished.gsd_run("summary", "01-01")
    warning = f"{SUMMARY_PATH}:14: says “8 claims proven”; 4 claims are PROVEN"
    assert done.stderr == f"{warning}\n"

    audit = finished.gsd_run("audit", "01-01")
    assert audit.status == 1
    assert "line 14: says “8 claims proven”; 4 claims are PROVEN" in audit.stdout
    finished.write(TEMPLATE, OURS)
    finished.write(SUMMARY_PATH, kept)


def test_a_summary_that_was_edited_does_not_stand_an_audit(finished: Sandbox) -> None:
    kept = finished.read(SUMMARY_PATH)
    finished.write(SUMMARY_PATH, kept.replace("4 PROVEN", "8 PROVEN"))
    audit = finished.gsd_run("audit", "01-01")
    assert audit.status == 1
    assert "says “8 PROVEN.”, the run has “4 PROVEN.”" in audit.stdout
    finished.write(SUMMARY_PATH, kept)


def test_a_broken_template_is_told_before_a_run_begins(greeting: Sandbox) -> None:
    greeting.write(TEMPLATE, OURS.replace("headline", "headlin"))
    greeting.commit("a template")

    done = greeting.gsd_run("01-01")

    assert done.status == 2
    assert f"{TEMPLATE}:12: nothing is named headlin; there are report, created" in done.stderr
    assert not (greeting.root / "greeting.txt").exists()
    assert not list((greeting.root / ".git" / "gsd-run").glob("runs/*.jsonl"))


def test_a_template_that_breaks_at_the_end_loses_nothing(greeting: Sandbox) -> None:
    breaks = "{% if report.phase == '01-greeting' %}{{ nope }}{% endif %}"
    greeting.write(TEMPLATE, OURS.replace("# {{", breaks + "\n# {{"))
    greeting.commit("a template")

    done = greeting.gsd_run("01-01")

    assert done.status == 0, done.text
    assert f"{TEMPLATE}: broke on this run; the built-in template was used" in done.text
    text = greeting.read(SUMMARY_PATH)
    why = f"because the project's broke: {TEMPLATE}:10: nothing is named nope; there are"
    assert why in text
    assert "## Deviations from Plan" in text
    audit = greeting.gsd_run("audit", "01-01")
    assert audit.status == 0, audit.stdout
