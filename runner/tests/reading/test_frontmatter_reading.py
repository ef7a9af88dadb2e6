"""Frontmatter wherever it stands, and its fields in every shape that plans give them."""

import pytest
from gsd_run.reading.plan import read_plan

BODY = "<objective>\nGo.\n</objective>\n<task>\n<name>A</name>\n<action>b</action>\n</task>\n"
KEYS = "phase: 03-orders\nplan: 02\nwave: 2\n"


def told(plan):
    return [f"{f.line}:{f.column} {f.code} {f.message}" for f in plan.warnings]


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        (f"---\n{KEYS}---\n{BODY}", []),
        (f"---\n{KEYS}...\n{BODY}", []),
        (
            f"\n\n---\n{KEYS}---\n{BODY}",
            ["3:1 F102 the frontmatter must open the file; GSD looks nowhere else"],
        ),
        (
            f"```yaml\n{KEYS}```\n{BODY}",
            ["1:1 F102 the frontmatter stands in a code fence; it belongs between --- lines"],
        ),
        (
            f"# Plan 02\n\n```yaml\n---\n{KEYS}---\n```\n{BODY}",
            ["3:1 F102 the frontmatter stands in a code fence; it belongs between --- lines"],
        ),
        (
            f"# Plan 02\n\n---\n{KEYS}---\n{BODY}",
            ["3:1 F102 the frontmatter belongs at the start of the file"],
        ),
        (
            f"Here is the plan:\n\n---\n{KEYS}---\n{BODY}",
            ["3:1 F102 the frontmatter belongs at the start of the file"],
        ),
        (
            f"<!-- by hand -->\n---\n{KEYS}---\n{BODY}",
            ["2:1 F102 the frontmatter belongs at the start of the file"],
        ),
        (
            f"<metadata>\n{KEYS}</metadata>\n{BODY}",
            ["1:1 F102 the frontmatter stands in <metadata>; it belongs between --- lines"],
        ),
        (f"{KEYS}---\n{BODY}", ["1:1 F103 the frontmatter lacks its opening --- line"]),
        (
            f"---\n{KEYS}\n{BODY}",
            ["1:1 F104 the frontmatter is never closed; taken to end before line 6"],
        ),
        (
            f"---\n{KEYS}\n# The plan\n\n{BODY}\n---\n",
            ["1:1 F104 the frontmatter is never closed; taken to end before line 6"],
        ),
    ],
)
def test_where_frontmatter_stands(text, warnings):
    plan = read_plan(text, "x/PLAN.md")

    assert (plan.phase, plan.number, plan.wave) == ("03-orders", "02", 2)
    assert [task.name for task in plan.tasks] == ["A"]
    assert plan.objective is not None
    assert told(plan) == warnings


def test_comments_and_quoted_tags_in_frontmatter_do_not_end_it():
    plan = read_plan(
        "---\nphase: a\nrequirements:\n  - R-1\n\n# R-2 is left\n# to later plans.\n\n"
        "note: |\n  <task> is a tag\n# one more\nplan: 3\n---\n" + BODY,
        "x/PLAN.md",
    )

    assert (plan.number, plan.requirements, told(plan)) == ("3", ("R-1",), [])


def test_bytes_of_windows_editors():
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        mark = "" if encoding == "utf-16" else "\ufeff"
        plan = read_plan((mark + f"---\r\n{KEYS}---\r\n{BODY}").encode(encoding), "x/PLAN.md")
        assert (plan.number, told(plan)) == (
            "02",
            ["1:1 F118 the file is UTF-16; save it as UTF-8"],
        )


def field(line: str):
    return read_plan(f"---\nphase: a\n{line}\n---\n{BODY}", "x/PLAN.md")


