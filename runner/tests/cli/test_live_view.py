"""The live view in a real terminal: whole screens at moments that stand still."""

import os
import re
import signal
from pathlib import Path

import msgspec
import pytest
from gsd_run.cli.console.readable import readable
from gsd_run.cli.console.seen import Seen
from gsd_run.cli.console.view import screen
from gsd_run.domain.event import Record
from gsd_run.domain.run import RunState, TaskState, folded
from msgspec.structs import replace
from sandbox import PLAN, PLAN_PATH, RUN_FILE, RUN_PATH, Sandbox, let_a_check_wait
from terminal import Terminal, settled

COLOURS = re.compile(rb"\x1b\[(?:\d+;)*(?:3\d|4\d|9\d)(?:;\d+)*m")
SECOND_SCREEN, FIRST_SCREEN = b"\x1b[?1049h", b"\x1b[?1049l"


def keep(name: str, rows: list[str]) -> None:
    """Keep a screen as an artefact, where a folder for them is named."""
    if folder := os.environ.get("GSD_RUN_ARTEFACTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        Path(folder, f"{name}.txt").write_text("\n".join(rows) + "\n")


def let_it_wait(project: Sandbox, prints: str) -> None:
    """Let the last check print something and wait for `go`, once there is a farewell."""
    project.write("slow.sh", f"{prints}\nwhile [ ! -e go ]; do sleep 0.05; done\n")
    check = "grep -n bye farewell.txt && bash slow.sh"
    let_a_check_wait(project, "grep -n bye farewell.txt", check)


HEAD = """\
01-01  Greet people, then say good-bye
 SECONDS · phase 01-greeting · on main

✓ 1 Add the greeting  PASSED SECONDS
● 2 Add the farewell  judging SECONDS

$ bash slow.sh SECONDS
│ looking for the farewell
│ this may take a while
"""
TABLE = """
claims  PROVEN REFUTED UNPROVEN   tests
at base      0       3        5
now          1       0        1"""
AT_80 = f"""\
{HEAD}




  PASSED in SECONDS
  committed COMMIT feat(01-01): add the greeting
  verify.2        REFUTED  before  `grep -n bye farewell.txt` exited 2: grep: f…
  done.2          UNPROVEN before  no program check is known for "The farewell …
task 2 of 2: Task 2: Add the farewell
  write: farewell.txt
{TABLE}"""
AT_40 = f"""\
{HEAD}


  verify.2 REFUTED before `grep -n bye …
  done.2 UNPROVEN before no program che…
  task 2 of 2: Task 2: Add the farewell
  write: farewell.txt
{TABLE}"""
LOG = """\
run RUN of 01-01 on main at COMMIT, 8 claims
  verify.1        REFUTED  at base  `grep -n hello greeting.txt` exited 2: grep: greeting.txt: No such file or directory
  done.1          UNPROVEN at base  no program check is known for "The greeting is there"
  verify.2        REFUTED  at base  `grep -n bye farewell.txt` exited 2: grep: farewell.txt: No such file or directory
  done.2          UNPROVEN at base  no program check is known for "The farewell is there"
  truth.1         UNPROVEN at base  no program check is known for "Everybody feels welcome"
  artifact.1      REFUTED  at base  greeting.txt does not exist
  verification.1  UNPROVEN at base  `grep -i damn greeting.txt farewell.txt` exited 2: grep: farewell.txt: No such file…
  criterion.1     UNPROVEN at base  no program check is known for "Both texts exist"
judged at the base commit in SECONDS: 0 PROVEN, 3 REFUTED, 5 UNPROVEN
task 1 of 2: Task 1: Add the greeting
  write: greeting.txt
  verify.1        PROVEN    exit 0: 1:hello
  done.1          UNPROVEN  no program check is known for "The greeting is there"
  PASSED in SECONDS
  committed COMMIT feat(01-01): add the greeting
  verify.2        REFUTED  before  `grep -n bye farewell.txt` exited 2: grep: farewell.txt: No such file or directory
  done.2          UNPROVEN before  no program check is known for "The farewell is there"
task 2 of 2: Task 2: Add the farewell
  write: farewell.txt"""
AT_200 = "\n".join([HEAD, *[""] * 10, LOG, *[""] * 7, TABLE[1:]])

AFTERWARDS = """\
run RUN of 01-01 on main at COMMIT, 8 claims
    $ grep -n hello greeting.txt
  verify.1        REFUTED  at base  `grep -n hello greeting.txt` exited 2: grep…
  done.1          UNPROVEN at base  no program check is known for "The greeting…
    $ grep -n bye farewell.txt
  verify.2        REFUTED  at base  `grep -n bye farewell.txt` exited 2: grep: …
  done.2          UNPROVEN at base  no program check is known for "The farewell…
  truth.1         UNPROVEN at base  no program check is known for "Everybody fe…
  artifact.1      REFUTED  at base  greeting.txt does not exist
    $ grep -i damn greeting.txt farewell.txt
  verification.1  UNPROVEN at base  `grep -i damn greeting.txt farewell.txt` ex…
  criterion.1     UNPROVEN at base  no program check is known for "Both texts e…
judged at the base commit in SECONDS: 0 PROVEN, 3 REFUTED, 5 UNPROVEN

task 1 of 2: Task 1: Add the greeting
  write: greeting.txt
    $ grep -n hello greeting.txt
  verify.1        PROVEN    exit 0: 1:hello
  done.1          UNPROVEN  no program check is known for "The greeting is ther…
  PASSED in SECONDS
  committed COMMIT feat(01-01): add the greeting
    $ grep -n bye farewell.txt
  verify.2        REFUTED  before  `grep -n bye farewell.txt` exited 2: grep: f…
  done.2          UNPROVEN before  no program check is known for "The farewell …

task 2 of 2: Task 2: Add the farewell
  write: farewell.txt
    $ grep -n bye farewell.txt
    $ bash slow.sh
  verify.2        PROVEN    exit 0, 2 lines: looking for the farewell
  done.2          UNPROVEN  no program check is known for "The farewell is ther…
  PASSED in SECONDS
  committed COMMIT feat(01-01): add the farewell
    $ grep -n hello greeting.txt
  verify.1        PROVEN    exit 0: 1:hello
  done.1          UNPROVEN  no program check is known for "The greeting is ther…
  verify.2        PROVEN    exit 0, 2 lines: looking for the farewell
  done.2          UNPROVEN  no program check is known for "The farewell is ther…
  truth.1         UNPROVEN  no program check is known for "Everybody feels welc…
  artifact.1      PROVEN    1 line, contains 'hello' at greeting.txt:1
    $ grep -i damn greeting.txt farewell.txt
  verification.1  PROVEN    exit 1; no output
  criterion.1     UNPROVEN  no program check is known for "Both texts exist"
  committed COMMIT docs(01-01): complete 01-01 plan

01-01 is complete: 4 claims PROVEN, 4 UNPROVEN, 0 REFUTED
summary: .planning/phases/01-greeting/01-01-SUMMARY.md"""


def test_the_screen_follows_the_window_and_leaves_the_log(greeting: Sandbox):
    let_it_wait(greeting, 'echo "looking for the farewell"; echo "this may take a while"')
    terminal = Terminal(greeting.root, "01-01", size=(80, 24))
    for expected, size in ((AT_80, (80, 24)), (AT_40, (40, 20)), (AT_200, (200, 50))):
        terminal.resize(size)
        terminal.becomes(expected)
        keep(f"live-view-{size[0]}x{size[1]}", terminal.screen)
    assert terminal.cursor_hidden
    assert COLOURS.search(terminal.written)

    terminal.resize((80, 24))
    (greeting.root / "go").touch()
    assert terminal.ended() == 0, terminal.scrolled

    keep("live-view-afterwards", terminal.scrolled)
    assert settled(terminal.scrolled) == AFTERWARDS
    assert not terminal.cursor_hidden


HOSTILE = r"""
head -c 3000000 /dev/zero | tr '\0' x
printf '\nit was\033[31m red\033[0m\n\033]0;stolen title\007\033[2J\033[?25h\033[10;1Hmoved \302\233\n'
printf 'turned \342\200\256round\n'
printf '10%%\r50%%\r99%%'
"""


def test_hostile_output_without_colours_and_the_keys_that_stop(greeting: Sandbox):
    let_it_wait(greeting, HOSTILE)
    terminal = Terminal(greeting.root, "01-01", NO_COLOR="1")
    shown = terminal.until("│ 99%")
    begin = shown.index("│ it was red")
    assert shown[begin : begin + 4] == [
        "│ it was red",
        "│ moved \\u009b",
        "│ turned \\u202eround",
        "│ 99%",
    ]
    # Of what was written it obeys nothing.
    assert b"stolen" not in terminal.written
    assert b"\xc2\x9b" not in terminal.written
    assert not COLOURS.search(terminal.written)
    assert terminal.cursor_hidden
    keep("live-view-hostile-80x24", shown)

    terminal.process.send_signal(signal.SIGTSTP)
    terminal.stops()
    assert not terminal.cursor_hidden
    assert terminal.written.count(FIRST_SCREEN) == 1
    terminal.process.send_signal(signal.SIGCONT)
    terminal.until("│ 99%")
    assert terminal.written.count(SECOND_SCREEN) == 2

    terminal.press(b"\x03")
    assert terminal.ended() == 130
    assert not terminal.cursor_hidden
    assert terminal.written.count(FIRST_SCREEN) == 2
    rows = [row for row in terminal.scrolled if row]
    assert rows[0].startswith("run ")
    assert rows[-2:] == ["    $ bash slow.sh", "interrupted; `gsd-run resume` goes on"]


def test_a_terminal_that_can_nothing_gets_the_lines_of_a_pipe(greeting: Sandbox):
    terminal = Terminal(greeting.root, "01-01", TERM="dumb", size=(200, 50))
    assert terminal.ended() == 0
    assert b"\x1b" not in terminal.written
    lines = settled(terminal.written.decode().split("\r\n"))
    assert "task 1 of 2: Task 1: Add the greeting" in lines
    assert "    $ grep -n bye farewell.txt" in lines


def test_what_programs_print_is_shown_as_a_terminal_would_have_left_it():
    assert readable("one\r\n\ttab\x1b[1;31mred\x1b[K\x1b[0m\n10%\r20%\r\n\n\n") == [
        "one",
        "    tabred",
        "20%",
    ]
    assert readable("") == []
    assert readable("x" * 9000 + "end") == [f"…{'x' * 496}end"]
    # Not whole, so that it is no sequence: shown, not obeyed.
    assert readable("\x1b[31") == ["\\u001b[31"]


def test_a_run_that_goes_on_shows_its_command_before_anything_has_happened():
    seen = Seen(
        began=0,
        command="pytest -q",
        command_began=2,
        output=("one", "two"),
        recent=("going on with run RUN",),
    )
    rows = [row.plain.rstrip() for row in screen(seen, 5.0, 40, 12)]
    assert rows[:7] == [
        "5s  judging",
        "",
        "  going on with run RUN",
        "",
        "$ pytest -q  3s",
        "│ one",
        "│ two",
    ]
    for width, height in ((1, 1), (7, 3), (300, 80)):
        rows = screen(seen, 5.0, width, height)
        assert len(rows) <= height
        assert all(row.cell_len <= width for row in rows)
    first, *_ = screen(Seen(began=0), 5.0, 40, 12)
    assert first.plain == "5s  reading the plan"


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> list[RunState]:
    """The states through which a run goes."""
    root = tmp_path_factory.mktemp("states")
    made = Sandbox(root)
    made.git("init", "-q", "-b", "main")
    made.git("config", "user.name", "Pat Tester")
    made.git("config", "user.email", "pat@example.org")
    made.write(PLAN_PATH, PLAN.replace("Add the greeting", "Add 挨拶 \u202e to \x1b[2J everything"))
    made.write(RUN_PATH, RUN_FILE)
    made.commit()
    done = made.gsd_run("01-01")
    assert done.status == 0, done.text
    records = [
        msgspec.json.decode(line, type=Record) for line in made.journal.read_bytes().splitlines()
    ]
    return [folded(records[: number + 1]) for number in range(len(records))]


def test_every_moment_fits_into_every_window(states: list[RunState]):
    for number, state in enumerate(states):
        seen = Seen(
            began=0,
            state=state,
            doing="judging",
            task=1 if number % 2 else None,
            command="wc -l 挨拶 " * 20,
            output=("語" * 300, "", "one"),
            recent=("  verify.1        PROVEN   語語語 " * 9, "task 1") * 30,
        )
        for width, height in ((1, 1), (7, 3), (20, 5), (39, 12), (80, 24), (300, 80)):
            rows = screen(seen, 3700.0, width, height)
            assert len(rows) <= height
            assert all(row.cell_len <= width for row in rows)
            assert all("\n" not in row.plain and "\x1b" not in row.plain for row in rows)
    nothing = replace(seen, state=replace(state, plan=replace(state.plan, tasks=())))
    assert len(screen(nothing, 1.0, 80, 24)) == 24
    # A screen is used to its last row, and that is the table's.
    full = [row.plain for row in screen(seen, 3700.0, 80, 24)]
    assert len(full) == 24
    assert full[-1].startswith("now ")


def test_of_many_tasks_those_around_the_one_at_work_are_shown(states: list[RunState]):
    state = states[-1]
    first = state.plan.tasks[0]
    tasks = tuple(replace(first, number=n, name=f"Task {n}: work {n}") for n in range(1, 201))
    plan = replace(state.plan, tasks=tasks)
    many = replace(state, plan=plan, tasks={n: TaskState(number=n) for n in range(1, 201)})
    seen = Seen(began=0, state=many, doing="judging", task=100)
    rows = [row.plain for row in screen(seen, 61.0, 40, 20)]
    assert rows[:7] == [
        "01-01  Greet people, then say good-bye",
        "1min 1s · phase 01-greeting · on main",
        "",
        "  … 98 tasks before",
        "·  99 work 99",
        "● 100 work 100  judging  1min 1s",
        "  … 100 more tasks",
    ]
