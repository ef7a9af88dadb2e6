"""`gsd-run 12-GAP-01` on the bundled code base: from 19 of 51 to a proven summary."""

import ast
import json
import os
import re
import shlex
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from documentation.pages import ROOT, shown
from end_to_end.bundled import (
    EVIDENCE,
    PLAN,
    PLAN_ID,
    RUN_FILE,
    SAME,
    SUITE,
    SUMMARY,
    last_line,
    lay_out,
    verdicts,
)
from sandbox import Output, Sandbox, environment


@dataclass(frozen=True)
class Carried:
    """The repository after the run, and what the run printed."""

    project: Sandbox
    output: Output


@pytest.fixture(scope="module")
def carried(tmp_path_factory: pytest.TempPathFactory) -> Carried:
    project = lay_out(tmp_path_factory.mktemp("bundled") / "my project")
    return Carried(project, project.gsd_run("12-GAP-01", **SAME))


@pytest.fixture
def copy(carried: Carried, tmp_path: Path) -> Sandbox:
    """A copy of the repository after the run, to be changed by a test."""
    shutil.copytree(carried.project.root, tmp_path / "copy", symlinks=True)
    return Sandbox(tmp_path / "copy")


def test_it_ends_well_and_says_what_it_found(carried: Carried) -> None:
    assert carried.output.status == 0, carried.output.text
    out = carried.output.stdout
    assert re.search(r"verify\.2 +REFUTED  at base +19 passed, 32 failed", out)
    assert re.search(r"verify\.2 +PROVEN +51 passed", out)
    assert out.splitlines()[-1] == f"summary: {SUMMARY}"


def test_three_task_commits_and_one_docs_commit_with_only_their_own_files(
    carried: Carried,
) -> None:
    project = carried.project
    kinds = [re.sub(r": .*", "", subject) for subject in project.subjects()]
    assert kinds == ["start", "fix(12-GAP-01)", "fix(12-GAP-01)", "test(12-GAP-01)",
                     "docs(12-GAP-01)"]  # fmt: skip
    assert project.files_of("HEAD~3") == ["backend/tests/unit/conftest.py"]
    second = project.files_of("HEAD~2")
    assert set(second) >= {SUITE, "backend/tests/factories/base.py"}
    assert all(path == SUITE or path.startswith("backend/tests/factories/") for path in second)
    assert project.files_of("HEAD~1") == [SUITE]
    told = [".planning/ROADMAP.md", ".planning/STATE.md"]
    assert project.files_of("HEAD") == [*told, EVIDENCE, SUMMARY]
    assert project.git("status", "--porcelain") == ""


def test_plain_pytest_agrees_before_and_after(carried: Carried, tmp_path: Path) -> None:
    before = lay_out(tmp_path / "before").run("pytest", SUITE, "-q", "--tb=no")
    after = carried.project.run("pytest", SUITE, "-q")

    assert last_line(before) == "32 failed, 19 passed"
    assert last_line(after) == "51 passed"
    assert carried.project.git("status", "--porcelain") == ""


def test_every_claim_has_a_verdict_and_none_is_refuted(carried: Carried) -> None:
    found = verdicts(carried.output)
    expected = {
        *(f"verify.{n}" for n in range(1, 4)),
        *(f"done.{n}" for n in range(1, 4)),
        *(f"truth.{n}" for n in range(1, 6)),
        *(f"artifact.{n}" for n in range(1, 4)),
        *(f"key_link.{n}" for n in range(1, 3)),
        *(f"verification.{n}" for n in range(1, 7)),
        *(f"criterion.{n}" for n in range(1, 8)),
    }
    assert expected <= set(found)
    assert set(found.values()) == {"PROVEN"}


def test_the_summary_tells_what_was_measured(carried: Carried) -> None:
    summary = carried.project.read(SUMMARY)

    assert "| Tests passed | 19 of 51 | 51 of 51 |" in summary
    assert "| Pass rate | 37.3 % | 100.0 % |" in summary
    assert "| Tests fixed | | 32 |" in summary
    assert re.search(r"Coverage of backend/core/models.py \| 9[789]\.\d % \| \d+\.\d %", summary)
    assert re.search(r"\*\*Vacuous\*\* \(\d+: [^)]*truth\.5", summary)
    assert "while 32 of 51 tests did not pass: a line counts as covered once it has run" in summary
    assert "**Gap closed, in the plan's words:**" in summary
    for commit in ("HEAD~3", "HEAD~2", "HEAD~1"):
        assert carried.project.git("rev-parse", commit)[:10] in summary
    for deviation in ("adaptation**, verify.1", "amendment**, verify.3", "proof**, truth.3",
                      "file**, task 2", "figure**, task 3"):  # fmt: skip
        assert f"- **{deviation}" in summary
    assert str(carried.project.root) not in summary
    assert summary.split("\n## ")[-1].startswith("Self-Check: PASSED")


