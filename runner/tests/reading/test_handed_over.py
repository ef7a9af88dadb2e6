"""Which plan a text means that another program hands over."""

from pathlib import Path

import pytest
from gsd_run.domain.errors import UsageError
from gsd_run.reading.handed_over import plan_meant

PLAN = """\
---
phase: 03-notes
plan: "{number}"
---
<objective>
{about}, after 03-01.
</objective>
<tasks>
<task type="auto">
  <name>Task 1: {about}</name>
  <files>notes/{number}.txt</files>
  <action>
    Write {about} &amp; a line:
    printf "a\\tb\\n" >> notes/{number}.txt
  </action>
  <verify>test -s notes/{number}.txt &amp;&amp; echo fine</verify>
  <done>{about} is written</done>
</task>
</tasks>
"""
FOLDER = ".planning/phases/03-notes"
ONE = PLAN.format(number="01", about="The first note")
TWO = PLAN.format(number="02", about="The second note")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / FOLDER
    folder.mkdir(parents=True)
    (folder / "03-01-PLAN.md").write_text(ONE)
    (folder / "03-02-PLAN.md").write_text(TWO)
    return tmp_path


def sections(plan: str) -> str:
    """Return what GSD's flow takes from a plan: objective and tasks."""
    return plan[plan.index("<objective>") : plan.index("</tasks>") + len("</tasks>")]


def meant(text: str, root: Path) -> str:
    return plan_meant(text, root, root).name


def mistake(text: str, root: Path) -> str:
    with pytest.raises(UsageError) as caught:
        plan_meant(text, root, root)
    return caught.value.message.replace(f"{root}", "ROOT")


@pytest.mark.parametrize(
    "text",
    [
        "03-02",
        f"{FOLDER}/03-02-PLAN.md\n",
        TWO,
        TWO.replace("\n", "\r\n"),
        f"Carry this out.\n\n{sections(TWO)}\n\n# Notes\nA project (see 03-01-PLAN.md).\n",
        f"Carry this out:\n```xml\n{sections(TWO)}\n```\n",
        sections(TWO).replace("&amp;", "&"),
        "\n".join(line.strip() for line in sections(TWO).splitlines()),
        # zsh's echo, and dash's, take backslashes for their own
        sections(TWO).replace("\\t", "\t").replace("\\n", "\n"),
        sections(TWO).partition("<tasks>")[2].replace("</tasks>", ""),
        f"Carry out {FOLDER}/03-02-PLAN.md, please.\nIt is a note.\n",
    ],
    ids=["id", "path", "whole", "crlf", "sections", "fenced", "unescaped", "dedented", "echoed",
         "bare tasks", "named"],
)  # fmt: skip
def test_a_plan_is_found_by_its_tasks_or_its_name(root: Path, text: str) -> None:
    assert meant(text, root) == "03-02-PLAN.md"


def test_of_equal_plans_the_one_that_is_named_or_else_left_is_meant(root: Path) -> None:
    (root / FOLDER / "03-03-PLAN.md").write_text(TWO)
    assert mistake(sections(TWO), root) == (
        "2 plans have the tasks that came on standard input; name one:\n"
        f"  {FOLDER}/03-02-PLAN.md\n"
        f"  {FOLDER}/03-03-PLAN.md"
    )
    assert meant(f"{FOLDER}/03-03-PLAN.md:\n{sections(TWO)}", root) == "03-03-PLAN.md"
    (root / FOLDER / "03-02-SUMMARY.md").write_text("# Done\n")
    assert meant(sections(TWO), root) == "03-03-PLAN.md"


def test_a_text_that_differs_from_the_file_is_refused(root: Path) -> None:
    way_on = "hand over what is on disk, or `gsd-run run` the plan by its id"
    assert mistake(sections(TWO).replace("printf", "echo -e"), root) == (
        f"{FOLDER}/03-02-PLAN.md:12: <action> of task 1 reads otherwise than what came on "
        f"standard input; {way_on}"
    )
    without_check = sections(TWO).replace("test -s notes/02.txt", "true").replace("fine", "ok")
    assert mistake(without_check, root) == (
        f"{FOLDER}/03-02-PLAN.md:16: <verify> of task 1 reads otherwise than what came on "
        f"standard input; {way_on}"
    )
    twice = sections(TWO).replace("</task>", "</task>\n<task><name>More</name></task>")
    assert mistake(twice, root) == (
        f"{FOLDER}/03-02-PLAN.md: has 1 tasks, and 2 came on standard input; {way_on}"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            " \n",
            "nothing came on standard input; `-` reads there what plan to carry out: its tasks as "
            "GSD's cross-AI execution hands them over, the plan's text, its path or its id",
        ),
        (
            "Do something\nnice, as in 99-99-PLAN.md\n",
            "what came on standard input ('Do something' …) holds no tasks of a plan and names no "
            "*-PLAN.md of this project; give the plan's <tasks>, its path or its id",
        ),
        (
            "First 03-01-PLAN.md\nthen 03-02-PLAN.md\n",
            "what came on standard input holds no tasks and names 2 plans; name one:\n"
            f"  {FOLDER}/03-01-PLAN.md\n  {FOLDER}/03-02-PLAN.md",
        ),
        (
            "<tasks>\n<task><name>Fly</name><action>Fly</action></task>\n</tasks>",
            "no plan of ROOT has the tasks that came on standard input; write them into a "
            "*-PLAN.md first: gsd-run carries out what is on disk, and nothing else",
        ),
    ],
)
def test_a_text_that_means_no_plan_is_refused(root: Path, text: str, said: str) -> None:
    assert mistake(text, root) == said
