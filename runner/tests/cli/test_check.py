"""`gsd-run check`: evidence for work that was done elsewhere."""

import json
from xml.etree import ElementTree as ET

import pytest
from sandbox import FOLDER, SUMMARY_PATH, Sandbox

PLAN = """\
---
phase: 01-sums
plan: 01
type: execute
wave: 1
depends_on: []
files_modified: [sums.py, tests/test_sums.py]
autonomous: true
must_haves:
  truths:
    - "All 3 tests pass"
    - "Sums feel right"
  artifacts:
    - path: "sums.py"
      contains: "def triple"
---
<objective>
Sums.
</objective>
<tasks>
<task type="auto">
  <name>Task 1: Sums</name>
  <files>sums.py, tests/test_sums.py</files>
  <action>Write triple and its test</action>
  <verify>python -m pytest tests -q</verify>
  <done>`test -f README.md`</done>
</task>
</tasks>
"""
SUMS = "def double(number):\n    return 2 * number\n"
TESTS = """\
from sums import double


def test_double():
    assert double(2) == 4


def test_negative():
    assert double(-1) == -3
"""
SUMMARY = """\
---
phase: 01-sums
plan: "01"
key-files:
  created: [triples.py]
  modified: [sums.py]
---
# Phase 1 Plan 1: Sums Summary

**All sums are right: 3/3 tests pass**

- 5 of 5 tests pass, coverage is fine
- Committed as `0123abc`
"""


@pytest.fixture
def done_elsewhere(sandbox: Sandbox) -> Sandbox:
    """A plan whose work is there: committed in part, and in part not even tracked."""
    sandbox.write(f"{FOLDER}/01-01-PLAN.md", PLAN)
    sandbox.write("README.md", "# Sums\n")
    sandbox.write("sums.py", SUMS)
    sandbox.write("tests/test_sums.py", TESTS)
    sandbox.commit("start")
    sandbox.write("sums.py", SUMS + "\n\ndef triple(number):\n    return 3 * number\n")
    sandbox.commit("some agent's work")
    sandbox.write("tests/test_sums.py", TESTS.replace("-3", "-2"))
    sandbox.write(
        "tests/test_more.py",
        "from sums import triple\n\n\ndef test_triple():\n    assert triple(1) == 3\n",
    )
    sandbox.write(SUMMARY_PATH, SUMMARY)
    return sandbox


def test_before_and_after_and_what_the_summary_states(done_elsewhere: Sandbox) -> None:
    status = done_elsewhere.git("status", "--porcelain")
    words = ("check", "1-1", "--base", "HEAD~1", "--summary", "--json-report", ".git/r.json")

    checked = done_elsewhere.gsd_run(*words)

    assert checked.status == 1, checked.text
    lines = checked.stdout.splitlines()
    assert (
        "  verify.1        REFUTED  at base  1 passed, 1 failed; all should pass, and at least one"
        in lines
    )
    assert "  verify.1        PROVEN    3 passed" in lines
    assert lines[-6:] == [
        "tests: 1 of 2 passed at the base, 3 of 3 now; 1 fixed, 0 broken  $ python -m pytest tests -q",
        f"{SUMMARY_PATH} states 5 things that a check decides; 2 hold",
        f"{SUMMARY_PATH}:5: REFUTED: triples.py (triples.py does not exist)",
        f"{SUMMARY_PATH}:12: REFUTED: 5 of 5 tests pass, coverage is fine (3 passed; 5 should pass)",
        f"{SUMMARY_PATH}:13: REFUTED: 0123abc (`git merge-base --is-ancestor 0123abc HEAD` exited 128: fatal: Not a valid object name 0123abc)",
        "6 PROVEN, 3 REFUTED, 1 UNPROVEN (1 of the proven were true at the base: vacuous)",
    ]
    assert done_elsewhere.git("status", "--porcelain") == status
    assert (done_elsewhere.root / "tests/test_more.py").exists()
    assert done_elsewhere.git("for-each-ref", "refs/gsd-run") == ""

    told = json.loads(done_elsewhere.read(".git/r.json"))
    assert told["counts"] == {"PROVEN": 6, "REFUTED": 3, "UNPROVEN": 1}
    plan = told["plans"][0]
    assert [(c["id"], c["before"], c["state"], c["note"]) for c in plan["claims"][:5]] == [
        ("verify.1", "REFUTED", "PROVEN", None),
        ("done.1", "PROVEN", "PROVEN", "vacuous"),
        ("truth.1", "REFUTED", "PROVEN", None),
        ("truth.2", "UNPROVEN", "UNPROVEN", None),
        ("artifact.1", "REFUTED", "PROVEN", None),
    ]
    assert plan["tests"][0]["before"] == {
        "collected": 2,
        "passed": 1,
        "failed": 1,
        "errors": 0,
        "skipped": 0,
    }
    assert plan["tests"][0]["fixed"] == ["test_negative"]


