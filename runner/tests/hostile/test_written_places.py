"""Paths that a run would write: steps, summary, evidence, run file; none leads out or to git."""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from gsd_run.outside.project_files import delete_within, read_within, write_within
from hostile_projects import PLAN_PATH, RUN_PATH, SUMMARY_PATH, Hostile, plan


def nothing(hostile: Hostile) -> None:
    """The path is all that there is to it."""


def link_to_a_file(hostile: Hostile) -> None:
    (hostile.root / "made.txt").symlink_to(hostile.beside / "private.txt")


def link_to_nothing_yet(hostile: Hostile) -> None:
    (hostile.root / "made.txt").symlink_to(hostile.beside / "new.txt")


def link_to_a_folder(hostile: Hostile) -> None:
    (hostile.root / "linked").symlink_to(hostile.beside / "folder")


def link_to_git(hostile: Hostile) -> None:
    (hostile.root / "linked").symlink_to(".git/hooks")


def links_in_a_circle(hostile: Hostile) -> None:
    (hostile.root / "made.txt").symlink_to("other.txt")
    (hostile.root / "other.txt").symlink_to("made.txt")


def pipe(hostile: Hostile) -> None:
    os.mkfifo(hostile.root / "made.txt")
    (hostile.root / ".git/info/exclude").write_text("made.txt\n")


def nested_repository(hostile: Hostile) -> None:
    hostile.sandbox.git("init", "-q", "inner")
    (hostile.root / ".git/info/exclude").write_text("inner\n")


def submodule(hostile: Hostile) -> None:
    (hostile.root / "inner").mkdir()
    (hostile.root / "inner/.git").write_text("gitdir: ../.git/modules/inner\n")
    (hostile.root / ".git/info/exclude").write_text("inner\n")


GITS = "git's own files are not for steps to change"
INSIDE = "a step may only name files by their path inside the project"
LINK = "a link on this path leads out of the project"
OTHER = "inner is a repository of its own (a submodule, perhaps)"

PLACES: list[tuple[str, Callable[[Hostile], None], str]] = [
    ("../neighbour/private.txt", nothing, INSIDE),
    ("/etc/cron.d/x", nothing, INSIDE),
    ("~/x", nothing, INSIDE),
    ("made.txt", link_to_a_file, LINK),
    ("made.txt", link_to_nothing_yet, LINK),
    ("linked/new.py", link_to_a_folder, LINK),
    ("made.txt", links_in_a_circle, "go round in a circle"),
    ("made.txt", pipe, "is no plain file (a pipe or a device)"),
    ("x/" * 3000 + "y", nothing, "is longer than a file system takes"),
    ("y" * 300, nothing, "is longer than a file system takes"),
    (".git/hooks/pre-commit", nothing, GITS),
    (".GIT/config", nothing, GITS),
    (".git./config", nothing, GITS),
    (".git /config", nothing, GITS),
    ("git~1/config", nothing, GITS),
    ("linked/pre-commit", link_to_git, GITS),
    ("inner/x.py", nested_repository, OTHER),
    ("inner/x.py", submodule, OTHER),
]


@pytest.mark.parametrize(
    ("path", "prepare", "says"), PLACES, ids=[f"{one[0][:25]}-{one[1].__name__}" for one in PLACES]
)
def test_a_step_that_writes_out_of_the_project(hostile, path, prepare, says):
    prepare(hostile)
    hooks = sorted((hostile.root / ".git/hooks").iterdir())
    hostile.prepare(plan(), f'changes:\n  1:\n    - write: {{path: "{path}", text: "x\\n"}}\n')
    told = hostile.carry("--no-baseline")
    assert says in told.text, told.text
    assert told.status in {1, 2}
    assert hostile.sandbox.subjects() == ["a plan from elsewhere"]
    assert sorted((hostile.root / ".git/hooks").iterdir()) == hooks


def test_a_file_that_is_the_neighbours_too_gets_a_life_of_its_own(hostile):
    (hostile.root / "made.txt").hardlink_to(hostile.beside / "private.txt")
    exclude = hostile.root / ".git/info/exclude"
    exclude.write_text("made.txt\n")
    hostile.prepare(plan())
    told = hostile.carry("--no-baseline")
    assert "would write over made.txt, which git does not track" in told.text
    exclude.write_text("")
    (hostile.root / "made.txt").unlink()
    (hostile.beside / "link.txt").write_text("kept\n")
    (hostile.root / "made.txt").hardlink_to(hostile.beside / "link.txt")
    write_within(hostile.root, "made.txt", b"mine\n")
    assert (hostile.beside / "link.txt").read_text() == "kept\n"
    (hostile.beside / "link.txt").unlink()


def summary_is_a_link(hostile: Hostile) -> str:
    (hostile.root / SUMMARY_PATH).symlink_to(hostile.beside / "SUMMARY.md")
    return f"{SUMMARY_PATH}: a link on this path leads out of the project"


def run_file_is_a_link(hostile: Hostile) -> str:
    (hostile.root / RUN_PATH).unlink()
    (hostile.root / RUN_PATH).symlink_to(hostile.beside / "private.txt")
    return f"{RUN_PATH}: a link on this path leads out of the project"


def plan_is_a_link(hostile: Hostile) -> str:
    (hostile.root / PLAN_PATH).unlink()
    (hostile.root / PLAN_PATH).symlink_to(hostile.beside / "private.txt")
    return "that plan is outside the project"


