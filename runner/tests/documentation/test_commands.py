"""Every command of gsd-run that a page shows is typed, in a project where it makes sense.

The plan that the pages speak of, whatever its id, is the one of a small project here. What the
tutorial shows is run on the bundled plan, by end_to_end/test_bundled_plan.py.
"""

import re
import shutil
from pathlib import Path

import pytest
from documentation.pages import Shown, pages, shown, words
from sandbox import PLAN, PLAN_PATH, RUN_FILE, RUN_PATH, Sandbox, environment

PLANS = re.compile(r"(0[1-9]|12)-(\d\d|GAP-01)(-[a-z-]+)?")
PHASES = re.compile(r"0?[1-9]|12")
# In which state the project is when somebody types this; else its plan is complete.
STATES = {
    "run": "new", "lint": "new", "explain": "new", "show": "new", "graph": "new", "schema": "new",
    "resume": "stopped", "answer": "waiting", "import": "new",
}  # fmt: skip
# The whole of what ends with another status than 0, and why.
STATUSES = {
    "answer --reject": 1,  # the run stops with the reason
    "run --executor literal": 10,  # this plan spells nothing out, so the run waits for a person
}
CHECKPOINT = """\
<task type="checkpoint:decision" gate="blocking">
  <decision>Which farewell?</decision>
  <options><option id="option-a"><name>bye</name></option><option id="option-b"><name>so
  long</name></option></options>
</task>
<task type="auto">
  <name>Task 2"""
AGENT = """\
#!/bin/sh
# What an agent's command line would do, without a model.
echo hello > greeting.txt
echo bye > farewell.txt
"""


def _typed() -> dict[str, Shown]:
    """Return the commands of all pages by their words, each once."""
    found: dict[str, Shown] = {}
    for page in pages():
        if page.name == "tutorial.md":
            continue
        for one in shown(page):
            command = re.sub(r"^uv run (?=gsd-run)", "", one.command)
            if command.startswith("gsd-run "):
                found.setdefault(command, one)
    return found


TYPED = _typed()


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Sandbox]:
    return {
        state: _made(tmp_path_factory.mktemp(state), state)
        for state in ("new", "complete", "stopped", "waiting")
    }


def _made(folder: Path, state: str) -> Sandbox:
    project = Sandbox(folder / "project")
    project.root.mkdir()
    project.git("init", "-q", "-b", "main")
    project.git("config", "user.name", "Pat Tester")
    project.git("config", "user.email", "pat@example.org")
    project.write("README.md", "# Greeting\n")
    project.commit("first")
    waiting = PLAN.replace('<task type="auto">\n  <name>Task 2', CHECKPOINT)
    project.write(PLAN_PATH, waiting if state == "waiting" else PLAN)
    steps = RUN_FILE.replace('"bye\\n"', '"by\\n"') if state == "stopped" else RUN_FILE
    project.write(RUN_PATH, steps.replace("  2:", "  3:") if state == "waiting" else steps)
    project.commit("start")
    status = {"new": None, "complete": 0, "stopped": 1, "waiting": 10}[state]
    if status is not None:
        done = project.gsd_run("01-01")
        assert done.status == status, done.text
    if state == "stopped":
        project.write(RUN_PATH, RUN_FILE)
    return project


@pytest.mark.parametrize("command", TYPED)
def test_it_does_what_the_page_says(
    command: str, states: dict[str, Sandbox], tmp_path: Path
) -> None:
    typed = [_named(word) for word in words(command)[1:]]
    name = typed[0] if not PLANS.fullmatch(typed[0]) else "run"
    state = STATES.get(name, "complete")
    shutil.copytree(states[state].root, tmp_path / "project", symlinks=True)
    project = Sandbox(tmp_path / "project")
    if name == "import":
        exported = states["stopped"].gsd_run(
            "export", "01-01", "-o", str(tmp_path / "state.tar.gz")
        )
        assert exported.status == 0, exported.text
    done = project.gsd_run(*typed, **_with_agents(tmp_path))
    where = f"{TYPED[command].page}:{TYPED[command].line}"
    assert done.status == _expected(name, typed), f"{where}: {command}\n{done.text}"


def _named(word: str) -> str:
    """Put our plan and phase in the place of those that a page speaks of."""
    if PLANS.fullmatch(word):
        return "01-01"
    return "01" if PHASES.fullmatch(word) and len(word) == 2 else word


def _expected(name: str, typed: list[str]) -> int:
    line = " ".join([name, *typed])
    return next(
        (status for words, status in STATUSES.items()
         if all(word in line for word in words.split())), 0,
    )  # fmt: skip


def _with_agents(folder: Path) -> dict[str, str]:
    programs = folder / "programs"
    programs.mkdir()
    for name in ("claude", "codex", "gemini", "opencode", "aider"):
        (programs / name).write_text(AGENT)
        (programs / name).chmod(0o755)
    return {"PATH": f"{programs}:{environment()['PATH']}"}


def test_there_are_many() -> None:
    assert len(TYPED) > 40
