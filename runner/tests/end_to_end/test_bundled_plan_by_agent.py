"""The bundled plan carried out by an agent: 51 of 51, recorded, and replayed without it."""

import json
import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from end_to_end.bundled import EVIDENCE, SUITE, SUMMARY, lay_out, verdicts
from sandbox import Output, Sandbox

AGENT = Path(__file__).parent / "scripted_agent.py"


@dataclass(frozen=True)
class Carried:
    """The repository after the agent's run, and what the run printed."""

    project: Sandbox
    output: Output

    @property
    def tree(self) -> str:
        """The code base as the last task left it, as the hash of its tree."""
        return self.project.git("rev-parse", "HEAD:backend").strip()


def carried_out(root: Path, *options: str) -> Carried:
    project = lay_out(root)
    called = shlex.join([sys.executable, str(AGENT), "{prompt_file}"])
    project.write(
        ".planning/gsd-run.toml",
        f'[agents.scripted]\nprofile = "command"\ncommand = {json.dumps(called)}\n',
    )
    project.commit("settings")
    return Carried(project, project.gsd_run("12-GAP-01", *options))


@pytest.fixture(scope="module")
def carried(tmp_path_factory: pytest.TempPathFactory) -> Carried:
    return carried_out(tmp_path_factory.mktemp("by_agent") / "project", "--agent", "scripted")


def test_the_agents_work_proves_every_claim(carried: Carried) -> None:
    assert carried.output.status == 0, carried.output.text
    out = carried.output.stdout
    assert re.search(r"verify\.2 +REFUTED  at base +19 passed, 32 failed", out)
    assert re.search(r"verify\.2 +PROVEN +51 passed", out)
    assert set(verdicts(carried.output).values()) == {"PROVEN"}
    assert out.splitlines()[-1] == f"summary: {SUMMARY}"


def test_the_run_commits_what_the_agent_edited_and_tells_who_made_it(carried: Carried) -> None:
    project = carried.project
    kinds = [re.sub(r": .*", "", subject) for subject in project.subjects()]
    assert kinds == ["start", "settings", "fix(12-GAP-01)", "fix(12-GAP-01)", "test(12-GAP-01)",
                     "docs(12-GAP-01)"]  # fmt: skip
    assert project.files_of("HEAD~3") == ["backend/tests/unit/conftest.py"]
    assert project.files_of("HEAD~1") == [SUITE]
    assert project.files_of("HEAD") == [EVIDENCE, SUMMARY]
    assert project.git("status", "--porcelain") == ""
    summary = project.read(SUMMARY)
    assert "| Tests passed | 19 of 51 | 51 of 51 |" in summary
    assert "PASSED in attempt 2" in summary
    assert "(agent scripted, 2 calls)" in summary
