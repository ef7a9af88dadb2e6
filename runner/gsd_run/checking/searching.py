r"""A plan's pattern looked for in a text: literally, or as an expression in bounded time.

Plans write both, without saying which. What stands there literally is found. Where it does not,
the pattern counts as a regular expression only if it has something in it that code has not
(`.*`, `\\(`, `^`, a class); otherwise a match of it as an expression leaves open what was meant:
`string | null` as an expression matches any null.
"""

import re

from msgspec import Struct

PATTERN_SECONDS = 2.0  # for one search of a plan's regular expression
_EXPRESSION = re.compile(
    r"\\[\w.()\[\]{}*+?^$|/-]|\.[*+?]|^\^|\$$|\[[^\]]+\][*+?{]|\(\?|[\w)\]]\|[\w(\[\\]"
)


class Found(Struct, frozen=True, kw_only=True):
    """Where a pattern stands as `file:line`, "" if nowhere, or why that can't be told."""

    place: str = ""
    doubt: str = ""


def search(pattern: str, text: str, path: str) -> Found:
    """Look for a pattern in the text of a file."""
    position = text.find(pattern)
    if pattern.strip() and position >= 0:
        return Found(place=_place(path, text, position))
    return _search_expression(pattern, text, path)


def _search_expression(pattern: str, text: str, path: str) -> Found:  # noqa: PLR0911
    import regex  # noqa: PLC0415 - only plans with patterns pay for it

    try:
        if regex.search(pattern, "", timeout=PATTERN_SECONDS):
            return Found(doubt=f"the pattern {pattern!r} matches any text, so it shows nothing")
        match = regex.search(pattern, text, flags=regex.MULTILINE, timeout=PATTERN_SECONDS)
    except regex.error as error:
        told = f"the pattern {pattern!r} is malformed as an expression: {error}"
        return Found(doubt=told if _EXPRESSION.search(pattern) else "")
    except TimeoutError:
        return Found(doubt=f"the pattern {pattern!r} takes too long to search for")
    if match is None:
        return Found()
    place = _place(path, text, match.start())
    if not match[0].strip():
        return Found(doubt=f"the pattern {pattern!r} matches blanks, so it shows nothing")
    if not _EXPRESSION.search(pattern):
        told = f"{pattern!r} stands nowhere as it is; as an expression it would match at {place}"
        return Found(doubt=told)
    return Found(place=place)


def _place(path: str, text: str, position: int) -> str:
    return f"{path}:{text.count(chr(10), 0, position) + 1}"
