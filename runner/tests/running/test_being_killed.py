"""Killed at any moment, a run goes on to the same end, and makes no commit twice."""

import hashlib
import json
import shutil
import signal
from pathlib import Path

import pytest
from sandbox import FOLDER, PLAN_PATH, RUN_PATH, SUMMARY_PATH, Sandbox

KILLER = Path(__file__).parent / "carry_and_die.py"
PROOF = """\
proofs:
  - {claim: criterion.1, command: grep Greeting README.md, subject: [README.md]}
"""
FILES = ("README.md", "greeting.txt", "farewell.txt", "noise.txt")


@pytest.fixture
def noisy(greeting: Sandbox) -> Sandbox:
    """A plan whose second check changes a tracked file and leaves another one behind."""
    check = "<verify>grep -n bye farewell.txt"
    noise = "<verify>echo more >> noise.txt; touch left.txt; grep -n bye farewell.txt"
    greeting.write(PLAN_PATH, greeting.read(PLAN_PATH).replace(check, noise))
    greeting.write(RUN_PATH, greeting.read(RUN_PATH) + PROOF)
    greeting.write("noise.txt", "noise\n")
    greeting.commit("a check that makes noise")
    return greeting


def copied(project: Sandbox, name: str) -> Sandbox:
    place = project.root.parent / name
    shutil.copytree(project.root, place, symlinks=True)
    return Sandbox(place)


def kinds(project: Sandbox) -> list[str]:
    lines = project.journal.read_text().splitlines()
    return [json.loads(line)["event"]["type"] for line in lines]


def end_of(project: Sandbox) -> dict[str, object]:
    return {
        "commits": project.subjects(),
        "committed": project.git("ls-tree", "-r", "--name-only", "HEAD"),
        "status": project.git("status", "--porcelain"),
        "files": [project.read(path) for path in FILES],
        "verdicts": [
            line.split(" | ")[:3]
            for line in project.read(SUMMARY_PATH).splitlines()
            if line.startswith("| ") and "PROVEN" in line
        ],
    }


@pytest.mark.parametrize("share", range(2))
def test_killed_before_any_kind_of_event_it_goes_on_to_the_same_end(
    noisy: Sandbox, share: int
) -> None:
    whole = copied(noisy, "whole")
    assert whole.gsd_run("01-01").status == 0
    wanted = end_of(whole)
    assert wanted["status"] == "?? left.txt\n"
    events = kinds(whole)
    assert {"kept", "set_aside", "put_back"} <= set(events)
    last = {kind: number for number, kind in enumerate(events, 1)}
    at_base = {events.index("kept") + 1, events.index("baseline_done")}
    moments = sorted({*last.values(), *at_base})

    for number in moments[share::2]:
        project = copied(noisy, f"killed-{number}")
        died = project.python(KILLER, "before", str(number))
        assert died.status == -signal.SIGKILL, died.text

        done = project.gsd_run("01-01")

        assert done.status == 0, (number, events[number - 1], done.text)
        assert end_of(project) == wanted, (number, events[number - 1])


@pytest.mark.parametrize("kind", ["step_planned", "set_aside"])
def test_killed_after_announcing_what_it_will_do(noisy: Sandbox, kind: str) -> None:
    whole = copied(noisy, "whole")
    assert whole.gsd_run("01-01").status == 0
    project = copied(noisy, "killed")
    died = project.python(KILLER, "after", str(kinds(whole).index(kind) + 1))
    assert died.status == -signal.SIGKILL, died.text

    done = project.gsd_run("resume")

    assert done.status == 0, done.text
    assert end_of(project) == end_of(whole)


def test_what_a_user_does_to_a_file_set_aside_is_kept(noisy: Sandbox) -> None:
    whole = copied(noisy, "whole")
    whole.gsd_run("01-01")
    project = copied(noisy, "killed")
    number = kinds(whole).index("put_back") + 1
    project.python(KILLER, "before", str(number - 1))
    assert not (project.root / "README.md").exists()
    project.write("README.md", "# Where has it gone?\n")

    done = project.gsd_run("resume")

    assert done.status == 0, done.text
    assert project.read("README.md") == "# Greeting\n"
    refs = project.git("for-each-ref", "--format=%(refname)", "refs/gsd-run").split()
    kept = [project.run("git", "show", f"{ref}:README.md").stdout for ref in refs]
    assert "# Where has it gone?\n" in kept


def test_a_half_written_file_is_swept_away(greeting: Sandbox) -> None:
    whole = copied(greeting, "whole")
    assert whole.gsd_run("01-01").status == 0
    number = kinds(whole).index("step_planned") + 1
    greeting.python(KILLER, "after", str(number))
    name = hashlib.sha256(b"greeting.txt").hexdigest()[:12]
    beside = greeting.root / f".gsd-run-{name}-4711"
    beside.write_text("hel")
    (greeting.root / "greeting.txt").write_text("hello\n")

    done = greeting.gsd_run("resume")

    assert (done.status, beside.exists()) == (0, False), done.text
    assert greeting.files_of("HEAD") == [f"{FOLDER}/01-01-EVIDENCE.jsonl", SUMMARY_PATH]
