"""The bundled plan, whose faults are planted: each is found, and amended as its run file does."""

import re
from pathlib import Path

import pytest
from end_to_end.bundled import PLAN, RUN_FILE, SUITE, lay_out
from gsd_run.checking.compiling.compile import compile_plan
from gsd_run.cli.main import main
from gsd_run.reading.plan import read_plan
from gsd_run.reading.run_file import read_run_file
from sandbox import Sandbox

# Each planted fault by the line that it stands on and the rule that tells it.
PLANTED = {
    (204, "V214"): "greps a file that nothing writes",
    (267, "V215"): "the path to the tests, doubled",
    (268, "V251"): "coverage of no module",
    (273, "V243"): '"51 passed" as a piece of text',
    (279, "V252"): "a report that is written elsewhere",
    (281, "V253"): "a key that the report does not have",
    (301, "V251"): "coverage of no module",
    (301, "V224"): "another suite is collected",
    (307, "C222"): "51 % of 51 tests did not pass",
}
RULES = "--select=V2,C222"


@pytest.fixture
def bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """The plan and its code base without the run file, beside the tests of another program."""
    project = lay_out(tmp_path / "bundled")
    project.write("other/tests/test_other.py", "def test_it():\n    pass\n")
    (project.root / RUN_FILE).rename(tmp_path / "RUN.yaml")
    monkeypatch.chdir(project.root)
    return project


def linted(
    capsys: pytest.CaptureFixture[str], *words: str
) -> tuple[int, dict[tuple[int, str], str]]:
    """Return the exit status of lint, and its messages by line and code."""
    status = main(["lint", RULES, *words, PLAN])
    lines = capsys.readouterr().out.splitlines()
    found = [re.fullmatch(r"(.+?):(\d+):\d+: ([A-Z]\d+) (.+)", line) for line in lines]
    assert all(one and one[1] == PLAN for one in found)
    return status, {(int(one[2]), one[3]): one[4] for one in found if one}


def test_every_planted_fault_is_found(bundled: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    status, found = linted(capsys)
    assert (status, bundled.git("status", "--short", "--", PLAN)) == (1, "")
    assert {key for key in PLANTED if key not in found} == set()


def test_the_run_file_settles_them(
    bundled: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "RUN.yaml").rename(bundled.root / RUN_FILE)
    name = Path(RUN_FILE).name
    run_file = read_run_file(bundled.read(RUN_FILE), RUN_FILE)
    reasons = {one.line: one.reason for one in run_file.amendments}
    status, found = linted(capsys)
    assert status == 0
    for key in PLANTED:
        said = re.search(rf"; amended in {re.escape(name)}:(\d+): (.+)", found[key])
        assert said, found[key]
        assert said[2] == reasons[int(said[1])]


def test_fix_writes_the_amendments_that_the_run_file_holds(
    bundled: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, found = linted(capsys, "--fix")
    assert status == 0
    assert all("; amended in " in found[key] for key in PLANTED)
    wanted = read_run_file((tmp_path / "RUN.yaml").read_bytes(), RUN_FILE)
    written = read_run_file(bundled.read(RUN_FILE), RUN_FILE)
    assert all(one.reason for one in written.amendments)
    plan = read_plan(bundled.read(PLAN), PLAN)
    amended = [one.claim for one in wanted.amendments]
    assert [one.claim for one in written.amendments] == amended
    texts = [
        {
            claim.id: claim.text
            for claim in compile_plan(plan, file, bundled.root).claims
            if claim.id in amended
        }
        for file in (wanted, written)
    ]
    assert texts[0] == texts[1]
    assert bundled.git("status", "--short", "--", PLAN) == ""


def test_fix_finds_nothing_more_to_do(
    bundled: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    linted(capsys, "--fix")
    once = bundled.read(RUN_FILE)
    assert main(["lint", "--fix", RULES, PLAN]) == 0
    assert "amended:" not in capsys.readouterr().err
    assert bundled.read(RUN_FILE) == once
    (tmp_path / "RUN.yaml").rename(bundled.root / RUN_FILE)
    before = bundled.read(RUN_FILE)
    linted(capsys, "--fix")
    assert bundled.read(RUN_FILE) == before


def test_fix_shows_what_it_writes(bundled: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    bundled.write(RUN_FILE, "# mine\nchanges: {}  # none yet\n")
    main(["lint", "--fix", RULES, PLAN])
    told = capsys.readouterr().err
    assert f"{RUN_FILE}: criterion.1 amended: 19 of 51 tests passed before" in told
    assert f"--- {RUN_FILE}\n+++ {RUN_FILE}\n@@" in told
    assert '+      "up from 51%": "up from 37.3%"\n' in told
    assert bundled.read(RUN_FILE).startswith("# mine\nchanges: {}  # none yet\n\namend:\n")
    assert SUITE in bundled.read(RUN_FILE)


def test_a_run_file_that_takes_no_addition_is_left_alone(
    bundled: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    bundled.write(RUN_FILE, "amend: &none []\nchanges: {}\n? proofs\n: *none\n")
    before = bundled.read(RUN_FILE)
    main(["lint", "--fix", RULES, PLAN])
    assert bundled.read(RUN_FILE) == before
    told = capsys.readouterr().err
    assert f"{RUN_FILE}: nothing can be added to its amend as it is written; write there:" in told
    assert '\n      "up from 51%": "up from 37.3%"\n' in told
