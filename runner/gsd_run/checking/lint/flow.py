"""A plan's commands in the order they run, each with its folder; Python's own are among them."""

import re
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.checking.harms.folders import Placed, folder_after, joined, placed_calls
from gsd_run.checking.lint.python_code import PythonCode, code_of, read_code
from gsd_run.checking.lint.scripts import Same, run_groups
from gsd_run.checking.lint.subject import Subject
from gsd_run.domain.claim import Claim, Command
from gsd_run.outside.calls import Call
from gsd_run.outside.shell_calls import commands_of

_KEPT = 4096


class Running(Struct, frozen=True, kw_only=True):
    """A command as it runs: of which claim, from which text, in which folder.

    `start` is the character of the text where it stands. With `python`, it is what Python code in
    a command runs, or, without words, the code itself.
    """

    claim: Claim
    command: Command
    placed: Placed
    start: int
    python: PythonCode | None = None

    @property
    def call(self) -> Call:
        """Return the command itself."""
        return self.placed.call

    @property
    def folder(self) -> str | None:
        """Return the folder it runs in, seen from the project's root; None if not known."""
        return self.placed.folder


class _Found(Struct, frozen=True, kw_only=True):
    placed: Placed
    start: int
    python: PythonCode | None = None


def running(subject: Subject) -> tuple[Running, ...]:
    """Return every command that is run, with the folder that the ones before it left."""
    return _running(Same(subject))


@lru_cache(maxsize=2)
def _running(same: Same) -> tuple[Running, ...]:
    return tuple(_each(same.value))


def _each(subject: Subject) -> Iterator[Running]:
    for claim, commands in run_groups(subject):
        folder: str | None = ""
        for command in commands:
            found, after = _placed(command.text, folder)
            for one in found:
                yield Running(
                    claim=claim,
                    command=command,
                    placed=one.placed,
                    start=one.start,
                    python=one.python,
                )
            folder = after


@lru_cache(maxsize=_KEPT)
def _placed(text: str, folder: str | None) -> tuple[tuple[_Found, ...], str | None]:
    commands = commands_of(text)
    if commands is None:
        return (), None
    found: list[_Found] = []
    for placed in placed_calls(commands, folder):
        found.append(_Found(placed=placed, start=placed.call.start))
        found += _python(placed, text)
    return tuple(found), folder_after(commands, folder) if "cd" in text else folder


def _python(placed: Placed, text: str) -> Iterator[_Found]:
    word = code_of(placed.call)
    code = read_code(word.text) if word else None
    if word is None or code is None:
        return
    # A here-document's place is its operator; its text begins on the next line.
    start = word.start if word.source else text.find(word.text, word.start)
    yield _Found(placed=placed, start=start, python=code)
    for run in code.runs:
        at = _line_start(text, start, run.line)
        folder = joined(placed.folder, run.folder) if run.folder else placed.folder
        if run.call is not None:
            call = _moved(run.call, text, start)
            yield _Found(placed=replace(placed, call=call, folder=folder), start=at)
            continue
        commands = commands_of(run.script)
        for inner in placed_calls(commands, folder) if commands else ():
            yield _Found(placed=inner, start=at)


def _moved(call: Call, text: str, start: int) -> Call:
    """Return a call of Python code with its words at the lines where they stand in a text."""
    words = tuple(replace(word, start=_line_start(text, start, word.start)) for word in call.words)
    return replace(call, words=words, arguments=words[len(words) - len(call.arguments) :])


def _line_start(text: str, start: int, line: int) -> int:
    """Return where a line of code begins that itself begins at a character of a text."""
    breaks = [match.end() for match in re.finditer(r"\n", text[start:])]
    return start + breaks[line - 1] if 0 < line <= len(breaks) else start
