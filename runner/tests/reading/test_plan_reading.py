import hashlib
import os
from pathlib import Path

import pytest
from gsd_run.domain.errors import PlanError
from gsd_run.domain.plan import (
    Artifact,
    Checkpoint,
    CodeBlock,
    Finding,
    KeyLink,
    MustHaves,
    Plan,
    Task,
    Text,
    Truth,
)
from gsd_run.reading.plan import obstacles, read_plan
from msgspec import to_builtins

FIXTURE = Path(__file__).parent / "plans" / "03-orders-GAP-01-PLAN.md"
PATH = ".planning/phases/03-orders/03-orders-GAP-01-PLAN.md"
REPOSITORY = Path(__file__).parents[3]


def warning(line: int, code: str, message: str) -> Finding:
    return Finding(path=PATH, line=line, message=message, column=7, code=code)


TASKS = (
    Task(
        number=1,
        name="Task 1: Roll back after each test",
        line=48,
        type="auto",
        files=("shop/tests/conftest.py",),
        action=Text(
            "    Change the fixture:\n"
            "    ```python\n"
            "    @pytest.fixture\n"
            "    def db():\n"
            "        yield session\n"
            "\n"
            "        session.rollback()\n"
            "    ```\n"
            "\n"
            "    Then the model:\n"
            "      ```sql\n"
            "      begin;\n"
            "      ```",
            52,
        ),
        blocks=(
            CodeBlock(
                language="python",
                code="@pytest.fixture\ndef db():\n    yield session\n\n    session.rollback()\n",
                line=54,
            ),
            CodeBlock(language="sql", code="begin;\n", line=63),
        ),
        verify=(
            Text(
                '    cd shop && pytest tests/test_orders.py -k "total &amp;&amp; fast" 2>&1 '
                "| tee /tmp/orders.txt\n"
                "    Expected: 12/12 tests pass",
                67,
            ),
        ),
        done=(Text("    - tests are isolated\n    - nothing leaks", 71),),
        attributes={"type": "auto"},
        lines={
            "@type": 48,
            "name": 49,
            "files": 50,
            "files.1": 50,
            "action": 51,
            "verify": 66,
            "done": 70,
        },
    ),
    Task(
        number=2,
        name="Task 2",
        line=76,
        type="checkpoint:human-verify",
        attributes={"type": "checkpoint:human-verify", "gate": "blocking"},
        parts={
            "what-built": (Text("The order page", 77),),
            "how-to-verify": (Text("    1. Open it\n    2. Look", 79),),
            "resume-signal": (Text('Type "approved"', 82),),
        },
        checkpoint=Checkpoint(
            kind="human-verify",
            gate="blocking",
            what_built=Text("The order page", 77),
            how_to_verify=Text("    1. Open it\n    2. Look", 79),
            resume_signal=Text('Type "approved"', 82),
        ),
        lines={
            "@type": 76,
            "@gate": 76,
            "what-built": 77,
            "how-to-verify": 78,
            "resume-signal": 82,
        },
    ),
    Task(
        number=3,
        name="Task 3: Round",
        line=85,
        type="auto",
        files=("shop/orders.py", "shop/ledger.py"),
        action=Text("Round half up.", 90),
        verify=(
            Text("    <automated>pytest shop -q</automated>", 92),
            Text("ruff check shop", 94),
        ),
        acceptance=(
            Text("`grep -c round shop/orders.py` gives 1\n      or more", 96),
            Text("No float is left", 98),
        ),
        done=(Text("Totals are right", 100),),
        attributes={"type": "auto", "tdd": "true"},
        parts={
            "read_first": (Text("shop/money.py", 88),),
            "behavior": (Text("0.005 gives 0.01", 89),),
        },
        lines={
            "@type": 85,
            "@tdd": 85,
            "name": 86,
            "files": 87,
            "files.1": 87,
            "files.2": 87,
            "read_first": 88,
            "behavior": 89,
            "action": 90,
            "verify": 91,
            "acceptance_criteria": 95,
            "done": 100,
        },
    ),
)

