"""What `-v`, `-q` and `--json` print: of runs that end well, fail, and wait."""

import json
import re

import pytest
from sandbox import PLAN_PATH, RUN_FILE, RUN_PATH, Sandbox


@pytest.fixture
def broken(greeting: Sandbox) -> Sandbox:
    """A project whose second task writes what its check refutes."""
    greeting.write(RUN_PATH, RUN_FILE.replace("bye", "so long"))
    greeting.commit("another farewell")
    return greeting


def test_json_is_the_journal_and_nothing_else(greeting: Sandbox):
    done = greeting.gsd_run("01-01", "--json")
    assert (done.status, done.stderr) == (0, "")
    assert done.stdout == greeting.journal.read_text()
    # A plan that is complete has no new events.
    again = greeting.gsd_run("run", "01-01", "--json")
    summary = ".planning/phases/01-greeting/01-01-SUMMARY.md"
    assert (again.status, again.stdout) == (0, "")
    assert again.stderr == f"01-01 is complete: {summary}\n"


def test_json_of_a_failure_and_of_going_on(broken: Sandbox):
    failed = broken.gsd_run("01-01", "--json")
    assert failed.status == 1
    assert failed.stdout == broken.journal.read_text()
    assert "  verify.2: `grep -n bye farewell.txt` exited 1\n" in failed.stderr

    broken.write("farewell.txt", "bye\n")
    done = broken.gsd_run("resume", "--json")
    assert done.status == 0, done.text
    assert failed.stdout + done.stdout == broken.journal.read_text()
    assert "going on with run" in done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["event"]["type"] == "completed"


def test_json_of_an_error(greeting: Sandbox):
    done = greeting.gsd_run("09-09", "--json")
    assert (done.status, done.stdout) == (2, "")
    assert "09-09" in done.stderr
    dry = greeting.gsd_run("01-01", "--json", "--dry-run")
    assert (dry.status, dry.stdout) == (2, "")


def test_what_waits_is_told_aside_from_json(greeting: Sandbox):
    plan = greeting.read(PLAN_PATH)
    asks = '<task type="checkpoint:human-verify" gate="blocking">\n<what-built>A greeting</what-built>\n<how-to-verify>Look at it</how-to-verify>\n<resume-signal>Type approved</resume-signal>\n</task>\n</tasks>'
    greeting.write(PLAN_PATH, plan.replace("</tasks>", asks))
    greeting.commit()
    done = greeting.gsd_run("01-01", "--json")
    assert done.status == 10
    assert done.stdout == greeting.journal.read_text()
    assert "Look at it" in done.stderr
    asked = greeting.gsd_run("answer", "--json")
    assert (asked.status, asked.stdout) == (10, "")
    assert "Look at it" in asked.stderr
    quiet = greeting.gsd_run("answer", "--approve", "-q")
    assert quiet.status == 0
    assert quiet.text.startswith("01-01 is complete: ")


def test_quiet_says_one_line_when_all_is_well(greeting: Sandbox):
    done = greeting.gsd_run("-q", "01-01")
    assert done.status == 0
    assert done.text == "01-01 is complete: 4 claims PROVEN, 4 UNPROVEN, 0 REFUTED\n"


def test_quiet_says_what_went_wrong(broken: Sandbox):
    done = broken.gsd_run("01-01", "-q")
    assert done.status == 1
    assert done.text.splitlines()[:2] == [
        "Task 2 (Task 2: Add the farewell) failed:",
        "  verify.2: `grep -n bye farewell.txt` exited 1",
    ]
    check = broken.gsd_run("check", "01-01", "-q")
    assert check.status == 1
    assert check.stdout.splitlines() == [
        f"{PLAN_PATH}:33: verify.2 is REFUTED: `grep -n bye farewell.txt` exited 1",
        "3 PROVEN, 1 REFUTED, 4 UNPROVEN",
    ]


def test_verbose_shows_outputs_and_evidence(greeting: Sandbox):
    done = greeting.gsd_run("01-01", "-v")
    assert done.status == 0
    lines = re.sub(r"\d+\.\d+s", "SECONDS", done.stdout).splitlines()
    begin = lines.index("task 1 of 2: Task 1: Add the greeting")
    assert lines[begin : begin + 6] == [
        "task 1 of 2: Task 1: Add the greeting",
        "  write: greeting.txt",
        "    $ grep -n hello greeting.txt",
        "    exit 0 in SECONDS: grep -n hello greeting.txt",
        "      │ 1:hello",
        "  verify.1        PROVEN    exit 0: 1:hello",
    ]


@pytest.mark.parametrize("words", [("-q", "-v"), ("-v", "--json"), ("--json", "--quiet")])
def test_one_output_at_a_time(greeting: Sandbox, words: tuple[str, str]):
    done = greeting.gsd_run("run", "01-01", *words)
    assert (done.status, done.stdout) == (2, "")
    assert "not allowed with argument" in done.stderr
