"""Completing words: by the command itself, and in the shells that are installed."""

import os
import shutil
import subprocess
from pathlib import Path

import pexpect
import pytest
from begun import greeting_at
from sandbox import PLAN, RUN_FILE, TOOLS, Sandbox, environment

ODD = "01-$(touch spoilt)"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    """A project with a run that stopped in task 2, a plan that waits, and one with an odd name."""
    made = greeting_at(tmp_path_factory.mktemp("shells") / "project", RUN_FILE.replace("bye", "by"))
    made.write(".planning/phases/02-parting/02-01-PLAN.md", PLAN)
    made.write(f".planning/phases/02-parting/{ODD}-PLAN.md", PLAN)
    made.write(".planning/gsd-run.toml", '[agents.mine]\nprofile = "command"\ncommand = "true"\n')
    made.commit()
    assert made.gsd_run("01-01", "--no-baseline").status == 1
    return made


def words(project: Sandbox, *typed: str) -> list[str]:
    told = project.gsd_run("completion", "words", *(f":{word}" for word in typed))
    assert (told.status, told.stderr) == (0, "")
    return [line.partition("\t")[0] for line in told.stdout.splitlines()]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (["sta"], ["status"]),
        (["01"], ["01-01", ODD]),
        (["--v"], ["--version"]),
        (["run", "0"], ["01-01", ODD, "02-01"]),
        (["resume", ""], ["01-01"]),
        (["log", ""], ["01-01"]),
        (["log", "01-01", "--task", ""], ["1", "2"]),
        (["resume", "--until", ""], ["1", "2"]),
        (["status", "02-p"], ["02-parting"]),
        (["graph", ""], ["01-greeting", "02-parting"]),
        (["01-01", "--exec"], ["--executor"]),
        (["01-01", "--executor", "l"], ["literal"]),
        (["01-01", "--executor=l"], ["--executor=literal"]),
        (["01-01", "--executor", "=", "l"], ["literal"]),
        (["01-01", "--executor", "="], ["steps", "agent", "literal", "hand"]),
        (["01-01", "--agent", "m"], ["mine"]),
        (["run", "01-01", "--fresh", "--fre"], []),
        (["run", "01-01", ""], []),
        (["lint", ""], [":files"]),
        (["export", "01-01", "-o", ""], [":files"]),
        (["nonsense", "--nonsense", ""], []),
        (["schema", "r"], ["run-file"]),
    ],
)
def test_words_that_can_come_next(project: Sandbox, typed: list[str], found: list[str]) -> None:
    assert sorted(words(project, *typed)) == sorted(found)


def test_every_run_of_a_plan_can_be_meant(project: Sandbox) -> None:
    newest = project.journal
    older = newest.with_name("20200101T000000-000000.jsonl")
    older.write_bytes(newest.read_bytes())
    try:
        assert words(project, "log", "01-01", "--run", "") == [newest.stem, older.stem]
        assert words(project, "report", "--run", "2020") == [older.stem]
    finally:
        older.unlink()


def test_a_plan_whose_id_another_has_goes_by_its_path(sandbox: Sandbox) -> None:
    paths = [f".planning/phases/{folder}/01-01-PLAN.md" for folder in ("01-one", "02-two")]
    for path in paths:
        sandbox.write(path, PLAN)
    assert words(sandbox, "run", "") == paths


def test_nothing_is_said_where_nothing_is_known(project: Sandbox, tmp_path: Path) -> None:
    told = project.gsd_run("completion", "words", ":log", ":", cwd=tmp_path)
    assert (told.status, told.text) == (0, "")
    assert project.gsd_run("completion", "tcsh").status == 2


def in_shell(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"no {name} here")
    return found


def test_in_bash(project: Sandbox) -> None:
    bash = in_shell("bash")
    script = r"""
        eval "$(python -m gsd_run completion bash)"
        gsd-run() { python -m gsd_run "$@"; }
        for typed in "gsd-run stat" "gsd-run log " "gsd-run run 01-" "gsd-run 01-01 --executor = l" \
            'gsd-run run 01-\$'; do
            read -ra COMP_WORDS <<< "$typed"
            [[ $typed == *" " ]] && COMP_WORDS+=("")
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _gsd_run
            printf '<%s>' "${COMPREPLY[@]}"
            eval "true ${COMPREPLY[*]}"
            echo
        done
    """
    told = project.run(bash, "-c", script)
    assert told.text.splitlines() == [
        "<status>",
        "<01-01>",
        "<01-01><01-\\$\\(touch\\ spoilt\\)>",
        "<literal>",
        "<01-\\$\\(touch\\ spoilt\\)>",
    ]
    assert not (project.root / "spoilt").exists()


def at_terminal(project: Sandbox, shell: str, *words: str) -> pexpect.spawn:
    kept = environment(TERM="dumb", HOME=str(project.root.parent), PS1="> ", NO_COLOR="1")
    folder = project.root.parent / "bin"
    folder.mkdir(exist_ok=True)
    program = folder / "gsd-run"
    program.write_text(f'#!/bin/sh\nexec "{TOOLS}/python" -m gsd_run "$@"\n')
    program.chmod(0o755)
    kept["PATH"] = os.pathsep.join([str(folder), kept["PATH"]])
    return pexpect.spawn(shell, [*words], cwd=project.root, env=kept, encoding="utf-8", timeout=30)


def test_in_zsh(project: Sandbox) -> None:
    shell = at_terminal(project, in_shell("zsh"), "-f", "-i")
    shell.sendline("PS1='> '; autoload -U compinit; compinit -u -D; unsetopt zle_bracketed_paste")
    shell.sendline('eval "$(gsd-run completion zsh)"; echo read""y')
    shell.expect("ready")
    shell.send("gsd-run sta\t")
    shell.expect_exact("gsd-run status ")
    shell.sendline('\x15gsd-run log 0\t--task 2 >told; echo end""ed')
    shell.expect("ended")
    shell.close(force=True)
    assert "task 2 (Add the farewell), attempt 1" in project.read("told")
    (project.root / "told").unlink()


def test_in_fish(project: Sandbox) -> None:
    fish = in_shell("fish")
    script = (
        "python -m gsd_run completion fish | source\n"
        "function gsd-run; python -m gsd_run $argv; end\n"
        "complete -C 'gsd-run stat'; complete -C 'gsd-run resume '; "
        "complete -C 'gsd-run log 01-01 --task '"
    )
    done = subprocess.run(
        [fish, "--no-config", "-c", script],
        cwd=project.root,
        env=environment(HOME=str(project.root.parent)),
        capture_output=True,
        text=True,
        check=True,
    )
    told = [line.partition("\t")[0] for line in done.stdout.splitlines()]
    assert told == ["status", "01-01", "1", "2"]
