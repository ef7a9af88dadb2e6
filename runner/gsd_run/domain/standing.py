"""How far plans are, in few words: what `status` shows, and what it is derived from.

These values are named tuples, not structs: msgspec takes longer to import than all of `status`.
"""

from typing import Literal, NamedTuple

PlanStands = Literal[
    "complete",
    "running",  # a program works on it now
    "stopped",  # its run stands, and `resume` goes on
    "waits for you",  # a checkpoint, or work by hand
    "ready",
    "waits",  # for other plans
    "halted",  # its summary says so
    "superseded",
    "half taken back",
    "unreadable",
]
Signature = tuple[int, int, int]  # size, time of change in ns, inode


class Asks(NamedTuple):
    """A checkpoint that waits for an answer; `options` are the ids of a decision."""

    task: int
    title: str
    kind: str
    options: tuple[str, ...] = ()


class RunFacts(NamedTuple):
    """What `status` needs of a run.

    `branch` is "" on a detached HEAD. `tasks` are (number, title, outcome, commit), the last two
    "" until there is one. `task` is the one that has begun and is not committed, 0 if none;
    `doing` says what was begun last. `stopped` is the first line of the reason, "" if the run did
    not stop by itself. `verdicts` are counts of PROVEN, REFUTED and UNPROVEN: of the end, else of
    the tasks so far. `stands` says that the run stopped and nothing has happened since.
    """

    run: str
    plan: str
    path: str
    branch: str
    started: str
    last: str
    tasks: tuple[tuple[int, str, str, str], ...] = ()
    task: int = 0
    attempt: int = 0
    doing: str = ""
    stopped: str = ""
    exit_code: int = 0
    stopped_task: int = 0
    asks: Asks | None = None
    verdicts: tuple[int, int, int] = (0, 0, 0)
    completed: bool = False
    undoing: bool = False
    undone: bool = False
    stands_on: bool = False
    stands: bool = False

    @property
    def committed(self) -> int:
        """Return how many tasks are committed."""
        return sum(bool(commit) for _, _, _, commit in self.tasks)

    @property
    def is_over(self) -> bool:
        """Tell whether nothing is left to go on with."""
        return not self.undoing and (self.completed or self.undone)


class PlanFacts(NamedTuple):
    """What `status` needs of a plan's file.

    `key` is the same for ids that mean the same. `summaries` are the paths of the files beside it
    that are its summary, `depends_on` the entries as they stand there.
    """

    id: str
    key: str
    path: str
    phase: str
    folder: str
    archived: bool
    title: str
    summaries: tuple[str, ...]
    tasks: int = 0
    wave: int | None = None
    superseded: bool = False
    unreadable: bool = False
    depends_on: tuple[str, ...] = ()


class Unmet(NamedTuple):
    """A plan that another one waits for; `path` is "" where there is no such plan."""

    name: str
    path: str = ""


class Standing(NamedTuple):
    """Where a plan stands, why, and what to type next ("" if nothing).

    `name` is what means this plan and no other: its id, or its path where another has the id, too.
    """

    plan: PlanFacts
    name: str
    state: PlanStands
    why: str = ""
    next: str = ""
    waits_for: tuple[Unmet, ...] = ()
    run: RunFacts | None = None


class Holder(NamedTuple):
    """The program that works in the repository now."""

    process: int
    host: str
    since: str


class Trouble(NamedTuple):
    """A journal that can't be read; `plan` is the path of the plan, "" where that is not known."""

    plan: str
    told: str


class Overview(NamedTuple):
    """All plans of a project, in the order of their numbers, and what can't be told.

    `runs` are the ids of all runs, oldest first, with the paths of their plans.
    """

    plans: tuple[Standing, ...]
    holder: Holder | None = None
    troubles: tuple[Trouble, ...] = ()
    runs: tuple[tuple[str, str], ...] = ()
