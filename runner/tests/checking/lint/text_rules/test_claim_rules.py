"""Rules about claims without a check, figures, order and references."""

from collections.abc import Callable

from gsd_run.checking.lint.rules import claims, figures, order, references

Told = Callable[..., list[str]]

LEFT_TO_PEOPLE = """\
<task type="auto">
  <name>Task 1: Create the login page</name>
  <files>src/login.py</files>
  <action>Write it.</action>
  <verify>Open the page and look at it</verify>
  <done>Login page created</done>
</task>
"""


def test_a_plan_that_proves_nothing(told: Told) -> None:
    assert told(claims.RULES, body=LEFT_TO_PEOPLE) == [
        '11:5 C201 truth.1 "A wrong password is refused" stays UNPROVEN: '
        "no program check is known for it",
        '17:3 C202 verify.1 "Open the page and look at it" stays UNPROVEN: '
        "no program check is known for it",
        '18:3 C202 done.1 "Login page created" stays UNPROVEN: no program check is known for it',
        "1:1 C203 a run would prove nothing: none of its 3 claims has a check; "
        "give a task a command in <verify>",
        "13:1 C204 nothing checks task 1: verify.1, done.1 can only stay UNPROVEN",
        '18:3 C206 done.1 "Login page created" says no more than the task\'s name',
    ]


def test_words_beside_a_check(told: Told) -> None:
    body = """\
<task type="auto">
  <name>Task 1: Refuse wrong passwords</name>
  <files>src/login.py</files>
  <action>Compare the hashes.</action>
  <verify>pytest tests/test_login.py</verify>
  <done>All tests pass, the error page is friendly</done>
</task>
"""
    assert told(claims.RULES, body=body, must_haves="") == [
        '15:3 C205 done.1: "the error page is friendly" keeps it UNPROVEN: '
        'no program check is known for "the error page is friendly"'
    ]


def test_numbers_of_tests_that_differ(told: Told) -> None:
    must_haves = """\
must_haves:
  truths:
    - All 12 login tests pass
    - At least 10 login tests pass
    - All 7 session tests pass
"""
    body = """\
<task type="auto">
  <name>Task 1: Begin</name>
  <files>src/login.py</files>
  <action>Write it.</action>
  <verify>pytest tests/test_login.py</verify>
  <done>All 5 login tests pass</done>
</task>
<task type="auto">
  <name>Task 2: Finish</name>
  <files>src/login.py</files>
  <action>Write the rest.</action>
  <verify>pytest tests/test_login.py</verify>
  <done>11/11 login tests pass</done>
</task>
"""
    assert told(figures.RULES, must_haves=must_haves, body=body) == [
        '11:7 C221 "All 12 login tests pass" here, but "11/11 login tests pass" in line 27'
    ]


def test_a_number_that_is_searched_for(told: Told) -> None:
    body = """\
<task type="auto">
  <name>Task 1: Repair</name>
  <files>src/login.py</files>
  <action>Repair.</action>
  <verify>
  pytest tests/test_orm.py | tee out.txt
  Expected: 51/51 tests pass
  Check: grep "50 passed" out.txt
  </verify>
  <done>The suite is green</done>
</task>
"""
    assert told(figures.RULES, body=body) == [
        '20:16 C221 "50 passed" is searched for, but line 19 says "51/51 tests pass"'
    ]
    assert told(figures.RULES, body=body.replace("50", "51")) == []


def test_percentages_that_do_not_fit(told: Told) -> None:
    body = """\
<objective>
Repair the 32 failing ORM tests. So far 19 of 51 (51%) pass; 9 of 12 (75 %) were expected.
Round 3 of 4 brought coverage to 80 %.
</objective>
<task type="auto">
  <name>Task 1: Repair</name>
  <files>src/login.py</files>
  <action>Repair.</action>
  <verify>pytest tests/test_orm.py</verify>
  <done>51/51 ORM tests pass (100% pass rate, up from 51%)</done>
</task>
"""
    assert told(figures.RULES, body=body) == [
        "14:41 C222 19 of 51 is 37.3 %, not 51 %",
        "22:55 C222 32 of 51 tests fail before, so 37.3 % pass, not 51 %",
    ]


