"""What is kept of runs over time: of each one row, and rows of what belongs to it."""

import datetime as dt
from typing import Literal

from msgspec import Struct

RunOutcome = Literal["complete", "failed", "waiting", "refused", "interrupted", "open", "undone"]


class PastTask(Struct, frozen=True, kw_only=True):
    """A task as it stands: `outcome` is "" while it has none, `attempts` 0 before the first."""

    task: int
    name: str
    outcome: str
    executor: str
    attempts: int
    seconds: float
    commit_id: str


class PastAttempt(Struct, frozen=True, kw_only=True):
    """One try at a task. Tokens and cost (US dollars) are what the agent reports, else None.

    `outcome` is "" for one that was cut short. One that was taken up again has its newest figures.
    """

    task: int
    attempt: int
    executor: str
    agent: str
    model: str
    outcome: str
    reason: str
    started_at: dt.datetime
    seconds: float | None
    input_tokens: int | None
    output_tokens: int | None
    cost_usd: float | None


class PastClaim(Struct, frozen=True, kw_only=True):
    """A claim with its newest verdict; `before` is the one at the base commit, "" without one."""

    claim: str
    kind: str
    task: int | None
    line: int
    text: str
    verdict: str
    before: str
    vacuous: bool
    reason: str


class PastCommand(Struct, frozen=True, kw_only=True):
    """A command of the plan's checks as it ran, counted from 1 in the order of the run."""

    number: int
    tree: str
    command: str
    exit_status: int
    seconds: float


class PastTests(Struct, frozen=True, kw_only=True):
    """A script that ran tests: counts at the base commit (None if not run there) and at the end."""

    number: int
    command: str
    runner: str
    passed_before: int | None
    total_before: int | None
    passed: int
    failed: int
    skipped: int
    total: int


class PastRun(Struct, frozen=True, kw_only=True):
    """A run as history has it.

    Times are in UTC; `week` is the ISO week of the start (2026-W47), `seconds` is from the start
    to the last event. `events` counts the events that this was made from: of two tellings of a run
    the one with more is the newer. `attempts` counts those of all tasks, `retries` those beyond
    each task's first. `source` is "journal" or "evidence". `tests_…` are those of the largest test
    run.
    """

    project: str
    run: str
    plan: str
    phase: str
    path: str
    outcome: RunOutcome
    reason: str
    started_at: dt.datetime
    week: str
    last_at: dt.datetime
    seconds: float
    tasks: int
    tasks_passed: int
    attempts: int
    retries: int
    proven: int
    refuted: int
    unproven: int
    vacuous: int
    tests_before: int | None
    tests_before_total: int | None
    tests_after: int | None
    tests_after_total: int | None
    input_tokens: int | None
    output_tokens: int | None
    cost_usd: float | None
    executor: str
    agent: str
    model: str
    base_commit: str
    head_commit: str
    branch: str
    events: int
    source: str
    of_tasks: tuple[PastTask, ...] = ()
    of_attempts: tuple[PastAttempt, ...] = ()
    of_claims: tuple[PastClaim, ...] = ()
    of_commands: tuple[PastCommand, ...] = ()
    of_tests: tuple[PastTests, ...] = ()
