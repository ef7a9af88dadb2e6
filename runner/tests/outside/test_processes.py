"""Programs run for real."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from gsd_run.outside.processes import Letterbox, ProgramNotFound, end_strays, run
from sandbox import goes_away


def test_a_program_and_its_input(tmp_path: Path) -> None:
    finished = run(["sh", "-c", "cat; pwd >&2; exit 3"], cwd=tmp_path, stdin="hé\n")
    assert (finished.stdout, finished.stderr) == ("hé\n", f"{tmp_path}\n")
    assert (finished.status, finished.timed_out, finished.stopped) == (3, False, False)


def test_without_input_there_is_nothing_to_read(tmp_path: Path) -> None:
    # Search tools read their input, not the folder, when it is a regular file.
    finished = run(["sh", "-c", "cat; [ -c /dev/stdin ] && echo device"], cwd=tmp_path)
    assert finished.stdout == "device\n"


def test_time_runs_out_for_the_whole_group(tmp_path: Path) -> None:
    finished = run(["sh", "-c", "sleep 300 & echo $!; wait"], cwd=tmp_path, timeout=0.5)
    assert (finished.timed_out, finished.status) == (True, -9)
    assert goes_away(int(finished.stdout))


def test_what_left_the_group_is_found_by_its_mark(tmp_path: Path) -> None:
    finished = run(
        ["sh", "-c", "setsid sleep 300 & echo $!"],
        cwd=tmp_path,
        env={**os.environ, "MARK": str(tmp_path)},
        mark=f"MARK={tmp_path}",
    )
    assert finished.status == 0
    assert goes_away(int(finished.stdout))


def test_a_program_is_watched_and_stopped(tmp_path: Path) -> None:
    looks: list[bool] = []

    def look() -> bool:
        looks.append((tmp_path / "made").exists())
        return not looks[-1]

    finished = run(
        ["sh", "-c", "sleep 0.3; touch made; sleep 300"], cwd=tmp_path, while_running=look
    )
    assert (finished.stopped, finished.timed_out) == (True, False)
    assert (looks[0], looks[-1]) == (False, True)


def test_a_program_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(ProgramNotFound, match="no-such-program: No such file or directory"):
        run(["no-such-program"], cwd=tmp_path)


def test_long_output_keeps_both_ends(tmp_path: Path) -> None:
    finished = run([sys.executable, "-c", "print('a' + 'x' * 9_000_000 + 'b')"], cwd=tmp_path)
    assert finished.stdout.startswith("axxx")
    assert finished.stdout.endswith("xxxb\n")
    assert "\n… 611395 bytes left out …\n" in finished.stdout


def test_what_is_written_twice_arrives_twice(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    with Letterbox([first, second]) as letters:
        letters.empty()
        finished = run(
            [
                "sh",
                "-c",
                f"head -c 300000 /dev/zero > {first}; echo a > {second}; echo b > {second}",
            ],
            cwd=tmp_path,
            while_running=lambda: letters.empty() is None,
        )
        letters.empty()
    assert finished.status == 0
    assert letters.received == {first: bytes(300_000), second: b"a\nb\n"}
    assert threading.active_count() == 1


def test_strays_are_looked_for_while_other_programs_come_and_go() -> None:
    # A process that ends between being listed and being looked at is no reason to stop.
    passing = "for i in $(seq 300); do true & done; wait"
    with subprocess.Popen(["bash", "-c", passing]) as others:
        while others.poll() is None:
            end_strays(b"MARK=of-nobody")
    assert others.returncode == 0
