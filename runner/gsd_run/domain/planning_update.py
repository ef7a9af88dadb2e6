"""The event of planning files that tell of a complete plan: STATE.md and its like."""

from msgspec import Struct


class PlanningFile(Struct, frozen=True, kw_only=True):
    """One of GSD's planning files: the hashes of what it was and of what it becomes.

    Both texts are stored like outputs. `commit` tells whether it goes into the docs commit.
    """

    path: str
    before: str
    after: str
    commit: bool


class PlanningUpdated(Struct, frozen=True, kw_only=True, tag="planning_updated"):
    """STATE.md and its like are about to tell that the plan is complete.

    `notes` say what of them is left alone, and why.
    """

    files: tuple[PlanningFile, ...]
    notes: tuple[str, ...] = ()
