"""What a mend is: texts to be replaced within one claim, and why."""

from collections.abc import Callable, Iterable

from msgspec import Struct

from gsd_run.checking.compiling.wording import Wording
from gsd_run.checking.lint.subject import Subject


class Fix(Struct, frozen=True, kw_only=True):
    """Replacements that belong together; the first of each pair stands once in the claim."""

    pairs: tuple[tuple[str, str], ...]
    reason: str


Fixer = Callable[[Subject, Wording], Iterable[Fix]]


def pair(text: str, start: int, end: int, new: str) -> tuple[str, str]:
    """Return (old, new) for a stretch of a text, with as much around it as makes it unique."""
    old = text[start:end]
    while text.count(old) > 1 and (start > 0 or end < len(text)):
        wider_start = _word_before(text, start)
        wider_end = _word_after(text, end) if wider_start == start else end
        if (wider_start, wider_end) == (start, end):  # alone on the last line: take the one above
            wider_start = max(text.rfind("\n", 0, max(start - 1, 0)), 0)
        new = text[wider_start:start] + new + text[end:wider_end]
        start, end = wider_start, wider_end
        old = text[start:end]
    return old, new


def _word_before(text: str, place: int) -> int:
    """Return where the word before a place begins, on the same line."""
    line = text.rfind("\n", 0, place) + 1
    before = text[line:place].rstrip()
    return line + max(before.rfind(" ") + 1, 0) if before else place


def _word_after(text: str, place: int) -> int:
    """Return where the word after a place ends."""
    while place < len(text) and text[place].isspace():
        place += 1
    while place < len(text) and not text[place].isspace():
        place += 1
    return place
