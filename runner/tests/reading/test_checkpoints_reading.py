"""What tasks ask of people, in all layouts, and the rarer elements of tasks."""

import pytest
from gsd_run.domain.plan import Checkpoint, HumanCheck, Option, Text
from gsd_run.reading.plan import read_plan


def task_of(body: str):
    plan = read_plan(f"---\nplan: 1\n---\n{body}", "x/PLAN.md")
    (task,) = plan.tasks
    return task


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        ("checkpoint:human-verify", "human-verify"),
        ("checkpoint:decision", "decision"),
        ("checkpoint:human-action", "human-action"),
        ("checkpoint-human_verify", "human-verify"),
        ("human-verify", "human-verify"),
        ("checkpoint:review", "review"),
        ("checkpoint", "human-verify"),
        ("auto", None),
        ("tracer", None),
        ("manual", None),
    ],
)
def test_kinds(type_, kind):
    task = task_of(f'<task type="{type_}">\n<name>A</name>\n<what-built>x</what-built>\n</task>\n')

    assert task.type == type_
    assert (task.checkpoint.kind if task.checkpoint else None) == kind


def test_something_built_to_be_looked_at():
    task = task_of(
        '<task type="checkpoint:human-verify" gate="blocking">\n'
        "  <what-built>A page</what-built>\n"
        "  <how-to-verify>\n    1. Open it\n  </how-to-verify>\n"
        "  <resume-signal>Type &quot;ok&quot;</resume-signal>\n</task>\n"
    )

    assert task.name == "Task 1"
    assert task.checkpoint == Checkpoint(
        kind="human-verify",
        gate="blocking",
        what_built=Text("A page", 5),
        how_to_verify=Text("    1. Open it", 7),
        resume_signal=Text("Type &quot;ok&quot;", 9),
    )


def test_a_decision_with_options():
    task = task_of(
        '<task type="checkpoint:decision" gate="blocking-human">\n<decision>Which?</decision>\n'
        "<context>Now or never</context>\n<options>\n"
        '  <option id="a">\n    <name>Left &amp; right</name>\n    <pros>Fast</pros>\n'
        "    <cons>Dear</cons>\n  </option>\n"
        "  <option id='b'><name>None</name></option>\n</options>\n"
        "<resume-signal>a or b</resume-signal>\n</task>\n"
    )

    assert task.checkpoint == Checkpoint(
        kind="decision",
        gate="blocking-human",
        decision=Text("Which?", 5),
        context=Text("Now or never", 6),
        options=(
            Option(
                id="a",
                line=8,
                name="Left & right",
                pros="Fast",
                cons="Dear",
                text="    <name>Left &amp; right</name>\n    <pros>Fast</pros>\n    <cons>Dear</cons>",
            ),
            Option(id="b", line=13, name="None", text="<name>None</name>"),
        ),
        resume_signal=Text("a or b", 15),
    )


def test_options_as_a_list():
    task = task_of(
        '<task type="checkpoint:decision">\n<decision>Which?</decision>\n<options>\n'
        "- option-a: Left\n- Right, or so\n</options>\n</task>\n"
    )

    assert task.checkpoint is not None
    assert [(option.id, option.line, option.name) for option in task.checkpoint.options] == [
        ("a", 7, "option-a: Left"),
        ("2", 8, "Right, or so"),
    ]


def test_something_that_only_a_person_can_do():
    task = task_of(
        '<task type="checkpoint:human-action">\n<name>Log in</name>\n'
        "<instructions>Use the browser</instructions>\n<verification>whoami</verification>\n</task>\n"
    )

    assert task.action == Text("Use the browser", 6)
    assert task.checkpoint == Checkpoint(
        kind="human-action",
        how_to_verify=Text("whoami", 7),
        instructions=Text("Use the browser", 6),
    )


def test_a_checkpoint_written_like_any_task():
    task = task_of(
        '<task type="checkpoint:human-verify">\n<name>Look</name>\n<action>Open it</action>\n'
        "<verify>It is green</verify>\n<done>Seen</done>\n</task>\n"
    )

    assert task.checkpoint == Checkpoint(
        kind="human-verify",
        how_to_verify=Text("It is green", 7),
        instructions=Text("Open it", 6),
    )


def test_a_checkpoint_with_a_tag_of_its_own():
    plan = read_plan(
        "<tasks>\n<task>\n<name>A</name>\n<action>b</action>\n</task>\n"
        '<checkpoint type="decision">\n<decision>Which?</decision>\n</checkpoint>\n</tasks>\n',
        "x/PLAN.md",
    )

    assert [(task.number, task.type) for task in plan.tasks] == [
        (1, "auto"),
        (2, "checkpoint:decision"),
    ]
    assert plan.tasks[1].checkpoint == Checkpoint(kind="decision", decision=Text("Which?", 7))


def test_a_checkpoint_under_a_heading():
    plan = read_plan(
        "## Task 1: Build\nIt.\n\n## Checkpoint: look at it\n**How to verify:** open it\n"
        "**Resume signal:** ok\n",
        "x/PLAN.md",
    )

    assert [(task.name, task.type) for task in plan.tasks] == [
        ("Build", "auto"),
        ("Checkpoint: look at it", "checkpoint"),
    ]
    checkpoint = plan.tasks[1].checkpoint
    assert checkpoint is not None
    assert (checkpoint.how_to_verify, checkpoint.resume_signal) == (
        Text("open it", 5),
        Text("ok", 6),
    )


