"""The bundled plan carried out by an agent: 51 of 51, recorded, and replayed without it."""

import json
import os
import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from end_to_end.bundled import (
    EVIDENCE,
    QUICK,
    RUN_FILE,
    SUITE,
    SUMMARY,
    last_line,
    lay_out,
    verdicts,
)
from sandbox import Output, Sandbox

# What the replay proves without judging the base anew takes half of the time; all of it is compared
# when this is set.
WHOLE = bool(os.environ.get("GSD_RUN_WHOLE_REPLAY"))
AGENT = Path(__file__).parent / "scripted_agent.py"
# The plan asks for factories, and names none of the files that they stand in.
SETTINGS = """\
[agents.scripted]
profile = "command"
command = {command}
may_touch = ["backend/tests/factories/*.py"]
"""


@dataclass(frozen=True)
class Carried:
    """The repository after a run, and what the run printed."""

    project: Sandbox
    output: Output

    def events(self, kind: str) -> list[dict[str, object]]:
        records = [json.loads(line) for line in self.project.journal.read_text().splitlines()]
        return [record["event"] for record in records if record["event"]["type"] == kind]


@pytest.fixture(scope="module")
def carried(tmp_path_factory: pytest.TempPathFactory) -> Carried:
    project = lay_out(tmp_path_factory.mktemp("by_agent") / "project")
    command = shlex.join([sys.executable, str(AGENT), "{prompt_file}"])
    project.write(".planning/gsd-run.toml", SETTINGS.format(command=json.dumps(command)))
    project.commit("settings")
    return Carried(project, project.gsd_run("12-GAP-01", "--agent", "scripted", **QUICK))


@pytest.fixture(scope="module")
def replayed(carried: Carried, tmp_path_factory: pytest.TempPathFactory) -> Carried:
    """Another checkout of the base commit, carried out by what was recorded of the agent's run."""
    recorded = carried.project.gsd_run("record", "12-GAP-01")
    assert recorded.status == 0, recorded.text
    run_file = carried.project.read(RUN_FILE)
    carried.project.git("checkout", "-q", RUN_FILE)
    root = tmp_path_factory.mktemp("replayed") / "elsewhere"
    carried.project.git("clone", "-q", "--no-hardlinks", str(carried.project.root), str(root))
    project = Sandbox(root)
    project.git("config", "user.name", "Grace Elsewhere")
    project.git("config", "user.email", "grace@example.org")
    project.git("reset", "-q", "--hard", "HEAD~4")
    project.write(RUN_FILE, run_file)
    words = () if WHOLE else ("--no-baseline",)
    return Carried(project, project.gsd_run("12-GAP-01", *words, **QUICK))


def test_the_agents_work_proves_every_claim(carried: Carried) -> None:
    assert carried.output.status == 0, carried.output.text
    out = carried.output.stdout
    assert re.search(r"verify\.2 +REFUTED  at base +19 passed, 32 failed", out)
    assert re.search(r"verify\.2 +PROVEN +51 passed", out)
    assert set(verdicts(carried.output).values()) == {"PROVEN"}
    assert out.splitlines()[-1] == f"summary: {SUMMARY}"


def test_the_run_commits_what_the_agent_edited_and_tells_who_did(carried: Carried) -> None:
    project = carried.project
    kinds = [re.sub(r": .*", "", subject) for subject in project.subjects()]
    assert kinds == ["start", "settings", "fix(12-GAP-01)", "fix(12-GAP-01)", "test(12-GAP-01)",
                     "docs(12-GAP-01)"]  # fmt: skip
    assert project.files_of("HEAD~3") == ["backend/tests/unit/conftest.py"]
    assert project.files_of("HEAD~1") == [SUITE]
    told = [".planning/ROADMAP.md", ".planning/STATE.md"]
    assert project.files_of("HEAD") == [*told, EVIDENCE, SUMMARY]
    summary = project.read(SUMMARY)
    assert "| Tests passed | 19 of 51 | 51 of 51 |" in summary
    assert "PASSED in attempt 2" in summary
    assert "agent scripted, 2 calls" in summary
    assert "- **file**, task 2" in summary


def test_replayed_without_the_agent_it_ends_with_the_same_tree_and_verdicts(
    carried: Carried, replayed: Carried
) -> None:
    assert replayed.output.status == 0, replayed.output.text
    assert replayed.events("agent_called") == []
    assert [end["replayed"] for end in replayed.events("ended")] == ["same"]
    # Beside the summary and the evidence, only the run file is another one.
    parts = ("backend", ".planning/PROJECT.md", ".planning/gsd-run.toml")
    assert [replayed.project.git("rev-parse", f"HEAD:{part}") for part in parts] == [
        carried.project.git("rev-parse", f"HEAD:{part}") for part in parts
    ]
    # Without the base, supplied and amended checks can't show that they are able to fail.
    then, now = verdicts(carried.output), verdicts(replayed.output)
    assert then.keys() == now.keys()
    differing = {now[claim] for claim in then if then[claim] != now[claim]}
    assert differing <= (set() if WHOLE else {"UNPROVEN"})
    assert "the final tree is the same" in replayed.project.read(SUMMARY)
    assert last_line(replayed.project.run("pytest", SUITE, "-q")) == "51 passed"
