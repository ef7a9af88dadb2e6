"""Text of reports: in colour on a terminal, as it is anywhere else."""

import re
import sys
from collections.abc import Sequence

from gsd_run.domain.visible import visible

_COLOURS = (
    (re.compile(r"^(?:wave \d+|phase .*|[a-z][a-z -]*)$", re.MULTILINE), "bold"),
    (re.compile(r"^\S+:\d+:.*$", re.MULTILINE), "yellow"),
    (re.compile(r"(?<=  )complete(?=  )"), "green"),
    (re.compile(r"(?<=  )(?:halted|unreadable)(?=  )"), "red"),
    (re.compile(r"(?<=  )superseded(?=  )"), "dim"),
    (re.compile(r"^ *\d+ (?= )", re.MULTILINE), "dim"),
)


def print_coloured(text: str, colours: Sequence[tuple[re.Pattern[str], str]] = _COLOURS) -> None:
    """Print a report; only a terminal gets colours, and keeps its own line breaks."""
    text = visible(text)
    if not sys.stdout.isatty():
        sys.stdout.write(text)
        return
    from rich.console import Console  # noqa: PLC0415 - 60 ms, only where somebody sees it
    from rich.text import Text  # noqa: PLC0415

    shown = Text(text)
    for pattern, style in colours:
        for found in pattern.finditer(text):
            shown.stylize(style, found.start(), found.end())
    Console(highlight=False).print(shown, end="", soft_wrap=True)
