"""Settings of GSD's own that change how a plan is carried out."""

import json
import os
import subprocess

import pytest
from gsd_run.reading.branches import branch_of
from gsd_run.reading.plan import read_plan
from gsd_run.reading.settings import read_settings
from sandbox import PLAN, PLAN_PATH, SUMMARY_PATH, Sandbox, environment

CHECKPOINT = """\
<task type="checkpoint:human-verify"{gate}>
  <what-built>{built}</what-built>
  <how-to-verify>Look at it</how-to-verify>
</task>
</tasks>"""


def configured(project: Sandbox, **settings: object) -> Sandbox:
    project.write(".planning/config.json", json.dumps(settings))
    project.commit("settings")
    return project


def test_a_branch_for_each_phase(greeting: Sandbox) -> None:
    git = {"branching_strategy": "phase", "protected_branches": ["main"]}
    project = configured(greeting, git=git)

    done = project.gsd_run("01-01")

    assert done.status == 0, done.text
    assert project.git("branch", "--show-current").strip() == "gsd/phase-01-greeting"
    assert project.git("log", "-1", "--format=%s", "main").strip() == "settings"


@pytest.mark.skipif("GSD_TOOLS" not in os.environ, reason="gsd-tools is not installed")
def test_the_branch_is_the_one_that_gsd_makes(greeting: Sandbox) -> None:
    roadmap = "# Roadmap\n\n## v1.2 Grand Café\n\n### Phase 1: Greeting\n**Goal**: greet\n"
    greeting.write(".planning/ROADMAP.md", roadmap)
    greeting.write(".planning/STATE.md", "---\nmilestone: v1.2\nmilestone_name: Grand Café\n---\n")
    plan = read_plan(PLAN.encode(), PLAN_PATH)
    for git in (
        {"branching_strategy": "none"},
        {"branching_strategy": "phase"},
        {"branching_strategy": "phase", "phase_branch_template": "{project}/p{phase}/{slug}"},
        {"branching_strategy": "milestone"},
        {"branching_strategy": "milestone", "milestone_branch_template": "m-{milestone}"},
    ):
        text = json.dumps({"git": git, "project_code": "CK"})
        greeting.write(".planning/config.json", text)
        done = subprocess.run(
            [os.environ["GSD_TOOLS"], "init", "execute-phase", "1"],
            cwd=greeting.root, env=environment(), capture_output=True, text=True, check=True,
        )  # fmt: skip
        settings = read_settings(greeting.root)
        assert branch_of(plan, settings, greeting.root) == json.loads(done.stdout)["branch_name"]


def test_a_template_that_gives_no_branch_name(greeting: Sandbox) -> None:
    git = {"branching_strategy": "phase", "phase_branch_template": "phase {phase}"}
    done = configured(greeting, git=git).gsd_run("01-01")
    assert done.status == 2
    assert "git.phase_branch_template gives 'phase 01', which is no branch name" in done.stderr


def test_a_protected_branch_is_not_worked_on_by_name_either(greeting: Sandbox) -> None:
    greeting.git("branch", "release")
    project = configured(greeting, git={"protected_branches": ["release"]})
    done = project.gsd_run("01-01", "--branch", "release")
    assert done.status == 3
    assert "release is a protected branch" in done.stderr


def test_auto_advance_approves_and_says_who_did(greeting: Sandbox) -> None:
    asking = PLAN.replace("</tasks>", CHECKPOINT.format(gate="", built="A greeting"))
    greeting.write(PLAN_PATH, asking)
    project = configured(greeting, workflow={"auto_advance": True})

    done = project.gsd_run("01-01")

    assert done.status == 0, done.text
    approved = "approved by the setting workflow.auto_advance; an answer, not a measurement"
    summary = project.read(SUMMARY_PATH)
    assert approved in summary
    assert "**2 of 3 tasks passed, 1 approved without anybody looking; 4 claims" in summary
    assert '"by":"the setting workflow.auto_advance"' in project.journal.read_text()


@pytest.mark.parametrize(
    ("gate", "built"),
    [
        (' gate="blocking-human"', "A greeting"),
        (' gate="Blocking_Human"', "A greeting"),
        ("", "Package verification required before install: greet"),
    ],
)
def test_auto_advance_approves_nothing_that_asks_for_a_person(
    greeting: Sandbox, gate: str, built: str
) -> None:
    asking = CHECKPOINT.format(gate=gate, built=built).removesuffix("</tasks>")
    greeting.write(PLAN_PATH, PLAN.replace("<tasks>", f"<tasks>\n{asking}"))
    assert configured(greeting, workflow={"auto_advance": True}).gsd_run("01-01").status == 10


def test_files_of_a_sub_repository_refuse(greeting: Sandbox) -> None:
    greeting.write(PLAN_PATH, PLAN.replace("<files>greeting.txt", "<files>api/greeting.txt"))
    done = configured(greeting, planning={"sub_repos": ["api"]}).gsd_run("01-01")
    assert done.status == 3
    assert (
        "api/greeting.txt lie in api, a repository of its own (planning.sub_repos)" in done.stderr
    )


def test_docs_of_one_phase_are_not_committed(greeting: Sandbox) -> None:
    project = configured(greeting, phase_commit_docs={"1": False})
    assert project.gsd_run("01-01").status == 0
    assert (project.root / SUMMARY_PATH).is_file()
    assert project.subjects()[-1] == "feat(01-01): add the farewell"
