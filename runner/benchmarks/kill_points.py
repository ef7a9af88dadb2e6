"""Kill runs of plans at every action that a crash can come before, go on, and compare the ends.

    uv run python runner/benchmarks/kill_points.py [SCENE…] [--every N] [--random N] [--bundled]

Each scene is a small project whose plan is brought to its end by steps, an agent, a person, at a
checkpoint, test first, …; `--list` names them. A call is killed with SIGKILL before each action
(a file written, renamed, removed or synced, a program started) at which the files are as they
never were before: between two actions that leave all files alone there is nothing to tell apart.
`--random N` kills N more calls of each scene at any instant. With `--bundled` the plan that comes
with the project is killed instead, at every N-th state. Then the user goes on, and commits, trees,
files, verdicts and summary are compared with those of an undisturbed run.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from sandbox import environment
from scenes import SCENES, Call, Scene, Stage


def main() -> int:
    """Print a line a scene; the exit status is 1 if any end differs."""
    arguments = _arguments()
    if arguments.list:
        print(*(scene.name for scene in SCENES), sep="\n")
        return 0
    scenes = [_bundled()] if arguments.bundled else SCENES
    wanted = [one for one in scenes if not arguments.scene or one.name in arguments.scene]
    print(
        f"{'scene':<12} {'actions':>8} {'states':>7} {'killed':>7} {'same end':>9} {'repeated':>9}"
    )
    failed = 0
    for scene in wanted:
        with tempfile.TemporaryDirectory() as folder:
            failed += _played(Stage(scene, Path(folder) / "stage"), arguments)
    return 1 if failed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("scene", nargs="*")
    parser.add_argument("--every", type=int, default=1, metavar="N")
    parser.add_argument("--random", type=int, default=0, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bundled", action="store_true")
    parser.add_argument("--list", action="store_true")
    return parser.parse_args()


def _played(stage: Stage, arguments: argparse.Namespace) -> int:
    stage.play()
    wanted, made = stage.end(), stage.made()
    seen: Counter[str] = Counter()
    for place in range(len(stage.scene.calls)):
        states = [state for state, _ in stage.actions(place)]
        moments = [n for n, state in enumerate(states, 1) if state not in states[: n - 1]]
        seen["actions"] += len(states)
        seen["states"] += len(moments)
        for number in moments[:: arguments.every]:
            died = stage.play(place, "kill", number)[-1]
            if died.status != -signal.SIGKILL:
                print(f"  {stage.scene.name}: call {place} was not killed at {number}")
                continue
            _compare(stage, place, f"action {number}", wanted, made, seen)
        chance = random.Random(arguments.seed)
        for _ in range(arguments.random):
            seconds = _killed_at_random(stage, place, chance)
            if seconds is not None:
                _compare(stage, place, f"{seconds:.3f} s", wanted, made, seen)
    print(
        f"{stage.scene.name:<12} {seen['actions']:>8} {seen['states']:>7} {seen['killed']:>7} "
        f"{seen['same']:>9} {seen['repeated']:>9}",
        flush=True,
    )
    return seen["killed"] - seen["same"]


def _killed_at_random(stage: Stage, place: int, chance: random.Random) -> float | None:
    """Kill a call, but not what it started, at some instant; None where it had ended by then."""
    begun = time.monotonic()
    stage.play(place, "count", 0)
    whole = time.monotonic() - begun
    stage.play(place - 1) if place else stage.reset()
    call = stage.scene.calls[place]
    for path, text in call.files.items():
        stage.project.write(path, text)
    process = subprocess.Popen(
        [sys.executable, "-m", "gsd_run", *call.words],
        cwd=stage.project.root,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    seconds = chance.uniform(0.2, max(0.3, whole))
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        time.sleep(1)  # a git command that outlives it ends; that is part of the scene
        return seconds
    return None


def _compare(
    stage: Stage,
    place: int,
    moment: str,
    wanted: dict[str, object],
    made: dict[str, int],
    seen: Counter[str],
) -> None:
    finished = stage.finished()
    before = stage.made()
    done = stage.go_on(place)
    end, after = stage.end(), stage.made()
    differs = [name for name in wanted if wanted[name] != end[name]]
    again = {name: count - made.get(name, 0) for name, count in after.items()}
    twice = [
        name
        for name in after
        if again[name] > 1 or (int(name[0]) in finished and after[name] > before.get(name, 0))
    ]
    seen["killed"] += 1
    seen["repeated"] += any(count > 0 for count in again.values())
    if done.status == stage.scene.calls[-1].status and not differs and not twice:
        seen["same"] += 1
        return
    print(f"  {stage.scene.name}: call {place} at {moment}: exit {done.status}, other: {differs}")
    print(f"  done again though finished: {twice}" if twice else "", done.text[-600:], flush=True)


def _bundled() -> Scene:
    from end_to_end.bundled import PLAN_ID, lay_out  # noqa: PLC0415 - for this alone

    def prepare(project: "Stage.project", _: Path) -> None:
        place = project.root.parent / "bundled"
        lay_out(place)
        shutil.rmtree(place / ".git")
        shutil.copytree(place, project.root, dirs_exist_ok=True)

    os.environ.setdefault("PYTEST_ADDOPTS", "--tb=native")
    return Scene("bundled", prepare, (Call((PLAN_ID,)),), untracked={"notes.txt": "mine\n"})


if __name__ == "__main__":
    sys.exit(main())
