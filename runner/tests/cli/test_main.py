"""Words to commands, and endings to exit statuses."""

import pytest
from gsd_run import __version__
from gsd_run.cli import run
from gsd_run.cli.main import main
from sandbox import PLAN, PLAN_PATH, Sandbox


def test_without_words_it_shows_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    told = capsys.readouterr().out
    assert "gsd-run 12-GAP-01" in told
    assert "130 interrupted" in told


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("run", "resume", "check", "status", "summary"):
        with pytest.raises(SystemExit) as ended:
            main([command, "--help"])
        assert ended.value.code == 0
        assert f"usage: gsd-run {command}" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert (ended.value.code, capsys.readouterr().out) == (0, f"gsd-run {__version__}\n")


def test_wrong_words_end_with_2(greeting: Sandbox) -> None:
    assert greeting.gsd_run("01-01", "--frish").status == 2
    assert greeting.gsd_run("check").status == 2


def test_the_executor_is_run_with_the_plan_on_standard_input(greeting: Sandbox) -> None:
    executor, run = (
        greeting.run(*words)
        for words in (["gsd-run-executor", "--strict"], ["gsd-run", "run", "-", "--strict"])
    )
    assert executor == run
    assert (executor.status, executor.stdout) == (2, "")
    assert "standard input" in executor.stderr


def test_a_bug_ends_with_70_and_its_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> int:
        raise RuntimeError("we did not think of this")

    monkeypatch.setattr(run, "main", broken)
    assert main(["01-01"]) == 70
    told = capsys.readouterr().err
    assert "RuntimeError: we did not think of this" in told
    assert "this is a bug of gsd-run" in told


def test_output_into_a_closed_pipe_is_no_bug(greeting: Sandbox) -> None:
    piped = greeting.run("bash", "-c", "python -m gsd_run status | head -0; echo ${PIPESTATUS[0]}")
    assert piped.stdout in {"0\n", "1\n"}
    assert piped.stderr == ""


def test_a_run_whose_reader_goes_is_interrupted(greeting: Sandbox) -> None:
    piped = greeting.run("bash", "-c", "python -m gsd_run 01-01 | head -0; exit ${PIPESTATUS[0]}")
    assert (piped.status, piped.stdout) == (130, "")
    assert piped.stderr == (
        "nobody reads what is told any more, so it ended; `gsd-run resume` goes on\n"
    )
    assert greeting.gsd_run("resume").status == 0


def test_a_terminal_that_can_not_write_all_letters(greeting: Sandbox) -> None:
    greeting.write(PLAN_PATH, PLAN.replace("Greet people", "Grüße"))
    told = greeting.run("python", "-m", "gsd_run", "status", PYTHONIOENCODING="ascii")
    assert (told.status, told.stderr) == (0, "")
    assert told.stdout.endswith("  gsd-run 01-01  Gr\\xfc\\xdfe, then say good-bye.\n")


def test_resume_says_when_there_is_nothing_to_resume(greeting: Sandbox) -> None:
    asked = greeting.gsd_run("resume")
    assert (asked.status, asked.stderr) == (
        2,
        "no run has stopped here; `gsd-run PLAN` starts one\n",
    )


def test_no_summary_of_a_run_that_has_not_ended(greeting: Sandbox) -> None:
    greeting.gsd_run("01-01", "--strict")
    asked = greeting.gsd_run("summary", "01-01")
    assert asked.status == 3
    assert "GSD takes any summary for completion" in asked.stderr
    assert "01-01" in greeting.gsd_run("summary", "02-01").stderr


def test_a_plan_outside_the_project_is_refused(greeting: Sandbox) -> None:
    outside = greeting.root.parent / "01-09-PLAN.md"
    outside.write_text(PLAN)
    asked = greeting.gsd_run(str(outside))
    assert asked.status == 2
    assert "01-09-PLAN.md" in asked.stderr


def test_resume_needs_the_plan(greeting: Sandbox) -> None:
    greeting.gsd_run("01-01", "--strict")
    (greeting.root / PLAN_PATH).unlink()
    asked = greeting.gsd_run("resume")
    assert asked.status == 3
    assert f"{PLAN_PATH} is gone" in asked.stderr
