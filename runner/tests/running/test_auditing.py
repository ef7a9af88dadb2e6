"""An audit believes nothing: it looks at the chain, the commits, the outputs, the summary."""

from pathlib import Path

import pytest
from sandbox import FOLDER, SUMMARY_PATH, Sandbox

EVIDENCE = f"{FOLDER}/01-01-EVIDENCE.jsonl"


@pytest.fixture
def done(greeting: Sandbox) -> Sandbox:
    assert greeting.gsd_run("01-01").status == 0
    return greeting


def cloned(project: Sandbox, folder: Path) -> Sandbox:
    project.run("git", "clone", "-q", str(project.root), str(folder))
    clone = Sandbox(root=folder)
    clone.git("config", "user.name", "Grace")
    clone.git("config", "user.email", "grace@example.org")
    return clone


def test_everything_holds_where_the_run_was_made(done: Sandbox) -> None:
    told = done.gsd_run("audit", "01-01")
    assert told.status == 0, told.text
    assert told.stdout.splitlines()[1] == f"  by {done.root / EVIDENCE}"
    lines = [line.split()[:2] for line in told.stdout.splitlines()[2:]]
    assert lines == [
        ["chain", "holds"],
        ["journal", "holds"],
        ["verdicts", "holds"],
        ["commits", "holds"],
        ["outputs", "holds"],
        ["summary", "holds"],
    ]


def test_in_any_clone_and_it_says_what_it_could_not_check(done: Sandbox, tmp_path: Path) -> None:
    clone = cloned(done, tmp_path / "clone")
    told = clone.gsd_run("audit", "01-01", "--rerun")
    assert told.status == 0, told.text
    assert "outputs    not known" in told.stdout
    assert "8 verdicts are the same" in told.stdout
    assert clone.git("worktree", "list").count("\n") == 1
    assert clone.git("status", "--porcelain") == ""


def test_after_a_squash_merge_and_after_a_rebase(greeting: Sandbox) -> None:
    greeting.git("switch", "-qc", "work")
    assert greeting.gsd_run("01-01").status == 0
    greeting.git("switch", "-q", "main")
    greeting.write("other.txt", "meanwhile\n")
    greeting.commit("meanwhile")

    greeting.git("switch", "-qc", "squashed", "main")
    greeting.git("merge", "-q", "--squash", "work")
    greeting.commit("all of it")
    squashed = greeting.gsd_run("audit", "01-01")
    assert squashed.status == 0, squashed.text
    assert "they were squashed or rebased" in squashed.stdout

    greeting.git("switch", "-q", "work")
    greeting.git("rebase", "-q", "main")
    rebased = greeting.gsd_run("audit", "01-01")
    assert rebased.status == 0, rebased.text
    assert "were rebased: the history has the same changes" in rebased.stdout


def test_a_summary_that_was_touched_up(done: Sandbox) -> None:
    summary = done.read(SUMMARY_PATH)
    done.write(SUMMARY_PATH, summary.replace(" claims proven", "8 claims proven", 1))
    told = done.gsd_run("audit", "01-01")
    assert told.status == 1
    assert "summary    BROKEN" in told.stdout


def test_evidence_that_was_edited(done: Sandbox) -> None:
    evidence = done.read(EVIDENCE)
    done.write(EVIDENCE, evidence.replace("UNPROVEN", "PROVEN", 1))
    told = done.gsd_run("audit", "01-01")
    assert told.status == 1
    assert "chain      BROKEN" in told.stdout


def test_an_output_that_was_edited(done: Sandbox) -> None:
    output = next((done.root / ".git/gsd-run/outputs").iterdir())
    output.write_bytes(b"{}")
    told = done.gsd_run("audit", "01-01")
    assert told.status == 1
    assert "outputs    BROKEN" in told.stdout


def test_work_that_is_gone_from_the_history(done: Sandbox) -> None:
    summary, evidence = done.read(SUMMARY_PATH), done.read(EVIDENCE)
    done.git("reset", "-q", "--hard", "HEAD~3")
    done.write(SUMMARY_PATH, summary)
    done.write(EVIDENCE, evidence)
    done.commit("only the words")
    told = done.gsd_run("audit", "01-01")
    assert told.status == 1
    assert "commits    BROKEN" in told.stdout
    assert "add the greeting" in told.stdout


def test_a_verdict_that_a_later_look_does_not_share(greeting: Sandbox) -> None:
    greeting.write(
        "check.sh",
        'test ! -e "$(git rev-parse --git-common-dir)/stop" && grep -n hello greeting.txt\n',
    )
    plan = f"{FOLDER}/01-01-PLAN.md"
    greeting.write(plan, greeting.read(plan).replace("grep -n hello greeting.txt", "bash check.sh"))
    greeting.commit("a check that looks elsewhere")
    assert greeting.gsd_run("01-01").status == 0
    (greeting.root / ".git" / "stop").touch()
    told = greeting.gsd_run("audit", "01-01", "--rerun")
    assert told.status == 1
    assert "verify.1 was PROVEN, is REFUTED" in told.stdout


def test_there_is_nothing_to_audit_without_a_run(greeting: Sandbox) -> None:
    assert greeting.gsd_run("audit", "01-01").status == 2
    greeting.gsd_run("01-01", "--until", "1")
    assert greeting.gsd_run("audit", "01-01").status == 2


def test_a_run_whose_last_task_was_made_anew(done: Sandbox) -> None:
    assert done.gsd_run("undo", "01-01", "--task", "2").status == 0
    told = done.gsd_run("audit", "01-01")
    assert told.status == 2
    assert "taken back" in told.text
    assert "what followed was taken back" in done.gsd_run("status").stdout

    assert done.gsd_run("resume").status == 0
    told = done.gsd_run("audit", "01-01")
    assert told.status == 0, told.text
    assert '"type":"undone"' in done.read(EVIDENCE).replace(" ", "")


def test_evidence_that_is_cut_short(done: Sandbox) -> None:
    whole = done.read(EVIDENCE)
    for left in ("", "".join(whole.splitlines(keepends=True)[:-1])):
        done.write(EVIDENCE, left)
        told = done.gsd_run("audit", "01-01")
        assert told.status == 1, told.text
        assert "cut short" in told.stdout


def test_what_held_is_told_where_the_checks_cannot_be_repeated(
    done: Sandbox, tmp_path: Path
) -> None:
    shallow = tmp_path / "shallow"
    done.run("git", "clone", "-q", "--depth", "1", f"file://{done.root}", str(shallow))
    told = Sandbox(root=shallow).gsd_run("audit", "01-01", "--rerun")
    assert told.status == 3
    assert "  chain      holds" in told.stdout
    assert "which this clone does not have" in told.text
