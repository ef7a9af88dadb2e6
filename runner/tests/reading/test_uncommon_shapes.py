"""Shapes of plans that other people and other models write, each read as a person would."""

from gsd_run.reading.plan import read_plan

FRONTMATTER = "---\nphase: 01-a\nplan: 01\n---\n"


def tasks(body: str):
    plan = read_plan(FRONTMATTER + body, "01-a/01-01-PLAN.md")
    return [(t.line, t.name, t.files, [v.text for v in t.verify]) for t in plan.tasks]


def said(body: str):
    plan = read_plan(FRONTMATTER + body, "01-a/01-01-PLAN.md")
    return [(warning.line, warning.code, warning.message) for warning in plan.warnings]


def test_a_task_of_attributes_alone():
    body = """<tasks>
<task name="A" files="a.py" verify="pytest" done="a" action="Write a."/>
<task title="B" files="b.py"></task>
</tasks>
"""
    assert tasks(body) == [(6, "A", ("a.py",), ["pytest"]), (7, "B", ("b.py",), [])]
    plan = read_plan(FRONTMATTER + body, "01-01-PLAN.md")
    assert plan.tasks[0].action is not None
    assert plan.tasks[0].action.text == "Write a."
    assert plan.tasks[0].done[0].line == 6


def test_a_task_that_holds_markdown_instead_of_elements():
    body = """<tasks>
<task id="1">
**Name:** B
**Files:**
- b.py
- c.py (new)

**Verify:**
```bash
make
```
</task>
</tasks>
"""
    assert tasks(body) == [(6, "B", ("b.py", "c.py"), ["```bash\nmake\n```"])]


def test_a_checkpoint_whose_tag_says_its_kind():
    body = "<tasks>\n<checkpoint:human-verify>\n<what-built>A</what-built>\n"
    body += "</checkpoint:human-verify>\n</tasks>\n"
    (task,) = read_plan(FRONTMATTER + body, "01-01-PLAN.md").tasks
    assert (task.type, task.line) == ("checkpoint:human-verify", 6)
    assert task.checkpoint is not None
    assert task.checkpoint.kind == "human-verify"


def test_comments_in_names_and_files():
    body = """<task>
<name>A <!-- was B --></name>
<files>a.py <!-- and others -->, b.py</files>
</task>
"""
    assert tasks(body) == [(5, "A", ("a.py", "b.py"), [])]


def test_files_parted_by_other_commas():
    body = "<task>\n<name>A</name>\n<files>a.py、b.py，c.py</files>\n</task>\n"
    assert tasks(body) == [(5, "A", ("a.py", "b.py", "c.py"), [])]


def test_labels_in_other_languages_and_without_marks():
    body = """## Aufgabe 1: Zerleger
Dateien: a.py
Prüfung: `pytest`

## Aufgabe 2: Rest
Files: b.py
Verify: `make`
"""
    assert tasks(body) == [
        (5, "Zerleger", ("a.py",), ["`pytest`"]),
        (9, "Rest", ("b.py",), ["`make`"]),
    ]


def test_an_item_of_a_file_list_is_no_label():
    body = "### Task 1: A\n**Files:**\n- Modify: a.py\n- Verify: b.py\n"
    assert tasks(body) == [(5, "A", ("a.py", "b.py"), [])]


def test_tasks_of_bold_lines_and_nested_boxes():
    bold = "**Task 1: A**\nFiles: a.py\n\n**Task 2: B**\nVerify: `make`\n"
    assert tasks(bold) == [(5, "A", ("a.py",), []), (8, "B", (), ["`make`"])]
    boxes = "## Tasks\n- Part\n  - [ ] Task 1: A\n    - files: a.py\n  - [ ] Task 2: B\n"
    assert tasks(boxes) == [(7, "A", ("a.py",), []), (9, "B", (), [])]


def test_a_list_that_mentions_one_task_is_a_list():
    body = "## Tasks\n1. **A**\n2. **Task 2: B**\n"
    assert [name for _, name, _, _ in tasks(body)] == ["A", "Task 2: B"]


def test_tasks_under_headings_beside_tags_are_told():
    body = """<tasks>
### Task 1: A
<task><name>A</name></task>
</tasks>

### Task 2: B
Write b.
"""
    assert said(body) == [
        (10, "T112", "'Task 2: B' stands outside of <task>; it is not carried out")
    ]


def test_a_second_plan_in_the_file_is_told():
    body = """<task><name>A</name></task>
---
phase: 02-b
plan: 01
---
<task><name>B</name></task>
"""
    assert said(body) == [
        (6, "F119", "a second frontmatter; only the first is read, with the tasks of both")
    ]


def test_a_comment_that_is_never_closed_is_told():
    body = "<!-- old\n<task><name>A</name></task>\n"
    assert said(body) == [
        (5, "T103", "<!-- is never closed; what follows is read as if it were no comment")
    ]


def test_json_as_frontmatter():
    rows = '{\n  "phase": "01-a",\n  "must_haves": {"truths": ["A"]}\n}\n'
    for before, after in (("", ""), ("---json\n", "---\n"), ("---\n", "---\n")):
        plan = read_plan(f"{before}{rows}{after}<task><name>A</name></task>\n", "x/01-01-PLAN.md")
        assert plan.phase == "01-a"
        assert [truth.statement for truth in plan.must_haves.truths] == ["A"]
        assert len(plan.warnings) == (not before)


def test_must_haves_of_one_list_are_told_apart():
    text = """---
must_haves:
  - A works
  - path: a.py
    min_lines: 3
  - from: a.py
    to: b.py
---
"""
    must_haves = read_plan(text, "01-01-PLAN.md").must_haves
    assert [(truth.statement, truth.line) for truth in must_haves.truths] == [("A works", 3)]
    assert [(one.path, one.min_lines, one.line) for one in must_haves.artifacts] == [("a.py", 3, 4)]
    assert [(link.source, link.target) for link in must_haves.key_links] == [("a.py", "b.py")]


def test_must_haves_in_the_body():
    body = "<must_haves>\ntruths:\n  - A works\n</must_haves>\n<task><name>A</name></task>\n"
    plan = read_plan(FRONTMATTER + body, "01-01-PLAN.md")
    assert [(truth.statement, truth.line) for truth in plan.must_haves.truths] == [("A works", 7)]
    assert [(warning.line, warning.code) for warning in plan.warnings] == [(6, "M108")]


def test_must_haves_as_a_list_in_the_body():
    body = "<must_haves>\n1. A works\n2. B: is there\n</must_haves>\n<task><name>A</name></task>\n"
    truths = read_plan(FRONTMATTER + body, "01-01-PLAN.md").must_haves.truths
    assert [(one.statement, one.line) for one in truths] == [("A works", 6), ("B: is there", 7)]


def test_merged_mappings():
    text = """---
must_haves:
  artifacts:
    - &first
      path: a.py
      min_lines: 3
    - <<: *first
      path: b.py
---
<task><name>A</name></task>
"""
    plan = read_plan(text, "01-01-PLAN.md")
    assert [(one.path, one.min_lines) for one in plan.must_haves.artifacts] == [
        ("a.py", 3),
        ("b.py", 3),
    ]
    assert plan.warnings == ()


def test_a_nul_character_is_a_space():
    body = "<task>\n<name>A</name>\n<verify>make\0all</verify>\n</task>\n"
    assert tasks(body) == [(5, "A", (), ["make all"])]
    assert said(body) == [(7, "F109", "the NUL characters here are read as spaces")]
