"""Red before green: a TDD task's tests must fail without the rest of its change."""

from sandbox import FOLDER, Sandbox

PLAN = """\
---
phase: 02-sums
plan: 01
type: {type}
wave: 1
depends_on: []
files_modified: [sums.py, test_sums.py]
autonomous: true
must_haves:
  truths: []
  artifacts: []
  key_links: []
---
<objective>Add numbers.</objective>
<tasks>
<task type="auto" tdd="{tdd}">
  <name>Task 1: Implement add</name>
  <files>sums.py, test_sums.py</files>
  <behavior>{behavior}</behavior>
  <action>Write the tests, then add.</action>
  <verify>python -m pytest -q test_sums.py</verify>
  <done>add adds</done>
</task>
</tasks>
<output>Create `.planning/phases/02-sums/02-01-SUMMARY.md`</output>
"""
FOLDER_2 = FOLDER.replace("01-greeting", "02-sums")
SUMMARY = f"{FOLDER_2}/02-01-SUMMARY.md"

SUMS = "def add(a, b):\n    return a + b\n"
TESTS = "from sums import add\n\n\ndef test_add():\n    assert add(2, 3) == 5\n"
HOLLOW = "def test_add():\n    assert 2 + 3 == 5\n"


def summing(
    greeting: Sandbox,
    tests: str = TESTS,
    *,
    tdd: str = "true",
    type_: str = "execute",
    behavior: str = "add(2, 3) is 5",
) -> Sandbox:
    plan = PLAN.replace("{type}", type_).replace("{tdd}", tdd).replace("{behavior}", behavior)
    greeting.write(f"{FOLDER_2}/02-01-PLAN.md", plan)
    indented = tests.replace("\n", "\\n")
    greeting.write(
        f"{FOLDER_2}/02-01-RUN.yaml",
        "changes:\n  1:\n"
        f'    - write: {{path: test_sums.py, text: "{indented}"}}\n'
        f'    - write: {{path: sums.py, text: "{SUMS}"}}\n'.replace(
            SUMS, SUMS.replace("\n", "\\n")
        ),
    )
    greeting.write(".gitignore", "__pycache__\n.pytest_cache\n")
    greeting.commit("a plan for sums")
    return greeting


def test_red_is_shown_and_the_tests_are_committed_first(greeting: Sandbox) -> None:
    project = summing(greeting)
    done = project.gsd_run("02-01")
    assert done.status == 0, done.text
    assert project.subjects()[-3:] == [
        "test(02-01): failing tests for implement add",
        "feat(02-01): implement add",
        "docs(02-01): complete 02-01 plan",
    ]
    assert project.files_of("HEAD~2") == ["test_sums.py"]
    assert project.files_of("HEAD~1") == ["sums.py"]
    summary = project.read(SUMMARY)
    assert "## TDD Gate Compliance" in summary
    assert (
        "without the rest of its change, its tests do not hold (they were committed first"
        in summary
    )
    assert project.git("status", "--porcelain") == ""


def test_tests_that_pass_without_the_implementation_fail_the_task(greeting: Sandbox) -> None:
    stopped = summing(greeting, HOLLOW).gsd_run("02-01")
    assert stopped.status == 1
    assert "red is not shown" in stopped.stdout
    assert (greeting.root / "sums.py").read_text() == SUMS
    assert not (greeting.root / SUMMARY).exists()


def test_red_for_another_reason_than_stated_fails_the_task(greeting: Sandbox) -> None:
    stopped = summing(greeting, behavior="RED: fails with a ZeroDivisionError").gsd_run("02-01")
    assert stopped.status == 1
    assert "another reason than the plan states (ZeroDivisionError)" in stopped.stdout


def test_red_for_the_stated_reason_passes(greeting: Sandbox) -> None:
    project = summing(
        greeting, tdd="false", type_="tdd", behavior="RED: fails with a ModuleNotFoundError"
    )
    assert project.gsd_run("02-01").status == 0


def test_no_red_is_asked_of_other_tasks(greeting: Sandbox) -> None:
    project = summing(greeting, HOLLOW, tdd="false")
    assert project.gsd_run("02-01").status == 0
    assert "TDD Gate" not in project.read(SUMMARY)
