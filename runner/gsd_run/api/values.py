"""What other programs hand in and get back."""

import os
from typing import Literal

from msgspec import Struct

from gsd_run.domain.report import ClaimRow, Report
from gsd_run.reading.confining import Use
from gsd_run.reporting.ci.places import CodePlace

Name = str | os.PathLike[str]  # of a plan: its id or path; of a project: a folder of it
Outcome = Literal["finished", "failed", "waits", "interrupted"]
OUTCOMES: dict[int, Outcome] = {0: "finished", 1: "failed", 10: "waits", 130: "interrupted"}


class Options(Struct, frozen=True, kw_only=True):
    """How a plan is to be carried out or judged; the options of `gsd-run run`, by their names.

    `timeout` is in seconds, for one script of checks. `strict` lets unproven claims wait for a
    person. `check` heeds `timeout`, `sandbox` and `strict` only.
    """

    executor: Literal["steps", "literal", "agent", "hand"] | None = None
    agent: str | None = None
    baseline: bool = True
    strict: bool = False
    fresh: bool = False
    redo: bool = False
    allow_dirty: bool = False
    allow_amendments: bool = False
    yes: bool = False
    branch: str | None = None
    task: int | None = None
    until: int | None = None
    timeout: float | None = None
    sandbox: Use | None = None


class Answer(Struct, frozen=True, kw_only=True):
    """An answer to a checkpoint: `choice` is an option's id, `reason` why it is rejected.

    `by` is who answers, and goes into the journal; without it, the author of git's settings.
    """

    kind: Literal["approve", "choose", "reject"]
    choice: str = ""
    reason: str = ""
    by: str = ""


class Result(Struct, frozen=True, kw_only=True):
    """What came of a plan that was judged or carried out, as far as it went.

    `exit` is what `gsd-run` would end with, `outcome` the word for it. `told` says why it
    stopped or waits, and `question` what a checkpoint asks, both "" where there is nothing to
    say. `report` has every claim with its verdict, those not judged as UNPROVEN; it is None only
    where there is no run: the plan has a summary that somebody else wrote. `places` are where
    refuted claims show in the code, by the claim's id. `commits` are the run's own, oldest
    first, and `summary` the path of the SUMMARY.md it wrote. Paths are relative to the project.
    """

    plan: str
    path: str
    exit: int
    outcome: Outcome
    told: str = ""
    question: str = ""
    report: Report | None = None
    places: dict[str, tuple[CodePlace, ...]] = {}
    commits: tuple[str, ...] = ()
    summary: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Tell whether it came to its end, something was judged, and nothing is refuted."""
        return self.exit == 0 and self.report is not None

    @property
    def claims(self) -> tuple[ClaimRow, ...]:
        """Return the claims with their verdicts, none where there is no report."""
        return self.report.claims if self.report else ()

    @property
    def proven(self) -> tuple[ClaimRow, ...]:
        """Return the claims that hold; `note` says which of them say nothing about the work."""
        return self._of("PROVEN")

    @property
    def refuted(self) -> tuple[ClaimRow, ...]:
        """Return the claims that do not hold."""
        return self._of("REFUTED")

    @property
    def unproven(self) -> tuple[ClaimRow, ...]:
        """Return the claims of which nothing is known."""
        return self._of("UNPROVEN")

    def _of(self, state: str) -> tuple[ClaimRow, ...]:
        return tuple(row for row in self.claims if row.state == state)
