"""Reports for build services, written however a command ends."""

import json
import re
import signal
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from begun import copied, greeting_at
from gsd_run.domain.event import RunStarted
from gsd_run.reporting.ci.standing import as_it_stands
from gsd_run.running.journals.journal import read
from msgspec.structs import replace
from sandbox import FOLDER, PLAN_PATH, RUN_FILE, RUN_PATH, Output, Sandbox, let_a_check_wait

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
  artifacts:
    - path: "triples.py"
      contains: "def triple"
---
<objective>
Sums.
</objective>
<tasks>
<task type="auto">
  <name>Task 1: Sums</name>
  <files>sums.py, tests/test_sums.py</files>
  <action>Write double and its test</action>
  <verify>python -m pytest tests -q</verify>
  <done>`grep -Hn "return 3" sums.py` returns nothing</done>
</task>
</tasks>
"""
TESTS = """\
from sums import double


def test_double():
    assert double(2) == 4
"""
REPORTS = ("--junit-xml", "out/junit.xml", "--sarif", "out/r.sarif", "--json-report", "out/r.json",
           "--job-summary", "out/page.md", "--github")  # fmt: skip


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    """A project whose run file makes the wrong change."""
    folder = tmp_path_factory.mktemp("reports")
    return greeting_at(folder / "project", RUN_FILE.replace("bye", "by"))


def _annotations(done: Output) -> list[str]:
    """Return the workflow commands that GitHub obeys."""
    stop, token = re.search(r"::stop-commands::(\w+)\n", done.stdout).group(0, 1)
    assert done.stdout.startswith(stop)
    before, _, after = done.stdout.partition(f"::{token}::\n")
    assert before
    return after.splitlines()


def _results(project: Sandbox) -> list[tuple[str, str, int]]:
    run = json.loads(project.read("out/r.sarif"))["runs"][0]
    places = [one["locations"][0]["physicalLocation"] for one in run["results"]]
    return [
        (one["ruleId"], place["artifactLocation"]["uri"], place["region"]["startLine"])
        for one, place in zip(run["results"], places, strict=True)
    ]


def test_check_points_at_plan_and_code(sandbox: Sandbox) -> None:
    sandbox.write(f"inner/{PLAN_PATH}", PLAN)
    sandbox.write("inner/sums.py", "def double(number):\n    return 3 * number\n")
    sandbox.write("inner/tests/test_sums.py", TESTS)
    sandbox.commit("start")
    page = sandbox.root / "step.md"
    page.write_text("before\n")
    inner = Sandbox(sandbox.root / "inner")

    done = inner.gsd_run("check", "01-01", *REPORTS, GITHUB_STEP_SUMMARY=str(page))

    assert done.status == 1, done.text
    plan = f"inner/{PLAN_PATH}"
    assert _results(inner) == [
        ("REFUTED", plan, 22), ("REFUTED", plan, 23), ("REFUTED", plan, 11),
        ("FAILED-TEST", "inner/tests/test_sums.py", 4), ("REFUTED-HERE", "inner/sums.py", 2),
    ]  # fmt: skip
    assert [one.partition(",col=")[0] for one in _annotations(done)] == [
        "::error file=inner/tests/test_sums.py,line=4", "::error file=inner/sums.py,line=2",
        f"::error file={plan},line=22", f"::error file={plan},line=23",
        f"::error file={plan},line=11",
    ]  # fmt: skip
    suite = ET.fromstring(inner.read("out/junit.xml"))[0]
    assert (suite.get("tests"), suite.get("failures")) == ("3", "3")
    failure = suite.find("testcase/failure").text
    assert "inner/tests/test_sums.py:4: test_double: assert 6 == 4" in failure
    told = json.loads(inner.read("out/r.json"))["plans"][0]
    assert [one["places"] for one in told["claims"]][2] == [
        {"path": "triples.py", "line": 1, "what": "triples.py does not exist"}
    ]
    assert page.read_text() == "before\n" + inner.read("out/page.md")
    assert "?? inner/out" not in sandbox.git("status", "--porcelain")


def test_a_run_that_fails_and_its_end(begun: Sandbox, tmp_path: Path) -> None:
    project = copied(begun, tmp_path / "project")

    failed = project.gsd_run("01-01", *REPORTS)

    assert failed.status == 1, failed.text
    assert ("REFUTED", PLAN_PATH, 33) in _results(project)
    suite = ET.fromstring(project.read("out/junit.xml"))[0]
    states = {
        case.get("name").partition(":")[0]: [child.tag for child in case]
        for case in suite.iter("testcase")
    }
    assert states["run"] == ["error"]
    assert states["verify.1"] == ["system-out"]
    assert states["verify.2"] == ["failure"]
    assert states["verification.1"] == ["skipped"]
    assert "not judged: the run stopped before" in project.read("out/page.md")
    assert "| 2. Add the farewell | FAILED | 1 |" in project.read("out/page.md")

    records = list(read(project.journal))
    was = next(one.event.read for one in records if isinstance(one.event, RunStarted))
    other = [
        replace(one, text="another check") if one.id == "verify.1" else one for one in was.claims
    ]
    changed = replace(records[-1], event=replace(was, claims=tuple(other)))
    verdicts = as_it_stands([*records, changed]).end_verdicts
    assert (verdicts["verify.1"].state, verdicts["verify.2"].state) == ("UNPROVEN", "REFUTED")

    project.write("farewell.txt", "bye\n")
    ended = project.gsd_run("resume", "--junit-xml", "late.xml", "--sarif", "out/r.sarif")
    assert ended.status == 0, ended.text
    assert ET.fromstring(project.read("late.xml"))[0].get("failures") == "0"
    committed = project.git("log", "--name-only", "--format=").split()
    assert not {"late.xml", "out/junit.xml"} & set(committed)
    assert "farewell.txt" in committed

    again = project.gsd_run("01-01", "--junit-xml", "late.xml")
    assert again.status == 0
    assert ET.fromstring(project.read("late.xml"))[0].get("tests") == "8"


def test_a_run_that_waits(begun: Sandbox, tmp_path: Path) -> None:
    project = copied(begun, tmp_path / "project")
    project.git("rm", "-q", RUN_PATH)
    project.commit("by hand")

    done = project.gsd_run("01-01", *REPORTS)

    assert done.status == 10, done.text
    assert ("WAITING", PLAN_PATH, 1) in _results(project)
    case = ET.fromstring(project.read("out/junit.xml")).find(".//testcase[@name='run']")
    assert [child.tag for child in case] == ["skipped"]
    assert _annotations(done)[0].startswith(
        f"::warning file={PLAN_PATH},line=1,col=1,title=gsd-run WAITING"
    )


def test_a_run_that_is_interrupted(begun: Sandbox, tmp_path: Path) -> None:
    project = copied(begun, tmp_path / "project")
    let_a_check_wait(project, "grep -n hello greeting.txt", "touch waiting; sleep 61")
    words = ("run", "01-01", "--no-baseline", "--junit-xml", "../j.xml", "--sarif", "../r.sarif")
    running = project.start(*words)
    while not (project.root / "waiting").exists():
        assert running.poll() is None
        time.sleep(0.02)
    running.send_signal(signal.SIGTERM)
    assert running.wait() == 130
    case = ET.parse(tmp_path / "j.xml").find(".//testcase[@name='run']/error")
    assert (case.get("message"), case.get("type")) == ("interrupted", "exit 130")
    (result,) = json.loads((tmp_path / "r.sarif").read_text())["runs"][0]["results"]
    assert result["message"]["text"] == (
        "01-01 stopped: interrupted (8 claims not judged, and so unproven)"
    )


def test_what_can_not_begin_is_told_too(begun: Sandbox, tmp_path: Path) -> None:
    project = copied(begun, tmp_path / "project")
    project.write("README.md", "changed\n")

    refused = project.gsd_run("01-01", *REPORTS)
    assert refused.status == 3, refused.text
    assert _results(project) == [("STOPPED", PLAN_PATH, 1)]

    project.write(
        PLAN_PATH, project.read(PLAN_PATH).replace("<tasks>", "<tasks>\n<task type='auto'>")
    )
    for words in (("check", "01-01"), ("run", "01-01")):
        unread = project.gsd_run(
            *words, "--sarif", "out/r.sarif", "--junit-xml", str(tmp_path / "j")
        )
        if unread.status == 2:
            assert _results(project)[0][1] == PLAN_PATH
        assert (tmp_path / "j").exists()

    unknown = project.gsd_run("check", "99-99", "--junit-xml", str(tmp_path / "k"))
    assert unknown.status == 2
    assert ET.parse(tmp_path / "k").find(".//error") is not None


def test_paths_that_do_not_do(begun: Sandbox, tmp_path: Path) -> None:
    project = copied(begun, tmp_path / "project")
    assert project.gsd_run("check", "01-01", "--sarif", ".").status == 2
    assert project.gsd_run("check", "01-01", "--sarif", "-").status == 2
    assert project.gsd_run("check", "01-01", "--sarif", "x", "--junit-xml", "./x").status == 2
    assert project.gsd_run("run", "01-01", "--sarif", "x", "--dry-run").status == 2
    done = project.gsd_run(
        "check",
        "01-01",
        "--sarif",
        "README.md/x",
        "--junit-xml",
        "/dev/stdout",
        "--json-report",
        "deep/er/r.json",
    )
    assert done.status == 1
    assert "README.md/x: the report can't be written: " in done.stderr
    assert "<testsuites" in done.stdout
    assert json.loads(project.read("deep/er/r.json"))["counts"]["REFUTED"] == 3
    assert (project.root / FOLDER).is_dir()