@pytest.mark.parametrize(
    ("line", "entries", "warnings"),
    [
        ("depends_on: []", (), []),
        ("depends_on:", (), []),
        ("depends_on: none", (), []),
        ("depends_on: 01-02", ("01-02",), []),
        ("depends_on: 1", ("1",), []),
        ('depends_on: "01"', ("01",), []),
        ('depends_on: ["01-01", v1.2-01-02, 1.2-01]', ("01-01", "v1.2-01-02", "1.2-01"), []),
        ("depends_on: 01-01, 01-02", ("01-01", "01-02"), []),
        ("depends_on: 01-01 and 01-02", ("01-01", "01-02"), []),
        ("depends_on:\n  - 01-slug-02\n  - 01-01-PLAN.md", ("01-slug-02", "01-01-PLAN.md"), []),
        ("Depends-On: [04-sdk-core-next]", ("04-sdk-core-next",), []),
        ("depends_on: [[01-01], [01-02]]", ("01-01", "01-02"), []),
        (
            "depends_on:\n  - phase: 01\n    plan: 02",
            ("01-02",),
            ["4:5 D101 depends_on: 'phase: 01, plan: 02' is read as '01-02'"],
        ),
        (
            "depends_on:\n  - 01-01: its schema",
            ("01-01",),
            ["4:5 D101 depends_on: '01-01: its schema' is read as '01-01'"],
        ),
        (
            "depends_on:\n  plans: [01-01, 01-02]\n  phases: []",
            ("01-01", "01-02"),
            ["4:3 D101 depends_on: 'plans: 01-01, 01-02, phases: ' is read as '01-01', '01-02'"],
        ),
        (
            "depends_on: [01-01]\ndepends_on: [01-02]",
            ("01-01", "01-02"),
            ["4:1 F111 depends_on is given again (also: line 3); all of them count"],
        ),
    ],
)
def test_dependencies(line, entries, warnings):
    plan = field(line)

    assert (plan.depends_on, told(plan)) == (entries, warnings)


@pytest.mark.parametrize(
    ("line", "wave", "warnings"),
    [
        ("wave: 0", 0, []),
        ('wave: "2"', 2, []),
        ("wave:", None, []),
        ("wave: n/a", None, []),
        ("wave: 2 (with 03)", 2, ["3:7 F114 wave: '2 (with 03)' is read as 2"]),
        ("wave: [2]", 2, []),
        ("wave: soon", None, ["3:7 F115 wave: 'soon' is no whole number; left out"]),
        ("wave: 1\nwave: 3", 3, ["4:1 F110 wave is given again (first: line 3); the last counts"]),
    ],
)
def test_waves(line, wave, warnings):
    plan = field(line)

    assert (plan.wave, told(plan)) == (wave, warnings)


@pytest.mark.parametrize(
    ("line", "number"),
    [("plan: 010", "010"), ('plan: "01"', "01"), ("plan: GAP-01", "GAP-01"), ("plan: 1.0", "1.0")],
)
def test_plan_numbers_stay_text(line, number):
    assert field(line).number == number


@pytest.mark.parametrize(
    ("line", "autonomous", "warnings"),
    [
        ("autonomous: false", False, []),
        ("autonomous: No", False, []),
        (
            "autonomous: mostly",
            True,
            ["3:13 F116 autonomous: 'mostly' is neither true nor false; true is assumed"],
        ),
    ],
)
def test_autonomy(line, autonomous, warnings):
    plan = field(line)

    assert (plan.autonomous, told(plan)) == (autonomous, warnings)


def test_every_key_is_kept_with_its_line():
    plan = field(
        "estimate: {tokens: 9000, tasks: 2}\nuser_setup:\n  - service: mail\n    env_vars:\n"
        "      - name: KEY\nfiles-deleted: old.py, older.py\ncross_ai: true\nstatus: superseded\n"
        "gap_closure: true\nrequirements: [R-1]\nmood: fine\nmood: better"
    )

    assert plan.frontmatter == {
        "phase": "a",
        "estimate": {"tokens": "9000", "tasks": "2"},
        "user_setup": [{"service": "mail", "env_vars": [{"name": "KEY"}]}],
        "files-deleted": "old.py, older.py",
        "cross_ai": "true",
        "status": "superseded",
        "gap_closure": "true",
        "requirements": ["R-1"],
        "mood": "better",
    }
    assert (plan.files_deleted, plan.status, plan.gap_closure, plan.requirements) == (
        ("old.py", "older.py"),
        "superseded",
        True,
        ("R-1",),
    )
    assert plan.lines["user_setup.1.env_vars.1.name"] == 7
    assert plan.lines["files_deleted"] == 8
    assert told(plan) == ["14:1 F110 mood is given again (first: line 13); the last counts"]


def test_tasks_in_the_frontmatter():
    plan = read_plan(
        "---\nid: x\ntasks:\n  - name: Mend it\n    files: [a.py]\n    action: |\n"
        "      Do this.\n      ```py\n      x = 1\n      ```\n    verify: pytest\n---\n",
        "x/PLAN.md",
    )

    (task,) = plan.tasks
    assert (task.name, task.line, task.files) == ("Mend it", 4, ("a.py",))
    assert [(block.code, block.line) for block in task.blocks] == [("x = 1\n", 9)]
    assert [(text.text, text.line) for text in task.verify] == [("pytest", 11)]
    assert told(plan) == [
        "3:1 T108 the tasks stand in the frontmatter; GSD writes them as <task> in the body"
    ]
