"""A disk that is full or fails at some moment: said, nothing lost, and gone on with afterwards."""

import errno
import os

import pytest
from gsd_run.domain.event import Committed, Completed
from sandbox import PLAN_PATH, SUMMARY_PATH, Output, Sandbox
from scenes import SCENES, Stage, events

STEPS = next(scene for scene in SCENES if scene.name == "steps")
TOLD = [os.strerror(code) for code in (errno.EIO, errno.ENOSPC, errno.EFBIG)]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(STEPS, tmp_path_factory.mktemp("steps"))


def check_said(done: Output, stage: Stage, where: object) -> None:
    """A failure is said as one; and what is in the journal did happen."""
    assert done.status in {0, 1, 3}, (where, done.text)
    assert "Traceback" not in done.text, (where, done.text)
    if done.status == 3:
        assert any(one in done.text for one in TOLD) or "git " in done.text, (where, done.text)
    check_true(stage.project)


def check_true(project: Sandbox) -> None:
    runs = project.root / ".git" / "gsd-run" / "runs"
    if not runs.is_dir() or not any(place.stat().st_size for place in runs.glob("*.jsonl")):
        return
    happened = events(project)
    commits = project.git("log", "--format=%H").split()
    for event in happened:
        if isinstance(event, Committed):
            assert event.commit in commits
    done = any(isinstance(event, Completed) for event in happened)
    assert not done or (project.root / SUMMARY_PATH).exists()


@pytest.mark.parametrize("mode", ["EIO", "ENOSPC+"])
def test_whatever_can_not_be_written_the_run_goes_on_when_it_can(stage: Stage, mode: str) -> None:
    [actions] = stage.listed()
    wanted = stage.end()
    ours = [n for n, what in enumerate(actions, 1) if not what.startswith("start")]
    picked = ours[:: len(ours) // 3]

    for number in picked:
        done = stage.play(0, mode, number)[-1]
        check_said(done, stage, (mode, number, actions[number - 1]))
        after = stage.go_on(0)
        assert after.status == 0, (actions[number - 1], after.text)
        assert stage.end() == wanted, actions[number - 1]


def test_an_event_that_does_not_come_to_disk_is_no_event(stage: Stage) -> None:
    [actions] = stage.listed()
    syncs = [n for n, what in enumerate(actions, 1) if what.startswith("sync") and "/runs/" in what]
    number = syncs[len(syncs) // 2]

    done = stage.play(0, "EIO", number)[-1]

    assert done.status == 3
    assert os.strerror(errno.EIO) in done.stderr
    assert "gsd-run resume" in done.stderr
    assert not list(stage.project.journal.parent.glob("*.foreign"))
    assert stage.go_on(0).status == 0


def test_a_file_that_outgrows_what_is_left(greeting: Sandbox) -> None:
    greeting.write(
        PLAN_PATH,
        greeting.read(PLAN_PATH).replace("grep -n hello", "seq 40000; grep -n hello"),
    )
    greeting.commit("a check that says much")
    done = greeting.run("bash", "-c", "ulimit -f 60; python -m gsd_run 01-01")
    assert (done.status, "Traceback" in done.text) == (3, False), done.text
    assert greeting.gsd_run("01-01").status == 0
