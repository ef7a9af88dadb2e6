"""A small project whose plan was carried out by somebody else, judged against its base."""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from sandbox import Sandbox

PLAN = """\
---
phase: 01-shop
plan: 01
type: execute
files_modified: [{files}]
must_haves:
  truths:
{truths}
---
<tasks>
<task type="auto">
  <name>Task 1: Work</name>
  <files>{files}</files>
  <verify>
{verify}
  </verify>
</task>
</tasks>
"""


class Shop:
    """A git repository whose plan was carried out by somebody else, to be checked against a base."""

    def __init__(self, root: Path) -> None:
        root.mkdir()
        self.sandbox = Sandbox(root)
        self.sandbox.git("init", "-q", "-b", "main")
        self.sandbox.git("config", "user.name", "A")
        self.sandbox.git("config", "user.email", "a@example.org")

    def __call__(
        self,
        truths: Sequence[str],
        base: Mapping[str, str],
        change: Mapping[str, str],
        *,
        verify: str,
        files: str,
    ) -> dict[str, str]:
        """Return "STATE reason" of each truth, judged at the base and then on the changed tree."""
        plan = PLAN.format(
            truths="\n".join(f'    - "{one}"' for one in truths), verify=verify, files=files
        )
        self._write({".planning/phases/01-shop/01-01-PLAN.md": plan, **base})
        self._write({".gitignore": "__pycache__\n.pytest_cache\ntarget\n"})
        commit = self.sandbox.commit("base")
        self._write(change)
        self.sandbox.commit("work")
        done = self.sandbox.gsd_run("check", "01-01", "--base", commit, "--format", "json")
        assert done.stdout, done.stderr
        return _states(done.stdout)

    def _write(self, files: Mapping[str, str]) -> None:
        for path, text in files.items():
            self.sandbox.write(path, text)


def _states(printed: str) -> dict[str, str]:
    (told,) = json.loads(printed)["plans"]
    return {
        one["id"]: f"{one['state']} {one['reason']}"
        for one in told["claims"]
        if one["kind"] == "truth"
    }


def has(program: str) -> bool:
    """Tell whether a program runs here."""
    return shutil.which(program) is not None


CART = """\
def add(quantity):
    if quantity < 0:
        raise ValueError("negative")
    return quantity


def discount(items):
    return 10 if items >= 20 else 0
"""
CART_TESTS = """\
import pytest
from cart import add, discount


# Quantities
def test_cart_rejects_negative_quantities():
    with pytest.raises(ValueError):
        add(-1)


def test_bulk():
    '''An order of 20 items gets a discount of 10.'''
    assert discount(20) == 10
"""
