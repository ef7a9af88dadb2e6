"""One run at a time: who wins, who is told, and what becomes of a dead owner's lock."""

import fcntl
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from gsd_run.domain.errors import Refusal
from gsd_run.outside.machine import this_process
from gsd_run.running.journals.locking import locked
from sandbox import Sandbox, environment, goes_away

HOLDER = """\
import sys, time
from pathlib import Path
from gsd_run.running.journals.locking import locked
from gsd_run.domain.errors import Refusal
place, gate = Path(sys.argv[1]), Path(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
try:
    with locked(place, "now"):
        print("won", flush=True)
        sys.stdin.readline()
except Refusal as refusal:
    print("lost", refusal.message, flush=True)
"""


def holder(place: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(place), "-"],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: "subprocess.Popen[str]") -> None:
    process.stdin.write("\n")
    process.stdin.flush()


def test_of_many_started_at_once_one_wins_and_the_others_name_it(tmp_path: Path) -> None:
    place = tmp_path / "lock"
    all_of_them = [holder(place) for _ in range(6)]
    for one in all_of_them:
        go(one)
    told = [one.stdout.readline() for one in all_of_them]
    winner = all_of_them[told.index("won\n")]
    assert told.count("won\n") == 1
    lost = {line for line in told if line != "won\n"}
    assert len(lost) == 1
    assert f"another run holds this repository (process {winner.pid} on" in lost.pop()
    go(winner)
    for one in all_of_them:
        one.communicate()
    assert place.read_text() == ""


def test_two_runs_at_the_same_instant(greeting: Sandbox) -> None:
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "gsd_run", "01-01", "--no-baseline"],
            cwd=greeting.root,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]
    told = [one.communicate()[0] for one in both]
    ends = sorted(one.returncode for one in both)
    # The later one may also come when the first has ended: then it finds the plan complete.
    assert ends in ([0, 3], [0, 0]), told
    assert len(greeting.subjects()) == 4
    if ends == [0, 3]:
        assert "another run holds this repository (process" in "".join(told)
    else:
        assert "01-01 is complete" in "".join(told)


def test_a_killed_owners_lock_is_free_though_its_child_lives_on(tmp_path: Path) -> None:
    place = tmp_path / "lock"
    script = (
        "import subprocess, sys, time\n"
        "from pathlib import Path\n"
        "from gsd_run.running.journals.locking import locked\n"
        "with locked(Path(sys.argv[1]), 'then'):\n"
        "    child = subprocess.Popen(['sleep', '60'], start_new_session=True, close_fds=False)\n"
        "    print(child.pid, flush=True)\n"
        "    time.sleep(60)\n"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", script, str(place)],
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    child = int(owner.stdout.readline())
    with pytest.raises(Refusal, match=f"process {owner.pid} on"), locked(place, "now"):
        pass
    owner.kill()
    owner.wait()

    with locked(place, "now") as dead:
        assert (dead.process, dead.since) == (owner.pid, "then")

    os.kill(child, signal.SIGKILL)
    assert goes_away(child)
    owner.stdout.close()
    with locked(place, "later") as nobody:
        assert nobody is None


def text_of(**other: str) -> str:
    us = this_process("then")
    told = {name: getattr(us, name) for name in us.__struct_fields__}
    return json.dumps({**told, **other})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no JSON at all",
        '{"process": 1, "host": "elsewhere", "since": "then"}',
        text_of(boot="an earlier one"),
        text_of(host="another", boot="another"),
        text_of(started="1"),
        text_of(space="a container's", started="1"),
    ],
)
def test_a_text_that_was_left_does_not_hold_the_lock(tmp_path: Path, text: str) -> None:
    place = tmp_path / "lock"
    place.write_text(text)
    with locked(place, "now"):
        assert json.loads(place.read_text())["process"] == os.getpid()
    assert place.read_text() == ""


def test_an_owner_that_lives_holds_it_even_where_the_file_system_does_not(tmp_path: Path) -> None:
    place = tmp_path / "lock"
    place.write_text(text_of())
    with (
        pytest.raises(Refusal, match="let this one have the same lock"),
        locked(place, "now"),
    ):
        pass
    assert place.read_text() == text_of()


def test_work_trees_share_it(greeting: Sandbox) -> None:
    greeting.git("worktree", "add", "-q", "-b", "other", "../beside")
    folder = greeting.root / ".git" / "gsd-run"
    folder.mkdir()
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write(text_of())
        lock.flush()
        done = Sandbox(greeting.root.parent / "beside").gsd_run("01-01")
    assert done.status == 3
    assert f"process {os.getpid()} on" in done.stderr
