"""The events of a run: what the journal holds, one a line. All state is a fold over them."""

from typing import Literal

from msgspec import Struct

from gsd_run.domain.agent import AgentCalled, AgentEnded, AmendmentProposed
from gsd_run.domain.change import Applied, Undecided
from gsd_run.domain.claim import Claim, Verdict
from gsd_run.domain.measurement import Measurement
from gsd_run.domain.plan import Plan
from gsd_run.domain.planning_update import PlanningUpdated
from gsd_run.domain.run_file import RunFile
from gsd_run.domain.undo import Restored, Undone, UndoPlanned

FORMAT = 1  # of the journal; raised when an event changes its meaning

# "red" is the tree with a task's new tests and without what is to make them pass.
Moment = Literal["base", "before", "red", "task", "end"]
TaskOutcome = Literal["PASSED", "UNPROVEN", "ANSWERED", "FAILED"]

# Who answers a checkpoint that nobody looks at.
YES = "--yes"
AUTO_ADVANCE = "the setting workflow.auto_advance"


class Deviation(Struct, frozen=True, kw_only=True):
    """One difference between the plan's text and what was done, with its reason.

    `kind` is adaptation, amendment, proof, file, change, figure, mend or dirty; `where` a claim
    id, a task ("task 2") or a file.
    """

    kind: str
    where: str
    what: str
    reason: str


class PlanRead(Struct, frozen=True, kw_only=True, tag="plan_read"):
    """The plan and run file as the run goes by them from here on."""

    plan: Plan
    claims: tuple[Claim, ...]
    run_file: RunFile | None = None
    deviations: tuple[Deviation, ...] = ()


class RunStarted(Struct, frozen=True, kw_only=True, tag="run_started"):
    """A run begins at a commit; `environment` names the versions it runs with.

    `untracked` and `dirty` are the files that were so when it began; `summary` is the path that
    the summary will have. `executor` and `agent` are what the user told the run to work by, ""
    where that was left to the run file and the settings. `orchestrated` tells that GSD's flow
    handed the plan over, which writes some of the planning files by itself.
    """

    format: int
    run: str
    read: PlanRead
    summary: str
    base: str
    base_tree: str
    branch: str
    untracked: tuple[str, ...] = ()
    dirty: tuple[str, ...] = ()
    baseline: bool = True
    environment: dict[str, str] = {}
    executor: str = ""
    agent: str = ""
    orchestrated: bool = False


class Measured(Struct, frozen=True, kw_only=True, tag="measured"):
    """A script was run at a tree. Outputs are excerpts; `stored` is the hash of the whole.

    `without` are files that were taken away for it: its figures say nothing of the work.
    """

    tree: str
    measurement: Measurement
    stored: str
    without: tuple[str, ...] = ()


class Judged(Struct, frozen=True, kw_only=True, tag="judged"):
    """A claim was judged; `task` is the task at whose begin or end it was."""

    moment: Moment
    tree: str
    verdict: Verdict
    task: int | None = None


class BaselineDone(Struct, frozen=True, kw_only=True, tag="baseline_done"):
    """All claims were judged at the base commit."""

    seconds: float


class AttemptStarted(Struct, frozen=True, kw_only=True, tag="attempt_started"):
    """An attempt at a task begins on a tree. `untracked` are the untracked files there are.

    An agent's next attempt goes on with what its last one left: `tree` stays that on which the
    task began, and `left` is what it goes on with. At a checkpoint the executor is "person".
    """

    task: int
    attempt: int
    executor: str
    tree: str
    untracked: tuple[str, ...] = ()
    left: str = ""


class FileState(Struct, frozen=True, kw_only=True):
    """A file before and after a step, as git blob ids; None where it does not exist."""

    path: str
    before: str | None
    after: str | None


