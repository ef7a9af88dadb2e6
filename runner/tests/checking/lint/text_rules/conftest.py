"""Plans as text, and what the rules about text and claims say of them."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from gsd_run.checking.compiling.compile import compile_plan
from gsd_run.checking.lint.subject import LintRule, Subject, Surroundings
from gsd_run.reading.plan import read_plan

HEAD = """\
---
phase: 03-login
plan: "02"
type: execute
wave: 1
depends_on: []
files_modified: [src/login.py]
autonomous: true
"""
TASK = """\
<task type="auto">
  <name>Task 1: Refuse wrong passwords</name>
  <files>src/login.py</files>
  <action>Compare the hashes.</action>
  <verify>pytest tests/test_login.py</verify>
  <done>A wrong password gives 401</done>
</task>
"""
MUST_HAVES = """\
must_haves:
  truths:
    - A wrong password is refused
"""
PATH = ".planning/phases/03-login/03-02-PLAN.md"

Told = Callable[..., list[str]]


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """Return what tells the findings of rules in a plan made of the given pieces."""

    def findings(
        rules: Sequence[LintRule],
        *,
        head: str = HEAD,
        must_haves: str = MUST_HAVES,
        body: str = TASK,
        files: Sequence[str] | None = None,
        path: str = PATH,
    ) -> list[str]:
        text = f"{head}{must_haves}---\n{body}"
        plan = read_plan(text, path)
        around = Surroundings(files=None if files is None else frozenset(files))
        compiled = compile_plan(plan, None, tmp_path)
        subject = Subject(
            plan=plan, lines=tuple(text.split("\n")), compiled=compiled, around=around
        )
        found = [finding for rule in rules for finding in rule.find(subject)]
        return [f"{one.line}:{one.column} {one.code} {one.message}" for one in found]

    return findings
