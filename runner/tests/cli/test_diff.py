"""What a run changed: as git applies it, wherever its commits are now."""

from pathlib import Path

import pytest
from begun import copied, greeting_at
from sandbox import PLAN, PLAN_PATH, RUN_FILE, RUN_PATH, Sandbox


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    """A finished run; to be looked at, not changed."""
    made = greeting_at(tmp_path_factory.mktemp("done") / "project")
    assert made.gsd_run("01-01", "--no-baseline").status == 0
    return made


FAREWELL = """\
diff --git a/farewell.txt b/farewell.txt
new file mode 100644
index 0000000000000000000000000000000000000000..b023018cabc396e7692c70bbf5784a93d3f738ab
--- /dev/null
+++ b/farewell.txt
@@ -0,0 +1 @@
+bye
"""


def test_a_task_and_the_whole_run(done: Sandbox) -> None:
    assert done.gsd_run("diff", "01-01", "--task", "2").stdout == FAREWELL
    whole = done.gsd_run("diff", "01-01").stdout
    assert whole == done.gsd_run("diff", "01-01", "--task", "1").stdout.join((FAREWELL, ""))
    assert done.gsd_run("diff", "01-01", "--stat").stdout == (
        " farewell.txt |    1 +\n greeting.txt |    1 +\n 2 files changed, 2 insertions(+)\n"
    )


def test_git_applies_it(done: Sandbox, tmp_path: Path) -> None:
    project = copied(done, tmp_path / "project")
    (tmp_path / "patch").write_text(project.gsd_run("diff", "01-01").stdout)
    project.git("checkout", "-q", "HEAD~3")
    project.git("apply", str(tmp_path / "patch"))
    assert (project.read("greeting.txt"), project.read("farewell.txt")) == ("hello\n", "bye\n")


def test_after_a_rebase_and_in_a_clone(done: Sandbox, tmp_path: Path) -> None:
    project = copied(done, tmp_path / "project")
    wanted = project.gsd_run("diff", "01-01").stdout
    project.git("checkout", "-q", "-b", "other", "HEAD~3")
    project.write("other.txt", "other\n")
    project.commit("other")
    project.git("checkout", "-q", "main")
    project.git("rebase", "-q", "other")
    project.run("git", "clone", "-q", str(project.root), str(tmp_path / "clone"))
    clone = Sandbox(tmp_path / "clone")
    told = clone.gsd_run("diff", "01-01")
    assert (told.status, told.stdout) == (0, wanted), told.text
    # without their trailers they are known by what they change
    clone.git("config", "user.name", "Pat Tester")
    clone.git("config", "user.email", "pat@example.org")
    words = ("filter-branch", "-f", "--msg-filter", "head -1 | sed s/add/make/", "HEAD~4..HEAD")
    clone.run("git", *words, FILTER_BRANCH_SQUELCH_WARNING="1")
    assert clone.gsd_run("diff", "01-01", "--task", "2").stdout == FAREWELL


def test_squashed_work_is_not_there(done: Sandbox, tmp_path: Path) -> None:
    done.run("git", "clone", "-q", str(done.root), str(tmp_path / "clone"))
    clone = Sandbox(tmp_path / "clone")
    clone.git("config", "user.name", "Pat Tester")
    clone.git("config", "user.email", "pat@example.org")
    clone.git("reset", "-q", "--soft", "HEAD~3")
    clone.commit("squashed")
    clone.git("update-ref", "-d", "refs/remotes/origin/main")
    clone.git("symbolic-ref", "-d", "refs/remotes/origin/HEAD")
    clone.git("reflog", "expire", "--expire=now", "--all")
    clone.git("gc", "-q", "--prune=now")
    told = clone.gsd_run("diff", "01-01")
    assert (told.status, told.stdout) == (3, "")
    assert "not all of the run's work is here" in told.stderr


def test_what_a_stopped_attempt_left(tmp_path: Path) -> None:
    made = greeting_at(tmp_path / "project", RUN_FILE.replace("bye", "by"))
    made.write("mine.txt", "not of the run\n")
    made.gsd_run("01-01", "--no-baseline")
    told = made.gsd_run("diff", "01-01", "--task", "2")
    assert told.stderr == "with attempt 1 at task 2, not committed\n"
    assert told.stdout.splitlines()[0] == "diff --git a/farewell.txt b/farewell.txt"
    assert told.stdout.endswith("+by\n")
    assert "mine.txt" not in made.gsd_run("diff", "01-01").stdout
    assert made.gsd_run("diff", "01-01").stdout.count("diff --git") == 2


def test_a_file_whose_name_acts_on_terminals(tmp_path: Path) -> None:
    steps = RUN_FILE.replace("hello\\n", "hello").replace(
        "  2:", "    - command: {run: sh odd.sh, files: [odd.bin]}\n  2:"
    )
    made = greeting_at(tmp_path / "project", steps)
    made.write("odd.sh", r"printf '\377\033[31m' > odd.bin")
    made.commit()
    assert made.gsd_run("01-01", "--no-baseline").status == 0
    told = made.gsd_run("diff", "01-01", "--task", "1").stdout
    assert "\x1b" not in told
    (tmp_path / "patch").write_text(told)
    made.git("checkout", "-q", "HEAD~3")
    made.git("apply", str(tmp_path / "patch"))
    assert (made.root / "odd.bin").read_bytes() == b"\xff\x1b[31m"


def test_what_there_is_not(done: Sandbox) -> None:
    told = done.gsd_run("diff", "01-01", "--task", "7")
    assert (told.status, told.stderr) == (2, "01-01 has no task 7; its tasks: 1, 2\n")
    assert done.gsd_run("diff", "09-09").status == 2


def test_a_run_whose_first_commit_is_gone(done: Sandbox, tmp_path: Path) -> None:
    project = copied(done, tmp_path / "project")
    project.git("switch", "-q", "-c", "other", "HEAD~3")
    project.git("cherry-pick", "main~1", "main")
    words = ("--no-local", "--single-branch", "-b", "other")
    project.run("git", "clone", "-q", *words, str(project.root), str(tmp_path / "clone"))
    clone = Sandbox(tmp_path / "clone")
    assert clone.gsd_run("diff", "01-01", "--task", "2").stdout == FAREWELL
    told = clone.gsd_run("diff", "01-01")
    assert (told.status, told.stdout) == (3, FAREWELL)
    assert "feat(01-01): add the greeting: not in this repository" in told.stderr


def test_a_project_below_the_repositorys_root(tmp_path: Path) -> None:
    repository = greeting_at(tmp_path / "repository")
    repository.git("rm", "-q", "-r", ".planning")
    project = Sandbox(repository.root / "a project")
    project.write(PLAN_PATH, PLAN)
    project.write(RUN_PATH, RUN_FILE)
    repository.commit("a project in a folder")
    assert project.gsd_run("01-01", "--no-baseline").status == 0
    told = project.gsd_run("diff", "01-01", "--task", "2").stdout
    assert told == FAREWELL.replace("farewell.txt", "a project/farewell.txt").replace(
        "+++ b/a project/farewell.txt", "+++ b/a project/farewell.txt\t"
    )
    assert project.gsd_run("diff", "01-01", "--stat").stdout.endswith(
        " 2 files changed, 2 insertions(+)\n"
    )
    (tmp_path / "patch").write_text(project.gsd_run("diff", "01-01").stdout)
    for folder in (project.root, repository.root):
        project.run("git", "apply", "-R", str(tmp_path / "patch"), cwd=folder)
        assert not (project.root / "farewell.txt").exists()
        project.git("checkout", "-q", ".")
