"""Fixtures shared by all tests."""

from pathlib import Path

import pytest
from sandbox import PLAN, PLAN_PATH, RUN_FILE, RUN_PATH, Sandbox


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    """An empty git repository whose commits have an author."""
    root = tmp_path / "project"
    root.mkdir()
    made = Sandbox(root)
    made.git("init", "-q", "-b", "main")
    made.git("config", "user.name", "Pat Tester")
    made.git("config", "user.email", "pat@example.org")
    return made


@pytest.fixture
def greeting(sandbox: Sandbox) -> Sandbox:
    """A project with a plan of two tasks that write a file each, and its run file."""
    sandbox.write(PLAN_PATH, PLAN)
    sandbox.write(RUN_PATH, RUN_FILE)
    sandbox.write("README.md", "# Greeting\n")
    sandbox.commit("start")
    return sandbox


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest, so that no worker is left alone with them at the end."""
    items.sort(key=lambda item: "end_to_end" not in item.nodeid)
