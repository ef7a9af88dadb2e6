"""What is known of a whole phase: what its plans and the roadmap ask, and what of it holds."""

from typing import Literal

from msgspec import Struct

from gsd_run.domain.plan import Plan
from gsd_run.domain.report import Report

Status = Literal["passed", "gaps_found", "human_needed"]
ItemState = Literal["VERIFIED", "FAILED", "UNCERTAIN", "OVERRIDDEN"]
ItemKind = Literal["truth", "artifact", "key_link", "prohibition"]


class RoadmapPhase(Struct, frozen=True, kw_only=True):
    """What ROADMAP.md says of a phase; everything is empty where it says nothing.

    `unread` tells what it may say beside that and could not be understood.
    """

    name: str = ""
    goal: str = ""
    criteria: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    unread: str = ""


class Override(Struct, frozen=True, kw_only=True):
    """A must-have that a person accepted as it is, with who, why and when."""

    must_have: str
    reason: str
    accepted_by: str
    accepted_at: str


class Gap(Struct, frozen=True, kw_only=True):
    """What does not hold, as `/gsd:plan-phase --gaps` reads it.

    `artifacts` are pairs of a file and what is wrong with it, `missing` what is to be done.
    """

    truth: str
    reason: str
    status: Literal["failed", "partial"] = "failed"
    artifacts: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()


class HumanItem(Struct, frozen=True, kw_only=True):
    """What a person has to look at: what to do, what should be seen, why no program can."""

    name: str
    test: str
    expected: str
    why_human: str


class EarlierReport(Struct, frozen=True, kw_only=True):
    """A VERIFICATION.md that lies there already.

    `verified` are the truths that it calls verified, `gaps` those it calls open, `human` what it
    left to a person and no run can find anew. `intact` tells that gsd-run wrote it and that nobody
    changed it since.
    """

    path: str
    status: str = ""
    score: str = ""
    gaps: tuple[str, ...] = ()
    verified: tuple[str, ...] = ()
    human: tuple[str, ...] = ()
    overrides: tuple[Override, ...] = ()
    by_gsd_run: bool = False
    intact: bool = False


class JudgedPlan(Struct, frozen=True, kw_only=True):
    """A plan of the phase and what was found; `report` is None where it was not carried out.

    `standing` is "" for a plan with a summary, else why it is not complete; `status` is what that
    summary says of itself.
    """

    plan: Plan
    report: Report | None = None
    standing: str = ""
    status: str = ""


class Item(Struct, frozen=True, kw_only=True):
    """One must-have of the phase. `source` is its place: a plan's claim, or the roadmap."""

    kind: ItemKind
    text: str
    source: str
    state: ItemState
    evidence: str
    subject: tuple[str, ...] = ()  # artifact: path, provides; key link: from, to, via


class Requirement(Struct, frozen=True, kw_only=True):
    """A requirement that the phase or its plans name, and what of that was judged."""

    id: str
    plans: tuple[str, ...]
    text: str
    status: str
    evidence: str


class Verification(Struct, frozen=True, kw_only=True):
    """All that a VERIFICATION.md tells.

    `closed`, `remaining` and `regressed` compare with the `earlier` report, `left` is what that
    left to a person; `covered` are the files that the verdicts rest on, `digest` GSD's fingerprint
    of their content.
    """

    phase: str
    number: str
    name: str
    goal: str
    verified_at: str
    status: Status
    items: tuple[Item, ...]
    gaps: tuple[Gap, ...]
    human: tuple[HumanItem, ...]
    requirements: tuple[Requirement, ...]
    plans: tuple[JudgedPlan, ...]
    overrides: tuple[Override, ...]
    covered: tuple[str, ...]
    digest: str
    version: str
    earlier: EarlierReport | None = None
    closed: tuple[str, ...] = ()
    remaining: tuple[str, ...] = ()
    regressed: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def verified(self) -> int:
        """Return how many must-haves hold, or are accepted as they are."""
        return sum(one.state in {"VERIFIED", "OVERRIDDEN"} for one in self.items)

    @property
    def overridden(self) -> int:
        """Return how many must-haves hold only because a person accepted them."""
        return sum(one.state == "OVERRIDDEN" for one in self.items)

    @property
    def score(self) -> str:
        """Return the score as GSD writes it."""
        return f"{self.verified}/{len(self.items)} must-haves verified"
