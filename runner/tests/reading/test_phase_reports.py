"""What a phase is verified against: ROADMAP.md's words on it, and the report of before."""

import hashlib
from pathlib import Path

import pytest
from gsd_run.domain.verification import EarlierReport, Override, RoadmapPhase
from gsd_run.reading.covering import covered_files, fingerprint
from gsd_run.reading.plan import read_plan
from gsd_run.reading.roadmap_phase import roadmap_phase
from gsd_run.reading.verification import phase_token, read_earlier, sealed

ROADMAP = """\
# Roadmap

<details>
<summary>v1.0 (shipped)</summary>

### Phase 3: Old
**Goal**: Long ago
</details>

- [ ] **Phase 03: New** - in the list only

```
### Phase 3: An example
```

### Phase 03 (INSERTED): New
**Goal:** Something *new*
**Depends on**: Phase 2
**Requirements:** A-01, AUTH-2 and CK-API-03
**Success Criteria** (what must be TRUE):

  1. The first
     goes on

  2. [ ] The second
**Plans**: 1 plan

### Phase 3.1: Inserted
- **Success Criteria:**
  - Bulleted
"""


NO_SECTION = "ROADMAP.md has no section `### Phase N: name` that is of it"
NO_LIST = "ROADMAP.md gives it success criteria that are no list"


def test_a_phase_is_found_in_the_roadmap_by_its_folder() -> None:
    assert roadmap_phase(ROADMAP, "03-new") == RoadmapPhase(
        name="New",
        goal="Something *new*",
        criteria=("The first goes on", "The second"),
        requirements=("A-01", "AUTH-2", "CK-API-03"),
    )
    assert roadmap_phase(ROADMAP.replace("\n", "\r\n"), "3.1-inserted").criteria == ("Bulleted",)
    assert roadmap_phase(ROADMAP, "04-none") == RoadmapPhase(unread=NO_SECTION)
    assert roadmap_phase("", "03-new") == RoadmapPhase()
    shipped = ROADMAP.replace("### Phase 03 (INSERTED): New", "### Phase 5: New")
    assert roadmap_phase(shipped, "03-old").goal == "Long ago"


@pytest.mark.parametrize(
    ("section", "criteria", "unread"),
    [
        ("### Phase 2: A\n**Success Criteria (what must be TRUE):**\n1. B\n", ("B",), ""),
        ("### Phase 2: A\n#### Success Criteria\n- B\n- [x] C\n", ("B", "C"), ""),
        ("### Phase 2: A\nSuccess criteria:\n\nThis must be true:\n1. B\n", ("B",), ""),
        ("### Phase 2: A\n**Success Criteria**: B holds\n**Plans**: 1\n", ("B holds",), ""),
        (
            "### Phase 2: A\n**Success Criteria**:\n1. B\ngoes on\n\nAnd\n\n2. C\nPlans:\n- [ ] X\n",
            ("B goes on", "C"),
            "",
        ),
        (
            "### Phase 2: A\n**Success Criteria**:\n1. B\n\n**More success criteria**:\n1. C\n",
            ("B", "C"),
            "",
        ),
        ("## Phase 2 - A\n**Success Criteria**:\n1. B\n", ("B",), ""),
        ("## Phase 2 — A\n**Success Criteria**:\n1. B\n", ("B",), ""),
        ("### Phase 2: A\n\n## Details\n### Phase 2\nSuccess criteria:\n1. B\n", ("B",), ""),
        ("### Phase 2: A\n**Success Criteria**:\n\n| # | B |\n|---|---|\n| 1 | C |\n", (), NO_LIST),
        ("### Phase 2: A\nAll success criteria of v1 hold.\n", (), NO_LIST),
        ("**Phase 2: A**\n**Success Criteria**:\n1. B\n", (), NO_SECTION),
        ("### Phase 2.1: A\n**Success Criteria**:\n1. B\n", (), NO_SECTION),
    ],
)  # fmt: skip
def test_no_criterion_of_the_roadmap_is_lost(
    section: str, criteria: tuple[str, ...], unread: str
) -> None:
    found = roadmap_phase(f"# Roadmap\n\n{section}", "02-a")
    assert (found.criteria, found.unread) == (criteria, unread)


@pytest.mark.parametrize(
    ("folder", "token"),
    [
        ("12-tier-1-coverage-push", "12"),
        ("03A-late", "03A"),
        ("04.1-hot-fix", "04.1"),
        ("02-01-in-milestone", "02-01"),
        ("14-2026-photos", "14"),
        ("46-6-rs", "46"),
        ("CK-03-x", "CK-03"),
        ("loose", "loose"),
    ],
)
def test_the_files_of_a_phase_begin_with_its_number(folder: str, token: str) -> None:
    assert phase_token(folder) == token


