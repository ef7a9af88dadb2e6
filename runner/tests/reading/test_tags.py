"""The elements of plans' bodies, written as `name@line: text` with their children indented."""

from textwrap import dedent

from gsd_run.reading.notes import Notes
from gsd_run.reading.tags import Element, scan


def outline(elements: tuple[Element, ...], indent: str = "") -> list[str]:
    lines = []
    for element in elements:
        attributes = "".join(f" {key}={value}" for key, value in element.attributes.items())
        text = "" if element.children else f": {element.inner.text!r}@{element.inner.line}"
        lines.append(f"{indent}{element.name}@{element.line}{attributes}{text}")
        lines += outline(element.children, indent + "  ")
    return lines


def scanned(text: str) -> tuple[list[str], list[str]]:
    notes = Notes("p.md")
    elements = scan(dedent(text).lstrip("\n"), 1, notes)
    return outline(elements), [str(finding) for finding in notes.findings]


def test_sections_and_tasks():
    assert scanned(
        """
        <objective>
        Do it.
        </objective>

        <tasks>
        <task type="auto" tdd='true'>
          <name>One</name>
          <action>
            Write it.
          </action>
        </task>
        </tasks>
        <output>Say so.</output>
        """
    ) == (
        [
            "objective@1: 'Do it.'@2",
            "tasks@5",
            "  task@6 type=auto tdd=true",
            "    name@7: 'One'@7",
            "    action@8: '    Write it.'@9",
            "output@13: 'Say so.'@13",
        ],
        [],
    )


def test_any_indentation_and_several_tags_on_a_line():
    assert scanned(
        """
            <task title="A -> B"
                  type=auto>
        <name>One</name> <files>a.py</files><verify>true</verify>
                </task>
        """
    ) == (
        [
            "task@1 title=A -> B type=auto",
            "  name@3: 'One'@3",
            "  files@3: 'a.py'@3",
            "  verify@3: 'true'@3",
        ],
        [],
    )


def test_a_sample_plan_in_a_fence_is_left_alone():
    outlined, findings = scanned(
        """
        <task>
        <action>
        ```markdown
        <tasks>
        <task type="auto">
          <action>sample</action>
        ```bash
        true
        ```
        </task>
        </tasks>
        ```
        </action>
        <done>yes</done>
        </task>
        """
    )

    assert [line.split(":")[0] for line in outlined] == ["task@1", "  action@2", "  done@14"]
    assert findings == []


def test_half_a_sample_in_a_fence_is_left_alone_too():
    outlined, findings = scanned(
        """
        <task>
        <action>
        ```xml
          <done>sample</done>
        </task>
        ```
        </action>
        <done>yes</done>
        </task>
        """
    )

    assert [line.split(":")[0] for line in outlined] == ["task@1", "  action@2", "  done@8"]
    assert findings == []


def test_a_fence_that_is_never_closed_hides_no_task():
    outlined, findings = scanned(
        """
        <tasks>
        <task>
        <action>
        ```python
        x = 1
        </action>
        </task>
        <task>
        <action>
        ```bash
        true
        ```
        </action>
        </task>
        </tasks>
        """
    )

    assert [line.split(":")[0] for line in outlined] == [
        "tasks@1",
        "  task@2",
        "    action@3",
        "  task@8",
        "    action@9",
    ]
    assert findings == []


def test_a_plan_whose_tasks_all_stand_in_a_fence_means_them():
    assert scanned(
        """
        # Quick

        ```xml
        <tasks>
        <task><name>One</name></task>
        </tasks>
        ```
        """
    ) == (
        ["tasks@4", "  task@5", "    name@5: 'One'@5"],
        ["p.md:4: the tasks stand in a code fence; read anyway"],
    )


def test_a_last_task_that_is_never_closed():
    assert scanned(
        """
        <tasks>
        <task>
          <name>One</name>
        </task>
        <task>
          <name>Two</name>
          <done>
            yes
        <verification>
        - all
        </verification>
        <success_criteria>
        - good
        </success_criteria>
        """
    ) == (
        [
            "tasks@1",
            "  task@2",
            "    name@3: 'One'@3",
            "  task@5",
            "    name@6: 'Two'@6",
            "    done@7: '    yes'@8",
            "  verification@9: '- all'@10",
            "  success_criteria@12: '- good'@13",
        ],
        [
            "p.md:7: <done> is never closed",
            "p.md:5: <task> is never closed",
            "p.md:1: <tasks> is never closed",
        ],
    )


