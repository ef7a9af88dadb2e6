"""The fixture of all hostile plans: a project, and what must hold when its plan has run."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile_projects import Hostile, contained
from sandbox import Sandbox


@pytest.fixture
def hostile(sandbox: Sandbox, tmp_path: Path) -> Iterator[Hostile]:
    """A project whose plan means harm; nothing of it may reach out of the project."""
    with contained(sandbox, tmp_path) as made:
        yield made
