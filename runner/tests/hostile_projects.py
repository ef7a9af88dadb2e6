"""Projects with hostile plans, a neighbour that nothing of theirs may touch, and what must hold."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sandbox import Output, Sandbox

PLAN_PATH = ".planning/phases/01-harm/01-01-PLAN.md"
RUN_PATH = PLAN_PATH.replace("PLAN.md", "RUN.yaml")
SUMMARY_PATH = PLAN_PATH.replace("PLAN.md", "SUMMARY.md")
# What the neighbour's file holds: it must turn up nowhere.
KEPT_PRIVATE = "n3ighbours-pr1vate-lines"

NOTHING = 'changes:\n  1:\n    - write: {path: made.txt, text: "made\\n"}\n'


def plan(  # noqa: PLR0913 - the parts of a plan, each with a harmless default
    *,
    verify: str = "test -f made.txt",
    name: str = "Task 1: Make the file",
    files: str = "made.txt",
    action: str = "Make it.",
    done: str = "It is there",
    must_haves: str = "",
    context: str = "",
    truth: str = "It works",
    output: str = "",
    frontmatter: str = "",
) -> str:
    """Return a plan of one task; `must_haves` are lines of artifacts and key links."""
    return f"""\
---
phase: 01-harm
plan: 01
type: execute
wave: 1
depends_on: []
files_modified: [made.txt]
autonomous: true
{frontmatter}must_haves:
  truths:
    - "{truth}"
{must_haves}---
<objective>
See what holds.
</objective>
<context>
{context}
</context>
<tasks>
<task type="auto">
  <name>{name}</name>
  <files>{files}</files>
  <action>{action}</action>
  <verify>{verify}</verify>
  <done>{done}</done>
</task>
</tasks>
<output>
{output}
</output>
"""


def artifact(path: str, *more: str) -> str:
    """Return a must-have artifact as lines of a frontmatter."""
    lines = "".join(f"      {one}\n" for one in more)
    return f"  artifacts:\n    - path: {path}\n      provides: x\n{lines}"


def key_link(source: str, target: str, pattern: str) -> str:
    """Return a key link as lines of a frontmatter; the parts are YAML."""
    return (
        f"  key_links:\n    - from: {source}\n      to: {target}\n      via: import\n"
        f"      pattern: {pattern}\n"
    )


@dataclass(frozen=True)
class Hostile:
    """A project with a hostile plan, and a neighbour beside it."""

    sandbox: Sandbox
    beside: Path
    outputs: list[str] = field(default_factory=list)

    @property
    def root(self) -> Path:
        return self.sandbox.root

    def prepare(self, text: str, run_file: str = NOTHING) -> None:
        """Commit a plan and its run file."""
        self.sandbox.write(PLAN_PATH, text)
        self.sandbox.write(RUN_PATH, run_file)
        self.sandbox.commit("a plan from elsewhere")

    def gsd_run(self, *words: str, **variables: str) -> Output:
        """Run gsd-run, bounded; what it printed is looked through at the end."""
        output = self.sandbox.gsd_run(*words, **variables)
        self.outputs.append(output.text)
        return output

    def check(self, *words: str) -> Output:
        return self.gsd_run("check", "01-01", *words)

    def carry(self, *words: str) -> Output:
        return self.gsd_run("01-01", *words)


def neighbourhood(place: Path) -> dict[str, tuple[int, bytes]]:
    """Return all that lies in a folder: names, modes, contents."""
    found = {}
    for one in sorted(place.rglob("*")):
        content = b"" if one.is_dir() or not one.is_file() else one.read_bytes()
        found[one.relative_to(place).as_posix()] = (one.lstat().st_mode, content)
    return found


def reported(root: Path) -> Iterator[tuple[Path, bytes]]:
    """Return what gsd-run wrote into a project: journal, outputs, summary, evidence."""
    for folder in (root / ".git" / "gsd-run", root / ".planning"):
        for place in folder.rglob("*"):
            if place.is_file() and not place.is_symlink():
                yield place, place.read_bytes()


def running_below(place: Path) -> list[int]:
    """Return the processes whose folder is in a place, or whose command names it."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            folder = str((entry / "cwd").readlink())
            state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
            words = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if state not in "ZX" and (folder.startswith(str(place)) or os.fsencode(place) in words):
            found.append(int(entry.name))
    return found


@contextmanager
def contained(sandbox: Sandbox, place: Path) -> Iterator[Hostile]:
    """Give a project; afterwards nothing beside it has changed, leaked, or been left running."""
    beside = place / "neighbour"
    (beside / "folder").mkdir(parents=True)
    (beside / "private.txt").write_text(f"{KEPT_PRIVATE}\n")
    (beside / "folder" / "code.py").write_text(f'note = "{KEPT_PRIVATE}"\n')
    hostile = Hostile(sandbox, beside)
    before = neighbourhood(beside)
    yield hostile
    assert neighbourhood(beside) == before
    assert sorted(one.name for one in place.iterdir()) == ["neighbour", "project"]
    for text in hostile.outputs:
        assert KEPT_PRIVATE not in text
        assert "Traceback" not in text
    for file, content in reported(sandbox.root):
        assert KEPT_PRIVATE.encode() not in content, file
    left = running_below(place)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert left == []
