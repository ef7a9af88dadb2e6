"""git's unified diffs as files, hunks and lines, with the words of the source marked."""

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from gsd_run.reporting.html.highlighting import marked_lines, plain_lines
from gsd_run.reporting.html.material import Patch

MOST_LINES = 1500  # of one file's diff that are shown
MOST_OF_TASK = 6000  # of one task's
_BEYOND = 80  # lines behind the last that is shown, in which a comment that it is in may end
MARKED = 250_000  # characters of source that are marked for one page; marking takes time
_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_BLOBS = re.compile(r"index ([0-9a-f]+)\.\.([0-9a-f]+)")


class DiffLine(Struct, frozen=True, kw_only=True):
    """A line of a hunk; `sign` is "+", "-" or " ", a number is 0 where the line is not.

    `markup` is its text as HTML.
    """

    sign: str
    old: int
    new: int
    markup: str


class Hunk(Struct, frozen=True, kw_only=True):
    """Lines that follow each other, and what git says of where they are."""

    place: str
    lines: tuple[DiffLine, ...]


class FileDiff(Struct, frozen=True, kw_only=True):
    """What became of one file; `note` says what can't be shown of it, "" where all is.

    `before` is the path of one that was renamed, else "".
    """

    path: str
    before: str = ""
    status: str
    added: int
    removed: int
    hunks: tuple[Hunk, ...]
    note: str = ""


class Marking:
    """How much source may still be marked on a page."""

    def __init__(self, left: int = MARKED) -> None:
        """Begin with `left` characters."""
        self._left = left

    def lines(self, text: str, path: str) -> list[str]:
        """Return a text's lines, marked as long as there is something left for that."""
        self._left -= len(text)
        return marked_lines(text, path) if self._left >= 0 else plain_lines(text)


def file_diffs(patch: Patch, marking: Marking) -> tuple[FileDiff, ...]:
    """Return the files of a task's change, in git's order."""
    left = MOST_OF_TASK
    found = []
    for block in re.split(r"^(?=diff --git )", patch.text, flags=re.MULTILINE):
        if not block.startswith("diff --git "):
            continue
        one = _file(block.split("\n"), patch.texts, marking, min(left, MOST_LINES))
        left -= sum(len(hunk.lines) for hunk in one.hunks)
        found.append(one)
    return tuple(found)


def _file(lines: Sequence[str], texts: Mapping[str, str], marking: Marking, most: int) -> FileDiff:
    at = next((n for n, line in enumerate(lines) if line.startswith("@@ ")), len(lines))
    head, body = lines[:at], lines[at:]
    path = _path(head)
    added = sum(line.startswith("+") for line in body)
    removed = sum(line.startswith("-") for line in body)
    note = ""
    if any(line.startswith(("Binary files ", "GIT binary patch")) for line in head):
        note = "a binary file"
    elif not body:
        note = "no line of it changed"
    cut = 0
    if len(body) > most:
        cut = len(body) - most
        body = body[:most]
        note = f"{cut} more lines are not shown; `git show` has them"
    whole = _whole(head, texts, path, marking, _last_lines(body)) if body else (None, None)
    return FileDiff(
        path=path,
        before=_named(head, "rename from "),
        status=_status(head),
        added=added,
        removed=removed,
        hunks=tuple(_hunks(body, path, whole, marking)),
        note=note,
    )


def _status(head: Sequence[str]) -> str:
    for line in head:
        if line.startswith("new file mode"):
            return "created"
        if line.startswith("deleted file mode"):
            return "deleted"
        if line.startswith("rename from "):
            return "renamed"
    return "modified"


def _named(head: Sequence[str], mark: str) -> str:
    """Return the path that a line of the head names behind a mark, "" if there is no such line."""
    names = (line.removeprefix(mark) for line in head if line.startswith(mark))
    return _unquoted(next(names, ""))


