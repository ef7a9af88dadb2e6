"""The bundled plan once more: in another wording, where one is given, made to fail and mended.

In a file of its own, so that it runs beside the other one.
"""

import os
import shutil
from pathlib import Path

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


def test_made_to_fail_in_task_2_it_is_mended_and_resumed_to_the_same_end(tmp_path: Path) -> None:
    project = lay_out(tmp_path / "project")
    if given := os.environ.get("GSD_RUN_GIVEN_PLAN"):
        shutil.copy(given, project.root / PLAN)
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
    assert "REFUTED" not in verdicts(resumed).values()
    summary = project.read(SUMMARY)
    assert "mend**, task 2" in summary
    assert "| Tests passed | not measured | 51 of 51 |" in summary
    assert last_line(project.run("pytest", SUITE, "-q")) == "51 passed"