MUST_HAVES = MustHaves(
    truths=(
        Truth(statement="All 12 order tests pass", line=15),
        Truth(statement="Totals are rounded #3 times at most", line=16),
        Truth(statement="Note: the ledger balances", line=17),
    ),
    artifacts=(
        Artifact(
            path="shop/tests/test_orders.py",
            line=19,
            provides="Order tests",
            status="fixed",
            min_lines=90,
            contains=("class TestOrders", "def test_total"),
        ),
        Artifact(
            path="shop/ledger.py",
            line=25,
            exports=("Ledger", "post"),
            max_lines=200,
        ),
    ),
    key_links=(
        KeyLink(
            source="shop/tests/test_orders.py",
            target="shop/orders.py",
            line=29,
            via="imports",
            pattern="OrderFactory\\(\\), NOT Order\\(\\)",
        ),
    ),
)


def test_a_plan_is_read_whole():
    content = FIXTURE.read_bytes()

    plan = read_plan(content, PATH)

    assert plan.frontmatter.pop("must_haves")["artifacts"][1] == {
        "path": "shop/ledger.py",
        "exports": ["Ledger", "post"],
        "max_lines": "200",
    }
    sections, lines = dict(plan.sections), dict(plan.lines)
    assert {
        name: lines[name] for name in ("depends_on.2", "must_haves.truths.3", "gap_closure")
    } == {
        "depends_on.2": 6,
        "must_haves.truths.3": 17,
        "gap_closure": 11,
    }
    assert {name: [text.line for text in texts] for name, texts in sections.items()} == {
        "objective": [36],
        "context": [42],
        "verification": [106],
        "success_criteria": [112],
        "output": [117],
    }
    assert to_builtins(plan) == to_builtins(
        Plan(
            id="03-orders-GAP-01",
            path=PATH,
            sha256=hashlib.sha256(content).hexdigest(),
            phase="03-orders",
            number="GAP-01",
            type="execute",
            wave=2,
            depends_on=("03-01", "02"),
            files_modified=("shop/tests/test_orders.py", "shop/tests/conftest.py"),
            autonomous=True,
            must_haves=MUST_HAVES,
            frontmatter={
                "phase": "03-orders",
                "plan": "GAP-01",
                "type": "execute",
                "wave": "2",
                "depends_on": ["03-01", "02"],
                "files_modified": ["shop/tests/test_orders.py", "shop/tests/conftest.py"],
                "autonomous": "true",
                "gap_closure": "true",
            },
            objective=Text("Mend the order tests.\n\n**Purpose:** trust in totals.", 36),
            context=(Text("@.planning/PROJECT.md", 42), Text("@shop/orders.py", 43)),
            tasks=TASKS,
            verification=(
                Text("Run all: `pytest shop`", 107),
                Text('Check that "12 passed" is shown', 108),
            ),
            criteria=(Text("All pass", 112), Text("No test skipped", 113)),
            output=Text(
                "After completion, create "
                "`.planning/phases/03-orders/03-orders-GAP-01-SUMMARY.md`.",
                117,
            ),
            summary_path=".planning/phases/03-orders/03-orders-GAP-01-SUMMARY.md",
            sections=sections,
            purpose=Text("trust in totals.", 38),
            gap_closure=True,
            lines=lines,
            warnings=(
                warning(16, "F113", "#3 is kept as text; quote the value"),
                warning(
                    17,
                    "M103",
                    "a colon made this truth a mapping; read as 'Note: the ledger balances'",
                ),
                warning(24, "F111", "contains is given again (also: line 23); all of them count"),
                warning(
                    32,
                    "F105",
                    "no YAML as it stands (found unknown escape character); "
                    "read as pattern: 'OrderFactory\\(\\), NOT Order\\(\\)'",
                ),
            ),
        )
    )
    assert obstacles(plan) == ()


