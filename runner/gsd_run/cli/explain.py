"""`gsd-run explain PLAN [CLAIM]`: which checks each claim got, by which rule; nothing runs."""

import argparse
import difflib
import sys
from collections.abc import Sequence
from pathlib import Path

from gsd_run.checking.compiling.adaptations import shown
from gsd_run.checking.compiling.compile import compile_plan
from gsd_run.cli.coloured import print_coloured
from gsd_run.domain.claim import Claim
from gsd_run.domain.errors import UsageError
from gsd_run.domain.visible import visible
from gsd_run.reading.locating import find_root, locate, run_file_path
from gsd_run.reading.plan import read_plan
from gsd_run.reading.run_file import read_run_file
from gsd_run.reporting.explanation import explained_json, explained_text

CLOSE = 5  # ids that a message about an unknown one names


def main(arguments: argparse.Namespace) -> int:
    """Run the command."""
    file, name, root = _place(arguments.plan)
    plan = read_plan(file.read_bytes(), name)
    beside = run_file_path(file)
    # A run file belongs to a project; elsewhere the plan is explained as it stands.
    known = root is not None and beside.is_file()
    run_file = read_run_file(beside.read_bytes(), _name(beside, root)) if known else None
    claims = _asked_for(compile_plan(plan, run_file, root).claims, arguments.claim)
    if arguments.json:
        sys.stdout.write(visible(shown(explained_json(plan, claims))))
    else:
        print_coloured(shown(explained_text(plan, claims)))
    return 0


def _place(given: str) -> tuple[Path, str, Path | None]:
    """Return a plan's file, the path that it goes by, and its project's root, if it has one."""
    cwd = Path.cwd()
    try:
        root = find_root(cwd)
    except UsageError:
        if not Path(given).is_file():
            raise
        return Path(given), given, None
    file = locate(given, root, cwd)
    if file.is_relative_to(root):
        return file, _name(file, root), root
    return file, given, None


def _name(file: Path, root: Path | None) -> str:
    return file.relative_to(root).as_posix() if root and file.is_relative_to(root) else str(file)


def _asked_for(claims: Sequence[Claim], wanted: str | None) -> list[Claim]:
    """Return the claim of an id with those that stand beside it; without an id, all."""
    if wanted is None:
        return list(claims)
    found = [one for one in claims if one.id == wanted or one.id.startswith(f"{wanted}.")]
    if not found:
        ids = [one.id for one in claims]
        close = difflib.get_close_matches(wanted, ids, n=CLOSE, cutoff=0.0)
        listed = "\n".join(f"  {one}" for one in close) or "  (the plan makes no claim)"
        raise UsageError(f"no claim {wanted!r} in this plan; the closest are:\n{listed}")
    return found
