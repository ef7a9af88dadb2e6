"""A run as a reader wants it: what every report, of whatever form, is rendered from."""

from typing import Literal

from msgspec import Struct

from gsd_run.domain.claim import Evidence, State
from gsd_run.domain.event import Deviation
from gsd_run.domain.measurement import TestRun


class ClaimRow(Struct, frozen=True, kw_only=True):
    """A claim with its verdict. `note` is "", "vacuous" or "settled earlier".

    `before` is its state at the base commit, "" where it was not judged there.
    """

    id: str
    kind: str
    line: int
    text: str
    state: State
    reason: str
    note: str
    marks: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    task: int | None = None
    before: State | Literal[""] = ""


class TaskRow(Struct, frozen=True, kw_only=True):
    """A task as it ended: what was done by which rule, how often, in which files.

    `by` says in words who made the change or answered, `failures` why earlier attempts failed,
    `red` what showed that the task's tests can fail, `red_commit` the commit of those tests,
    `decision` what a person decided at it; `unseen` tells that an option or a setting approved its
    checkpoint, and nobody looked.
    """

    number: int
    name: str
    outcome: str
    attempts: int
    executor: str
    seconds: float
    commit: str
    added: tuple[str, ...]
    modified: tuple[str, ...]
    deleted: tuple[str, ...]
    fixes: tuple[tuple[str, int, str], ...]
    undecided: tuple[str, ...]
    by: str = ""
    failures: tuple[str, ...] = ()
    red: tuple[str, ...] = ()
    red_commit: str = ""
    decision: str = ""
    unseen: bool = False


class TestsRow(Struct, frozen=True, kw_only=True):
    """A test run of one of the plan's commands, before and after."""

    __test__ = False

    command: str
    before: TestRun | None
    after: TestRun
    fixed: tuple[str, ...]
    broken: tuple[str, ...]


class CoverageRow(Struct, frozen=True, kw_only=True):
    """Coverage of one file in percent, before (None if not measured) and after."""

    path: str
    before: float | None
    after: float


class Report(Struct, frozen=True, kw_only=True):
    """A whole run, ended. Times are UTC in ISO 8601, durations seconds.

    `replayed` says, of steps that were recorded, whether they ended with the recorded tree.
    `requirements`, `depends_on` and `provides` are the plan's words, the last those of artifacts
    that are PROVEN. `tokens` is what all calls of agents used, None where nobody counted.
    `trouble` says why this is not rendered by the project's own template, "" where it is as asked.
    """

    plan: str
    phase: str
    number: str
    scope: str
    name: str
    path: str
    run: str
    started_at: str
    ended_at: str
    seconds: float
    base: str
    branch: str
    environment: dict[str, str]
    gap: str
    tasks: tuple[TaskRow, ...]
    claims: tuple[ClaimRow, ...]
    tests: TestsRow | None  # the largest
    coverage: tuple[CoverageRow, ...]
    deviations: tuple[Deviation, ...]
    mends: tuple[str, ...]
    baseline: bool
    dirty: tuple[str, ...]
    all_tests: tuple[TestsRow, ...] = ()
    replayed: str = ""
    requirements: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    provides: tuple[str, ...] = ()
    tokens: int | None = None
    trouble: str = ""

    def count(self, state: State) -> int:
        """Return how many claims have a verdict."""
        return sum(claim.state == state for claim in self.claims)
