"""Supplied and amended checks: they prove only what they could refute at the base commit."""

from collections.abc import Callable, Mapping

import pytest
from gsd_run.checking.judging import tempered
from gsd_run.domain.claim import Claim, PartVerdict, Verdict
from gsd_run.domain.plan import Plan
from gsd_run.domain.run_file import Amendment, Proof, RunFile

Judge = Callable[..., dict[str, Verdict]]
Files = Mapping[str, str | None]

BASE = {"app.py": "NAME = 'shop'\n", "test_app.py": "def test_a():\n    assert False\n"}
DONE = {"app.py": "NAME = 'store'\n", "test_app.py": "def test_a():\n    assert True\n"}


def proof(command: str, expect: str = "") -> Proof:
    return Proof(claim="truth.1", command=command, expect=expect, line=4)


@pytest.mark.parametrize(
    ("supplied", "change", "state"),
    [
        # it was refuted before the work, by looking
        (proof("grep -q store app.py"), DONE, "PROVEN"),
        (proof("pytest test_app.py"), DONE, "PROVEN"),
        (proof("grep -n shop app.py", "no matches"), DONE, "PROVEN"),
        (proof("pytest test_new.py"), {"test_new.py": DONE["test_app.py"]}, "PROVEN"),
        (proof("python3 -c 'import new'"), {"new.py": "X = 1\n"}, "PROVEN"),
        # it always holds
        (proof("true"), DONE, "UNPROVEN"),
        (proof("python3 -c 'print(1)'"), DONE, "UNPROVEN"),
        (proof('echo "51 passed"', "51 tests pass"), DONE, "UNPROVEN"),
        (proof("echo PASS | grep PASS"), DONE, "UNPROVEN"),
        (proof("test -f app.py"), DONE, "UNPROVEN"),
        (proof("grep -q store app.py || true"), DONE, "UNPROVEN"),
        # it could not start before: its program or its script is part of the work
        (proof("sh prove.sh"), {"prove.sh": "exit 0\n"}, "UNPROVEN"),
        (proof("bash prove.sh"), {"prove.sh": "exit 0\n"}, "UNPROVEN"),
        (proof("python3 prove.py"), {"prove.py": "print('fine')\n"}, "UNPROVEN"),
        (proof("no-such-program --check"), DONE, "REFUTED"),
        (proof("if grep store app.py"), DONE, "UNPROVEN"),
        # it does not hold now
        (proof("grep -q mall app.py"), DONE, "REFUTED"),
    ],
    ids=lambda value: value.command if isinstance(value, Proof) else "",
)  # fmt: skip
def test_a_proof(
    supplied: Proof,
    change: Files,
    state: str,
    judged: Judge,
    plan_of: Callable[..., Plan],
    supplying: Callable[..., RunFile],
) -> None:
    plan = plan_of(truths=["Everybody likes the name"])
    verdict = judged(plan, BASE, change, supplying(supplied))["truth.1"]
    assert (verdict.state, verdict.parts[0].supplied) == (state, True), verdict.reason


def test_a_proof_that_could_not_start_says_so(
    judged: Judge, plan_of: Callable[..., Plan], supplying: Callable[..., RunFile]
) -> None:
    plan = plan_of(truths=["Everybody likes the name"])
    supplied = supplying(proof("bash prove.sh"))
    verdict = judged(plan, BASE, {"prove.sh": "grep -q NAME app.py\n"}, supplied)["truth.1"]
    assert verdict.reason == (
        "the supplied check holds, but could not start at the base commit (`bash prove.sh` exited "
        "127: bash: prove.sh: No such file or directory), so nothing shows that it can fail"
    )


def test_a_proof_leaves_the_parts_that_the_plan_decides(
    judged: Judge, plan_of: Callable[..., Plan], supplying: Callable[..., RunFile]
) -> None:
    plan = plan_of(verify="pytest", truths=["All tests pass, everybody likes the name"])
    parts = judged(plan, BASE, DONE, supplying(proof("true")))["truth.1"].parts
    assert [(part.text, part.state, part.supplied) for part in parts] == [
        ("All tests pass", "PROVEN", False),
        ("everybody likes the name", "UNPROVEN", True),
    ]


@pytest.mark.parametrize(
    ("instead", "state"),
    [("grep store app.py", "PROVEN"), ("echo fine", "UNPROVEN"), ("test -f app.py", "UNPROVEN")],
)
def test_an_amended_claim(
    instead: str,
    state: str,
    judged: Judge,
    plan_of: Callable[..., Plan],
    supplying: Callable[..., RunFile],
) -> None:
    amendment = Amendment(
        claim="verify.1", replace=(("grep sotre app.py", instead),), reason="mistyped", line=2
    )
    plan = plan_of(verify="grep sotre app.py")
    verdict = judged(plan, BASE, DONE, supplying(amend=[amendment]))["verify.1"]
    assert verdict.state == state, verdict.reason


def test_a_claim_without_a_baseline_keeps_no_supplied_proof() -> None:
    part = PartVerdict(text="t", state="PROVEN", reason="exit 0", supplied=True)
    verdict = Verdict(claim="truth.1", state="PROVEN", reason="exit 0", parts=(part,))
    claim = Claim(id="truth.1", kind="truth", text="t", line=1)
    assert tempered(claim, verdict, None).state == "UNPROVEN"
