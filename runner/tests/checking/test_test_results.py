"""JUnit XML, whose closing lines count, and the forms of closing lines."""

import pytest
from gsd_run.checking.test_results import Unreadable, from_closing_lines, from_junit
from gsd_run.checking.test_results.counts import Counts
from gsd_run.checking.test_results.python import pytest as pytest_closing
from gsd_run.checking.test_results.python import unittest
from gsd_run.checking.test_results.runtimes import node
from gsd_run.checking.test_results.rust import cargo
from gsd_run.domain.measurement import CommandRun, TestCase, TestRun
from gsd_run.outside.shell import split

JUNIT = b"""<?xml version="1.0" encoding="utf-8"?>
<testsuites name="pytest tests"><testsuite name="pytest" errors="2" failures="1" skipped="2"
 tests="8">
<testcase classname="tests.unit.test_x.TestA" name="test_b[1.5-x]" file="tests/unit/test_x.py"
 line="4" />
<testcase classname="tests.unit.test_x.TestA.TestInner" name="test_c" file="tests/unit/test_x.py">
 <failure message="AssertionError: no&#10;more lines">trace</failure></testcase>
<testcase classname="tests.unit.test_x" name="test_d" file="tests/unit/test_x.py">
 <skipped type="pytest.xfail" message="known" /></testcase>
<testcase classname="tests.unit.test_y" name="test_d" file="tests/unit/test_y.py">
 <skipped type="pytest.skip" message="later">place</skipped></testcase>
<testcase classname="tests.unit.test_y" name="test_e" file="tests/unit/test_y.py">
 <error message="failed on teardown">trace</error></testcase>
<testcase classname="" name="tests.unit.test_z"><error message="collection failure" /></testcase>
<testcase classname="lib.test_z.TestZ" name="test_f" />
<testcase classname="lib.test_z.TestZ" name="test_f" />
</testsuite></testsuites>"""


def test_junit_by_name() -> None:
    assert from_junit(JUNIT, command=2, runner="pytest") == TestRun(
        command=2,
        runner="pytest",
        source="junit",
        passed=3,
        failed=1,
        errors=2,
        skipped=2,
        cases=(
            TestCase(name="TestA::test_b[1.5-x]", outcome="passed", file="tests/unit/test_x.py"),
            TestCase(
                name="TestA::TestInner::test_c",
                outcome="failed",
                message="AssertionError: no",
                file="tests/unit/test_x.py",
            ),
            TestCase(
                name="tests/unit/test_x.py::test_d",
                outcome="skipped",
                message="known",
                file="tests/unit/test_x.py",
            ),
            TestCase(
                name="tests/unit/test_y.py::test_d",
                outcome="skipped",
                message="later",
                file="tests/unit/test_y.py",
            ),
            TestCase(
                name="test_e",
                outcome="error",
                message="failed on teardown",
                file="tests/unit/test_y.py",
            ),
            TestCase(name="tests.unit.test_z", outcome="error", message="collection failure"),
            TestCase(name="lib::test_z::TestZ::test_f", outcome="passed"),
            TestCase(name="lib::test_z::TestZ::test_f (2)", outcome="passed"),
        ),
    )


BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]>
<testsuites name="&b;" />"""


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (BOMB, "declares a type"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><testsuites/>', "declares a type"),
        (JUNIT[:500], "are no XML"),
        (JUNIT + JUNIT, "are no XML"),
        (b"51 passed", "are no XML"),
        (b"<html/>", "begin with <html>"),
    ],
)
def test_what_is_no_junit(document: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        from_junit(document, command=0, runner="pytest")


PYTEST = {
    "=================== 1 failed, 50 passed in 2.10s ===================": (50, 1, 0, 0),
    "51 passed, 2 warnings in 0.12s": (51, 0, 0, 0),
    "==== 1 passed, 2 skipped, 3 deselected, 4 xfailed, 1 error in 61.10s (0:01:01) ====": (
        1,
        0,
        1,
        6,
    ),
    "1 xpassed in 0.01s": (1, 0, 0, 0),
    "no tests ran in 0.00s": (0, 0, 0, 0),
    "FAILED a.py::b - 51 passed in 0.1s": None,
    "51 passed": None,
    "> 51 passed in 0.10s": None,
    "": None,
}


def figures(blocks: list[Counts]) -> tuple[int, int, int, int] | None:
    """Return passed, failed, errors and skipped of the last closing block."""
    said = blocks[-1] if blocks else None
    return said and (said.passed, said.failed, said.errors, said.skipped)


@pytest.mark.parametrize("line", PYTEST)
def test_pytest_closes(line: str) -> None:
    assert figures(pytest_closing(f"before\n{line}\n")) == PYTEST[line]


def test_the_last_line_counts() -> None:
    said = "51 passed in 0.10s\n=== 1 failed in 0.20s ===\n"
    assert figures(pytest_closing(said)) == (0, 1, 0, 0)
    assert closing("pytest -q", said, 1) == "pytest 0/1"


RULE = "-" * 70 + "\n"
UNITTEST = {
    "Ran 6 tests in 0.002s\n\nFAILED (failures=1, errors=1, skipped=1, expected failures=1, "
    "unexpected successes=1)": (1, 2, 1, 2),
    "Ran 2 tests in 0.000s\n\nOK (skipped=1)": (1, 0, 0, 1),
    "Ran 1 test in 0.000s\n\nOK": (1, 0, 0, 0),
    "Ran 0 tests in 0.000s\n\nOK": (0, 0, 0, 0),
    "Ran 0 tests in 0.000s\n\nFAILED (errors=1)": (0, 0, 1, 0),
    "Ran 51 tests\n\nOK": None,
    "OK": None,
}


@pytest.mark.parametrize("closing", UNITTEST)
def test_unittest_closes(closing: str) -> None:
    assert figures(unittest(f"..F\n{RULE}{closing}\n")) == UNITTEST[closing]


NODE_SPEC = """\
✖ group (3.788273ms)
ℹ tests 4
ℹ suites 1
ℹ pass 1
ℹ fail 1
ℹ cancelled 0
ℹ skipped 1
ℹ todo 1
ℹ duration_ms 363.349682

