"""The end of what a program writes, while it does."""

import sys
from pathlib import Path

from gsd_run.outside import processes
from gsd_run.outside.tails import TAIL, Tail


def test_a_tail_is_told_when_files_have_grown(tmp_path: Path):
    told: list[str] = []
    out, err = tmp_path / "1.out", tmp_path / "1.err"
    tail = Tail(told.append)
    tail.look_at(out, err)
    assert told == []

    def next_told() -> str:
        known = len(told)
        while len(told) == known:  # it looks as often as its share of the time allows
            tail.look_at(out, err)
        return told[-1]

    out.write_text("one\n")
    assert next_told() == "one\n"
    with out.open("a") as file:
        file.write("a line of ten\n" * 1000 + "no end")
    text = next_told()
    assert len(text) <= TAIL + 1
    assert set(text.splitlines()) == {"a line of ten", "no end"}
    out.write_bytes(b"\xffx" * TAIL)
    assert set(next_told()) == {"\ufffd", "x", "\n"}
    err.write_text("an error\n")
    assert next_told().endswith("x\nan error\n")


def test_a_program_is_looked_at_while_it_runs(tmp_path: Path):
    told: list[str] = []
    wait = "import pathlib,time\nprint('first', flush=True)\nwhile not pathlib.Path('go').exists(): time.sleep(0.01)\nprint('last')"

    def look(text: str) -> None:
        told.append(text)
        (tmp_path / "go").touch()

    done = processes.run([sys.executable, "-c", wait], cwd=tmp_path, on_output=look)
    assert told[0] == "first\n"
    assert done.stdout == "first\nlast\n"
