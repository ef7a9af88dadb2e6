"""`gsd-run run -`: what GSD's flow hands over is carried out, and answered as it expects."""

from pathlib import Path

import pytest
from gsd_run.domain.gsd_flow import flow_files
from sandbox import FOLDER, PLAN, PLAN_PATH, RUN_PATH, SUMMARY_PATH, Output, Sandbox

WITH_INPUT = Path(__file__).parent / "with_input.py"
STATE_PATH = ".planning/STATE.md"
STATE = "# Project State\n\nPhase: 1 of 1 (Greeting)\nPlan: 0 of 1 in current phase\n"
ROADMAP = "# Roadmap\n\n### Phase 1: Greeting\n**Plans**: 1 plan\n\n- [ ] 01-01-PLAN.md\n"
PROMPT = f"""\
You carry out one plan of a project by yourself.

{PLAN[PLAN.index("<objective>") : PLAN.index("<verification>")]}
## Project

Greeter: a program that greets.
"""
CHECKPOINT = """\
<task type="checkpoint:human-verify" gate="blocking">
  <what-built>A greeting</what-built>
  <how-to-verify>Read it aloud</how-to-verify>
  <resume-signal>approved</resume-signal>
</task>
</tasks>"""


@pytest.fixture
def planned(greeting: Sandbox) -> Sandbox:
    """A project as GSD's flow leaves it when it hands a plan over: STATE.md is not committed."""
    greeting.write(STATE_PATH, STATE)
    greeting.write(".planning/ROADMAP.md", ROADMAP)
    greeting.commit("planned")
    greeting.write(STATE_PATH, STATE + "Status: Executing\n")
    return greeting


def handed_over(project: Sandbox, prompt: str, *words: str) -> Output:
    """Hand a prompt over on standard input."""
    project.write("../prompt.txt", f"{prompt}\n")
    return project.python(WITH_INPUT, "../prompt.txt", "run", "-", *words)


def test_the_summary_is_all_that_stdout_holds(planned: Sandbox) -> None:
    done = handed_over(planned, PROMPT)
    assert done.status == 0, done.text
    assert done.stdout == planned.read(SUMMARY_PATH)
    assert done.stdout.startswith("---\nphase: 01-greeting\n")
    assert done.stderr.splitlines()[0] == f"handed over: {PLAN_PATH}"
    assert planned.subjects()[2:] == [
        "feat(01-01): add the greeting",
        "feat(01-01): add the farewell",
        "docs(01-01): complete 01-01 plan",
    ]
    # the flow writes these itself, and later
    assert planned.git("status", "--porcelain") == f" M {STATE_PATH}\n"
    assert planned.read(".planning/ROADMAP.md") == ROADMAP
    again = handed_over(planned, PROMPT)
    assert (again.status, again.stdout) == (0, done.stdout)


def test_a_plan_that_fails_leaves_no_summary_and_a_retry_goes_on(planned: Sandbox) -> None:
    steps = planned.read(RUN_PATH)
    planned.write(RUN_PATH, steps.replace("bye", "so long"))
    planned.git("commit", "-qm", "a mistake", RUN_PATH)
    failed = handed_over(planned, PROMPT)
    assert (failed.status, failed.stdout) == (1, "")
    assert failed.stderr.splitlines()[-1] == (
        "For GSD: mend what is said above, then `retry` goes on with this run. Don't choose "
        "`skip`: the tasks that passed are committed, and GSD's own executor would make them a "
        "second time."
    )
    assert not (planned.root / SUMMARY_PATH).exists()
    planned.write(STATE_PATH, STATE + "Status: Blocked\n")  # by the flow, meanwhile
    planned.write(RUN_PATH, steps)
    retried = handed_over(planned, PROMPT)
    assert (retried.status, retried.stdout) == (0, planned.read(SUMMARY_PATH))
    assert STATE_PATH not in planned.git("log", "--format=", "--name-only", "HEAD~3..").split()
    assert planned.read(STATE_PATH) == STATE + "Status: Blocked\n"


