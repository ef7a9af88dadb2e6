"""What belongs to the user: never committed by a run, never lost in one."""

import json

from sandbox import FOLDER, PLAN, PLAN_PATH, RUN_FILE, RUN_PATH, SUMMARY_PATH, Sandbox


def check_2(project: Sandbox, commands: str) -> None:
    """Let the second task's check do something more."""
    old = "<verify>grep -n bye farewell.txt</verify>"
    new = f"<verify>{commands}; grep -n bye farewell.txt</verify>"
    project.write(PLAN_PATH, project.read(PLAN_PATH).replace(old, new))
    project.commit("a check that does more")


def kept(project: Sandbox, path: str) -> list[str]:
    refs = project.git("for-each-ref", "--format=%(refname)", "refs/gsd-run").split()
    return [project.run("git", "show", f"{ref}:{path}").stdout for ref in refs]


def no_steps(project: Sandbox) -> None:
    (project.root / RUN_PATH).unlink()
    project.commit("no run file")


def test_an_edit_while_a_check_runs_is_kept_under_a_ref(greeting: Sandbox) -> None:
    check_2(greeting, "test -f farewell.txt && echo mine > README.md")

    done = greeting.gsd_run("01-01")

    assert done.status == 0, done.text
    assert greeting.read("README.md") == "# Greeting\n"
    assert "mine\n" in kept(greeting, "README.md")
    assert "kept under refs/gsd-run/" in done.stdout


def test_what_checks_leave_behind_is_never_committed(greeting: Sandbox) -> None:
    check_2(greeting, "echo > left.txt")
    no_steps(greeting)
    greeting.gsd_run("01-01")
    greeting.write("greeting.txt", "hello\n")
    greeting.gsd_run("resume")
    greeting.write("farewell.txt", "by\n")
    assert greeting.gsd_run("resume").status == 1
    greeting.write("farewell.txt", "bye\n")
    greeting.write("also.txt", "part of the mend\n")

    done = greeting.gsd_run("resume")

    assert done.status == 0, done.text
    assert greeting.files_of("HEAD~1") == ["also.txt", "farewell.txt"]
    assert greeting.git("status", "--porcelain") == "?? left.txt\n"


def test_what_a_check_stages_is_unstaged(greeting: Sandbox) -> None:
    check_2(greeting, "echo > left.txt; git add -A")
    greeting.write("notes.txt", "mine\n")

    done = greeting.gsd_run("01-01")

    assert done.status == 0, done.text
    assert greeting.files_of("HEAD~1") == ["farewell.txt"]
    assert greeting.git("status", "--porcelain") == "?? left.txt\n?? notes.txt\n"


def test_a_check_that_commits_stops_the_run(greeting: Sandbox) -> None:
    check_2(greeting, "git commit -q --allow-empty -m mine")

    done = greeting.gsd_run("01-01")

    assert done.status == 3
    assert "while the commands of verify.2 ran; only the run commits" in done.stderr
    assert greeting.subjects()[-1] == "mine"


def test_an_untracked_file_in_a_steps_way_is_not_written_over(greeting: Sandbox) -> None:
    greeting.write("farewell.txt", "my own farewell\n")

    done = greeting.gsd_run("01-01")

    assert done.status == 1
    assert "step 1: would write over farewell.txt, which git does not track" in done.stdout
    assert greeting.read("farewell.txt") == "my own farewell\n"
    assert greeting.git("status", "--porcelain") == "?? farewell.txt\n"


def test_neither_is_an_ignored_file(greeting: Sandbox) -> None:
    greeting.write(".gitignore", "farewell.txt\n")
    greeting.commit("ignore it")
    greeting.write("farewell.txt", "my own farewell\n")

    done = greeting.gsd_run("01-01")

    assert done.status == 1
    assert greeting.read("farewell.txt") == "my own farewell\n"


def test_a_new_file_that_git_ignores_is_written_and_told(greeting: Sandbox) -> None:
    greeting.write(".gitignore", "farewell.txt\n")
    greeting.commit("ignore it")

    done = greeting.gsd_run("01-01")

    assert done.status == 0, done.text
    assert greeting.subjects()[-2] == "feat(01-01): add the greeting"
    assert "farewell.txt written, but not committed" in greeting.read(SUMMARY_PATH)


