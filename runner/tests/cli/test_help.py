"""Help: every command says what it does to the tree, how it ends, and gives two examples."""

import re
import shlex

import pytest
from gsd_run.cli.command_line import names, parser
from gsd_run.cli.main import main

COMMANDS = names(parser())


def helped(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    return capsys.readouterr().out


def examples_in(told: str) -> list[str]:
    """Return the words of the examples: each line of them up to two spaces."""
    _, _, behind = told.partition("\nexamples:\n")
    lines = behind.partition("\n\n")[0].splitlines()
    return [line.strip().partition("  ")[0] for line in lines]


@pytest.mark.parametrize("command", COMMANDS)
def test_examples_are_taken_by_the_real_parser(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    examples = examples_in(helped(command, capsys))
    assert len(examples) >= 2, f"{command}: give it two examples, in command() or described.py"
    for example in examples:
        words = shlex.split(example.partition(" | ")[0])
        assert words[:2] == ["gsd-run", command]
        assert parser().parse_args(words[1:]).command == command


@pytest.mark.parametrize("command", COMMANDS)
def test_the_tree_and_the_ends_are_told(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = helped(command, capsys)
    assert "\nexit status:\n  0 " in told, f"{command}: say how it ends, in described.py"
    description = (
        told.partition("\n\n")[2].partition("\n\npositional")[0].partition("\n\noptions")[0]
    )
    assert len(description.split("\n\n")) == 2, f"{command}: say what happens to the tree"
    assert max(map(len, told.splitlines())) <= 120


@pytest.mark.parametrize("command", COMMANDS)
def test_every_word_is_explained(command: str) -> None:
    room = next(one for one in parser()._actions if one.dest == "command")
    for action in room.choices[command]._actions:
        name = "/".join(action.option_strings) or action.metavar
        assert action.help, f"{command}: what is {name}?"


def test_statuses_are_those_of_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    for command in COMMANDS:
        _, _, ends = helped(command, capsys).partition("exit status:\n")
        numbers = [int(line.split()[0]) for line in ends.splitlines() if line.strip()]
        assert numbers == sorted(numbers)
        assert set(numbers) <= {0, 1, 2, 3, 10, 70, 130}


def test_the_first_help_names_every_command() -> None:
    told = parser().format_help()
    for command in COMMANDS:
        assert re.search(rf"^    {command}(?= |$)", told, re.MULTILINE)