✖ failing tests:
"""


@pytest.mark.parametrize("output", [NODE_SPEC, NODE_SPEC.replace("ℹ", "#")])
def test_node_closes(output: str) -> None:
    assert figures(node(output)) == (1, 1, 0, 2)
    lines = output.splitlines(keepends=True)
    assert node("".join(lines[-6:])) == []
    assert node("".join(line for line in lines if "fail" not in line)) == []


CARGO = """\
     Running unittests src/lib.rs (target/debug/deps/small-d0cd676913dc3413)

running 3 tests
test tests::adds ... ok
test tests::fails ... FAILED
test tests::later ... ignored, slow

failures:
    tests::fails

test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s

   Doc-tests small

running 1 test
test src/lib.rs - one (line 1) ... ok

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.34s
"""


def test_cargo_closes_once_for_each_binary() -> None:
    (found,) = cargo(CARGO)
    assert figures([found]) == (2, 1, 0, 1)
    assert [(case.name, case.outcome) for case in found.cases] == [
        ("tests::adds", "passed"),
        ("tests::fails", "failed"),
        ("tests::later", "skipped"),
        ("src/lib.rs - one (line 1)", "passed"),
    ]
    assert cargo(CARGO.replace("running 3 tests\n", "")) == []
    assert cargo("error[E0425]: cannot find value\n") == []
    (quiet,) = cargo("running 1 test\n.\n" + CARGO.splitlines()[-1])
    assert (quiet.passed, quiet.cases) == (1, ())


def closing(script: str, stdout: str, *statuses: int, stderr: str = "") -> str | None:
    """Return what is made of a command's output: runner, passed and failed."""
    pipeline = (split(script) or ())[-1]
    members = tuple(member.text for member in pipeline.members)
    found = from_closing_lines(
        pipeline,
        CommandRun(
            text=script,
            status=statuses[-1],
            statuses=statuses,
            members=members,
            seconds=0.0,
            stdout=stdout,
            stderr=stderr,
        ),
        command=0,
    )
    return ", ".join(f"{one.runner} {one.passed}/{one.failed}" for one in found) or None


def test_whose_closing_lines_count() -> None:
    good, bad = "51 passed in 0.10s\n", "1 failed, 50 passed in 0.10s\n"
    assert closing("pytest -q", good, 0) == "pytest 51/0"
    assert closing("python -m pytest | tee f | tail -1", bad, 1, 0, 0) == "pytest 50/1"
    assert closing("pytest -q --color=yes", f"\x1b[32m{good.strip()}\x1b[0m\n", 0) == "pytest 51/0"
    assert closing("echo 51 passed", good, 0) is None
    assert closing("python3 run.py", good, 0) is None
    assert closing("(pytest)", good, 0) is None
    # What the status contradicts, or what another program may have changed, is not believed.
    assert closing("pytest -q", good, 1) is None
    assert closing("pytest -q", bad, 0) is None
    assert closing("pytest -q | sed s/1.failed,//", good, 1, 0) is None
    assert closing("pytest -q | head -5", good, 0, 0) is None
    assert closing("cargo test | tee f", CARGO, 101, 0) == "cargo test 2/1"
    assert closing("cargo test | tail -2", CARGO[-95:], 101, 0) is None
    assert closing("node --test x.js", NODE_SPEC, 1) == "node:test 1/1"
    assert closing("node x.js", NODE_SPEC, 1) is None
    done = f"{RULE}Ran 1 test in 0.000s\n\nOK\n"
    assert closing("python -m unittest", "", 0, stderr=done) == "unittest 1/0"
    assert closing("python -m unittest", done, 0) is None
    assert closing("python -m unittest 2>&1 | tail -3", done, 0, 0) == "unittest 1/0"