def test_junit_sarif_and_github(done_elsewhere: Sandbox) -> None:
    (done_elsewhere.root / "tests/test_sums.py").write_text(TESTS)

    words = ("--format", "github", "--junit-xml", ".git/j.xml", "--sarif", ".git/s.json")
    github = done_elsewhere.gsd_run("check", "01-01", *words)

    assert github.status == 1, github.text
    assert github.stdout.startswith("::error file=tests/test_sums.py,line=8,")
    assert f"\n::error file={FOLDER}/01-01-PLAN.md,line=" in github.stdout
    junit = ET.fromstring(done_elsewhere.read(".git/j.xml"))
    assert {key: junit[0].get(key) for key in ("name", "tests", "failures", "skipped")} == {
        "name": "01-01", "tests": "5", "failures": "2", "skipped": "1",
    }  # fmt: skip
    results = json.loads(done_elsewhere.read(".git/s.json"))["runs"][0]["results"]
    assert [(one["ruleId"], one["level"]) for one in results] == [
        ("REFUTED", "error"), ("REFUTED", "error"), ("UNPROVEN", "warning"),
        ("FAILED-TEST", "error"),
    ]  # fmt: skip


def test_what_is_printed_into_the_project_is_the_same_as_what_is_written(sandbox: Sandbox) -> None:
    plan = PLAN.replace("python -m pytest tests -q", "grep -n triple sums.py")
    sandbox.write(f"{FOLDER}/01-01-PLAN.md", plan)
    sandbox.write("sums.py", SUMS)
    sandbox.commit("start")

    typed = "python -m gsd_run check 01-01 --format json --json-report .git/report >report.json"
    done = sandbox.run("sh", "-c", typed)
    assert (done.status, done.text) == (1, "")
    assert sandbox.read("report.json") == sandbox.read(".git/report")
    assert json.loads(sandbox.read("report.json"))["counts"]["REFUTED"] == 3
    for form, option in (("junit", "--junit-xml"), ("sarif", "--sarif")):
        done = sandbox.gsd_run("check", "01-01", "--format", form, option, ".git/report")
        assert done.stdout == sandbox.read(".git/report")


def test_a_phase_is_all_its_plans(done_elsewhere: Sandbox) -> None:
    plan = PLAN.replace("python -m pytest tests -q", "grep -n triple sums.py")
    done_elsewhere.write(f"{FOLDER}/01-01-PLAN.md", plan)
    done_elsewhere.write(f"{FOLDER}/01-02-PLAN.md", plan.replace("plan: 01", "plan: 02"))

    checked = done_elsewhere.gsd_run("check", "1")

    assert checked.status == 0, checked.text
    assert f"{FOLDER}/01-01-PLAN.md" in checked.stdout
    assert f"{FOLDER}/01-02-PLAN.md" in checked.stdout
    assert checked.stdout.splitlines()[-1] == "6 PROVEN, 0 REFUTED, 4 UNPROVEN"


def test_a_base_that_is_no_commit(done_elsewhere: Sandbox) -> None:
    checked = done_elsewhere.gsd_run("check", "01-01", "--base", "nowhere")
    assert (checked.status, checked.stderr) == (
        2,
        "--base nowhere: there is no such commit here; fetch it (build services often clone without "
        "the history)\n",
    )


def test_tests_that_moved_and_were_renamed_have_not_vanished(done_elsewhere: Sandbox) -> None:
    moved = TESTS.replace("-3", "-2").replace("def test_double", "def test_twice")
    more = "from sums import triple\n\n\ndef test_triple():\n    assert triple(1) == 3\n"
    (done_elsewhere.root / "tests/test_sums.py").unlink()
    done_elsewhere.write("tests/test_all_sums.py", moved)
    done_elsewhere.write("tests/test_more.py", more)
    done_elsewhere.commit("moved")

    done = done_elsewhere.gsd_run("check", "01-01", "--base", "HEAD~2")

    assert done.status == 0, done.text
    assert "\n4 PROVEN, 0 REFUTED, 1 UNPROVEN" in done.text
    assert not (done_elsewhere.root / "tests/test_sums.py").exists()


def test_a_submodule_that_came_since_is_not_set_aside(done_elsewhere: Sandbox) -> None:
    local = ("-c", "protocol.file.allow=always")
    done_elsewhere.git(*local, "submodule", "--quiet", "add", str(done_elsewhere.root), "inner")
    done_elsewhere.commit("with a submodule")

    done = done_elsewhere.gsd_run("check", "01-01", "--base", "HEAD~1")

    assert done.status == 3, done.text
    assert "the submodule inner is not the same at" in done.text
    assert (done_elsewhere.root / "inner/sums.py").exists()
