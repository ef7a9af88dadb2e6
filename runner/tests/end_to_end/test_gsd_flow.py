"""GSD's own tools around gsd-run: what its flow does before, between and after the plans.

The calls are those of GSD's phase execution with `workflow.cross_ai_command`, word for word where
they are a program's; what its language model does between them is done here by hand.
"""

import json
import os
import re
import sys
from typing import Any

import pytest
from sandbox import Sandbox

pytestmark = pytest.mark.skipif("GSD_TOOLS" not in os.environ, reason="gsd-tools is not installed")

FOLDER = ".planning/phases/01-sums"
PLAN = """\
---
phase: 01-sums
plan: "{number}"
type: execute
wave: {wave}
depends_on: [{after}]
files_modified: [{name}.txt]
autonomous: true
cross_ai: true
requirements: [SUM-{number}]
must_haves:
  truths:
    - "`grep -c {name} {name}.txt` outputs 1"
  artifacts:
    - path: "{name}.txt"
      provides: "the sum"
      contains: "{name}"
---
<objective>
Make {name}.txt.
</objective>
<tasks>
<task type="auto">
  <name>Task 1: Write {name}</name>
  <files>{name}.txt</files>
  <action>Write {name} into {name}.txt</action>
  <verify>{check}</verify>
  <done>`test -f {name}.txt`</done>
</task>
</tasks>
"""
ROADMAP = """\
# Roadmap

## Phases

- [ ] **Phase 1: Sums** - sums
- [ ] **Phase 2: More** - more

## Phase Details

### Phase 1: Sums
**Goal**: Sums are there
**Requirements**: SUM-01, SUM-02
**Success Criteria** (what must be TRUE):
  1. `grep -c one one.txt` outputs 1
**Plans**: 2 plans

Plans:
- [ ] 01-01-PLAN.md — one
- [ ] 01-02-PLAN.md — two

### Phase 2: More
**Goal**: More

## Progress

| Phase | Plans Complete | Status | Completed |
|-------|----------------|--------|-----------|
| 1. Sums | 0/2 | Not started | - |
| 2. More | 0/0 | Not started | - |
"""
STATE = """\
---
gsd_state_version: 1.0
status: planning
---

# Project State

## Current Position

Phase: 1 of 2 (Sums)
Plan: 0 of 2 in current phase
Status: Ready to execute
Last activity: 2026-01-01 — planned

Progress: [░░░░░░░░░░] 0%
"""
DELEGATION = """\
TASK_PROMPT=$(cat ../prompt.txt)
CROSS_AI_CMD=$("$GSD_TOOLS" query config-get workflow.cross_ai_command --raw)
echo "$TASK_PROMPT" | "$GSD_TOOLS" run-with-timeout "$CROSS_AI_TIMEOUT" -- ${CROSS_AI_CMD} \
  > ../candidate.md 2> ../errors.log
"""
GATE = """\
git log --oneline -E --grep='^[a-z]+\\((0*1)-(0*1)\\):' -30
"""


@pytest.fixture
def phase(sandbox: Sandbox) -> Sandbox:
    """A planned phase of two plans, the second after the first, that GSD hands to gsd-run."""
    for number, name in (("01", "one"), ("02", "two")):
        wave = int(number)
        after = "01-01" if wave > 1 else ""
        check = f"grep -n {name} {name}.txt"
        plan = PLAN.format(number=number, name=name, wave=wave, after=after, check=check)
        sandbox.write(f"{FOLDER}/01-{number}-PLAN.md", plan)
        steps = f'changes:\n  1:\n    - write: {{path: {name}.txt, text: "{name}\\n"}}\n'
        sandbox.write(f"{FOLDER}/01-{number}-RUN.yaml", steps)
    sandbox.write(".planning/ROADMAP.md", ROADMAP)
    sandbox.write(".planning/STATE.md", STATE)
    sandbox.write(".planning/PROJECT.md", "# Sums\n\nA project.\n")
    requirements = "- [ ] **SUM-01**: One\n- [ ] **SUM-02**: Two\n"
    sandbox.write(".planning/REQUIREMENTS.md", f"# Requirements\n\n{requirements}")
    sandbox.write(".planning/config.json", "{}\n")
    gsd(sandbox, "query", "config-set", "workflow.cross_ai_execution", "true")
    command = f"{sys.executable} -m gsd_run run -"
    gsd(sandbox, "query", "config-set", "workflow.cross_ai_command", command)
    sandbox.commit("planned")
    return sandbox


def gsd(project: Sandbox, *words: str) -> dict[str, Any]:
    done = project.run(os.environ["GSD_TOOLS"], *words)
    assert done.status == 0, done.text
    found: dict[str, Any] = json.loads(done.stdout) if done.stdout.startswith("{") else {}
    return found


def hand_over(project: Sandbox, number: str, seconds: int = 300) -> int:
    """Hand a plan over as GSD's flow does, and return the exit status."""
    plan = project.read(f"{FOLDER}/01-{number}-PLAN.md")
    tasks = plan[plan.index("<objective>") :]
    about = project.read(".planning/PROJECT.md")
    project.write("../prompt.txt", f"Carry this out.\n\n{tasks}\n## Project\n{about}")
    done = project.run("bash", "-c", DELEGATION, CROSS_AI_TIMEOUT=f"{seconds}")
    return done.status


