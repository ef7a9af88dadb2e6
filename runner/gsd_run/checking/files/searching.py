r"""A plan's pattern looked for in a text: literally, or as an expression in bounded time.

Plans write both, without saying which. What stands there literally is found, whatever its quotes
and blanks. Where it does not, the pattern counts as a regular expression only if it has something
in it that code has not (`.*`, `\\(`, `^`, a class); otherwise a match of it as an expression
leaves open what was meant: `string | null` as an expression matches any null.
"""

import re
from collections.abc import Callable, Iterator

from msgspec import Struct

from gsd_run.domain import lazy

PATTERN_SECONDS = 1.0  # for one search of a plan's regular expression
_MOST_HITS = 500  # of one pattern in one text that are looked at
_EXPRESSION = lazy.pattern(
    r"\\[\w.()\[\]{}*+?^$|/-]|\.[*+?]|^\^|\$$|\[[^\]]+\][*+?{]|\(\?|[\w)\]]\|[\w(\[\\]"
    r"|\[(?:\^|[aA0]-)[^\]]*$"  # a class that is not closed
)
# A pattern that matches this matches nearly any line.
_PROBE = "qzx 7"

Accept = Callable[[int, int], bool]


class Found(Struct, frozen=True, kw_only=True):
    """Where a pattern stands as `file:line`, "" if nowhere, or why that can't be told.

    `refused` is the first place whose match was not accepted as what is meant. A `hopeless`
    pattern can't be searched for in any text.
    """

    place: str = ""
    doubt: str = ""
    refused: str = ""
    hopeless: bool = False


class _Form(Struct, frozen=True, kw_only=True):
    """One way to read a pattern; `meant` tells that this reading is plausible by itself."""

    expression: str
    literal: bool = False
    meant: bool = True


def search(
    pattern: str,
    text: str,
    path: str,
    *,
    accept: Accept | None = None,
    ignore_case: bool = False,
    expression: bool = False,
) -> Found:
    """Look for a pattern in the text of a file; `accept` is asked of each match's characters.

    `expression` tells that the plan calls it a regular expression, so that there is no doubt.
    """
    refused = ""
    for form in _forms(pattern, expression=expression):
        try:
            found = _first(form, text, accept, ignore_case=ignore_case)
        except _Unclear as unclear:
            told = f"the pattern {pattern!r} {unclear}"
            return Found(doubt=told, refused=refused, hopeless=True)
        if found is None:
            continue
        accepted, position = found
        place = _place(path, text, position)
        if not accepted:
            refused = refused or place
        elif not form.meant:
            told = f"{pattern!r} stands nowhere as it is; as an expression it would match"
            return Found(doubt=f"{told} at {place}", refused=refused)
        else:
            return Found(place=place)
    return Found(refused=refused)


def is_expression(pattern: str) -> bool:
    """Tell whether a pattern has something in it that only regular expressions have."""
    return bool(_EXPRESSION.search(pattern))


class _Unclear(Exception):
    """The pattern can't be searched for, or shows nothing where it matches."""


def _forms(pattern: str, *, expression: bool) -> Iterator[_Form]:
    if not pattern.strip():
        return
    yield _Form(expression=re.escape(pattern), literal=True)
    loose = _loosened(pattern)
    if loose != re.escape(pattern):
        yield _Form(expression=loose, literal=True)
    yield _Form(expression=pattern, meant=expression or is_expression(pattern))
    if r"\|" in pattern:  # as grep writes alternatives
        yield _Form(expression=pattern.replace(r"\|", "|"))
    if "\\\\" in pattern:  # escaped once for YAML, which had no need of it
        yield _Form(expression=pattern.replace("\\\\", "\\"))


def _loosened(pattern: str) -> str:
    """Return a literal as an expression to which all quotes, and all blanks, are the same."""
    pieces = re.split(r"(\s+|[\"'`])", pattern.strip())
    return "".join(
        r"\s+" if piece.isspace() else "[\"'`]" if piece in {'"', "'", "`"} else re.escape(piece)
        for piece in pieces
        if piece
    )


def _first(
    form: _Form, text: str, accept: Accept | None, *, ignore_case: bool
) -> tuple[bool, int] | None:
    """Return the first match that is accepted, else the first one, else None."""
    import regex  # noqa: PLC0415 - only plans with patterns pay for it

    flags = regex.MULTILINE | (regex.IGNORECASE if ignore_case else 0)
    first: int | None = None
    try:
        for probe in () if form.literal else ("", _PROBE) if form.meant else ("",):
            if regex.search(form.expression, probe, timeout=PATTERN_SECONDS):
                near = "nearly " if probe else ""
                raise _Unclear(f"matches {near}any text, so it shows nothing")
        matches = regex.finditer(form.expression, text, flags=flags, timeout=PATTERN_SECONDS)
        for number, match in enumerate(matches):
            if not match[0].strip():
                raise _Unclear("matches blanks, so it shows nothing")
            if accept is None or accept(match.start(), match.end()):
                return True, match.start()
            first = match.start() if first is None else first
            if number > _MOST_HITS:
                break
    except regex.error as error:
        if form.meant:
            raise _Unclear(f"is malformed as an expression: {error}") from None
        return None
    except TimeoutError:
        raise _Unclear("takes too long to search for") from None
    return None if first is None else (False, first)


def _place(path: str, text: str, position: int) -> str:
    return f"{path}:{text.count(chr(10), 0, position) + 1}"