def planning_is_a_link(hostile: Hostile) -> str:
    planning = hostile.root / ".planning"
    planning.rename(hostile.beside / "planning")
    planning.symlink_to(hostile.beside / "planning")
    return "leads out of the project"


@pytest.mark.parametrize(
    "prepare", [summary_is_a_link, run_file_is_a_link, plan_is_a_link, planning_is_a_link]
)
def test_what_a_run_reads_and_writes_for_itself_is_a_link(hostile, prepare):
    hostile.prepare(plan())
    says = prepare(hostile)
    told = hostile.carry("--allow-dirty")
    assert says in told.text
    assert told.status in {2, 3}
    assert hostile.sandbox.subjects() == ["a plan from elsewhere"]
    (hostile.beside / "planning").is_dir() and (hostile.beside / "planning").rename(
        hostile.root / "planning-back"
    )


def test_a_summary_that_is_asked_for_elsewhere_lies_beside_the_plan(hostile):
    hostile.prepare(plan(output="Create `../neighbour/01-01-SUMMARY.md` when done"))
    told = hostile.carry("--no-baseline")
    assert told.status == 0, told.text
    assert (hostile.root / SUMMARY_PATH).is_file()


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("../../../../neighbour/new.md", "leads out of the project"),
        ("../../../.git/config", "leads into git's own folder"),
    ],
)
def test_a_summary_becomes_a_link_while_the_run_goes_on(hostile, target, says):
    hostile.prepare(plan(verify=f"test -f made.txt; ln -sf {target} {SUMMARY_PATH}"))
    told = hostile.carry("--no-baseline")
    assert told.status == 3, told.text
    assert f"{SUMMARY_PATH} can't be written: {says}" in told.text


def test_a_link_put_there_after_the_path_was_looked_up(tmp_path, monkeypatch):
    root, beside = tmp_path / "project", tmp_path / "neighbour"
    (root / "folder").mkdir(parents=True)
    beside.mkdir()
    (beside / "private.txt").write_text("private\n")
    looked_up = Path.resolve

    def then_linked(path: Path, *, strict: bool = False) -> Path:
        found = looked_up(path, strict=strict)
        if path.name == "private.txt" and not (root / "folder").is_symlink():
            (root / "folder").rmdir()
            (root / "folder").symlink_to(beside)
        return found

    monkeypatch.setattr(Path, "resolve", then_linked)
    for act in (
        lambda: read_within(root, "folder/private.txt"),
        lambda: write_within(root, "folder/private.txt", b"mine\n"),
        lambda: delete_within(root, "folder/private.txt"),
    ):
        (root / "folder").unlink() if (root / "folder").is_symlink() else None
        (root / "folder").mkdir(exist_ok=True)
        found = None
        with contextlib.suppress(OSError):
            found = act()
        assert found is None
        assert (beside / "private.txt").read_text() == "private\n"
    assert [one.name for one in beside.iterdir()] == ["private.txt"]


PATCHES = {
    "outside": ("--- /dev/null\n+++ b/../neighbour/new.txt\n@@ -0,0 +1 @@\n+x\n", INSIDE),
    "absolute": ("--- /dev/null\n+++ /etc/cron.d/new\n@@ -0,0 +1 @@\n+x\n", INSIDE),
    "a link": (
        "diff --git a/link b/link\nnew file mode 120000\n--- /dev/null\n+++ b/link\n"
        "@@ -0,0 +1 @@\n+../neighbour/private.txt\n\\ No newline at end of file\n",
        "makes a link or a submodule; only files can be patched",
    ),
    "a submodule": (
        "diff --git a/inner b/inner\nnew file mode 160000\n--- /dev/null\n+++ b/inner\n"
        "@@ -0,0 +1 @@\n+Subproject commit 0123456789012345678901234567890123456789\n",
        "makes a link or a submodule; only files can be patched",
    ),
    "a hook": (
        "diff --git a/README.md b/.git/hooks/pre-commit\nsimilarity index 100%\n"
        "rename from README.md\nrename to .git/hooks/pre-commit\n",
        GITS,
    ),
    "a link first, then through it": (
        "diff --git a/d b/d\nnew file mode 120000\n--- /dev/null\n+++ b/d\n@@ -0,0 +1 @@\n"
        "+../neighbour\n\\ No newline at end of file\n"
        "diff --git a/d/new.txt b/d/new.txt\nnew file mode 100644\n--- /dev/null\n"
        "+++ b/d/new.txt\n@@ -0,0 +1 @@\n+x\n",
        "makes a link or a submodule; only files can be patched",
    ),
    "rights of its owner": (
        "diff --git a/made.txt b/made.txt\nnew file mode 104755\n--- /dev/null\n"
        "+++ b/made.txt\n@@ -0,0 +1 @@\n+x\n",
        "",
    ),
}


@pytest.mark.parametrize("case", PATCHES)
def test_a_patch_that_leads_out(hostile, case):
    diff, says = PATCHES[case]
    hostile.sandbox.write("README.md", "# Read\n")
    lines = "".join(f"        {line}\n" for line in diff.splitlines())
    hostile.prepare(plan(), f"changes:\n  1:\n    - patch: |\n{lines}")
    told = hostile.carry("--no-baseline")
    assert says in told.text, told.text
    if says:
        assert told.status in {1, 2}
        assert hostile.sandbox.subjects() == ["a plan from elsewhere"]
    elif told.status == 0:
        assert (hostile.root / "made.txt").stat().st_mode & 0o7000 == 0
    assert not (hostile.root / ".git/hooks/pre-commit").exists()
