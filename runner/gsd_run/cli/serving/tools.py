"""The tools that the server offers: what each is given, gives back and is for."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

PlanName = Annotated[str, Meta(description="A plan's id, as `status` lists it: 12-GAP-01")]
PlanOrPhase = Annotated[str, Meta(description="A plan's id (12-GAP-01), or a phase's number: 12")]
Stopped = Annotated[
    str | None, Meta(description="The plan whose run stopped; needed only if several did")
]
Executor = Annotated[
    Literal["steps", "agent", "literal", "hand"] | None,
    Meta(
        description="Who makes the changes: the run file's steps, the configured coding agent, "
        "what the plan spells out, or `hand`: you edit the files and call `resume`. Without it: "
        "steps where there are some, else the configured agent, else by hand"
    ),
]
TaskNumber = Annotated[
    Annotated[int, Meta(ge=1)] | None, Meta(description="A task's number, counted from 1")
]
Strict = Annotated[bool, Meta(description="Wait for a person where a claim is unproven")]
Fresh = Annotated[bool, Meta(description="Start a new run, leaving one that stopped")]
Redo = Annotated[
    bool, Meta(description="Keep aside what is in the tree, and make the task's change anew")
]
Amendments = Annotated[
    bool, Meta(description="Accept the amendments of checks that a coding agent proposes")
]


class Arguments(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a tool is given."""


class Lint(Arguments, frozen=True, kw_only=True):
    """What `lint` is given."""

    plans: Annotated[
        list[str],
        Meta(description="Ids of plans or numbers of phases; none: all that are still to do"),
    ] = []


class Show(Arguments, frozen=True, kw_only=True):
    """What `show` is given."""

    plan: PlanName


class Explain(Arguments, frozen=True, kw_only=True):
    """What `explain` is given."""

    plan: PlanName
    claim: Annotated[str | None, Meta(description="One claim: verify.2; without it all")] = None


class Check(Arguments, frozen=True, kw_only=True):
    """What `check` is given."""

    plan: PlanOrPhase
    base: Annotated[str, Meta(description="A commit to judge at, too: before and after")] = ""
    strict: Strict = False


class Status(Arguments, frozen=True, kw_only=True):
    """What `status` is given."""

    plan: Annotated[str | None, Meta(description="A plan or phase; without it all plans")] = None


class Report(Arguments, frozen=True, kw_only=True):
    """What `report` is given."""

    plan: PlanName


class Run(Arguments, frozen=True, kw_only=True):
    """What `run` is given."""

    plan: PlanName
    executor: Executor = None
    task: TaskNumber = None
    until: TaskNumber = None
    strict: Strict = False
    fresh: Fresh = False
    allow_amendments: Amendments = False


class Resume(Arguments, frozen=True, kw_only=True):
    """What `resume` is given."""

    plan: Stopped = None
    executor: Executor = None
    strict: Strict = False
    redo: Redo = False
    allow_amendments: Amendments = False


class Answer(Arguments, frozen=True, kw_only=True):
    """What `answer` is given."""

    answer: Annotated[
        Literal["approve", "choose", "reject"],
        Meta(
            description="approve: it is as it should be, or done; choose: an option of a decision"
        ),
    ]
    plan: Stopped = None
    choice: Annotated[str, Meta(description="With choose: the option's id")] = ""
    reason: Annotated[str, Meta(description="With reject: why; the run stops with it")] = ""


class Seen(Struct, frozen=True, kw_only=True):
    """What a check did and found."""

    check: str
    found: str


class Refuted(Struct, frozen=True, kw_only=True):
    """A claim that does not hold: `at` is its place in the plan, `places` are those in the code."""

    id: str
    at: str
    text: str
    reason: str
    task: int | None
    evidence: list[Seen]
    places: list[str]


class Unproven(Struct, frozen=True, kw_only=True):
    """A claim of which nothing is known."""

    id: str
    at: str
    text: str
    reason: str


class TaskDone(Struct, frozen=True, kw_only=True):
    """A task and how far it came: `outcome` is PASSED, UNPROVEN, ANSWERED, FAILED or empty."""

    number: int
    name: str
    outcome: str
    commit: str


class Outcome(Struct, frozen=True, kw_only=True):
    """What came of a plan: verdicts by their counts, and what to do next."""

    plan: str
    path: str
    outcome: Literal["finished", "failed", "waits", "interrupted"]
    counts: dict[str, int]
    next: str
    told: str = ""
    question: str = ""
    refuted: list[Refuted] = []
    unproven: list[Unproven] = []
    tasks: list[TaskDone] = []
    commits: list[str] = []
    summary: str = ""
    warnings: list[str] = []


