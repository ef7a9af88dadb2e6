"""A rehearsal as text: what each task's steps would change, and the commands that judge it."""

from gsd_run.domain.rehearsal import Rehearsal
from gsd_run.outside.templates import rendered


def rehearsal_text(rehearsal: Rehearsal) -> str:
    """Return a rehearsal for people, in plain text with a line end.

    Lines that begin with `+`, `-` and `@@` are those of diffs; nothing else begins so.
    """
    return rendered("gsd_run.reporting", "rehearsal.txt.j2", {"rehearsal": rehearsal})
