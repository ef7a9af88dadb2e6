"""Fixtures shared by all tests."""

from pathlib import Path

import pytest
from sandbox import PLAN, PLAN_PATH, RUN_FILE, RUN_PATH, Sandbox

# Parts of their names, in the order in which they begin.
LONGEST = ("end_to_end", "test_lies", "test_truths", "test_being_killed", "/running/", "/changing/")


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

    def place(item: pytest.Item) -> int:
        return next((i for i, part in enumerate(LONGEST) if part in item.nodeid), len(LONGEST))

    items.sort(key=place)
