"""Texts of plans and outputs: they are shown, never obeyed: by a terminal, Markdown, git, CI."""

import json
from xml.etree import ElementTree as ET

import pytest
from hostile_projects import NOTHING, PLAN_PATH, SUMMARY_PATH, Hostile, artifact, plan

ESCAPES = {
    "for a terminal": "\x1b[31mred\x1b[0m \x1b]0;owned\x07 bad\b\b\bgood \x9b31mred",
    "a line overwritten": "bad\rgood",
    "for the eye": "\u202egnp.exe \u2066x\u2069 ad\u200bmin hi\U000e0041\U000e0042 one\u2028two",
}
FORBIDDEN = frozenset("\x1b\x07\x08\x9b\u202e\u2066\u2069\u200b\u2028\U000e0041")


def raw_in(text: str) -> set[str]:
    return {one for one in text if one in FORBIDDEN or (one == "\r")}


@pytest.mark.parametrize("case", ESCAPES)
def test_characters_that_act_are_shown_as_escapes(hostile, case):
    text = ESCAPES[case]
    in_yaml = json.dumps(text)[1:-1]
    hostile.prepare(
        plan(
            verify="test -f made.txt; printf '%b' "
            + repr(json.dumps(text)[1:-1])
            + " &gt; /dev/stderr",
            name=f"Task 1: Make {text} it",
            done=f"It is {text} there",
            truth=f"It {in_yaml} works",
            must_haves=artifact(f'"{in_yaml}.txt"'),
        )
    )
    forms = [hostile.check("--format", form) for form in ("text", "json", "junit", "github")]
    forms += [hostile.gsd_run(word, PLAN_PATH) for word in ("lint", "show", "explain", "graph")]
    for told in forms:
        assert raw_in(told.text) == set(), told.text
    ET.fromstring(forms[2].stdout)
    [claims] = [one["claims"] for one in json.loads(forms[1].stdout)["plans"]]
    assert len(claims) == 4


def test_a_run_shows_and_keeps_no_character_that_acts(hostile):
    text = "".join(ESCAPES.values())
    hostile.prepare(
        plan(
            verify=r"test -f made.txt; printf '\033[31m\xe2\x80\xae' ; printf '\033]0;x\007' &gt;&amp;2",
            name=f"Task 1: Make {text} it",
            done=f"It is {text} there",
            truth=f"It {json.dumps(text)[1:-1]} works",
        )
    )
    told = hostile.carry()
    assert told.status == 0, told.text
    assert raw_in(told.text) == set()
    assert raw_in(hostile.sandbox.read(SUMMARY_PATH)) == set()
    assert raw_in(hostile.sandbox.git("log", "--format=%B")) == set()
    assert raw_in(hostile.gsd_run("status", "01-01").text) == set()


FORGED = """It works | PROVEN | all |

## Self-Check: PASSED
---
status: complete
---
::set-output name=x::y
::stop-commands::z
| criterion.9 | PROVEN | forged |
<script>alert(1)</script> {{ 7919 * 7907 }} {% raw %} [x](javascript:alert(1)) <!-- """


def test_a_claim_forges_no_part_of_the_summary(hostile):
    hostile.prepare(
        plan(
            truth=json.dumps(FORGED)[1:-1],
            name="Task 1: Make | it `rm -rf` {{ 7919 * 7907 }} <!-- <b>",
            done=FORGED.replace("<", "&lt;"),
            action="{{ 7919 * 7907 }} {% for x in y %} ${HOME} $(touch ../neighbour/ran)",
        )
    )
    told = hostile.carry()
    assert told.status == 0, told.text
    summary = hostile.sandbox.read(SUMMARY_PATH)
    lines = summary.splitlines()
    assert [line for line in lines if line.startswith("## Self-Check")] == ["## Self-Check: PASSED"]
    assert lines.index("## Self-Check: PASSED") > lines.index("## Verdicts")
    assert [at for at, line in enumerate(lines) if line == "---"][:1] == [0]
    assert sum(line == "---" for line in lines) == 2
    assert not any(line.startswith("status:") for line in lines)
    assert not any(line.startswith(("::", "| criterion.9")) for line in lines)
    assert "<script>" not in summary
    assert "<!--" not in summary
    assert "62615533" not in summary
    rows = [line for line in lines if line.startswith(("| done", "| truth", "| 1."))]
    assert all(line.replace(r"\|", "").count("|") in {4, 6} for line in rows), rows


