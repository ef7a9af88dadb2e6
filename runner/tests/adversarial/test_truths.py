"""What is false in a sneaky way elsewhere is PROVEN where it is true."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from adversarial.projects import Side, truths, wrong

Judged = Callable[[Side], dict[str, dict[str, str]]]


def cases() -> Iterator[Any]:
    for side in truths():
        for claim, told in side.cases.items():
            yield pytest.param(side, claim, id=f"{side}: {claim} {told}")


@pytest.mark.parametrize(("side", "claim"), list(cases()))
def test_the_truth_is_proven(side: Side, claim: str, judged: Judged) -> None:
    if side.missing_tool:
        pytest.skip(f"{side.missing_tool} is not installed")
    verdict = judged(side)[claim]
    assert not wrong(side, verdict), verdict["reason"]
