"""`gsd-run lint`: which plans, which findings, in which form, with which status."""

import json
import re
from pathlib import Path

import pytest
import yaml
from gsd_run.cli.main import main
from gsd_run.running.looking.linting import RULES
from sandbox import FOLDER, PLAN, PLAN_PATH, RUN_PATH, SUMMARY_PATH, Sandbox

ROOT = Path(__file__).parents[3]
# Two tasks of one name: T201, a warning.
TWICE = PLAN.replace("Task 2: Add the farewell", "Task 2: Add the greeting")
# It depends on itself: D303, an error.
CIRCLE = PLAN.replace("depends_on: []", 'depends_on: ["01-01"]')
# It asks for root's rights: S215, a warning.
HASTY = PLAN.replace("`grep -i damn", "`sudo grep -i damn")


class Lint:
    """The program called in a project, in this process."""

    def __init__(self, project: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
        self.project = project
        self._capsys = capsys

    def __call__(self, *words: str) -> tuple[int, str, str]:
        status = main(["lint", *words])
        told = self._capsys.readouterr()
        return status, told.out, told.err


@pytest.fixture
def lint(
    greeting: Sandbox, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Lint:
    monkeypatch.chdir(greeting.root)
    return Lint(greeting, capsys)


def place_of(text: str, line: str) -> int:
    return text.splitlines().index(line) + 1


def test_nothing_found(lint: Lint) -> None:
    assert lint("--select", "T201,D303") == (0, "", "nothing found in 1 plan\n")


def test_a_warning_is_told_and_ends_with_0(lint: Lint) -> None:
    lint.project.write(PLAN_PATH, TWICE)
    status, out, err = lint("--select", "T201,D303")
    line = place_of(TWICE, "  <name>Task 2: Add the greeting</name>")
    assert status == 0
    assert re.fullmatch(rf"{PLAN_PATH}:(\d+):\d+: T201 .+\n", out)
    assert abs(int(out.split(":")[1]) - line) <= 1
    assert err == "1 warning in 1 plan\n"


def test_an_error_ends_with_1(lint: Lint) -> None:
    lint.project.write(PLAN_PATH, CIRCLE)
    status, out, err = lint("--select", "D303")
    assert (status, err) == (1, "1 error in 1 plan\n")
    assert out.startswith(f"{PLAN_PATH}:6:")
    assert lint("--select", "D", "--ignore", "D303,D2")[1:] == ("", "nothing found in 1 plan\n")


def test_a_plan_is_meant_by_id_file_or_folder(lint: Lint) -> None:
    lint.project.write(PLAN_PATH, CIRCLE)
    told = lint("--select", "D303")
    for word in ("01-01", PLAN_PATH, FOLDER, ".", str(lint.project.root)):
        assert lint("--select", "D303", word) == told, word
    assert lint("--select", "D303", "01-01", PLAN_PATH) == told


def test_complete_and_archived_plans_are_left_out(lint: Lint) -> None:
    lint.project.write(PLAN_PATH, CIRCLE)
    lint.project.write(SUMMARY_PATH, "done\n")
    old = ".planning/milestones/v0.1-phases/01-old/01-01-PLAN.md"
    lint.project.write(old, CIRCLE)
    assert lint("--select", "D303") == (0, "", "nothing found in 0 plans\n")
    assert lint("--select", "D303", FOLDER)[0] == 1


def test_with_all_they_are_linted_too(lint: Lint) -> None:
    lint.project.write(SUMMARY_PATH, "done\n")
    old = ".planning/milestones/v0.1-phases/01-old/01-01-PLAN.md"
    lint.project.write(old, CIRCLE)
    status, out, err = lint("--select", "D303", "--all")
    assert (status, err) == (1, "1 error in 1 of 2 plans\n")
    assert out.startswith(f"{old}:6:")


def test_paths_are_as_seen_from_here(lint: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    lint.project.write(PLAN_PATH, CIRCLE)
    monkeypatch.chdir(lint.project.root / FOLDER)
    assert lint("--select", "D303")[1].startswith("01-01-PLAN.md:6:")
    (lint.project.root / "src").mkdir()
    monkeypatch.chdir(lint.project.root / "src")
    assert lint("--select", "D303", "01-01")[1].startswith(f"../{PLAN_PATH}:6:")


def test_an_unreadable_plan_ends_with_2_and_the_others_are_linted(lint: Lint) -> None:
    lint.project.write(PLAN_PATH, CIRCLE)
    empty = f"{FOLDER}/01-02-PLAN.md"
    lint.project.write(empty, "nothing of a plan\n")
    status, out, _ = lint("--ignore", "C,R,V,M")
    assert status == 2
    assert re.search(rf"^{PLAN_PATH}:6:\d+: D303 ", out, re.MULTILINE)
    assert re.search(rf"^{empty}:1:1: [TFL]\d+ ", out, re.MULTILINE)


def test_a_run_file_that_does_not_fit_ends_with_2(lint: Lint) -> None:
    lint.project.write(
        RUN_PATH, "amend:\n  - {claim: verify.9, replace: {a: b}, reason: c}\nchanges: 7\n"
    )
    status, out, _ = lint("--select", "L")
    assert status == 2
    assert out == f"{RUN_PATH}:3:1: L203 changes maps task numbers to steps; it is text\n"
    lint.project.write(RUN_PATH, "amend:\n  - {claim: verify.9, replace: {a: b}, reason: c}\n")
    assert lint("--select", "L")[1].startswith(f"{RUN_PATH}:2:1: L203 the plan has no claim")


def test_unknown_words_are_usage_errors(lint: Lint) -> None:
    for words in (("--select", "X9"), ("--ignore", "T9999"), ("--explain", "Q1")):
        status, out, err = lint(*words)
        assert (status, out) == (2, ""), words
        assert f"no rule of lint has the code {words[1]}" in err
    assert "close are T201 repeated-task-name" in lint("--explain", "repeated-task-nam")[2]
    assert lint("99-99")[0] == 2
    (lint.project.root / "empty").mkdir()
    assert lint("empty")[2] == "empty: no *-PLAN.md file lies in this folder\n"


def test_a_plan_outside_of_any_project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "01-01-PLAN.md").write_text(CIRCLE)
    assert main(["lint", "--select", "D303,R201", "01-01-PLAN.md"]) == 1
    assert capsys.readouterr().out.startswith("01-01-PLAN.md:6:")


def test_many_plans_are_shared_among_processes(lint: Lint) -> None:
    for number in range(2, 60):
        lint.project.write(f"{FOLDER}/01-{number:02}-PLAN.md", TWICE)
    status, out, err = lint("--select", "T201")
    assert (status, err) == (0, "58 warnings in 58 of 59 plans\n")
    assert [line.partition(":")[0] for line in out.splitlines()] == [
        f"{FOLDER}/01-{number:02}-PLAN.md" for number in range(2, 60)
    ]


SUPPRESSED = {
    "before the whole plan": TWICE.replace(
        "<objective>", "<!-- gsd-run: ignore T201 both greet -->\n<objective>", 1
    ),
    "on the line before": HASTY.replace(
        "1. Nobody", "<!-- gsd-run: ignore S2 the files are root's -->\n1. Nobody"
    ),
    "behind it": HASTY.replace(
        "return empty", "return empty <!-- gsd-run: ignore S215, V: the files are root's -->"
    ),
    "before the element": TWICE.replace(
        '<task type="auto">\n  <name>Task 2',
        '<!-- gsd-run: ignore T201, D303 both greet -->\n\n<task type="auto">\n  <name>Task 2',
    ),
}


@pytest.mark.parametrize("where", SUPPRESSED)
def test_a_comment_takes_findings_out(lint: Lint, where: str) -> None:
    lint.project.write(PLAN_PATH, SUPPRESSED[where])
    assert lint("--select", "T201,S215")[1] == ""


def test_a_comment_in_the_frontmatter(lint: Lint) -> None:
    text = CIRCLE.replace('["01-01"]\n', '["01-01"]  # gsd-run: ignore D303 for now\n')
    lint.project.write(PLAN_PATH, text)
    assert lint("--select", "D303,L2") == (0, "", "nothing found in 1 plan\n")


def test_a_comment_that_takes_nothing_out_is_told(lint: Lint) -> None:
    text = PLAN.replace("<tasks>", "<tasks>\n  <!-- gsd-run: ignore it -->")
    text = text.replace("</tasks>", "</tasks>\n<!-- gsd-run: ignore T2 -->\ntext")
    lint.project.write(PLAN_PATH, text)
    first = place_of(text, "  <!-- gsd-run: ignore it -->")
    second = place_of(text, "<!-- gsd-run: ignore T2 -->")
    assert lint("--select", "L2") == (
        0,
        f'{PLAN_PATH}:{first}:3: L202 "ignore it" is not understood; '
        "write: ignore CODE reason\n"
        f"{PLAN_PATH}:{second}:1: L201 nothing to ignore here: no finding T2 on line {second} "
        f"or {second + 1}\n",
        "1 warning, 1 note in 1 plan\n",
    )


def test_what_the_run_file_amends_is_a_note(lint: Lint) -> None:
    lint.project.write(PLAN_PATH, HASTY)
    before = lint("--select", "S215")
    assert "S215" in before[1]
    lint.project.write(
        RUN_PATH,
        "amend:\n"
        "  - claim: verification.1\n"
        "    replace: {sudo grep: grep}\n"
        "    reason: the files are ours\n",
    )
    told = before[1].rstrip("\n") + "; amended in 01-01-RUN.yaml:2: the files are ours\n"
    assert lint("--select", "S215") == (0, told, "1 note in 1 plan\n")


def test_what_an_amendment_brings_is_told(lint: Lint) -> None:
    lint.project.write(
        RUN_PATH,
        "amend:\n"
        "  - claim: verification.1\n"
        "    replace: {grep -i damn: sudo grep -i damn}\n"
        "    reason: they are not ours\n",
    )
    assert "S215" in lint("--select", "S215")[1]


def test_explanations(lint: Lint) -> None:
    status, out, _ = lint("--explain", "l201")
    assert status == 0
    assert out.startswith("L201 unused-suppression (note)\n\nA comment takes a finding out")
    assert lint("--explain", "unused-suppression")[1] == out
    assert lint("--explain", "L")[1].startswith(out)


def test_the_page_about_the_rules_is_current(lint: Lint) -> None:
    page = lint("--explain", "all")[1]
    assert all(f"### {rule.code} {rule.name}\n" in page for rule in RULES)
    assert (ROOT / "docs" / "lint-rules.md").read_text() == page, (
        "write it anew: gsd-run lint --explain all > docs/lint-rules.md"
    )


def test_every_rule_says_enough() -> None:
    rules = {rule.code: rule for rule in RULES}
    assert all(re.fullmatch(r"[FTMVCDRSL]\d{3}", code) for code in rules)
    assert all(rule == rules[rule.code] for rule in RULES), "one code for two rules"
    assert len({rule.name for rule in rules.values()}) == len(rules)
    assert all(rule.about and rule.why and rule.mend for rule in RULES)


def test_formats_for_programs(lint: Lint) -> None:
    lint.project.write(PLAN_PATH, CIRCLE)
    status, out, err = lint("--select", "D303", "--format", "json")
    (found,) = json.loads(out)
    assert (status, err) == (1, "1 error in 1 plan\n")
    assert (found["path"], found["line"], found["severity"]) == (PLAN_PATH, 6, "error")
    sarif = json.loads(lint("--select", "D303", "--format", "sarif")[1])
    (result,) = sarif["runs"][0]["results"]
    rule = sarif["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert (result["ruleId"], rule["id"]) == ("D303", "D303")
    assert lint("--select", "D303", "--format", "github")[1].startswith(
        f"::error file={PLAN_PATH},line=6,col={found['column']},title=gsd-run D303 "
    )


def test_the_hook_lints_the_files_that_it_is_given(greeting: Sandbox) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert (hook["id"], hook["language"]) == ("gsd-run-lint", "python")
    wanted = re.compile(hook["files"])
    assert wanted.search(PLAN_PATH)
    assert wanted.search("docs/PLAN.md")
    assert not wanted.search("docs/PLANNING.md")
    greeting.write(PLAN_PATH, CIRCLE)
    done = greeting.run(*hook["entry"].split(), PLAN_PATH)
    assert done.status == 1
    assert f"{PLAN_PATH}:6:" in done.stdout
