"""Paths that a plan only looks at: what is not the project's is neither read nor waited for."""

import os
from collections.abc import Callable

import pytest
from hostile_projects import Hostile, artifact, key_link, plan


def link_to_a_file(hostile: Hostile) -> None:
    (hostile.root / "link.py").symlink_to(hostile.beside / "private.txt")


def link_to_a_folder(hostile: Hostile) -> None:
    (hostile.root / "linked").symlink_to(hostile.beside / "folder")


def links_in_a_loop(hostile: Hostile) -> None:
    (hostile.root / "one.py").symlink_to("other.py")
    (hostile.root / "other.py").symlink_to("one.py")


def fifo(hostile: Hostile) -> None:
    os.mkfifo(hostile.root / "pipe.py")


def device(hostile: Hostile) -> None:
    (hostile.root / "zero.py").symlink_to("/dev/zero")


def sparse(hostile: Hostile) -> None:
    with (hostile.root / "huge.py").open("wb") as file:
        file.truncate(5 * 1024**3)
    (hostile.root / ".git/info/exclude").write_text("huge.py\n")


def nothing(hostile: Hostile) -> None:
    pass


Prepare = Callable[[Hostile], None]

# What is named, how it comes to be there, what is said of the artifact, of the key link.
PLACES: dict[str, tuple[str, Prepare, str, str]] = {
    "absolute": ("/etc/passwd", nothing, "leads outside the project", "leads outside"),
    "climbing": ("../neighbour/private.txt", nothing, "leads outside the project", "leads outside"),
    "home": ("~/.bashrc", nothing, "leads outside the project", "leads outside"),
    "variable": ("$HOME/.bashrc", nothing, "does not exist", "no such file"),
    "encoded": ("%2e%2e/neighbour/private.txt", nothing, "does not exist", "x"),
    "backslashes": (r"..\neighbour\private.txt", nothing, "does not exist", "x"),
    "nul": (r'"a\0/../../neighbour/private.txt"', nothing, "x", "x"),
    "long": ("a/" * 3000 + "x.py", nothing, "x", "x"),
    "linked file": ("link.py", link_to_a_file, "leads outside the project", "leads outside"),
    "linked folder": ("linked/code.py", link_to_a_folder, "leads outside the project", "x"),
    "loop": ("one.py", links_in_a_loop, "x", "x"),
    "fifo": ("pipe.py", fifo, "is no file", "x"),
    "device": ("zero.py", device, "leads outside the project", "x"),
    "sparse": ("huge.py", sparse, "x", "x"),
    "git": (".git/config", nothing, "x", "x"),
    "pattern": ("../neighbour/*.txt", nothing, "x", "x"),
    "pattern over a link": ("linked/*.py", link_to_a_folder, "x", "x"),
}


@pytest.mark.parametrize("case", PLACES)
def test_a_place(hostile, case):
    path, prepare, of_artifact, of_link = PLACES[case]
    prepare(hostile)
    must = artifact(path, 'contains: "private"') + key_link(path, "made.py", '"private"')
    hostile.prepare(plan(must_haves=must, verify="true"))
    told = hostile.check()
    print(told.text[:3000])
    assert 0
