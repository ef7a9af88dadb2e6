"""`gsd-run show PLAN`: a plan as a run would take it."""

import argparse
import sys
from collections import Counter
from pathlib import Path

from gsd_run.cli.coloured import print_coloured
from gsd_run.domain.errors import UsageError
from gsd_run.domain.plan import Plan
from gsd_run.domain.visible import visible
from gsd_run.reading.locating import find_root, locate
from gsd_run.reading.plan import read_plan


def main(arguments: argparse.Namespace) -> int:
    """Run the command."""
    file, name, root = _place(arguments.plan)
    plan = read_plan(file.read_bytes(), name)
    if arguments.json:
        import msgspec  # noqa: PLC0415 - loaded already by the reader; named where it is used

        text = msgspec.json.format(msgspec.json.encode(plan), indent=2).decode("utf-8", "replace")
        sys.stdout.write(visible(text + "\n"))
        return 0
    from gsd_run.reporting.plan import plan_text  # noqa: PLC0415

    print_coloured(plan_text(plan, _commands(plan, root)))
    return 0


def _place(given: str) -> tuple[Path, str, Path]:
    """Return a plan's file, the path that it goes by, and the folder that its paths start from.

    A plan of this project goes by its path from the root, any other file by what was given.
    """
    cwd = Path.cwd()
    try:
        root = find_root(cwd)
    except UsageError:
        if not Path(given).is_file():
            raise
        return Path(given), given, Path(given).resolve().parent
    file = locate(given, root, cwd)
    if file.is_relative_to(root):
        return file, file.relative_to(root).as_posix(), root
    return file, given, file.parent


def _commands(plan: Plan, root: Path) -> Counter[int]:
    """Return how many commands the claims of each task hold."""
    from gsd_run.checking.compiling.compile import compile_plan  # noqa: PLC0415 - not needed for --json

    counted: Counter[int] = Counter()
    for claim in compile_plan(plan, None, root).claims:
        if claim.task is not None:
            counted[claim.task] += len(claim.commands)
    return counted
