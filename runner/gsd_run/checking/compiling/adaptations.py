"""Adaptations: the few changes to a plan's commands that are built in, each with an id.

* `entities`: XML entities are undone (`&amp;&amp;` is `&&`), and so are the marks of CDATA sections
* `dedent`: the indentation that a block has in the plan is taken off
* `foreign-path`: an absolute path of another machine becomes the project's own
* `tmp`: /tmp is a private folder, emptied before each measurement

In the adapted text PROJECT and TMP mark the two places; `placed` fills them in to run a script
and `shown` words them for people, so that no machine's path gets into a journal or summary.
"""

import re
import textwrap
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from gsd_run.checking.commands.quoting import open_quote
from gsd_run.domain import lazy

PROJECT = "⟦project⟧"
TMP = "⟦tmp⟧"

# Where people keep their projects. A path that starts elsewhere (/usr, /api) is none of them.
_HOMES = "Users|home|root|Volumes|mnt|workspace|workspaces|private|data"
# What must not stand before the slash is asked behind it, so that a search skips to the slashes.
_ABSOLUTE = lazy.pattern(rf"/(?<![\w.$}}/~⟧-]/)(?:{_HOMES})(?:/[\w.@+-]+)+/?")
_TMP = lazy.pattern(r"/tmp(?<![\w.$}/~⟧-]/tmp)(?=[/\s\"'`);|&<>]|$)")
_MARK = lazy.pattern(f"({PROJECT}|{TMP})")
_ENTITY = lazy.pattern(r"&(?:amp|lt|gt|quot|apos|#39|#34);")
_CDATA = lazy.pattern(r"<!\[CDATA\[(.*?)(?:\]\]>|\Z)", re.DOTALL)
_ENTITIES = {
    "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'",
    "&#39;": "'", "&#34;": '"',
}  # fmt: skip


class Adaptation(Struct, frozen=True, kw_only=True):
    """One change to a text: its id, what stood there and what stands there now."""

    id: str
    before: str
    after: str


_UNDONE = Adaptation(id="entities", before="&…;", after="the characters they stand for")


def adapted(text: str, root: Path, known: Sequence[str] = ()) -> tuple[str, list[Adaptation]]:
    """Return a block's text as it is to be run, and what was changed.

    `known` are foreign project roots seen elsewhere in the plan (see `foreign_roots`).
    """
    text, made = plain(text)
    text, moved = localized(text.strip("\n"), root, known)
    return text, [*made, *moved]


def plain(text: str) -> tuple[str, list[Adaptation]]:
    """Return a block's text dedented and with its entities undone; lines keep their numbers."""
    if "\n" in text or text[:1].isspace():
        text = textwrap.dedent(text.expandtabs(4) if text.lstrip("\n").startswith("\t") else text)
    if "<![CDATA[" in text:
        pieces = _CDATA.split(text)  # what stands in a section is every other piece
        undone = [piece if number % 2 else _undone(piece) for number, piece in enumerate(pieces)]
        return "".join(undone), [_UNDONE]
    if not _ENTITY.search(text):
        return text, []
    return _undone(text), [_UNDONE]


def _undone(text: str) -> str:
    return _ENTITY.sub(lambda match: _ENTITIES[match[0]], text)


def localized(text: str, root: Path, known: Sequence[str] = ()) -> tuple[str, list[Adaptation]]:
    """Return a text with its foreign paths and /tmp marked, and what was changed."""
    made: list[Adaptation] = []

    def own(match: re.Match[str]) -> str:
        path = match[0]
        tail = _tail(path, root, known)
        if tail is None:
            return path
        here = f"{PROJECT}/{tail}" if tail else PROJECT
        made.append(Adaptation(id="foreign-path", before=path, after=shown(here)))
        return here

    text = _ABSOLUTE.sub(own, text)
    if _TMP.search(text):
        made.append(Adaptation(id="tmp", before="/tmp", after="a private folder of the run"))
        text = _TMP.sub(TMP, text)
    return text, made


def foreign_roots(text: str, root: Path) -> tuple[str, ...]:
    """Return the roots of this project on other machines, known by paths that lead into it."""
    roots = []
    for match in _ABSOLUTE.finditer(text):
        tail = _tail(match[0], root, ())
        if tail:
            roots.append(match[0].rstrip("/").removesuffix(tail).rstrip("/"))
    return tuple(dict.fromkeys(roots))


def _tail(path: str, root: Path, known: Sequence[str]) -> str | None:
    """Return the part of a foreign path that exists below `root`, "" for the root itself."""
    clean = path.rstrip("/")
    if Path(clean).is_relative_to(root):
        here = Path(clean).relative_to(root).as_posix()
        return "" if here == "." else here
    if Path(clean).exists():
        return None
    for foreign in known:
        if clean == foreign:
            return ""
        if clean.startswith(foreign + "/"):
            return clean.removeprefix(foreign + "/")
    pieces = clean.strip("/").split("/")
    for start in range(2, len(pieces)):
        # Below a hidden folder (~/.claude) a person keeps other things than this project.
        if any(piece.startswith(".") for piece in pieces[:start]):
            break
        tail = "/".join(pieces[start:])
        if (root / tail).exists():
            return tail
    return "" if pieces[-1] == root.name else None


def placed(script: str, root: Path, tmp: Path) -> str:
    """Return a script with the marks replaced by the places they stand for.

    A place whose name has a space, say, is escaped where the shell would part it: outside quotes.
    """
    places = {PROJECT: str(root), TMP: str(tmp)}
    pieces = _MARK.split(script)
    result, quote = "", ""
    for piece in pieces:
        if piece in places:
            result += places[piece] if quote else escaped(places[piece])
        else:
            result += piece
            quote = open_quote(piece, quote)
    return result


def escaped(path: str) -> str:
    """Return a path as it stands in a script outside quotes."""
    return re.sub(r"([^\w@%+=:,./~-])", r"\\\1", path)


def shown(text: str) -> str:
    """Return adapted text for people: the project's own paths are relative to its root."""
    return text.replace(f"{PROJECT}/", "").replace(PROJECT, ".").replace(TMP, "/tmp")
