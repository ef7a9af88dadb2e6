"""A change that makes tests say less does not prove what rests on them."""

import pytest
from sandbox import FOLDER, SUMMARY_PATH, Sandbox

PLAN = """\
---
phase: 01-sums
plan: 01
type: execute
wave: 1
depends_on: []
files_modified: [tests/test_sums.py]
autonomous: true
---
<objective>
All tests pass.
</objective>
<tasks>
<task type="auto">
  <name>Task 1: Make the tests pass</name>
  <files>tests/test_sums.py</files>
  <action>Make the tests pass</action>
  <verify>pytest tests -q</verify>
  <done>2 tests pass</done>
</task>
</tasks>
"""
TESTS = """\
def test_one():
    assert sum([1, 2]) == 4


def test_two():
    assert sum([1, 1]) == 2
"""


@pytest.fixture
def sums(sandbox: Sandbox) -> Sandbox:
    sandbox.write(f"{FOLDER}/01-01-PLAN.md", PLAN)
    sandbox.write("tests/test_sums.py", TESTS)
    return sandbox


def change(project: Sandbox, old: str, new: str, amend: str = "") -> None:
    step = f"replace: {{in: tests/test_sums.py, old: '{old}', new: '{new}'}}"
    project.write(f"{FOLDER}/01-01-RUN.yaml", f"{amend}changes:\n  1:\n    - {step}\n")
    project.commit("start")


def test_an_assertion_that_always_holds_refutes_what_rests_on_it(sums: Sandbox) -> None:
    change(sums, "assert sum([1, 2]) == 4", "assert True")

    done = sums.gsd_run("01-01")

    assert done.status == 1, done.text
    assert (
        "verify.1: its tests say less than at the base: tests/test_sums.py:2: test_one asserts "
        "`assert True`, but that always holds"
    ) in done.text
    assert not (sums.root / SUMMARY_PATH).exists()


def test_a_weakening_that_is_declared_is_a_deviation(sums: Sandbox) -> None:
    amend = (
        "amend:\n  - tests: tests/test_sums.py::test_one\n    reason: sums are checked elsewhere\n"
    )
    change(sums, "assert sum([1, 2]) == 4", "assert True", amend)

    done = sums.gsd_run("01-01")

    assert done.status == 0, done.text
    summary = sums.read(SUMMARY_PATH)
    assert "that always holds; declared: sums are checked elsewhere" in summary


def test_a_mended_figure_weakens_nothing(sums: Sandbox) -> None:
    change(sums, "== 4", "== 3")

    done = sums.gsd_run("01-01")

    assert done.status == 0, done.text
    assert "verify.1        PROVEN" in done.stdout
