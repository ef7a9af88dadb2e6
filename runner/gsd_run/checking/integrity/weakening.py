"""Something that lets tests pass more easily than they did at the base commit."""

from typing import Literal

from msgspec import Struct


class Weakening(Struct, frozen=True, kw_only=True):
    """Something that lets tests pass more easily than at the base.

    `weaker` is a change of what was there; `hollow` a new test that can't fail, or something that
    may make others pass; `uncovered` leaves code out of the measuring of coverage. `test` is the
    test's name, "" where it is the whole file's; `everywhere` tells that it concerns all tests of
    the project, `ends` that the test does not run any more. `declared` is the reason that the run
    file gives for it, if it does.
    """

    path: str
    line: int
    what: str
    kind: Literal["weaker", "hollow", "uncovered"] = "weaker"
    test: str = ""
    everywhere: bool = False
    ends: bool = False
    declared: str = ""

    def __str__(self) -> str:
        """Return it as `file:line: what`."""
        return f"{self.path}:{self.line}: {self.what}"
