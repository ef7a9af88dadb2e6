"""GSD's planning files after a plan, compared with what gsd-tools 1.14 makes of the same projects.

`recorded_planning/SHAPE.diff` is what gsd-tools did to the project of that shape. Where we do
something else on purpose, `SHAPE.ours.diff` is that, and DIFFERENT says why. With GSD_TOOLS set,
one shape is given to the tools themselves; with GSD_RUN_RECORD, too, all are, and recorded
anew.
"""

import datetime as dt
import difflib
import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from gsd_run.reading.planning_files.completing import (
    requirements_updated,
    roadmap_updated,
    state_updated,
)
from gsd_run.reading.planning_files.completion import Completion
from gsd_run.reading.planning_files.folders import phase_folder_at, planning_folder
from planning_projects import PROJECTS, STATE, Project, shop

RECORDED = Path(__file__).parent / "recorded_planning"
HEAD = "0123456789abcdef0123456789abcdef01234567"
TODAY = dt.datetime.now().astimezone().date().isoformat()
FILES = ("STATE.md", "ROADMAP.md", "REQUIREMENTS.md")

DIFFERENT = {
    "without roadmap": "a percentage that can't be counted stays; gsd-tools drops it",
    "template rows": "a plan listed by its id is ticked; gsd-tools adds a second row for it",
    "links": "the same for a plan that is listed by a link",
    "tight": "blank lines stay as they are; gsd-tools adds them all over the file",
    "crlf": "line ends stay as they are; gsd-tools rewrites all of them",
    "by hand": "order, quotes and comments of the frontmatter stay; gsd-tools writes it anew",
    "elsewhere": "the position of another phase is not moved on; gsd-tools advances it",
    "verified": "the phase is not ticked as complete; that is for GSD's verification",
}


def ours(project: Project, root: Path) -> dict[str, tuple[str, ...]]:
    """Change the files as a run does at its end; return the notes for each."""
    plan = root / project.plan
    folder = planning_folder(plan)
    assert folder == root / project.folder
    phase = phase_folder_at(plan.parent)
    texts = {
        name: (folder / name).read_bytes().decode() if (folder / name).exists() else None
        for name in FILES
    }
    done = completion(project)
    declared = {path: needs(path) for path in plan.parent.glob("*-PLAN.md")}
    state, roadmap, requirements = (texts[name] for name in FILES)
    updates = [
        state_updated(state, roadmap, phase, folder, done) if state else None,
        roadmap_updated(roadmap, phase) if roadmap else None,
        requirements_updated(requirements, plan, done, declared) if requirements else None,
    ]
    for one in updates:
        if one is not None and one.text is not None:
            (folder / one.name).write_bytes(one.text.encode())
    return {one.name: one.notes for one in updates if one is not None and one.notes}


def completion(project: Project) -> Completion:
    return Completion(
        phase=project.phase,
        plan=project.number,
        plan_file=Path(project.plan).name,
        duration="5min",
        tasks=2,
        files=3,
        decisions=project.decisions,
        requirements=project.requirements,
        now="2026-11-22T10:11:12.000Z",
        today=TODAY,
        head=HEAD,
    )


def needs(plan: Path) -> tuple[str, ...]:
    found = re.search(r"requirements: \[(.*)\]", plan.read_text())
    return tuple(found[1].split(", ")) if found else ()


def theirs(project: Project, root: Path) -> None:
    """Change the files by the tools, as GSD's executor does after a plan."""
    for words in (["init", "-q", "-b", "main"], ["config", "user.name", "Pat"],
                  ["config", "user.email", "pat@example.org"], ["add", "-A"],
                  ["commit", "-qm", "start"]):  # fmt: skip
        subprocess.run(["git", *words], cwd=root, check=True)

    def tools(*words: str) -> str:
        where = ["--ws", project.workstream] if project.workstream else []
        command = [os.environ["GSD_TOOLS"], *words, *where]
        return subprocess.run(command, cwd=root, capture_output=True, text=True).stdout  # noqa: PLW1510 - some refuse

    tools("state", "advance-plan")
    tools("state", "update-progress")
    tools("state", "record-metric", "--phase", project.phase, "--plan", project.number,
          "--duration", "5min", "--tasks", "2", "--files", "3")  # fmt: skip
    for decision in project.decisions:
        tools("state", "add-decision", "--phase", project.phase, "--summary", decision)
    stopped = f"Completed {Path(project.plan).name}"
    tools("state", "record-session", "--stopped-at", stopped, "--resume-file", "None")
    tools("roadmap", "update-plan-progress", project.phase)
    if project.requirements:
        answer = tools("requirements", "ready-ids", project.plan, *project.requirements)
        if ready := json.loads(answer)["ready"]:
            tools("requirements", "mark-complete", *ready)


