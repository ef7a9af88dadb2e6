"""What of a completed plan goes into the planning files."""

from msgspec import Struct


class Completion(Struct, frozen=True, kw_only=True):
    """A plan that was completed.

    `phase` and `plan` are its numbers as its file has them (`02`, `01`), `plan_file` the name of
    the file. `duration` is that of the summary, `files` how many were created or modified. `now`
    is a time in UTC as GSD writes it, `today` the local date; `head` the commit that the project
    stands on, "" where that can't be said.
    """

    phase: str
    plan: str
    plan_file: str
    duration: str
    tasks: int
    files: int
    decisions: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    now: str
    today: str
    head: str