def test_the_flow_finds_each_summary_and_goes_on_to_the_end(phase: Sandbox) -> None:
    gsd(phase, "query", "state.begin-phase", "--phase", "1", "--name", "Sums", "--plans", "2")
    assert " M .planning/STATE.md" in phase.git("status", "--porcelain").splitlines()
    for number, left in (("01", ["01-02"]), ("02", [])):
        state, roadmap = phase.read(".planning/STATE.md"), phase.read(".planning/ROADMAP.md")
        assert hand_over(phase, number) == 0, phase.read("../errors.log")
        # what GSD's flow writes next, it finds as it left it
        assert phase.read(".planning/STATE.md") == state
        assert phase.read(".planning/ROADMAP.md") == roadmap
        summary = f"{FOLDER}/01-{number}-SUMMARY.md"
        phase.write(summary, phase.read("../candidate.md"))
        assert phase.git("status", "--porcelain", summary) == ""
        assert gsd(phase, "verify-summary", summary)["passed"] is True
        gsd(phase, "query", "state.advance-plan")
        gsd(phase, "query", "roadmap.update-plan-progress", "1")
        index = gsd(phase, "query", "phase-plan-index", "1")
        assert index["incomplete"] == left
    assert gsd(phase, "query", "init.execute-phase", "1")["incomplete_plans"] == []
    assert "| 1. Sums | 2/2 |" in phase.read(".planning/ROADMAP.md")
    phase.commit("docs: what the flow wrote")

    checked = phase.gsd_run("check", "1", "--verification", "-q")
    assert checked.status == 0, checked.text
    status = gsd(phase, "query", "verification.status", FOLDER)
    assert (status["status"], status["next_command"]) == ("passed", "")
    phase.commit("docs: verified")
    covered = re.findall(r'^  - "(.+)"$', phase.read(f"{FOLDER}/01-VERIFICATION.md"), re.MULTILINE)
    same = gsd(phase, "query", "verification.fingerprint", FOLDER, *covered)
    assert f'covered_digest: "{same["covered_digest"]}"' in phase.read(
        f"{FOLDER}/01-VERIFICATION.md"
    )
    completed = gsd(phase, "query", "phase.complete", "1")
    assert (completed["plans_executed"], completed["next_phase"]) == ("2/2", "2")
    assert gsd(phase, "query", "verification.status", FOLDER)["status"] == "passed"
    # the fingerprint makes a report stale as soon as what it judged is another
    phase.write("one.txt", "one and a half\n")
    assert gsd(phase, "query", "verification.status", FOLDER)["status"] == "stale"


def test_a_call_that_runs_out_of_time_leaves_nothing_that_looks_complete(phase: Sandbox) -> None:
    plan = f"{FOLDER}/01-01-PLAN.md"
    slow = phase.read(plan).replace(
        "grep -n one one.txt</verify>", "test -f ../go || sleep 60; grep -n one one.txt</verify>"
    )
    phase.write(plan, slow)
    phase.commit("a slow check")
    assert hand_over(phase, "01", seconds=4) == 124
    assert phase.read("../candidate.md") == ""
    index = gsd(phase, "query", "phase-plan-index", "1")
    assert index["incomplete"] == ["01-01", "01-02"]
    # no commit of a task, so GSD's gate against doing work twice lets the flow in again
    assert phase.run("bash", "-c", GATE).stdout == ""
    phase.write("../go", "")
    assert hand_over(phase, "01") == 0, phase.read("../errors.log")
    assert gsd(phase, "query", "phase-plan-index", "1")["incomplete"] == ["01-02"]
    assert len(phase.run("bash", "-c", GATE).stdout.splitlines()) == 2


def test_gsd_reads_the_gaps_of_a_report(phase: Sandbox) -> None:
    phase.write(f"{FOLDER}/01-01-SUMMARY.md", "# Done\n")
    phase.write(f"{FOLDER}/01-02-SUMMARY.md", "# Done\n")
    phase.write("two.txt", "two\n")
    phase.commit("half of it")
    checked = phase.gsd_run("check", "1", "--verification", "-q")
    assert checked.status == 1, checked.text
    status = gsd(phase, "query", "verification.status", FOLDER)
    assert (status["status"], status["next_command"]) == ("gaps_found", "/gsd-plan-phase 01 --gaps")
    report = f"{FOLDER}/01-VERIFICATION.md"
    gaps = gsd(phase, "frontmatter", "get", report, "--field", "gaps")["gaps"]
    assert gaps[0].startswith("truth: one.txt, status: failed, reason: one.txt does not exist, ")
    outstanding = gsd(phase, "audit-uat")["results"]
    assert [one["file"] for one in outstanding] == ["01-VERIFICATION.md"]
    assert {one["result"] for one in outstanding[0]["items"]} == {"failed", "human_needed"}
