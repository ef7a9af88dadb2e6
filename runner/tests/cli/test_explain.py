"""`gsd-run explain`: which checks each claim got, by which rule, with nothing run."""

import json
from pathlib import Path
from typing import Any

from sandbox import FOLDER, Sandbox

PLAN = """\
---
phase: 02-shop
plan: 01
must_haves:
  truths:
    - "The cart feels fast"
---
<tasks>
<task type="auto">
  <name>Task 1: Cart</name>
  <action>Write it</action>
  <verify>
    1. `cd /Users/kim/shop &amp;&amp; touch made` — must succeed
    2. Check the names:
       `node cart.js` should print INSTALLED
    <automated>
      cd web
      npm test   # expect 3 passed
    </automated>
  </verify>
  <acceptance_criteria>
    - `curl -sI localhost:3000` returns 200
  </acceptance_criteria>
  <done>dist/cart.js exists</done>
</task>
<task type="auto">
  <name>Task 2: Later</name>
  <action>Write it</action>
  <verify><automated>MISSING — no tests yet</automated></verify>
</task>
</tasks>
"""

TEXT_OF_ACCEPTANCE = """\
02-01  02-01-PLAN.md

acceptance.1.1  line 22
  curl -sI localhost:3000 returns 200
  $ curl -sI localhost:3000
      http_status: returns 200
  check   by the rule "its own command", running the commands of acceptance.1.1:
          http_status 200: returns 200
"""


def claims_of(folder: Path, sandbox: Sandbox, *words: str) -> list[dict[str, Any]]:
    (folder / "02-01-PLAN.md").write_text(PLAN)
    asked = sandbox.gsd_run("explain", "02-01-PLAN.md", *words, "--json", cwd=folder)
    assert (asked.status, asked.stderr) == (0, "")
    told = json.loads(asked.stdout)
    assert list(told) == ["plan", "claims"]
    claims: list[dict[str, Any]] = told["claims"]
    return claims


def test_a_plan_outside_of_any_project(tmp_path: Path) -> None:
    claims = {one["id"]: one for one in claims_of(tmp_path, Sandbox(tmp_path))}
    assert list(claims["verify.1"]) == [
        "id", "kind", "task", "index", "line", "text", "rule", "commands", "checks", "unproven",
    ]  # fmt: skip
    commands = [
        {"command": "cd web", "group": 0,
         "expect": [{"kind": "exit0", "text": "", "implicit": True}]},
        {"command": "npm test", "group": 0,
         "expect": [{"kind": "count_passed", "text": "expect 3 passed", "implicit": False}]},
    ]  # fmt: skip
    assert claims["verify.1"]["commands"] == commands
    assert (claims["verify.1"]["line"], claims["verify.1"]["index"]) == (13, 0)
    assert claims["acceptance.1.1"]["checks"][0]["commands_of"] == ["acceptance.1.1"]
    assert claims["done.1"]["checks"][0]["looks"]["path"] == "dist/cart.js"
    assert claims["verify.2"]["commands"] == []
    assert claims["verify.2"]["unproven"] == 'no command: "MISSING — no tests yet"'
    assert (claims["truth.1"]["task"], claims["truth.1"]["index"]) == (None, 0)
    assert claims["truth.1"]["unproven"].startswith("no program check is known")
    assert not (tmp_path / "made").exists()


def test_commands_as_the_plan_writes_them_and_groups(greeting: Sandbox) -> None:
    (greeting.root / FOLDER / "02-02-PLAN.md").write_text(
        PLAN.replace("    <automated>\n      cd web\n", "").replace(
            "      npm test   # expect 3 passed\n    </automated>\n", ""
        )
    )
    asked = greeting.gsd_run("explain", "02-02", "verify.1", "--json")
    claims = json.loads(asked.stdout)["claims"]
    assert [one["id"] for one in claims] == ["verify.1", "verify.1.1", "verify.1.2"]
    assert [one["index"] for one in claims] == [0, 1, 2]
    found = [
        (one["command"], one["group"], one["expect"][0]["kind"], one["expect"][0]["text"])
        for one in claims[0]["commands"]
    ]
    assert found == [
        ("cd /Users/kim/shop && touch made", 0, "exit0", "must succeed"),
        ("node cart.js", 1, "contains", "should print INSTALLED"),
    ]


def test_one_claim_as_text(tmp_path: Path) -> None:
    (tmp_path / "02-01-PLAN.md").write_text(PLAN)
    asked = Sandbox(tmp_path).gsd_run("explain", "02-01-PLAN.md", "acceptance.1.1")
    assert (asked.status, asked.stdout, asked.stderr) == (0, TEXT_OF_ACCEPTANCE, "")


def test_the_whole_plan_as_text_names_what_is_not_checked(greeting: Sandbox) -> None:
    asked = greeting.gsd_run("explain", "01-01")
    assert asked.status == 0
    assert 'no check: no program check is known for "Everybody feels welcome"' in asked.stdout
    assert 'check   by the rule "the file itself", looking at greeting.txt' in asked.stdout


def test_an_unknown_claim_names_the_closest(tmp_path: Path) -> None:
    (tmp_path / "02-01-PLAN.md").write_text(PLAN)
    asked = Sandbox(tmp_path).gsd_run("explain", "02-01-PLAN.md", "verify.7")
    assert asked.status == 2
    assert "no claim 'verify.7' in this plan; the closest are:\n  verify.2\n" in asked.stderr


def test_a_truth_that_tests_may_show_is_told_as_text(greeting: Sandbox) -> None:
    greeting.write(
        "02-01-PLAN.md",
        "---\nphase: 02\nplan: 01\nfiles_modified: [sums.py]\nmust_haves:\n  truths:\n"
        "    - add returns the sum of its arguments\n---\n<tasks>\n<task type='auto'>\n"
        "<name>Add</name>\n<files>sums.py</files>\n<action>Add</action>\n"
        "<verify>pytest tests -q</verify>\n</task>\n</tasks>\n",
    )

    asked = greeting.gsd_run("explain", "02-01-PLAN.md", "truth.1")

    assert asked.status == 0, asked.text
    assert "looking among the tests of verify.1" in asked.stdout
