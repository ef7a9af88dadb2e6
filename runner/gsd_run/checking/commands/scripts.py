"""A script as plans write it: its logical lines, prompts taken off, comments set apart."""

import textwrap
from collections.abc import Callable

from gsd_run.checking.commands.quoting import goes_on
from gsd_run.domain import lazy

LONGEST = 400  # lines that one command may have; a quote open for longer is an apostrophe
MOST_ENDLESS = 3  # lines that begin a command without an end, until lines are taken as they are
PROMPT = lazy.pattern(r"^(?:\$|%|❯|>)\s+(?=[\w./(!])")


def logical_lines(text: str, begins: Callable[[str], bool]) -> list[tuple[int, str]]:
    """Cut a text into (number of its first line from 0, line); what the shell joins is one.

    `begins` tells which lines begin a command; the others stand alone, whatever is open in them.
    """
    lines = text.split("\n")
    found: list[tuple[int, str]] = []
    number = endless = 0
    while number < len(lines):
        line = lines[number]
        if not line.strip():
            number += 1
            continue
        end = number + 1
        if endless < MOST_ENDLESS and begins(line):
            end = _end(lines, number)
            endless += end == number + 1 and goes_on(line)
        found.append((number, "\n".join(lines[number:end])))
        number = end
    return found


def _end(lines: list[str], number: int) -> int:
    """Return the line behind a command's last; a command that never ends is one line long."""
    for end in range(number + 1, min(len(lines), number + LONGEST) + 1):
        if not goes_on("\n".join(lines[number:end])):
            return end
    return number + 1


def dedented(text: str) -> str:
    """Take off the indentation that all lines share, or all but the first behind its tag."""
    if text.startswith("\n"):
        return textwrap.dedent(text).strip("\n")
    first, newline, rest = text.partition("\n")
    return first.lstrip() + newline + textwrap.dedent(rest)


def shares_indent(text: str) -> int:
    """Return how many characters of indentation all lines but the empty ones share."""
    lines = [line for line in text.split("\n") if line.strip()]
    return min((len(line) - len(line.lstrip()) for line in lines), default=0)
