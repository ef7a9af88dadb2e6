"""The bundled plan once more: made to fail and mended, and in another wording.

In a file of its own, so that it runs beside the other one.
"""

import os
import shutil
from pathlib import Path

import pytest
from end_to_end.bundled import (
    PLAN,
    PLAN_ID,
    QUICK,
    RUN_FILE,
    SUITE,
    SUMMARY,
    last_line,
    lay_out,
    verdicts,
)


def test_made_to_fail_in_task_2_it_is_mended_and_resumed(tmp_path: Path) -> None:
    project = lay_out(tmp_path / "project")
    slip = (
        f"    - replace: {{in: {SUITE}, old: 'assert agent.enabled is True', "
        "new: 'assert agent.enabled is False'}\n"
    )
    good = project.read(RUN_FILE)
    project.write(RUN_FILE, good.replace("  3:\n", f"{slip}  3:\n", 1))
    project.commit("a slip in task 2")

    failed = project.gsd_run("12-GAP-01", "--no-baseline", **QUICK)

    assert failed.status == 1, failed.text
    assert not (project.root / SUMMARY).exists()
    assert "TestAgentRegistryModel::test_agent_creation_defaults: " in failed.stdout
    assert f"gsd-run resume {PLAN_ID}" in failed.stdout
    assert len(project.subjects()) == 3
    first = project.git("rev-parse", "HEAD")

    suite = project.read(SUITE)
    project.write(SUITE, suite.replace("agent.enabled is False", "agent.enabled is True"))
    resumed = project.gsd_run("resume", **QUICK)

    assert resumed.status == 0, resumed.text
    assert project.git("rev-parse", "HEAD~3") == first
    assert "mend**, task 2" in project.read(SUMMARY)
    assert last_line(project.run("pytest", SUITE, "-q")) == "51 passed"


@pytest.mark.skipif("GSD_RUN_GIVEN_PLAN" not in os.environ, reason="no other plan is given")
def test_another_wording_of_the_plan_runs_to_the_same_end(tmp_path: Path) -> None:
    project = lay_out(tmp_path / "project")
    shutil.copy(os.environ["GSD_RUN_GIVEN_PLAN"], project.root / PLAN)

    done = project.gsd_run("12-GAP-01", "--no-baseline", **QUICK)

    assert done.status == 0, done.text
    assert "REFUTED" not in verdicts(done).values()
    assert "| Tests passed | not measured | 51 of 51 |" in project.read(SUMMARY)
    assert last_line(project.run("pytest", SUITE, "-q")) == "51 passed"
