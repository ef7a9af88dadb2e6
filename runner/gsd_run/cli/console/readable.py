"""Output of programs as lines that can be shown: no colours, no movements, nothing that acts."""

from gsd_run.domain import lazy
from gsd_run.domain.visible import visible

LONGEST = 500  # characters of a line

# Colours and movements of a terminal, and titles and links; what is left of others is escaped.
_SEQUENCES = lazy.pattern(
    r"\x1b\[[0-?]{0,40}[ -/]{0,4}[@-~]|\x1b\][^\x07\x1b]{0,400}(?:\x07|\x1b\\)|\x1b[()][0-9A-Z]"
)


def readable(text: str) -> list[str]:
    """Return the lines of what a program printed, as they stood on a terminal at the end.

    A line that was written over by carriage returns shows what stood there last; one that is
    too long shows its end, where what is new is.
    """
    lines = _SEQUENCES.sub("", text.replace("\r\n", "\n")).split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    return [_last_written(line) for line in lines]


def _last_written(line: str) -> str:
    last = line.rstrip("\r").rpartition("\r")[2].rstrip().expandtabs(4)
    cut = last if len(last) <= LONGEST else f"…{last[1 - LONGEST :]}"
    return visible(cut)
