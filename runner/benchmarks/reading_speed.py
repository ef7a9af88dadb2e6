"""How fast plans are read and linted, beside what GSD's own packages do with the same files.

    uv run python runner/benchmarks/reading_speed.py FOLDER [--npm PATH] [--rounds 3]

FOLDER holds plans, anywhere below it. With --npm the two packages are installed into PATH (once)
and measured too. Each row is a process of its own that goes through all files: one round to warm
up ("unwarmed" is its mean), then as many as asked, of which each plan's best counts. Lint is not
warmed up; "in all" is the time of its command over all files, which uses every processor. The
start of the programs is not in these figures; it is measured below them by starting each program
for a few files.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

GSD_CORE = "@opengsd/gsd-core@1.14.0"
SDK = "get-shit-done-cc@1.42.3"
STRUCTURE = Path("node_modules/@opengsd/gsd-core/gsd-core/bin/lib/verify.cjs")
GSD_TOOLS = Path("node_modules/@opengsd/gsd-core/gsd-core/bin/gsd-tools.cjs")
PARSER = Path("node_modules/get-shit-done-cc/sdk/dist/plan-parser.js")
STARTED = 20  # files for which each program is started

WHAT_EACH_DOES = """
reading    read_plan: the whole plan as typed values with lines; mends YAML, tells what is odd
lint       reads, compiles every claim to checks, applies every rule, looks at the project's files
sdk        parsePlan: frontmatter as lines of `key: value`, tasks by regular expressions; name,
           files, action, verify and done as raw texts; no lines, no warnings, no mending
structure  verify plan-structure: which of eight frontmatter fields and which elements of tasks
           are present, and some patterns of bad checks; reads the file and prints JSON
"""

Measured = dict[str, object]


def main() -> None:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--npm", type=Path, help="a folder for GSD's npm packages")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--measure", choices=OURS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    files = sorted(file.resolve() for file in arguments.folder.rglob("*PLAN.md"))
    if arguments.measure:
        print(json.dumps(OURS[arguments.measure](files, arguments.rounds)))
        return
    size = sum(file.stat().st_size for file in files)
    print(f"{len(files)} plans, {size / 1e6:.1f} MB, best of {arguments.rounds} rounds\n")
    titles = ("median", "mean", "most", "unwarmed", "in all", "memory", "tasks", "failed")
    print(f"{'':<9}" + "".join(f"{title:>10}" for title in titles))
    for name in OURS:
        again = (sys.executable, __file__, arguments.folder, "--measure", name)
        _row(name, json.loads(_output(*again, "--rounds", arguments.rounds)))
    if arguments.npm:
        _install(arguments.npm)
        for name, module in (("sdk", PARSER), ("structure", STRUCTURE)):
            _row(name, _in_node(name, arguments.npm / module, files, arguments.rounds))
    print(WHAT_EACH_DOES)
    print(f"a process for each file, its start included: median of {STARTED} files")
    step = max(1, len(files) // STARTED)
    for name, words in _programs(arguments.npm):
        times = [_seconds(*words, file) * 1000 for file in files[::step][:STARTED]]
        print(f"  {name:<40}{statistics.median(times):7.0f} ms", flush=True)


def reading(files: list[Path], rounds: int) -> Measured:
    """Read every plan."""
    from gsd_run.domain.errors import PlanError  # noqa: PLC0415 - a process of its own
    from gsd_run.reading.plan import read_plan  # noqa: PLC0415 - the same

    contents = [(file.read_bytes(), str(file)) for file in files]
    best, first = [float("inf")] * len(files), list[float]()
    failed = tasks = 0
    for turn in range(rounds + 1):
        failed = tasks = 0
        for number, (content, path) in enumerate(contents):
            began = time.perf_counter()
            try:
                tasks += len(read_plan(content, path).tasks)
            except PlanError:
                failed += 1
            took = (time.perf_counter() - began) * 1000
            if turn:
                best[number] = min(best[number], took)
            else:
                first.append(took)
    measured = {"milliseconds": best, "first": first, "tasks": tasks, "failed": failed}
    return {**measured, "megabytes": _memory()}


def linting(files: list[Path], rounds: int) -> Measured:
    """Lint every plan by itself, once and in one process; then all of them as the command does."""
    from gsd_run.running.looking.linting import lint_file, lint_files  # noqa: PLC0415 - its own process

    each = []
    for file in files:
        began = time.perf_counter()
        lint_file(file)
        each.append((time.perf_counter() - began) * 1000)
    together = []
    failed = 0
    for _ in range(rounds):
        began = time.perf_counter()
        failed = sum(not one.readable for one in lint_files(files))
        together.append(time.perf_counter() - began)
    memory = _memory()
    return {"milliseconds": each, "failed": failed, "megabytes": memory, "all": min(together)}


OURS: dict[str, Callable[[list[Path], int], Measured]] = {"reading": reading, "lint": linting}


def _memory() -> float:
    """Return the most memory that this process had, in megabytes."""
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def _row(name: str, measured: dict) -> None:
    times = measured["milliseconds"]
    first = measured.get("first")
    cells = (
        f"{statistics.median(times):.2f} ms",
        f"{statistics.mean(times):.2f} ms",
        f"{max(times):.1f} ms",
        f"{statistics.mean(first):.2f} ms" if first else "",
        f"{measured.get('all', sum(times) / 1000):.2f} s",
        f"{measured['megabytes']:.0f} MB",
        str(measured.get("tasks") or ""),
        str(measured["failed"]),
    )
    print(f"{name:<9}" + "".join(f"{cell:>10}" for cell in cells), flush=True)


def _install(folder: Path) -> None:
    """Install the two packages, without running any of their scripts."""
    if (folder / STRUCTURE).is_file() and (folder / PARSER).is_file():
        return
    folder.mkdir(parents=True, exist_ok=True)
    quiet = ("--ignore-scripts", "--omit=dev", "--omit=optional", "--no-package-lock")
    _output("npm", "install", "--prefix", folder, *quiet, GSD_CORE, SDK)


def _in_node(what: str, module: Path, files: list[Path], rounds: int) -> dict:
    script = Path(__file__).with_name("other_parsers.mjs")
    with tempfile.TemporaryDirectory() as scratch:
        listed, result = Path(scratch, "files"), Path(scratch, "result")
        listed.write_text("\n".join(map(str, files)))
        _output("node", script, what, module.resolve(), listed, result, rounds)
        return json.loads(result.read_text())


def _programs(npm: Path | None) -> list[tuple[str, tuple[object, ...]]]:
    ours = Path(sys.executable).with_name("gsd-run")
    programs: list[tuple[str, tuple[object, ...]]] = [
        ("python, doing nothing", (sys.executable, "-c", "0")),
        ("gsd-run show --json PLAN", (ours, "show", "--json")),
        ("gsd-run lint PLAN", (ours, "lint")),
    ]
    if npm:
        tools = (npm / GSD_TOOLS).resolve()
        programs += [
            ("node, doing nothing", ("node", "-e", "0")),
            ("gsd-tools verify plan-structure PLAN", ("node", tools, "verify", "plan-structure")),
        ]
    return programs


def _output(*words: object) -> str:
    done = subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True)
    return done.stdout


def _seconds(*words: object) -> float:
    began = time.perf_counter()
    subprocess.run([str(word) for word in words], check=False, capture_output=True)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
