"""Where plans stand when all is not as usual: elsewhere, by nobody's run, broken, oddly named."""

import json
import os
import shlex
from pathlib import Path
from typing import get_args

import pytest
from begun import copied, greeting_at
from gsd_run.domain import event
from gsd_run.domain.standing import Holder, PlanFacts, RunFacts
from gsd_run.running.looking import run_facts
from gsd_run.running.looking.standing import Around, standing
from sandbox import FOLDER, PLAN, PLAN_PATH, RUN_FILE, SUMMARY_PATH, Sandbox

PHASES = ".planning/phases"


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    """A project whose plan was carried out; to be looked at, not changed."""
    made = greeting_at(tmp_path_factory.mktemp("done") / "project")
    assert made.gsd_run("01-01", "--no-baseline").status == 0
    return made


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    """A project whose run stopped in task 2; to be looked at, not changed."""
    made = greeting_at(tmp_path_factory.mktemp("failed") / "project", RUN_FILE.replace("bye", "by"))
    assert made.gsd_run("01-01", "--no-baseline").status == 1
    return made


def test_what_is_complete_is_so_by_somebodys_word(done: Sandbox, tmp_path: Path) -> None:
    project = copied(done, tmp_path / "project")
    project.write(f"{PHASES}/02-said/02-01-PLAN.md", PLAN)
    project.write(f"{PHASES}/02-said/02-01-SUMMARY.md", "")
    project.write(f"{FOLDER}/01-02-PLAN.md", PLAN)
    project.write(f"{FOLDER}/01-02-SUMMARY.md", "# Done\n")
    assert project.gsd_run("status").stdout == (
        "01-greeting  complete, 2 plans, 1 by its summary alone\n"
        "02-said  complete, 1 plan, by its summary alone\n"
    )
    assert project.gsd_run("status", "02-01").stdout == (
        "02-01  complete  2 tasks, by its summary alone, which is empty\n"
    )
    # Somebody halted it after its run; who depends on it must wait.
    project.write(SUMMARY_PATH, "---\nstatus: halted\n---\n")
    assert "  01-01  halted  " in project.gsd_run("status", "01").stdout


def test_what_was_done_on_another_branch_is_not_here(done: Sandbox, tmp_path: Path) -> None:
    project = copied(done, tmp_path / "project")
    project.git("switch", "-q", "-c", "other", "HEAD~3")
    told = project.gsd_run("status").stdout
    run = project.journal.stem
    assert told == (
        "01-greeting  0 of 1 plan complete\n"
        "  01-01  ready  2 tasks\n"
        f"                run {run} completed it on branch main; that work is not here\n"
        "\n"
        "next:\n"
        "  gsd-run 01-01  Greet people, then say good-bye.\n"
    )
    assert "PASSED" not in project.gsd_run("status", "01-01").stdout


def test_a_run_that_stands_on_another_branch(failed: Sandbox, tmp_path: Path) -> None:
    project = copied(failed, tmp_path / "project")
    other = tmp_path / "other"
    project.git("worktree", "add", "-q", "--detach", str(other))
    here, there = project.gsd_run("status").stdout, project.gsd_run("status", cwd=other).stdout
    assert "branch" not in here
    assert "exited 1 (on branch main, which is not checked out here)\n" in there


def test_a_run_whose_plan_is_gone(failed: Sandbox, tmp_path: Path) -> None:
    project = copied(failed, tmp_path / "project")
    (project.root / PLAN_PATH).unlink()
    assert project.gsd_run("status").stdout == (
        "01-greeting  0 of 1 plan complete\n"
        "  01-01  stopped  1 of 2 tasks committed, 1 proven, 1 refuted, 2 unproven\n"
        "                  in task 2: verify.2: `grep -n bye farewell.txt` exited 1; "
        f"{PLAN_PATH} is gone, and going on needs it\n"
    )
    assert project.gsd_run("status", "01-01").status == 0


def test_a_plan_that_was_moved_keeps_its_run(done: Sandbox, tmp_path: Path) -> None:
    project = copied(done, tmp_path / "project")
    archive = project.root / ".planning" / "milestones" / "v1-phases"
    archive.mkdir(parents=True)
    (project.root / FOLDER).rename(archive / "01-greeting")
    assert project.gsd_run("status", "--all").stdout == (
        "milestones/v1-phases/01-greeting  1 of 1 plan complete\n"
        "  01-01  complete  2 of 2 tasks committed, 4 proven, 4 unproven\n"
    )


def test_a_plan_that_was_moved_while_its_run_stood(failed: Sandbox, tmp_path: Path) -> None:
    project = copied(failed, tmp_path / "project")
    (project.root / FOLDER).rename(project.root / PHASES / "02-greeting")
    told = project.gsd_run("status", "01-01").stdout.splitlines()
    assert told[1].endswith(f"exited 1; since then its plan was moved from {PLAN_PATH}")
    assert told[-1] == "next: gsd-run 01-01"