def test_findings_give_github_no_commands(hostile):
    hostile.prepare(
        plan(
            truth=json.dumps(FORGED)[1:-1],
            verify="test -f made.txt; echo; echo '::set-output name=x::y'; false",
            must_haves=artifact('"a\\n::error::b%0A::warning::c.txt"'),
        )
    )
    for told in (
        hostile.check("--format", "github"),
        hostile.gsd_run("lint", PLAN_PATH, "--format", "github"),
    ):
        lines = told.stdout.splitlines()
        assert lines
        for line in lines:
            assert line.startswith(("::error file=", "::warning file=", "::notice file=")), line


TITLES = {
    "trailers": "Make it&#10;&#10;GSD-Run: 20200101T000000-abcd&#10;GSD-Task: 1",
    "an option": "--amend -F /etc/passwd",
    "a comment": "# nothing but a comment",
    "a scissors line": "# ------------------------ >8 ------------------------",
    "a shell": "$(touch ../neighbour/ran) `touch ../neighbour/ran` ; touch ../neighbour/ran",
    "a fixup": "fixup! start",
    "very long": "x" * 5000,
}


@pytest.mark.parametrize("case", TITLES)
def test_a_commit_says_what_the_run_says(hostile, case):
    hostile.sandbox.git("config", "commit.cleanup", "strip")
    hostile.prepare(plan(name=f"Task 1: {TITLES[case]}"))
    told = hostile.carry("--no-baseline")
    assert told.status == 0, told.text
    [run] = [one.stem for one in (hostile.root / ".git/gsd-run/runs").glob("*.jsonl")]
    format_of = "--format=%(trailers:key=GSD-Run,valueonly,separator=%x2C)"
    assert hostile.sandbox.git("log", "-2", format_of).split() == [run, run]
    [subject] = hostile.sandbox.git("log", "-1", "--format=%s", "HEAD~1").splitlines()
    assert subject.startswith("feat(01-01): ")
    assert hostile.sandbox.files_of("HEAD~1") == ["made.txt"]


@pytest.mark.parametrize(
    "name", ["-f", "--detach", "a..b", "x\nHEAD", "../../hooks/x", "HEAD", "@{-1}", "refs/heads/x"]
)
def test_a_branch_is_a_name_and_nothing_else(hostile, name):
    hostile.prepare(plan())
    head = hostile.sandbox.git("rev-parse", "HEAD")
    told = hostile.carry("--no-baseline", f"--branch={name}")
    if told.status == 0:  # an odd name, but git takes it
        assert hostile.sandbox.git("branch", "--show-current").strip() == name
        return
    assert told.status == 3, told.text
    assert hostile.sandbox.git("branch", "--show-current") == "main\n"
    assert hostile.sandbox.git("rev-parse", "HEAD") == head


def test_names_of_files_are_no_commands(hostile):
    odd = ["$(touch ran).txt", "a\nb.txt", "--force", "`touch ran`.txt", "q'uo\"te.txt", "a;b.txt"]
    writes = "".join(f"    - write: {{path: {json.dumps(one)}, text: x}}\n" for one in odd)
    hostile.prepare(plan(), f"{NOTHING}{writes}")
    told = hostile.carry("--no-baseline")
    assert told.status == 0, told.text
    assert not (hostile.root / "ran").exists()
    made = hostile.sandbox.git("show", "-z", "--format=", "--name-only", "HEAD~1").split("\0")
    assert sorted(filter(None, made)) == sorted([*odd, "made.txt"])
    summary = hostile.sandbox.read(SUMMARY_PATH)
    assert "\nb.txt" not in summary


def test_a_claim_in_the_run_file_is_an_id_and_nothing_else(hostile):
    odd = "truth.1; touch ../neighbour/ran"
    proof = f'proofs:\n  - claim: "{odd}"\n    command: "true"\n    reason: x\n'
    hostile.prepare(plan(), f"{NOTHING}{proof}")
    told = hostile.carry()
    assert told.status == 2
    assert "01-01-RUN.yaml:5:" in told.text


def test_a_secret_in_the_plan_is_named_and_not_repeated(hostile: Hostile):
    token = f"ghp_{'a1' * 18}"
    hostile.prepare(plan(verify=f"test -f made.txt &amp;&amp; API_KEY={token} ./deploy.sh"))
    told = hostile.gsd_run("lint", PLAN_PATH)
    assert ":24:47: S211 a token stands in the plan" in told.text
    assert token not in told.text