class StepPlanned(Struct, frozen=True, kw_only=True, tag="step_planned"):
    """What a step is about to write; afterwards a file is in one of its two states."""

    task: int
    attempt: int
    step: int
    kind: str
    files: tuple[FileState, ...]
    applied: tuple[Applied, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    deviations: tuple[str, ...] = ()


class Answered(Struct, frozen=True, kw_only=True, tag="answered"):
    """A checkpoint was answered, by a person unless an option or a setting lets it through.

    `by` is the person; where nobody looked, "--yes" or the setting that approves. `choice` is the
    id of the chosen option, `reason` what a rejection says.
    """

    task: int
    answer: Literal["approve", "choose", "reject"]
    by: str
    choice: str = ""
    reason: str = ""

    @property
    def unseen(self) -> bool:
        """Tell whether an option or a setting gave the answer, and nobody looked."""
        return self.by in {YES, AUTO_ADVANCE}


class Changed(Struct, frozen=True, kw_only=True, tag="changed"):
    """The change is made; git says which files it touched. `beyond_plan` the plan does not name.

    `unseen` are files that it wrote and git ignores: `tree` says nothing of them.
    """

    task: int
    attempt: int
    tree: str
    added: tuple[str, ...] = ()
    modified: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    beyond_plan: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    deviations: tuple[Deviation, ...] = ()


class TaskEnded(Struct, frozen=True, kw_only=True, tag="task_ended"):
    """An attempt was judged; `tree` is the one that was, `untracked` what lay beside it."""

    task: int
    attempt: int
    outcome: TaskOutcome
    reason: str
    tree: str
    seconds: float
    untracked: tuple[str, ...] = ()


class Committed(Struct, frozen=True, kw_only=True, tag="committed"):
    """A commit of the run: a task's, its tests before that ("red"), a later mend, or the docs.

    `patch` is git's stable patch id and `blobs` the content of each file, "" for a deleted one: by
    them the work is known again after a rebase or a squash.
    """

    part: Literal["task", "red", "mend", "docs"]
    commit: str
    tree: str
    files: tuple[str, ...]
    subject: str
    task: int | None = None
    patch: str = ""
    blobs: dict[str, str] = {}


class Kept(Struct, frozen=True, kw_only=True, tag="kept"):
    """A state of the tree was kept aside under a ref before it was put back."""

    ref: str
    reason: str


class SetAside(Struct, frozen=True, kw_only=True, tag="set_aside"):
    """Files are about to be brought into another state for a measurement, until PutBack.

    `tree` holds them as they are, `instead` as they will be for the time; `ref` keeps `tree`.
    """

    tree: str
    instead: str
    ref: str
    paths: tuple[str, ...]
    reason: str


class PutBack(Struct, frozen=True, kw_only=True, tag="put_back"):
    """The files that were set aside are as they were."""

    tree: str


class Stopped(Struct, frozen=True, kw_only=True, tag="stopped"):
    """The run stands; running again goes on. `exit_code` is what the program ended with.

    `untracked` are the untracked files at that moment: what comes later is a person's.
    """

    reason: str
    exit_code: int
    task: int | None = None
    untracked: tuple[str, ...] = ()


class Template(Struct, frozen=True, kw_only=True):
    """A project's own template of a text, as it was; `path` is relative to the root."""

    path: str
    text: str


class Ended(Struct, frozen=True, kw_only=True, tag="ended"):
    """All claims were judged on the final tree; from here on the summary can be written.

    `replayed` says, where the run file's steps were recorded from a run, how this tree compares
    with the one of that run: "same", or the files that differ; "" without a recording. `template`
    is the project's own template of the summary, None where it has none.
    """

    tree: str
    seconds: float
    replayed: str = ""
    template: Template | None = None


class Completed(Struct, frozen=True, kw_only=True, tag="completed"):
    """The plan is complete: the summary is written and, where the project wants it, committed."""

    summary: str


class Imported(Struct, frozen=True, kw_only=True, tag="imported"):
    """The run goes on in another clone. `untracked` are the untracked files that were there."""

    environment: dict[str, str]
    untracked: tuple[str, ...] = ()


Event = (
    RunStarted
    | PlanRead
    | Measured
    | Judged
    | BaselineDone
    | AttemptStarted
    | StepPlanned
    | AgentCalled
    | AgentEnded
    | AmendmentProposed
    | Answered
    | Changed
    | TaskEnded
    | Committed
    | Kept
    | SetAside
    | PutBack
    | Stopped
    | Ended
    | PlanningUpdated
    | Completed
    | Restored
    | UndoPlanned
    | Undone
    | Imported
)


class Record(Struct, frozen=True, kw_only=True):
    """A line of the journal: its number, time (UTC, ISO 8601), the hash of the line before."""

    seq: int
    time: str
    prev: str
    event: Event
