"""A unified diff read for which files it names, and how; applying it is left to git."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

# What git puts before the two names; a diff without such marks names files as they are.
_OLD_MARKS, _NEW_MARKS = "aiwco1", "biwco2"
_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@")
_INDEX = re.compile(r"index ([0-9a-f]+)\.\.([0-9a-f]+)")
_NOTHING = "/dev/null"
_ESCAPES = {"a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13}
_LINK, _MODULE = "120000", "160000"


class Hunk(Struct, frozen=True):
    """A hunk: the line of the old file where it begins, and the lines that it wants there."""

    start: int
    wanted: tuple[str, ...]


class DiffFile(Struct, frozen=True, kw_only=True):
    """One file of a diff; `old` is None for a new file, `new` for a deleted one.

    `mode` is the mode that the file is given, `blob` the beginning of the id of what it was made
    from, "" if none is said. `binary` says that the diff
    holds what a binary file becomes, `unsaid` that it only says that one differs.
    """

    old: str | None
    new: str | None
    mode: str = ""
    blob: str = ""
    binary: bool = False
    unsaid: bool = False
    hunks: tuple[Hunk, ...] = ()

    @property
    def path(self) -> str:
        """Return the name by which to speak of the file."""
        return self.new or self.old or ""

    @property
    def is_link(self) -> bool:
        """Tell whether the diff makes it a symbolic link or a submodule, which is no text."""
        return self.mode in {_LINK, _MODULE}


class Diff(Struct, frozen=True, kw_only=True):
    """A diff's files, and how many leading parts of each name are no part of the path."""

    files: tuple[DiffFile, ...]
    strip: int

    @property
    def paths(self) -> tuple[str, ...]:
        """Return every path that the diff names, old names included."""
        names = (name for file in self.files for name in (file.old, file.new) if name)
        return tuple(dict.fromkeys(names))


def read_diff(text: str) -> Diff:
    """Return the files of a unified diff, of git or of any other program; prose is passed over."""
    raw = [_file(part) for part in _parts(text.split("\n"))]
    files = [file for file in raw if file is not None]
    strip = int(bool(files) and all(_marked(file) for file in files))
    if not strip:
        return Diff(files=tuple(files), strip=0)
    return Diff(files=tuple(_without_marks(file) for file in files), strip=1)


class _Part(Struct):
    """The lines of one file's diff: its head, and what follows."""

    head: list[str]
    hunks: list[Hunk]
    binary: bool = False


def _parts(lines: Sequence[str]) -> Iterator[_Part]:
    part: _Part | None = None
    at = 0
    while at < len(lines):
        line = lines[at]
        starts = line.startswith("--- ") and lines[at + 1 : at + 2] and (
            lines[at + 1].startswith("+++ ")
        )  # fmt: skip
        if line.startswith("diff --git ") or (starts and (part is None or part.hunks)):
            if part is not None:
                yield part
            part = _Part(head=[], hunks=[])
        if part is not None and (found := _HUNK.match(line)):
            hunk, at = _hunk(found, lines, at + 1)
            part.hunks.append(hunk)
            continue
        if part is not None:
            if line.startswith("GIT binary patch"):
                part.binary = True
            part.head.append(line)
        at += 1
    if part is not None:
        yield part


def _hunk(found: re.Match[str], lines: Sequence[str], at: int) -> tuple[Hunk, int]:
    """Return a hunk and the place behind it; its counts say which lines are its own."""
    old, new = (int(count) if count is not None else 1 for count in found.group(2, 3))
    wanted: list[str] = []
    while at < len(lines) and (old > 0 or new > 0 or lines[at].startswith("\\")):
        sign, rest = lines[at][:1], lines[at][1:]
        if sign not in {" ", "", "-", "+", "\\"}:
            break
        if sign in {" ", "", "-"}:
            wanted.append(rest)
            old -= 1
        new -= sign in {" ", "", "+"}
        at += 1
    return Hunk(int(found[1]), tuple(wanted)), at


