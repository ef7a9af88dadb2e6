"""Carrying the codemod `factories` out on strangers' suites, as tests and benchmarks need it."""

import ast
import os
import shutil
import subprocess
import sys
import sysconfig
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import msgspec
from gsd_run.changing.codemods.testing import apply_edits
from gsd_run.changing.steps import plan_step
from gsd_run.checking.integrity.comparing import weakenings
from gsd_run.domain.change import Facts, StepResult
from gsd_run.domain.run_file import Step
from gsd_run.outside.project import Project, project_at
from msgspec import Struct

SUITES = Path(__file__).parent

# What a suite needs beside SQLAlchemy, factory_boy and pytest.
NEEDS = {"clinic": "pytest_factoryboy", "sensors": "aiosqlite"}

# pytest's plugins of each suite; loading all that are installed takes longer than the tests.
PLUGINS = {"clinic": "pytest_factoryboy.plugin", "sensors": "anyio"}

# The codemod in a process that can't import what the project's own interpreter has.
ELSEWHERE = """
import sys
from pathlib import Path

for name in ("sqlalchemy", "factory"):
    sys.modules[name] = None

import msgspec
from gsd_run.changing.steps import plan_step
from gsd_run.domain.change import Facts
from gsd_run.domain.run_file import Step
from gsd_run.outside.project import project_at

step = Step(kind="codemod", subject="factories", line=1, options={"tests": "tests"})
result = plan_step(step, None, project_at(Path(sys.argv[1])), Facts())
sys.stdout.buffer.write(msgspec.json.encode(result))
"""


class Tried(Struct, frozen=True, kw_only=True):
    """A suite before and after the codemod.

    `before` and `after` are pytest's closing lines; `assertions` are those of each test, before
    and after; `again` is what a second application would do; `weakened` is what says less now.
    """

    before: str
    after: str
    result: StepResult
    again: StepResult
    weakened: tuple[str, ...]
    assertions: tuple[dict[str, int], dict[str, int]]

    @property
    def rules(self) -> dict[str, int]:
        """Return how often each rule was applied."""
        return dict(sorted(Counter(applied.rule for applied in self.result.applied).items()))

    @property
    def undecided(self) -> tuple[str, ...]:
        """Return what was left, each with its place."""
        return tuple(f"{u.path}:{u.line}: {u.message}" for u in self.result.undecided)


def names() -> list[str]:
    """Return the names of all suites."""
    return sorted(place.name for place in SUITES.iterdir() if (place / "tests").is_dir())


def tried(name: str, folder: Path) -> Tried:
    """Copy a suite into a folder, run it, change it from outside, run it again.

    The project gets an interpreter of its own; the codemod runs in another one, which has neither
    SQLAlchemy nor factory_boy.
    """
    project = prepared(name, folder)
    plugin = PLUGINS.get(name)
    before, texts = closing_line(project, plugin), tests_of(folder)
    result = applied_elsewhere(project)
    assert result.failure is None, result.failure
    edits = {edit.path: edit for edit in result.edits}
    weakened = weakenings(
        list(edits), lambda path: edits[path].before, lambda path: edits[path].after
    )
    apply_edits(folder, result)
    return Tried(
        before=before,
        after=closing_line(project, plugin),
        result=result,
        again=applied_here(project),
        weakened=tuple(str(one) for one in weakened),
        assertions=(assertions(texts), assertions(tests_of(folder))),
    )


def prepared(name: str, folder: Path) -> Project:
    """Copy a suite and give it an environment whose interpreter is not this one."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(SUITES / name, folder, ignore=ignored, dirs_exist_ok=True)
    argv = [sys.executable, "-m", "venv", "--without-pip", folder / ".venv"]
    subprocess.run(argv, check=True)
    site = next((folder / ".venv").glob("lib/python*/site-packages"))
    (site / "shared.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return project_at(folder)


def closing_line(project: Project, plugin: str | None) -> str:
    """Run the suite with its own interpreter and return pytest's closing line."""
    argv = [project.python, "-m", "pytest", "-q", "--tb=no", "-p", "no:cacheprovider"]
    argv += [*(["-p", plugin] if plugin else []), "-W", "ignore", "tests"]
    ended = subprocess.run(
        argv,
        cwd=project.root,
        env=project.environment() | {"PYTEST_ADDOPTS": "", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.stdout.strip().splitlines()[-1].rpartition(" in ")[0]


def applied_elsewhere(project: Project) -> StepResult:
    """Return what the codemod does in a process without the project's libraries."""
    ended = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, project.root],
        env=os.environ,
        capture_output=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr.decode()
    return msgspec.json.decode(ended.stdout, type=StepResult)


def applied_here(project: Project) -> StepResult:
    """Return what the codemod does in this process."""
    step = Step(kind="codemod", subject="factories", line=1, options={"tests": "tests"})
    return plan_step(step, None, project, Facts())


def tests_of(folder: Path) -> dict[str, str]:
    """Return the texts of the test files by their paths."""
    return {
        place.relative_to(folder).as_posix(): place.read_text()
        for place in sorted(folder.glob("tests/**/test_*.py"))
    }


def assertions(texts: Mapping[str, str]) -> dict[str, int]:
    """Count assert statements and expected errors by test."""
    found: dict[str, int] = {}
    for path, text in texts.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                told = [n for n in ast.walk(node) if isinstance(n, ast.Assert) or _expects(n)]
                found[f"{path}::{node.name}"] = len(told)
    return found


def _expects(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = ast.unparse(node.func)
    return called.endswith("raises") or called.startswith("self.assert")
