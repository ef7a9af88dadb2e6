"""The codemod `factories` on suites in other styles, each a project that it was not made for."""

import pytest
from changing.suites.trying import NEEDS, names, tried

# Closing lines of pytest before and after.
SUITES = {
    # unittest's classes; the models can't be imported without a setting
    "bakery": ("5 failed, 1 passed", "6 passed"),
    # one session of a registry for all, factories that keep it, set-ups in classes
    "boutique": ("3 failed, 11 passed", "14 passed"),
    # pytest-factoryboy's fixtures, and a session that factories and tests share
    "clinic": ("7 failed, 4 passed", "11 passed"),
    # classes, helpers shared by files, sessions in containers, an index that is declared twice
    "fleet": ("11 errors", "11 passed"),
    # plain functions, and no factories at all
    "library": ("10 failed, 4 passed", "14 passed"),
    # asynchronous sessions
    "sensors": ("7 failed, 2 passed", "9 passed"),
    # builders imported relatively, sessions of makers with names of their own, a repository
    "warehouse": ("5 failed, 11 passed", "16 passed"),
}
BY_SOURCE = {"bakery"}


def test_no_suite_is_left_out():
    assert names() == sorted(SUITES)


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
    assert bool(suite.result.deviations) == (name in BY_SOURCE)
