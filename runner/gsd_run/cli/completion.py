"""`gsd-run completion SHELL`: the script that lets a shell complete gsd-run's words.

The script calls `gsd-run completion words` back with what is typed, each word behind a colon, so
that none of them is taken for an option of that call.
"""

import argparse
import os
import sys

from gsd_run.cli.command_line import parser
from gsd_run.cli.completing import FILES, Word, completions


def main(arguments: argparse.Namespace) -> int:
    """Run the command."""
    if arguments.shell == "words":
        typed = [word.removeprefix(":") for word in arguments.typed] or [""]
        for one in completions(parser(), typed):
            sys.stdout.write(_line(one))
        return 0
    folder = os.path.dirname(__file__)  # noqa: PTH120 - pathlib takes long to import
    place = f"{folder}/completion_scripts/gsd-run.{arguments.shell}"
    with open(place, encoding="utf-8") as file:  # noqa: PTH123 - as above
        sys.stdout.write(file.read())
    return 0


def _line(one: Word) -> str:
    """Return a word as the scripts read it; one that would not stay on its line is left out."""
    if one.word == FILES:
        return f"{FILES}\n"
    if not one.word.isprintable():
        return ""
    told = "".join(letter if letter.isprintable() else " " for letter in one.told)
    return f"{one.word}\t{told}\n"
