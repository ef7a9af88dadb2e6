r"""Texts of plans, files and outputs as they may be shown: nothing in them acts on who reads them.

A terminal obeys escape sequences, a reader is misled by characters that turn a line around or that
can't be seen. Such characters are written as JSON escapes them (`\u001b`), so that they show.
"""

import unicodedata

from gsd_run.domain import lazy

# Most texts have none of these: control, format, surrogate and line-separating characters.
_SUSPECT = lazy.pattern(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff"
    "\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_JOINERS = frozenset("\u200c\u200d")  # within words of some scripts, and within emoji


def visible(text: str) -> str:
    """Return a text in which what can't be seen, or would act on a terminal, is escaped.

    Line ends and tabs stay as they are.
    """
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n")
    return _SUSPECT.sub(lambda found: _escaped(text, found.start()), text)


def _escaped(text: str, at: int) -> str:
    one = text[at]
    beside = text[max(0, at - 1) : at] + text[at + 1 : at + 2]
    if one in _JOINERS and len(beside) > 1 and not any(map(_is_plain, beside)):
        return one
    number = ord(one)
    if number > 0xFFFF:  # noqa: PLR2004 - as JSON writes it: by two surrogates
        high, low = divmod(number - 0x10000, 0x400)
        return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
    return f"\\u{number:04x}"


def _is_plain(one: str) -> bool:
    return one.isascii() or unicodedata.category(one) in {"Cf", "Cc", "Zs"}
