"""The story of a run, and what its commands wrote: from the journal, and from the evidence."""

import json
import re
from pathlib import Path

import pytest
from begun import copied, greeting_at
from sandbox import PLAN_PATH, RUN_FILE, Sandbox

LOUD = "<verify>printf '\\033[31mred\\n'; seq 1 2000; grep -n hello greeting.txt</verify>"


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    """A finished run, one of whose checks writes much and colours; not to be changed."""
    made = greeting_at(tmp_path_factory.mktemp("done") / "project")
    plan = made.read(PLAN_PATH)
    made.write(PLAN_PATH, plan.replace("<verify>grep -n hello greeting.txt</verify>", LOUD))
    made.commit()
    assert made.gsd_run("01-01", "--no-baseline").status == 0
    return made


def plain(text: str) -> str:
    """Take times and ids out of a log."""
    text = re.sub(r"^\d\d:\d\d:\d\d", "TIME", text, flags=re.MULTILINE)
    text = re.sub(r"^\d{4}-\d\d-\d\d", "DAY", text, flags=re.MULTILINE)
    text = re.sub(r"\b\d{8}T\d{6}-[0-9a-f]+\b", "RUN", text)
    text = re.sub(r"\b(?=[0-9a-f]*\d)[0-9a-f]{9}\b", "ID", text)
    return re.sub(r" *\b\d+\.\d+s", " SECONDS", text)


def test_the_story_of_a_task(done: Sandbox) -> None:
    told = done.gsd_run("log", "01-01", "--task", "2")
    assert plain(told.stdout) == (
        "DAY, times in UTC\n"
        "TIME  task 2 (Add the farewell), attempt 1 by steps\n"
        "TIME  step 1, write: farewell.txt\n"
        "TIME  changed: added farewell.txt\n"
        "TIME  checks run at tree ID\n"
        "            #4   exit 0 SECONDS  grep -n bye farewell.txt\n"
        "TIME  judged task 2, after it:\n"
        "            PROVEN    verify.2\n"
        "            UNPROVEN  done.2\n"
        "TIME  task 2 PASSED in SECONDS\n"
        "            proven: verify.2\n"
        "TIME  committed ID feat(01-01): add the farewell\n"
    )


def test_a_whole_run(done: Sandbox) -> None:
    told = plain(done.gsd_run("log", "01-01").stdout).splitlines()
    assert told[0] == "DAY, times in UTC"
    assert told[1] == "TIME  run RUN of 01-01 begins on main at ID"
    assert told[2] == f"            {PLAN_PATH}: 2 tasks, 8 claims"
    assert told[-1].startswith("TIME  complete: ")
    assert [line for line in told if "#" in line][:3] == [
        "            #1   exit 0 SECONDS  printf '\\033[31mred\\n'",
        "            #2   exit 0 SECONDS  seq 1 2000",
        "            #3   exit 0 SECONDS  grep -n hello greeting.txt",
    ]


def _number(done: Sandbox, command: str) -> str:
    told = done.gsd_run("log", "01-01").stdout
    return re.findall(rf"#(\d+) +exit 0 .*{re.escape(command)}", told)[-1]


def test_an_output_is_printed_in_full_with_nothing_that_acts(done: Sandbox) -> None:
    seq = done.gsd_run("log", "01-01", "--command", _number(done, "seq 1 2000"))
    assert seq.stdout.splitlines() == [str(one) for one in range(1, 2001)]
    red = _number(done, "printf")
    assert done.gsd_run("log", "01-01", "--command", red).stdout == "\\u001b[31mred\n"
    assert done.gsd_run("log", "01-01", "--command", red, "--raw").stdout == "\x1b[31mred\n"
    told = json.loads(done.gsd_run("log", "01-01", "--command", red, "--json").stdout)
    assert (told["text"], told["status"], told["excerpt"]) == (
        "printf '\\033[31mred\\n'",
        "0",
        False,
    )


def test_json_has_the_events_and_what_was_run(done: Sandbox) -> None:
    told = json.loads(done.gsd_run("log", "01-01", "--json", "--task", "1").stdout)
    assert {one["event"]["task"] for one in told["records"] if "task" in one["event"]} == {1}
    assert {one["task"] for one in told["ran"]} == {1}
    assert told["whole"] is True


def test_a_clone_tells_it_from_the_evidence(done: Sandbox, tmp_path: Path) -> None:
    done.run("git", "clone", "-q", str(done.root), str(tmp_path / "clone"))
    clone = Sandbox(tmp_path / "clone")
    told = clone.gsd_run("log", "01-01")
    assert told.status == 0, told.text
    assert told.stdout.splitlines()[-1].endswith(
        "EVIDENCE.jsonl: of outputs it holds excerpts only"
    )
    shown = clone.gsd_run("log", "01-01", "--command", _number(done, "seq 1 2000"))
    assert shown.stderr == "an excerpt: the whole is in the clone where the run was made\n"
    assert shown.stdout.startswith("1\n2\n")
    assert 1000 < len(shown.stdout) < 5000


def test_an_output_that_was_deleted(done: Sandbox, tmp_path: Path) -> None:
    project = copied(done, tmp_path / "project")
    outputs = project.root / ".git" / "gsd-run" / "outputs"
    for one in outputs.iterdir():
        one.unlink()
    told = project.gsd_run("log", "01-01", "--command", _number(done, "seq 1 2000"))
    assert told.status == 0
    assert told.stderr == f"an excerpt: the whole is gone from {outputs}\n"


def test_what_there_is_not(done: Sandbox, tmp_path: Path) -> None:
    for words, said in (
        (("01-01", "--command", "99"), "has no command 99 here, only 1 to "),
        (("01-01", "--task", "2", "--command", "1"), "has no command 1 here, only 4 to 4"),
        (("nonsense", "--run", done.journal.stem), "nonsense: no run of it here"),
        (("01-01", "--task", "9"), "01-01 has no task 9; its tasks: 1, 2"),
        (("01-01", "--raw"), "--raw goes with --command K"),
        (("01-01", "--run", "x/../y"), "no run x/../y here"),
        (("02-01",), "no plan '02-01'; the closest are:"),
    ):
        told = done.gsd_run("log", *words)
        assert (told.status, said in told.stderr) == (2, True), told.text
    project = copied(done, tmp_path / "project")
    journal = project.journal
    journal.write_bytes(journal.read_bytes().replace(b"hello", b"hallo", 1))
    broken = project.gsd_run("log", "01-01")
    assert (broken.status, "the journal was changed" in broken.stderr) == (3, True)


def test_a_run_that_stopped(tmp_path: Path) -> None:
    made = greeting_at(tmp_path / "project", RUN_FILE.replace("bye", "by"))
    made.gsd_run("01-01", "--no-baseline")
    told = plain(made.gsd_run("log", "01-01").stdout)
    assert "TIME  task 2 FAILED in SECONDS\n            verify.2: `grep -n bye" in told
    assert (
        "TIME  stopped with exit 1\n            verify.2: `grep -n bye farewell.txt` exited 1"
        in told
    )
