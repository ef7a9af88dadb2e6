"""What a phase's verification makes of verdicts that its plans do not agree on."""

from gsd_run.domain.claim import State
from gsd_run.domain.plan import Plan
from gsd_run.domain.report import ClaimRow, Report
from gsd_run.domain.verification import Gap, Item, JudgedPlan, RoadmapPhase
from gsd_run.reporting.phase_items import PhaseFacts, wording
from gsd_run.reporting.verification import verification_of


def judged(plan: str, state: State) -> JudgedPlan:
    claim = ClaimRow(
        id="truth.1", kind="truth", line=3, text="It works", state=state,
        reason=f"so {plan} shows", note="", marks=(), evidence=(),
    )  # fmt: skip
    report = Report(
        plan=plan, phase="02-x", number=plan[-2:], scope="2", name="", path="", run="", base="",
        started_at="", ended_at="", seconds=1, branch="", environment={}, gap="", tasks=(),
        claims=(claim,), tests=None, coverage=(), deviations=(), mends=(), baseline=True, dirty=(),
    )  # fmt: skip
    read = Plan(id=plan, path=f"{plan}-PLAN.md", sha256="", phase="02-x", number=plan[-2:])
    return JudgedPlan(plan=read, report=report)


def facts(*plans: JudgedPlan) -> PhaseFacts:
    return PhaseFacts(
        folder="02-x", number="02", verified_at="", roadmap=RoadmapPhase(criteria=("`It works`",)),
        requirements={}, plans=plans, earlier=None, covered=(), digest="", version="",
    )  # fmt: skip


def test_a_criterion_that_several_plans_repeat_falls_with_one_of_them() -> None:
    found = verification_of(facts(judged("02-01", "PROVEN"), judged("02-02", "REFUTED")))
    assert found.items == (
        Item(
            kind="truth",
            text="`It works`",
            source="ROADMAP criterion 1 = 02-01 truth.1 = 02-02 truth.1",
            state="FAILED",
            evidence="so 02-01 shows; so 02-02 shows",
        ),
    )
    assert found.gaps == (
        Gap(
            truth="`It works`",
            reason="so 02-02 shows",
            missing=("what makes 02-02 truth.1 hold",),
        ),
    )
    assert (found.status, found.score) == ("gaps_found", "0/1 must-haves verified")


def test_other_words_are_another_must_have() -> None:
    assert wording("`2**3` is 8.") != wording("23 is 8")
    assert wording("f(**rest) works") != wording("f(rest) works")
    assert wording("**It** works: `x`") == wording("It works: x")


def test_a_criterion_is_decided_only_if_every_plan_that_repeats_it_is() -> None:
    found = verification_of(facts(judged("02-01", "PROVEN"), judged("02-02", "UNPROVEN")))
    assert (found.status, found.items[0].state) == ("human_needed", "UNCERTAIN")
    found = verification_of(facts(judged("02-01", "PROVEN"), judged("02-02", "PROVEN")))
    assert (found.status, found.score) == ("passed", "1/1 must-haves verified")
