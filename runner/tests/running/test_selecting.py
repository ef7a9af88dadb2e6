"""A part of a plan: one task, the first few, or nothing but a look at what would be done."""

import hashlib
from pathlib import Path

from sandbox import (
    FOLDER,
    PLAN,
    PLAN_PATH,
    RUN_FILE,
    RUN_PATH,
    SUMMARY_PATH,
    Sandbox,
)


def test_until_stops_after_a_task_and_resume_goes_on(greeting: Sandbox) -> None:
    first = greeting.gsd_run("01-01", "--until", "1")
    assert first.status == 0, first.text
    assert "stopped before task 2 (Add the farewell), as asked" in first.stdout
    assert not (greeting.root / SUMMARY_PATH).exists()
    assert greeting.gsd_run("resume").status == 0
    assert greeting.subjects()[-3:] == [
        "feat(01-01): add the greeting",
        "feat(01-01): add the farewell",
        "docs(01-01): complete 01-01 plan",
    ]


def test_one_task_needs_those_before_it(greeting: Sandbox) -> None:
    refused = greeting.gsd_run("01-01", "--task", "2")
    assert refused.status == 2
    assert "task 2 builds on task 1, which is not finished" in refused.stderr
    assert not (greeting.root / ".git" / "gsd-run" / "runs").exists()
    assert greeting.gsd_run("01-01", "--task", "7").status == 2
    assert greeting.gsd_run("01-01", "--task", "1", "--until", "2").status == 2
    assert greeting.gsd_run("01-01", "--task", "1").status == 0
    assert greeting.gsd_run("01-01", "--task", "2").status == 0
    assert (greeting.root / SUMMARY_PATH).exists()


def test_a_timeout_for_checks(greeting: Sandbox) -> None:
    plan = greeting.read(PLAN_PATH)
    greeting.write(PLAN_PATH, plan.replace("grep -n hello greeting.txt", "sleep 60"))
    greeting.commit("a slow check")
    stopped = greeting.gsd_run("01-01", "--no-baseline", "--timeout", "0.5")
    assert stopped.status == 1
    assert "sleep 60" in stopped.stdout
    assert greeting.gsd_run("resume", "--timeout", "0").status == 2


def fingerprint(root: Path) -> str:
    """Return a hash of everything below a folder, .git included."""
    found = hashlib.sha256()
    for place in sorted(root.rglob("*")):
        found.update(str(place.relative_to(root)).encode())
        if place.is_file():
            found.update(place.read_bytes())
    return found.hexdigest()


def test_a_dry_run_shows_everything_and_changes_nothing(greeting: Sandbox) -> None:
    greeting.write("mine.txt", "untracked\n")
    before = fingerprint(greeting.root)
    shown = greeting.gsd_run("01-01", "--dry-run")
    assert shown.status == 0, shown.text
    assert "+hello\n" in shown.stdout
    assert "+bye\n" in shown.stdout
    assert "grep -n hello greeting.txt" in shown.stdout
    assert fingerprint(greeting.root) == before


def test_a_dry_run_of_an_agent_shows_what_it_would_be_told(greeting: Sandbox) -> None:
    shown = greeting.gsd_run("01-01", "--dry-run", "--agent", "codex", "--until", "1")
    assert shown.status == 0, shown.text
    assert "Write hello into greeting.txt" in shown.stdout
    assert "Write bye" not in shown.stdout
    assert not (greeting.root / ".git" / "gsd-run").exists()


def test_a_dry_run_tells_which_step_would_fail(greeting: Sandbox) -> None:
    greeting.write(
        RUN_PATH, 'changes:\n  1:\n    - replace: {in: README.md, old: "nonesuch", new: "x"}\n'
    )
    shown = greeting.gsd_run("01-01", "--dry-run")
    assert shown.status == 1
    assert "nonesuch" in shown.stdout


def test_what_the_plan_spells_out_is_done_only_when_asked_for(greeting: Sandbox) -> None:
    (greeting.root / RUN_PATH).unlink()
    plan = greeting.read(PLAN_PATH).replace(
        "<action>Write hello into greeting.txt</action>",
        "<action>Create `greeting.txt`:\n\n```text\nhello\n```\n</action>",
    ).replace(
        "<action>Write bye into farewell.txt</action>",
        "<action>Create `farewell.txt`:\n\n```text\nbye\n```\n</action>",
    )  # fmt: skip
    greeting.write(PLAN_PATH, plan)
    greeting.commit("a plan that spells it out")
    assert greeting.gsd_run("01-01").status == 10
    assert not (greeting.root / "greeting.txt").exists()
    done = greeting.gsd_run("resume", "--executor", "literal")
    assert done.status == 0, done.text
    assert "+hello" in done.stdout  # shown before it is written
    assert "what the plan itself spells out" in greeting.read(SUMMARY_PATH)


def test_strict_asks_for_proof_of_a_plan_that_is_complete_too(greeting: Sandbox) -> None:
    assert greeting.gsd_run("01-01").status == 0
    again = greeting.gsd_run("01-01", "--strict")
    assert again.status == 10
    assert "--strict asks for proof: done.1, done.2, truth.1, criterion.1" in again.text


def test_two_plans_of_one_id_have_runs_of_their_own(greeting: Sandbox) -> None:
    other = ".planning/workstreams/web/phases/01-greeting"
    plan = PLAN.replace("greeting.txt", "web.txt").replace("farewell.txt", "end.txt")
    greeting.write(f"{other}/01-01-PLAN.md", plan.replace(FOLDER, other))
    greeting.write(
        f"{other}/01-01-RUN.yaml", RUN_FILE.replace("greeting", "web").replace("farewell", "end")
    )
    greeting.commit("a workstream")
    assert greeting.gsd_run(PLAN_PATH).status == 0
    done = greeting.gsd_run(f"{other}/01-01-PLAN.md")
    assert done.status == 0, done.text
    assert greeting.read("end.txt") == "bye\n"
    told = greeting.gsd_run(f"{other}/01-01-PLAN.md")
    assert told.stdout == f"01-01 is complete: {other}/01-01-SUMMARY.md\n"
    assert greeting.gsd_run(PLAN_PATH).stdout == f"01-01 is complete: {FOLDER}/01-01-SUMMARY.md\n"
