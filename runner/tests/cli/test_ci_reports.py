"""Reports for build services, written however a command ends."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from begun import copied, greeting_at
from gsd_run.domain.event import BaselineDone, RunStarted
from gsd_run.reporting.ci.standing import as_it_stands
from gsd_run.running.journals.journal import Journal, read
from msgspec.structs import replace
from sandbox import (
    FOLDER,
    PLAN_PATH,
    RUN_FILE,
    RUN_PATH,
    Output,
    Sandbox,
    environment,
    let_a_check_wait,
)

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
    return after.partition(stop)[0].splitlines()


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
    assert project.gsd_run("resume", "--json-report", "out/r.json").status == 10
    (told,) = json.loads(project.read("out/r.json"))["plans"]
    assert (told["plan"], told["exit"], len(told["claims"])) == ("01-01", 10, 8)
    assert {one["state"] for one in told["claims"]} == {"UNPROVEN"}
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

    project.write(".planning/gsd-run.toml", "[[[\n")
    for words in (("check", "01-01"), ("run", "01-01")):
        unset = project.gsd_run(*words, *REPORTS)
        assert unset.status == 2
        case = ET.fromstring(project.read("out/junit.xml")).find(".//testcase")
        assert case.attrib == {"classname": "01-01", "name": "run", "time": "0.000"}
        assert case[0].get("message").startswith(".planning/gsd-run.toml:1: no TOML: ")
        (result,) = json.loads(project.read("out/r.sarif"))["runs"][0]["results"]
        assert "locations" not in result
        assert _annotations(unset)[0].startswith("::error title=gsd-run STOPPED stopped-run::01-01")


def test_outside_of_any_repository_a_report_says_so(tmp_path: Path) -> None:
    bare = Sandbox(tmp_path / "bare")
    bare.write(PLAN_PATH, PLAN)

    done = bare.gsd_run("run", "01-01", "--junit-xml", "out/j.xml")

    assert done.status == 3, done.text
    error = ET.fromstring(bare.read("out/j.xml")).find(".//error")
    assert "is in no git repository; start one with `git init`" in error.get("message")


def test_what_is_told_of_an_error_is_never_obeyed(begun: Sandbox, tmp_path: Path) -> None:
    project = copied(begun, tmp_path / "project")
    plan = project.read(PLAN_PATH)
    evil = 'depends_on: ["\\n::set-output name=reports::/etc"]'
    project.write(PLAN_PATH, plan.replace("depends_on: []", evil))
    project.commit("a stranger's")

    done = project.run("sh", "-c", "python -m gsd_run run 01-01 --github 2>&1")

    assert done.status == 3, done.text
    stop, token = re.search(r"::stop-commands::(\w+)\n", done.stdout).group(0, 1)
    quiet = done.stdout.removeprefix(stop).split(f"::{token}::\n")
    assert len(quiet) == 3
    obeyed, again, told = quiet[1].partition(stop)
    assert [one.partition("=")[0] for one in obeyed.splitlines()] == ["::error file"]
    assert (again, "\n  ::set-output name=reports::/etc: there is no such plan" in told, quiet[2]) == (
        stop, True, "",
    )  # fmt: skip


def test_another_plans_run_is_not_told_as_ones_own(begun: Sandbox, tmp_path: Path) -> None:
    project = copied(begun, tmp_path / "project")
    assert project.gsd_run("01-01").status == 1
    later = Journal(project.journal, lambda: "2999-01-01T00:00:00.000+00:00")
    later.add(BaselineDone(seconds=0))  # as if it went on meanwhile, in another worktree
    second = project.read(PLAN_PATH).replace("plan: 01", "plan: 02")
    project.write(PLAN_PATH.replace("01-PLAN", "02-PLAN"), second)
    project.write("README.md", "changed\n")

    refused = project.gsd_run("run", "01-02", "--json-report", "../r.json")

    assert refused.status == 3, refused.text
    (told,) = json.loads((tmp_path / "r.json").read_text())["plans"]
    assert (told["plan"], told["exit"], told["claims"]) == ("01-02", 3, [])
    assert told["stopped"] in refused.stderr


def test_nobody_reads_what_is_printed(begun: Sandbox) -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    words = [sys.executable, "-m", "gsd_run", "check", "01-01", "--junit-xml", ".git/j.xml"]
    done = subprocess.run(words, cwd=begun.root, env=environment(), stdout=write_end, check=False)
    os.close(write_end)
    error = ET.fromstring(begun.read(".git/j.xml")).find(".//testcase[@name='run']/error")
    assert (done.returncode, error.get("type")) == (1, "exit 1")
    assert error.get("message") == "nobody reads what it prints any more"


def test_paths_that_do_not_do(begun: Sandbox, tmp_path: Path) -> None:
    project = copied(begun, tmp_path / "project")
    for words in (
        ("check", "01-01", "--sarif", "."),
        ("check", "01-01", "--sarif", "new/"),
        ("check", "01-01", "--sarif", "-"),
        ("check", "01-01", "--sarif", "x", "--junit-xml", "./x"),
        ("check", "01-01", "--sarif", "x", "--junit-xml", f"{FOLDER}/../../../x"),
        ("run", "01-01", "--sarif", "x", "--dry-run"),
    ):
        assert project.gsd_run(*words).status == 2, words
    done = project.gsd_run("check", "01-01", "-q", "--sarif", "README.md/x", "--json-report",
                           "deep/er/r.json", "--junit-xml", "x" * 300)  # fmt: skip
    assert done.status == 1
    assert "README.md/x: the report can't be written: " in done.stderr
    assert "the report can't be written: File name too long" in done.stderr
    assert json.loads(project.read("deep/er/r.json"))["counts"]["REFUTED"] == 3
    assert (project.root / FOLDER).is_dir()


def test_links_in_the_project_are_not_followed(begun: Sandbox, tmp_path: Path) -> None:
    project = copied(begun, tmp_path / "project")
    (tmp_path / "elsewhere").write_text("mine\n")
    (project.root / "j.xml").symlink_to("../elsewhere")
    (project.root / "hooks").symlink_to(".git/hooks")
    (project.root / "round").symlink_to("round")
    (tmp_path / "way").symlink_to("project")
    named = ("--junit-xml", "j.xml", "--sarif", "hooks/s", "--json-report", "round",
             "--job-summary", "../way/page.md")  # fmt: skip

    done = project.gsd_run("check", "01-01", "-q", *named)

    assert done.status == 1, done.text
    assert done.stderr.count("a link in the project leads elsewhere; name the place itself") == 2
    assert "/round: the report can't be written: Too many levels of symbolic links" in done.stderr
    assert (tmp_path / "elsewhere").read_text() == "mine\n"
    assert not (project.root / ".git/hooks/s").exists()
    assert project.read("page.md").startswith("## gsd-run: 0 PROVEN")


def test_a_report_among_what_is_printed_into_a_file(begun: Sandbox, tmp_path: Path) -> None:
    project = copied(begun, tmp_path / "project")
    typed = (
        "(echo one; python -m gsd_run check 01-01 -q --junit-xml /dev/stdout; echo two) >all.txt"
    )

    assert project.run("sh", "-c", typed).stderr == ""

    lines = project.read("all.txt").splitlines()
    assert (lines[0], lines[-1]) == ("one", "two")
    assert "0 PROVEN, 3 REFUTED, 5 UNPROVEN" in lines
    assert lines[-2] == "</testsuites>"
    assert project.git("status", "--porcelain") == "?? all.txt\n"
