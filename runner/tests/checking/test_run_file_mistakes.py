"""Amendments and proofs that do not fit the plan: all of them at once, with their lines."""

from collections.abc import Callable
from pathlib import Path

import pytest
from gsd_run.checking.compiling.compile import compile_plan
from gsd_run.domain.errors import PlanError
from gsd_run.domain.plan import Artifact, Plan
from gsd_run.domain.run_file import Amendment, Proof, RunFile


def amendment(claim: str, old: str, new: str, line: int) -> Amendment:
    return Amendment(claim=claim, replace=((old, new),), reason="r", line=line)


def test_every_mistake_is_told_at_once(
    plan_of: Callable[..., Plan], supplying: Callable[..., RunFile], tmp_path: Path
) -> None:
    plan = plan_of(verify="ls a\nls a\nExpected: exits 0", truths=["It is fine"])
    supplied = supplying(
        Proof(claim="truth.7", command="true", line=20),
        Proof(claim="truth.1", command="true", expect="looks good", line=21),
        amend=[
            amendment("verfy.1", "a", "b", 3),
            amendment("verify.1", "ls a", "ls b", 5),
            amendment("truth.1", "bad", "good", 7),
        ],
    )
    with pytest.raises(PlanError) as raised:
        compile_plan(plan, supplied, tmp_path)
    assert [str(one) for one in raised.value.findings] == [
        "RUN.yaml:3: the plan has no claim 'verfy.1' (it has: verify.1)",
        "RUN.yaml:5: the amendment of verify.1 replaces 'ls a', which stands there 2 times; "
        "it must stand there exactly once",
        "RUN.yaml:7: the amendment of truth.1 replaces 'bad', which stands there 0 times; "
        "it must stand there exactly once",
        "RUN.yaml:21: can't compile the expectation 'looks good' of the proof of truth.1; "
        "leave `expect` out to go by the exit status alone",
        "RUN.yaml:20: the plan has no claim 'truth.7' (it has: truth.1)",
    ]


def test_a_proof_may_be_of_the_prose_beside_a_command(
    plan_of: Callable[..., Plan], supplying: Callable[..., RunFile], tmp_path: Path
) -> None:
    plan = plan_of(verify="ls a\nExpected: it looks fine")
    supplied = supplying(Proof(claim="verify.1.1", command="test -s a", line=2))
    claims = compile_plan(plan, supplied, tmp_path).claims
    assert [(claim.id, claim.parts[0].rule) for claim in claims] == [
        ("verify.1", "its own commands"),
        ("verify.1.1", "proof in the run file"),
    ]


def test_an_artifacts_path_can_be_amended(
    plan_of: Callable[..., Plan], supplying: Callable[..., RunFile], tmp_path: Path
) -> None:
    plan = plan_of(artifacts=[Artifact(path="src/a.py", line=1)])
    supplied = supplying(amend=[amendment("artifact.1", "src/", "lib/", 2)])
    claim = compile_plan(plan, supplied, tmp_path).claims[-1]
    assert (claim.text, claim.amended, claim.parts[0].text) == ("lib/a.py", "r", "lib/a.py")