def test_the_summary_comes_from_the_journal_alone(copy: Sandbox) -> None:
    written = copy.read(SUMMARY)
    for path in (PLAN, RUN_FILE, SUMMARY):
        (copy.root / path).unlink()
    shutil.rmtree(copy.root / "backend")

    again = copy.gsd_run("summary", "12-GAP-01")

    assert (again.status, again.text) == (0, f"{SUMMARY}\n")
    assert copy.read(SUMMARY) == written


def test_the_evidence_holds_every_event_and_no_path_of_this_machine(
    carried: Carried,
) -> None:
    text = carried.project.read(EVIDENCE)
    kinds = Counter(json.loads(line)["event"]["type"] for line in text.splitlines())

    assert kinds["committed"] == 3
    assert kinds["ended"] == 1
    assert str(carried.project.root) not in text


def test_no_test_is_weakened(carried: Carried) -> None:
    before = ast.parse(carried.project.git("show", f"HEAD~4:{SUITE}"))
    after = ast.parse(carried.project.read(SUITE))

    assert _tests(after) == _tests(before)
    assert _raises(after) == _raises(before)
    assert _assertions(before) - _assertions(after) == Counter()
    words = carried.project.read(SUITE)
    assert not re.search(r"skip|xfail|deselect", words)


def _tests(tree: ast.AST) -> list[str]:
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return sorted(node.name for node in functions if node.name.startswith("test_"))


def _assertions(tree: ast.AST) -> Counter[str]:
    return Counter(ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Assert))


def _raises(tree: ast.AST) -> list[str]:
    return sorted(
        ast.unparse(node) for node in ast.walk(tree)
        if isinstance(node, ast.withitem) and "raises" in ast.unparse(node)
    )  # fmt: skip


def test_run_again_it_is_complete(carried: Carried) -> None:
    again = carried.project.gsd_run("12-GAP-01")
    assert (again.status, again.stdout) == (0, f"{PLAN_ID} is complete: {SUMMARY}\n")


def test_without_proofs_the_plans_own_checks_keep_their_verdicts(copy: Sandbox) -> None:
    copy.write(RUN_FILE, copy.read(RUN_FILE).partition("\nproofs:")[0] + "\n")

    checked = copy.gsd_run("check", "12-GAP-01")

    found = verdicts(checked)
    assert checked.status == 0, checked.text
    kept = ("truth.1", "truth.5", "artifact.1", "artifact.2", "artifact.3",
            *(f"verification.{n}" for n in range(1, 7)))  # fmt: skip
    assert {claim: found[claim] for claim in kept} == dict.fromkeys(kept, "PROVEN")
    assert [found[claim] for claim in ("truth.2", "truth.3", "truth.4")] == ["UNPROVEN"] * 3


@pytest.mark.skipif("GSD_TOOLS" not in os.environ, reason="gsd-tools is not installed")
def test_gsd_accepts_the_summary(carried: Carried) -> None:
    def gsd_tools(*words: str) -> dict[str, object]:
        done = subprocess.run(
            [os.environ["GSD_TOOLS"], *words],
            cwd=carried.project.root, env=environment(), capture_output=True, text=True, check=True,
        )  # fmt: skip
        found: dict[str, object] = json.loads(done.stdout)
        return found

    verified = gsd_tools("verify-summary", SUMMARY)
    assert verified["passed"] is True, verified
    valid = gsd_tools("frontmatter", "validate", SUMMARY, "--schema", "summary")
    assert valid["valid"] is True, valid
    told = gsd_tools("summary-extract", SUMMARY)
    assert str(told["one_liner"]).startswith("19 → 51 of 51 tests pass")


def test_the_tutorial_shows_what_happens(carried: Carried, copy: Sandbox, tmp_path: Path) -> None:
    before, after = lay_out(tmp_path / "before"), copy
    project, missing = before, {}
    for step in shown(ROOT / "docs" / "tutorial.md")[1:]:  # the first one installs
        words = shlex.split(step.command)
        if words == ["gsd-run", "12-GAP-01"]:
            project, done = after, carried.output
        elif words[0] == "gsd-run":
            done = project.gsd_run(*words[1:], **SAME)
        else:
            done = project.run(*words, **SAME)
        assert done.status == (1 if project is before and words[0] == "pytest" else 0), done.text
        if lines := step.is_in(done.text):
            missing[step.command] = (lines, done.text)
    assert missing == {}
    assert "32 failed" in last_line(after.run("pytest", SUITE, "-q", "--tb=no"))
