"""Programs that take too much, for real; and what is left of their trees."""

import os
import sys
import time
from pathlib import Path
from threading import Thread

import pytest
from gsd_run.outside import limits as of
from gsd_run.outside.confinement import Confinement, run_confined
from gsd_run.outside.limits import Limits, Tree
from gsd_run.outside.processes import run
from sandbox import goes_away


def ended(folder: Path, script: str, limits: Limits) -> str:
    finished = run(["bash", "-c", script], cwd=folder, timeout=60, limits=limits)
    assert (finished.status, finished.timed_out) == (-9, False)
    return finished.beyond


def test_too_many_processes(tmp_path: Path) -> None:
    script = "for i in {1..40}; do setsid sleep 300 & echo $! >> pids; done; wait"
    assert ended(tmp_path, script, Limits(processes=16)) == "with more than 16 processes"
    assert all(goes_away(int(pid)) for pid in (tmp_path / "pids").read_text().split())


def test_too_much_memory(tmp_path: Path) -> None:
    script = f"{sys.executable} -c \"import time; a = b'x' * (300 << 20); time.sleep(300)\"; true"
    told = ended(tmp_path, script, Limits(memory=128 << 20))
    assert told == "with more than 128 MiB of memory in use"


def test_memory_that_processes_share_counts_once(tmp_path: Path) -> None:
    script = (
        "import os, time\nheld = bytearray(os.urandom(1)) * (60 << 20)\n"
        "for _ in range(5):\n    if not os.fork():\n        time.sleep(300)\ntime.sleep(1)\n"
    )
    finished = run(
        [sys.executable, "-c", script], cwd=tmp_path, timeout=60, limits=Limits(memory=200 << 20)
    )
    assert (finished.status, finished.beyond) == (0, "")


def test_too_much_output(tmp_path: Path) -> None:
    told = ended(tmp_path, "yes 0123456789", Limits(output=1 << 20))
    assert told == "having written more than 1 MiB"


def test_a_disk_that_fills_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = iter([1 << 30])
    monkeypatch.setattr(of, "_free", lambda _: next(left, 1 << 20))
    told = ended(tmp_path, "sleep 300", Limits())
    assert told == "with less than 256 MiB of the disk left"


def test_an_orphan_with_an_empty_environment_ends_too(tmp_path: Path) -> None:
    script = "(env -i setsid sleep 300 & echo $! > pid; sleep 0.5) & wait; sleep 0.3"
    finished = run_confined(Confinement(), ["bash", "-c", script], cwd=tmp_path, env=os.environ)
    assert finished.status == 0
    assert goes_away(int((tmp_path / "pid").read_text()))


def test_an_orphan_whose_parents_ended_at_once_ends_too(tmp_path: Path) -> None:
    script = "(env -i setsid sleep 300 & echo $! > pid)"
    run_confined(Confinement(), ["bash", "-c", script], cwd=tmp_path, env=os.environ)
    assert goes_away(int((tmp_path / "pid").read_text()))


def test_orphans_of_another_program_stay(tmp_path: Path) -> None:
    def other() -> None:
        script = "(setsid sleep 300 & echo $! > other); touch ready; until test -e go; do sleep 0.05; done"
        run_confined(Confinement(), ["bash", "-c", script], cwd=tmp_path, env=os.environ)

    thread = Thread(target=other)
    thread.start()
    while not (tmp_path / "ready").exists():
        time.sleep(0.01)
    run_confined(Confinement(), ["bash", "-c", "sleep 0.3"], cwd=tmp_path, env=os.environ)
    pid = int((tmp_path / "other").read_text())
    assert Path(f"/proc/{pid}/comm").read_text() == "sleep\n"
    (tmp_path / "go").touch()
    thread.join()
    assert goes_away(pid)


def test_a_background_server_is_found_by_its_mark(tmp_path: Path) -> None:
    finished = run_confined(
        Confinement(), ["sh", "-c", "setsid sleep 300 & echo $!"], cwd=tmp_path, env=os.environ
    )
    assert goes_away(int(finished.stdout))


def test_processes_as_ps_lists_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    here = next(one for one in of._listed() if one.pid == os.getpid())
    monkeypatch.setattr(of, "_PROC", tmp_path)
    found = {one.pid: one for one in of._processes()}
    assert found[here.pid].parent == here.parent
    assert found[here.pid].memory > 1 << 20
    script = "for i in {1..40}; do sleep 300 & done; wait"
    assert ended(tmp_path, script, Limits(processes=16)) == "with more than 16 processes"


def test_the_tree_of_a_program_is_not_that_of_others(tmp_path: Path) -> None:
    ours = Tree(os.getpid(), Limits(), tmp_path)
    assert os.getpid() in {one.pid for one in ours.members()}
    assert os.getppid() not in {one.pid for one in ours.members()}
