"""Changes of tests that make nothing weaker: names, parameters, moved functions, plain settings."""

import pytest
from gsd_run.checking.integrity.comparing import renamed, weakenings
from gsd_run.checking.integrity.resting import called_now, without_declared
from gsd_run.checking.integrity.weakening import Weakening
from gsd_run.checking.predicates.since_base import vanished
from gsd_run.domain.measurement import Measurement, TestCase, TestRun
from msgspec import structs

BEFORE = "def test_a():\n    assert f(1) == 1\n    assert f(2) == 2\n"
PARAMETERS = (
    "import pytest\n\n\n@pytest.mark.parametrize('n', [{0}])\n"
    "def test_a(n):\n    assert f(n) == n\n"
)
HELPED = "from tests.checks import check\n\n\ndef test_a():\n    check(1)\n    check(2)\n"
HELPER = "def check(n):\n    assert f(n) == n\n"

Files = dict[str, str]


def found(before: Files, now: Files) -> list[str]:
    told = weakenings(sorted({*before, *now}), before.get, now.get)
    return [f"{one.kind}: {one}" for one in told]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ({"tests/test_a.py": BEFORE}, {"tests/test_a.py": PARAMETERS.format("1, 2")}),
        ({"tests/test_a.py": BEFORE}, {"tests/test_b.py": BEFORE.replace("test_a", "test_all")}),
        ({"tests/test_a.py": BEFORE}, {"tests/test_a.py": HELPED, "tests/checks.py": HELPER}),
        (
            {"tests/test_a.py": BEFORE},
            {"tests/test_a.py": "class TestA:\n    def test_a(self):\n" + BEFORE[14:].replace("  a", "      a")},
        ),
        (
            {"tests/conftest.py": "x = 1\n"},
            {
                "tests/conftest.py": "x = 1\n\n\ndef pytest_configure(config):\n"
                "    config.addinivalue_line('markers', 'slow: slow ones')\n"
            },
        ),
        (
            {"pytest.ini": "[pytest]\naddopts = -q\n"},
            {"pytest.ini": "[pytest]\naddopts = -ra --strict-markers --tb=short\n"},
        ),
    ],
)  # fmt: skip
def test_nothing_is_weaker(before: Files, now: Files) -> None:
    assert found(before, now) == []


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        (
            {"tests/test_a.py": BEFORE},
            {"tests/test_a.py": PARAMETERS.format("1,")},
            "weaker: tests/test_a.py:5: test_a has 1 assertion, where it had 2",
        ),
        (
            {"tests/test_a.py": BEFORE},
            {"tests/test_a.py": HELPED},
            "hollow: tests/test_a.py:4: test_a has no assertion that can fail, where it had 2",
        ),
        (
            {"tests/test_a.py": BEFORE},
            {"tests/test_b.py": BEFORE.replace("test_a", "test_all").replace("== 2", "== 3")},
            "weaker: tests/test_a.py:1: test_a stood at line 1 and is gone",
        ),
        (
            {"tests/conftest.py": "x = 1\n"},
            {
                "tests/conftest.py": "x = 1\n\n\ndef pytest_configure(config):\n"
                "    config.addinivalue_line('addopts', '-k none')\n"
            },
            "weaker: tests/conftest.py:4: pytest_configure is new: it can change which tests run and fail",
        ),
        (
            {"tests/conftest.py": "x = 1\n"},
            {
                "tests/conftest.py": "x = 1\n\n\ndef pytest_addoption(parser):\n"
                "    parser.addoption('--a', default=replace_all())\n"
            },
            "weaker: tests/conftest.py:4: pytest_addoption is new: it can change which tests run and fail",
        ),
        (
            {"pytest.ini": "[pytest]\naddopts = -q\n"},
            {"pytest.ini": "[pytest]\naddopts = -q -k fast\n"},
            "weaker: pytest.ini:2: addopts is '-q -k fast', and was '-q'",
        ),
    ],
)  # fmt: skip
def test_what_only_looks_alike_is_told(before: Files, now: Files, told: str) -> None:
    assert found(before, now) == [told]


def measured(*names: str) -> Measurement:
    cases = tuple(TestCase(name=name, outcome="passed", file="tests/test_a.py") for name in names)
    run = TestRun(
        command=0,
        runner="pytest",
        source="junit",
        passed=len(cases),
        failed=0,
        errors=0,
        skipped=0,
        cases=cases,
    )
    return Measurement(key="", script="", status=0, seconds=0, tests=(run,))


def test_a_test_that_was_renamed_has_not_vanished() -> None:
    before = {"tests/test_a.py": BEFORE}
    now = {"tests/test_a.py": "class TestA:\n    def test_b(self):\n" + BEFORE[14:].replace("  a", "      a")}  # fmt: skip
    names = renamed(["tests/test_a.py"], before.get, now.get)
    case = TestCase(name="test_a", outcome="passed", file="tests/test_a.py")

    assert names == {("tests/test_a.py", "test_a"): "TestA::test_b"}
    assert called_now(case, names).name == "TestA::test_b"


def test_a_test_that_got_parameters_has_not_vanished() -> None:
    assert vanished(measured("test_a[1]", "test_b[2]"), measured("test_a", "test_b[1]")) == ("test_b[1]",)  # fmt: skip


def test_a_test_whose_end_is_declared_is_not_missed() -> None:
    case = TestCase(name="test_b", outcome="failed", file="tests/test_a.py")
    run = measured("test_a").tests[0]
    before = Measurement(
        key="", script="", status=0, seconds=0,
        tests=(structs.replace(run, failed=1, cases=(*run.cases, case)),),
    )  # fmt: skip
    gone = Weakening(path="tests/test_a.py", line=1, what="is gone", test="test_b", ends=True)

    assert without_declared(before, [gone]) == before
    declared = structs.replace(gone, declared="it is tested elsewhere")
    assert without_declared(before, [declared]) == measured("test_a")
