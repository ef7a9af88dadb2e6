"""Texts that an agent is shown: what it can't be trusted with taken out, cut, and fenced."""

import re
from collections.abc import Sequence

from gsd_run.domain.visible import visible
from gsd_run.outside.secrets import without_secrets

# Sequences that move a cursor, set a title or a colour, and control characters on their own.
_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[PX^_\]][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]?"
    r"|\x9b[0-?]*[ -/]*[@-~]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)
_BACKTICKS = re.compile(r"`{3,}")
_LANGUAGE = re.compile(r"[\w+#.-]{1,20}")
SMALLEST = 120  # letters below which cutting would leave nothing to read
_NOTE = 70  # letters of the note of what is left out


def cleaned(text: str) -> str:
    """Return a text without terminal escapes and known secrets, LF at its line ends.

    Letters that nobody sees are written as escapes: they could tell an agent what its user can't
    read.
    """
    plain = _ESCAPES.sub("", text.replace("\r\n", "\n"))
    return without_secrets(visible(plain.replace("\r", "\n")))


def on_one_line(text: str) -> str:
    """Return a cleaned text without line breaks."""
    return " ".join(cleaned(text).split())


def shortened(text: str, letters: int) -> str:
    """Return a text on one line, cleaned, without what goes beyond `letters`."""
    line = on_one_line(text)
    return line if len(line) <= letters else f"{line[: letters - 1]}…"


def cut(text: str, letters: int) -> str:
    """Return a text of at most `letters`, its middle replaced by a note of what is left out.

    Below a hundred letters or so it is longer than asked, or nothing would be left. Whole lines
    are kept, unless a line by itself is longer than what may stay.
    """
    if len(text) <= letters:
        return text
    room = max(letters, SMALLEST) - _NOTE
    head, tail = text[: room // 2], text[len(text) - room // 2 :]
    if "\n" in head:
        head = head[: head.rindex("\n") + 1]
    if "\n" in tail:
        tail = tail[tail.index("\n") + 1 :]
    first = head.count("\n") + 1
    before = text[: len(text) - len(tail)]
    last = before.count("\n") + (not before.endswith("\n"))
    missing = len(text) - len(head) - len(tail)
    where = f"lines {first} to {max(first, last)}, " if text.count("\n") else ""
    glue = "" if head.endswith("\n") or not head else "\n"
    return f"{head}{glue}[… {where}{missing} letters left out …]\n{tail}"


def fenced(text: str, language: str = "") -> str:
    """Return a text between fences that nothing in it can close."""
    longest = max((len(found) for found in _BACKTICKS.findall(text)), default=2)
    fence = "`" * (longest + 1)
    word = language if _LANGUAGE.fullmatch(language) else ""
    return f"{fence}{word}\n{text}{'' if text.endswith(chr(10)) or not text else chr(10)}{fence}"


def shared_out(lengths: Sequence[int], letters: int) -> list[int]:
    """Return how many letters each text may have: short ones all, the long ones equal shares."""
    shares = [0] * len(lengths)
    left = max(0, letters)
    for place, (index, length) in enumerate(sorted(enumerate(lengths), key=lambda one: one[1])):
        shares[index] = min(length, left // (len(lengths) - place))
        left -= shares[index]
    return shares
