"""The words of the command line: every command with its options, and what is said of them."""

import argparse

from gsd_run import __version__
from gsd_run.cli.command_line import carrying_out, going_back, judging, reading, serving, telling

_ABOUT = """\
Carry a GSD plan out, task by task, and write its summary from what was measured.

A plan is a claim; a run is the evidence. gsd-run makes each task's change, runs the plan's own
checks, judges every claim PROVEN, REFUTED or UNPROVEN, commits task by task, and keeps a journal
from which a stopped run goes on.
"""
_ENDS = """\
examples:
  gsd-run 12-GAP-01             carry the plan out, or go on with it
  gsd-run 03-02 --agent codex   let a coding agent make the changes
  gsd-run resume                go on with the run that stopped
  gsd-run check 12-GAP-01       judge the tree as it is, changing nothing

exit status:
  0 finished, nothing refuted   1 a task or claim failed     2 usage, plan or run file invalid
  3 the repository refuses      10 waits for a person        130 interrupted (resumable)
"""


def parser() -> argparse.ArgumentParser:
    """Return what reads the words of the command line, a command each."""
    words = argparse.ArgumentParser(
        prog="gsd-run",
        description=_ABOUT,
        epilog=_ENDS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    words.add_argument("--version", action="version", version=f"gsd-run {__version__}")
    commands = words.add_subparsers(dest="command", metavar="COMMAND")
    for room in (carrying_out, judging, telling, reading, going_back, serving):
        room.add(commands)
    return words


def names(words: argparse.ArgumentParser) -> tuple[str, ...]:
    """Return the names of all commands that a parser knows."""
    commands = next(one for one in words._actions if one.dest == "command")  # noqa: SLF001
    return tuple(commands.choices or ())