def test_a_run_that_was_interrupted_in_a_task() -> None:
    plan = PlanFacts("01-01", "1-1", PLAN_PATH, "01-greeting", FOLDER, False, "", ())
    run = RunFacts("r", "01-01", PLAN_PATH, "main", "2026", "2026", task=2, stopped="interrupted")
    around = Around(None, "main", lambda _: True)
    stands = standing(plan, "01-01", None, (), run._replace(exit_code=130), around)
    assert (stands.state, stands.why) == ("stopped", "in task 2: interrupted")
    nowhere = standing(plan, "01-01", None, (), run._replace(exit_code=130, task=0), around)
    assert nowhere.why == "interrupted"
    busy = around._replace(holder=Holder(1, "host", "2025"))
    assert standing(plan, "01-01", None, (), run, busy).state == "running"


def test_names_mean_one_plan_to_a_shell(sandbox: Sandbox) -> None:
    for place in (
        f"{PHASES}/01-greeting/01-01",
        f"{PHASES}/02-other/1-1",
        f'{PHASES}/03 odd/03-01 it\'s "odd"',
        f"{PHASES}/04-line\nbreak/-x",
        ".planning/workstreams/web/phases/01-greeting/01-02",
    ):
        sandbox.write(f"{place}-PLAN.md", PLAN)
    sandbox.commit()
    told = sandbox.gsd_run("status").stdout
    headings = [line for line in told.partition("\n\n")[0].splitlines() if line[0] != " "]
    assert [line.rpartition("  ")[0] for line in headings] == [
        "01-greeting",
        "02-other",
        "03 odd",
        "04-line\\nbreak",
        "workstreams/web/phases/01-greeting",
    ]
    plans = json.loads(sandbox.gsd_run("status", "--json").stdout)["plans"]
    assert [one["name"] for one in plans] == [
        f"{PHASES}/01-greeting/01-01-PLAN.md",
        f"{PHASES}/02-other/1-1-PLAN.md",
        '03-01 it\'s "odd"',
        f"{PHASES}/04-line\nbreak/-x-PLAN.md",
        "01-02",
    ]
    for one in plans:
        words = shlex.split(one["next"])
        assert words == ["gsd-run", one["name"]]
        [meant] = json.loads(sandbox.gsd_run("status", words[1], "--json").stdout)["plans"]
        assert meant["path"] == one["path"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b'"state":"UNPROVEN"', b'"state":"PROVEN"', "the journal was changed"),
        (b'"format":1', b'"format":2', "a later version of gsd-run wrote this journal"),
        (b'"type":"completed"', b'"type":"teleported"', "a later version of gsd-run wrote"),
        (b'{"seq":1', b"[1", "this is no event of a journal"),
    ],
)
def test_a_journal_that_is_not_believed(
    done: Sandbox, tmp_path: Path, old: bytes, new: bytes, said: str
) -> None:
    project = copied(done, tmp_path / "project")
    project.write(f"{PHASES}/02-parting/02-01-PLAN.md", PLAN)
    journal = project.journal
    journal.write_bytes(journal.read_bytes().replace(old, new))
    told = project.gsd_run("status")
    assert (told.status, said in told.stderr) == (3, True), told.text
    assert "  02-01  ready  2 tasks\n" in told.stdout
    assert "proven" not in told.stdout
    [trouble] = json.loads(project.gsd_run("status", "--json").stdout)["troubles"]
    assert trouble["told"] + "\n" == told.stderr
    # A plan that has nothing to do with it is told as ever.
    alone = project.gsd_run("status", "02-01")
    assert (alone.status == 0) is (trouble["plan"] == PLAN_PATH)
    assert project.gsd_run("completion", "words", ":run", ":02").stdout.startswith("02-01\t")


def test_a_journal_that_is_no_file(done: Sandbox, tmp_path: Path) -> None:
    project = copied(done, tmp_path / "project")
    journal = project.journal
    journal.unlink()
    journal.symlink_to("nowhere")
    told = project.gsd_run("status")
    assert (told.status, f"{journal}: this journal can't be read: No such" in told.stderr) == (
        3,
        True,
    )
    journal.unlink()
    journal.mkdir()
    told = project.gsd_run("status")
    assert (told.status, "this journal can't be read: Is a directory" in told.stderr) == (3, True)


def test_what_never_ends_is_no_plan(sandbox: Sandbox) -> None:
    sandbox.write(PLAN_PATH, PLAN)
    os.mkfifo(sandbox.root / FOLDER / "01-02-PLAN.md")
    (sandbox.root / FOLDER / "01-03-PLAN.md").symlink_to("/dev/zero")
    assert sandbox.gsd_run("status").stdout.startswith(
        "01-greeting  0 of 1 plan complete\n  01-01  ready"
    )


def test_every_event_is_known() -> None:
    kinds = {kind.__struct_config__.tag for kind in get_args(event.Event)}
    assert {*run_facts.TAKEN_IN, "run_started"} == kinds
    assert run_facts.FORMAT == event.FORMAT
