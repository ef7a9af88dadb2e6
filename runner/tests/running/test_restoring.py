"""Savepoints: what they keep, and files brought back to them."""

import signal
from pathlib import Path

import pytest
from begun import copied, greeting_at
from sandbox import RUN_FILE, Sandbox

KILLER = Path(__file__).parent / "act_and_die.py"


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    place = tmp_path_factory.mktemp("failed") / "project"
    project = greeting_at(place, RUN_FILE.replace("bye", "by"))
    done = project.gsd_run("01-01", "--no-baseline")
    assert done.status == 1, done.text
    return project


@pytest.fixture
def stopped(failed: Sandbox, tmp_path: Path) -> Sandbox:
    """A run whose second task failed; what it wrote lies in the tree."""
    return copied(failed, tmp_path / "project")


def listed(project: Sandbox, *words: str) -> dict[str, str]:
    """Return what `restore` lists: number to all that it says of it but the time."""
    done = project.gsd_run("restore", "01-01", *words)
    assert done.status == 0, done.text
    lines = [line.split(None, 2) for line in done.stdout.splitlines() if line[:6].strip().isdigit()]
    return {number: " ".join(rest.split()) for number, _, rest in lines}


def refs(project: Sandbox) -> list[str]:
    return project.git("for-each-ref", "--format=%(refname)", "refs/gsd-run").split()


def test_each_attempt_has_one_before_and_one_after(stopped: Sandbox) -> None:
    found = listed(stopped)
    assert list(found.values()) == [
        "before task 1, attempt 1 not as now: farewell.txt, greeting.txt",
        "after task 1, attempt 1 not as now: farewell.txt",
        "before task 2, attempt 1 not as now: farewell.txt",
        "after task 2, attempt 1 as now",
    ]
    told = stopped.gsd_run("restore").stdout.splitlines()
    assert told[0] == f"run {stopped.journal.stem} of 01-01"
    assert "        PASSED: proven: verify.1" in told
    assert "        FAILED: verify.2: `grep -n bye farewell.txt` exited 1" in told
    assert told[-1] == "`gsd-run restore 01-01 NUMBER` brings one back"
    numbers = [ref.rpartition("-")[2] for ref in refs(stopped)]
    assert sorted(numbers, key=int) == list(found)
    last = list(found)[-1]
    assert stopped.git("show", f"{refs(stopped)[0][: -len(numbers[0])]}{last}:farewell.txt")


def test_git_collects_none_of_them(stopped: Sandbox) -> None:
    stopped.git("gc", "-q", "--prune=now")
    assert "pruned" not in " ".join(listed(stopped).values())


def test_bringing_back_keeps_what_was_there(stopped: Sandbox) -> None:
    numbers = list(listed(stopped))
    stopped.write("farewell.txt", "my own words\n")
    stopped.write("README.md", "# Mine\n")
    stopped.write("notes.txt", "mine\n")
    head = stopped.git("rev-parse", "HEAD")

    done = stopped.gsd_run("restore", "01-01", numbers[0])

    assert done.status == 0, done.text
    assert not (stopped.root / "farewell.txt").exists()
    assert not (stopped.root / "greeting.txt").exists()
    assert (stopped.read("README.md"), stopped.read("notes.txt")) == ("# Mine\n", "mine\n")
    assert stopped.git("rev-parse", "HEAD") == head
    lines = done.stdout.splitlines()
    assert lines[-4:-2] == ["  farewell.txt", "  greeting.txt"]
    assert lines[-1] == "left alone, they are not the run's: README.md"
    before = lines[-2].rpartition(" ")[2]

    back = stopped.gsd_run("restore", "01-01", before)

    assert back.status == 0, back.text
    assert stopped.read("farewell.txt") == "my own words\n"
    assert stopped.read("greeting.txt") == "hello\n"
    assert stopped.git("status", "--porcelain") == " M README.md\n?? farewell.txt\n?? notes.txt\n"


def test_only_the_files_that_are_asked_for(stopped: Sandbox) -> None:
    first = next(iter(listed(stopped)))

    done = stopped.gsd_run("restore", "01-01", first, "--file", "farewell.txt")

    assert done.status == 0, done.text
    assert (stopped.root / "greeting.txt").exists()
    assert not (stopped.root / "farewell.txt").exists()
    assert stopped.gsd_run("restore", "01-01", first, "--file", "README.md").status == 2
    assert stopped.gsd_run("restore", "01-01", first, "--file", "../x").status == 2
    assert stopped.gsd_run("restore", "01-01", "9999").status == 2


