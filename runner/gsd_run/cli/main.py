"""`gsd-run`: words to commands, errors to exit codes. Handlers are imported when called."""

import argparse
import importlib
import io
import os
import sys
from collections.abc import Callable, Sequence

from gsd_run.cli.command_line import names, parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # where not all letters can be written
    words = list(sys.argv[1:] if argv is None else argv)
    # By itself it would take the word behind it for its value.
    words = ["--sandbox=yes" if word == "--sandbox" else word for word in words]
    reader = parser()
    arguments = reader.parse_args(_with_command(words, names(reader)))
    if arguments.command is None:
        reader.print_help()
        return 2
    try:
        status = _handler(arguments.command)(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        print(f"interrupted{_way_on(arguments.command)}", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Whoever read our output has seen enough; the interpreter must not flush into the void.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _unheard(arguments.command)
    except Exception as error:  # noqa: BLE001 - the last place that can turn it into a status
        return _told(error, arguments.command)
    return status


def executor() -> int:
    """Be `gsd-run run -` in one word: some shells don't split the setting that names a command."""
    return main(["run", "-", *sys.argv[1:]])


def _unheard(command: str) -> int:
    """Return the exit status of what ended because its reader went: a run is interrupted by it."""
    if not _way_on(command):
        return 1
    print(f"nobody reads what is told any more, so it ended{_way_on(command)}", file=sys.stderr)
    return 130


def _told(error: Exception, command: str) -> int:
    """Tell what went wrong, and return the exit status; only errors pay for these imports."""
    from gsd_run.domain.errors import GsdRunError  # noqa: PLC0415
    from gsd_run.domain.visible import visible  # noqa: PLC0415
    from gsd_run.running.failing_disk import is_machines  # noqa: PLC0415

    if isinstance(error, GsdRunError):
        print(visible(error.message), file=sys.stderr)
        return error.exit_code
    if isinstance(error, OSError) and is_machines(error):
        where = f"{error.filename}: " if error.filename else ""
        print(visible(f"{where}{error.strerror}"), file=sys.stderr)
        return 3
    import traceback  # noqa: PLC0415

    traceback.print_exception(error)
    print(f"this is a bug of gsd-run{_way_on(command)}", file=sys.stderr)
    return 70


def _way_on(command: str) -> str:
    """Say how to go on after a stop, where there is something to go on with."""
    return "; `gsd-run resume` goes on" if command in {"run", "resume", "answer"} else ""


def _with_command(words: list[str], commands: tuple[str, ...]) -> list[str]:
    """Put in `run` where a plan stands in the command's place."""
    first = next((word for word in words if not word.startswith("-")), None)
    if first is None or first in commands or {"-h", "--help", "--version"} & set(words[:1]):
        return words
    return ["run", *words]


def _handler(command: str) -> Callable[[argparse.Namespace], int]:
    module = importlib.import_module(f"gsd_run.cli.{command}")
    handler: Callable[[argparse.Namespace], int] = module.main
    return handler
