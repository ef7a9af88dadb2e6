"""Reading takes time in proportion to the text, counted in calls instead of seconds."""

import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import pytest
from gsd_run.domain.errors import PlanError
from gsd_run.reading.plan import read_plan

KEYS = "---\nphase: a\nplan: 1\n---\n"
SMALL, TIMES = 150, 8

# Texts of n parts; a part costs more than its share where something is looked for again and again.
NASTY: dict[str, Callable[[int], str]] = {
    "tasks": lambda n: KEYS + "<task>\n<name>a</name>\n<action>b</action>\n</task>\n" * n,
    "tasks never closed": lambda n: KEYS + "<task>\n<action>\n" * n,
    "tasks inside of tasks": lambda n: KEYS + "<tasks>\n" * n,
    "tags on one line": lambda n: KEYS + "<task><name>" * n,
    "tags that end nowhere": lambda n: KEYS + "<task\n<name\n" * n,
    "closing tags": lambda n: KEYS + "</task>\n" * n,
    "closing tags in a text": lambda n: KEYS + "<task>\n<action>" + "</action> x " * n,
    "mentioned closing tags": lambda n: KEYS + "<task>\n<action>" + "`</action>` x " * n,
    "tags of many names": lambda n: KEYS + "".join(f"<a{i}>\n" for i in range(n)),
    "nested unknown tags": lambda n: KEYS + "<a>\n" * n + "</a>\n" * n,
    "quotes": lambda n: KEYS + '<task a="' * n,
    "comments": lambda n: KEYS + "<task>\n<!-- <task> -->\n" * n,
    "open comments": lambda n: KEYS + "<task>\n<!-- a\n" * n,
    "fences": lambda n: KEYS + "<task>\n<action>\n```\n" * n,
    "fences with languages": lambda n: KEYS + "```a\n<task>\n" * n,
    "blocks of code": lambda n: (
        KEYS + "<task>\n<action>\n" + "```a\nx\n```\n" * n + "</action></task>"
    ),
    "criteria": lambda n: KEYS + "<task>\n<acceptance_criteria>\n" + "- a\n  b\n" * n + "</task>",
    "files": lambda n: KEYS + "<task>\n<files>" + "a.b, {c,d}.e\n" * n + "</files></task>",
    "elements of verify": lambda n: KEYS + "<task><verify>" + "<fails_when>a</fails_when>\n" * n,
    "options": lambda n: (
        '<task type="decision"><options>' + "<option>a</option>\n" * n + "</options>"
    ),
    "references": lambda n: KEYS + "<context>\n" + "@a.b <!-- c -->\n" * n + "</context>",
    "labels of the objective": lambda n: KEYS + "<objective>\n" + "Aa: b\n" * n + "</objective>",
    "headings": lambda n: "# Goal\n## Goal\n### a\n" * n,
    "headings of tasks": lambda n: "# Task 1\n## Step 1\n" * n,
    "sections of tasks": lambda n: "## Tasks\n### a\n" * n,
    "lists of tasks": lambda n: "## Tasks\n" + "- [ ] a\n" * n,
    "labels": lambda n: "## Task 1\n" + "**Files:** a.b\n" * n,
    "keys": lambda n: "---\n" + "".join(f"k{i}: a\n" for i in range(n)) + "---\n",
    "repeated keys": lambda n: "---\n" + "".join(f"k{i}: a\n" for i in range(n)) * 2 + "---\n",
    "dependencies": lambda n: "---\ndepends_on:\n" + "  - a: b\n" * n + "---\n",
    "artifacts": lambda n: "---\nmust_haves:\n  artifacts:\n" + "    - path: a\n" * n + "---\n",
    "checks of an artifact": lambda n: (
        "---\nmust_haves:\n  artifacts:\n    - path: a\n"
        + "".join(f"      contains{i % 90}: a\n" for i in range(n))
        + "---\n"
    ),
    "comments in the frontmatter": lambda n: "---\n" + "a: b\n# c\n" * n + "---\n",
    "aliases": lambda n: "---\na: &a [b]\n" + "c: *a\n" * n + "---\n",
    "broken keys": lambda n: "---\n" + 'a: "\\d"\n' * n + "---\n",
    "broken items": lambda n: "---\na:\n" + "  - `b\n" * n + "---\n",
}


def calls_to_read(text: str) -> int:
    """Return how many functions, of Python and of C, are called to read a text."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        with suppress(PlanError):
            read_plan(text, "x/01-PLAN.md")
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("name", NASTY)
def test_work_grows_with_the_text(name):
    once = calls_to_read(NASTY[name](SMALL))
    again = calls_to_read(NASTY[name](SMALL * TIMES))

    assert again < once * TIMES * 1.6 + 3000
