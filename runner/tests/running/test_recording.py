"""A finished run recorded: replayed on its base, anywhere and without a model, it ends the same."""

import json
import sys
from pathlib import Path

import pytest
from sandbox import PLAN_PATH, RUN_PATH, SUMMARY_PATH, Sandbox


def ended(project: Sandbox) -> dict[str, str]:
    records = [json.loads(line)["event"] for line in project.journal.read_bytes().splitlines()]
    return next(event for event in records if event["type"] == "ended")


def verdicts(project: Sandbox) -> dict[str, str]:
    records = [json.loads(line)["event"] for line in project.journal.read_bytes().splitlines()]
    return {
        event["verdict"]["claim"]: event["verdict"]["state"]
        for event in records
        if event["type"] == "judged" and event["moment"] == "end"
    }


def cloned(project: Sandbox, base: str, folder: Path) -> Sandbox:
    """Return another machine's checkout of the base commit."""
    project.run("git", "clone", "-q", str(project.root), str(folder))
    clone = Sandbox(root=folder)
    clone.git("config", "user.name", "Grace")
    clone.git("config", "user.email", "grace@example.org")
    clone.git("reset", "-q", "--hard", base)
    return clone


def test_what_a_person_did_is_replayed_elsewhere(greeting: Sandbox, tmp_path: Path) -> None:
    (greeting.root / RUN_PATH).unlink()
    (greeting.root / "logo.bin").write_bytes(b"\x00\x01old")
    base = greeting.commit("no run file")
    assert greeting.gsd_run("01-01").status == 10
    greeting.write("greeting.txt", "hello  \n\n\ttab, “quotes” and a cr\r\n no end")
    (greeting.root / "logo.bin").write_bytes(b"\x00\xff\xfenew")
    greeting.write("tool.sh", "#!/bin/sh\n")
    (greeting.root / "tool.sh").chmod(0o755)
    assert greeting.gsd_run("resume").status == 10
    greeting.write("farewell.txt", "bye\u2028now\n")
    (greeting.root / "latin.txt").write_bytes("Grüße\n".encode("latin-1"))
    assert greeting.gsd_run("resume").status == 0

    told = greeting.gsd_run("record", "01-01")
    assert told.status == 0, told.text
    assert "tasks patched: 1, 2; tasks by their steps: none" in told.stdout.replace(
        ", tasks", "; tasks"
    )
    run_file = greeting.read(RUN_PATH)
    assert "# made by hand" in run_file

    clone = cloned(greeting, base, tmp_path / "elsewhere")
    clone.write(RUN_PATH, run_file)
    done = clone.gsd_run("01-01")
    assert done.status == 0, done.text
    assert ended(clone)["tree"] == ended(greeting)["tree"]
    assert ended(clone)["replayed"] == "same"
    assert verdicts(clone) == verdicts(greeting)
    assert "the final tree is the same" in clone.read(SUMMARY_PATH)
    assert (clone.root / "tool.sh").stat().st_mode & 0o111
    assert (clone.root / "latin.txt").read_bytes() == "Grüße\n".encode("latin-1")


AMENDED = """\
# what the plan does not say
amend:
  - claim: verification.1
    replace: {"grep -i damn": "grep -iw damn"}   # whole words
    reason: dams are fine
changes:
  # the greeting
  1:
    - write: {path: greeting.txt, text: "hello\\n"}
  2:
    - write: {path: farewell.txt, text: "by\\n"}   # a slip

proofs:
  - claim: criterion.1
    command: test -f greeting.txt
"""


def test_steps_that_were_not_mended_stay_and_every_other_line_too(
    greeting: Sandbox, tmp_path: Path
) -> None:
    greeting.write(RUN_PATH, AMENDED)
    base = greeting.commit("steps with a slip")
    assert greeting.gsd_run("01-01").status == 1
    greeting.write("farewell.txt", "bye\n")
    assert greeting.gsd_run("resume").status == 0
    told = greeting.gsd_run("record", "01-01")
    assert told.status == 0, told.text

    recorded = greeting.read(RUN_PATH)
    before, _, after = AMENDED.partition("  2:\n")
    assert recorded.startswith(before)
    assert after.partition("\n\n")[2] in recorded
    clone = cloned(greeting, base, tmp_path / "elsewhere")
    clone.write(RUN_PATH, recorded)
    assert clone.gsd_run("01-01").status == 0
    assert ended(clone)["replayed"] == "same"

    again = greeting.gsd_run("record", "01-01", "--stdout")
    assert again.stdout == recorded


def test_uncommitted_steps_are_not_lost(greeting: Sandbox) -> None:
    greeting.write(RUN_PATH, AMENDED)
    assert greeting.gsd_run("01-01").status == 1
    greeting.write("farewell.txt", "bye\n")
    assert greeting.gsd_run("resume").status == 0
    refused = greeting.gsd_run("record", "01-01")
    assert refused.status == 3
    assert "replaces the steps of task 2" in refused.stderr
    assert greeting.read(RUN_PATH) == AMENDED


def test_a_run_that_is_not_finished_is_not_recorded(greeting: Sandbox) -> None:
    greeting.gsd_run("01-01", "--until", "1")
    refused = greeting.gsd_run("record", "01-01")
    assert refused.status == 3
    assert "is not finished" in refused.stderr


@pytest.mark.parametrize("text", ["changes: {1: []}\n", "{changes: {}}\n"])
def test_a_run_file_in_braces_is_left_alone(greeting: Sandbox, text: str) -> None:
    greeting.write(RUN_PATH, text)
    greeting.commit("braces")
    assert greeting.gsd_run("01-01", "--executor", "hand").status == 10
    greeting.write("greeting.txt", "hello\n")
    assert greeting.gsd_run("resume").status == 10
    greeting.write("farewell.txt", "bye\n")
    assert greeting.gsd_run("resume").status == 0, PLAN_PATH
    refused = greeting.gsd_run("record", "01-01")
    assert refused.status == 3
    assert "in braces" in refused.stderr
    assert greeting.read(RUN_PATH) == text


def test_a_mended_task_says_so_and_recording_again_is_no_loss(greeting: Sandbox) -> None:
    steps = greeting.read(RUN_PATH).replace('text: "hello', 'text: "helo')
    greeting.write(RUN_PATH, steps)
    greeting.commit("a slip of the pen")
    assert greeting.gsd_run("01-01").status == 1
    greeting.write("greeting.txt", "hello\n")
    assert greeting.gsd_run("resume").status == 0
    assert greeting.gsd_run("record", "01-01").status == 0
    recorded = greeting.read(RUN_PATH)
    assert "# by its steps, mended by hand" in recorded
    again = greeting.gsd_run("record", "01-01")
    assert again.status == 0, again.text
    assert greeting.read(RUN_PATH) == recorded


def test_a_disk_that_takes_nothing_more_is_told_as_such(greeting: Sandbox) -> None:
    assert greeting.gsd_run("01-01").status == 0
    full = greeting.run("bash", "-c", f"ulimit -f 0; {sys.executable} -m gsd_run record 01-01")
    assert full.status == 3
    assert full.stderr.startswith("no temporary file can be made")
