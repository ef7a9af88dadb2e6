"""Quotes and brackets of the shell: what is open at the end of a text, and where comments begin."""

import re
from functools import lru_cache

from gsd_run.domain import lazy

_HEREDOC = lazy.pattern(
    r"(?<![<\w])<<-?\s*(?:'([A-Za-z_]\w*)'|\"([A-Za-z_]\w*)\"|\\?([A-Za-z_]\w*))"
)
_SPECIAL = lazy.pattern(r"[\"'\\#]")
# No quote opens inside a word of English: "doesn't", "it's".
_APOSTROPHE = lazy.pattern(r"(?<=[a-z])'(?=(?:t|s|re|ve|ll|d)\b)")
_JOINS = lazy.pattern(r"(?:\|\|?|&&|\\)\s*$")
_OPENS = lazy.pattern(r"(?:^|[;\n|&(]|\b(?:do|then|else)\b)\s*(if|for|while|until|case)\b")
_CLOSES = lazy.pattern(r"(?:^|[;\n]|\b(?:do|then|else)\b)\s*(fi|done|esac)\b")


def open_quote(text: str, quote: str = "") -> str:
    """Return the quote that is open after a text, "" for none; `quote` is open before it."""
    skip = False
    for place, character in enumerate(text):
        if skip:
            skip = False
        elif character == "\\" and quote != "'":
            skip = True
        elif quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = "" if _APOSTROPHE.match(text, place) else character
    return quote


def bare(text: str) -> str:
    """Return a text of the same length with what stands in quotes or comments blotted out."""
    return _scanned(text)[0]


@lru_cache(maxsize=4096)
def _scanned(text: str) -> tuple[str, str, int]:
    """Return the bare text, the quote open at its end, and where the last comment begins."""
    if not _SPECIAL.search(text):
        return text, "", -1
    found: list[str] = []
    quote, skip, comment, begins = "", False, False, -1
    for place, character in enumerate(text):
        hidden = skip or bool(quote)
        if comment:
            comment = character != "\n"
            hidden = comment
        elif skip:
            skip = False
        elif character == "\\" and quote != "'":
            skip = True
        elif quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = "" if _APOSTROPHE.match(text, place) else character
        elif character == "#" and (place == 0 or text[place - 1].isspace()):
            comment, begins, hidden = True, place, True
        found.append(" " if comment else "_" if hidden and character != "\n" else character)
    return "".join(found), quote, begins if comment else -1


def without_comment(line: str) -> tuple[str, str]:
    """Part a line of a script from the comment at its end: (command, comment)."""
    begins = _scanned(line)[2]
    if begins < 0:
        return line, ""
    return line[:begins].rstrip(), line[begins:].strip("# \t")


def goes_on(text: str) -> bool:
    """Tell whether bash would wait for more lines: a quote, list, loop or document is open."""
    commands = _without_documents(text)
    if commands is None:
        return True
    plain, quote, _ = _scanned(commands)
    if quote or _JOINS.search(plain) or re.search(r"(?<!\\)\\$", text):
        return True
    if len(_OPENS.findall(plain)) > len(_CLOSES.findall(plain)):
        return True
    brackets = plain.count("(") - plain.count(")")
    return (brackets > 0 and "case" not in plain) or plain.count("{") > plain.count("}")


def _without_documents(text: str) -> str | None:
    """Return a text without the bodies of its here-documents, None if one has not ended."""
    kept: list[str] = []
    lines = iter(text.split("\n"))
    for line in lines:
        kept.append(line)
        if match := _HEREDOC.search(line):
            mark = match[1] or match[2] or match[3]
            if not any(one.strip() == mark for one in lines):
                return None
    return "\n".join(kept)
