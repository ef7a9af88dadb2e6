"""Real plans, and hostile ones: any text gives a Plan or a PlanError, never another exception.

GSD_RUN_CORPUS names a folder of real plans; without it only the hostile ones are read.
"""

import os
from contextlib import suppress
from pathlib import Path

import pytest
from gsd_run.domain.errors import PlanError
from gsd_run.reading.plan import read_plan
from gsd_run.reading.run_file import read_run_file

CORPUS = os.environ.get("GSD_RUN_CORPUS")

MANY = 20_000
HOSTILE = {
    "opening tags": "<action>\n" * MANY,
    "tags of many names": "".join(f"<a{i}>\n" for i in range(MANY)),
    "tasks in actions": "<task>\n<action>\n" * MANY,
    "fences with languages": "```a\n" * MANY,
    "bare fences": "```\n" * MANY,
    "mentions of a closing tag": "<task>\n<action>" + "`</action>` x " * MANY,
    "quotes in attributes": '<task "' * MANY,
    "comments": "<task>" + "<!-- " * MANY + "-->",
    "headings": "## Task 1\n" * MANY,
    "labels": "### Task 1\n" + "**Files:** a\n" * MANY,
    "brackets in the frontmatter": "---\na: " + "[" * MANY + "\n---\n",
    "lists in the frontmatter": "---\n" + "- " * MANY + "\n---\n",
    "broken lines in the frontmatter": "---\n" + 'a: "\\d"\n' * 2000 + "---\n<task></task>",
    "open quotes in the frontmatter": "---\n" + 'a: "\n' * MANY + "---\n",
    "commas in files": "<task>\n<files>" + "a, " * MANY + "</files></task>",
    "blanks": "<task>\n" + " " * 10 * MANY,
    "a rule and nothing": "---",
    "a fence and a rule": "```\n---",
    "nothing": "",
    "a zero byte": "---\nplan: 1\n---\n<task>\0</task>",
    "a lone surrogate": "---\nplan: \ud800\n---\n<task>x</task>",
}


def is_read(text: str | bytes) -> bool:
    """Return whether the text is a plan; any other exception than PlanError ends the test."""
    try:
        read_plan(text, "x/01-01-PLAN.md")
    except PlanError as error:
        return not error.findings
    return True


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_read_or_refused(name):
    is_read(HOSTILE[name])
    with suppress(PlanError):
        read_run_file(HOSTILE[name], "x/01-01-RUN.yaml")


@pytest.mark.skipif(CORPUS is None, reason="GSD_RUN_CORPUS names no folder of plans")
def test_real_plans_are_read():
    files = sorted(Path(str(CORPUS)).rglob("*PLAN.md"))
    refused = [file for file in files if not is_read(file.read_bytes())]

    assert files
    assert len(refused) <= len(files) // 100, refused


@pytest.mark.skipif(CORPUS is None, reason="GSD_RUN_CORPUS names no folder of plans")
def test_frontmatter_of_real_plans_is_kept():
    plans = []
    for file in sorted(Path(str(CORPUS)).rglob("*PLAN.md")):
        text = file.read_bytes()
        if text.startswith(b"---"):
            plans.append(read_plan(text, file.name))
    lost = [plan.path for plan in plans if not plan.frontmatter]

    assert plans
    assert len(lost) <= len(plans) // 100, lost
