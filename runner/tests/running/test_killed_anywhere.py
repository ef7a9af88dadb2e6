"""Killed between any two actions, every kind of run goes on to the end of an undisturbed one.

Of the points at which the files are as never before, a few of each scene are tried here;
`benchmarks/kill_points.py` tries them all.
"""

import signal
from pathlib import Path

import pytest
from scenes import SCENES, Scene, Stage

POINTS = {"steps": 4, "agent": 3, "amendments": 1, "hand": 1, "checkpoint": 1, "test first": 2}


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name.replace(" ", "-"))
def test_killed_anywhere_it_goes_on_to_the_same_end(scene: Scene, tmp_path: Path) -> None:
    stage = Stage(scene, tmp_path / "stage")
    stage.play()
    wanted, made = stage.end(), stage.made()
    for place in range(len(scene.calls)):
        moments = stage.moments(place)
        parts = POINTS.get(scene.name, 1) + 1
        for number in [moments[len(moments) * part // parts] for part in range(1, parts)]:
            died = stage.play(place, "kill", number)[-1]
            assert died.status == -signal.SIGKILL, died.text
            finished, before = stage.finished(), stage.made()

            done = stage.go_on(place)

            assert done.status == scene.calls[-1].status, (place, number, done.text)
            assert stage.end() == wanted, (place, number)
            for name, times in stage.made().items():
                assert times <= made.get(name, 0) + 1, (place, number, name)
                assert int(name[0]) not in finished or times == before[name], (place, number, name)