def _path(head: Sequence[str]) -> str:
    for mark in ("+++ ", "--- "):
        for line in head:
            if line.startswith(mark) and not line.endswith("/dev/null"):
                return _unquoted(line.removeprefix(mark).rstrip("\t"))[2:]
    if renamed := _named(head, "rename to "):
        return renamed
    # without a hunk git names it twice in the first line, with the same length
    both = head[0].removeprefix("diff --git ")
    return _unquoted(both[: len(both) // 2])[2:]


def _unquoted(name: str) -> str:
    """Undo git's quoting of a name with uncommon letters."""
    if len(name) < 2 or not (name.startswith('"') and name.endswith('"')):  # noqa: PLR2004
        return name
    plain = re.sub(
        rb"\\([0-7]{3}|.)",
        lambda found: bytes([int(found[1], 8) & 255]) if len(found[1]) > 1
        else {b"n": b"\n", b"t": b"\t"}.get(found[1], found[1]),
        name[1:-1].encode(errors="replace"),
    )  # fmt: skip
    return plain.decode(errors="replace")


def _last_lines(body: Sequence[str]) -> tuple[int, int]:
    """Return up to which lines of the old and of the new text are needed to show hunks.

    Where nothing was removed, nothing is shown of the old one.
    """
    last = (0, 0)
    for line in body:
        if found := _HUNK.match(line):
            old, new = (int(found[n]) + int(found[n + 1] or 1) - 1 for n in (1, 3))
            last = (max(last[0], old + _BEYOND), max(last[1], new + _BEYOND))
    return last if any(line.startswith("-") for line in body) else (0, last[1])


def _whole(
    head: Sequence[str],
    texts: Mapping[str, str],
    path: str,
    marking: Marking,
    last: tuple[int, int],
) -> tuple[list[str] | None, list[str] | None]:
    """Return both texts of a file in lines up to the last that is needed, marked as wholes."""
    blobs = next((found for line in head if (found := _BLOBS.match(line))), None)
    if blobs is None:
        return None, None
    old, new = (
        marking.lines("\n".join(texts[blob].split("\n")[:end]), path) if blob in texts else None
        for blob, end in zip(blobs.groups(), last, strict=True)
    )
    return old, new


def _hunks(
    body: Sequence[str],
    path: str,
    whole: tuple[list[str] | None, list[str] | None],
    marking: Marking,
) -> list[Hunk]:
    hunks: list[Hunk] = []
    starts = [n for n, line in enumerate(body) if line.startswith("@@ ")]
    for start, end in zip(starts, [*starts[1:], len(body)], strict=False):
        found = _HUNK.match(body[start])
        if found is None:
            continue
        raw = [line for line in body[start + 1 : end] if line[:1] in {"+", "-", " ", "\\"}]
        lines = _numbered(raw, int(found[1]), int(found[3]))
        hunks.append(Hunk(place=body[start], lines=_marked(lines, path, whole, marking)))
    return hunks


def _numbered(raw: Sequence[str], old: int, new: int) -> list[tuple[str, int, int, str]]:
    lines = []
    for line in raw:
        sign, text = line[0], line[1:]
        if sign == "\\":
            lines.append(("\\", 0, 0, text.strip()))
            continue
        lines.append((sign, old if sign != "+" else 0, new if sign != "-" else 0, text))
        old += sign != "+"
        new += sign != "-"
    return lines


def _marked(
    lines: Sequence[tuple[str, int, int, str]],
    path: str,
    whole: tuple[list[str] | None, list[str] | None],
    marking: Marking,
) -> tuple[DiffLine, ...]:
    """Mark lines as in the whole texts; where these are not at hand, a hunk's own two sides."""
    sides: list[list[str]] = []
    for side, sign in ((0, "-"), (1, "+")):
        known = whole[side]
        own = [text for one, _, _, text in lines if one in {sign, " "}]
        if all(one != sign for one, *_ in lines):
            sides.append(own)  # of this side no line is shown that the other has not
        elif known is None:
            sides.append(marking.lines("\n".join(own), path))
        else:
            numbers = [
                (before, after)[side] for one, before, after, _ in lines if one in {sign, " "}
            ]
            sides.append([
                known[number - 1] if number <= len(known) else plain_lines(text)[0]
                for number, text in zip(numbers, own, strict=True)
            ])  # fmt: skip
    old, new = map(iter, sides)
    found = []
    for sign, before, after, text in lines:
        if sign == "\\":
            shown = plain_lines(text)[0]
        elif sign == "-":
            shown = next(old)
        else:
            shown = next(new)
            if sign == " ":
                next(old)
        found.append(DiffLine(sign=sign, old=before, new=after, markup=shown))
    return tuple(found)
