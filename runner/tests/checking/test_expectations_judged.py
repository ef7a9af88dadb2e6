"""Expectations compared with what a command showed: statuses, responses, amounts, words."""

import pytest
from gsd_run.checking.expecting.expectations import compiled
from gsd_run.checking.predicates import judge_expectation
from gsd_run.domain.measurement import CommandRun, Measurement, TestRun


def ran(command: str, *, status: int = 0, stdout: str = "", stderr: str = "") -> Measurement:
    members = tuple(part.strip() for part in command.split("|"))
    run = CommandRun(
        text=command,
        status=status,
        statuses=(status, *(0 for _ in members[1:])),
        members=members,
        seconds=0,
        stdout=stdout,
        stderr=stderr,
    )
    return Measurement(key="", script=command, status=status, seconds=0, commands=(run,))


def states(words: str, shown: Measurement) -> list[str]:
    found = compiled(words, shown.script)
    assert not found.prose
    return [judge_expectation(one, shown, None).state for one in found.expectations]


@pytest.mark.parametrize(
    ("status", "state"), [(0, "PROVEN"), (2, "PROVEN"), (1, "REFUTED"), (127, "UNPROVEN")]
)
def test_one_of_several_statuses(status: int, state: str) -> None:
    assert states("exits 0 or 2", ran("tool check", status=status)) == [state]


@pytest.mark.parametrize(
    ("command", "shows", "state"),
    [
        ("curl -sI localhost", "HTTP/1.1 404 Not Found\r\nDate: x\r\n", "PROVEN"),
        ("curl -sIL localhost", "HTTP/1.1 301 Moved\r\n\r\nHTTP/2 404 \r\n", "PROVEN"),
        ("curl -sI localhost", "HTTP/1.1 200 OK\r\n", "REFUTED"),
        ("curl -s -o /dev/null -w '%{http_code}' localhost", "404", "PROVEN"),
        ("curl -s -w '%{http_code}' localhost | tail -1", "404\n", "PROVEN"),
        ("curl -s localhost", "404", "UNPROVEN"),
        ("curl -s localhost", "page 404 not found", "UNPROVEN"),
        ("echo HTTP/1.1 404", "HTTP/1.1 404", "UNPROVEN"),
    ],
)
def test_the_status_of_a_response_is_what_the_client_shows(
    command: str, shows: str, state: str
) -> None:
    shown = ran(command, stdout=shows)
    (expectation,) = compiled("HTTP 404").expectations
    assert judge_expectation(expectation, shown, None).state == state


def test_no_connection_gives_no_status() -> None:
    shown = ran("curl -w '%{http_code}' localhost", status=7, stdout="000")
    assert states("returns 200", shown) == ["REFUTED"]


@pytest.mark.parametrize(
    ("words", "command", "shows", "state"),
    [
        ("> 80%", "tool rate", "rate: 85.5%", "PROVEN"),
        ("> 80%", "tool rate", "rate: 80%", "REFUTED"),
        ("> 80%", "tool rate", "a 85% b 12%", "UNPROVEN"),
        ("less than 500 KB", "du -sh dist", "480K\tdist", "PROVEN"),
        ("less than 500 KB", "wc -c dist/a.js", "480000 dist/a.js", "PROVEN"),
        ("less than 500 KB", "wc -c dist/a.js", "505000 dist/a.js", "UNPROVEN"),
        ("less than 500 KB", "wc -c dist/a.js", "600000 dist/a.js", "REFUTED"),
        ("less than 500 KB", "wc -l dist/a.js", "400 dist/a.js", "UNPROVEN"),
        ("is under 300 lines", "wc -l src/a.py", "299 src/a.py", "PROVEN"),
        ("is under 300 lines", "wc -l src/a.py", "300 src/a.py", "REFUTED"),
    ],
)
def test_numbers_with_a_unit(words: str, command: str, shows: str, state: str) -> None:
    assert states(words, ran(command, stdout=shows)) == [state]


@pytest.mark.parametrize(
    ("words", "shows", "state"),
    [
        ("must print INSTALLED", "INSTALLED", "PROVEN"),
        ("must print INSTALLED", "NOT INSTALLED", "REFUTED"),
        ("must print PASS", "PASS: a\nFAIL: b", "UNPROVEN"),
        ("prints `true`", "true false", "UNPROVEN"),
        ('prints "a" and "b"', "b a", "PROVEN"),
    ],
)
def test_words_in_the_output(words: str, shows: str, state: str) -> None:
    assert set(states(words, ran("tool look", stdout=shows))) == {state}


def test_that_tests_failed_is_seen_only_while_they_do() -> None:
    def with_tests(passed: int, failed: int) -> Measurement:
        shown = ran("pytest", status=1 if failed else 0)
        run = TestRun(
            command=0, runner="pytest", source="", passed=passed, failed=failed, errors=0, skipped=0
        )
        return Measurement(
            key="", script="pytest", status=0, seconds=0, commands=shown.commands, tests=(run,)
        )

    assert states("all tests fail", with_tests(0, 2)) == ["PROVEN"]
    assert states("all tests fail", with_tests(1, 2)) == ["UNPROVEN"]
    assert states("tests fail", with_tests(1, 2)) == ["PROVEN"]
    assert states("tests fail", with_tests(2, 0)) == ["UNPROVEN"]
    assert states("tests fail", ran("pytest", status=2)) == ["UNPROVEN"]
