"""`gsd-run show`: what a run would take a plan for."""

import json

import msgspec
import pytest
from gsd_run.domain.plan import Plan
from gsd_run.reading.plan import read_plan
from sandbox import FOLDER, PLAN, PLAN_PATH, Sandbox

SHOWN = """\
01-01  .planning/phases/01-greeting/01-01-PLAN.md

   2  phase           01-greeting
   3  plan            01
   4  type            execute
   5  wave            1
   6  depends on      nothing
   8  autonomous      yes
   7  modifies        greeting.txt
   7  modifies        farewell.txt
  19  objective       Greet people, then say good-bye.

must-haves
  11  truth.1         Everybody feels welcome
  13  artifact.1      greeting.txt; contains hello

tasks
  22  task 1          Add the greeting [auto]
  24  files           greeting.txt
  25  action          1 line
  26  verify          1 command
  27  done            The greeting is there
  29  task 2          Add the farewell [auto]
  31  files           farewell.txt
  32  action          1 line
  33  verify          1 command
  34  done            The farewell is there

at the end
  38  verification.1  Nobody swears: grep -i damn greeting.txt farewell.txt should return empty
  41  criterion.1     Both texts exist
  44  summary         .planning/phases/01-greeting/01-01-SUMMARY.md
"""


def test_a_plan_by_its_id(greeting: Sandbox) -> None:
    shown = greeting.gsd_run("show", "01-01")

    assert (shown.status, shown.stderr) == (0, "")
    assert shown.stdout == SHOWN


def test_a_plan_by_its_path_from_another_folder(greeting: Sandbox) -> None:
    shown = greeting.gsd_run("show", "01-01-PLAN.md", cwd=greeting.root / FOLDER)

    assert shown.stdout == SHOWN


def test_warnings_stand_at_the_end(greeting: Sandbox) -> None:
    greeting.write(PLAN_PATH, PLAN.replace("wave: 1", "wave: first"))

    last = greeting.gsd_run("show", "01-01").stdout.split("\nwarnings\n")[1]
    assert last.startswith(f"{PLAN_PATH}:5:")
    assert "wave" in last


def test_the_whole_plan_as_json(greeting: Sandbox) -> None:
    shown = greeting.gsd_run("show", "01-01", "--json")

    assert shown.status == 0
    assert msgspec.json.decode(shown.stdout, type=Plan) == read_plan(PLAN, PLAN_PATH)
    assert list(json.loads(shown.stdout)) == list(Plan.__struct_fields__)


def test_a_file_outside_of_any_project(greeting: Sandbox, tmp_path) -> None:
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (outside / "some-PLAN.md").write_text(PLAN)

    shown = greeting.gsd_run("show", "some-PLAN.md", cwd=outside)
    assert (shown.status, shown.stdout.split("\n")[0]) == (0, "some  some-PLAN.md")

    given = "../elsewhere/some-PLAN.md"
    asked = greeting.gsd_run("show", given, "--json")
    assert json.loads(asked.stdout)["path"] == given


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            b"No plan at all.\n",
            ["no plan: neither frontmatter (--- lines) nor tasks (<task>) are in it"],
        ),
        (b"---\n\xff\n---\n", ["not UTF-8 (byte 0xff); save the file as UTF-8"]),
    ],
)
def test_what_is_no_plan_ends_with_2(greeting: Sandbox, content: bytes, told: list[str]) -> None:
    (greeting.root / PLAN_PATH).write_bytes(content)

    asked = greeting.gsd_run("show", "01-01")

    assert (asked.status, asked.stdout) == (2, "")
    for message in told:
        assert message in asked.stderr
    assert all(line.startswith(PLAN_PATH) for line in asked.stderr.splitlines())


def test_an_unknown_plan_ends_with_2(greeting: Sandbox, tmp_path) -> None:
    asked = greeting.gsd_run("show", "02-09")
    assert (asked.status, asked.stdout) == (2, "")
    assert asked.stderr.startswith("no plan '02-09'; the closest are:\n  01-01")

    nowhere = tmp_path / "nowhere"
    nowhere.mkdir()
    asked = greeting.gsd_run("show", "01-01", cwd=nowhere)
    assert asked.status == 2
    assert "no .planning folder" in asked.stderr
