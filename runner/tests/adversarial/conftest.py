"""Every side of a project is judged once, when the first of its claims is asked for."""

from collections.abc import Callable

import pytest
from adversarial.projects import Side, verdicts

Judged = Callable[[Side], dict[str, dict[str, str]]]


@pytest.fixture(scope="session")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    known: dict[str, dict[str, dict[str, str]]] = {}

    def judge(side: Side) -> dict[str, dict[str, str]]:
        if str(side) not in known:
            known[str(side)] = verdicts(side, tmp_path_factory.mktemp("side"))
        return known[str(side)]

    return judge
