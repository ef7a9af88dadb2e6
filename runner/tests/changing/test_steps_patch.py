"""`patch` on diffs that git itself made, of every sort of change, against trees of every sort."""

import os
import subprocess
from pathlib import Path

import pytest
from gsd_run.changing.codemods.testing import write
from gsd_run.changing.steps import check_step, may_touch, plan_step
from gsd_run.domain.change import Applied, Edit, Facts, StepResult, bytes_of, content_of
from gsd_run.domain.run_file import Step
from gsd_run.outside.project import Project

LINES = "".join(f"line {number}\n" for number in range(1, 21))


def git(root: Path, *words: str) -> str:
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    who = [word for key in ("name", "email") for word in ("-c", f"user.{key}=a@example.org")]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", "-c", "core.autocrlf=false", *who, *words],
        cwd=root, env=kept | settings, check=True, capture_output=True,
    )  # fmt: skip
    return done.stdout.decode(errors="surrogateescape")


@pytest.fixture
def project(tmp_path) -> Project:
    root = tmp_path / "project"
    root.mkdir()
    git(root, "init", "-q")
    write(root, "a.txt", LINES)
    git(root, "add", "-A")
    git(root, "commit", "-qm", "base")
    return Project(root=root)


def plan(project: Project, diff: str) -> StepResult:
    step = Step(kind="patch", subject=diff, line=3)
    assert check_step(step) == []
    before = git(project.root, "status", "--porcelain")
    result = plan_step(step, None, project, Facts())
    assert git(project.root, "status", "--porcelain") == before
    assert {edit.path for edit in result.edits} <= set(may_touch(step))
    return result


def diff_of_work(project: Project, *options: str) -> str:
    """Return the diff of everything that was changed, and undo it."""
    git(project.root, "add", "-A")
    diff = git(project.root, "diff", "--cached", *options)
    git(project.root, "reset", "-q", "--hard")
    return diff


def carried_out(project: Project, result: StepResult) -> None:
    assert result.failure is None, result.failure
    for edit in result.edits:
        place = project.root / edit.path
        if edit.after is None:
            place.unlink()
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(bytes_of(edit.after))
        if edit.executable is not None:
            place.chmod(0o755 if edit.executable else 0o644)


def test_every_sort_of_change_comes_back_to_the_same_tree(project):
    root = project.root
    write(root, "old name.txt", "one\ntwo\nthree\nfour\n")
    write(root, "gone.txt", "bye\n")
    write(root, "run.sh", "echo hi\n")
    write(root, "windows.txt", "one\r\ntwo\r\n")
    write(root, "no end.txt", "one\ntwo")
    (root / "logo.png").write_bytes(bytes(range(256)))
    (root / "latin.txt").write_bytes("caf\u00e9\n".encode("latin-1"))
    git(root, "add", "-A")
    git(root, "commit", "-qm", "more")

    git(root, "mv", "old name.txt", "n\u00e9w n\u00e4me.txt")
    write(root, "n\u00e9w n\u00e4me.txt", "one\ntwo\n3\nfour\n")
    (root / "gone.txt").unlink()
    (root / "run.sh").chmod(0o755)
    write(root, "windows.txt", "one\r\n2\r\n")
    write(root, "no end.txt", "one\n2")
    write(root, "new/empty.txt", "")
    write(root, "new/prog ram", "#!/bin/sh\n")
    (root / "new/prog ram").chmod(0o755)
    (root / "logo.png").write_bytes(bytes(range(255, -1, -1)))
    write(root, ".gitattributes", "latin.txt -diff\n")
    (root / "latin.txt").write_bytes("th\u00e9\n".encode("latin-1"))
    git(root, "add", "-A")
    wanted = git(root, "write-tree")

    diff = diff_of_work(project, "--binary", "-M")
    assert "rename from" in diff
    result = plan(project, diff)
    carried_out(project, result)
    git(root, "add", "-A")
    assert git(root, "write-tree") == wanted
    assert {edit.path: edit.executable for edit in result.edits if edit.executable is not None} == {
        "new/prog ram": True,
        "run.sh": True,
    }
    assert plan(project, diff) == StepResult()  # it is so already


def test_a_file_of_windows_lines_and_a_diff_that_has_lost_them(project):
    write(project.root, "a.txt", LINES.replace("\n", "\r\n"))
    diff = """\
        --- a/a.txt
        +++ b/a.txt
        @@ -2,3 +2,3 @@
         line 2
        -line 3
        +line three
         line 4
        """.replace("        ", "")
    result = plan(project, diff)
    before = LINES.replace("\n", "\r\n")
    after = before.replace("line 3\r\n", "line three\r\n")
    assert result.edits == (Edit(path="a.txt", before=before, after=after),)
    assert result.applied == (
        Applied(rule="patch", path="a.txt", line=2, message="applied the given diff"),
    )


