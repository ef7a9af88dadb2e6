"""A checkpoint stops the run with its question; a person's answer goes on, and is told as one."""

import os
import pty
import subprocess
import sys

from sandbox import FOLDER, PLAN_PATH, RUN_PATH, SUMMARY_PATH, Sandbox, environment

PLAN = """\
---
phase: 01-greeting
plan: 01
type: execute
wave: 1
depends_on: []
files_modified: [greeting.txt, farewell.txt]
autonomous: false
must_haves:
  truths: ["Everybody feels welcome"]
  artifacts: []
  key_links: []
---
<objective>Greet people, then say good-bye.</objective>
<tasks>
<task type="auto">
  <name>Task 1: Add the greeting</name>
  <files>greeting.txt</files>
  <action>Write hello into greeting.txt</action>
  <verify>grep -n hello greeting.txt</verify>
  <done>The greeting is there</done>
</task>
{checkpoint}
<task type="auto">
  <name>Task 3: Add the farewell</name>
  <files>farewell.txt</files>
  <action>Write bye into farewell.txt</action>
  <verify>grep -n bye farewell.txt</verify>
  <done>The farewell is there</done>
</task>
</tasks>
<output>Create `.planning/phases/01-greeting/01-01-SUMMARY.md`</output>
"""

VERIFY = """\
<task type="checkpoint:human-verify" gate="{gate}">
  <what-built>A greeting</what-built>
  <how-to-verify>Read greeting.txt aloud</how-to-verify>
  <resume-signal>Type "approved"</resume-signal>
</task>"""

DECISION = """\
<task type="checkpoint:decision" gate="blocking">
  <decision>Which farewell?</decision>
  <context>Some like it short.</context>
  <options>
    <option id="short"><name>bye</name><pros>short</pros><cons>curt</cons></option>
    <option id="long"><name>farewell</name><pros>polite</pros><cons>long</cons></option>
  </options>
</task>"""

ACTION = """\
<task type="checkpoint:human-action" gate="blocking">
  <action>Put your name into name.txt</action>
  <instructions>Write it by hand</instructions>
</task>"""

RUN_FILE = """\
changes:
  1:
    - write: {path: greeting.txt, text: "hello\\n"}
  3:
    - write: {path: farewell.txt, text: "bye\\n"}
"""


def asking(greeting: Sandbox, checkpoint: str) -> Sandbox:
    greeting.write(PLAN_PATH, PLAN.replace("{checkpoint}", checkpoint))
    greeting.write(RUN_PATH, RUN_FILE)
    greeting.commit("a plan with a checkpoint")
    return greeting


def test_a_checkpoint_asks_and_an_approval_goes_on(greeting: Sandbox) -> None:
    project = asking(greeting, VERIFY.format(gate="blocking"))

    asked = project.gsd_run("01-01")
    assert asked.status == 10
    assert (
        f"{PLAN_PATH}:23: task 2 (human-verify) asks you:\n"
        "  Built:\n    A greeting\n"
        "  To verify:\n    Read greeting.txt aloud\n"
        "Answer with:\n"
        "  gsd-run answer 01-01 --approve\n"
        '  gsd-run answer 01-01 --reject "why"\n'
    ) in asked.stdout
    assert not (project.root / "farewell.txt").exists()
    assert project.gsd_run("resume").status == 10
    assert project.gsd_run("answer").status == 10

    done = project.gsd_run("answer", "01-01", "--approve")
    assert done.status == 0, done.text
    summary = project.read(SUMMARY_PATH)
    name = project.git("var", "GIT_AUTHOR_IDENT").rpartition("> ")[0] + ">"
    assert f"approved by {name}" in done.stdout
    assert "an answer, not a measurement" in summary
    assert "| ANSWERED |" in summary
    assert project.gsd_run("answer", "01-01", "--approve").status == 2


def test_a_rejection_stops_the_run_and_a_mend_is_committed_with_the_approval(
    greeting: Sandbox,
) -> None:
    project = asking(greeting, VERIFY.format(gate="blocking"))
    project.gsd_run("01-01")

    rejected = project.gsd_run("answer", "--reject", "it mumbles")
    assert rejected.status == 1
    assert "it mumbles" in rejected.stdout
    assert not (project.root / SUMMARY_PATH).exists()

    project.write("greeting.txt", "hello, loud and clear\n")
    assert project.gsd_run("resume").status == 10
    done = project.gsd_run("answer", "--approve")
    assert done.status == 0, done.text
    assert project.git("show", "HEAD~2", "--format=", "--name-only").split() == ["greeting.txt"]
    summary = project.read(SUMMARY_PATH)
    assert "greeting.txt changed by hand (at the checkpoint)" in summary
    assert "it mumbles" in summary


