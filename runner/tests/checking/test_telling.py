"""Scripts whose exit status can tell success from failure, and scripts whose can't."""

import pytest
from gsd_run.checking.measuring.telling import hides_failure, said_in_any_case, tells


@pytest.mark.parametrize(
    "script",
    [
        "if grep a f; then echo ok; fi",
        "(grep a f; true)",
        "{ grep a f; echo; }",
        "bash -c 'grep a f; true'",
        "sh -c 'pytest | tail'",
        "eval 'grep a f; true'",
        "for f in a b; do test -f $f || echo no; done",
        "while read l; do grep $l f; done < x",
        "f() { grep a f; return 0; }; f",
    ],
)
def test_what_fails_inside_may_be_hidden(script: str) -> None:
    assert hides_failure(script)


@pytest.mark.parametrize(
    "script",
    [
        "grep a f",
        "grep a f | head; echo",
        "if grep a f; then echo ok; else exit 1; fi",
        "(cd x && pytest)",
        "bash -c 'cd x && grep a f'",
        "for f in a b; do test -f $f || exit 1; done",
        "bad=0; for f in a b; do test -f $f || bad=1; done; [ $bad = 0 ]",
        "f() { grep a f; }; f",
        "[[ -f a ]]",
    ],
)
def test_what_fails_inside_shows(script: str) -> None:
    assert not hides_failure(script)


@pytest.mark.parametrize(
    "script",
    [
        "echo 1",
        'echo "$(grep -c a f)"',
        "echo '51 passed' | grep '51 passed'",
        "echo '51 passed' > o; grep '51 passed' o",
        "cat > o <<E\n51 passed\nE\ngrep 51 o",
        "grep a f & wait",
        "curl -s localhost",
        "export X=$(grep a f)",
        "find . -name x",
        "git status",
        "ls",
        "rm -rf build",
    ],
)
def test_these_succeed_whatever_the_state_of_the_project(script: str) -> None:
    assert not tells(script)


@pytest.mark.parametrize(
    "script",
    [
        "grep a f",
        "echo $PATH | grep bin",
        "pytest > o; grep '51 passed' o",
        "npm run dev & sleep 1; curl -f localhost",
        "x=$(grep a f)",
        "git diff --exit-code",
        "ls src",
        "python3 - <<E\nassert 1\nE",
    ],
)
def test_these_depend_on_it(script: str) -> None:
    assert tells(script)


@pytest.mark.parametrize(
    ("script", "in_any_case"),
    [
        ("grep a f; echo PASS", True),
        ("true && echo PASS", True),
        ("grep a f && echo PASS || echo FAIL", False),
        ("if grep a f; then echo PASS; fi", False),
    ],
)
def test_words_that_are_printed_in_any_case(script: str, in_any_case: bool) -> None:
    assert said_in_any_case("PASS", script) == in_any_case
