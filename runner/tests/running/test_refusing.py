"""What keeps a run from starting, and that nothing changes then."""

import fcntl
import json

from sandbox import FOLDER, PLAN, PLAN_PATH, RUN_FILE, RUN_PATH, Sandbox


def refused(project: Sandbox, *words: str) -> str:
    before = project.git("rev-parse", "HEAD")
    done = project.gsd_run("01-01", *words)
    assert done.status == 3, done.text
    assert project.git("rev-parse", "HEAD") == before
    assert not (project.root / "greeting.txt").exists()
    return done.stderr


def test_uncommitted_changes_refuse_the_run(greeting: Sandbox) -> None:
    greeting.write("README.md", "# Mine\n")
    told = refused(greeting)
    assert told.splitlines()[:2] == ["uncommitted changes in tracked files:", "  README.md"]
    assert greeting.read("README.md") == "# Mine\n"


def test_allow_dirty_leaves_such_files_alone_and_marks_the_evidence(greeting: Sandbox) -> None:
    greeting.write("README.md", "# Mine\n")

    done = greeting.gsd_run("01-01", "--allow-dirty")

    assert done.status == 0, done.text
    assert greeting.git("status", "--porcelain") == " M README.md\n"
    summary = greeting.read(f"{FOLDER}/01-01-SUMMARY.md")
    assert "The tree had uncommitted changes when the run began" in summary
    assert "**dirty**, README.md" in summary


def test_untracked_files_are_never_touched(greeting: Sandbox) -> None:
    greeting.write("notes.txt", "mine\n")

    assert greeting.gsd_run("01-01").status == 0
    assert greeting.git("status", "--porcelain") == "?? notes.txt\n"
    assert greeting.read("notes.txt") == "mine\n"


def test_the_plan_and_its_run_file_may_be_edited_and_are_never_committed(
    greeting: Sandbox,
) -> None:
    greeting.write(RUN_PATH, RUN_FILE + "# a remark\n")

    assert greeting.gsd_run("01-01").status == 0
    assert greeting.git("status", "--porcelain") == f" M {RUN_PATH}\n"


def test_a_merge_in_progress_refuses(greeting: Sandbox) -> None:
    (greeting.root / ".git" / "MERGE_HEAD").write_text(greeting.git("rev-parse", "HEAD"))
    assert "a merge is in progress" in refused(greeting)


def test_a_protected_branch_refuses_and_a_branch_of_its_own_helps(greeting: Sandbox) -> None:
    greeting.write(".planning/config.json", json.dumps({"git": {"protected_branches": ["main"]}}))
    greeting.commit("settings")
    assert "main is a protected branch" in refused(greeting)

    done = greeting.gsd_run("01-01", "--branch", "plan/01-01")

    assert done.status == 0, done.text
    assert greeting.git("branch", "--show-current").strip() == "plan/01-01"
    assert greeting.git("log", "-1", "--format=%s", "main").strip() == "settings"


def test_no_identity_refuses(greeting: Sandbox) -> None:
    greeting.git("config", "--unset", "user.name")
    greeting.git("config", "--unset", "user.email")
    greeting.git("config", "user.useConfigOnly", "true")
    assert "git does not know who you are" in refused(greeting)


def test_a_dependency_without_summary_refuses(greeting: Sandbox) -> None:
    greeting.write(PLAN_PATH, PLAN.replace("depends_on: []", 'depends_on: ["01-00", "07-01"]'))
    greeting.write(f"{FOLDER}/01-00-PLAN.md", PLAN.replace("plan: 01", "plan: 00"))
    greeting.commit("dependencies")

    assert refused(greeting).splitlines() == [
        f"{PLAN_PATH} depends on plans that are not complete:",
        f"  01-00: {FOLDER}/01-00-PLAN.md has no summary",
        "  07-01: there is no such plan",
    ]


def test_a_live_run_is_respected(greeting: Sandbox) -> None:
    folder = greeting.root / ".git" / "gsd-run"
    folder.mkdir()
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write('{"process": 4711, "host": "elsewhere", "since": "today"}')
        lock.flush()
        told = refused(greeting)
    assert told == (
        "another run holds this repository (process 4711 on elsewhere since today); wait for it\n"
    )
    assert greeting.gsd_run("01-01").status == 0


def test_a_changed_journal_is_not_built_on(greeting: Sandbox) -> None:
    greeting.write(RUN_PATH, RUN_FILE.replace("bye", "by"))
    greeting.commit("a slip")
    greeting.gsd_run("01-01")
    journal = greeting.journal
    lines = journal.read_text().splitlines(keepends=True)
    journal.write_text("".join([*lines[:3], *lines[4:]]))

    done = greeting.gsd_run("resume")

    assert done.status == 3
    assert "the journal was changed" in done.stderr


def test_a_torn_last_line_is_dropped(greeting: Sandbox) -> None:
    greeting.write(RUN_PATH, RUN_FILE.replace("bye", "by"))
    greeting.commit("a slip")
    greeting.gsd_run("01-01")
    with greeting.journal.open("a") as file:
        file.write('{"seq":99,"time":"2026-')
    greeting.write("farewell.txt", "bye\n")

    done = greeting.gsd_run("resume")

    assert done.status == 0, done.text


def test_a_folder_outside_any_project_is_told_so(greeting: Sandbox) -> None:
    done = greeting.gsd_run("01-01", cwd=greeting.root.parent)
    assert done.status == 2
    assert "no .planning folder" in done.stderr
