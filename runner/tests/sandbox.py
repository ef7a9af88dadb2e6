"""A real git repository with a small plan in it, and the real program to work on it."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from ready import called

# The tools of the environment that runs the tests are those that plans' commands find.
TOOLS = str(Path(sys.executable).parent)


def goes_away(pid: int) -> bool:
    """Tell whether a process that was killed is gone; dying takes a busy machine a while."""
    for _ in range(1000):
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return True
        if stat.rpartition(")")[2].split()[0] in "ZX":
            return True
        time.sleep(0.01)
    return False


@dataclass(frozen=True)
class Output:
    """What a program printed and how it ended."""

    status: int
    stdout: str
    stderr: str

    @property
    def text(self) -> str:
        return self.stdout + self.stderr


@dataclass(frozen=True)
class Sandbox:
    """A git repository in a temporary folder, to be worked on by git and by gsd-run."""

    root: Path

    def write(self, path: str, text: str) -> None:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)

    def read(self, path: str) -> str:
        return (self.root / path).read_text()

    def run(self, *words: str, cwd: Path | None = None, **variables: str) -> Output:
        done = subprocess.run(
            words,
            cwd=cwd or self.root,
            env=environment(**variables),
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        return Output(done.returncode, done.stdout, done.stderr)

    def gsd_run(self, *words: str, cwd: Path | None = None, **variables: str) -> Output:
        return Output(*called("gsd_run", words, cwd or self.root, environment(**variables)))

    def python(self, script: Path, *words: str) -> Output:
        """Run a script that works with gsd-run's modules."""
        return Output(*called(str(script), words, self.root, environment()))

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Start gsd-run and leave it running, for a test to stop it."""
        return subprocess.Popen(
            [sys.executable, "-m", "gsd_run", *words],
            cwd=self.root,
            env=environment(),
            stdout=subprocess.DEVNULL,
        )

    def git(self, *words: str) -> str:
        done = self.run("git", *words)
        assert done.status == 0, done.text
        return done.stdout

    def commit(self, message: str = "work") -> str:
        self.git("add", "-A")
        self.git("commit", "-qm", message)
        return self.git("rev-parse", "HEAD").strip()

    def subjects(self) -> list[str]:
        """Return the first lines of all commits, oldest first."""
        return self.git("log", "--reverse", "--format=%s").splitlines()

    def files_of(self, commit: str) -> list[str]:
        return self.git("show", "--format=", "--name-only", commit).split()

    @property
    def journal(self) -> Path:
        return max((self.root / ".git" / "gsd-run" / "runs").glob("*.jsonl"))


def environment(**variables: str) -> dict[str, str]:
    """Return an environment without the settings of whoever runs the tests."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GIT_", "GSD_RUN", "PYTEST_", "PYTHON", "COV_", "COVERAGE_"))
    }
    return {
        **kept,
        "PATH": os.pathsep.join([TOOLS, kept["PATH"]]),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        # Of the plugins that lie around here, plans need one; the others double pytest's time.
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTEST_PLUGINS": "pytest_cov",
        **variables,
    }


PLAN = """\
---
phase: 01-greeting
plan: 01
type: execute
wave: 1
depends_on: []
files_modified: [greeting.txt, farewell.txt]
autonomous: true
must_haves:
  truths:
    - "Everybody feels welcome"
  artifacts:
    - path: "greeting.txt"
      provides: "the greeting"
      contains: "hello"
  key_links: []
---
<objective>
Greet people, then say good-bye.
</objective>
<tasks>
<task type="auto">
  <name>Task 1: Add the greeting</name>
  <files>greeting.txt</files>
  <action>Write hello into greeting.txt</action>
  <verify>grep -n hello greeting.txt</verify>
  <done>The greeting is there</done>
</task>
<task type="auto">
  <name>Task 2: Add the farewell</name>
  <files>farewell.txt</files>
  <action>Write bye into farewell.txt</action>
  <verify>grep -n bye farewell.txt</verify>
  <done>The farewell is there</done>
</task>
</tasks>
<verification>
1. Nobody swears: `grep -i damn greeting.txt farewell.txt` should return empty
</verification>
<success_criteria>
- Both texts exist
</success_criteria>
<output>
Create `.planning/phases/01-greeting/01-01-SUMMARY.md`
</output>
"""

RUN_FILE = """\
changes:
  1:
    - write: {path: greeting.txt, text: "hello\\n"}
  2:
    - write: {path: farewell.txt, text: "bye\\n"}
"""

FOLDER = ".planning/phases/01-greeting"
PLAN_PATH = f"{FOLDER}/01-01-PLAN.md"
RUN_PATH = f"{FOLDER}/01-01-RUN.yaml"
SUMMARY_PATH = f"{FOLDER}/01-01-SUMMARY.md"


def let_a_check_wait(project: Sandbox, check: str, waiting: str) -> None:
    """Put a check in place of another one of the plan: it makes `waiting`, and waits for `go`."""
    plan = project.read(PLAN_PATH)
    project.write(
        PLAN_PATH, plan.replace(f"<verify>{check}</verify>", f"<verify>{waiting}</verify>")
    )
    project.write(".gitignore", "go\nwaiting\n")
    project.commit("a check that takes its time")
