"""A run's commits taken back, and what is left alone by that."""

import json
import shutil
import signal
from pathlib import Path

import pytest
from begun import copied, greeting_at
from sandbox import FOLDER, PLAN_PATH, RUN_PATH, SUMMARY_PATH, Sandbox

KILLER = Path(__file__).parent / "act_and_die.py"


@pytest.fixture(scope="module")
def complete(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    project = greeting_at(tmp_path_factory.mktemp("complete") / "project")
    done = project.gsd_run("01-01", "--no-baseline")
    assert done.status == 0, done.text
    return project


@pytest.fixture
def carried(complete: Sandbox, tmp_path: Path) -> Sandbox:
    """A project whose plan is complete."""
    return copied(complete, tmp_path / "project")


def events(project: Sandbox) -> list[dict[str, object]]:
    return [json.loads(line)["event"] for line in project.journal.read_text().splitlines()]


def test_commits_that_nobody_has_are_reset(carried: Sandbox) -> None:
    carried.write("notes.txt", "mine\n")
    last = carried.git("rev-parse", "HEAD").strip()
    shown = carried.gsd_run("undo", "01-01", "--dry-run")
    assert carried.git("rev-parse", "HEAD").strip() == last

    done = carried.gsd_run("undo", "01-01")

    assert done.status == 0, done.text
    commits = carried.git("log", "--format=%h %s", "--abbrev=9", f"main..{last}").splitlines()
    listed = [
        *(f"  {line}" for line in commits),
        f"    {FOLDER}/01-01-EVIDENCE.jsonl",
        f"    {SUMMARY_PATH}",
        "    farewell.txt",
        "    greeting.txt",
    ]
    run = carried.journal.stem
    assert shown.stdout.splitlines() == [
        f"3 commits of run {run} would be taken back by reset",
        *listed,
    ]
    assert done.stdout.splitlines() == [
        f"3 commits of run {run} taken back by reset",
        *listed,
        "they are kept; `gsd-run restore 01-01` lists them",
        "`gsd-run 01-01` carries the plan out anew",
    ]
    assert carried.subjects() == ["start"]
    assert carried.git("status", "--porcelain") == "?? notes.txt\n"
    assert (
        "01-01  ready  2 tasks\n                its run was taken back\n"
        in carried.gsd_run("status").stdout
    )
    again = carried.gsd_run("undo", "01-01")
    assert (again.status, again.stdout) == (
        0,
        f"run {run} of 01-01 was taken back already\n",
    )
    assert "was taken back" in carried.gsd_run("resume", "01-01").stderr

    anew = carried.gsd_run("01-01", "--no-baseline")

    assert anew.status == 0, anew.text
    assert len(carried.subjects()) == 4
    assert carried.journal.stem != run


def test_commits_that_were_pushed_are_reverted(carried: Sandbox, tmp_path: Path) -> None:
    carried.git("init", "-q", "--bare", str(tmp_path / "hub"))
    carried.git("remote", "add", "origin", str(tmp_path / "hub"))
    carried.git("push", "-q", "origin", "main")
    before = carried.git("rev-parse", "HEAD").strip()

    done = carried.gsd_run("undo", "01-01")

    assert done.status == 0, done.text
    assert "(refs/remotes/origin/main has them, too)" in done.stdout
    assert carried.git("rev-parse", "HEAD~3").strip() == before
    assert carried.subjects()[-3:] == [
        'Revert "docs(01-01): complete 01-01 plan"',
        'Revert "feat(01-01): add the farewell"',
        'Revert "feat(01-01): add the greeting"',
    ]
    last = carried.git("log", "-1", "--format=%B")
    greeting = carried.git("rev-parse", f"{before}~2").strip()
    run = carried.journal.stem
    assert f"This reverts commit {greeting}." in last
    assert last.endswith(f"GSD-Run: {run}\nGSD-Undo: {greeting}\n\n")
    assert carried.git("diff", "HEAD", "HEAD~6") == ""
    assert carried.git("status", "--porcelain") == ""
    assert carried.gsd_run("01-01", "--no-baseline").status == 0


@pytest.mark.parametrize("by", ["commit", "branch", "tag", "worktree"])
def test_commits_that_somebody_builds_on_are_reverted(carried: Sandbox, by: str) -> None:
    head = carried.git("rev-parse", "HEAD").strip()
    if by == "commit":
        carried.write("mine.txt", "mine\n")
        carried.commit("my own")
    elif by == "branch":
        carried.git("branch", "other")
    elif by == "tag":
        carried.git("tag", "v1")
    else:
        carried.git("worktree", "add", "-q", "--detach", "../beside")

    done = carried.gsd_run("undo", "01-01", "--task", "2")

    assert done.status == 0, done.text
    assert "2 commits" in done.stdout
    assert "taken back by revert" in done.stdout
    assert carried.git("merge-base", head, "HEAD").strip() == head
    assert (carried.root / "greeting.txt").exists()
    assert not (carried.root / "farewell.txt").exists()
    if by == "commit":
        assert carried.read("mine.txt") == "mine\n"


def test_from_a_task_on_the_run_goes_on_there(carried: Sandbox) -> None:
    first = carried.git("rev-parse", "HEAD~2")

    done = carried.gsd_run("undo", "01-01", "--task", "2")

    assert done.status == 0, done.text
    assert done.stdout.splitlines()[-1] == "`gsd-run resume 01-01` goes on with task 2"
    assert carried.git("rev-parse", "HEAD") == first
    assert carried.gsd_run("status").stdout.count("1 of 2 tasks committed") == 1
    assert carried.gsd_run("summary", "01-01").status == 3

    went_on = carried.gsd_run("resume")

    assert went_on.status == 0, went_on.text
    assert "task 1 of 2" not in went_on.stdout
    assert carried.git("rev-parse", "HEAD~2") == first
    assert carried.read("farewell.txt") == "bye\n"


def test_a_partial_revert_is_gone_on_from(carried: Sandbox) -> None:
    done = carried.gsd_run("undo", "01-01", "--task", "2", "--revert")
    assert done.status == 0, done.text

    went_on = carried.gsd_run("resume")

    assert went_on.status == 0, went_on.text
    assert carried.subjects()[1:] == [
        "feat(01-01): add the greeting",
        "feat(01-01): add the farewell",
        "docs(01-01): complete 01-01 plan",
        'Revert "docs(01-01): complete 01-01 plan"',
        'Revert "feat(01-01): add the farewell"',
        "feat(01-01): add the farewell",
        "docs(01-01): complete 01-01 plan",
    ]
    assert carried.gsd_run("undo", "01-01").status == 0
    assert carried.git("diff", "HEAD", ":/^start", "--stat") == ""


def test_later_work_on_the_same_files_stops_it(carried: Sandbox) -> None:
    carried.write("greeting.txt", "hello there\n")
    mine = carried.commit("a warmer greeting")

    done = carried.gsd_run("undo", "01-01")

    assert done.status == 3
    assert done.stderr.splitlines()[:4] == [
        "later work builds on what would be taken back:",
        f"  {mine[:9]} a warmer greeting",
        "in:",
        "  greeting.txt",
    ]
    assert carried.git("rev-parse", "HEAD").strip() == mine
    assert carried.gsd_run("undo", "01-01", "--task", "2").status == 0
    assert carried.read("greeting.txt") == "hello there\n"
    assert not (carried.root / "farewell.txt").exists()


def test_uncommitted_changes_in_its_files_refuse(carried: Sandbox) -> None:
    carried.write("README.md", "# Mine\n")
    carried.git("add", "README.md")
    carried.write("greeting.txt", "hello, and more\n")

    done = carried.gsd_run("undo", "01-01")

    assert done.status == 3
    assert "uncommitted changes in files that would be taken back:\n  greeting.txt" in done.stderr
    assert carried.read("greeting.txt") == "hello, and more\n"

    carried.git("checkout", "greeting.txt")
    done = carried.gsd_run("undo", "01-01")

    assert done.status == 0, done.text
    assert carried.git("status", "--porcelain") == "M  README.md\n"
    assert carried.subjects() == ["start"]


def test_commits_that_were_rebased_are_shown_how_to_be_found(carried: Sandbox) -> None:
    carried.git("commit", "-q", "--amend", "-m", "docs, reworded")

    done = carried.gsd_run("undo", "01-01")

    assert done.status == 3
    assert "are not in the history of what is checked out" in done.stderr
    assert f"git log --grep 'GSD-Run: {carried.journal.stem}'" in done.stderr


def test_documents_that_are_not_committed_go_too(greeting: Sandbox) -> None:
    greeting.write(".planning/config.json", json.dumps({"commit_docs": False}))
    greeting.write(".gitignore", "*-SUMMARY.md\n")
    greeting.commit("documents stay here")
    assert greeting.gsd_run("01-01", "--no-baseline").status == 0
    summary = greeting.read(SUMMARY_PATH)

    done = greeting.gsd_run("undo", "01-01")

    assert done.status == 0, done.text
    assert not (greeting.root / SUMMARY_PATH).exists()
    assert greeting.git("status", "--porcelain") == ""
    ref = next(one["ref"] for one in events(greeting) if one["type"] == "kept")
    assert greeting.git("show", f"{ref}:{SUMMARY_PATH}") == summary
    assert greeting.gsd_run("01-01", "--dry-run").status == 0


def test_what_a_stopped_attempt_left_is_put_away_first(greeting: Sandbox) -> None:
    greeting.write(RUN_PATH, greeting.read(RUN_PATH).replace("bye", "by"))
    greeting.commit("a run file with a slip")
    assert greeting.gsd_run("01-01", "--no-baseline").status == 1

    done = greeting.gsd_run("undo", "01-01")

    assert done.status == 0, done.text
    assert greeting.git("status", "--porcelain") == ""
    assert greeting.subjects() == ["start", "a run file with a slip"]


@pytest.mark.parametrize("way", [(), ("--revert",)])
def test_killed_anywhere_undoing_again_finishes_it(carried: Sandbox, way: tuple[str, ...]) -> None:
    carried.write("README.md", "# Mine\n")
    whole = copied(carried, carried.root.parent / "whole")
    assert whole.gsd_run("undo", "01-01", *way).status == 0
    tree = whole.git("rev-parse", "HEAD^{tree}")
    calls = 0
    while True:
        calls += 1
        project = copied(carried, carried.root.parent / f"killed-{calls}")
        died = project.python(KILLER, str(calls), "undo", "01-01", *way)
        if died.status == 0:
            break
        assert died.status == -signal.SIGKILL, died.text
        planned = [one["type"] for one in events(project)]
        if "undo_planned" in planned and "undone" not in planned:
            resumed = project.gsd_run("resume", "01-01")
            assert (resumed.status, "gsd-run undo 01-01" in resumed.text) == (3, True), calls
            status = project.gsd_run("status").stdout
            assert "  01-01  half taken back  " in status
            assert status.endswith("  gsd-run undo 01-01  finish taking it back\n")

        done = project.gsd_run("undo", "01-01", *way)

        assert done.status == 0, (calls, done.text)
        assert project.git("rev-parse", "HEAD^{tree}") == tree, calls
        assert project.git("status", "--porcelain") == " M README.md\n", calls
        assert project.read("README.md") == "# Mine\n"
        assert events(project)[-1]["type"] == "undone"
        shutil.rmtree(project.root)
    assert calls > 3


def test_a_commit_whose_event_is_missing_is_taken_back_too(carried: Sandbox) -> None:
    lines = carried.journal.read_bytes().splitlines(keepends=True)
    assert json.loads(lines[-2])["event"]["part"] == "docs"
    carried.journal.write_bytes(b"".join(lines[:-2]))

    done = carried.gsd_run("undo", "01-01")

    assert done.status == 0, done.text
    assert carried.subjects() == ["start"]
    assert carried.git("status", "--porcelain") == ""


def test_nothing_is_undone_on_a_protected_branch(carried: Sandbox) -> None:
    settings = {"git": {"protected_branches": ["main"]}}
    carried.write(".planning/config.json", json.dumps(settings))

    done = carried.gsd_run("undo", "01-01")

    assert (done.status, "protected branch" in done.stderr) == (3, True)
    assert carried.gsd_run("undo", "01-01", "--task", "7").status in {2, 3}
    assert PLAN_PATH in carried.git("ls-files")


def test_on_another_branch_the_commits_still_stand(carried: Sandbox) -> None:
    carried.git("switch", "-qc", "other")
    assert carried.gsd_run("undo", "01-01").status == 0
    assert "taken back already" in carried.gsd_run("undo", "01-01").text
    carried.git("switch", "-q", "main")
    told = carried.gsd_run("undo", "01-01")
    assert told.status == 3
    assert "`git revert " in told.text


def test_the_work_tree_of_an_audit_that_was_killed_has_nobodys_commits(carried: Sandbox) -> None:
    left = carried.root / ".git" / "gsd-run" / "scratch" / "audit"
    carried.git("worktree", "add", "-q", "--detach", str(left))
    assert "taken back by reset" in carried.gsd_run("undo", "01-01").stdout