def test_limits_that_differ(told: Told) -> None:
    must_haves = """\
must_haves:
  truths:
    - Test coverage is at least 85 %
    - Coverage of the session module is at least 95 %
  artifacts:
    - path: src/login.py
      min_lines: 40
"""
    body = """\
<task type="auto">
  <name>Task 1: Test it</name>
  <files>src/login.py</files>
  <action>Write tests.</action>
  <verify>pytest --cov=src --cov-fail-under=80</verify>
  <done>login.py has at least 60 lines</done>
</task>
"""
    assert told(figures.RULES, must_haves=must_haves, body=body) == [
        "11:12 C223 truth.1 asks for 85 % coverage; --cov-fail-under=80 (line 21) for less",
        "22:22 C224 login.py needs 60 lines here, but min_lines: 40 in line 14",
    ]


def test_a_place_among_plans(told: Told) -> None:
    head = """\
---
phase: 04-session
plan: "03"
wave: 1
depends_on: [03-01, 03-02]
"""
    body = """\
<output>
Create `.planning/phases/03-login/03-03-SUMMARY.md`
</output>
"""
    assert told(order.RULES, head=head, body=body) == [
        "4:1 D302 wave 1, but it depends on 03-01 of the same phase",
        "5:21 D303 03-02 in depends_on is this plan; take it out",
        "2:8 D304 phase: 04-session, but the file is one of phase 03",
        "3:8 D305 plan: 03, but the file is 03-02-PLAN.md",
        "11:9 D306 03-03-SUMMARY.md is not the summary of 03-02-PLAN.md; "
        "GSD looks for 03-02-SUMMARY.md",
    ]
    assert told(order.RULES, head="---\nphase: 03-login\nplan: '02'\nwave: 2\n") == [
        "4:1 D301 wave 2, but depends_on names no plan that it waits for"
    ]
    sound = "---\nphase: 3\nplan: 2\nwave: 1\ndepends_on: [03-00, 02-04]\n"
    assert told(order.RULES, head=sound) == []


def test_references(told: Told) -> None:
    body = """\
<execution_context>
@/Users/ada/.claude/get-shit-done/workflows/execute-plan.md
@~/.claude/get-shit-done/templates/summary.md
</execution_context>
<context>
@src/lgin.py
@src/hashes.py
@/Users/ada/code/site/src/login.py
@.planning/phases/03-login/03-01-SUMMARY.md
Import from `@/lib/api` and @types/node.
</context>
<task type="auto">
  <name>Task 1: Refuse wrong passwords</name>
  <files>src/login.py, src/forms.py, ~/.netrc</files>
  <read_first>
    - src/hashs.py (the compare function)
    - `src/hashes.py`
  </read_first>
  <action>Compare the hashes.</action>
  <verify>pytest tests/test_login.py</verify>
  <done>A wrong password gives 401</done>
</task>
"""
    head = """\
---
phase: 03-login
plan: "02"
depends_on: [03-01]
files_modified:
  - src/login.py
  - src/session.py
  - whatever the form needs
"""
    assert told(references.RULES, head=head, body=body, files=["src/hashes.py"]) == [
        "18:1 R201 src/lgin.py does not exist; correct the reference or take it out",
        "20:1 R202 /Users/ada/code/site/src/login.py is a path of one machine; "
        "write it from the project's root",
        "14:1 R203 /Users/ada/.claude/get-shit-done/workflows/execute-plan.md "
        "is a path of one machine; write ~ for its home folder",
        "28:7 R204 task 1 wants src/hashs.py read first, which does not exist",
        '8:5 R205 files_modified: "whatever the form needs" is no path of a file',
        "26:38 R206 task 1: ~/.netrc is no path relative to the project; "
        "what changes there is not judged or committed",
        "26:24 R207 task 1 changes src/forms.py, not in files_modified",
        "7:5 R208 no task has src/session.py, whatever the form needs among its files",
    ]
