"""The codemod `factories` on suites in other styles, each a project that it was not made for."""

import pytest
from changing.suites.trying import NEEDS, tried

LIBRARY = {
    "before": "9 failed, 4 passed",
    "after": "13 passed",
    "undecided": (),
}
SUITES = {
    "clinic": ("7 failed, 4 passed", "11 passed"),  # fixtures of pytest-factoryboy
    "fleet": ("11 errors", "11 passed"),  # classes, shared helpers, sessions in containers
    "library": ("9 failed, 4 passed", "13 passed"),  # plain functions, no factories at all
    "sensors": ("7 failed, 2 passed", "9 passed"),  # asynchronous sessions
}


@pytest.mark.parametrize("name", SUITES)
def test_suites_of_strangers(tmp_path, name):
    if name in NEEDS:
        pytest.importorskip(NEEDS[name])
    suite = tried(name, tmp_path)
    assert (suite.before, suite.after) == SUITES[name]
    assert suite.undecided == ()
    assert suite.weakened == ()
    before, after = suite.assertions
    assert after == before
    assert (suite.again.failure, suite.again.edits, suite.again.applied) == (None, (), ())
