"""What each of the tools is given."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Id = Annotated[str, Meta(max_length=400)]
PlanName = Annotated[Id, Meta(description="A plan's id, as `status` lists it: 12-GAP-01")]
PlanOrPhase = Annotated[Id, Meta(description="A plan's id (12-GAP-01), or a phase's number: 12")]
Stopped = Annotated[
    Id | None, Meta(description="The plan whose run stopped; needed only if several did")
]
Executor = Annotated[
    Literal["steps", "agent", "literal", "hand"] | None,
    Meta(
        description="Who makes the changes: the run file's steps, the configured coding agent, "
        "what the plan spells out, or `hand`: you edit the files and call `resume`. Without it: "
        "steps where there are some, else the configured agent, else by hand"
    ),
]
Number = Annotated[int, Meta(ge=1)]
OneTask = Annotated[
    Number | None, Meta(description="Carry out only this task (its number, from 1)")
]
LastTask = Annotated[Number | None, Meta(description="Stop after this task (its number, from 1)")]
Strict = Annotated[
    bool, Meta(description="An UNPROVEN claim is not good enough: outcome `waits`, for a person")
]
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
        Annotated[list[Id], Meta(max_length=1000)],
        Meta(description="Ids of plans or numbers of phases; none: all that are still to do"),
    ] = []


class Show(Arguments, frozen=True, kw_only=True):
    """What `show` is given."""

    plan: PlanName


class Explain(Arguments, frozen=True, kw_only=True):
    """What `explain` is given."""

    plan: PlanName
    claim: Annotated[Id | None, Meta(description="One claim: verify.2; without it all")] = None


class Check(Arguments, frozen=True, kw_only=True):
    """What `check` is given."""

    plan: PlanOrPhase
    base: Annotated[Id, Meta(description="A commit to judge at, too: before and after")] = ""
    strict: Strict = False


class Status(Arguments, frozen=True, kw_only=True):
    """What `status` is given."""

    plan: Annotated[Id | None, Meta(description="A plan or phase; without it all plans")] = None


class Report(Arguments, frozen=True, kw_only=True):
    """What `report` is given."""

    plan: PlanName


class Run(Arguments, frozen=True, kw_only=True):
    """What `run` is given."""

    plan: PlanName
    executor: Executor = None
    task: OneTask = None
    until: LastTask = None
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
            description="What your user said, never what you think. approve: it is as it should "
            "be, or done; choose: an option of a decision; reject: it is not"
        ),
    ]
    plan: Stopped = None
    choice: Annotated[Id, Meta(description="With choose: the option's id")] = ""
    reason: Annotated[
        Annotated[str, Meta(max_length=4000)],
        Meta(description="With reject: why; the run stops with it"),
    ] = ""
