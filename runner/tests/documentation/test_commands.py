"""Every command of gsd-run that a page shows is typed, in a project where it makes sense.

The plan that the pages speak of, whatever its id, is the one of a small project here. What the
tutorial shows is run on the bundled plan, by end_to_end/test_bundled_plan.py.
"""

import re
import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from documentation.pages import Shown, pages, shown, words
from sandbox import PLAN, PLAN_PATH, RUN_FILE, RUN_PATH, Sandbox, environment

PLANS = re.compile(r"(0[1-9]|12)-(\d\d|GAP-01)(-[a-z-]+)?")
OPERATORS = {"|", ">", "<", "&&"}
PHASES = re.compile(r"0?[1-9]|12")
# In which state the project is when somebody types this; else its plan is complete.
STATES = {
    "run": "new", "lint": "new", "explain": "new", "show": "new", "graph": "new", "schema": "new",
    "resume": "stopped", "import": "elsewhere",
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
VERIFY = """\
<task type="checkpoint:human-verify" gate="blocking">
  <what-built>A greeting</what-built>
  <how-to-verify>Read greeting.txt aloud</how-to-verify>
</task>
<task type="auto">
  <name>Task 2"""
ENDS = {"new": None, "complete": 0, "stopped": 1, "deciding": 10, "verifying": 10}
AGENT = """\
#!/bin/sh
# What an agent's command line would do, without a model.
if [ -e greeting.txt ]; then echo bye > farewell.txt; else echo hello > greeting.txt; fi
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
    return {state: _made(tmp_path_factory.mktemp(state), state) for state in ENDS}


def _made(folder: Path, state: str) -> Sandbox:
    project = Sandbox(folder / "project")
    project.root.mkdir()
    project.git("init", "-q", "-b", "main")
    project.git("config", "user.name", "Pat Tester")
    project.git("config", "user.email", "pat@example.org")
    project.write("README.md", "# Greeting\n")
    project.commit("first")
    checkpoint = {"deciding": CHECKPOINT, "verifying": VERIFY}.get(state)
    second = '<task type="auto">\n  <name>Task 2'
    project.write(PLAN_PATH, PLAN.replace(second, checkpoint or second))
    steps = RUN_FILE.replace('"bye\\n"', '"by\\n"') if state == "stopped" else RUN_FILE
    project.write(RUN_PATH, steps.replace("  2:", "  3:") if checkpoint else steps)
    project.git("update-ref", "refs/remotes/origin/main", project.commit("start"))
    if ENDS[state] is not None:
        done = project.gsd_run("01-01")
        assert done.status == ENDS[state], done.text
    if state == "stopped":
        project.write(RUN_PATH, RUN_FILE)
    return project


@pytest.mark.parametrize("command", TYPED)
def test_it_does_what_the_page_says(
    command: str, states: dict[str, Sandbox], tmp_path: Path
) -> None:
    line = PLANS.sub("01-01", command)
    typed = [_named(word) for word in words(command)[1:]]
    name = typed[0] if not PLANS.fullmatch(typed[0]) else "run"
    project = _brought_to(_state(name, typed), states, tmp_path)
    if name == "restore":
        first = re.search(r"^ +(\d+)  ", project.gsd_run("restore", "01-01").stdout, re.MULTILINE)
        typed = [first[1] if first and word.isdigit() else word for word in typed]
    if "my.md.j2" in typed:
        project.write("my.md.j2", project.gsd_run("summary", "--template").stdout)
    variables = _variables(tmp_path)
    if OPERATORS & {*typed}:  # it is a line for a shell
        programs = {word for before, word in pairwise(words(command)) if before in OPERATORS}
        if any(shutil.which(one) is None for one in programs & {"jq"}):
            pytest.skip("jq is not installed")
        done = project.run("bash", "-o", "pipefail", "-c", line, **variables)
    else:
        done = project.gsd_run(*typed, **variables)
    where = f"{TYPED[command].page}:{TYPED[command].line}"
    assert done.status == _expected(name, typed), f"{where}: {command}\n{done.text}"


def _state(name: str, typed: list[str]) -> str:
    if name == "answer":
        return "deciding" if {"--choose"} & {*typed} or len(typed) == 2 else "verifying"
    return STATES.get(name, "complete")


def _brought_to(state: str, states: dict[str, Sandbox], folder: Path) -> Sandbox:
    project = Sandbox(folder / "project")
    if state != "elsewhere":
        shutil.copytree(states[state].root, project.root, symlinks=True)
        return project
    stopped = states["stopped"]
    done = stopped.gsd_run("export", "01-01", "-o", str(folder / "state.tar.gz"))
    assert done.status == 0, done.text
    stopped.git("clone", "-q", str(stopped.root), str(project.root))
    project.git("config", "user.name", "Pat Tester")
    project.git("config", "user.email", "pat@example.org")
    return project


def _named(word: str) -> str:
    """Put our plan and phase in the place of those that a page speaks of."""
    if PLANS.fullmatch(word):
        return "01-01"
    return "01" if PHASES.fullmatch(word) and len(word) == 2 else word


def _expected(name: str, typed: list[str]) -> int:
    if typed == ["answer", "01-01"]:
        return 10  # it shows what is asked
    line = " ".join([name, *typed])
    return next(
        (status for words, status in STATUSES.items()
         if all(word in line for word in words.split())), 0,
    )  # fmt: skip


def _variables(folder: Path) -> dict[str, str]:
    """Return what the pages take for given: agents, and a database."""
    programs = folder / "programs"
    programs.mkdir()
    for name in ("claude", "codex", "gemini", "opencode", "aider"):
        (programs / name).write_text(AGENT)
        (programs / name).chmod(0o755)
    return {
        "PATH": f"{programs}:{environment()['PATH']}",
        "DATABASE_URL": f"sqlite:///{folder / 'runs.db'}",
    }


def test_there_are_many() -> None:
    assert len(TYPED) > 40
