"""Projects of several shapes with GSD's planning files, each with a plan that was completed."""

from dataclasses import dataclass
from pathlib import Path

STATE = """\
---
gsd_state_version: "1.0"
status: executing
stopped_at: Phase 2 planned
last_updated: "2026-03-01T08:00:00.000Z"
last_activity: 2026-03-01
progress:
  total_phases: 3
  completed_phases: 1
  total_plans: 3
  completed_plans: 1
  percent: 33
---

# Project State

## Project Reference

See: .planning/PROJECT.md (updated 2026-02-01)

**Core value:** Orders arrive
**Current focus:** Accounts

## Current Position

Phase: 2 of 3 (Accounts)
Plan: 1 of 2 in current phase
Status: Ready to execute
Last activity: 2026-03-01

Progress: [███░░░░░░░] 33%

## Performance Metrics

**Velocity:**

- Total plans completed: 1

*Updated after each plan completion*

## Accumulated Context

### Decisions

Recent decisions affecting current work:

- [Phase 01]: Orders are kept in one table

### Blockers/Concerns

None yet.

## Session Continuity

Last session: 2026-03-01 08:00
Stopped at: Phase 2 planned
Resume file: None
"""

ROADMAP = """\
# Roadmap: Shop

## Overview

From orders to invoices.

## Phases

- [x] **Phase 1: Orders** - Take orders
- [ ] **Phase 2: Accounts** - Know customers
- [ ] **Phase 3: Invoices** - Bill them

## Phase Details

### Phase 1: Orders

**Goal**: Orders are taken
**Plans**: 1 plan

Plans:

- [x] 01-01-PLAN.md — the table

### Phase 2: Accounts

**Goal**: Customers are known
**Depends on**: Phase 1
**Plans**: 2 plans

Plans:

- [ ] 02-01-PLAN.md — sign up
- [ ] 02-02-PLAN.md — sign in

### Phase 3: Invoices

**Goal**: Customers are billed
**Plans**: TBD

## Progress

| Phase | Plans Complete | Status | Completed |
|-------|----------------|--------|-----------|
| 1. Orders | 1/1 | Complete    | 2026-02-20 |
| 2. Accounts | 0/2 | Not started | - |
| 3. Invoices | 0/0 | Not started | - |
"""

REQUIREMENTS = """\
# Requirements: Shop

## v1 Requirements

### Accounts

- [ ] **AUTH-01**: People sign up
- [ ] **AUTH-02**: People sign in
- [ ] **AUTH-03**: People are remembered

## Traceability

| Requirement | Phase | Status |
|-------------|-------|--------|
| AUTH-01 | Phase 2 | Pending |
| AUTH-02 | Phase 2 | Pending |
| AUTH-03 | Phase 2 | Blocked |
"""

SUMMARY = "---\nphase: {phase}\nplan: {plan}\n---\n\n# Summary\n\n**done**\n"


@dataclass(frozen=True)
class Project:
    """A project and the plan that was completed in it.

    `decisions` are those of its summary; `requirements` those of the plan.
    """

    files: dict[str, str]
    plan: str = ".planning/phases/02-accounts/02-01-PLAN.md"
    phase: str = "02"
    number: str = "01"
    decisions: tuple[str, ...] = ("Passwords are hashed: argon2 was there already",)
    requirements: tuple[str, ...] = ("AUTH-01",)
    folder: str = ".planning"
    workstream: str = ""

    def write(self, root: Path) -> None:
        for path, text in self.files.items():
            place = root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text.encode())


def plan(phase: str, number: str, requirements: str = "") -> str:
    stated = f"requirements: [{requirements}]\n" if requirements else ""
    return (
        f"---\nphase: {phase}\nplan: {number}\ntype: execute\nwave: 1\ndepends_on: []\n"
        f"files_modified: []\nautonomous: true\n{stated}must_haves:\n  truths: []\n---\n"
        "<tasks></tasks>\n"
    )


def shop(**changed: str | None) -> dict[str, str]:
    """Return the usual project; files are named by STATE, ROADMAP, REQUIREMENTS."""
    at = ".planning/phases"
    files: dict[str, str | None] = {
        ".planning/PROJECT.md": "# Shop\n",
        ".planning/config.json": "{}\n",
        ".planning/STATE.md": changed.get("STATE", STATE),
        ".planning/ROADMAP.md": changed.get("ROADMAP", ROADMAP),
        ".planning/REQUIREMENTS.md": changed.get("REQUIREMENTS", REQUIREMENTS),
        f"{at}/01-orders/01-01-PLAN.md": plan("01-orders", "01"),
        f"{at}/01-orders/01-01-SUMMARY.md": SUMMARY.format(phase="01-orders", plan="01"),
        f"{at}/01-orders/01-VERIFICATION.md": "---\nstatus: passed\n---\n",
        f"{at}/02-accounts/02-01-PLAN.md": plan("02-accounts", "01", "AUTH-01"),
        f"{at}/02-accounts/02-01-SUMMARY.md": SUMMARY.format(phase="02-accounts", plan="01"),
        f"{at}/02-accounts/02-02-PLAN.md": plan("02-accounts", "02", "AUTH-02"),
    }
    return {path: text for path, text in files.items() if text is not None}


