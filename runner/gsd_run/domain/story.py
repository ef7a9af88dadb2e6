"""The story of a run: its events, and what was run in it, numbered from 1."""

from typing import Literal

from msgspec import Struct

from gsd_run.domain.event import Record
from gsd_run.domain.measurement import TestRun

STARTED = "started"  # what is known of a command that was put into the background


class Ran(Struct, frozen=True, kw_only=True):
    """A command that was run to judge, or a call of an agent, by its number in the run.

    `event` is the number of the event that tells of it, and `part` its place there. `task` is the
    one that it was run for, None for all. `status` is an exit status, STARTED, or of an agent's
    call the word for how it ended. `stored` is the hash of what holds its output.
    """

    number: int
    kind: Literal["command", "agent"]
    event: int
    part: int
    text: str
    status: str
    seconds: float
    stored: str
    task: int | None = None
    tests: tuple[TestRun, ...] = ()


class Story(Struct, frozen=True, kw_only=True):
    """A run as it was recorded. `whole` tells whether outputs can be had beyond their excerpts.

    `source` is the file of the record, `names` what the tasks are called.
    """

    run: str
    plan: str
    source: str
    whole: bool
    names: dict[int, str]
    records: tuple[Record, ...]
    ran: tuple[Ran, ...]


class Printed(Struct, frozen=True, kw_only=True):
    """What a command or an agent wrote. `excerpt` says that the middle may be missing."""

    stdout: str
    stderr: str
    excerpt: bool
