"""The few changes to a plan's commands that are built in."""

from pathlib import Path

import pytest
from gsd_run.checking.compiling.adaptations import (
    PROJECT,
    TMP,
    adapted,
    foreign_roots,
    placed,
    plain,
    shown,
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "shop" / "backend" / "tests").mkdir(parents=True)
    return tmp_path / "shop"


def test_a_path_of_another_machine_becomes_the_projects_own(root: Path) -> None:
    text, made = adapted("cd /Users/kim/code/shop-old/backend/tests && pytest", root)
    assert shown(text) == "cd backend/tests && pytest"
    assert placed(text, root, root / "t") == f"cd {root}/backend/tests && pytest"
    assert [(one.id, one.before, one.after) for one in made] == [
        ("foreign-path", "/Users/kim/code/shop-old/backend/tests", "backend/tests")
    ]


def test_the_root_itself_is_known_from_paths_that_lead_into_it(root: Path) -> None:
    plan = "cd /home/kim/shop2 && ls\ncat /home/kim/shop2/backend/tests"
    known = foreign_roots(plan, root)
    assert known == ("/home/kim/shop2",)
    assert shown(adapted("cd /home/kim/shop2 && ls", root, known)[0]) == "cd . && ls"


@pytest.mark.parametrize(
    "command",
    [
        "curl http://localhost:3000/backend/tests",
        "sed -n '/backend/,/tests/p' notes",
        "cat /etc/hosts",
        "ls /home/kim/elsewhere/entirely",
        "ls ./Users/kim/backend",
    ],
)
def test_what_only_looks_like_such_a_path_stays(root: Path, command: str) -> None:
    assert adapted(command, root) == (command, [])


def test_tmp_is_a_private_folder(root: Path) -> None:
    text, _ = adapted("pytest | tee /tmp/out.txt; ls build/tmp /tmpfs", root)
    assert placed(text, root, Path("/p/t")) == "pytest | tee /p/t/out.txt; ls build/tmp /tmpfs"
    assert shown(text) == "pytest | tee /tmp/out.txt; ls build/tmp /tmpfs"


def test_entities_are_undone_and_indentation_is_taken_off(root: Path) -> None:
    text, made = adapted("\n    a &amp;&amp; b\n      c &gt; d\n", root)
    assert text == "a && b\n  c > d"
    assert [one.id for one in made] == ["entities"]


def test_a_place_with_spaces_is_escaped_outside_quotes() -> None:
    place = Path("/my code/it's")
    assert placed(f"cd {PROJECT}/web && cat {TMP}/a", place, Path("/t")) == (
        "cd /my\\ code/it\\'s/web && cat /t/a"
    )
    assert placed(f"python -c \"open('{PROJECT}/a')\"", Path("/my code"), Path("/t")) == (
        "python -c \"open('/my code/a')\""
    )


def test_a_cdata_section_is_what_stands_in_it() -> None:
    text = "<automated><![CDATA[grep '&amp;' a && b]]></automated> x &lt; y"
    assert plain(text)[0] == "<automated>grep '&amp;' a && b</automated> x < y"