def _file(part: _Part) -> DiffFile | None:
    named: dict[str, str] = {}
    for line in part.head:
        for word in ("--- ", "+++ ", "rename from ", "rename to ", "copy from ", "copy to "):
            if line.startswith(word):
                named.setdefault(word, _name(line.removeprefix(word)))
    marks = bool(part.head) and part.head[0].startswith("diff --git ")
    both = _both(part.head[0].removeprefix("diff --git ")) if marks else ("", "")
    # Names of renames and copies carry no mark, whatever the other lines do.
    old = named.get("--- ") or both[0] or _as_old(named, "rename from ", "copy from ")
    new = named.get("+++ ") or both[1] or _as_new(named, "rename to ", "copy to ")
    said = " ".join(part.head)
    if not old or not new:
        return None
    return DiffFile(
        old=None if old == _NOTHING or "new file mode" in said else old,
        new=None if new == _NOTHING or "deleted file mode" in said else new,
        mode=_mode(part.head),
        blob=next((found[1] for line in part.head if (found := _INDEX.match(line))), ""),
        binary=part.binary,
        unsaid=any(line.startswith("Binary files ") for line in part.head) and not part.binary,
        hunks=tuple(part.hunks),
    )


def _as_old(named: dict[str, str], *words: str) -> str:
    return next((f"a/{named[word]}" for word in words if word in named), "")


def _as_new(named: dict[str, str], *words: str) -> str:
    return next((f"b/{named[word]}" for word in words if word in named), "")


def _mode(head: Sequence[str]) -> str:
    for line in head:
        for word in ("new file mode ", "new mode "):
            if line.startswith(word):
                return line.removeprefix(word).strip()
    return ""


def _name(text: str) -> str:
    """Return a name as the file system has it: without quotes, and without a time behind it."""
    if text.startswith('"'):
        return _unquoted(text)[0]
    return text.rstrip("\r").partition("\t")[0]


def _unquoted(text: str) -> tuple[str, str]:
    """Return a name that git put in quotes, and what stands behind it."""
    held = bytearray()
    at = 1
    while at < len(text) and text[at] != '"':
        if text[at] != "\\":
            held += text[at].encode()
            at += 1
        elif text[at + 1 : at + 4].isdecimal():
            held.append(int(text[at + 1 : at + 4], 8) & 0xFF)
            at += 4
        else:
            letter = text[at + 1 : at + 2]
            held += bytes([_ESCAPES[letter]]) if letter in _ESCAPES else letter.encode()
            at += 2
    return held.decode(errors="replace"), text[at + 1 :]


def _both(text: str) -> tuple[str, str]:
    """Return the two names of a `diff --git` line; ("", "") where they can't be told apart."""
    text = text.rstrip("\r")
    if text.startswith('"'):
        old, rest = _unquoted(text)
        return old, _name(rest.strip())
    if text.endswith('"') and ' "' in text:
        old, _, rest = text.partition(' "')
        return old, _unquoted(f'"{rest}')[0]
    # Names with spaces are not quoted: both halves are the same but for their marks.
    half = len(text) // 2
    old, new = text[:half], text[half + 1 :]
    same = old == new or (old[1:2] == "/" == new[1:2] and old[2:] == new[2:])
    if same and text[half : half + 1] == " ":
        return old, new
    parts = text.split(" ")
    return (parts[0], parts[1]) if len(parts) == 2 else ("", "")  # noqa: PLR2004 - old and new


def _marked(file: DiffFile) -> bool:
    pairs = ((file.old, _OLD_MARKS), (file.new, _NEW_MARKS))
    return all(name is None or (name[1:2] == "/" and name[0] in marks) for name, marks in pairs)


def _without_marks(file: DiffFile) -> DiffFile:
    return replace(file, old=file.old and file.old[2:], new=file.new and file.new[2:])
