"""Amendments that mend: each fixer on a claim before and after, and what is proposed for a plan."""

from collections.abc import Callable
from pathlib import Path

import pytest
from gsd_run.checking.compiling.compile import compile_plan
from gsd_run.checking.compiling.wording import wordings
from gsd_run.checking.lint.fixes.fix import Fixer
from gsd_run.checking.lint.fixes.folders import (
    coverage_modules,
    doubled_folders,
    reports_elsewhere,
)
from gsd_run.checking.lint.fixes.shows import (
    other_extensions,
    percentages,
    substrings_of_counts,
    swallowed_failures,
    unnamed_suites,
)
from gsd_run.checking.lint.fixing import proposed
from gsd_run.checking.lint.subject import Subject, Surroundings
from gsd_run.domain.plan import Plan
from msgspec.structs import replace

FILES = frozenset(
    {
        "README.md",
        "backend/core/__init__.py",
        "backend/core/models.py",
        "backend/tests/unit/test_models.py",
        "tools/report.py",
    }
)


def subject_of(plan: Plan, root: Path, text: str = "") -> Subject:
    return Subject(
        plan=plan,
        lines=tuple(text.split("\n")),
        compiled=compile_plan(plan, None, root),
        around=Surroundings(files=FILES),
    )


def mended(fixer: Fixer, plan: Plan, root: Path, claim: str = "verify.1", text: str = "") -> str:
    """Return a claim's text as a fixer would have it, changed as the run file changes it."""
    subject = subject_of(plan, root, text)
    wording = next(wording for wording in wordings(plan) if wording.id == claim)
    after = wording.text
    for fix in fixer(subject, wording):
        for old, new in fix.pairs:
            assert after.count(old) == 1
            after = after.replace(old, new)
    return after


@pytest.mark.parametrize(
    ("fixer", "before", "after"),
    [
        (
            doubled_folders,
            "<automated>cd backend && cat backend/core/models.py</automated>",
            "<automated>cd backend && cat core/models.py</automated>",
        ),
        (
            swallowed_failures,
            "<automated>make check || true</automated>",
            "<automated>make check</automated>",
        ),
        (
            swallowed_failures,
            '<automated>make check || echo "not yet"</automated>',
            "<automated>make check</automated>",
        ),
        (
            other_extensions,
            "pytest -q | tee /tmp/out.txt\ngrep passed /tmp/out.log",
            "pytest -q | tee /tmp/out.txt\ngrep passed /tmp/out.txt",
        ),
        (
            other_extensions,
            "npm test > build/result.json 2>&1\njq .ok build/result.txt && cat build/other.txt",
            "npm test > build/result.json 2>&1\njq .ok build/result.json && cat build/other.txt",
        ),
        (
            other_extensions,
            "make > README.txt\ngrep x README.md",
            "make > README.txt\ngrep x README.md",
        ),
        (
            doubled_folders,
            "cd backend && pytest backend/tests/unit/test_models.py::TestIt -v",
            "cd backend && pytest tests/unit/test_models.py::TestIt -v",
        ),
        (
            doubled_folders,
            "cd /Users/kim/code/backend\npytest backend/tests/unit/test_models.py\n"
            "cd ..\ngrep x backend/core/models.py",
            "cd /Users/kim/code/backend\npytest tests/unit/test_models.py\n"
            "cd ..\ngrep x backend/core/models.py",
        ),
        (
            doubled_folders,
            "cd backend && pytest backend/tests/unit/test_new.py",
            "cd backend && pytest backend/tests/unit/test_new.py",
        ),
        (
            doubled_folders,
            "python3 -c \"import subprocess\nsubprocess.run(['cat', 'backend/core/models.py'], "
            "cwd='backend')\nopen('backend/core/models.py')\"",
            "python3 -c \"import subprocess\nsubprocess.run(['cat', 'core/models.py'], "
            "cwd='backend')\nopen('backend/core/models.py')\"",
        ),
        (
            coverage_modules,
            "pytest backend/tests --cov=backend/core/models",
            "pytest backend/tests --cov=core.models",
        ),
        (
            coverage_modules,
            "pytest backend/tests --cov=tools/report.py --cov=backend/core/models.py",
            "pytest backend/tests --cov=tools/report.py --cov=core.models",
        ),
        (
            coverage_modules,
            "cd backend && pytest --cov=core/models --cov-report=term",
            "cd backend && pytest --cov=core.models --cov-report=term",
        ),
        (
            reports_elsewhere,
            "(cd backend && pytest --cov --cov-report=json tests)\n"
            "jq .totals backend/reports/coverage.json",
            "(cd backend && pytest --cov --cov-report=json:reports/coverage.json tests)\n"
            "jq .totals backend/reports/coverage.json",
        ),
        (
            reports_elsewhere,
            "cd backend && pytest --cov --cov-report=xml tests && cat reports/coverage.xml",
            "cd backend && pytest --cov --cov-report=xml:reports/coverage.xml tests"
            " && cat reports/coverage.xml",
        ),
        (
            reports_elsewhere,
            "pytest --cov --cov-report=json && jq .totals coverage.json",
            "pytest --cov --cov-report=json && jq .totals coverage.json",
        ),
        (
            substrings_of_counts,
            "python3 -c \"import subprocess\nr = subprocess.run(['pytest'])\n"
            "assert '5 passed' in r.stdout\"",
            "python3 -c \"import subprocess\nr = subprocess.run(['pytest'])\n"
            "assert r.returncode == 0 and '5 passed' in r.stdout\"",
        ),
        (
            substrings_of_counts,
            "python3 -c \"r = run()\nif r.returncode or '5 passed' not in r.stdout: exit(1)\"",
            "python3 -c \"r = run()\nif r.returncode or '5 passed' not in r.stdout: exit(1)\"",
        ),
        (
            swallowed_failures,
            "npm test || true\nnpm run lint ||  :",
            "npm test\nnpm run lint",
        ),
        (
            swallowed_failures,
            'grep -q a f && echo PASS || echo "FAIL: no a"\n(cd b && make || echo no)',
            "grep -q a f && echo PASS\n(cd b && make)",
        ),
        (
            swallowed_failures,
            "make || echo no; exit 1",
            "make || echo no; exit 1",
        ),
        (
            swallowed_failures,
            "grep -q a f || truecrypt",
            "grep -q a f || truecrypt",
        ),
    ],
)
def test_a_verify_block_mended(
    fixer: Fixer, before: str, after: str, plan_of: Callable[..., Plan], tmp_path: Path
) -> None:
    assert mended(fixer, plan_of(verify=before), tmp_path) == after