def _without(text: str, start: str, end: str) -> str:
    at = text.index(start)
    return text[:at] + text[text.index(end, at + 1) :]


def _headless() -> str:
    return STATE[STATE.index("# Project State") :]


_V1_STATE = """\
# Project State

## Current Position

**Phase:** 2 of 3 (Accounts)
**Current Plan:** 1
**Total Plans in Phase:** 2
**Status:** In progress
**Last Activity:** 2026-03-01

**Progress:** [███░░░░░░░] 33%

## Decisions Made

| Decision | Why |
|---|---|
| one table | simple |

## Session

**Last Date:** 2026-03-01
**Stopped At:** Phase 2 planned
**Resume File:** None
"""

_MILESTONES = """\
# Roadmap: Shop

## Milestones

- ✅ **v1.0 MVP** - Phases 1-1 (shipped 2026-02-20)
- 🚧 **v1.1 Customers** - Phases 2-3 (in progress)

## Phases

<details>
<summary>✅ v1.0 MVP (Phases 1-1) - SHIPPED 2026-02-20</summary>

### Phase 1: Orders

**Plans**: 1 plan

- [x] 01-01-PLAN.md — the table

</details>

### 🚧 v1.1 Customers (In Progress)

**Milestone Goal:** Customers are known

#### Phase 2: Accounts

**Goal**: Customers are known
**Plans**: 2 plans

Plans:

- [ ] 02-01-PLAN.md — sign up
- [ ] 02-02-PLAN.md — sign in

#### Phase 3: Invoices

**Plans**: TBD

## Progress

| Phase | Milestone | Plans Complete | Status | Completed |
|-------|-----------|----------------|--------|-----------|
| 1. Orders | v1.0 | 1/1 | Complete    | 2026-02-20 |
| 2. Accounts | v1.1 | 0/2 | Not started | - |
| 3. Invoices | v1.1 | 0/0 | Not started | - |
"""


def _moved(files: dict[str, str], old: str, new: str) -> dict[str, str]:
    return {path.replace(old, new): text for path, text in files.items()}


def _last() -> Project:
    files = shop(STATE=STATE.replace("Plan: 1 of 2", "Plan: 2 of 2"))
    files[".planning/phases/02-accounts/02-02-SUMMARY.md"] = SUMMARY
    return Project(
        files, ".planning/phases/02-accounts/02-02-PLAN.md", "02", "02", (), ("AUTH-02",)
    )


def _decimal() -> Project:
    name, folder = "02.1-repair", ".planning/phases/02.1-repair"
    roadmap = ROADMAP.replace(
        "### Phase 3: Invoices",
        "### Phase 2.1: Repair (INSERTED)\n\n**Goal**: Mend\n**Plans**: 1 plan\n\nPlans:\n\n"
        "- [ ] 02.1-01-PLAN.md — mend\n\n### Phase 3: Invoices",
    ).replace("| 3. Inv", "| 2.1. Repair | 0/1 | Not started | - |\n| 3. Inv")
    state = STATE.replace("Phase: 2 of 3 (Accounts)", "Phase: 2.1 of 3 (Repair)").replace(
        "Plan: 1 of 2", "Plan: 1 of 1"
    )
    files = shop(STATE=state, ROADMAP=roadmap)
    files[f"{folder}/02.1-01-PLAN.md"] = plan(name, "01")
    files[f"{folder}/02.1-01-SUMMARY.md"] = SUMMARY
    return Project(files, f"{folder}/02.1-01-PLAN.md", "02.1", "01", (), ())


def _shared() -> Project:
    files = shop()
    files[".planning/phases/02-accounts/02-02-PLAN.md"] = plan("02-accounts", "02", "AUTH-01")
    files[".planning/phases/02-accounts/02-01-PLAN.md"] = plan(
        "02-accounts", "01", "AUTH-01, AUTH-02, AUTH-03, NONE-1"
    )
    wanted = ("AUTH-01", "AUTH-02", "AUTH-03", "NONE-1")
    return Project(files, requirements=wanted)


def _workstream() -> Project:
    files = {
        path.replace(".planning/", ".planning/workstreams/web/") if "config" not in path else path:
        text for path, text in shop().items()
    }  # fmt: skip
    return Project(
        files,
        ".planning/workstreams/web/phases/02-accounts/02-01-PLAN.md",
        folder=".planning/workstreams/web",
        workstream="web",
    )


def _coded() -> Project:
    files = _moved(_moved(shop(), "/01-orders", "/CK-01-orders"), "/02-accounts", "/CK-02-accounts")
    files[".planning/config.json"] = '{"project_code": "CK"}\n'
    return Project(files, ".planning/phases/CK-02-accounts/02-01-PLAN.md")