def test_what_was_carried_out_is_not_what_is_handed_over_now(planned: Sandbox) -> None:
    done = handed_over(planned, PROMPT)
    assert (done.status, STATE_PATH in done.stdout) == (0, True)
    assert f"**dirty**, {STATE_PATH}: had uncommitted changes (GSD's flow writes it)" in done.stdout

    summary = planned.read(SUMMARY_PATH)
    planned.write(SUMMARY_PATH, summary.replace("4 PROVEN", "8 PROVEN"))
    changed = handed_over(planned, PROMPT)
    assert (changed.status, changed.stdout) == (3, "")
    assert changed.stderr.splitlines()[-1] == (
        f"{SUMMARY_PATH} says other things than the events, so it is not handed on; "
        "`gsd-run audit 01-01` shows where, and `gsd-run summary 01-01` writes it anew"
    )
    planned.write(SUMMARY_PATH, summary)

    planned.write(PLAN_PATH, PLAN.replace("Write bye", "Write good-bye"))
    other = handed_over(planned, PROMPT.replace("Write bye", "Write good-bye"))
    assert (other.status, other.stdout) == (3, "")
    assert "so what came on standard input is not done; `gsd-run undo 01-01`" in other.stderr


def test_the_flow_writes_a_workstreams_files_too() -> None:
    assert ".planning/STATE.md" in flow_files(PLAN_PATH)
    web = flow_files(".planning/workstreams/web/phases/01-x/01-01-PLAN.md")
    assert {".planning/STATE.md", ".planning/workstreams/web/STATE.md"} <= web
    assert ".planning/workstreams/api/STATE.md" not in web


def test_a_checkpoint_ends_with_10(planned: Sandbox) -> None:
    plan = PLAN.replace("</tasks>", CHECKPOINT)
    planned.write(PLAN_PATH, plan)
    planned.git("commit", "-qm", "a checkpoint", PLAN_PATH)
    asked = handed_over(planned, PROMPT.replace("</tasks>", CHECKPOINT))
    assert (asked.status, asked.stdout) == (10, "")
    assert "Read it aloud" in asked.stderr
    assert asked.stderr.splitlines()[-1].startswith(
        "For GSD: the plan waits for a person (exit 10). Do what is asked above, then `retry`"
    )


def test_what_would_not_be_the_whole_plan_is_refused(planned: Sandbox) -> None:
    for words in (("--until", "1"), ("--task", "2"), ("--dry-run",)):
        refused = handed_over(planned, PROMPT, *words)
        assert (refused.status, refused.stdout) == (2, "")
        assert refused.stderr == (
            f"{words[0]} and `-` don't go together: whoever hands a plan over takes exit 0 for the "
            "whole of it; give the plan's id instead of `-`\n"
        )
    other = handed_over(planned, PROMPT.replace("Write bye", "Write good-bye"))
    assert (other.status, other.stdout) == (2, "")
    assert other.stderr.startswith(f"{PLAN_PATH}:32: <action> of task 2 reads otherwise than ")
    assert planned.subjects() == ["start", "planned"]


def test_changes_of_a_person_and_summaries_of_others_are_refused(planned: Sandbox) -> None:
    planned.write("README.md", "# Being edited\n")
    dirty = handed_over(planned, PROMPT)
    assert (dirty.status, dirty.stdout) == (3, "")
    assert (
        "uncommitted changes in tracked files:\n  .planning/STATE.md\n  README.md\n" in dirty.stderr
    )
    planned.git("checkout", "-q", "README.md")
    planned.write(SUMMARY_PATH, "# Done, trust me\n")
    foreign = handed_over(planned, "01-01")
    assert (foreign.status, foreign.stdout) == (3, "")
    assert foreign.stderr.splitlines()[-1] == (
        f"{FOLDER}/01-01-PLAN.md has a summary that no run here wrote, so nothing was carried "
        "out; `gsd-run check` judges what holds, and `gsd-run run - --fresh` carries the plan out"
    )
