import hashlib
from textwrap import dedent

import pytest
from gsd_run.domain.errors import PlanError
from gsd_run.domain.run_file import Amendment, Proof, RunFile, Step
from gsd_run.reading.plan import read_plan
from gsd_run.reading.run_file import check_against, read_run_file

GOOD = """\
# what the plan does not say
amend:
  - claim: verify.2
    replace: {"/tmp/a.py": "/tmp/a.txt"}
    reason: the block writes .txt
  - claim: verify.3
    replace:
      - {old: "backend/x", new: ""}
      - old: |
          two
          lines
        new: 7
    reason: >
      folded
      text
changes:
  1:
    - merge: {block: 1, into: backend/c.py, guesses: true}
  2:
    - codemod: factories
      tests: backend/t.py
      count: "1"
      names: [a, 2, false]
    - command: |
        echo a
        echo b
proofs:
  - claim: truth.3
    command: test -e x
    expect: exit 0
    reason: by hand
    subject: [a.py, b.py]
  - claim: truth.4
    command: "true"
    subject: c.py
"""


def test_a_run_file_is_read_whole():
    assert read_run_file(GOOD, "p-RUN.yaml") == RunFile(
        path="p-RUN.yaml",
        sha256=hashlib.sha256(GOOD.encode()).hexdigest(),
        amendments=(
            Amendment(
                claim="verify.2",
                replace=(("/tmp/a.py", "/tmp/a.txt"),),
                reason="the block writes .txt",
                line=3,
            ),
            Amendment(
                claim="verify.3",
                replace=(("backend/x", ""), ("two\nlines\n", "7")),
                reason="folded text",
                line=6,
            ),
        ),
        changes={
            1: (
                Step(
                    kind="merge",
                    subject="",
                    line=18,
                    options={"block": 1, "into": "backend/c.py", "guesses": True},
                ),
            ),
            2: (
                Step(
                    kind="codemod",
                    subject="factories",
                    line=20,
                    options={"tests": "backend/t.py", "count": "1", "names": ["a", 2, False]},
                ),
                Step(kind="command", subject="echo a\necho b\n", line=24),
            ),
        },
        proofs=(
            Proof(
                claim="truth.3",
                command="test -e x",
                line=28,
                expect="exit 0",
                reason="by hand",
                subject=("a.py", "b.py"),
            ),
            Proof(claim="truth.4", command="true", line=33, subject=("c.py",)),
        ),
    )


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "amend:\nchanges:\nproofs:\n"])
def test_a_run_file_may_be_empty(text):
    run_file = read_run_file(text, "r")

    assert (run_file.amendments, run_file.changes, run_file.proofs) == ((), {}, ())


def test_line_ends_and_byte_order_mark_make_no_difference():
    dressed = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()

    assert read_run_file(dressed, "r").changes == read_run_file(GOOD, "r").changes


def mistakes(text: str | bytes) -> list[str]:
    with pytest.raises(PlanError) as caught:
        read_run_file(text, "r.yaml")
    return str(caught.value).split("\n")


def test_every_mistake_is_named():
    text = """\
        ammend: 1
        amend:
          - claim: verify.2
            replace: {}
            raeson: x
          - foo
          - {claim: [a], replace: text, reason: ''}
          - replace: [{old: a}, {old: b, nwe: c}]
        changes:
          two:
            - codmod: x
          2:
            - {codemod: a, merge: {block: 1}}
            - codemod:
            - codemod: [a]
            - just text
          3: {codemod: x}
          2: []
        proofs:
          claim: x
        proofs:
          - command: x
            subject: {a: b}
    """

    assert mistakes(dedent(text)) == [
        "r.yaml:1: unknown key 'ammend' in the run file; did you mean amend? "
        "(known: amend, changes, proofs, recorded)",
        "r.yaml:3: an amendment without reason",
        "r.yaml:4: replace names no text to be replaced",
        "r.yaml:5: unknown key 'raeson' in an amendment; did you mean reason? "
        "(known: claim, replace, reason)",
        "r.yaml:6: an entry of amend is a mapping, not text",
        "r.yaml:7: claim of an amendment is a text, not a list",
        "r.yaml:7: replace is a mapping old: new, or a list of {old: …, new: …}",
        "r.yaml:7: reason of an amendment is empty",
        "r.yaml:8: an amendment without claim",
        "r.yaml:8: a replacement without new; write new: '' to take it out",
        "r.yaml:8: unknown key 'nwe' in a replacement; did you mean new? (known: old, new)",
        "r.yaml:8: an amendment without reason",
        "r.yaml:10: 'two' is no task number; tasks count from 1, as in `2:`",
        "r.yaml:11: a step without its kind, one of merge, replace, write, patch, codemod, "
        "command (it has: codmod); did you mean codemod for codmod?",
        "r.yaml:13: a step is one of merge, replace, write, patch, codemod, command; "
        "this one is merge and codemod",
        "r.yaml:14: codemod is empty; give a text or options",
        "r.yaml:15: codemod is a list; give a text or options",
        "r.yaml:16: an entry of the steps of task 2 is a mapping, not text",
        "r.yaml:17: the steps of task 3 is a list; start each entry with `- `, not a mapping",
        "r.yaml:18: '2' is given twice in changes (first: line 12)",
        "r.yaml:20: proofs is a list; start each entry with `- `, not a mapping",
        "r.yaml:21: 'proofs' is given twice in the run file (first: line 19)",
        "r.yaml:22: a proof without claim",
        "r.yaml:23: subject of a proof is a file, or a list of files",
    ]


def test_mistakes_beyond_a_slip_of_syntax_are_named_too():
    assert mistakes('proofs:\n  - claim: a\n    command: "\\d"\n    subjekt: x\n') == [
        "r.yaml:3: no YAML as it stands (found unknown escape character); "
        "it may want quotes: command: '\\d'",
        "r.yaml:4: unknown key 'subjekt' in a proof; did you mean subject? "
        "(known: claim, command, expect, reason, subject)",
    ]


@pytest.mark.parametrize(
    ("content", "mistake"),
    [
        (
            "- a",
            "r.yaml:1: a run file is a mapping with amend, changes, proofs, recorded, not a list",
        ),
        (b"a: \xff", "r.yaml:1: not UTF-8 (byte 0xff); save the file as UTF-8"),
    ],
)
def test_what_is_no_run_file(content, mistake):
    assert mistakes(content) == [mistake]


def test_what_does_not_fit_the_plan():
    plan = read_plan("<task>\n<action>\n```py\nx\n```\n</action>\n</task>\n", "p.md")
    run_file = read_run_file(
        "changes:\n  1:\n    - merge: {block: 1, into: a.py}\n    - merge: {block: 2, into: a.py}\n"
        "  4:\n    - command: x\n",
        "r.yaml",
    )

    assert [str(finding) for finding in check_against(plan, run_file)] == [
        "r.yaml:4: block 2, but the action of task 1 has 1 code block",
        "r.yaml:6: changes for task 4, but the plan has 1 task",
    ]
