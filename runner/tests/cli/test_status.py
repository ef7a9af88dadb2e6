"""Where plans stand: in text and JSON, from files, journals and the lock."""

import json
import os
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

import msgspec
import pytest
from begun import copied, greeting_at
from gsd_run.domain.run import folded
from gsd_run.domain.standing import Asks, RunFacts
from gsd_run.running.journals.journal import read
from gsd_run.running.looking.overview import overview
from gsd_run.running.looking.run_facts import facts_of, plan_of
from sandbox import FOLDER, PLAN, PLAN_PATH, RUN_FILE, RUN_PATH, SUMMARY_PATH, Sandbox
from scenes import CHECKPOINT

JOURNAL = Path(__file__).parents[1] / "running" / "journals" / "format-1.jsonl"
HOLDING = """
import sys
from pathlib import Path
from gsd_run.running.journals.journal import now
from gsd_run.running.journals.locking import locked
with locked(Path(sys.argv[1]), sys.argv[2] or now()):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    """A project whose plan was carried out; to be looked at, not changed."""
    made = greeting_at(tmp_path_factory.mktemp("done") / "project")
    assert made.gsd_run("01-01").status == 0
    return made


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    """A project whose run stopped in task 2; to be looked at, not changed."""
    made = greeting_at(tmp_path_factory.mktemp("failed") / "project", RUN_FILE.replace("bye", "by"))
    assert made.gsd_run("01-01").status == 1
    return made


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    """A project whose run stands at a checkpoint; to be looked at, not changed."""
    made = greeting_at(tmp_path_factory.mktemp("asking") / "project", RUN_FILE)
    plan = PLAN.replace('<task type="auto">\n  <name>Task 2', CHECKPOINT)
    made.write(PLAN_PATH, plan.replace("autonomous: true", "autonomous: false"))
    made.write(RUN_PATH, RUN_FILE.replace("  2:", "  3:"))
    made.commit()
    assert made.gsd_run("01-01").status == 10
    return made


def test_phases_with_what_waits_and_what_to_type(sandbox: Sandbox) -> None:
    plans = {
        "01-greeting/01-01": PLAN,
        "01-greeting/01-02": PLAN.replace("depends_on: []", "depends_on: [01-01]"),
        "02-parting/02-01": PLAN.replace("depends_on: []", 'depends_on: ["01-02", "09-09"]'),
        "02-parting/02-02": PLAN.replace("wave: 1", "wave: 1\nstatus: superseded"),
        "02-parting/02-03": "nothing\n",
        "00-before/00-01": PLAN,
    }
    for name, text in plans.items():
        sandbox.write(f".planning/phases/{name}-PLAN.md", text)
    sandbox.write(".planning/phases/00-before/00-01-SUMMARY.md", "---\nphase: 00\n---\n")
    sandbox.write(".planning/milestones/v1-phases/01-old/01-01-PLAN.md", PLAN)
    sandbox.commit()

    assert sandbox.gsd_run("status").stdout == (
        "00-before  complete, 1 plan, by its summary alone\n"
        "01-greeting  0 of 2 plans complete\n"
        "  01-01  ready  2 tasks\n"
        "  01-02  waits  2 tasks, waits for 01-01\n"
        "02-parting  0 of 2 plans complete\n"
        "  02-01  waits       2 tasks, waits for 01-02, 09-09 (no such plan)\n"
        "  02-02  superseded  2 tasks\n"
        "  02-03  unreadable\n"
        "                     its mistakes: gsd-run lint 02-03\n"
        "archived: 1 plan, listed with --all\n"
        "\n"
        "next:\n"
        "  gsd-run 01-01  Greet people, then say good-bye.\n"
    )
    sandbox.write(f"{FOLDER}/01-01-SUMMARY.md", "---\nstatus: halted\n---\n")
    told = sandbox.gsd_run("status", "1").stdout
    assert "  01-01  halted" in told
    assert "its summary says halted" in told
    assert "waits for 01-01" in told
    sandbox.write(f"{FOLDER}/01-01-SUMMARY.md", "---\nstatus: complete\n---\n")
    assert "  01-02  ready" in sandbox.gsd_run("status", "01-greeting").stdout
    (sandbox.root / FOLDER / "01-01-SUMMARY.md").unlink()
    assert "  01-01  ready" in sandbox.gsd_run("status", "Phase 1").stdout
    assert "01-old  0 of 1 plan complete" in sandbox.gsd_run("status", "--all").stdout


def test_a_finished_plan_and_one_that_stopped(done: Sandbox, failed: Sandbox) -> None:
    commits = done.git("log", "--reverse", "--format=%h", "--abbrev=9").split()
    told = done.gsd_run("status", "01-01").stdout.splitlines()
    assert told[:3] == [
        "01-01  complete  2 of 2 tasks committed, 4 proven, 4 unproven",
        f"  1. Add the greeting: PASSED {commits[1]}",
        f"  2. Add the farewell: PASSED {commits[2]}",
    ]
    assert failed.gsd_run("status").stdout == (
        "01-greeting  0 of 1 plan complete\n"
        "  01-01  stopped  1 of 2 tasks committed, 1 proven, 1 refuted, 2 unproven\n"
        "                  in task 2: verify.2: `grep -n bye farewell.txt` exited 1\n"
        "\n"
        "next:\n"
        "  gsd-run resume 01-01  go on with it\n"
    )


def test_a_checkpoint_that_waits(asking: Sandbox) -> None:
    told = asking.gsd_run("status").stdout
    assert "task 2 (human-verify) asks" in told
    assert told.endswith("next:\n  gsd-run answer 01-01 --approve  answer it\n")


def test_json_says_it_all(asking: Sandbox) -> None:
    told = json.loads(asking.gsd_run("status", "--json").stdout)
    [plan] = told["plans"]
    assert told["holder"] is None
    assert (plan["id"], plan["state"], plan["committed"], plan["tasks"]) == (
        "01-01",
        "waits for you",
        1,
        3,
    )
    assert plan["run"]["asks"] == {
        "task": 2,
        "title": "human-verify",
        "kind": "human-verify",
        "options": [],
    }


def test_a_run_at_work_is_shown_while_it_holds_the_lock(failed: Sandbox, tmp_path: Path) -> None:
    project = copied(failed, tmp_path / "project")
    lines = project.journal.read_bytes().splitlines(keepends=True)
    assert b'"type":"stopped"' in lines[-1]
    project.journal.write_bytes(b"".join(lines[:-3]) + lines[-3][:40])
    lock = project.root / ".git" / "gsd-run" / "lock"
    long_ago = "2000-01-01T00:00:00.000+00:00"
    with _held(lock, long_ago) as holder:
        told = project.gsd_run("status").stdout.splitlines()
    assert told[0].startswith(f"process {holder.pid} on ")
    assert "  01-01  running  1 of 2 tasks committed" in told[3]
    assert told[4].strip() == "task 2: running its checks"
    assert told[-1] == "  gsd-run log 01-01  look on"

    ended = project.gsd_run("status").stdout
    assert "stopped" in ended
    assert "it ended without a word in task 2" in ended
    with _held(lock, ""):  # another program, which has not touched this run
        assert "it ended without a word in task 2" in project.gsd_run("status").stdout


def _held(lock: Path, since: str) -> subprocess.Popen[bytes]:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(lock), since],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    return holder


def test_what_is_kept_is_never_older_than_the_files(done: Sandbox, tmp_path: Path) -> None:
    project = copied(done, tmp_path / "project")
    index = project.root / ".git" / "gsd-run" / "status.json"
    first = project.gsd_run("status").stdout
    assert first == "01-greeting  complete, 1 plan\n"
    deep = "[" * 100_000
    summed = f"{zlib.crc32(deep.encode()):08x}\n{deep}"
    for broken in (
        "",
        "{",
        "[]",
        summed,
        '{"format": 1}',
        index.read_text().replace('"01-01"', "7"),
    ):
        index.write_text(broken)
        assert project.gsd_run("status").stdout == first

    (project.root / SUMMARY_PATH).unlink()
    assert "its summary is gone; written again by: gsd-run summary 01-01" in (
        project.gsd_run("status", "01").stdout
    )
    project.write(f"{FOLDER}/01-02-PLAN.md", PLAN.replace("plan: 01", "plan: 02"))
    assert "  01-02  ready     2 tasks\n" in project.gsd_run("status").stdout
    (project.root / PLAN_PATH).unlink()
    assert "01-01" not in project.gsd_run("status").stdout
    shutil.rmtree(project.root / ".git" / "gsd-run")
    assert "  01-02  ready  2 tasks\n" in project.gsd_run("status").stdout


def test_in_a_worktree_the_runs_are_those_of_the_repository(done: Sandbox, tmp_path: Path) -> None:
    project = copied(done, tmp_path / "project")
    other = tmp_path / "other"
    project.git("worktree", "add", "-q", str(other))
    assert "2 of 2 tasks committed" in project.gsd_run("status", "01-01", cwd=other).stdout
    deeper = other / FOLDER
    assert "2 of 2 tasks committed" in project.gsd_run("status", "01-01", cwd=deeper).stdout


def test_a_journal_that_can_not_be_read_is_named(done: Sandbox, tmp_path: Path) -> None:
    project = copied(done, tmp_path / "project")
    journal = project.journal
    journal.write_bytes(journal.read_bytes().replace(b'"seq":2', b'"seq":"', 1))
    told = project.gsd_run("status")
    assert (told.status, f"{journal.name}:2" in told.stderr) == (3, True)


def test_names_that_mean_nothing(done: Sandbox) -> None:
    told = done.gsd_run("status", "77")
    assert (told.status, "no plan '77'; the closest are:\n  01-01" in told.stderr) == (2, True)
    assert done.gsd_run("status", "a\0b"[:1] * 300).status == 2
    assert done.gsd_run("status", cwd=Path("/")).status == 2


def test_the_facts_of_a_run_are_those_of_its_state(
    done: Sandbox, failed: Sandbox, asking: Sandbox, tmp_path: Path
) -> None:
    undone = copied(done, tmp_path / "undone")
    undone.gsd_run("undo", "01-01", "--task", "2")
    for journal in (JOURNAL, done.journal, failed.journal, asking.journal, undone.journal):
        lines = journal.read_bytes().splitlines(keepends=True)
        records = list(read(journal))
        for end in range(1, len(lines) + 1):
            facts = facts_of(lines[:end])
            assert facts is not None
            assert facts == _by_state(records[:end], facts), (journal, end)
        assert plan_of(str(journal)) == facts.path


def _by_state(records: list, facts: RunFacts) -> RunFacts:
    """Return the same facts as the whole state tells them; what it has no word for is taken."""
    state = folded(records)
    verdicts = list((state.end_verdicts or state.task_verdicts).values())
    begun = [task for task in state.tasks.values() if task.started and not task.committed]
    asked = [
        task
        for task in state.plan.tasks
        if (one := state.tasks[task.number]).started
        and one.started.executor == "person"
        and not (one.ended or one.answered)
    ]
    asks = [
        Asks(task.number, task.title, task.checkpoint.kind, ()) for task in asked if task.checkpoint
    ]
    return RunFacts(
        run=state.started.run,
        plan=state.plan.id,
        path=state.plan.path,
        branch=state.started.branch,
        started=state.started_at,
        last=state.last_at,
        tasks=tuple(
            (
                task.number,
                task.title,
                _outcome(msgspec.to_builtins(state.tasks[task.number])),
                state.tasks[task.number].committed.commit
                if state.tasks[task.number].committed
                else "",
            )
            for task in state.plan.tasks
        ),
        task=begun[0].number if begun else 0,
        attempt=begun[0].attempt if begun else 0,
        doing=facts.doing,
        stopped=state.stopped.reason.splitlines()[0] if state.stopped else "",
        exit_code=state.stopped.exit_code if state.stopped else 0,
        stopped_task=(state.stopped.task or 0) if state.stopped else 0,
        asks=asks[0] if asks else None,
        verdicts=tuple(
            sum(one.state == word for one in verdicts) for word in ("PROVEN", "REFUTED", "UNPROVEN")
        ),
        completed=bool(state.completed),
        undoing=bool(state.undoing),
        undone=bool(state.undone),
        stands_on=bool(state.stands_on),
        stands=facts.stands,
    )


def _outcome(task: dict) -> str:
    if task["ended"]:
        return str(task["ended"]["outcome"])
    return "begun" if task["started"] else ""


def test_it_is_told_without_the_modules_of_a_run(done: Sandbox) -> None:
    done.gsd_run("status")
    script = (
        "import sys\nfrom gsd_run.cli.main import main\nmain(['status'])\n"
        "print(*sorted({'msgspec', 'yaml', 'pathlib', 'subprocess', 'jinja2'} & set(sys.modules)))"
    )
    told = done.run(sys.executable, "-S", "-c", script, PYTHONPATH=os.pathsep.join(sys.path))
    assert told.stdout == "01-greeting  complete, 1 plan\n\n"


def test_the_same_is_seen_from_python(done: Sandbox) -> None:
    [one] = overview(str(done.root.resolve())).plans
    assert (one.plan.id, one.state, one.run.committed if one.run else 0) == ("01-01", "complete", 2)
