"""How long `gsd-run status` takes in a project of 30 phases and 200 plans, most of them run.

One plan is carried out really; its journal, padded to the size that a plan with a test suite has,
then stands for the runs of the others: complete, stopped, or cut short while a program holds the
lock. Prints the median and best of 20 calls: nothing known yet (`status.json` deleted before each),
nothing changed since, and with a run at work, whose journal grows before each call.

    uv run python runner/benchmarks/status_time.py [KILOBYTES OF A JOURNAL]
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from itertools import takewhile
from pathlib import Path

PHASES, PLANS, CALLS = 30, 200, 20
PLAN = """\
---
phase: {phase}
plan: {number:02}
type: execute
wave: 1
depends_on: [{needs}]
files_modified: [made-{name}.txt]
autonomous: true
must_haves:
  truths:
    - "The file of plan {name} is there"
  artifacts:
    - path: "made-{name}.txt"
      provides: "what was made"
      contains: "made"
  key_links: []
---
<objective>
Make the file of plan {name}.
</objective>
<tasks>
<task type="auto">
  <name>Task 1: Make it</name>
  <files>made-{name}.txt</files>
  <action>Write made into made-{name}.txt</action>
  <verify>grep made made-{name}.txt</verify>
  <done>It is there</done>
</task>
</tasks>
"""


def main() -> None:
    """Make the project and print a line for each case."""
    size = int(sys.argv[1]) * 1024 if len(sys.argv) > 1 else 100 * 1024
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        places = _project(root)
        _call(root, sys.executable, "-m", "gsd_run", "01-01")
        runs = root / ".git" / "gsd-run" / "runs"
        first = next(runs.glob("*.jsonl"))
        summary = next(root.glob(".planning/phases/*/*-SUMMARY.md")).read_bytes()
        for number, place in enumerate(places[1:170], 1):
            stopped = number % 7 == 0
            _journal(first, runs / f"30001122T{number:06}-aaaaaa.jsonl", place, size, stopped)
            if not stopped:
                place.with_name(place.name.replace("PLAN", "SUMMARY")).write_bytes(summary)
        kept = root / ".git" / "gsd-run" / "status.json"
        held = sum(one.stat().st_size for one in runs.glob("*.jsonl")) / 1024**2
        print(f"{PHASES} phases, {PLANS} plans, 170 runs with {held:.1f} MiB of journals")
        _tell(root, "gsd-run --version", ["--version"], lambda: None)
        _tell(root, "status, nothing known yet", ["status"], lambda: kept.unlink(missing_ok=True))
        _tell(root, "status, nothing changed", ["status"], lambda: None)
        _tell(root, "status PHASE, nothing changed", ["status", "07"], lambda: None)
        last = runs / f"30001122T{169:06}-aaaaaa.jsonl"
        _running(root, last, size)


def _running(root: Path, journal: Path, size: int) -> None:
    """Measure with the lock held by this program, and the journal of a run that it adds to."""
    from gsd_run.running.journals.locking import locked  # noqa: PLC0415 - after the project

    whole = journal.read_bytes().splitlines(keepends=True)
    half = list(takewhile(lambda line: b'"type":"completed"' not in line, whole))
    journal.write_bytes(b"".join(half))
    with locked(root / ".git" / "gsd-run" / "lock", "2026-01-01T00:00:00.000+00:00"):
        judged = json.loads(next(line for line in half if b'"type":"judged"' in line))

        def grow() -> None:
            judged["seq"], judged["prev"] = len(half) + 1, sha256(half[-1]).hexdigest()
            half.append(json.dumps(judged, separators=(",", ":")).encode() + b"\n")
            with journal.open("ab") as file:
                file.write(half[-1])

        _tell(root, f"status, a run at work ({size // 1024} KB)", ["status"], grow)


def _project(root: Path) -> list[Path]:
    """Write the plans, commit them, and return their files."""
    places = []
    for number in range(PLANS):
        phase, within = divmod(number, -(-PLANS // PHASES))
        name = f"{phase + 1:02}-{within + 1:02}"
        folder = root / ".planning" / "phases" / f"{phase + 1:02}-part-{phase + 1}"
        folder.mkdir(parents=True, exist_ok=True)
        place = folder / f"{name}-PLAN.md"
        needs = f"{phase + 1:02}-{within:02}" if within else ""
        text = PLAN.format(phase=folder.name, number=within + 1, needs=needs, name=name)
        place.write_text(text)
        places.append(place)
    steps = 'changes:\n  1:\n    - write: {path: made-01-01.txt, text: "made\\n"}\n'
    places[0].with_name("01-01-RUN.yaml").write_text(steps)
    _call(root, "git", "init", "-q")
    _call(root, "git", "config", "user.name", "Pat Tester")
    _call(root, "git", "config", "user.email", "pat@example.org")
    _call(root, "git", "add", "-A")
    _call(root, "git", "commit", "-qm", "start")
    return places


def _journal(source: Path, target: Path, plan: Path, size: int, stopped: bool) -> None:
    """Write a run's journal as that of another plan, padded by the output of its checks."""
    events = [json.loads(line) for line in source.read_bytes().splitlines()]
    measured = sum(one["event"]["type"] == "measured" for one in events)
    pad = "x" * ((size - source.stat().st_size) // max(measured, 1))
    lines: list[bytes] = []
    for record in events:
        event = record["event"]
        if event["type"] == "run_started":
            event["run"] = target.stem
            event["read"]["plan"]["id"] = plan.name.removesuffix("-PLAN.md")
            event["read"]["plan"]["path"] = plan.relative_to(plan.parents[3]).as_posix()
        if event["type"] == "measured":
            event["measurement"]["script"] += pad
        if stopped and event["type"] == "committed":
            event = {"type": "stopped", "reason": "verify.1: it exited 1", "exit_code": 1}
            record["event"] = {**event, "task": 1, "untracked": []}
        record["prev"] = sha256(lines[-1]).hexdigest() if lines else ""
        lines.append(json.dumps(record, separators=(",", ":")).encode() + b"\n")
        if stopped and event["type"] == "stopped":
            break
    target.write_bytes(b"".join(lines))


def _tell(root: Path, what: str, words: list[str], before: Callable[[], None]) -> None:
    program = str(Path(sys.executable).with_name("gsd-run"))
    times = []
    _call(root, program, *words)
    for _ in range(CALLS):
        before()
        time.sleep(0.06)  # a file that changed a moment ago is read again
        began = time.perf_counter()
        _call(root, program, *words)
        times.append((time.perf_counter() - began) * 1000)
    print(f"{what:<36} median {statistics.median(times):5.0f} ms, best {min(times):5.0f} ms")


def _call(root: Path, *words: str) -> None:
    subprocess.run(words, cwd=root, check=True, capture_output=True, env=_environment())


@cache
def _environment() -> dict[str, str]:
    """Return an environment in which Python keeps compiled modules, as an installed one does."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")}
    compiled = Path(tempfile.gettempdir(), "gsd-run-status-time")
    return {**kept, "PYTHONPYCACHEPREFIX": str(compiled)}


if __name__ == "__main__":
    main()
