"""No step, of whatever kind, reaches out of the project or into git's own files."""

import subprocess
from pathlib import Path

import pytest
from gsd_run.changing.codemods.testing import write
from gsd_run.changing.steps import plan_step
from gsd_run.domain.change import Facts
from gsd_run.domain.run_file import Step
from gsd_run.outside.project import Project

OUTSIDE = {
    "/etc/victim.py": "by their path inside the project",
    "../victim.py": "by their path inside the project",
    "src/../../victim.py": "by their path inside the project",
    "~/victim.py": "by their path inside the project",
    "link/victim.py": "a link on this path leads out of the project",
    "leads_out.py": "a link on this path leads out of the project",
    ".git/hooks/victim.py": "git's own files are not for steps to change",
    ".GIT/hooks/victim.py": "git's own files are not for steps to change",
    ".g\u200cit/hooks/victim.py": "git's own files are not for steps to change",
    ".git./hooks/victim.py": "git's own files are not for steps to change",
    "src/.git/victim.py": "git's own files are not for steps to change",
    "hidden/hooks/victim.py": "git's own files are not for steps to change",
}


def diff_of(path: str) -> str:
    return f"--- /dev/null\n+++ b/{path}\n@@ -0,0 +1 @@\n+x = 1\n"


KINDS = {
    "merge": lambda path: {"into": path, "text": "x = 1\n"},
    "replace": lambda path: {"in": path, "old": "a", "new": "b"},
    "write": lambda path: {"path": path, "text": "x = 1\n"},
    "patch": lambda path: {"text": diff_of(path)},
    "command": lambda path: {"run": "true", "files": path},
}


@pytest.fixture
def project(tmp_path) -> Project:
    root = tmp_path / "project"
    write(root, "src/a.py", "a = 1\n")
    write(tmp_path, "victim.py", "a = 1\n")
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    (root / "link").symlink_to(tmp_path)
    (root / "leads_out.py").symlink_to(tmp_path / "victim.py")
    (root / "hidden").symlink_to(".git")
    return Project(root=root)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("path", OUTSIDE)
def test_a_path_out_of_the_project(project, kind, path):
    step = Step(kind=kind, subject="", line=1, options=KINDS[kind](path))
    result = plan_step(step, None, project, Facts())
    assert OUTSIDE[path] in (result.failure or "")
    assert result.edits == ()
    assert (project.root.parent / "victim.py").read_text() == "a = 1\n"


@pytest.mark.parametrize(
    "diff",
    [
        "diff --git a/src/a.py b/../victim.py\nsimilarity index 100%\n"
        "rename from src/a.py\nrename to ../victim.py\n",
        "diff --git a/src/a.py b/.git/config\nsimilarity index 100%\n"
        "copy from src/a.py\ncopy to .git/config\n",
        'diff --git "a/src/a.py" "b/\\056git/config"\nnew file mode 100644\n'
        '--- /dev/null\n+++ "b/\\056git/config"\n@@ -0,0 +1 @@\n+x\n',
    ],
)
def test_a_patch_that_moves_a_file_out(project, diff):
    before = (project.root / ".git/config").read_text()
    step = Step(kind="patch", subject="", line=1, options={"text": diff})
    result = plan_step(step, None, project, Facts())
    assert result.edits == ()
    assert result.failure is not None
    assert (project.root / ".git/config").read_text() == before


def test_a_command_that_writes_through_a_link_into_the_project_writes_into_its_copy(project):
    (project.root / "alias.py").symlink_to(project.root / "src/a.py")
    options = {"run": "echo 'b = 2' > alias.py", "files": "src"}
    result = plan_step(
        Step(kind="command", subject="", line=1, options=options), None, project, Facts()
    )
    assert [(edit.path, edit.after) for edit in result.edits] == [("src/a.py", "b = 2\n")]
    assert (project.root / "src/a.py").read_text() == "a = 1\n"


def test_a_command_that_makes_links_programs_and_rubbish(project):
    def plan(run: str, *files: str):
        options = {"run": run, "files": list(files)}
        return plan_step(
            Step(kind="command", subject="", line=1, options=options), None, project, Facts()
        )

    write(project.root, ".gitignore", "*.log\nweb/node_modules\n")
    write(project.root, "web/node_modules/tool/run", "echo found\n")
    made = plan("chmod +x src/a.py; printf '\\377' > b.bin; echo > left.log", "src", "b.bin")
    assert made.failure is None
    assert [(e.path, e.before, e.after, e.executable) for e in made.edits] == [
        ("b.bin", None, "\udcff", None),
        ("src/a.py", "a = 1\n", "a = 1\n", True),
    ]
    gone = plan("rm src/a.py; sh web/node_modules/tool/run", "src")
    assert gone.failure is None
    assert [(e.path, e.after) for e in gone.edits] == [("src/a.py", None)]
    linked = plan("ln -s a.py src/b.py", "src")
    assert linked.failure == "src/b.py: the command makes a link; only files can be taken over"
    assert sorted(place.name for place in (project.root / "src").iterdir()) == ["a.py"]


def test_existing_paths_may_have_any_other_name(project):
    for path in ("a b.txt", "\u00fc.txt", ".github/x.yml", ".gitignore", "git/x", "..a/b"):
        step = Step(kind="write", subject="", line=1, options={"path": path, "text": "x\n"})
        result = plan_step(step, None, project, Facts())
        assert [(edit.path, edit.after) for edit in result.edits] == [(path, "x\n")]
    assert not Path(project.root / "git").exists()
