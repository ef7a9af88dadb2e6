"""Paths that a plan only looks at: what is not the project's is neither read nor waited for."""

import os
from collections.abc import Callable

import pytest
from hostile_projects import Hostile, artifact, key_link, plan


def nothing(hostile: Hostile) -> None:
    """The path is all that there is to it."""


def link_to_a_file(hostile: Hostile) -> None:
    (hostile.root / "link.py").symlink_to(hostile.beside / "private.txt")


def link_to_a_folder(hostile: Hostile) -> None:
    (hostile.root / "linked").symlink_to(hostile.beside / "folder")


def links_in_a_circle(hostile: Hostile) -> None:
    (hostile.root / "one.py").symlink_to("other.py")
    (hostile.root / "other.py").symlink_to("one.py")


def pipe(hostile: Hostile) -> None:
    os.mkfifo(hostile.root / "pipe.py")


def device(hostile: Hostile) -> None:
    (hostile.root / "zero.py").symlink_to("/dev/zero")


def sparse(hostile: Hostile) -> None:
    with (hostile.root / "huge.py").open("wb") as file:
        file.truncate(5 * 1024**3)
    (hostile.root / ".git/info/exclude").write_text("huge.py\n")


def secret_of_git(hostile: Hostile) -> None:
    hostile.sandbox.git("config", "remote.origin.url", "https://private@example.org/")


# How it comes to be there, then what is said of an artifact and of a key link that name it.
OUT = "leads outside the project"
PLACES: dict[str, tuple[Callable[[Hostile], None], str, str]] = {
    "/etc/passwd": (nothing, f"UNPROVEN  /etc/passwd {OUT}", f"UNPROVEN  /etc/passwd {OUT}"),
    "../neighbour/private.txt": (
        nothing,
        f"UNPROVEN  ../neighbour/private.txt {OUT}",
        f"UNPROVEN  ../neighbour/private.txt {OUT}",
    ),
    "../neighbour/*.txt": (
        nothing,
        f"UNPROVEN  ../neighbour/*.txt {OUT}",
        f"UNPROVEN  ../neighbour/*.txt {OUT}",
    ),
    "~/.bashrc": (nothing, f"UNPROVEN  ~/.bashrc {OUT}", f"UNPROVEN  ~/.bashrc {OUT}"),
    "$HOME/.bashrc": (nothing, "REFUTED   $HOME/.bashrc does not exist", "names no file"),
    "%2e%2e/neighbour/private.txt": (nothing, "REFUTED", "names no single file"),
    r"..\neighbour\private.txt": (nothing, "REFUTED", "names no single file"),
    r'"a\0/../../neighbour/private.txt"': (
        nothing,
        r"UNPROVEN  a\u0000/../../neighbour/private.txt can't be looked up",
        "can't be looked up",
    ),
    "a/" * 3000 + "x.py": (nothing, "can't be looked up: File name too long", "too long"),
    "link.py": (link_to_a_file, f"UNPROVEN  link.py {OUT}", f"UNPROVEN  link.py {OUT}"),
    "linked/code.py": (link_to_a_folder, f"UNPROVEN  linked/code.py {OUT}", OUT),
    "linked/*.py": (link_to_a_folder, f"UNPROVEN  linked/*.py {OUT}", OUT),
    "one.py": (
        links_in_a_circle,
        "UNPROVEN  one.py can't be looked up: its links lead in a circle",
        "UNPROVEN  one.py can't be looked up: its links lead in a circle",
    ),
    "pipe.py": (pipe, "REFUTED   pipe.py is no file", "REFUTED   pipe.py does not exist"),
    "zero.py": (device, f"UNPROVEN  zero.py {OUT}", f"UNPROVEN  zero.py {OUT}"),
    "huge.py": (sparse, "UNPROVEN  huge.py is larger than 64 MiB", "UNPROVEN"),
    ".git/config": (
        secret_of_git,
        "UNPROVEN  .git/config is git's own, no file of the project",
        "UNPROVEN  .git/config is git's own, no file of the project",
    ),
}


@pytest.mark.parametrize("path", PLACES, ids=lambda path: path[:30])
def test_a_place_that_is_not_the_projects(hostile, path):
    prepare, of_artifact, of_link = PLACES[path]
    prepare(hostile)
    must = artifact(path, 'contains: "private"') + key_link(path, "made.py", '"private"')
    hostile.prepare(plan(must_haves=must, verify="true"))
    told = hostile.check()
    lines = {line.split()[0]: line for line in told.text.splitlines() if line[:2] == "  "}
    assert of_artifact in lines["artifact.1"]
    assert of_link in lines["key_link.1"]
    assert told.status == int("REFUTED " in told.text.rpartition("\n  ")[0])


def test_references_out_of_the_project_reach_no_agent(hostile):
    link_to_a_file(hostile)
    context = "@/etc/passwd\n@../neighbour/private.txt\n@link.py"
    files = "link.py, ../neighbour/private.txt, /etc/passwd"
    hostile.prepare(plan(context=context, files=files), run_file="changes: {}\n")
    told = hostile.gsd_run("01-01", "--dry-run", "--executor", "agent")
    assert "root:" not in told.text
    assert told.status in {0, 2, 10}, told.text