def changes(project: Project, root: Path) -> str:
    """Return what has become of the project's files, times and commits left out."""
    lines: list[str] = []
    for name in FILES:
        path = f"{project.folder}/{name}"
        if (before := project.files.get(path)) is None:
            assert not (root / path).exists()
            continue
        after = (root / path).read_bytes().decode()
        after = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "NOW", after)
        after = re.sub(r"(?m)^state_head: \"?[0-9a-f]{40}\"?", "state_head: HEAD", after)
        after = after.replace(TODAY, "TODAY")
        old, new = (text.replace("\r", "␍").splitlines() for text in (before, after))
        lines += difflib.unified_diff(old, new, path, path, n=1, lineterm="")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("shape", PROJECTS)
def test_the_files_become_what_gsd_makes_of_them(shape: str, tmp_path: Path) -> None:
    project = PROJECTS[shape]
    project.write(tmp_path)
    ours(project, tmp_path)
    found = changes(project, tmp_path)
    name = shape.replace(" ", "-")
    if "GSD_RUN_RECORD" in os.environ and shape in DIFFERENT:
        (RECORDED / f"{name}.ours.diff").write_text(found)
    of = "ours.diff" if shape in DIFFERENT else "diff"
    assert found == (RECORDED / f"{name}.{of}").read_text()


def test_no_difference_is_named_that_is_none() -> None:
    for shape in DIFFERENT:
        name = shape.replace(" ", "-")
        recorded = [(RECORDED / f"{name}.{of}").read_text() for of in ("diff", "ours.diff")]
        assert recorded[0] != recorded[1], shape


ASKED = PROJECTS if "GSD_RUN_RECORD" in os.environ else ("milestones",)


@pytest.mark.skipif("GSD_TOOLS" not in os.environ, reason="gsd-tools is not installed")
@pytest.mark.parametrize("shape", ASKED)
def test_the_tools_write_what_is_recorded(shape: str, tmp_path: Path) -> None:
    project = PROJECTS[shape]
    project.write(tmp_path)
    theirs(project, tmp_path)
    found = changes(project, tmp_path)
    recorded = RECORDED / f"{shape.replace(' ', '-')}.diff"
    if "GSD_RUN_RECORD" in os.environ:
        recorded.write_text(found)
    assert found == recorded.read_text()


@pytest.mark.parametrize("shape", PROJECTS)
def test_a_plan_that_was_told_is_not_told_again(shape: str, tmp_path: Path) -> None:
    project = PROJECTS[shape]
    project.write(tmp_path)
    ours(project, tmp_path)
    once = contents(tmp_path / project.folder)
    ours(project, tmp_path)
    assert once == contents(tmp_path / project.folder)


def contents(folder: Path) -> dict[str, bytes]:
    return {name: content(folder / name) for name in FILES}


def content(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def test_what_is_left_alone_is_said(tmp_path: Path) -> None:
    said = {}
    for shape in ("shared requirements", "placeholders", "elsewhere"):
        PROJECTS[shape].write(tmp_path / shape)
        said[shape] = ours(PROJECTS[shape], tmp_path / shape)
    assert said == {
        "shared requirements": {
            "REQUIREMENTS.md": (
                "AUTH-01 waits for another plan that has it",
                "it has no requirement NONE-1",
            )
        },
        "placeholders": {
            "STATE.md": (
                "it has no position `Plan: N of M` (or Current Plan and Total Plans in Phase): "
                "its position is left",
            )
        },
        "elsewhere": {"STATE.md": ("it stands at phase 1, not 02: its position is left",)},
    }


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (STATE.replace("Phase: 2 of 3", "Phase: 2 of 3\nPhase: 3 of 3"), "several phases"),
        (STATE.replace("Plan: 1 of 2", "Current Plan: 2\nPlan: 1 of 2"), "two positions"),
        (STATE.replace("Plan: 1 of 2", "Plan: 2 of 2"), "without summary is 02-02-PLAN.md"),
        ("", None),
        ("---\n---\n", "no position"),
        ("---\nprogress: {total_plans: 3}\n---\n\nPlan: 1 of 2\n", None),
        ("---\nunclosed: [\n", "no position"),
        ("# State\n\n```\n## Current Position\nPlan: 1 of 2\n```\n", None),
        ("\ufeff" + STATE, None),
        ("\x00\x01 |||| \n|---|\n| Plan | Duration | Tasks | Files |\n|-|-|-|-|", "no position"),
    ],
)
def test_odd_states_are_left_or_told(state: str, told: str | None, tmp_path: Path) -> None:
    project = Project(shop(STATE=state or "\n"))
    project.write(tmp_path)
    notes = ours(project, tmp_path).get("STATE.md", ())
    if told is not None:
        assert any(told in note for note in notes), notes
    after = content(tmp_path / ".planning/STATE.md").decode()
    assert after.startswith("\ufeff") == state.startswith("\ufeff")
    for line in state.splitlines():
        if line.startswith(("progress: {", "unclosed")):
            assert line in after
