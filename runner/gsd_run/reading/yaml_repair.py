"""Invalid YAML of plans, mended line by line, each mend told.

Models write frontmatter as if quotes were decoration: text after a closing quote, the escapes of
regular expressions in double quotes, a colon or a backtick at the wrong place. Re-quoting the
value that the parser stumbles over (its mark may stand up to two lines below) recovers nearly all.
"""

import re

from gsd_run.domain.plan import Finding
from gsd_run.reading.yaml_nodes import Node, Unreadable, compose

MOST_MENDS = 60  # each costs one more parse; the bound keeps the whole linear

_NOT_PRINTABLE = re.compile("[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_KEYED = re.compile(
    r"""([ ]*(?:-[ ]+)*(?:[\w.@/-]+|"[^"\n]*"|'[^'\n]*')[ ]*:[ ]+)(\S.*?)[ ]*$""", re.ASCII
)
_ITEM = re.compile(r"([ ]*(?:-[ ]+)+)(\S.*?)[ ]*$")


def compose_mended(text: str, path: str, first_line: int = 1) -> tuple[Node | None, list[Finding]]:
    """Return the nodes of the text and a warning for every line that had to be changed for it.

    A line that no mend helps is left out, with a warning of its own; text that stays invalid
    altogether gives None.
    """
    warnings = []
    clean = _NOT_PRINTABLE.sub(" ", text)
    if clean != text:
        offset = next(i for i, (a, b) in enumerate(zip(text, clean, strict=True)) if a != b)
        line = first_line + text.count("\n", 0, offset)
        warnings.append(
            Finding(path=path, line=line, message="characters that YAML forbids are read as spaces")
        )
    lines = clean.split("\n")
    for _ in range(MOST_MENDS):
        try:
            return compose("\n".join(lines), first_line), warnings
        except Unreadable as trouble:
            mend = _mend(lines, trouble, first_line, path)
            if mend is None:
                warnings.append(_left_out(path, trouble))
                return None, warnings
            warnings.append(mend)
    warnings.append(
        Finding(path=path, line=first_line, message=f"more than {MOST_MENDS} lines are no YAML")
    )
    return None, warnings


def _left_out(path: str, trouble: Unreadable) -> Finding:
    message = f"not understood as YAML: {trouble.message}; write it anew"
    return Finding(path=path, line=trouble.line, message=message)


def _mend(lines: list[str], trouble: Unreadable, first_line: int, path: str) -> Finding | None:
    """Change one of the lines so that the parser gets further; return what was done, if so."""
    marked = min(trouble.line - first_line, len(lines) - 1)
    began = min(trouble.first - first_line, len(lines) - 1)
    near = [i for i in dict.fromkeys((marked, marked - 1, marked - 2, began)) if i >= 0]
    for offset in near:
        before = lines[offset]
        for after in _rewordings(before):
            lines[offset] = after
            if _reaches_further(lines, trouble, first_line):
                message = f"no YAML as it stands ({trouble.message}); read as {after.strip()}"
                return Finding(path=path, line=offset + first_line, message=message)
        lines[offset] = before
    for offset in near:
        if lines[offset].strip():
            lost, lines[offset] = lines[offset], ""
            if _reaches_further(lines, trouble, first_line):
                message = f"no YAML ({trouble.message}); left out: {lost.strip()}"
                return Finding(path=path, line=offset + first_line, message=message)
            lines[offset] = lost
    return None


def _reaches_further(lines: list[str], trouble: Unreadable, first_line: int) -> bool:
    try:
        compose("\n".join(lines), first_line)
    except Unreadable as next_trouble:
        return next_trouble.line > trouble.line
    return True


def _rewordings(line: str) -> list[str]:
    """Return the line with its value quoted, by the ways in which it may have been meant."""
    untabbed = line.expandtabs(2)
    found = [] if untabbed == line else [untabbed]
    for pattern in (_KEYED, _ITEM):
        match = pattern.match(untabbed)
        if match:
            found.append(match[1] + _quoted(match[2]))
    return found


def _quoted(value: str) -> str:
    outer = value[:1]
    if outer in "\"'" and len(value) > 1 and value.endswith(outer):
        value = value[1:-1]
        # in double quotes, a pair of backslashes and an escaped quote keep their meaning
        value = re.sub(r'\\([\\"])', r"\1", value) if outer == '"' else value.replace("''", "'")
    return "'" + value.replace("'", "''") + "'"
