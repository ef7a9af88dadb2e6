"""What a run would do, found out without doing it: the value that `--dry-run` shows."""

from typing import Literal

from msgspec import Struct

from gsd_run.domain.change import Applied, Undecided
from gsd_run.domain.event import Deviation
from gsd_run.domain.run_file import StepKind

Executor = Literal["steps", "agent", "model", "literal", "hand", "person"]


class FileDiff(Struct, frozen=True, kw_only=True):
    """What a step would do to one file, as a unified diff with its head lines."""

    path: str
    diff: str


class RehearsedStep(Struct, frozen=True, kw_only=True):
    """A step and what it would do to the tree that the steps before it leave.

    `line` is the step's line in the run file, 0 for a step that the plan itself spells out.
    `command` is what a command step would run: it is not run, and its changes are in no diff.
    `figures` are the names of measured values that the run will put in; the diff shows their
    names in braces. With `failure` set the step would change nothing, and the run would stop.
    """

    number: int
    kind: StepKind
    subject: str
    line: int
    may_touch: tuple[str, ...] = ()
    files: tuple[FileDiff, ...] = ()
    applied: tuple[Applied, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    deviations: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    command: str = ""
    failure: str = ""


class RehearsedScript(Struct, frozen=True, kw_only=True):
    """A script that judging a claim runs, as it is run: amended, adapted, one bash script.

    `line` is the claim's line in the plan. `supplied` marks a proof of the run file.
    """

    claim: str
    line: int
    script: str
    supplied: bool = False


class RehearsedTask(Struct, frozen=True, kw_only=True):
    """A task: who makes its change, its steps, and the scripts that it is then judged by.

    `prompt` is what an agent would be told; `files` are those that the plan names.
    """

    number: int
    name: str
    line: int
    executor: Executor
    files: tuple[str, ...] = ()
    steps: tuple[RehearsedStep, ...] = ()
    scripts: tuple[RehearsedScript, ...] = ()
    prompt: str = ""


class Rehearsal(Struct, frozen=True, kw_only=True):
    """A whole plan rehearsed. `scripts` are those of the claims that belong to no task.

    `plan` and `run_file` are paths relative to the project root, `run_file` "" without one.
    """

    plan: str
    run_file: str
    deviations: tuple[Deviation, ...] = ()
    tasks: tuple[RehearsedTask, ...] = ()
    scripts: tuple[RehearsedScript, ...] = ()

    @property
    def failures(self) -> tuple[str, ...]:
        """Return what would fail, as `run file:line: reason`; () when every step would work."""
        return tuple(
            f"{self.run_file or self.plan}:{step.line or task.line}: {step.failure}"
            for task in self.tasks
            for step in task.steps
            if step.failure
        )
