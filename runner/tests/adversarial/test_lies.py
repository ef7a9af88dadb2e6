"""No claim that is false in a sneaky way is PROVEN, unless shown as vacuous beside it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from adversarial.projects import Side, lies, wrong

Judged = Callable[[Side], dict[str, dict[str, str]]]


def cases() -> Iterator[Any]:
    for side in lies():
        for claim, told in side.cases.items():
            yield pytest.param(side, claim, id=f"{side}: {claim} {told}")


@pytest.mark.parametrize(("side", "claim"), list(cases()))
def test_a_lie_is_not_proven(side: Side, claim: str, judged: Judged) -> None:
    if side.missing_tool:
        pytest.skip(f"{side.missing_tool} is not installed")
    verdict = judged(side)[claim]
    assert not wrong(side, verdict), verdict["reason"]
