"""What a person, or a program, is given to see while a plan is carried out."""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from gsd_run.cli.console.plain import JsonLines, OnlyWrong, PlainLines, write, write_aside
from gsd_run.running.carrying import Watcher

__all__ = ["Mode", "mode_of", "watcher", "write", "write_aside"]

# "lines" is a log, which a terminal gets below a live view.
Mode = Literal["lines", "verbose", "quiet", "json"]


def mode_of(arguments: argparse.Namespace) -> Mode:
    """Return which output the options of a command ask for."""
    if getattr(arguments, "json", False):
        return "json"
    return "quiet" if arguments.quiet else "verbose" if arguments.verbose else "lines"


@contextmanager
def watcher(mode: Mode = "lines") -> Iterator[Watcher]:
    """Give whoever looks on: a live view on a terminal that can show one, else lines."""
    verbose = mode == "verbose"
    if mode == "json":
        yield JsonLines()
    elif mode == "quiet":
        yield OnlyWrong()
    elif not sys.stdout.isatty() or os.environ.get("TERM", "dumb") in {"dumb", "unknown", ""}:
        yield PlainLines(verbose=verbose)
    else:
        from gsd_run.cli.console.live import live_view  # noqa: PLC0415 - only where it is seen

        with live_view(verbose=verbose) as view:
            yield view
