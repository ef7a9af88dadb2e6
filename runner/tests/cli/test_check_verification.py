"""`gsd-run check PHASE --verification`: a phase's report in GSD's format, from what was judged."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from sandbox import Sandbox

FOLDER = ".planning/phases/02-sums"
REPORT = f"{FOLDER}/02-VERIFICATION.md"
PLAN = """\
---
phase: 02-sums
plan: "{number}"
requirements: [SUM-{number}]
files_modified: [{name}.txt]
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
  <name>Task 1: Write it</name>
  <files>{name}.txt</files>
  <action>Write it</action>
  <verify>grep -n {name} {name}.txt</verify>
</task>
</tasks>
"""
ROADMAP = """\
# Roadmap

### Phase 1: Start
**Goal**: Begin

### Phase 2: Sums
**Goal**: Sums are there
**Requirements**: SUM-01, SUM-02
**Success Criteria** (what must be TRUE):
  1. `grep -c one one.txt` outputs 1
  2. grep -c two two.txt
     outputs 1.

### Phase 3: More
**Success Criteria**:
  1. Much more
"""
PASSED = """\
---
phase: "02-sums"
verified: TIME
status: passed
score: 4/4 must-haves verified
verifier: gsd-run VERSION
covered_files:
  - ".planning/phases/02-sums/02-01-PLAN.md"
  - ".planning/phases/02-sums/02-01-SUMMARY.md"
  - ".planning/phases/02-sums/02-02-PLAN.md"
  - ".planning/phases/02-sums/02-02-SUMMARY.md"
  - "one.txt"
  - "two.txt"
covered_digest: "DIGEST"
---

# Phase 02: Sums Verification Report

**Phase Goal:** Sums are there
**Verified:** TIME
**Status:** passed
**Re-verification:** No, the first one

Written by gsd-run VERSION, which judged the claims of the phase's plans on the tree as it is \
now. It says of each what a check showed. The goal in its own words, and whatever no check \
decides, is left to a person: nothing that was not measured stands here as verified.

## Goal Achievement

### Observable Truths

| # | Truth | Status | Evidence |
|---|-------|--------|----------|
| 1 | grep -c one one.txt outputs 1 | ✓ VERIFIED | ROADMAP criterion 1 = 02-01 truth.1: \
exit 0: 1; 1 — grep -c one one.txt |
| 2 | grep -c two two.txt outputs 1. | ✓ VERIFIED | ROADMAP criterion 2 = 02-02 truth.1: \
exit 0: 1; 1 — grep -c two two.txt |

**Score:** 4/4 must-haves verified

### Required Artifacts

| Artifact | Expected | Status | Details |
|----------|----------|--------|---------|
| one.txt | the sum | ✓ VERIFIED | 02-01 artifact.1: 1 line, contains 'one' at one.txt:1 — \
one.txt |
| two.txt | the sum | ✓ VERIFIED | 02-02 artifact.1: 1 line, contains 'two' at two.txt:1 — \
two.txt |

### Key Link Verification

| From | To | Via | Status | Details |
|------|----|-----|--------|---------|
| (no plan names one) | | | | |

### Plans

| Plan | Carried out | PROVEN | REFUTED | UNPROVEN |
|------|-------------|--------|---------|----------|
| 02-01 | yes | 3 | 0 | 0 |
| 02-02 | yes | 3 | 0 | 0 |

### Requirements Coverage

| Requirement | Source Plan | Description | Status | Evidence |
|-------------|-------------|-------------|--------|----------|
| SUM-01 | 02-01 | One \\| two | claims hold | every claim of 02-01 |
| SUM-02 | 02-02 |  | claims hold | every claim of 02-02 |

A requirement is not judged by itself: its row says how the claims of its plans stand.

### Anti-Patterns Found

| File | Line | Pattern | Severity | Impact |
|------|------|---------|----------|--------|

Not searched for, beyond hollow files among the artifacts above.

### Claims That No Check Decides

None.

### Human Verification Required

None.

### Gaps Summary

None.

---

_Verified: TIME_
_Verifier: gsd-run VERSION_