def test_commits_of_others_are_not_covered_up(stopped: Sandbox) -> None:
    first = next(iter(listed(stopped)))
    stopped.write("greeting.txt", "hello there\n")
    stopped.git("commit", "-qm", "a warmer greeting", "greeting.txt")

    done = stopped.gsd_run("restore", "01-01", first)

    assert done.status == 3
    assert "  greeting.txt\nby:\n" in done.stderr
    assert "a warmer greeting" in done.stderr
    assert stopped.read("greeting.txt") == "hello there\n"
    assert (
        stopped.gsd_run("restore", "01-01", first, "--file", "farewell.txt").status,
        (stopped.root / "farewell.txt").exists(),
    ) == (0, False)


def test_a_restored_attempt_is_judged_as_a_mend(stopped: Sandbox) -> None:
    last = list(listed(stopped))[-1]
    stopped.write("farewell.txt", "bye\n")
    stopped.gsd_run("restore", "01-01", last)
    assert stopped.read("farewell.txt") == "by\n"
    mine = list(listed(stopped))[-1]

    stopped.gsd_run("restore", "01-01", mine)
    done = stopped.gsd_run("resume")

    assert done.status == 0, done.text
    assert stopped.read("farewell.txt") == "bye\n"


def test_only_those_of_complete_runs_are_pruned(stopped: Sandbox) -> None:
    held = refs(stopped)
    run = stopped.journal.stem

    spared = stopped.gsd_run("restore", "--prune")

    assert refs(stopped) == held
    assert spared.stdout.splitlines() == [
        "0 savepoints of 0 runs are let go",
        f"kept, their runs are not complete: 01-01 ({run})",
        "`git for-each-ref refs/gsd-run` lists what is left; `git gc` frees the space in time",
    ]
    assert stopped.gsd_run("restore", "--prune", "--run", run).status == 3
    stopped.write("farewell.txt", "bye\n")
    assert stopped.gsd_run("resume").status == 0
    held = refs(stopped)

    done = stopped.gsd_run("restore", "--prune", "01-01")

    assert done.stdout.splitlines()[:2] == [
        f"  {run}: {len(held)}",
        f"{len(held)} savepoints of 1 runs are let go",
    ]
    assert refs(stopped) == []
    stopped.git("reflog", "expire", "--expire=now", "--all")
    stopped.git("gc", "-q", "--prune=now")
    found = listed(stopped)
    failed = next(number for number, told in found.items() if told.endswith("pruned"))
    gone = stopped.gsd_run("restore", "01-01", failed)
    assert (gone.status, gone.stderr) == (3, f"savepoint {failed} is gone: it was pruned\n")


def test_killed_anywhere_restoring_again_finishes_it_and_loses_nothing(stopped: Sandbox) -> None:
    first = next(iter(listed(stopped)))
    stopped.write("farewell.txt", "my own words\n")
    for calls in range(1, 9):
        project = copied(stopped, stopped.root.parent / f"killed-{calls}")
        died = project.python(KILLER, str(calls), "restore", "01-01", first)
        if died.status == 0:
            break
        assert died.status == -signal.SIGKILL, died.text

        assert project.gsd_run("restore", "01-01", first).status == 0

        assert project.git("status", "--porcelain") == " D greeting.txt\n"
        held = [project.run("git", "show", f"{ref}:farewell.txt").stdout for ref in refs(project)]
        assert "my own words\n" in held
    assert 3 < calls < 8


def test_what_the_user_has_changed_beside_is_never_the_runs(stopped: Sandbox) -> None:
    stopped.write("notes.txt", "first\n")
    stopped.write("README.md", "mine\n")
    stopped.git("add", "-f", "notes.txt", "README.md")
    first, *_, last = listed(stopped)
    for number in (first, last, first):
        assert stopped.gsd_run("restore", "01-01", number).status == 0
        stopped.write("notes.txt", f"after {number}\n")
    assert stopped.read("notes.txt") == f"after {first}\n"
    assert stopped.read("README.md") == "mine\n"