def test_a_decision_takes_one_of_its_options(greeting: Sandbox) -> None:
    project = asking(greeting, DECISION)
    asked = project.gsd_run("01-01")
    assert asked.status == 10
    assert "gsd-run answer 01-01 --choose short|long" in asked.stdout
    assert "  long: farewell\n      pros: polite\n      cons: long\n" in asked.stdout

    wrong = project.gsd_run("answer", "--choose", "none")
    assert wrong.status == 2
    assert "there is no option 'none'; --choose one of short, long" in wrong.stderr
    assert project.gsd_run("answer", "--approve").status == 2
    assert project.gsd_run("answer", "--choose", "long").status == 0
    summary = project.read(SUMMARY_PATH)
    assert "long chosen by" in summary
    assert "- decided: Which farewell? long (farewell)" in summary
    assert 'key-decisions: ["Which farewell? long (farewell): long chosen by' in summary


def test_what_a_person_did_at_a_checkpoint_is_committed(greeting: Sandbox) -> None:
    project = asking(greeting, ACTION)
    assert project.gsd_run("01-01", "--yes").status == 10
    project.write("name.txt", "Ada\n")
    assert project.gsd_run("answer", "--approve").status == 0
    assert project.git("show", "HEAD~2", "--format=", "--name-only").split() == ["name.txt"]


def test_yes_waves_a_verification_through_and_says_so(greeting: Sandbox) -> None:
    project = asking(greeting, VERIFY.format(gate="blocking"))
    done = project.gsd_run("01-01", "--yes")
    assert done.status == 0, done.text
    assert "approved by --yes" in project.read(SUMMARY_PATH)


def test_a_gate_for_a_person_takes_no_flag_and_no_pipe(greeting: Sandbox) -> None:
    project = asking(greeting, VERIFY.format(gate="blocking-human"))
    assert project.gsd_run("01-01", "--yes").status == 10
    refused = project.gsd_run("answer", "--approve")
    assert refused.status == 10
    assert "a person has to answer at a terminal" in refused.stderr
    assert not (project.root / SUMMARY_PATH).exists()

    assert _typed(project, "yes\n") == 10
    assert _typed(project, "01-01\n") == 0
    assert (project.root / FOLDER / "01-01-SUMMARY.md").exists()


def _typed(project: Sandbox, text: str) -> int:
    """Answer at a terminal by typing a text."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "gsd_run", "answer", "--approve"],
        cwd=project.root,
        env=environment(),
        stdin=theirs,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs)
    os.write(ours, text.encode())
    status = process.wait()
    os.close(ours)
    return status


def test_a_question_is_told_by_status_and_dry_run(greeting: Sandbox) -> None:
    steps = "\n    1. Open it\n    2. Read it\n  "
    checkpoint = VERIFY.format(gate="blocking").replace("Read greeting.txt aloud", steps)
    project = asking(greeting, checkpoint)
    shown = project.gsd_run("01-01", "--dry-run").stdout
    assert "task 2  human-verify\n  a checkpoint: the run waits for a person's answer" in shown
    asked = project.gsd_run("01-01")
    assert "task 2 (human-verify) asks you" in asked.stdout
    assert "    1. Open it\n    2. Read it\n" in asked.stdout
    told = project.gsd_run("status", "01-01").stdout
    assert "01-01  waits for you  1 of 3 tasks committed" in told
    assert "task 2 (human-verify) asks" in told
    assert told.endswith("next: gsd-run answer 01-01 --approve\n")
    rejected = project.gsd_run("answer", "--reject", "it mumbles")
    assert "mend what was rejected, then `gsd-run resume 01-01` asks again" in rejected.stdout


def test_an_agent_is_told_what_was_decided(greeting: Sandbox) -> None:
    project = asking(greeting, DECISION)
    project.gsd_run("01-01")
    settings = '[agents.idle]\nprofile = "command"\ncommand = "true {prompt_file}"\n'
    project.write(".planning/gsd-run.toml", settings)
    assert project.gsd_run("answer", "--choose", "long", "--agent", "idle").status == 1
    outputs = (project.journal.parent.parent / "outputs").iterdir()
    decided = "decided at task 2: Which farewell? long (farewell)"
    assert any(decided in one.read_text() for one in outputs)
