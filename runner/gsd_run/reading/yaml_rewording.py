"""One line of invalid YAML in the ways in which its author may have meant it."""

import re
from collections.abc import Iterator

from gsd_run.domain import lazy

_KEYED = lazy.pattern(
    r"""([ ]*(?:-[ ]+)*(?:[\w.@/-]+|"[^"\n]*"|'[^'\n]*')[ ]*:[ ]+)(\S.*?)[ ]*$""", re.ASCII
)
_ITEM = lazy.pattern(r"([ ]*(?:-[ ]+)+)(\S.*?)[ ]*$")
_KEY = lazy.pattern(r"""(?:[\w.-]+|"[^"\n]*"|'[^'\n]*')[ ]*:(?:\s|$)""", re.ASCII)
_TIGHT_KEY = lazy.pattern(r"([ ]*(?:-[ ]+)*[A-Za-z_][\w-]*:)([^\s/:].*)$", re.ASCII)
_TIGHT_ITEM = lazy.pattern(r"([ ]*-)([^\s-].*)$")
_REMARK = lazy.pattern(r"""("[^"]*"|'[^']*')([ ]+\#.*)$""", re.ASCII)
_DOUBLE = lazy.pattern(r'"((?:[^"\\]|\\.)*)"')
_FLOW_ENDS = {"[": "]", "{": "}"}
LONGEST_FLOW = 4000  # characters; on longer lines the search for strings is not worth its time


def rewordings(lines: list[str], i: int) -> Iterator[str]:
    """Yield other wordings of line `i`, the likeliest first; each means one thing to YAML."""
    line = lines[i]
    untabbed = line.expandtabs(2)
    if untabbed != line:
        yield untabbed
    for pattern in (_KEYED, _ITEM):
        match = pattern.match(untabbed)
        if match is None:
            continue
        opening, value = match[1], match[2]
        below = next((other for other in lines[i + 1 :] if other.strip()), "")
        if re.fullmatch(r"[\w-]+:", value) and below.lstrip().startswith("- "):
            yield f"{opening}# {value}"  # the list below belongs to the key
        if value[0] in _FLOW_ENDS:
            yield from (opening + flow for flow in _flows(value))
        remark = _REMARK.fullmatch(value)
        if remark:
            yield opening + quoted(remark[1]) + remark[2]
        yield opening + quoted(value)
    yield from _spaced(untabbed)


def quoted(value: str) -> str:
    """Return a value in single quotes; quotes around all of it are taken off before."""
    outer = value[:1]
    if outer in "\"'" and len(value) > 1 and value.endswith(outer):
        value = value[1:-1]
        # in double quotes, a pair of backslashes and an escaped quote keep their meaning
        value = re.sub(r'\\([\\"])', r"\1", value) if outer == '"' else value.replace("''", "'")
    return "'" + value.replace("'", "''") + "'"


def _flows(value: str) -> Iterator[str]:
    """Yield a list or mapping in brackets with its strings requoted, and with its end."""
    if len(value) > LONGEST_FLOW:
        return
    requoted = _DOUBLE.sub(lambda match: quoted(match[0]), value)
    if requoted != value:
        yield requoted
    end = _FLOW_ENDS[value[0]]
    if not value.endswith(end):
        yield value + end


def _spaced(line: str) -> Iterator[str]:
    """Yield the line with the space after a colon or a dash that YAML wants there."""
    for pattern in (_TIGHT_KEY, _TIGHT_ITEM):
        match = pattern.match(line)
        if match:
            yield f"{match[1]} {match[2]}"


def indented(lines: list[str], i: int) -> Iterator[str]:
    """Yield a key's or an item's line `i` as far in as the ones above it, the nearest first."""
    line = lines[i].expandtabs(2)
    text = line.lstrip()
    if not (_KEY.match(text) or text.startswith("- ")):
        return  # anything else would only be drawn into the value above
    above = [other for other in lines[max(i - 4, 0) : i] if other.strip()]
    widths: list[int] = []
    for other in reversed(above):
        width = len(other) - len(other.lstrip())
        item = re.match(r"[ ]*-[ ]+", other)
        inside = [len(item[0])] if item and not text.startswith("- ") else []
        widths += [*inside, width]
    own = len(line) - len(text)
    for width in dict.fromkeys(widths):
        if width != own:
            yield " " * width + text