def test_names_without_marks(project):
    diff = "--- a.txt\n+++ a.txt\n@@ -1 +1 @@\n-line 1\n+line one\n"
    result = plan(project, diff)
    assert [(e.path, e.after) for e in result.edits] == [
        ("a.txt", LINES.replace("line 1\n", "line one\n"))
    ]


def test_lines_that_look_like_heads_are_lines(project):
    write(project.root, "a.sql", "-- a/x.txt\n++ b/y.txt\nselect 1;\n")
    git(project.root, "add", "-A")
    git(project.root, "commit", "-qm", "sql")
    write(project.root, "a.sql", "select 2;\n")
    diff = diff_of_work(project)
    assert "--- a/x.txt" in diff
    step = Step(kind="patch", subject=diff, line=1)
    assert may_touch(step) == ("a.sql",)
    assert [edit.after for edit in plan(project, diff).edits] == ["select 2;\n"]


def test_a_file_that_has_changed_since_is_merged_with_the_help_of_its_old_blob(project):
    write(project.root, "a.txt", LINES.replace("line 5\n", "line five\n"))
    diff = diff_of_work(project)
    # The lines around the place are others now, so the diff does not fit as it is.
    now = LINES.replace("line 4\n", "a\nb\nline 4\n").replace("line 8\n", "line eight\n")
    now = now.replace("line 2\n", "")
    write(project.root, "a.txt", now)
    git(project.root, "commit", "-qam", "others")
    result = plan(project, diff)
    assert result.failure is None
    assert [edit.after for edit in result.edits] == [now.replace("line 5\n", "line five\n")]
    assert [one.message for one in result.applied] == ["merged the given diff"]
    assert result.deviations == ("a.txt: is not the file that the diff was made from; merged",)


def test_a_conflict_refuses_and_shows_both_sides(project):
    write(project.root, "a.txt", LINES.replace("line 5\n", "line five\n"))
    diff = diff_of_work(project)
    write(project.root, "a.txt", LINES.replace("line 5\n", "line V\n"))
    result = plan(project, diff)
    assert (result.edits, result.failure) == (
        (),
        "the patch does not apply:\n"
        "a.txt:2: the lines of the hunk are not there. What comes closest:\n"
        "      given   in the file\n"
        "  2   line 2  line 2\n"
        "  3   line 3  line 3\n"
        "  4   line 4  line 4\n"
        "  5 ! line 5  line V\n"
        "  6   line 6  line 6\n"
        "  7   line 7  line 7\n"
        "  8   line 8  line 8\n"
        "a.txt:5: both sides changed this:\n"
        "    <<<<<<< ours\n"
        "    line V\n"
        "    =======\n"
        "    line five\n"
        "    >>>>>>> theirs",
    )
    assert (project.root / "a.txt").read_text() == LINES.replace("line 5\n", "line V\n")


def test_without_a_repository_there_is_no_merge_and_the_diff_must_fit(tmp_path):
    write(tmp_path, "a.txt", "one\nthree\n")
    diff = "--- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n"
    step = Step(kind="patch", subject=diff, line=3)
    result = plan_step(step, None, Project(root=tmp_path), Facts())
    assert result.failure == (
        "the patch does not apply:\n"
        "a.txt:1: the lines of the hunk are not there. What comes closest:\n"
        "      given  in the file\n"
        "  1   one    one\n"
        "  2 ! two    three"
    )


def test_a_binary_file_that_is_not_as_it_was_refuses(project):
    (project.root / "logo.png").write_bytes(bytes(range(256)))
    git(project.root, "add", "-A")
    git(project.root, "commit", "-qm", "logo")
    (project.root / "logo.png").write_bytes(bytes(range(255, -1, -1)))
    whole, named = (
        diff_of_work(project, "--binary"),
        "Binary files a/logo.png and b/logo.png differ",
    )
    (project.root / "logo.png").write_bytes(b"\0another")
    failed = plan(project, whole)
    assert failed.edits == ()
    assert "the patch does not apply" in (failed.failure or "")
    assert check_step(
        Step(kind="patch", subject=f"diff --git a/logo.png b/logo.png\n{named}\n", line=1)
    ) == [
        "patch: logo.png: the diff says that this binary file differs, but not how; make it with "
        "`git diff --binary`"
    ]


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("new file mode 120000", "the patch makes a link or a submodule"),
        ("new file mode 160000", "the patch makes a link or a submodule"),
    ],
)
def test_links_and_submodules_are_refused(head, said):
    diff = f"diff --git a/x b/x\n{head}\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+../secret\n"
    assert [said in one for one in check_step(Step(kind="patch", subject=diff, line=1))] == [True]


def test_content_of_any_bytes():
    held = bytes(range(256)) * 3
    assert bytes_of(content_of(held)) == held
