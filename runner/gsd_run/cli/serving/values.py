"""What the tools give back."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

Counts = Annotated[
    dict[str, int],
    Meta(
        description="Claims by verdict: PROVEN by a check, REFUTED by one, UNPROVEN: no check "
        "decided it, so nobody knows that it holds"
    ),
]
Vacuous = Annotated[
    int,
    Meta(description="How many of the PROVEN held before the work, too, and say nothing about it"),
]
JudgedAt = Annotated[
    str, Meta(description="When the verdicts were given (UTC); what was changed since is not in it")
]
LeftOut = Annotated[int, Meta(description="How many are not listed, because there are too many")]


class Seen(Struct, frozen=True, kw_only=True):
    """What a check did and found."""

    check: str
    found: str


class Refuted(Struct, frozen=True, kw_only=True):
    """A claim that does not hold: `at` is its place in the plan, `places` are those in the code."""

    id: str
    at: str
    text: str
    reason: str
    task: int | None
    evidence: list[Seen]
    places: list[str]


class Unproven(Struct, frozen=True, kw_only=True):
    """A claim that no check decided: not shown to be true, nor to be false."""

    id: str
    at: str
    text: str
    reason: str


class TaskDone(Struct, frozen=True, kw_only=True):
    """A task and how far it came: `outcome` is PASSED, UNPROVEN, ANSWERED, FAILED or empty."""

    number: int
    name: str
    outcome: str
    commit: str


class Outcome(Struct, frozen=True, kw_only=True):
    """What came of a plan: verdicts by their counts, and what to do next."""

    plan: str
    path: str
    outcome: Literal["finished", "failed", "waits", "interrupted"]
    counts: Counts
    next: str
    vacuous: Vacuous = 0
    judged_at: JudgedAt = ""
    told: str = ""
    question: str = ""
    refuted: list[Refuted] = []
    unproven: list[Unproven] = []
    left_out: LeftOut = 0
    tasks: list[TaskDone] = []
    commits: list[str] = []
    summary: str = ""
    warnings: list[str] = []


class Outcomes(Struct, frozen=True, kw_only=True):
    """What came of the plans that were judged, with the counts of all."""

    counts: Counts
    plans: list[Outcome]


class FoundIn(Struct, frozen=True, kw_only=True):
    """Something worth mending in a plan or run file."""

    path: str
    line: int
    column: int
    severity: str
    code: str
    message: str


class Findings(Struct, frozen=True, kw_only=True):
    """What is wrong with plans; `errors` keep a run from beginning, or make it fail."""

    errors: int
    warnings: int
    findings: list[FoundIn]
    left_out: LeftOut = 0


class Shown(Struct, frozen=True, kw_only=True):
    """A plan as a run would take it: `gsd-run schema plan` is the schema of `plan`."""

    plan: dict[str, Any]


class Explained(Struct, frozen=True, kw_only=True):
    """The claims of a plan, each with its checks and the rule that gave them."""

    plan: str
    claims: list[dict[str, Any]]


class Stands(Struct, frozen=True, kw_only=True):
    """Where a plan stands, why, and what goes on with it; `plan` is what the tools call it by."""

    plan: str
    path: str
    title: str
    state: str
    why: str
    next: str
    tasks: int
    committed: int


class Overview(Struct, frozen=True, kw_only=True):
    """Where plans stand, and how many are in each state."""

    states: dict[str, int]
    plans: list[Stands]
    left_out: LeftOut = 0
