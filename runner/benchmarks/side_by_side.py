"""Ten shell tasks, each on the result of the one before, killed in the fifth: who repeats what?

    uv run python runner/benchmarks/side_by_side.py

The same job for gsd-run, make, doit and snakemake: task N writes `out/N` in two halves, and a mark
outside for each time that it is begun. The program and all that it started get SIGKILL when half
of `out/5` is written; then the same command is typed again, and after it what the program itself
asks for. doit and snakemake are installed from PyPI into an environment of their own.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from sandbox import environment

TASKS = range(1, 11)
FOLDER = Path(".planning/phases/01-ten")
PLAN = """\
---
phase: 01-ten
plan: 01
type: execute
wave: 1
depends_on: []
files_modified: [{files}]
autonomous: true
must_haves: {{truths: [], artifacts: [], key_links: []}}
---
<objective>Write ten files.</objective>
<tasks>
{tasks}
</tasks>
<output>Create `{folder}/01-01-SUMMARY.md`</output>
"""
TASK = """\
<task type="auto">
  <name>Task {n}: Write file {n}</name>
  <files>out/{n}</files>
  <action>Write out/{n}</action>
  <verify>grep -c . out/{n}</verify>
  <done>out/{n} is there</done>
</task>"""


@dataclass(frozen=True)
class Tool:
    """A program that does the job: how it is laid out, started, and gone on with."""

    name: str
    version: tuple[str, ...]
    lay_out: Callable[[Path, Path], None]
    command: tuple[str, ...]
    asked_for: tuple[tuple[str, ...], ...] = ()


def _script(n: int, marks: Path) -> str:
    """Return task N: half of its file, a moment, the other half."""
    before = f"cat out/{n - 1} > /dev/null; " if n > 1 else ""
    return (
        f"{before}printf . >> {marks}/{n}; mkdir -p out; echo first > out/{n}; "
        f"test {n} != 5 || test -e {marks}/go || sleep 60; echo second >> out/{n}"
    )


def _for_gsd_run(root: Path, marks: Path) -> None:
    tasks = "\n".join(TASK.format(n=n) for n in TASKS)
    files = ", ".join(f"out/{n}" for n in TASKS)
    folder = root / FOLDER
    folder.mkdir(parents=True)
    plan = PLAN.format(files=files, tasks=tasks, folder=FOLDER)
    (folder / "01-01-PLAN.md").write_text(plan)
    steps = "".join(
        f'  {n}:\n    - command: {{run: "{_script(n, marks)}", files: [out/{n}]}}\n' for n in TASKS
    )
    (folder / "01-01-RUN.yaml").write_text(f"changes:\n{steps}")
    for words in (
        ("init", "-q"),
        ("config", "user.name", "Pat"),
        ("config", "user.email", "pat@example.org"),
        ("add", "-A"),
        ("commit", "-qm", "start"),
    ):
        subprocess.run(["git", *words], cwd=root, check=True, env=environment())


def _for_make(root: Path, marks: Path) -> None:
    rules = [f"out/{n}:{f' out/{n - 1}' if n > 1 else ''}\n\t{_script(n, marks)}\n" for n in TASKS]
    (root / "Makefile").write_text("all: out/10\n" + "".join(rules))


def _for_doit(root: Path, marks: Path) -> None:
    tasks = "".join(
        f"def task_{n}():\n    return {{'actions': [{_script(n, marks)!r}], "
        f"'targets': ['out/{n}'], 'file_dep': {[f'out/{n - 1}'] if n > 1 else []}, "
        f"'uptodate': [True]}}\n"
        for n in TASKS
    )
    (root / "dodo.py").write_text(tasks)


def _for_snakemake(root: Path, marks: Path) -> None:
    rules = "".join(
        f"rule task_{n}:\n"
        + (f"    input: 'out/{n - 1}'\n" if n > 1 else "")
        + f"    output: 'out/{n}'\n    shell: {_script(n, marks)!r}\n"
        for n in TASKS
    )
    (root / "Snakefile").write_text(f"rule all:\n    input: 'out/10'\n{rules}")


def main() -> None:
    """Print a row a program."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        bin_ = _installed(place / "environment")
        gsd_run = str(Path(sys.executable).parent / "gsd-run")
        snakemake = (str(bin_ / "snakemake"), "--cores", "1", "--quiet")
        tools = (
            Tool("gsd-run", (gsd_run, "--version"), _for_gsd_run, (gsd_run, "01-01")),
            Tool("make", ("make", "--version"), _for_make, ("make", "-s")),
            Tool("doit", (str(bin_ / "doit"), "--version"), _for_doit, (str(bin_ / "doit"),)),
            Tool(
                "snakemake",
                (str(bin_ / "snakemake"), "--version"),
                _for_snakemake,
                snakemake,
                ((*snakemake, "--unlock"), (*snakemake, "--rerun-incomplete")),
            ),
        )
        print("| program | typed again | finished tasks done again | `out/5` in the end |")
        print("|---|---|---|---|")
        for tool in tools:
            print(_row(tool, place / tool.name), flush=True)


def _installed(place: Path) -> Path:
    subprocess.run(["uv", "venv", "-q", str(place)], check=True)
    python = str(place / "bin" / "python")
    subprocess.run(["uv", "pip", "install", "-q", "--python", python, "doit", "snakemake"],
                   check=True)  # fmt: skip
    return place / "bin"


def _row(tool: Tool, place: Path) -> str:
    root, marks = place / "project", place / "marks"
    root.mkdir(parents=True)
    marks.mkdir()
    tool.lay_out(root, marks)
    _killed_in_the_fifth(tool, root, marks)
    finished = {n: len((marks / str(n)).read_bytes()) for n in range(1, 5)}
    (marks / "go").touch()
    typed = ["the same"]
    done = _call(tool.command, root)
    for words in tool.asked_for if done else ():
        typed.append(f"`{words[-1]}`")
        done = _call(words, root)
    again = [n for n, times in finished.items() if len((marks / str(n)).read_bytes()) > times]
    fifth = root / "out" / "5"
    text = fifth.read_text() if fifth.exists() else ""
    state = "whole" if text == "first\nsecond\n" else "**half of it, taken for whole**"
    shown = subprocess.run(tool.version, capture_output=True, text=True, check=True).stdout
    version = shown.splitlines()[0].removeprefix("gsd-run").removeprefix("GNU Make").strip()
    repeated = f"{len(again)} of 4" if again else "none"
    ended = "" if done == 0 else f" (ended with {done})"
    return f"| {tool.name} {version} | {', '.join(typed)}{ended} | {repeated} | {state} |"


def _call(words: tuple[str, ...], root: Path) -> int:
    return subprocess.run(
        words, cwd=root, env=environment(), capture_output=True, check=False
    ).returncode


def _killed_in_the_fifth(tool: Tool, root: Path, marks: Path) -> None:
    process = subprocess.Popen(
        tool.command,
        cwd=root,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while not (marks / "5").exists():
        if process.poll() is not None:
            raise SystemExit(f"{tool.name} ended with {process.returncode} before the fifth task")
        time.sleep(0.05)
    time.sleep(0.3)  # for the half to be written
    for pid in [process.pid, *_below(process.pid)]:
        os.kill(pid, signal.SIGKILL)
    process.wait()


def _below(parent: int) -> list[int]:
    """Return all processes that a process has started, and those have."""
    found = []
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = place.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            pid = int(place.parent.name)
            found += [pid, *_below(pid)]
    return found


if __name__ == "__main__":
    if shutil.which("make") is None:
        raise SystemExit("make is not installed")
    main()