def test_tasks_without_closing_tags():
    outlined, findings = scanned("<task>\n<name>A</name>\n<task>\n<name>B</name>\n</task>\n")

    assert outlined == ["task@1", "  name@2: 'A'@2", "task@3", "  name@4: 'B'@4"]
    assert findings == ["p.md:1: <task> is never closed"]


def test_comments_and_cdata():
    assert scanned(
        """
        <!-- <task><name>Not this one</name></task> -->
        <task>
          <action>
            <![CDATA[
            if (a < b) { <done>no</done> }
            ]]>
          </action>
          <!--
          <done>old</done>
          -->
          <done>new</done>
        </task>
        """
    ) == (
        [
            "task@2",
            "  action@3: '    if (a < b) { <done>no</done> }'@5",
            "  done@11: 'new'@11",
        ],
        [],
    )


def test_mentions_of_tags_are_text():
    assert scanned(
        """
        <task>
          <action>Close it with `</action>` and write <verify> tags, like </action> here.
          <div>code</div>
          </action>
          <verify>grep -c "</verify>" a.md</verify>
        </task>
        """
    ) == (
        [
            "task@1",
            "  action@2: 'Close it with `</action>` and write <verify> tags, "
            "like </action> here.\\n  <div>code</div>'@2",
            "  verify@5: 'grep -c \"</verify>\" a.md'@5",
        ],
        [],
    )


def test_unknown_elements_count_where_they_are_closed():
    assert scanned("<task>\n<process>\nx\n</process>\n<br>\n<Widget>\n</task>\n") == (
        ["task@1", "  process@2: 'x'@3"],
        [],
    )


def test_tags_are_spelled_in_many_ways():
    assert scanned(
        "<Task>\n<what_built>x</what_built>\n<Acceptance-Criteria>- a\n"
        "</Acceptance-Criteria>\n</TASK>\n"
    ) == (
        ["task@1", "  what-built@2: 'x'@2", "  acceptance_criteria@3: '- a'@3"],
        [],
    )


def test_verification_inside_a_task_and_after_it():
    assert scanned(
        """
        <task>
        <verification>of the task</verification>
        </task>
        <verification>of the plan</verification>
        """
    ) == (
        [
            "task@1",
            "  verification@2: 'of the task'@2",
            "verification@4: 'of the plan'@4",
        ],
        [],
    )


def test_tasks_inside_of_other_wrappers():
    outlined, findings = scanned(
        """
        <plan>
        <wave number="1">
        <task>
        <name>A</name>
        </task>
        </wave>
        <tasks>
        <tasks>
        <task>
        <name>B</name>
        </task>
        </tasks>
        </plan>
        """
    )

    assert [line.split("@")[0].strip() for line in outlined] == [
        "task",
        "name",
        "tasks",
        "task",
        "name",
    ]
    assert findings == []


def test_tags_that_lack_their_end():
    assert scanned("<task type=auto\n<name>A</name>\n<verify\ntrue\n</verify\n</task>\n") == (
        [
            "task@1 type=auto",
            "  name@2: 'A'@2",
            "  verify@3: 'true'@4",
        ],
        [
            "p.md:3: <verify lacks its >; read as if it stood at the end of the line",
            "p.md:1: <task lacks its >; read as if it stood at the end of the line",
        ],
    )


def test_an_element_closed_by_another_name():
    assert scanned(
        "<task>\n<acceptance_criteria>\n- a\n</criteria>\n<verify>\ntrue\n</automated>\n</task>\n"
    ) == (
        [
            "task@1",
            "  acceptance_criteria@2: '- a'@3",
            "  verify@5: 'true'@6",
        ],
        [
            "p.md:2: <acceptance_criteria> is never closed",
            "p.md:5: <verify> is never closed",
        ],
    )


def test_tasks_in_a_comment_are_told():
    outlined, findings = scanned("<!--\n<task>\n</task>\n-->\n<task>\n<name>A</name>\n</task>\n")

    assert outlined == ["task@5", "  name@6: 'A'@6"]
    assert findings == ["p.md:1: tasks inside of a comment are left out"]


def test_the_lines_of_attributes():
    notes = Notes("p.md")
    (element,) = scan("<task type=\"auto\"\n\ttdd\n  name='a'>\n</task>\n", 7, notes)

    assert element.attributes == {"type": "auto", "name": "a", "tdd": "true"}
    assert element.lines == {"type": 7, "name": 9, "tdd": 7}