def test_coverage_asked_of_the_plans_one_suite(
    plan_of: Callable[..., Plan], tmp_path: Path
) -> None:
    plan = plan_of(
        verify="pytest backend/tests/unit/test_models.py::TestIt -v",
        verification=["all is covered: `pytest --cov=core.models --cov-report=term`"],
    )
    assert mended(unnamed_suites, plan, tmp_path, "verification.1") == (
        "all is covered: "
        "`pytest backend/tests/unit/test_models.py --cov=core.models --cov-report=term`"
    )
    assert mended(unnamed_suites, plan, tmp_path) == plan.tasks[0].verify[0].text


def test_two_suites_are_no_hint(plan_of: Callable[..., Plan], tmp_path: Path) -> None:
    plan = plan_of(
        verify="pytest tests/test_a.py && pytest tests/test_b.py", verification=["`pytest --cov`"]
    )
    assert mended(unnamed_suites, plan, tmp_path, "verification.1") == "`pytest --cov`"


def test_a_rate_is_worked_out_of_the_plans_numbers(
    plan_of: Callable[..., Plan], tmp_path: Path
) -> None:
    plan = plan_of(criteria=["51/51 tests pass (up from 51%)"])
    text = "Repair the 32 failing tests\nAll 32 of the failing ones"
    assert mended(percentages, plan, tmp_path, "criterion.1", text) == (
        "51/51 tests pass (up from 37.3%)"
    )
    unclear = "the 32 failing tests, then 7 failing ones"
    assert mended(percentages, plan, tmp_path, "criterion.1", unclear) == plan.criteria[0].text


def test_only_what_helps_is_proposed(plan_of: Callable[..., Plan], tmp_path: Path) -> None:
    plan = plan_of(verify="pytest -q | tee /tmp/out.txt\ngrep passed /tmp/out.log")
    (made,) = proposed(subject_of(plan, tmp_path), tmp_path)
    assert (made.claim, made.replace) == ("verify.1", (("/tmp/out.log", "/tmp/out.txt"),))
    assert made.reason == "the commands write out.txt and read out.log, which nothing writes"
    sound = plan_of(verify="pytest -q | tee /tmp/out.txt\ngrep passed /tmp/out.txt")
    assert proposed(subject_of(sound, tmp_path), tmp_path) == ()


def test_nothing_is_proposed_where_nothing_is_known(
    plan_of: Callable[..., Plan], tmp_path: Path
) -> None:
    plan = plan_of(verify="cd backend && pytest backend/tests/unit/test_models.py")
    subject = replace(subject_of(plan, tmp_path), around=Surroundings())
    assert proposed(subject, tmp_path) == ()