def test_the_rarer_elements_of_a_task():
    task = task_of(
        '<task type="tracer" tdd="true"\n      tracer-id="T-1">\n<name>A</name>\n'
        '<precondition>A database</precondition>\n<reversibility rating="one-way">Drops</reversibility>\n'
        "<verify>\n  <automated>pytest</automated>\n  <fails_when>a &lt; b</fails_when>\n"
        "  <human-check>\n    <test>Open it</test>\n    <expected>Green</expected>\n"
        "    <why_human>Colour</why_human>\n  </human-check>\n</verify>\n</task>\n"
    )

    assert (task.rating, task.parts["precondition"]) == ("one-way", (Text("A database", 7),))
    assert task.fails_when == (Text("a &lt; b", 11),)
    assert task.human_checks == (
        HumanCheck(
            text="    <test>Open it</test>\n    <expected>Green</expected>\n"
            "    <why_human>Colour</why_human>",
            line=13,
            test="Open it",
            expected="Green",
            why_human="Colour",
        ),
    )
    assert task.attributes == {"type": "tracer", "tdd": "true", "tracer-id": "T-1"}
    assert {name: line for name, line in task.lines.items() if name[0] == "@"} == {
        "@type": 4,
        "@tdd": 4,
        "@tracer-id": 5,
    }


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("<task><name>A &amp; B</name></task>", "A & B"),
        ("<task><title>A</title></task>", "A"),
        ('<task name="Say &quot;A&quot;"></task>', 'Say "A"'),
        ('<task name="Say "A" twice" type="auto"></task>', 'Say "A" twice'),
        ("<task title='A' id='7'></task>", "A"),
        ("<task name=“A b” type=“auto”></task>", "A b"),
        ('<task id="7"></task>', "7"),
        ("<task>\n### Build A\n<action>b</action>\n</task>", "Build A"),
        ("### Task 2: Build A\n\n<task>\n<action>b</action>\n</task>", "Task 2: Build A"),
        ("## Tasks\n\n<task>\n<action>b</action>\n</task>", "Task 1"),
        ("<task><description>Build A</description><action>b</action></task>", "Build A"),
    ],
)
def test_names_of_tasks(body, name):
    assert task_of(body + "\n").name == name


def test_files_in_all_their_forms():
    task = task_of(
        "<task>\n<files>\n  <file>a.py</file>\n  - b/{c,d}/{e,f}.ts\n  - `g.md` (new)\n</files>\n</task>\n"
    )

    assert task.files == ("a.py", "b/c/e.ts", "b/c/f.ts", "b/d/e.ts", "b/d/f.ts", "g.md")
    assert [task.lines[f"files.{i}"] for i in range(1, 7)] == [6, 7, 7, 7, 7, 8]


def test_code_of_an_escaped_plan_is_unescaped():
    task = task_of(
        "<task>\n<action>\n```ts\nconst a: Map&lt;string&gt; = b &amp;&amp; c;\n```\n"
        "```html\n<p>a &amp; b</p>\n```\n</action>\n</task>\n"
    )

    assert [block.code for block in task.blocks] == [
        "const a: Map<string> = b && c;\n",
        "<p>a &amp; b</p>\n",
    ]


def test_what_stands_outside_of_the_tasks():
    plan = read_plan(
        "<objective>\nBuild it.\n\n**Purpose:** because\nit must be\n\nOutput: two files\n</objective>\n"
        "<!-- planner-discipline-allow: long-task -->\n"
        "<execution_context>\n@~/.claude/execute.md\n</execution_context>\n"
        "<context>\n@.planning/STATE.md\n<!-- @gone.md -->\n<interfaces>\ntype A = @b.c\n</interfaces>\n"
        "```\n@decorator.x\n```\n- @src/a.py: its types\n</context>\n"
        "<threat_model>\n| T | S |\n</threat_model>\n<task><name>A</name></task>\n",
        "x/PLAN.md",
    )

    assert (plan.purpose, plan.deliverable) == (
        Text("because\nit must be", 4),
        Text("two files", 7),
    )
    assert plan.allowances == (Text("long-task", 9),)
    assert plan.execution_context == (Text("@~/.claude/execute.md", 11),)
    assert plan.context == (Text("@.planning/STATE.md", 14), Text("@src/a.py", 22))
    assert plan.sections["interfaces"] == (Text("type A = @b.c", 17),)
    assert plan.sections["threat_model"] == (Text("| T | S |", 25),)


def test_a_feature_beside_tasks_is_what_they_are_about():
    plan = read_plan(
        "<feature>\n<name>F</name>\n</feature>\n<tasks>\n<task>\n<name>A</name>\n</task>\n</tasks>\n",
        "x/PLAN.md",
    )

    assert [task.name for task in plan.tasks] == ["A"]
    assert plan.sections["feature"] == (Text("<name>F</name>", 2),)
