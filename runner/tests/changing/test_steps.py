"""`replace`, `write`, `patch` and `command`, as the engine asks for them."""

import subprocess
import sys
from pathlib import Path

import pytest
from gsd_run.changing.codemods.testing import apply_edits, write
from gsd_run.changing.steps import check_step, may_touch, plan_step, wants
from gsd_run.domain.change import Applied, Edit, Facts, StepResult
from gsd_run.domain.plan import CodeBlock, Task
from gsd_run.domain.run_file import Step
from gsd_run.outside.project import Project

ALL_KINDS = ("merge", "replace", "write", "patch", "codemod", "command")


@pytest.fixture
def project(tmp_path) -> Project:
    return Project(root=tmp_path, venv=Path(sys.prefix))


def plan(project: Project, kind: str, options: dict, subject: str = "", task=None) -> StepResult:
    step = Step(kind=kind, subject=subject, line=3, options=options)
    return plan_step(step, task, project, Facts())


def test_replace(project):
    write(project.root, "a.txt", "one\r\ntwo\r\none\r\n")
    options = {"in": "a.txt", "old": "one\n", "new": "1\n", "count": "2"}
    result = plan(project, "replace", options)
    assert result == StepResult(
        edits=(Edit(path="a.txt", before="one\r\ntwo\r\none\r\n", after="1\r\ntwo\r\n1\r\n"),),
        applied=tuple(
            Applied(rule="replace", path="a.txt", line=line, message="replaced the given text")
            for line in (1, 3)
        ),
    )
    apply_edits(project.root, result)
    assert plan(project, "replace", options) == StepResult()


def test_replace_counts_and_shows_what_is_near(project):
    write(project.root, "a.py", "x = 1\nx = 1\ndef total(items):\n    pass\n")
    twice = plan(project, "replace", {"in": "a.py", "old": "x = 1", "new": "x = 2"})
    assert twice.failure == (
        "a.py: the text to replace stands there 2 times (lines 1, 2), not 1. "
        "Give more of it, or count: 2."
    )
    near = plan(project, "replace", {"in": "a.py", "old": "def total(item):", "new": ""})
    assert near.failure == (
        "a.py: the text to replace is not there. What comes closest:\n"
        "      given             in the file\n"
        "  3 ! def total(item):  def total(items):"
    )
    missing = plan(project, "replace", {"in": "b/a.py", "old": "x", "new": "y"})
    assert missing.failure == "b/a.py: there is no such file (there is a.py)"


@pytest.mark.parametrize(
    ("text", "new"),
    [("six\nfour\n", "x"), ("limit  = 5\nother = 7\n", "other = 7")],
    ids=["in a longer word", "old is there but for its white space"],
)
def test_a_near_miss_is_not_taken_for_done_already(project, text, new):
    write(project.root, "a.txt", text)
    old = "for\n" if new == "x" else "limit = 5"
    missed = plan(project, "replace", {"in": "a.txt", "old": old, "new": new})
    assert missed.failure.startswith("a.txt: the text to replace is not there.")


def test_write(project):
    block = CodeBlock(language="sh", code="echo hi\n", line=12)
    task = Task(number=1, name="Task 1", line=1, blocks=(block,))
    result = plan(project, "write", {"path": "bin/hi", "block": 1}, task=task)
    assert result.edits == (Edit(path="bin/hi", before=None, after="echo hi\n"),)
    assert [a.message for a in result.applied] == [
        "written anew from block 1 of task 1 (line 12 of the plan)"
    ]
    apply_edits(project.root, result)
    assert plan(project, "write", {"path": "bin/hi", "block": 1}, task=task) == StepResult()
    assert plan(project, "write", {"path": "bin", "text": "x"}).failure == (
        "bin: is a folder; name a file"
    )


DIFF = """\
--- a/a.txt
+++ b/a.txt
@@ -1,2 +1,2 @@
 one
-two
+2
diff --git a/gone.txt b/gone.txt
deleted file mode 100644
--- a/gone.txt
+++ /dev/null
@@ -1 +0,0 @@
-bye
--- /dev/null
+++ b/new/c.txt
@@ -0,0 +1 @@
+hello
"""


