"""Runners other than pytest, measured: stand-ins that print what the real ones were seen to."""

import json
import os
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from gsd_run.checking.measuring.measure import measure
from gsd_run.domain.measurement import FileCoverage, Measurement

OUTPUTS = Path(__file__).parent / "runner_outputs"
Measure = Callable[[str], Measurement]
StandIn = Callable[..., None]

NPM = """\
#!/bin/sh
[ "$1" = test ] && set -- run test
name=$2
shift 2
printf '\\n> small@1.0.0 %s\\n\\n' "$name"
PATH="$PWD/node_modules/.bin:$PATH" sh -c "$(python3 -c "
import json, sys; print(json.load(open('package.json'))['scripts'][sys.argv[1]])" "$name") $*"
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "project").mkdir()
    return tmp_path / "project"


@pytest.fixture
def stand_in(root: Path) -> StandIn:
    """Put a program into the project's tools that prints a captured output, and ends like that."""

    def write(name: str, case: str, status: int = 0, also: str = "") -> None:
        place = root / "node_modules" / ".bin" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        errors = OUTPUTS / f"{case}.stderr.txt"
        lines = ["#!/bin/sh", also, f"cat {shlex.quote(str(OUTPUTS / f'{case}.txt'))}"]
        if errors.exists():
            lines.append(f"cat {shlex.quote(str(errors))} >&2")
        place.write_text("\n".join([*lines, f"exit {status}\n"]))
        place.chmod(0o755)

    return write


@pytest.fixture
def run(root: Path, tmp_path: Path) -> Measure:
    npm = root / "node_modules" / ".bin" / "npm"
    npm.parent.mkdir(parents=True, exist_ok=True)
    npm.write_text(NPM)
    npm.chmod(0o755)
    environment = {
        "PATH": f"{npm.parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "LC_ALL": "C.UTF-8",
    }

    def run(script: str) -> Measurement:
        return measure(
            script,
            root=root,
            environment=environment,
            scratch=tmp_path / "scratch",
            timeout=60,
            python="python3",
        )

    return run


def told(measured: Measurement) -> list[str]:
    """Return what each test run came to: runner, passed, failed and errors, skipped."""
    return [
        f"{run.command} {run.runner}: {run.passed}/{run.failed + run.errors}/{run.skipped}"
        for run in measured.tests
    ]


def test_through_a_filter_the_runner_is_still_read(run: Measure, stand_in: StandIn) -> None:
    stand_in("vitest", "vitest/fail", 1)
    stand_in("jest", "jest/pass")
    measured = run(
        "vitest run 2>&1 | grep -c nothing\n"
        'echo "${PIPESTATUS[0]} ${PIPESTATUS[1]} $?"\n'
        "jest |& tail -1; jest | head -2\n"
        "cd . && vitest run | tee log | sed s/1.failed// | tail -2"
    )
    assert told(measured) == [
        "0 vitest: 3/1/2",
        "2 jest: 5/0/0",
        "3 jest: 5/0/0",
        "5 vitest: 3/1/2",
    ]
    assert [one.statuses for one in measured.commands if len(one.members) > 1] == [
        (1, 1),
        (0, 0),
        (0, 0),
        (1, 0, 0, 0),
    ]
    assert measured.commands[0].stdout == "0\n"
    assert measured.commands[1].stdout == "1 1 1\n"
    assert measured.commands[2].stdout == "Ran all test suites.\n"
    assert measured.notes == ()


def test_what_ends_a_script_still_ends_it(run: Measure, stand_in: StandIn) -> None:
    stand_in("vitest", "vitest/fail", 1)
    measured = run("set -eo pipefail\nvitest run | tail -1\necho never")
    assert [one.text for one in measured.commands] == ["set -eo pipefail", "vitest run | tail -1"]
    assert (measured.status, told(measured)) == (1, ["1 vitest: 3/1/2"])
    lenient = run("set -e\nvitest run | tail -1\necho on")
    assert (lenient.status, lenient.commands[-1].stdout) == (0, "on\n")


def test_scripts_of_a_project(run: Measure, stand_in: StandIn, root: Path) -> None:
    stand_in("vitest", "vitest/pass")
    stand_in("mocha", "mocha/fail", 1)
    scripts = {
        "test": "vitest",
        "both": "vitest unit && mocha",
        "twice": "vitest unit && vitest whole",
        "forged": "vitest; echo ' Tests  51 passed (51)'",
    }
    (root / "package.json").write_text(json.dumps({"scripts": scripts}))
    measured = run("npm test | tail -4; npm run both; npm run twice; npm run forged; npm run gone")
    assert told(measured) == [
        "0 vitest: 5/0/0",
        "1 vitest: 5/0/0",
        "1 mocha: 1/1/2",
        "2 vitest: 10/0/0",
    ]
    assert measured.commands[0].statuses == (0, 0)


def test_words_of_another_program_are_no_results(run: Measure, stand_in: StandIn) -> None:
    stand_in("vite", "vitest/pass")
    measured = run("vite build; cat log; echo ' Tests  51 passed (51)'; vitest --version | cat")
    assert told(measured) == []