def test_a_report_of_gsds_verifier_is_understood() -> None:
    report = b"""\
---
phase: 03-new
status: gaps_found
score: 2/5
overrides:
  - must_have: "Old must-have"
    reason: "Not needed"
    accepted_by: "pat"
    accepted_at: "2026-01-01T00:00:00Z"
  - must_have: "Unsigned"
gaps:
  - truth: "It works"
    status: failed
    artifacts:
      - path: a.txt
        issue: empty
  - truth: "It worked"
    status: resolved
---
# Report
status: passed

| # | Truth | Status | Evidence |
|---|---|---|---|
| 1 | It \\| starts | \xe2\x9c\x93 VERIFIED | seen |
| 2 | It works | \xe2\x9c\x97 FAILED | not |
| 3 | It ends | \xe2\x9c\x93 VERIFIED (coincidental-reliance) | seen |
"""
    expected = EarlierReport(
        path="r.md",
        status="gaps_found",
        score="2/5",
        gaps=("It works",),
        verified=("It \\| starts", "It ends"),
        overrides=(
            Override(
                must_have="Old must-have",
                reason="Not needed",
                accepted_by="pat",
                accepted_at="2026-01-01T00:00:00Z",
            ),
        ),
    )
    assert read_earlier(report, "r.md") == expected
    assert read_earlier(report.replace(b"\n", b"\r\n"), "r.md") == expected


@pytest.mark.parametrize(
    "content", [b"", b"---\n", b"\xff\xfe", b"---\n- a\n---\n", b"---\n[\n---\n"]
)
def test_what_is_no_report_leaves_a_person_to_look(content: bytes) -> None:
    human = ("what r.md (no status) leaves open, in words of its own",) if content else ()
    assert read_earlier(content, "r.md") == EarlierReport(path="r.md", human=human)


def test_what_an_earlier_report_leaves_open_is_read_as_gsd_reads_it() -> None:
    report = b"""\
---
status: gaps_found
gaps:
  - issue: No truth here
  - {status: failed}
  - truth: Closed
    resolution: done
human_verification:
  - test: Look
  - test: Seen
    resolution: blue
  - test: Retried
    status: failed
    resolution: again
  - In one line
behavior_unverified_items:
  - truth: It rolls back
---
"""
    found = read_earlier(report, "r.md")
    assert found.gaps == ("No truth here", "failed")
    assert found.human == ("Look", "Retried", "In one line", "It rolls back")


def test_a_report_of_gsd_run_shows_whether_it_was_changed() -> None:
    text = sealed("---\nstatus: passed\nverifier: gsd-run 1.0\n---\n# Report\n")
    found = read_earlier(text.encode(), "r.md")
    assert (found.by_gsd_run, found.intact) == (True, True)
    changed = read_earlier(text.replace("passed", "gaps_found").encode(), "r.md")
    assert (changed.by_gsd_run, changed.intact) == (True, False)
    assert not read_earlier(f"{text}more\n".encode(), "r.md").intact


def test_a_report_covers_what_its_plans_name_within_the_project(tmp_path: Path) -> None:
    root = tmp_path / "project"
    folder = root / ".planning/phases/03-new"
    folder.mkdir(parents=True)
    (root / "a.txt").write_text("a\n")
    (tmp_path / "secret").write_text("s\n")
    (root / "link").symlink_to(tmp_path / "secret")
    for name in ("03-01-PLAN.md", "03-01-SUMMARY.md", "03-01-RUN.yaml", "03-CONTEXT.md"):
        (folder / name).write_text(f"{name}\n")
    plan = read_plan(
        "---\nphase: 03-new\nplan: 1\nfiles_modified: [./a.txt, gone.txt, link, ../secret, "
        "/etc/hostname, .planning/STATE.md]\n---\n<tasks><task><name>A</name><action>B</action>"
        "</task></tasks>\n",
        ".planning/phases/03-new/03-01-PLAN.md",
    )
    covered = covered_files(root, folder, [plan])
    assert covered == (
        ".planning/phases/03-new/03-01-PLAN.md",
        ".planning/phases/03-new/03-01-RUN.yaml",
        ".planning/phases/03-new/03-01-SUMMARY.md",
        "a.txt",
    )
    lines = f"v1\na.txt\n{hashlib.sha256(b'a' + bytes([10])).hexdigest()}\n"
    whole = hashlib.sha256(lines.encode()).hexdigest()
    assert fingerprint(root, ["a.txt"]) == f"v1:sha256:{whole}"
