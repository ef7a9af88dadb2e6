"""Scripts run for real: bash, pytest and coverage.py, on a small project."""

import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from gsd_run.checking.measuring.measure import measure
from gsd_run.domain.measurement import FileCoverage, Measurement, TestRun
from gsd_run.outside.confinement import Confinement
from gsd_run.outside.limits import Limits
from sandbox import goes_away

Measure = Callable[..., Measurement]

MODELS = """\
def one():
    return 1


def two():
    return 2
"""
TESTS = """\
import pytest
from core.models import one


class TestOne:
    def test_right(self):
        print("51 passed in 0.10s")
        assert one() == 1

    def test_wrong(self):
        assert one() == 2, "one is not two"


@pytest.mark.skip(reason="later")
def test_skipped():
    pass
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    for path, text in {
        "backend/pytest.ini": "[pytest]\npythonpath = .\naddopts = -p no:cacheprovider\n",
        "backend/core/__init__.py": "",
        "backend/core/models.py": MODELS,
        "backend/tests/test_models.py": TESTS,
        "tests/test_a.py": "def test_fails():\n    assert False\n",
        "tests/test_b.py": "def test_holds():\n    pass\n",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


@pytest.fixture
def run(project: Path, tmp_path: Path) -> Measure:
    """Measure a script in the project; other arguments as `measure` has them."""
    programs = Path(sys.executable).parent
    environment = {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "LC_ALL": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTEST_PLUGINS": "pytest_cov",
    }

    def run(script: str, timeout: float = 60, **more: object) -> Measurement:
        extra = more.pop("variables", {})
        assert isinstance(extra, dict)
        return measure(
            script,
            root=project,
            environment=environment | extra,
            scratch=tmp_path / "scratch",
            timeout=timeout,
            python=sys.executable,
            **more,  # type: ignore[arg-type]
        )

    return run


def counts(tests: TestRun) -> tuple[int, int, int, int]:
    return tests.passed, tests.failed, tests.errors, tests.skipped


def texts(measured: Measurement) -> list[str]:
    return [command.text for command in measured.commands]


def test_a_failing_suite_shows_through_a_pipe(run: Measure, tmp_path: Path, project: Path) -> None:
    before = sorted(project.rglob("*"))
    log = tmp_path / "scratch/tmp/orm.txt"
    measured = run(
        f"pytest backend -q 2>&1 | tee {log} | tail -1\n"
        f'grep -E "passed|failed" {log} | grep "51 passed"',
        key="tree and script",
    )
    suite, check = measured.commands
    assert (suite.status, suite.statuses) == (0, (1, 0, 0))
    assert suite.members == ("pytest backend -q 2>&1", f"tee {log}", "tail -1")
    assert re.fullmatch(r"1 failed, 1 passed, 1 skipped in \d.\d\ds\n", suite.stdout)
    # The words that the test printed are in the log: its output is shown, as pytest does.
    assert (check.status, check.statuses) == (1, (0, 1))
    (tests,) = measured.tests
    assert (tests.command, tests.runner, tests.source) == (0, "pytest", "junit")
    assert counts(tests) == (1, 1, 0, 1)
    assert [(case.name, case.file, case.outcome, case.message) for case in tests.cases] == [
        ("TestOne::test_right", "tests/test_models.py", "passed", ""),
        (
            "TestOne::test_wrong",
            "tests/test_models.py",
            "failed",
            "AssertionError: one is not two",
        ),
        ("test_skipped", "tests/test_models.py", "skipped", "later"),
    ]
    assert (measured.status, measured.key) == (1, "tree and script")
    assert (measured.trouble, measured.notes, measured.coverage) == (None, (), ())
    assert sorted(project.rglob("*")) == before


def test_a_suite_called_from_python_elsewhere(run: Measure) -> None:
    measured = run(
        'python3 -c "\n'
        "import subprocess\n"
        "result = subprocess.run(['pytest', 'tests', '-k', 'right', '--cov=core.models'],\n"
        "    capture_output=True, text=True, cwd='backend')\n"
        "if '51 passed' not in result.stdout:\n"
        "    print('FAIL'); exit(1)\n"
        '"'
    )
    (tests,) = measured.tests
    assert counts(tests) == (1, 0, 0, 0)
    assert (measured.status, measured.commands[0].stdout) == (1, "FAIL\n")
    assert measured.coverage == (
        FileCoverage(path="backend/core/models.py", percent=75.0, statements=4, missing=1),
    )


def test_settings_of_the_project_hold_for_coverage(run: Measure, project: Path) -> None:
    (project / "backend/.coveragerc").write_text(
        "[run]\nrelative_files = true\nbranch = true\n"
        "[report]\nfail_under = 99\nexclude_also =\n    def two\n"
    )
    (project / "backend/core/more.py").write_text("x = 1\n")
    measured = run(
        "cd backend && pytest -q --cov=core --cov-config=.coveragerc tests -k right --cov-report="
    )
    assert measured.coverage == (
        FileCoverage(path="backend/core/__init__.py", percent=100.0, statements=0, missing=0),
        FileCoverage(path="backend/core/models.py", percent=100.0, statements=2, missing=0),
        FileCoverage(path="backend/core/more.py", percent=0.0, statements=1, missing=1),
    )
    assert measured.commands[0].text == "cd backend"
    assert not (project / "backend/.coverage").exists()


def test_a_script_that_handles_coverage_itself(run: Measure) -> None:
    measured = run("(python -m coverage run tests/test_b.py) && coverage report && ls -A")
    assert [command.status for command in measured.commands] == [0, 0, 0]
    assert measured.commands[2].stdout.split() == [".coverage", "backend", "tests"]
    assert measured.coverage == ()


def test_no_tests_are_no_passed_tests(run: Measure) -> None:
    measured = run("cd backend; pytest --collect-only -q; pytest -q -k nothing\npytest absent.py")
    assert [command.status for command in measured.commands] == [0, 0, 5, 4]
    assert [(tests.command, tests.collected) for tests in measured.tests] == [
        (1, 0),
        (2, 0),
        (3, 0),
    ]


def test_words_that_only_look_like_a_result(run: Measure, project: Path) -> None:
    closing = "==== 51 passed in 0.10s ===="
    (project / "tests/test_b.py").write_text(
        f"import os\ndef test_leaves():\n    print('\\n{closing}', flush=True)\n    os._exit(0)\n"
    )
    measured = run(f"echo '{closing}'; pytest -s tests/test_b.py")
    assert [command.status for command in measured.commands] == [0, 0]
    assert closing in measured.commands[1].stdout
    assert measured.tests == ()
    assert measured.notes == ("pytest -s tests/test_b.py: no results of pytest can be read",)
    own = run(f"pytest() {{ echo '{closing}'; }}; pytest --junitxml=none.xml | cat")
    assert (own.commands[1].stdout, own.tests) == (f"{closing}\n", ())


def test_each_call_within_one_command_counts(run: Measure) -> None:
    measured = run("for file in tests/test_*.py; do pytest -q $file; done | tail -1")
    assert measured.status == 0
    assert [(tests.command, counts(tests)) for tests in measured.tests] == [
        (0, (0, 1, 0, 0)),
        (0, (1, 0, 0, 0)),
    ]


def test_options_that_the_script_gives_pytest_stay(run: Measure) -> None:
    measured = run(
        'PYTEST_ADDOPTS="-k right" pytest -q backend\n'
        "export PYTEST_ADDOPTS='-k wrong'; pytest -q backend",
        variables={"PYTEST_ADDOPTS": "-v"},
    )
    assert [counts(tests) for tests in measured.tests] == [(1, 0, 0, 0), (0, 1, 0, 0)]
    assert [tests.source for tests in measured.tests] == ["junit", "junit"]


def test_results_that_the_script_asks_for_itself(run: Measure, project: Path) -> None:
    measured = run("pytest backend --junitxml=own.xml; pytest -q -p no:junitxml tests 2>&1 | cat")
    assert [(tests.source, counts(tests)) for tests in measured.tests] == [
        ("junit", (1, 1, 0, 1)),
        ("closing line", (1, 1, 0, 0)),
    ]
    assert (project / "own.xml").exists()


def test_a_project_that_switches_such_results_off(run: Measure, project: Path) -> None:
    (project / "tests/pytest.ini").write_text("[pytest]\naddopts = -p no:junitxml\n")
    measured = run("pytest tests | tail -1")
    assert [(tests.source, counts(tests)) for tests in measured.tests] == [
        ("closing line", (1, 1, 0, 0))
    ]


def test_unittest_is_read_from_its_closing_lines(run: Measure, project: Path) -> None:
    (project / "cases.py").write_text(
        "import unittest\n\n\nclass Cases(unittest.TestCase):\n"
        "    def test_right(self):\n        print('Ran 51 tests in 0.001s\\n\\nOK')\n\n"
        "    def test_wrong(self):\n        self.fail()\n"
    )
    measured = run("python -m unittest cases; python3 -m unittest cases 2>&1 | grep -v xyz")
    assert [(tests.runner, counts(tests)) for tests in measured.tests] == [
        ("unittest", (1, 1, 0, 0))
    ]
    assert measured.notes == (
        "python3 -m unittest cases 2>&1 | grep -v xyz: no results of unittest can be read",
    )


def test_time_runs_out(run: Measure) -> None:
    measured = run(
        "echo before\n(sleep 300 & echo $!; setsid sleep 300 & echo $!; wait) | cat; echo never",
        timeout=2,
    )
    assert texts(measured)[0] == "echo before"
    assert [(command.status, command.stdout) for command in measured.commands[:1]] == [
        (0, "before\n")
    ]
    (_, last) = measured.commands
    assert (last.status, last.statuses, measured.status) == (137, (), 137)
    assert measured.timed_out
    assert measured.trouble == (
        "stopped after 2 s, while this was running: "
        "(sleep 300 & echo $!; setsid sleep 300 & echo $!; wait) | cat"
    )
    grandchildren = [int(line) for line in last.stdout.split()]
    assert len(grandchildren) == 2
    assert all(goes_away(pid) for pid in grandchildren)


def test_what_is_left_running_is_ended(run: Measure) -> None:
    measured = run(
        "sleep 300 &\necho $!\n"
        "python3 -c \"import subprocess as s; print(s.Popen(['sleep', '300'], "
        'start_new_session=True).pid)"\n'
        "false | sleep 300 &\n(exit 3) & wait $!"
    )
    assert [command.background for command in measured.commands] == [
        True,
        False,
        False,
        True,
        True,
        False,
    ]
    assert [command.status for command in measured.commands] == [0, 0, 0, 0, 0, 3]
    assert all(goes_away(int(command.stdout)) for command in measured.commands[1:3])
    assert not measured.timed_out


def test_statuses_are_written_down_as_they_are(run: Measure) -> None:
    measured = run("yes | head -1\n! true\n! grep x /dev/null | cat\nset -e\nfalse\necho never")
    assert [(one.text, one.status, one.statuses) for one in measured.commands] == [
        ("yes | head -1", 0, (141, 0)),
        ("! true", 1, (0,)),
        ("! grep x /dev/null | cat", 1, (1, 0)),
        ("set -e", 0, (0,)),
        ("false", 1, (1,)),
    ]
    assert measured.status == 1


def test_a_script_that_ends_within_a_command(run: Measure) -> None:
    measured = run("echo a || echo b\ntrap 'echo bye' EXIT\ncd / && exit 4; echo never")
    assert [(one.text, one.status) for one in measured.commands] == [
        ("echo a", 0),
        ("trap 'echo bye' EXIT", 0),
        ("cd /", 0),
        ("exit 4", 4),
    ]
    assert measured.status == 4


def test_much_output_and_bytes_that_are_no_text(run: Measure) -> None:
    measured = run("printf 'a\\377b'; yes 0123456789abcdef | head -c 20000000; printf 'end' >&2")
    short, long, last = measured.commands
    assert short.stdout == "a\ufffdb"
    assert "\n… 11611392 bytes left out …\n" in long.stdout
    assert len(long.stdout) < 9_000_000
    assert (last.stdout, last.stderr) == ("", "end")


def test_endless_output_is_ended(run: Measure) -> None:
    confinement = Confinement(limits=Limits(output=2 << 20))
    measured = run("echo a; yes", confinement=confinement)
    assert (
        measured.trouble == "stopped, having written more than 2 MiB, while this was running: yes"
    )
    assert (measured.timed_out, measured.commands[0].stdout) == (False, "a\n")


def test_a_script_that_bash_cannot_parse_is_not_run(run: Measure, project: Path) -> None:
    measured = run("touch made\nif true; then")
    assert measured.trouble == "bash: -c: line 3: syntax error: unexpected end of file"
    assert (measured.status, measured.commands) == (2, ())
    assert not (project / "made").exists()


def test_a_script_that_cannot_be_cut_is_one_command(run: Measure) -> None:
    script = "exec 2>&1\npytest -q tests/test_b.py\nfalse"
    measured = run(script)
    (command,) = measured.commands
    assert (command.text, command.status, command.statuses) == (script, 1, (1,))
    assert "1 passed" in command.stdout
    assert [counts(tests) for tests in measured.tests] == [(1, 0, 0, 0)]
    assert measured.notes == (
        "the script counts as one command: its parts could not be told apart",
    )


def test_what_runs_is_told(run: Measure) -> None:
    told: list[str] = []
    run("cat <<E\nhi\nE\nfalse && echo no; sleep 0.2\n# a comment", on_command=told.append)
    assert told == ["cat <<E\nhi\nE", "false", "sleep 0.2"]
    assert run("# nothing\n").commands == ()


def test_nothing_of_an_earlier_measurement_is_seen(run: Measure, tmp_path: Path) -> None:
    log = tmp_path / "scratch/tmp/log"
    assert run(f"echo '51 passed' > {log}; cat {log}").status == 0
    assert run(f"cat {log}; ls -A {log.parent}; [ ! -t 0 ] && cat").status == 0
    with pytest.raises(ValueError, match="would be emptied"):
        measure(
            "true",
            root=tmp_path / "project",
            environment={},
            scratch=tmp_path,
            timeout=2,
            python="python3",
        )
    assert (tmp_path / "project").exists()


def test_the_environment_is_the_one_given(run: Measure, tmp_path: Path) -> None:
    (tmp_path / "rc").write_text("echo from the settings\n")
    measured = run(
        'python3 -c "import json, os; print(json.dumps(dict(os.environ)))"',
        variables={"BASH_ENV": str(tmp_path / "rc"), "GIVEN": "1"},
    )
    seen = set(json.loads(measured.commands[0].stdout))
    added = {"GSD_RUN_OUT", "GSD_RUN_JUNIT", "COVERAGE_FILE", "PYTEST_ADDOPTS"}
    of_bash = {"PWD", "SHLVL", "_", "OLDPWD"}
    given = {"PATH", "HOME", "LC_ALL", "GIVEN", "PYTHONDONTWRITEBYTECODE"}
    given |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD", "PYTEST_PLUGINS"}
    assert seen - of_bash == given | added
