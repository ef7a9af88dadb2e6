"""Amendments that give grep the option it lacks: -E for its pattern, -r for a folder."""

from collections.abc import Callable
from pathlib import Path

import pytest
from gsd_run.checking.compiling.compile import compile_plan
from gsd_run.checking.lint.fixing import proposed
from gsd_run.checking.lint.subject import Subject, Surroundings
from gsd_run.domain.plan import Plan

FILES = frozenset({"README.md", "src/calc.py"})


def mended(plan: Plan, root: Path) -> tuple[str, tuple[str, ...]]:
    """Return the verify block as all proposed amendments leave it, and their reasons."""
    subject = Subject(
        plan=plan,
        lines=("",) * 20,
        compiled=compile_plan(plan, None, root),
        around=Surroundings(files=FILES),
    )
    text = plan.tasks[0].verify[0].text
    amendments = proposed(subject, root)
    for old, new in (change for one in amendments for change in one.replace):
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text, tuple(one.reason for one in amendments)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('grep "add|sub" README.md', 'grep -E "add|sub" README.md'),
        ("! grep -q 'add|sub' README.md", "! grep -E -q 'add|sub' README.md"),
        ("grep -c '[0-9]+ tests' README.md", "grep -E -c '[0-9]+ tests' README.md"),
        ("cat README.md | grep '^(add|sub)'", "cat README.md | grep -E '^(add|sub)'"),
        ("grep -q add src/", "grep -r -q add src/"),
        ("cd src && grep -n add .", "cd src && grep -r -n add ."),
        ("grep -q 'add|sub' src", "grep -r -E -q 'add|sub' src"),
        (
            'grep -q "add|sub" README.md\nmake\ngrep -q "add|sub" README.md',
            'grep -E -q "add|sub" README.md\nmake\ngrep -E -q "add|sub" README.md',
        ),
        (
            "grep -q add src/calc.py\ngrep -q add src",
            "grep -q add src/calc.py\ngrep -r -q add src",
        ),
    ],
)
def test_the_option_that_is_missing(
    before: str, after: str, plan_of: Callable[..., Plan], tmp_path: Path
) -> None:
    assert mended(plan_of(verify=before), tmp_path)[0] == after


@pytest.mark.parametrize(
    "sound",
    [
        'grep -E "add|sub" README.md',
        'grep "add(|sub(" README.md',  # brackets of calls, which -E would pair
        'grep "add?|sub" README.md',
        'grep "a+b|c" README.md',
        "grep -c add src/",  # a count for each file is another answer
        "grep -rq add src/",
        "grep -q add README.md",
    ],
)
def test_left_alone(sound: str, plan_of: Callable[..., Plan], tmp_path: Path) -> None:
    assert mended(plan_of(verify=sound), tmp_path) == (sound, ())


def test_both_reasons_are_told(plan_of: Callable[..., Plan], tmp_path: Path) -> None:
    assert mended(plan_of(verify="grep -q 'add|sub' src"), tmp_path)[1] == (
        "without -E, grep takes | and + in its pattern for themselves; "
        "grep does not go into the folder src without -r",
    )
