"""`gsd-run status`: where the plans stand, and what to type next.

It is asked often, and by prompts: so it imports only what it needs, and that is little.
"""

import argparse
import os
import re
import sys

from gsd_run.domain import lazy
from gsd_run.domain.standing import Overview, Standing
from gsd_run.domain.visible import visible
from gsd_run.reporting.status import plan_status_text, status_json, status_text
from gsd_run.running.looking.overview import overview

_COLOURS = (
    (lazy.pattern(r"^\S.*$", re.MULTILINE), "bold"),
    (lazy.pattern(r"(?<=  )complete(?=[ ,])"), "green"),
    (lazy.pattern(r"(?<=  )(?:running|ready)(?=  )"), "cyan"),
    (lazy.pattern(r"(?<=  )(?:stopped|waits for you|half taken back)(?=  )"), "yellow"),
    (lazy.pattern(r"(?<=  )(?:halted|unreadable)(?= |$)", re.MULTILINE), "red"),
)


def main(arguments: argparse.Namespace) -> int:
    """Run the command."""
    root = project_root()
    seen = overview(root)
    wanted: str | None = arguments.plan
    if wanted is None:
        plans, one = seen.plans, None
    else:
        plans = _meant(wanted, seen) or _found(wanted, seen, root)
        one = plans[0] if len(plans) == 1 and not _is_phase(wanted, plans[0]) else None
    known = {one.plan.path for one in seen.plans}
    shown = {"", *(one.plan.path for one in plans)}
    troubles = tuple(one for one in seen.troubles if one.plan in shown or one.plan not in known)
    told = Overview(plans, seen.holder, troubles)
    if arguments.json:
        text = status_json(told)
    elif one:
        text = plan_status_text(one)
    else:
        text = status_text(told, all_plans=arguments.all or wanted is not None)
    _print(visible(text))
    for trouble in troubles:
        print(visible(trouble.told), file=sys.stderr)
    return 3 if troubles else 0


def project_root() -> str:
    """Return the project that the current folder is in.

    Raises:
        UsageError: it is in none.
    """
    folder = os.path.realpath(os.getcwd())  # noqa: PTH109 - pathlib takes long to import
    while not os.path.isdir(f"{folder}/.planning"):  # noqa: PTH112 - as above
        above = os.path.dirname(folder)  # noqa: PTH120 - as above
        if above == folder or os.path.exists(f"{folder}/.git"):  # noqa: PTH110 - as above
            from pathlib import Path  # noqa: PLC0415 - it says what is missing

            from gsd_run.reading.locating import find_root  # noqa: PLC0415 - as above

            return str(find_root(Path.cwd()))
        folder = above
    return folder


def _meant(wanted: str, seen: Overview) -> tuple[Standing, ...]:
    """Return the plan or the plans of the phase that a plain name means without a doubt."""
    if not re.fullmatch(r"[\w.-]+", wanted) or os.path.exists(wanted):  # noqa: PTH110 - as above
        return ()
    plans = tuple(one for one in seen.plans if one.plan.id == wanted)
    if plans:
        return plans if len(plans) == 1 else ()
    phase = tuple(one for one in seen.plans if _is_phase(wanted, one))
    return phase if len({one.plan.folder for one in phase}) == 1 else ()


def _is_phase(wanted: str, one: Standing) -> bool:
    """Tell whether a name is that of a plan's phase: its folder's, or the number before that."""
    phase = one.plan.phase
    return wanted == phase or (wanted.isdecimal() and phase.startswith(f"{wanted}-"))


def _found(wanted: str, seen: Overview, root: str) -> tuple[Standing, ...]:
    """Return the plan, or else the plans of the phase, that goes by a name in any of its forms."""
    from pathlib import Path  # noqa: PLC0415 - the plain names come without

    from gsd_run.domain.errors import UsageError  # noqa: PLC0415 - as above
    from gsd_run.reading.locating import locate  # noqa: PLC0415 - as above
    from gsd_run.reading.phases import phase_plans  # noqa: PLC0415 - as above

    place, cwd = Path(root), Path.cwd()
    try:
        found = phase_plans(wanted, place, cwd)
    except UsageError:
        found = (locate(wanted, place, cwd),)
    paths = {path.relative_to(place).as_posix() for path in found if path.is_relative_to(place)}
    plans = tuple(one for one in seen.plans if one.plan.path in paths)
    if not plans:
        raise UsageError(f"{wanted}: that is no *-PLAN.md file of the project {root}")
    return plans


def _print(text: str) -> None:
    if sys.stdout.isatty():
        from gsd_run.cli.coloured import print_coloured  # noqa: PLC0415 - rich, only where it shows

        print_coloured(text, _COLOURS)
    else:
        sys.stdout.write(text)
