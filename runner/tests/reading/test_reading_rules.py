"""Every code that the reader gives out is documented, and every documented code is given out."""

import json

import msgspec
import pytest
from gsd_run.domain.errors import PlanError
from gsd_run.reading.codes import Code
from gsd_run.reading.plan import obstacles, read_plan
from gsd_run.reading.rules import RULES

TASK = "<task>\n<name>A</name>\n<action>b</action>\n</task>\n"
ARTIFACT = "must_haves:\n  artifacts:\n    - "
LINK = "must_haves:\n  key_links:\n    - "


def plan(keys: str) -> str:
    return f"---\nphase: a\n{keys}\n---\n{TASK}"


SHOWN: dict[Code, str | bytes] = {
    Code.FRONTMATTER_ABSENT: TASK,
    Code.FRONTMATTER_MISPLACED: f"# A\n---\nphase: a\n---\n{TASK}",
    Code.FRONTMATTER_UNOPENED: f"phase: a\n---\n{TASK}",
    Code.FRONTMATTER_UNCLOSED: f"---\nphase: a\n\n{TASK}",
    Code.YAML_MENDED: plan('title: "a" b'),
    Code.YAML_LEFT_OUT: plan("}"),
    Code.YAML_LOST: plan("title: {\n" + "  }{\n" * 99),
    Code.NO_MAPPING: f"---\n- a\n---\n{TASK}",
    Code.FORBIDDEN_CHARACTER: plan("title: \x01"),
    Code.KEY_REPEATED: plan("phase: b"),
    Code.KEYS_ADDED_UP: plan("depends_on: a\ndepends_on: b"),
    Code.WRONG_KIND: plan("plan: [1, 2]"),
    Code.HASH_KEPT: plan("plan: 1 #2"),
    Code.NUMBER_FOUND: plan("wave: 1 or so"),
    Code.NUMBER_UNREAD: plan("wave: soon"),
    Code.NEITHER_TRUE_NOR_FALSE: plan("autonomous: mostly"),
    Code.NOT_UTF_8: b"\xff",
    Code.UTF_16: plan("").encode("utf-16"),
    Code.SECOND_FRONTMATTER: f"{TASK}---\nphase: 02-b\nplan: 01\n---\n",
    Code.MUST_HAVES_UNSORTED: plan("must_haves: [a]"),
    Code.MUST_HAVES_NO_LIST: plan("must_haves:\n  truths: a"),
    Code.TRUTH_WITH_COLON: plan("must_haves:\n  truths:\n    - a: b"),
    Code.ARTIFACT_BY_KEY: plan(f"{ARTIFACT}a.py: b"),
    Code.ARTIFACT_WITHOUT_PATH: plan(f"{ARTIFACT}a thing"),
    Code.LINK_AS_TEXT: plan(f"{LINK}a thing"),
    Code.LINK_WITHOUT_END: plan(f"{LINK}from: a"),
    Code.MUST_HAVES_STRAY: plan("truths: [a]"),
    Code.MUST_HAVES_UNKNOWN_KEY: plan(f"{ARTIFACT}path: a\n      shape: round"),
    Code.DEPENDENCY_AS_MAPPING: plan("depends_on:\n  - plan: a"),
    Code.NO_PLAN: "words",
    Code.NO_TASKS: "---\nphase: a\n---\n",
    Code.TAG_UNCLOSED: "<task>\n<name>A\n</task>\n",
    Code.TASKS_IN_FENCE: f"```xml\n{TASK}```\n",
    Code.TASKS_WITHOUT_TAGS: "## Task 1: A\nb\n",
    Code.TASK_WITHOUT_NAME: "<task>\n<action>b</action>\n</task>\n",
    Code.SUMMARY_PLACEHOLDER: f"{TASK}<output>{{a}}-SUMMARY.md</output>\n",
    Code.TASKS_IN_FRONTMATTER: "---\ntasks:\n  - name: A\n---\n",
    Code.NOTHING_TO_DO: "<task>\n<name>A</name>\n</task>\n",
    Code.TASKS_COMMENTED_OUT: f"<!--\n{TASK}-->\n{TASK}",
    Code.TAG_BROKEN: "<task\n<name>A</name>\n</task>\n",
    Code.TASK_LEFT_OUT: f"{TASK}\n### Task 2: B\nWrite b.\n",
}


def found(content: str | bytes):
    try:
        plan = read_plan(content, "x/01-PLAN.md")
    except PlanError as error:
        return error.findings
    return (*plan.warnings, *obstacles(plan))


@pytest.mark.parametrize("code", Code)
def test_a_plan_that_shows_the_rule(code):
    findings = found(SHOWN[code])

    assert code in [finding.code for finding in findings]
    assert all(finding.code in set(Code) for finding in findings)


def test_every_code_has_one_rule():
    assert sorted(rule.code for rule in RULES) == sorted(Code)
    assert len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.code[0] in "FMDT"
        assert 101 <= int(rule.code[1:]) <= 199
        for text in (rule.about, rule.why, rule.mend):
            assert text.endswith((".", "`", "…"))


def test_codes_are_plain_text_in_findings_and_rules():
    findings = found(TASK)

    assert {type(finding.code) for finding in findings} == {str}
    assert json.loads(msgspec.json.encode(RULES[0]))["code"] == "F101"