@pytest.mark.parametrize("dress", ["bom", "crlf", "cr", "text"])
def test_byte_order_mark_and_line_ends_make_no_difference(dress):
    content = FIXTURE.read_bytes()
    dressed = {
        "bom": b"\xef\xbb\xbf" + content,
        "crlf": content.replace(b"\n", b"\r\n"),
        "cr": content.replace(b"\n", b"\r"),
        "text": content.decode(),
    }[dress]

    plan = read_plan(dressed, PATH)

    raw = dressed.encode() if isinstance(dressed, str) else dressed
    plain = read_plan(content, PATH)
    assert plan.sha256 == hashlib.sha256(raw).hexdigest()
    assert (plan.tasks, plan.must_haves, plan.criteria, plan.warnings) == (
        plain.tasks,
        plain.must_haves,
        plain.criteria,
        plain.warnings,
    )


@pytest.mark.parametrize("text", ["", "\n\n", "words alone\n", "<b>\n", "\x01", "---", "```\n---"])
def test_what_is_no_plan(text):
    with pytest.raises(PlanError) as caught:
        read_plan(text, "p-PLAN.md")

    assert [(f.line, f.code, f.message) for f in caught.value.findings] == [
        (1, "F101", "no frontmatter; phase and plan are taken from the file's name"),
        (1, "T101", "no plan: neither frontmatter (--- lines) nor tasks (<task>) are in it"),
    ]


def test_a_plan_in_words_is_read_for_what_it_claims():
    plan = read_plan("# Thoughts\n\n<objective>\nTo be clear.\n\n<context>\n@a.md\n", "p-PLAN.md")

    assert plan.objective == Text("To be clear.", 4)
    assert plan.context == (Text("@a.md", 7),)
    assert [str(finding) for finding in plan.warnings] == [
        "p-PLAN.md:1: no frontmatter; phase and plan are taken from the file's name",
        "p-PLAN.md:1: no tasks found; write each as <task>…</task>",
        "p-PLAN.md:3: <objective> is never closed",
        "p-PLAN.md:6: <context> is never closed",
    ]


def test_what_is_not_utf_8_is_no_plan():
    with pytest.raises(PlanError) as caught:
        read_plan(b"---\nplan: 1\n---\n\xff\n", "p-PLAN.md")

    assert str(caught.value) == "p-PLAN.md:4: not UTF-8 (byte 0xff); save the file as UTF-8"


def test_a_plan_that_can_not_be_carried_out_says_all_that_is_in_the_way():
    plan = read_plan(
        "---\nplan: 1\n---\n<task>\n<name>A</name>\n</task>\n<task>\n</task>\n", "p.md"
    )

    assert [str(finding) for finding in obstacles(plan)] == [
        "p.md:4: task 1 has neither <action> nor <verify>",
        "p.md:7: task 2 has neither <action> nor <verify>",
    ]
    assert [str(f) for f in obstacles(read_plan("---\nplan: 1\n---\n", "p.md"))] == [
        "p.md:1: no tasks: nothing to carry out"
    ]


@pytest.mark.parametrize(
    ("output", "path"),
    [
        ("Create `a/b-SUMMARY.md` with:", "a/b-SUMMARY.md"),
        ("Create a/b-SUMMARY.md.", "a/b-SUMMARY.md"),
        ("Create SUMMARY.md", "SUMMARY.md"),
        ("Create `a/{phase}-SUMMARY.md`", None),
        ("Write a summary.", None),
    ],
)
def test_where_the_summary_goes(output, path):
    plan = read_plan(f"---\nplan: 1\n---\n<output>\n{output}\n</output>\n", "p.md")

    assert plan.summary_path == path