<!-- gsd-run: sha256 of all above: SEAL -->
"""


@pytest.fixture
def phase(sandbox: Sandbox) -> Sandbox:
    """A phase of two plans whose work is there and whose summaries say so."""
    for number, name in (("01", "one"), ("02", "two")):
        sandbox.write(f"{FOLDER}/02-{number}-PLAN.md", PLAN.format(number=number, name=name))
        sandbox.write(f"{FOLDER}/02-{number}-SUMMARY.md", "# Done\n")
        sandbox.write(f"{name}.txt", f"{name}\n")
    sandbox.write(".planning/ROADMAP.md", ROADMAP)
    sandbox.write(".planning/REQUIREMENTS.md", "# Requirements\n\n- [ ] **SUM-01**: One | two\n")
    sandbox.commit("all done")
    return sandbox


def change(project: Sandbox, path: str, old: str, new: str) -> None:
    text = project.read(path)
    assert old in text
    project.write(path, text.replace(old, new))


def told(project: Sandbox, status: int, *words: str) -> str:
    """Verify the phase quietly and return the last line."""
    done = project.gsd_run("check", "2", "--verification", "-q", *words)
    assert done.status == status, done.text
    return done.stdout.splitlines()[-1]


def front(project: Sandbox) -> dict[str, Any]:
    """Return the frontmatter of the report, as any reader of YAML does."""
    found: dict[str, Any] = yaml.safe_load(project.read(REPORT).split("\n---\n")[0])
    return found


def test_a_phase_whose_claims_all_hold_has_passed(phase: Sandbox) -> None:
    assert told(phase, 0) == (
        f"{REPORT}: passed (4/4 must-haves verified; 0 gaps, 0 for a person to look at); "
        "not committed"
    )
    text = phase.read(REPORT)
    for pattern, word in (
        (r"\d{4}-\d\d-\d\dT[\d:]{8}Z", "TIME"),
        (r"gsd-run \d[\d.]*\d", "gsd-run VERSION"),
        (r"v1:sha256:[0-9a-f]{64}", "DIGEST"),
        (r"[0-9a-f]{64}", "SEAL"),
    ):
        text = re.sub(pattern, word, text)
    assert text == PASSED
    assert phase.git("status", "--porcelain") == f"?? {REPORT}\n"
    # what stands there is the output of --stdout, too
    printed = phase.gsd_run("check", "2", "--verification", "--stdout")
    assert printed.status == 0
    assert printed.stdout.startswith('---\nphase: "02-sums"\nverified: ')
    assert 're_verification:\n  previous_status: "passed"\n' in printed.stdout


def test_what_does_not_hold_is_a_gap(phase: Sandbox) -> None:
    phase.write("one.txt", "eno\n")
    phase.git("rm", "-q", f"{FOLDER}/02-02-SUMMARY.md")
    phase.write(f"{FOLDER}/02-03-PLAN.md", PLAN.format(number="03", name="six").replace(
        "plan:", "status: superseded\nplan:"
    ))  # fmt: skip
    assert told(phase, 1) == (
        f"{REPORT}: gaps_found (0/4 must-haves verified; 4 gaps, 0 for a person to look at); "
        "not committed"
    )
    gaps = front(phase)["gaps"]
    assert gaps[0] == {
        "truth": "Plan 02-02 is carried out",
        "status": "failed",
        "reason": "it has no summary",
        "artifacts": [{"path": "two.txt", "issue": "its plan is not complete"}],
        "missing": [f"carry {FOLDER}/02-02-PLAN.md out: `gsd-run 02-02`"],
    }
    assert [gap["truth"] for gap in gaps] == [
        "Plan 02-02 is carried out",
        "`grep -c one one.txt` outputs 1",
        "one.txt",
        "02-01 verify.1: grep -n one one.txt",
    ]
    assert gaps[2]["reason"] == "does not contain 'one'"
    assert gaps[2]["artifacts"] == [{"path": "one.txt", "issue": "does not contain 'one'"}]
    text = phase.read(REPORT)
    assert "| SUM-01 | 02-01 | One \\| two | ✗ BLOCKED | gaps in 02-01 |" in text
    assert "| 02-02 | it has no summary | - | - | - |" in text
    assert "six" not in text


def test_what_no_check_decides_is_for_a_person(phase: Sandbox) -> None:
    change(phase, ".planning/ROADMAP.md", "SUM-01, SUM-02", "SUM-01, SUM-09")
    change(phase, ".planning/ROADMAP.md", "     outputs 1.\n", "     outputs 1.\n  3. It is fast\n")
    plan = f"{FOLDER}/02-01-PLAN.md"
    change(
        phase, plan, "  artifacts:\n",
        '    - "Sums feel right"\n  prohibitions:\n    - statement: "MUST NOT lie"\n'
        "      verification: judgment\n  artifacts:\n",
    )  # fmt: skip
    change(
        phase, plan, "</verify>",
        "<human-check><test>Look</test><expected>Blue</expected><why_human>Colour</why_human>"
        "</human-check></verify><done>It is pretty</done>",
    )  # fmt: skip
    assert told(phase, 0).startswith(f"{REPORT}: human_needed (4/7 must-haves verified; 0 gaps, 6 ")
    assert told(phase, 10, "--strict").startswith(f"{REPORT}: human_needed (4/7 ")
    items = front(phase)["human_verification"]
    assert [one["test"] for one in items] == [
        "Look whether this holds (ROADMAP criterion 3): It is fast",
        "Look whether this holds (02-01 truth.2): Sums feel right",
        "Look whether this holds (02-01 prohibition.1): MUST NOT lie",
        "02-01, task 1: Look",
        f"Look through what {plan} states and no check decides: done.1 (line 26)",
        "Look whether SUM-09 is met.",
    ]
    assert items[3] == {
        "test": "02-01, task 1: Look",
        "expected": "Blue",
        "why_human": "Colour",
    }
    assert "| 3 | It is fast | ? UNCERTAIN | ROADMAP criterion 3: no truth of a plan says " in (
        phase.read(REPORT)
    )


def test_a_later_report_tells_what_was_closed_and_what_fell_back(phase: Sandbox) -> None:
    phase.write("one.txt", "eno\n")
    told(phase, 1)
    phase.write("one.txt", "one\n")
    phase.write("two.txt", "owt\n")
    told(phase, 1)
    found = front(phase)["re_verification"]
    assert found == {
        "previous_status": "gaps_found",
        "previous_score": "2/4 must-haves verified",
        "gaps_closed": [
            "`grep -c one one.txt` outputs 1", "one.txt", "02-01 verify.1: grep -n one one.txt",
        ],
        "gaps_remaining": [],
        "regressions": ["grep -c two two.txt outputs 1."],
    }  # fmt: skip


def test_an_override_of_a_person_holds_and_a_gap_in_other_words_is_not_closed(
    phase: Sandbox,
) -> None:
    phase.write(
        REPORT,
        "---\nstatus: gaps_found\nscore: 1/4\noverrides:\n"
        "  - must_have: grep -c two two.txt outputs 1\n    reason: three is as good\n"
        '    accepted_by: Pat\n    accepted_at: "2026-01-02"\n'
        "  - must_have: one.txt\n    reason: nobody signed this\n"
        "gaps:\n  - truth: Two is missing its greeting\n    status: failed\n---\n# By hand\n",
    )
    phase.write("two.txt", "owt\n")
    phase.commit("a verifier's report")
    assert told(phase, 1).startswith(f"{REPORT}: gaps_found (3/4 must-haves verified; 2 gaps, 1 ")
    found = front(phase)
    assert found["overrides_applied"] == 1
    assert [one["must_have"] for one in found["overrides"]] == ["grep -c two two.txt outputs 1"]
    assert found["re_verification"]["gaps_remaining"] == ["Two is missing its greeting"]
    assert found["human_verification"][0]["expected"] == "Two is missing its greeting"
    assert (
        "| 2 | grep -c two two.txt outputs 1. | PASSED (override) | ROADMAP criterion 2 = 02-02 "
        "truth.1: Override: three is as good — accepted by Pat on 2026-01-02 (measured: "
    ) in phase.read(REPORT)


def test_what_an_earlier_report_left_open_stays_until_somebody_settles_it(phase: Sandbox) -> None:
    phase.write(
        REPORT,
        "---\nstatus: gaps_found\ngaps:\n  - truth: Missing thing\n    status: failed\n"
        "human_verification:\n  - test: Look at the colour\n---\n# By hand\n",
    )
    phase.commit("a verifier's report")
    for _ in range(3):  # each of our own reports hands it on
        assert told(phase, 0).startswith(
            f"{REPORT}: human_needed (4/4 must-haves verified; 0 gaps, 2 for"
        )
    assert front(phase)["re_verification"]["gaps_remaining"] == ["Missing thing"]
    assert front(phase)["re_verification"]["human_remaining"] == ["Look at the colour"]
    assert [one["test"] for one in front(phase)["human_verification"]] == [
        "Look whether this gap of the earlier report is closed: Missing thing",
        "Look at the colour",
    ]
    accepted = "    reason: seen\n    accepted_by: Pat\n    accepted_at: today\n"
    change(
        phase, REPORT, "re_verification:\n",
        f"overrides:\n  - must_have: Missing thing\n{accepted}"
        f"  - must_have: Look at the colour\n{accepted}re_verification:\n",
    )  # fmt: skip
    assert told(phase, 0, "--force").startswith(f"{REPORT}: passed (4/4 must-haves verified; 0 g")


def test_a_summary_that_does_not_call_its_plan_done_is_for_a_person(phase: Sandbox) -> None:
    phase.write(f"{FOLDER}/02-02-SUMMARY.md", "---\nstatus: partial\n---\n# Half\n")
    assert told(phase, 0).startswith(f"{REPORT}: human_needed (4/4 must-haves verified; 0 gaps, 1 ")
    assert front(phase)["human_verification"][0]["why_human"] == (
        "its summary says status: partial"
    )


def test_a_roadmap_without_the_phase_is_for_a_person(phase: Sandbox) -> None:
    change(phase, ".planning/ROADMAP.md", "### Phase 2: Sums", "**Phase 2: Sums**")
    assert told(phase, 0).startswith(f"{REPORT}: human_needed (4/4 must-haves verified; 0 gaps, 1 ")


def test_another_ones_report_is_not_written_over(phase: Sandbox) -> None:
    foreign = "---\nstatus: human_needed\n---\n# By hand\n"
    phase.write(REPORT, foreign)
    refused = phase.gsd_run("check", "2", "--verification")
    assert (refused.status, refused.stdout) == (3, "")
    assert refused.stderr == (
        f"{REPORT} (human_needed) is not gsd-run's, and is not committed; `--stdout` prints the "
        "report instead, and --force writes over that file (its gaps and overrides are read "
        "before)\n"
    )
    assert phase.gsd_run("check", "2", "--verification", "--stdout", "-q").status == 0
    assert phase.read(REPORT) == foreign
    told(phase, 0, "--force")
    change(phase, REPORT, "status: human_needed", "status: gaps_found")
    phase.commit("changed by hand")
    edited = phase.gsd_run("check", "2", "--verification")
    assert edited.status == 3
    assert edited.stderr.startswith(f"{REPORT} (gaps_found) was changed since gsd-run wrote it; ")


def test_a_report_is_not_written_out_of_the_project(phase: Sandbox) -> None:
    (phase.root / REPORT).symlink_to(phase.root.parent / "elsewhere.md")
    refused = phase.gsd_run("check", "2", "--verification", "-q")
    assert refused.status == 3
    assert refused.stderr == (
        f"{REPORT} can't be written: leads out of the project; mend that, or use --stdout\n"
    )
    assert not (phase.root.parent / "elsewhere.md").exists()


def test_a_phase_without_anything_to_judge_has_not_passed(sandbox: Sandbox) -> None:
    sandbox.write(
        ".planning/phases/04-talk/04-01-PLAN.md",
        "---\nphase: 04-talk\nplan: 1\n---\n<tasks><task><name>Talk</name><action>Talk</action></task></tasks>\n",
    )
    sandbox.write(".planning/phases/04-talk/04-01-SUMMARY.md", "# Done\n")
    sandbox.commit()
    done = sandbox.gsd_run("check", "4", "--verification", "--stdout", "-q", "--strict")
    assert done.status == 10, done.text
    assert "status: human_needed\nscore: 0/0 must-haves verified\n" in done.stdout
    assert '  - test: "Look whether the phase reached its goal: 04-talk"\n' in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("2", "--stdout"), "--stdout goes with --verification\n"),
        (("2", "--force"), "--force goes with --verification\n"),
        (
            ("2", "--verification", "--format", "json"),
            "--verification has GSD's format; leave --format out\n",
        ),
        (
            ("2", "--verification", "--summary"),
            "--verification judges plans; --summary is for a check without it\n",
        ),
        (
            ("02-01", "--verification"),
            "02-01 is a plan, and --verification is of a whole phase; give 02-sums\n",
        ),
        (
            ("7", "--verification"),
            f"no phase '7' with a plan; the closest are:\n  {FOLDER}\n",
        ),
    ],
)
def test_words_that_do_not_fit_are_refused(
    phase: Sandbox, words: tuple[str, ...], said: str
) -> None:
    refused = phase.gsd_run("check", *words)
    assert (refused.status, refused.stdout, refused.stderr) == (2, "", said)
    assert not Path(phase.root / REPORT).exists()