def test_reports_that_a_build_tool_wrote(run: Measure, stand_in: StandIn, root: Path) -> None:
    report = root / "app/build/test-results/test/TEST-small.AddingTest.xml"
    captured = OUTPUTS / "gradle/TEST-small.AddingTest.xml"
    stale = root / "lib/build/test-results/test/TEST-small.Stale.xml"
    for place in (report, stale):
        place.parent.mkdir(parents=True)
        place.write_bytes(captured.read_bytes())
        os.utime(place, (1_000_000_000, 1_000_000_000))
    stand_in("gradlew", "gradle/pass")
    assert told(run("gradlew test")) == []
    assert run("gradlew test").notes == ("gradlew test: no results of gradle can be read",)
    stand_in("gradlew", "gradle/fail", 1, also=f"sleep 0.05; cp {captured} {report}")
    (tests,) = run("gradlew test | tail -1").tests
    assert (tests.source, tests.passed, tests.failed, tests.skipped) == ("closing line", 3, 2, 1)
    other = report.with_name("TEST-small.OtherTest.xml")
    one = '<testsuite><testcase name="one" classname="small.OtherTest"/></testsuite>'
    stand_in(
        "gradlew",
        "gradle/fail",
        1,
        also=f"sleep 0.05; cp {captured} {report}; echo '{one}' > {other}",
    )
    (tests,) = run("gradlew test").tests
    assert (tests.source, tests.passed, tests.failed, tests.skipped) == ("junit", 3, 2, 1)
    assert [one.name for one in tests.cases if one.outcome == "passed"] == [
        "small.AddingTest > two",
        "small.AddingTest > negative",
        "small.OtherTest > one",
    ]


def test_a_report_that_the_command_names(run: Measure, stand_in: StandIn) -> None:
    captured = OUTPUTS / "vitest/junit.txt"
    stand_in("vitest", "vitest/fail", 1, also=f"sleep 0.05; cp {captured} out.xml")
    (tests,) = run(
        "vitest run --reporter=default --reporter=junit --outputFile.junit=out.xml"
    ).tests
    assert (tests.source, tests.passed, tests.failed) == ("junit", 3, 1)
    # The file of a run before this one says nothing of it.
    stand_in("vitest", "vitest/none", 1)
    assert told(run("vitest run --outputFile=out.xml")) == ["0 vitest: 0/0/0"]


def test_runners_that_would_watch_are_told_not_to(
    run: Measure, stand_in: StandIn, root: Path
) -> None:
    stand_in("react-scripts", "jest/pass", also='echo "CI is ${CI-unset}"')
    stand_in("jest", "jest/pass", also='echo "CI is ${CI-unset}"')
    (root / "web").mkdir()
    (root / "web/package.json").write_text(json.dumps({"scripts": {"test": "react-scripts test"}}))
    measured = run("cd web && npm test")
    assert "CI is true" in measured.commands[1].stdout
    assert told(measured) == ["1 jest: 5/0/0"]
    assert "CI is unset" in run("jest").commands[0].stdout


def test_secrets_are_not_kept(run: Measure) -> None:
    measured = run("echo 'key AKIAABCDEFGHIJ234567'; echo password=hunter2hunter2 >&2")
    assert measured.commands[0].stdout == "key AKIA⟦redacted⟧\n"
    assert measured.commands[1].stderr == "password=⟦redacted⟧\n"


LCOV = "TN:\nSF:src/math.js\nDA:1,1\nDA:2,0\nend_of_record\n"


def test_coverage_that_a_run_wrote(run: Measure, stand_in: StandIn, root: Path) -> None:
    (root / "src").mkdir()
    (root / "src/math.js").write_text("x\n")
    report = root / "coverage/lcov.info"
    report.parent.mkdir()
    report.write_text(LCOV.replace("DA:2,0", "DA:2,1"))
    os.utime(report, (1_000_000_000, 1_000_000_000))
    stand_in("jest", "jest/pass")
    assert run("jest --coverage").coverage == ()
    stand_in("jest", "jest/pass", also=f"sleep 0.05; printf '{LCOV}' > coverage/lcov.info")
    assert run("jest --coverage").coverage == (
        FileCoverage(path="src/math.js", percent=50.0, statements=2, missing=1),
    )
    # A copy of a report is no measurement.
    assert run("cp coverage/lcov.info lcov.info").coverage == ()


def test_coverage_from_a_table(run: Measure, stand_in: StandIn, root: Path) -> None:
    (root / "src").mkdir()
    (root / "src/math.js").write_text("x\n")
    table = OUTPUTS / "coverage/table.txt"
    stand_in("mocha", "mocha/pass")
    stand_in("c8", "mocha/pass", also=f"trap 'cat {table}' EXIT")
    measured = run("c8 mocha | tail -3")
    assert told(measured) == ["0 mocha: 2/0/0"]
    assert measured.coverage == (
        FileCoverage(path="src/math.js", percent=60.0, statements=0, missing=0, counted=False),
    )
    assert run(f"cat {table}; echo coverage").coverage == ()
