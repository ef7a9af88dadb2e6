"""Events of ways back: files restored, commits taken back."""

from typing import Literal

from msgspec import Struct


class Restored(Struct, frozen=True, kw_only=True, tag="restored"):
    """Files are about to be brought to their state in a savepoint, as a person asked.

    `savepoint` is the number of the event that names it; what was there before is Kept.
    """

    savepoint: int
    tree: str
    paths: tuple[str, ...]


class UndoPlanned(Struct, frozen=True, kw_only=True, tag="undo_planned"):
    """The commits of the tasks from `from_task` on are about to be taken back, newest first.

    By "reset" the branch goes back to the commit `to`, by "revert" on to it: the last of the
    reverting commits, which exist already. `head` is where it was, kept under `ref`; `whole` says
    that nothing of the run is left then.
    """

    from_task: int
    way: Literal["reset", "revert"]
    commits: tuple[str, ...]
    head: str
    to: str
    ref: str
    whole: bool


class Undone(Struct, frozen=True, kw_only=True, tag="undone"):
    """The commits are taken back; the run stands on `head`, its tasks from `from_task` on undone.

    If `whole`, the run is over: carrying the plan out again is a new run.
    """

    from_task: int
    head: str
    whole: bool
    files: tuple[str, ...] = ()
