"""`gsd-run graph`: a phase as text, as a flowchart and as JSON."""

import msgspec
from gsd_run.domain.graph import PlanGraph
from gsd_run.reading.graph import graph_of
from sandbox import FOLDER, PLAN, PLAN_PATH, Sandbox

SECOND = f"{FOLDER}/01-02-PLAN.md"
THIRD = f"{FOLDER}/01-03-PLAN.md"
OUTSIDE = ".planning/phases/02-after/02-01-PLAN.md"


def with_three_plans(sandbox: Sandbox, first: str = "[]") -> None:
    sandbox.write(PLAN_PATH, PLAN.replace("depends_on: []", f"depends_on: {first}"))
    second = PLAN.replace("depends_on: []", 'depends_on: ["01"]')
    sandbox.write(SECOND, second.replace("Greet people", 'Say "hi" <b>twice</b> & [more]'))
    third = PLAN.replace("depends_on: []", "depends_on: [02-01]")
    third = third.replace("autonomous: true", "autonomous: false")
    sandbox.write(THIRD, third.replace("Greet people", "Wave"))
    sandbox.write(OUTSIDE, PLAN)
    sandbox.write(f"{FOLDER}/01-01-SUMMARY.md", "done\n")


def test_as_text(greeting: Sandbox) -> None:
    with_three_plans(greeting)

    asked = greeting.gsd_run("graph", "1")

    assert (asked.status, asked.stderr) == (0, "")
    assert (
        asked.stdout
        == f"""\
phase 01-greeting: 3 plans in 2 waves

wave 1
  01-01  complete  Greet people, then say good-bye.
  01-03  open      Wave, then say good-bye.
                   waits for 02-01 (open)
                   needs a person

wave 2
  01-02  open      Say "hi" <b>twice</b> & [more], then say good-bye.
                   waits for 01-01
                   says wave 1

outside of the phase
  02-01  open      {OUTSIDE}

{SECOND}:5:1: D202 wave 1, but it depends on 01-01 of wave 1; write wave: 2
"""
    )


def test_as_mermaid(greeting: Sandbox) -> None:
    with_three_plans(greeting)

    asked = greeting.gsd_run("graph", "greeting", "--format", "mermaid")

    assert asked.status == 0
    assert (
        asked.stdout
        == """\
flowchart LR
  subgraph wave1["wave 1"]
    plan1["01-01<br/>Greet people, then say good-bye.<br/>complete"]
    plan2["01-03<br/>Wave, then say good-bye."]
  end
  subgraph wave2["wave 2"]
    plan3["01-02<br/>Say #34;hi#34; #60;b#62;twice#60;/b#62; #38; #91;more#93;, then say good-bye."]
  end
  plan4(["02-01<br/>Greet people, then say good-bye."])
  plan1 --> plan3
  plan4 --> plan2
  classDef complete fill:#d7f0d7,stroke:#2e7d32,color:#1b1b1b
  classDef halted fill:#f9d6d5,stroke:#c62828,color:#1b1b1b
  classDef superseded fill:#eeeeee,stroke:#9e9e9e,color:#616161,stroke-dasharray:4
  classDef unreadable fill:#f9d6d5,stroke:#c62828,color:#1b1b1b,stroke-dasharray:4
  class plan1 complete
"""
    )


def test_as_json(greeting: Sandbox) -> None:
    with_three_plans(greeting)

    asked = greeting.gsd_run("graph", FOLDER, "--format", "json")

    assert asked.status == 0
    paths = [greeting.root / path for path in (PLAN_PATH, SECOND, THIRD)]
    assert msgspec.json.decode(asked.stdout, type=PlanGraph) == graph_of(paths, greeting.root)


def test_a_cycle_ends_with_1(greeting: Sandbox) -> None:
    with_three_plans(greeting, first="[01-02]")

    asked = greeting.gsd_run("graph", "01")

    assert asked.status == 1
    assert "D201 depends_on goes in a circle, none of these can begin: 01-01 → 01-02 → 01-01" in (
        asked.stdout
    )
    assert "-- circle -->" in greeting.gsd_run("graph", "01", "--format", "mermaid").stdout


def test_an_unknown_phase_and_an_unreadable_plan_end_with_2(greeting: Sandbox) -> None:
    asked = greeting.gsd_run("graph", "7")
    assert (asked.status, asked.stdout) == (2, "")
    assert asked.stderr == (f"no phase '7' with a plan; the closest are:\n  {FOLDER}\n")

    (greeting.root / PLAN_PATH).write_bytes(b"\xff")
    asked = greeting.gsd_run("graph", "1")
    assert asked.status == 2
    assert "  01-01  unreadable" in asked.stdout
