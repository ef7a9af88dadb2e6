"""Rules about tasks and elements."""

from collections.abc import Callable

from gsd_run.checking.lint.rules import elements, structure

Told = Callable[..., list[str]]
RULES = (*structure.RULES, *elements.RULES)


def test_a_sound_plan(told: Told) -> None:
    assert told(RULES) == []


def test_names_and_ids_given_twice(told: Told) -> None:
    task = """\
<task type="auto" id="a">
  <name>Task {}: Mend it</name>
  <files>src/login.py</files>
  <action>Mend.</action>
  <verify>pytest</verify>
  <done>Mended for good</done>
</task>
"""
    assert told(RULES, body=task.format(1) + task.format(2)) == [
        '20:1 T201 "Mend it" is the name of task 1 too; tell them apart',
        '20:22 T202 id="a" is the id of task 1 too',
    ]


def test_a_checkpoint_in_an_autonomous_plan(told: Told) -> None:
    checkpoint = """\
<task type="checkpoint:human-verify">
  <what-built>A form</what-built>
  <how-to-verify>Open it</how-to-verify>
</task>
"""
    attended = """\
---
phase: 03-login
plan: "02"
autonomous: false
"""
    assert told(RULES, body=checkpoint) == [
        "13:1 T203 task 1 is a checkpoint, but the plan says autonomous: true"
    ]
    assert told(RULES, head=attended, body=checkpoint) == []
    assert told(RULES, head=attended) == [
        "4:1 T204 autonomous: false, but no task is a checkpoint; nothing here waits for a person"
    ]


def test_what_a_task_lacks(told: Told) -> None:
    body = """\
<task type="auto">
  <name>Task 1: Look</name>
  <action>Look at it.</action>
</task>
"""
    assert told(RULES, body=body) == [
        "13:1 T205 task 1 has no <verify>",
        "13:1 T206 task 1 has no <files> and no <done>",
    ]


def test_numbers_of_tasks(told: Told) -> None:
    body = "".join(
        f"""\
<task type="auto">
  <name>Task {number}: Do {word}</name>
  <files>src/login.py</files>
  <action>Do.</action>
  <verify>pytest</verify>
  <done>It can be seen</done>
</task>
"""
        for number, word in ((2, "this"), (3, "that"), (5, "more"), (4, "less"))
    )
    assert told(RULES, body=body) == [
        '27:1 T207 "Task 5" comes after "Task 3": Task 4 is missing',
        '34:1 T207 "Task 4" comes after "Task 5"; number the tasks by their order',
    ]


def test_types_that_gsd_has_not(told: Told) -> None:
    head = "---\nphase: 03-login\nplan: '02'\ntype: tddd\nautonomous: false\n"
    body = """\
<task type="checkpoint:human-verifi">
  <name>Look</name>
</task>
<task type="automatic">
  <name>Do it</name>
  <files>src/login.py</files>
  <action>Do.</action>
  <verify>pytest</verify>
  <done>It can be seen</done>
</task>
"""
    assert told(RULES, head=head, body=body) == [
        '10:13 T208 type="checkpoint:human-verifi" is no type of GSD\'s; '
        "did you mean checkpoint:human-verify?",
        '13:13 T208 type="automatic" is no type of GSD\'s',
        "4:1 T209 type: tddd is no type of GSD's; did you mean tdd?; it is carried out as execute",
    ]


def test_elements_misspelt_or_empty(told: Told) -> None:
    body = """\
<task type="auto">
  <name>Task 1: Do it</name>
  <files>src/login.py</files>
  <action>
  Write a form:
  ```html
  <done></done>
  ```
  </action>
  <verfy>pytest</verfy>
  <done></done>
  <acceptance_criteria>
    - `pytest` passes
  </acceptance_criteria>
</task>
<success_criteria>

</success_criteria>
"""
    assert told(RULES, body=body) == [
        "22:3 T210 <verfy> is no element of GSD's; did you mean <verify>?",
        "23:3 T211 <done> is empty; fill it in or leave it out",
        "28:1 T211 <success_criteria> is empty; fill it in or leave it out",
    ]


def test_test_driven_work_without_tests(told: Told) -> None:
    body = """\
<task type="auto" tdd="true">
  <name>Task 1: Parse it</name>
  <files>src/parse.ts</files>
  <action>Parse.</action>
  <verify>npx tsc --noEmit</verify>
  <done>It compiles</done>
</task>
"""
    assert told(RULES, body=body) == [
        "13:1 T212 task 1 is test-driven, but no command runs its tests"
    ]
    assert told(RULES, body=body.replace("npx tsc --noEmit", "npx vitest run src")) == []
    head = "---\nphase: 03-login\nplan: '02'\ntype: tdd\n"
    assert told(RULES, head=head, body=body) == [
        "9:1 T212 a tdd plan in which no command runs tests"
    ]
