"""Truths judged in small real projects: at a base, after a change, and without their subject."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from gsd_run.checking.compiling.compile import compile_plan
from gsd_run.domain.claim import Claim
from gsd_run.domain.plan import Artifact, KeyLink, MustHaves, Plan, Task, Text, Truth
from truth_projects import Shop


def plan_with(
    *truths: str,
    verify: str = "",
    artifacts: Sequence[Artifact] = (),
    files: Sequence[str] = (),
    key_links: Sequence[KeyLink] = (),
) -> Plan:
    """Return a plan of one task with these truths."""
    task = Task(
        number=1,
        name="Work",
        line=1,
        files=tuple(files),
        verify=(Text(verify, 10),) if verify else (),
    )
    return Plan(
        id="01-01",
        path="01-01-PLAN.md",
        sha256="",
        phase="01",
        number="01",
        tasks=(task,),
        must_haves=MustHaves(
            truths=tuple(Truth(statement=one, line=3) for one in truths),
            artifacts=tuple(artifacts),
            key_links=tuple(key_links),
        ),
    )


def truth_of(plan: Plan, number: int = 1) -> Claim:
    """Return the claim that a truth of the plan is compiled to."""
    claims = compile_plan(plan, None, None).claims
    return next(one for one in claims if one.id == f"truth.{number}")


@pytest.fixture
def planned() -> Callable[..., Plan]:
    return plan_with


@pytest.fixture
def truth() -> Callable[..., Claim]:
    return truth_of


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path / "shop")