class Outcomes(Struct, frozen=True, kw_only=True):
    """What came of the plans that were judged, with the counts of all."""

    counts: dict[str, int]
    plans: list[Outcome]


class FoundIn(Struct, frozen=True, kw_only=True):
    """Something worth mending in a plan or run file."""

    path: str
    line: int
    column: int
    severity: str
    code: str
    message: str


class Findings(Struct, frozen=True, kw_only=True):
    """What is wrong with plans; `errors` keep a run from beginning, or make it fail."""

    errors: int
    warnings: int
    findings: list[FoundIn]


class Shown(Struct, frozen=True, kw_only=True):
    """A plan as a run would take it: `gsd-run schema plan` is the schema of `plan`."""

    plan: dict[str, Any]


class Explained(Struct, frozen=True, kw_only=True):
    """The claims of a plan, each with its checks and the rule that gave them."""

    plan: str
    claims: list[dict[str, Any]]


class Stands(Struct, frozen=True, kw_only=True):
    """Where a plan stands, why, and the command that goes on with it."""

    plan: str
    path: str
    title: str
    state: str
    why: str
    next: str
    tasks: int
    committed: int


class Overview(Struct, frozen=True, kw_only=True):
    """Where plans stand."""

    plans: list[Stands]


class Tool(Struct, frozen=True, kw_only=True):
    """A tool: its name is that of its arguments' class; `reads` says that it changes nothing."""

    given: type[Arguments]
    gives: type[Struct]
    about: str
    reads: bool = False

    @property
    def name(self) -> str:
        """Return the name by which it is called."""
        return self.given.__name__.lower()


TOOLS = (
    Tool(
        given=Status,
        gives=Overview,
        reads=True,
        about="Say where the plans of this project stand, and what goes on with each. Begin "
        "here: it has the ids of the plans.",
    ),
    Tool(
        given=Lint,
        gives=Findings,
        reads=True,
        about="Say what is wrong with plans before anything runs: checks that can't fail, files "
        "that are not there, mistakes of form. Runs nothing.",
    ),
    Tool(
        given=Show,
        gives=Shown,
        reads=True,
        about="Return a plan as a run would take it: objective, tasks with files, action and "
        "checks, must-haves. Runs nothing.",
    ),
    Tool(
        given=Explain,
        gives=Explained,
        reads=True,
        about="Say by which checks the claims of a plan will be decided, and which claims no "
        "check can decide. Runs nothing.",
    ),
    Tool(
        given=Check,
        gives=Outcomes,
        about="Judge every claim of a plan, or of all plans of a phase, on the tree as it is: "
        "PROVEN, REFUTED or UNPROVEN, with evidence. Runs the plan's own commands; keeps "
        "nothing and commits nothing. Use it instead of stating that work is done.",
    ),
    Tool(
        given=Run,
        gives=Outcome,
        about="Carry a plan out task by task: make the change, judge it, commit it, and write "
        "SUMMARY.md at the end. Where you make the changes yourself, it returns with outcome "
        "`waits` and says which task: edit the files, commit nothing, and call `resume`, which "
        "judges and commits your work. May take long; it tells its progress, and cancelling it "
        "leaves a run that `resume` goes on with.",
    ),
    Tool(
        given=Resume,
        gives=Outcome,
        about="Go on with a run that stopped: after you have made a task's change or mended what "
        "was refuted, what is in the tree is judged and committed.",
    ),
    Tool(
        given=Answer,
        gives=Outcome,
        about="Answer the checkpoint at which a run stands, and go on. Ask your user first: an "
        "approval is theirs to give. Unless the server was started with --allow-answers only "
        "`reject` is taken, and a gate that is blocking-human never takes an approval from here.",
    ),
    Tool(
        given=Report,
        gives=Outcome,
        reads=True,
        about="Return the verdicts of a plan's newest run from its journal, without running "
        "anything again.",
    ),
)


def schema_of(kind: type[Struct], without: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the JSON Schema of arguments or of an outcome, its parts in `$defs`."""
    (top,), parts = msgspec.json.schema_components((kind,), ref_template="#/$defs/{name}")
    name = top["$ref"].rpartition("/")[2]
    whole: dict[str, Any] = dict(parts.pop(name))
    whole["properties"] = {
        key: value for key, value in whole["properties"].items() if key not in without
    }
    return {**whole, "$defs": parts} if parts else whole