def test_uncommitted_changes_let_through_are_not_written_over(greeting: Sandbox) -> None:
    greeting.write("farewell.txt", "good\n")
    greeting.commit("a farewell")
    greeting.write("farewell.txt", "good evening\n")

    done = greeting.gsd_run("01-01", "--allow-dirty")

    assert done.status == 1
    assert "would write over your uncommitted changes in farewell.txt" in done.stdout
    assert greeting.read("farewell.txt") == "good evening\n"


def test_a_link_stays_a_link_and_a_mode_a_mode(greeting: Sandbox) -> None:
    greeting.write("texts/real.txt", "nothing\n")
    (greeting.root / "texts/real.txt").chmod(0o755)
    (greeting.root / "farewell.txt").symlink_to("texts/real.txt")
    greeting.commit("a link")

    done = greeting.gsd_run("01-01")

    assert done.status == 0, done.text
    assert (greeting.root / "farewell.txt").is_symlink()
    assert greeting.files_of("HEAD~1") == ["texts/real.txt"]
    assert "100755" in greeting.git("ls-tree", "HEAD", "texts/real.txt")


def test_a_mend_after_the_last_check_takes_its_new_files_along(greeting: Sandbox) -> None:
    plan = greeting.read(PLAN_PATH).replace(
        "1. Nobody swears:",
        "1. It is signed: `cat sign.txt && grep me sign.txt`\n2. Nobody swears:",
    )
    greeting.write(PLAN_PATH, plan)
    greeting.commit("a claim that no task fulfils")
    assert greeting.gsd_run("01-01").status == 1
    greeting.write("sign.txt", "you\n")
    assert greeting.gsd_run("resume").status == 1
    greeting.write("sign.txt", "me\n")

    done = greeting.gsd_run("resume")

    assert done.status == 0, done.text
    assert greeting.subjects()[-2] == "fix(01-01): mend what the last check refuted"
    assert greeting.files_of("HEAD~1") == ["sign.txt"]


def test_an_ignored_planning_folder_stays_out_of_every_commit(sandbox: Sandbox) -> None:
    sandbox.write(".gitignore", ".planning/\n")
    sandbox.commit("start")
    sandbox.write(PLAN_PATH, PLAN)
    sandbox.write(RUN_PATH, RUN_FILE)

    done = sandbox.gsd_run("01-01")

    assert done.status == 0, done.text
    assert sandbox.subjects() == [
        "start",
        "feat(01-01): add the greeting",
        "feat(01-01): add the farewell",
    ]
    assert (sandbox.root / SUMMARY_PATH).exists()


def test_a_project_below_the_repositorys_top(sandbox: Sandbox) -> None:
    app = Sandbox(sandbox.root / "apps" / "gruß und mehr")
    app.write(PLAN_PATH, PLAN)
    app.write(RUN_PATH, RUN_FILE)
    sandbox.write("other/notes.txt", "notes\n")
    sandbox.commit("start")
    sandbox.write("other/untracked.txt", "mine\n")

    done = app.gsd_run("01-01")

    assert done.status == 0, done.text
    names = app.git("-c", "core.quotePath=false", "show", "--format=", "--name-only", "HEAD~1")
    assert names == "apps/gruß und mehr/farewell.txt\n"
    assert sandbox.git("status", "--porcelain") == "?? other/untracked.txt\n"


def test_a_worktree_and_a_detached_head(greeting: Sandbox) -> None:
    other = Sandbox(greeting.root.parent / "other tree")
    greeting.git("worktree", "add", "-q", "--detach", str(other.root))

    done = other.gsd_run("01-01")

    assert done.status == 0, done.text
    assert len(other.subjects()) == 4
    assert greeting.subjects() == ["start"]
    assert json.loads(greeting.journal.read_text().splitlines()[0])["event"]["branch"] == ""
    assert other.files_of("HEAD") == [f"{FOLDER}/01-01-EVIDENCE.jsonl", SUMMARY_PATH]
