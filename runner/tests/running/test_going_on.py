"""Runs that stop, and how they go on."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from sandbox import PLAN_PATH, RUN_PATH, SUMMARY_PATH, Sandbox, environment, let_a_check_wait


def fail_in_task_2(greeting: Sandbox) -> None:
    greeting.write(RUN_PATH, greeting.read(RUN_PATH).replace("bye", "by"))
    greeting.commit("a run file with a slip")
    done = greeting.gsd_run("01-01")
    assert done.status == 1, done.text


def test_a_failing_task_stops_the_plan_and_says_how_to_go_on(greeting: Sandbox) -> None:
    greeting.write(RUN_PATH, greeting.read(RUN_PATH).replace("bye", "by"))
    greeting.commit("a run file with a slip")

    done = greeting.gsd_run("01-01")

    assert done.status == 1
    assert not (greeting.root / SUMMARY_PATH).exists()
    assert greeting.read("farewell.txt") == "by\n"
    assert done.stdout.split("\n\n")[-2:] == [
        "Task 2 (Task 2: Add the farewell) failed:\n"
        "  verify.2: `grep -n bye farewell.txt` exited 1",
        "The tree is left as it is, no summary is written. To go on:\n"
        "  mend the files, then `gsd-run resume 01-01`: your mend is judged and committed with it\n"
        "  mend the run file, then `gsd-run resume 01-01`: the change is made anew\n"
        "  `gsd-run resume 01-01 --redo` keeps the tree aside and makes the change anew\n",
    ]
    status = greeting.gsd_run("status").stdout
    assert "01-01  stopped  1 of 2 tasks committed" in status
    assert "in task 2: verify.2:" in status


def test_a_mend_by_hand_is_judged_and_committed_as_a_deviation(greeting: Sandbox) -> None:
    fail_in_task_2(greeting)
    first = greeting.git("rev-parse", "HEAD")
    greeting.write("farewell.txt", "bye\n")

    done = greeting.gsd_run("resume")

    assert done.status == 0, done.text
    assert greeting.git("rev-parse", "HEAD~2") == first
    assert greeting.files_of("HEAD~1") == ["farewell.txt"]
    assert "**mend**, task 2: farewell.txt changed by hand" in greeting.read(SUMMARY_PATH)
    assert "task 2 of 2 goes on: Task 2: Add the farewell" in done.stdout
    assert "task 1 of 2" not in done.stdout


def test_a_mended_run_file_makes_the_change_anew(greeting: Sandbox) -> None:
    fail_in_task_2(greeting)
    greeting.write(RUN_PATH, greeting.read(RUN_PATH).replace("by\\n", "bye\\n"))

    done = greeting.gsd_run("01-01")

    assert done.status == 0, done.text
    assert "task 2 of 2: Task 2: Add the farewell (attempt 2)" in done.stdout
    assert greeting.files_of("HEAD~1") == ["farewell.txt"]
    assert "mend" not in greeting.read(SUMMARY_PATH)


def test_redo_keeps_the_mend_aside(greeting: Sandbox) -> None:
    fail_in_task_2(greeting)
    greeting.write(RUN_PATH, greeting.read(RUN_PATH).replace("by\\n", "bye\\n"))
    greeting.write("farewell.txt", "bye for now\n")

    done = greeting.gsd_run("resume", "--redo")

    assert done.status == 0, done.text
    assert greeting.read("farewell.txt") == "bye\n"
    ref = greeting.git("for-each-ref", "--format=%(refname)", "refs/gsd-run").split()[0]
    assert greeting.git("show", f"{ref}:farewell.txt") == "bye for now\n"


def test_without_steps_the_run_waits_for_a_person(greeting: Sandbox) -> None:
    (greeting.root / RUN_PATH).unlink()
    greeting.commit("no run file")

    asked = greeting.gsd_run("01-01")
    assert asked.status == 10
    assert "Edit the files by hand (greeting.txt) and type `gsd-run resume`" in asked.text
    assert greeting.gsd_run("resume").status == 10

    greeting.write("greeting.txt", "hello\n")
    assert greeting.gsd_run("resume").status == 10
    greeting.write("farewell.txt", "bye\n")
    done = greeting.gsd_run("resume")
    assert done.status == 0, done.text
    assert greeting.subjects()[2:4] == [
        "feat(01-01): add the greeting",
        "feat(01-01): add the farewell",
    ]


def test_a_deletion_that_the_plan_does_not_declare_fails(greeting: Sandbox) -> None:
    (greeting.root / RUN_PATH).unlink()
    greeting.commit("no run file")
    greeting.gsd_run("01-01")
    greeting.write("greeting.txt", "hello\n")
    (greeting.root / "README.md").unlink()

    done = greeting.gsd_run("resume")

    assert done.status == 1
    assert "deletes README.md, which the plan does not declare" in done.text
    assert greeting.subjects() == ["start", "no run file"]


def test_a_finished_task_whose_text_changed_is_refused(greeting: Sandbox) -> None:
    fail_in_task_2(greeting)
    greeting.write(PLAN_PATH, greeting.read(PLAN_PATH).replace("grep -n hello", "grep -c hello"))

    done = greeting.gsd_run("resume")

    assert done.status == 3
    assert "task 1 is finished" in done.text
    assert "--fresh" in done.text


def test_somebody_elses_commit_is_noticed(greeting: Sandbox) -> None:
    fail_in_task_2(greeting)
    greeting.git("commit", "-q", "--allow-empty", "-m", "something else")

    done = greeting.gsd_run("resume")

    assert done.status == 3
    assert "something else" in done.text


def test_a_killed_run_goes_on_and_repeats_only_the_step_in_flight(greeting: Sandbox) -> None:
    let_a_check_wait(
        greeting,
        "grep -n bye farewell.txt",
        "grep -n bye farewell.txt && test -e go || { touch waiting; sleep 60; }",
    )
    running = greeting.start("01-01", "--no-baseline")
    _wait_for(greeting.root / "waiting")
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    assert greeting.subjects()[-1] == "feat(01-01): add the greeting"
    greeting.write("go", "")

    done = greeting.gsd_run("resume")

    assert done.status == 0, done.text
    assert greeting.subjects()[-2:] == [
        "feat(01-01): add the farewell",
        "docs(01-01): complete 01-01 plan",
    ]
    assert "task 1 of 2" not in done.stdout


def test_changes_found_after_a_kill_are_the_users(greeting: Sandbox) -> None:
    let_a_check_wait(
        greeting,
        "grep -n bye farewell.txt",
        "touch waiting; sleep 60; grep -n bye farewell.txt",
    )
    running = greeting.start("01-01", "--no-baseline")
    _wait_for(greeting.root / "waiting")
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    greeting.write("README.md", "# My own words\n")

    done = greeting.gsd_run("resume")

    assert done.status == 3
    assert "README.md" in done.text
    assert greeting.read("README.md") == "# My own words\n"


def test_interrupted_it_ends_with_130_and_goes_on(greeting: Sandbox) -> None:
    let_a_check_wait(
        greeting,
        "grep -n hello greeting.txt",
        "test -e go || { touch waiting; sleep 60; }; grep -n hello greeting.txt",
    )
    running = subprocess.Popen(
        [sys.executable, "-m", "gsd_run", "01-01", "--no-baseline"],
        cwd=greeting.root,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    _wait_for(greeting.root / "waiting")
    running.send_signal(signal.SIGINT)
    told, _ = running.communicate()
    assert running.returncode == 130, told
    assert "interrupted; `gsd-run resume` goes on" in told

    greeting.write("go", "")
    assert greeting.gsd_run("resume").status == 0


def _wait_for(path: Path) -> None:
    for _ in range(600):
        if path.exists():
            return
        time.sleep(0.05)
    raise AssertionError(f"{path} never came")


def test_what_was_edited_while_the_run_stood_is_the_persons_change(greeting: Sandbox) -> None:
    greeting.write("farewell.txt", "to whom\n")
    greeting.commit("a farewell that is there")
    assert greeting.gsd_run("01-01", "--until", "1").status == 0
    greeting.write("farewell.txt", "bye\n")
    assert greeting.gsd_run("resume", "--executor", "hand").status == 10
    done = greeting.gsd_run("resume")
    assert done.status == 0, done.text
    assert greeting.git("show", "HEAD~1", "--format=", "--name-only").split() == ["farewell.txt"]


def test_a_task_that_needs_no_change_is_judged_when_a_person_says_so(greeting: Sandbox) -> None:
    (greeting.root / RUN_PATH).unlink()
    greeting.commit("no run file")
    assert greeting.gsd_run("01-01").status == 10
    greeting.write("greeting.txt", "hello\n")
    greeting.write("farewell.txt", "bye\n")
    assert greeting.gsd_run("resume").status == 10
    waits = greeting.gsd_run("resume")
    assert waits.status == 10
    assert "`gsd-run resume --executor hand` judges it as it is" in waits.stdout
    done = greeting.gsd_run("resume", "--executor", "hand")
    assert done.status == 0, done.text


def test_another_branch_than_the_runs_is_refused(greeting: Sandbox) -> None:
    assert greeting.gsd_run("01-01", "--until", "1").status == 0
    refused = greeting.gsd_run("01-01", "--branch", "elsewhere")
    assert refused.status == 3
    assert "or start a new run on elsewhere with --fresh" in refused.stderr
