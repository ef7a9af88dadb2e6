"""Killed between any two actions, every kind of run goes on to the end of an undisturbed one.

A few points of each scene are tried here; `benchmarks/kill_points.py` tries them all.
"""

import signal
from pathlib import Path

import pytest
from scenes import SCENES, Scene, Stage

# How many points of each call are tried, evenly over it.
POINTS = {
    "steps": (3,),
    "agent": (2,),
    "amendments": (0, 1),
    "hand": (0, 0, 1),
    "checkpoint": (0, 1),
    "test first": (2,),
    "record": (0, 1),
    "undo": (0, 1),
    "uncommitted": (0, 1),
}


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name.replace(" ", "-"))
def test_killed_anywhere_it_goes_on_to_the_same_end(scene: Scene, tmp_path: Path) -> None:
    stage = Stage(scene, tmp_path / "stage")
    actions = stage.listed()
    wanted, made = stage.end(), stage.made()
    for place, times in enumerate(POINTS[scene.name]):
        for part in range(1, times + 1):
            number = len(actions[place]) * part // (times + 1)
            died = stage.play(place, "kill", number)[-1]
            assert died.status == -signal.SIGKILL, died.text
            finished, before = stage.finished(), stage.made()

            done = stage.go_on(place)

            where = (place, actions[place][number - 1])
            assert done.status == scene.calls[-1].status, (where, done.text)
            assert stage.end() == wanted, where
            for name, count in stage.made().items():
                assert count <= made.get(name, 0) + 1, (where, name)
                assert int(name[0]) not in finished or count == before[name], (where, name)


def test_killed_after_an_amendment_was_accepted_the_agent_is_not_called_again(
    tmp_path: Path,
) -> None:
    stage = Stage(next(one for one in SCENES if one.name == "amendments"), tmp_path / "stage")
    actions = stage.listed()[1]
    wanted = stage.end()
    judged = next(n for n, one in enumerate(actions) if "update-ref -d" in one and "/aside" in one)
    then = next(n for n in range(judged, len(actions)) if "ls-tree" in actions[n])

    died = stage.play(1, "kill", then + 1)[-1]

    assert died.status == -signal.SIGKILL, died.text
    assert '"accepted":true' in stage.project.journal.read_text().splitlines()[-1]
    assert stage.go_on(1).status == 0
    assert stage.end() == wanted
