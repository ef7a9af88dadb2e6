"""Runs on a disk that fails, is full, or loses what was not synced: through strace, on Linux.

    uv run python runner/benchmarks/failing_disk.py [--every N] [--power N]

The first part lets every N-th fsync, write and rename of gsd-run itself fail (EIO, ENOSPC), and
one kind in all of git's processes. The second one kills runs at N moments and takes away whatever
was written and not synced by then. After each the run is gone on with, and its end compared with
that of an undisturbed one.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import power
from sandbox import environment
from scenes import SCENES, Stage

FAULTS = (("fsync", "EIO"), ("write", "ENOSPC"), ("rename,renameat,renameat2", "EIO"))
OF_GIT = (("fsync", "EIO", "1+"), ("write", "ENOSPC", "3+"), ("link,rename", "EIO", "1"))
REFUSED = 3  # exit statuses
MUTE = 120


def main() -> int:
    """Print a line for each kind of fault; the exit status is 1 if anything was not as promised."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--every", type=int, default=1, metavar="N")
    parser.add_argument("--power", type=int, default=40, metavar="N")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(SCENES[0], Path(folder) / "stage")
        stage.play()
        wanted = stage.end()
        print(f"{'fault':<34} {'times':>6} {'said':>6} {'unharmed':>9} {'same end after':>15}")
        bad = 0
        for calls, error in FAULTS:
            count = _count(stage, calls)
            for_each = range(1, count + 1, arguments.every)
            bad += _faults(stage, wanted, calls, error, [str(n) for n in for_each], "own")
        for calls, error, when in OF_GIT:
            bad += _faults(stage, wanted, calls, error, [when], "git")
        bad += _power(stage, wanted, arguments.power)
    return 1 if bad else 0


def _strace(stage: Stage, *words: str) -> subprocess.CompletedProcess[str]:
    call = stage.scene.calls[0].words
    return subprocess.run(
        ["strace", "-qq", *words, "--", sys.executable, "-m", "gsd_run", *call],
        cwd=stage.project.root,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def _count(stage: Stage, calls: str) -> int:
    stage.reset()
    log = stage.folder / "counted"
    _strace(stage, "-o", str(log), "-e", f"trace={calls}")
    return len(re.findall(r"^\w+\(", log.read_text(), re.MULTILINE))


def _faults(
    stage: Stage, wanted: dict[str, object], calls: str, error: str, moments: list[str], whose: str
) -> int:
    seen: Counter[str] = Counter()
    for when in moments:
        stage.reset()
        fault = f"inject={calls}:error={error}:when={when}"
        of_all = ("-f",) if whose == "git" else ()
        done = _strace(stage, *of_all, "-o", "/dev/null", "-e", f"trace={calls}", "-e", fault)
        told = done.stdout + done.stderr
        # 120: not even the words could be written, which is Python's own status for that.
        mute = whose == "git" and calls == "write" and done.returncode == MUTE
        fine = mute or (done.returncode in {0, REFUSED} and "Traceback" not in told)
        seen["said"] += fine and done.returncode in {REFUSED, MUTE}
        seen["unharmed"] += fine and done.returncode == 0
        after = stage.go_on(0)
        same = after.status == 0 and stage.end() == wanted
        seen["same"] += same
        seen["bad"] += not (fine and same)
        if not fine or not same:
            print(f"  {fault}: exit {done.returncode}, then {after.status}")
            print((told if not fine else after.text)[-700:])
    name = f"{whose}: {calls.partition(',')[0]} {error}"
    print(
        f"{name:<34} {len(moments):>6} {seen['said']:>6} {seen['unharmed']:>9} {seen['same']:>15}",
        flush=True,
    )
    return seen["bad"]


def _power(stage: Stage, wanted: dict[str, object], times: int) -> int:
    moments = stage.moments(0)
    picked = moments[:: max(1, len(moments) // times)]
    same = lost = refused = 0
    kinds: Counter[str] = Counter()
    for number in picked:
        stage.reset()
        root = stage.project.root
        _, files = power.killed(stage.project, number, stage.folder, *stage.scene.calls[0].words)
        gone = [one for one in files if root in one.parents and "scratch" not in one.parts]
        kinds.update(_kind(one.relative_to(root)) for one in gone)
        lost += len(gone)
        power.cut(gone)
        after = stage.go_on(0)
        right = after.status == 0 and stage.end() == wanted
        same += right
        refused += not right and after.status == REFUSED
        if not right:
            print(f"  power cut at action {number}: lost {[str(one) for one in gone]}")
            print(after.text[-500:])
    print(f"power cuts: {len(picked)}; {lost} files lost {dict(kinds)}; same end {same}; "
          f"stopped with a way on {refused}")  # fmt: skip
    return len(picked) - same - refused


def _kind(path: Path) -> str:
    return "/".join(path.parts[:2]) if path.parts[0] == ".git" else path.name


if __name__ == "__main__":
    sys.exit(main())