def _bare() -> Project:
    state = _without(STATE, "## Performance Metrics", "## Session Continuity")
    state = _without(state, "Progress:", "## Session")
    roadmap = ROADMAP[: ROADMAP.index("\n## Progress")]
    needs = REQUIREMENTS[: REQUIREMENTS.index("\n## Traceability")]
    return Project(shop(STATE=state, ROADMAP=roadmap, REQUIREMENTS=needs))


def _later() -> Project:
    table = (
        "*Updated after each plan completion*\n\n**Per-Plan Metrics:**\n\n"
        "| Plan | Duration | Tasks | Files |\n|------|----------|-------|-------|\n"
        "| Phase 01 P01 | 5min | 2 tasks | 3 files |"
    )
    state = STATE.replace("*Updated after each plan completion*", table)
    state = state.replace("Status: Ready to execute", "Status: Waiting for the lawyers")
    state = state.replace("Last activity: 2026-03-01\n", "Last activity: 2026-03-01 — Read law\n")
    return Project(shop(STATE=state), decisions=("One: because", "Two"))


def _placeholders() -> Project:
    state = STATE[STATE.index("# Project State") :]
    state = state.replace("Phase: 2 of 3 (Accounts)", "Phase: [X] of [Y] ([Phase name])")
    state = state.replace("Plan: 1 of 2 in current phase", "Plan: [A] of [B] in current phase")
    state = state.replace("Last activity: 2026-03-01", "Last activity: [YYYY-MM-DD] — [What]")
    return Project(shop(STATE=state))


def _crlf() -> Project:
    return Project({path: text.replace("\n", "\r\n") for path, text in shop().items()})


def _template_rows() -> Project:
    roadmap = ROADMAP.replace("02-01-PLAN.md — sign up", "02-01: sign up")
    return Project(shop(ROADMAP=roadmap.replace("02-02-PLAN.md — sign in", "02-02: sign in")))


def _linked() -> Project:
    """Return a project whose roadmap links to the plans, one by its name and one by its file."""
    one, two = "02-01-PLAN.md", "02-02-PLAN.md"
    at = "phases/02-accounts"
    roadmap = ROADMAP.replace(f"- [ ] {one}", f"* [ ] **[{one}]({at}/{one})**")
    return Project(shop(ROADMAP=roadmap.replace(f"- [ ] {two}", f"* [ ] Plan [02-02]({at}/{two})")))


def _tight() -> Project:
    """Return a project whose files have no blank lines around headings and lists."""
    return Project({path: text.replace("\n\n", "\n") for path, text in shop().items()})


def _by_hand() -> Project:
    """Return a project whose frontmatter a person wrote: comments, quotes, keys of their own."""
    state = STATE.replace('gsd_state_version: "1.0"', "gsd_state_version: '1.0'  # as GSD asks")
    state = state.replace(
        "status: executing", "owner: 'Pat O''Hara'\n# where we are\nstatus: executing # !"
    )
    return Project(shop(STATE=state))


def _elsewhere() -> Project:
    return Project(shop(STATE=STATE.replace("Phase: 2 of 3 (Accounts)", "Phase: 1 of 3 (Orders)")))


def _verified() -> Project:
    """Return a project whose phase was verified before this plan was carried out again."""
    files = _last().files
    files[".planning/phases/02-accounts/02-VERIFICATION.md"] = "---\nstatus: passed\n---\n"
    files[".planning/ROADMAP.md"] = ROADMAP.replace(
        "| 2. Accounts | 0/2 | Not started | - |",
        "| 2. Accounts | 1/2 | Complete    | 2026-02-25 |",
    )
    return Project(files, ".planning/phases/02-accounts/02-02-PLAN.md", "02", "02", (), ())


# By shape; what GSD's tools write for each is the same, but for what the tests name.
PROJECTS: dict[str, Project] = {
    "usual": Project(shop()),
    "last plan": _last(),
    "no frontmatter": Project(shop(STATE=_headless())),
    "as v1 wrote": Project(shop(STATE=_V1_STATE, ROADMAP=ROADMAP.replace("**Plans**:", "**Plans:**"))),
    "without state": Project(shop(STATE=None)),
    "without roadmap": Project(shop(ROADMAP=None)),
    "without requirements": Project(shop(REQUIREMENTS=None)),
    "milestones": Project(shop(
        ROADMAP=_MILESTONES,
        STATE=STATE.replace("status: executing", "milestone: v1.1\nmilestone_name: Customers\nstatus: executing"),
    )),
    "milestones unnamed": Project(shop(ROADMAP=_MILESTONES)),
    "decimal": _decimal(),
    "shared requirements": _shared(),
    "workstream": _workstream(),
    "project code": _coded(),
    "bare": _bare(),
    "later": _later(),
    "placeholders": _placeholders(),
    "unlisted": Project(shop(ROADMAP=_without(ROADMAP, "- [ ] 02-01-PLAN", "### Phase 3"))),
    "crlf": _crlf(),
    "template rows": _template_rows(),
    "links": _linked(),
    "tight": _tight(),
    "by hand": _by_hand(),
    "elsewhere": _elsewhere(),
    "verified": _verified(),
}  # fmt: skip
