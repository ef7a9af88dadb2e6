"""Hooks, signals, branches and changed plans: why a run stops, and what it goes on with."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from sandbox import (
    PLAN,
    PLAN_PATH,
    RUN_FILE,
    RUN_PATH,
    SUMMARY_PATH,
    Sandbox,
    environment,
    goes_away,
    let_a_check_wait,
)


def hook(project: Sandbox, name: str, script: str) -> Path:
    place = project.root / ".git" / "hooks" / name
    place.parent.mkdir(exist_ok=True)
    place.write_text(f"#!/bin/sh\n{script}\n")
    place.chmod(0o755)
    return place


def slip(project: Sandbox) -> None:
    """Fail in task 2."""
    project.write(RUN_PATH, project.read(RUN_PATH).replace("bye", "by"))
    project.commit("a run file with a slip")
    assert project.gsd_run("01-01").status == 1


def events(project: Sandbox, kind: str) -> list[dict[str, object]]:
    lines = project.journal.read_text().splitlines()
    found = [json.loads(line)["event"] for line in lines]
    return [event for event in found if event["type"] == kind]


def test_a_hook_that_refuses_stops_the_run_until_it_lets_it_pass(greeting: Sandbox) -> None:
    refusing = hook(greeting, "pre-commit", "echo no commits on Sundays >&2; exit 1")
    done = greeting.gsd_run("01-01")
    assert done.status == 3
    assert "no commits on Sundays" in done.stderr
    assert greeting.git("status", "--porcelain") == "?? greeting.txt\n"
    refusing.unlink()

    done = greeting.gsd_run("resume")

    assert done.status == 0, done.text
    assert greeting.subjects()[1:3] == [
        "feat(01-01): add the greeting",
        "feat(01-01): add the farewell",
    ]
    assert len(events(greeting, "attempt_started")) == 2


def test_what_a_refusing_hook_repaired_is_judged_and_committed(greeting: Sandbox) -> None:
    hook(
        greeting,
        "pre-commit",
        "grep -q '!' greeting.txt || { echo 'hello!' > greeting.txt; exit 1; }",
    )
    assert greeting.gsd_run("01-01").status == 3

    done = greeting.gsd_run("resume")

    assert done.status == 0, done.text
    assert greeting.git("show", "HEAD~2:greeting.txt") == "hello!\n"
    assert "**mend**, task 1: greeting.txt changed by hand" in greeting.read(SUMMARY_PATH)


def test_what_a_hook_alters_in_a_commit_is_judged_again(greeting: Sandbox) -> None:
    hook(
        greeting,
        "pre-commit",
        "test ! -f farewell.txt || { echo no > farewell.txt; touch more; git add more farewell.txt; }",
    )

    done = greeting.gsd_run("01-01")

    assert done.status == 1, done.text
    assert "verify.2: `grep -n bye farewell.txt` exited 1" in done.stdout
    committed = events(greeting, "committed")[-1]
    assert committed["files"] == ["farewell.txt", "more"]
    (greeting.root / ".git/hooks/pre-commit").unlink()
    assert greeting.gsd_run("resume").status == 1
    greeting.write("farewell.txt", "bye\n")

    done = greeting.gsd_run("resume")

    assert done.status == 0, done.text
    assert greeting.subjects()[-3:] == [
        "feat(01-01): add the farewell",
        "feat(01-01): add the farewell",
        "docs(01-01): complete 01-01 plan",
    ]


def test_terminated_it_ends_its_children_and_goes_on(greeting: Sandbox) -> None:
    let_a_check_wait(
        greeting,
        "grep -n hello greeting.txt",
        "test -e go || { echo $$ > waiting; sleep 61; }; grep -n hello greeting.txt",
    )
    for sent in (signal.SIGTERM, signal.SIGHUP):
        running = subprocess.Popen(
            [sys.executable, "-m", "gsd_run", "01-01", "--no-baseline"],
            cwd=greeting.root,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        pid = int(_written(greeting.root / "waiting"))
        running.send_signal(sent)
        told, _ = running.communicate()
        assert running.returncode == 130, told
        assert goes_away(pid)
        assert events(greeting, "stopped")[-1]["exit_code"] == 130
        (greeting.root / "waiting").unlink()
    greeting.write("go", "")

    done = greeting.gsd_run("resume")

    assert done.status == 0, done.text
    assert len(events(greeting, "attempt_started")) == 2


def test_interrupted_in_a_commit_it_leaves_no_lock_behind(greeting: Sandbox) -> None:
    slow = hook(greeting, "pre-commit", "touch .git/waiting; sleep 61")
    running = subprocess.Popen(
        [sys.executable, "-m", "gsd_run", "01-01", "--no-baseline"],
        cwd=greeting.root,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    _written(greeting.root / ".git" / "waiting", "")
    running.send_signal(signal.SIGINT)
    told, _ = running.communicate()
    assert running.returncode == 130, told
    assert list((greeting.root / ".git").glob("*.lock")) == []
    slow.unlink()

    done = greeting.gsd_run("resume")

    assert done.status == 0, done.text
    assert greeting.git("status", "--porcelain") == ""


def test_killed_in_a_check_its_strays_end_with_the_resume(greeting: Sandbox) -> None:
    let_a_check_wait(
        greeting,
        "grep -n hello greeting.txt",
        "test -e go || { echo $$ > waiting; sleep 61; }; grep -n hello greeting.txt",
    )
    running = greeting.start("01-01", "--no-baseline")
    pid = int(_written(greeting.root / "waiting"))
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    greeting.write("go", "")

    assert greeting.gsd_run("resume").status == 0
    assert goes_away(pid)


def test_a_new_check_is_judged_at_the_base_anew_while_that_is_there(greeting: Sandbox) -> None:
    proof = "proofs:\n  - {claim: criterion.1, command: 'cat farewell.txt nothing.txt'}\n"
    greeting.write(RUN_PATH, RUN_FILE.replace("hello", "hallo") + proof)
    greeting.commit("a slip, and a proof that can't hold")
    assert greeting.gsd_run("01-01").status == 1
    assert greeting.read("greeting.txt") == "hallo\n"
    greeting.write(RUN_PATH, RUN_FILE + proof.replace("cat farewell.txt nothing.txt", "test -d ."))

    done = greeting.gsd_run("resume")

    assert done.status == 0, done.text
    at_base = [
        event["verdict"]["state"]
        for event in events(greeting, "judged")
        if event["moment"] == "base" and event["verdict"]["claim"] == "criterion.1"
    ]
    assert at_base == ["REFUTED", "PROVEN"]
    assert "Both texts exist | UNPROVEN (supplied check)" in greeting.read(SUMMARY_PATH)


def test_after_the_first_commit_a_new_check_goes_without_base(greeting: Sandbox) -> None:
    proof = "proofs:\n  - {claim: criterion.1, command: 'cat farewell.txt nothing.txt'}\n"
    greeting.write(RUN_PATH, RUN_FILE + proof)
    greeting.commit("a proof that can't hold")
    slip(greeting)
    greeting.write(RUN_PATH, RUN_FILE + proof.replace("cat farewell.txt nothing.txt", "test -d ."))

    done = greeting.gsd_run("resume")

    assert done.status == 0, done.text
    verdict = next(
        event["verdict"]
        for event in events(greeting, "judged")
        if event["moment"] == "end" and event["verdict"]["claim"] == "criterion.1"
    )
    assert verdict["state"] == "UNPROVEN"
    assert "was not judged at the base commit" in verdict["reason"]


def test_a_plan_with_lines_moved_keeps_its_verdicts(greeting: Sandbox) -> None:
    slip(greeting)
    greeting.write(RUN_PATH, RUN_FILE)
    greeting.write(PLAN_PATH, greeting.read(PLAN_PATH).replace("<tasks>", "\n\n<tasks>"))

    done = greeting.gsd_run("resume")

    assert done.status == 0, done.text
    at_base = [event for event in events(greeting, "judged") if event["moment"] == "base"]
    assert len(at_base) == 8


def test_a_fresh_run_keeps_the_failed_attempts_leavings_aside(greeting: Sandbox) -> None:
    slip(greeting)
    greeting.write(RUN_PATH, RUN_FILE)

    done = greeting.gsd_run("01-01", "--fresh")

    assert done.status == 0, done.text
    assert greeting.subjects()[-2:] == [
        "feat(01-01): add the farewell",
        "docs(01-01): complete 01-01 plan",
    ]
    refs = greeting.git("for-each-ref", "--format=%(refname)", "refs/gsd-run").split()
    kept = next(ref for ref in refs if "/kept-" in ref)
    assert greeting.git("show", f"{kept}:farewell.txt") == "by\n"


def test_a_fresh_run_beside_a_mend_leaves_it_to_its_maker(greeting: Sandbox) -> None:
    greeting.write("farewell.txt", "nothing\n")
    greeting.commit("a farewell")
    slip(greeting)
    greeting.write("farewell.txt", "my mend\n")

    done = greeting.gsd_run("01-01", "--fresh")

    assert done.status == 3
    assert "uncommitted changes in tracked files:\n  farewell.txt" in done.stderr
    assert greeting.read("farewell.txt") == "my mend\n"


def test_a_fresh_run_is_the_way_around_a_broken_journal(greeting: Sandbox) -> None:
    slip(greeting)
    (greeting.root / "farewell.txt").unlink()
    lines = greeting.journal.read_text().splitlines(keepends=True)
    greeting.journal.write_text("".join([*lines[:3], *lines[4:]]))
    greeting.write(RUN_PATH, RUN_FILE)
    assert greeting.gsd_run("resume").status == 3

    assert greeting.gsd_run("01-01", "--fresh").status == 0


def test_a_run_goes_on_only_on_its_branch(greeting: Sandbox) -> None:
    greeting.write(RUN_PATH, RUN_FILE.replace("hello", "hallo"))
    greeting.commit("a slip")
    assert greeting.gsd_run("01-01", "--branch", "plan/1").status == 1
    greeting.git("switch", "-q", "main")
    greeting.write(RUN_PATH, RUN_FILE)

    refused = greeting.gsd_run("01-01")

    assert refused.status == 3
    assert "works on branch plan/1, and main is checked out" in refused.stderr
    done = greeting.gsd_run("01-01", "--branch", "plan/1")
    assert done.status == 0, done.text
    assert greeting.git("log", "-1", "--format=%s", "main") == "a slip\n"


def test_a_branch_that_exists_brings_its_own_plan(greeting: Sandbox) -> None:
    greeting.git("switch", "-q", "-c", "plan/1")
    greeting.write(PLAN_PATH, PLAN.replace("Add the greeting", "Write the greeting"))
    greeting.commit("another wording")
    greeting.git("switch", "-q", "main")

    done = greeting.gsd_run("01-01", "--branch", "plan/1")

    assert done.status == 0, done.text
    assert greeting.subjects()[2] == "feat(01-01): write the greeting"


def test_a_branch_that_git_refuses_is_told_and_nothing_changes(greeting: Sandbox) -> None:
    done = greeting.gsd_run("01-01", "--branch", "no..name")
    assert done.status == 3
    assert "git switch:" in done.stderr
    assert list((greeting.root / ".git" / "gsd-run").glob("runs/*")) == []


def test_a_killed_runs_first_moment_still_notices_a_changed_plan(greeting: Sandbox) -> None:
    greeting.gsd_run("01-01", "--strict")
    journal = greeting.journal
    lines = journal.read_text().splitlines(keepends=True)
    journal.write_text(lines[0])
    greeting.git("reset", "-q", "--hard", "HEAD~2")
    greeting.write(RUN_PATH, RUN_FILE.replace("bye", "bye bye"))

    done = greeting.gsd_run("resume")

    assert done.status == 0, done.text
    assert greeting.read("farewell.txt") == "bye bye\n"


def _written(place: Path, wanted: str = "\n") -> str:
    for _ in range(600):
        if place.exists() and place.read_text().endswith(wanted):
            return place.read_text()
        time.sleep(0.05)
    raise AssertionError(f"{place} never came")