def test_a_plan_of_headings():
    plan = read_plan(
        "# Plan\n\n## Objective\nGo.\n\n## Task 1: Build\n\n**Files:**\n- Create: `a.py`\n\n"
        "Write it:\n```python\n# Task 9: not this\n```\n\n**Verify:** `pytest`\n\n"
        "**Done:** it works\n\n## Task 2: Look\nAt it.\n\n## Success Criteria\n- Good\n",
        "x/02-PLAN.md",
    )

    assert [(t.number, t.name, t.line, t.files, t.verify, t.done) for t in plan.tasks] == [
        (1, "Build", 6, ("a.py",), (Text("`pytest`", 16),), (Text("it works", 18),)),
        (2, "Look", 20, (), (), ()),
    ]
    assert plan.tasks[0].blocks == (
        CodeBlock(language="python", code="# Task 9: not this\n", line=13),
    )
    assert plan.objective == Text("Go.", 4)
    assert plan.criteria == (Text("Good", 24),)
    assert (plan.id, plan.number) == ("02", "02")


@pytest.mark.parametrize(
    ("listed", "names"),
    [
        ("## Tasks\n### 1. One\na\n### 2. Two\nb\n", ["One", "Two"]),
        ("## Tasks\n- [ ] One\n  more\n- [x] Two\n", ["One", "Two"]),
        ("## Steps\n1. One\n2. Two\n", ["One", "Two"]),
    ],
)
def test_a_plan_of_lists(listed, names):
    assert [task.name for task in read_plan(listed, "p.md").tasks] == names


def test_a_tdd_plan_is_one_task_for_each_feature():
    plan = read_plan(
        "---\ntype: tdd\n---\n<feature>\n<name>Sum</name>\n<files>a.py</files>\n"
        "<behavior>1+1</behavior>\n<implementation>Add.</implementation>\n</feature>\n",
        "p.md",
    )

    assert plan.tasks == (
        Task(
            number=1,
            name="Sum",
            line=4,
            type="tdd",
            files=("a.py",),
            action=Text("Add.", 8),
            parts={"behavior": (Text("1+1", 7),), "implementation": (Text("Add.", 8),)},
            lines={"name": 5, "files": 6, "files.1": 6, "behavior": 7, "implementation": 8},
        ),
    )


GIVEN = [
    path
    for path in (
        REPOSITORY
        / ".planning/phases/12-tier-1-coverage-push/12-tier-1-coverage-push-GAP-01-PLAN.md",
        Path(os.environ.get("GSD_RUN_GIVEN_PLAN", "/nowhere")),
    )
    if path.is_file()
]


@pytest.mark.skipif(not GIVEN, reason="neither the bundled plan nor GSD_RUN_GIVEN_PLAN is there")
@pytest.mark.parametrize("path", GIVEN, ids=str)
def test_the_facts_of_the_bundled_plan(path):
    plan = read_plan(path.read_bytes(), ".planning/phases/12-tier-1-coverage-push/" + path.name)

    assert (plan.id, plan.phase, plan.number, plan.wave) == (
        "12-tier-1-coverage-push-GAP-01",
        "12-tier-1-coverage-push",
        "GAP-01",
        1,
    )
    assert [(task.number, task.files, len(task.blocks)) for task in plan.tasks] == [
        (1, ("backend/tests/unit/conftest.py",), 1),
        (2, ("backend/tests/unit/test_models_orm.py",), 2),
        (3, ("backend/tests/unit/test_models_orm.py",), 3),
    ]
    assert all(len(task.verify) == 1 and len(task.done) == 1 for task in plan.tasks)
    must_haves = plan.must_haves
    counts = (len(must_haves.truths), len(must_haves.artifacts), len(must_haves.key_links))
    assert counts == (5, 3, 2)
    assert (len(plan.verification), len(plan.criteria)) == (6, 7)
    assert plan.summary_path == (
        ".planning/phases/12-tier-1-coverage-push/12-tier-1-coverage-push-GAP-01-SUMMARY.md"
    )
    assert plan.warnings == ()
    lines = path.read_text(encoding="utf-8").split("\n")
    for text in (*plan.verification, *plan.criteria, *plan.context):
        assert text.text in lines[text.line - 1]
    for task in plan.tasks:
        assert task.name in lines[task.line]
        assert task.verify[0].text.split("\n")[0] == lines[task.verify[0].line - 1]
        for block in task.blocks:
            assert block.code.split("\n")[0] == lines[block.line - 1].strip()