def test_patch(project):
    write(project.root, "a.txt", "one\ntwo\n")
    write(project.root, "gone.txt", "bye\n")
    result = plan(project, "patch", {"text": DIFF})
    assert result.edits == (
        Edit(path="a.txt", before="one\ntwo\n", after="one\n2\n"),
        Edit(path="gone.txt", before="bye\n", after=None),
        Edit(path="new/c.txt", before=None, after="hello\n"),
    )
    assert sorted(p.name for p in project.root.iterdir()) == ["a.txt", "gone.txt"]
    step = Step(kind="patch", subject=DIFF, line=1)
    assert may_touch(step) == ("a.txt", "gone.txt", "new/c.txt")


def test_a_patch_that_does_not_apply_or_leaves_the_project(project):
    write(project.root, "a.txt", "one\nthree\n")
    write(project.root, "gone.txt", "bye\n")
    assert plan(project, "patch", {"text": DIFF}).failure == (
        "the patch does not apply:\n"
        "a.txt:1: the lines of the hunk are not there. What comes closest:\n"
        "      given  in the file\n"
        "  1   one    one\n"
        "  2 ! two    three"
    )
    outside = DIFF.replace("b/new/c.txt", "b/../c.txt")
    assert plan(project, "patch", {"text": outside}).failure == (
        "../c.txt: a step may only name files by their path inside the project"
    )
    assert plan(project, "patch", {"text": "no diff"}).failure == (
        "patch: the text is no unified diff with `--- a/…` and `+++ b/…` lines"
    )


@pytest.fixture
def repository(project) -> Project:
    write(project.root, "a.txt", "one\n")
    write(project.root, "b.txt", "one\n")
    write(project.root, ".gitignore", "*.log\n")
    subprocess.run(["git", "init", "-q"], cwd=project.root, check=True)
    return project


def test_command(repository):
    options = {"run": "sed -i.log s/one/1/ a.txt && rm b.txt", "files": ["a.txt", "b.txt", "*.log"]}
    result = plan(repository, "command", options)
    assert result.failure is None
    assert result.edits == (
        Edit(path="a.txt", before="one\n", after="1\n"),
        Edit(path="a.txt.log", before=None, after="one\n"),
        Edit(path="b.txt", before="one\n", after=None),
    )
    assert (repository.root / "a.txt").read_text() == "one\n"


def test_a_command_that_fails_or_changes_what_it_must_not(repository):
    stray = plan(repository, "command", {"files": "a.txt"}, subject="echo 2 | tee a.txt > b.txt")
    assert stray.failure == "the command changes b.txt, which `files` does not declare"
    failed = plan(repository, "command", {"files": "a.txt"}, subject="echo no; exit 3")
    assert failed.failure == "the command ended with status 3: echo no; exit 3\n  no"
    slow = plan(repository, "command", {"files": "a.txt", "timeout": 1}, subject="sleep 60")
    assert slow.failure == "the command did not end within 1 s: sleep 60"


def test_unknown_options_and_codemods():
    unknown = Step(kind="codemod", subject="factory", line=1)
    [said] = check_step(unknown)
    assert said.startswith("codemod: there is no codemod 'factory' (known: factories, ")
    wrong = Step(kind="codemod", subject="notes", line=1, options={"test": "x", "tag": 1})
    assert check_step(wrong) == [
        "codemod notes: unknown option 'test' (known: in, tag)",
        "codemod notes: the option 'in' is missing; it holds a text or a list of texts",
        "codemod notes: 'tag' must be a text, not 1",
    ]
    for kind in ALL_KINDS:
        step = Step(kind=kind, subject="", line=1)
        assert check_step(step) != []
        assert plan_step(step, None, Project(root=Path("/nowhere")), Facts()).failure is not None


def test_what_a_step_wants_and_may_touch():
    notes = Step(kind="codemod", subject="notes", line=1, options={"in": "tests/test_a.py"})
    assert wants(notes) == may_touch(notes) == ("tests/test_a.py",)
    write_step = Step(kind="write", subject="", line=1, options={"path": "a.txt", "text": "x"})
    assert wants(write_step) == ()
    assert may_touch(write_step) == ("a.txt",)
    command = Step(kind="command", subject="fmt", line=1, options={"files": ["src", "*.md"]})
    assert may_touch(command) == ("src", "*.md")
