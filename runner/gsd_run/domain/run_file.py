"""A run file: what carrying a plan out needs and the plan does not say."""

from typing import Any, Literal

from msgspec import Struct

StepKind = Literal["merge", "replace", "write", "patch", "codemod", "command"]


class Amendment(Struct, frozen=True, kw_only=True):
    """A correction of one claim's text, applied before anything is compiled.

    Each `replace` pair is (text in the plan, text instead); the first must occur exactly once.
    """

    claim: str
    replace: tuple[tuple[str, str], ...]
    reason: str
    line: int


class WeakerTests(Struct, frozen=True, kw_only=True):
    """Tests that the plan means to say less than they did: a file, or `file::test` for one.

    Without it, a test that is made weaker REFUTES the claims that rest on it.
    """

    tests: str
    reason: str
    line: int


class Step(Struct, frozen=True, kw_only=True):
    """One deterministic piece of a change.

    `subject` is the value of the key that names the kind (`codemod: factories` has the subject
    "factories", `merge: {…}` the mapping's content moves to `options` and subject is "");
    `options` holds all other keys of the step.
    """

    kind: StepKind
    subject: str
    line: int
    options: dict[str, Any] = {}


class Proof(Struct, frozen=True, kw_only=True):
    """A check supplied for a claim; it decides those parts of it that no other check decides.

    `subject` names files; where the proof also holds at the base commit, it must fail when they
    are taken away, otherwise it proves nothing.
    """

    claim: str
    command: str
    line: int
    expect: str = ""
    reason: str = ""
    subject: tuple[str, ...] = ()


class Recorded(Struct, frozen=True, kw_only=True):
    """Which run the steps were recorded from: its id, base commit, and the tree it ended with.

    The tree is without the run file itself, which recording writes.
    """

    run: str
    base: str
    tree: str
    line: int


class RunFile(Struct, frozen=True, kw_only=True):
    """A whole run file; `changes` maps a task's number to its steps."""

    path: str
    sha256: str
    amendments: tuple[Amendment, ...] = ()
    weaker: tuple[WeakerTests, ...] = ()
    changes: dict[int, tuple[Step, ...]] = {}
    proofs: tuple[Proof, ...] = ()
    recorded: Recorded | None = None
