"""What the two ends of a key link are: files, a stretch of one, or words that name none."""

import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from msgspec import Struct

from gsd_run.checking.files.places import (
    files_of,
    inside,
    is_made,
    is_several,
    matching,
    spelled_otherwise,
    text_at,
)
from gsd_run.checking.languages.reading import outline
from gsd_run.domain import lazy
from gsd_run.domain.claim import PatternCheck, State
from gsd_run.outside.grammars import language_of

_PATH = lazy.pattern(r"[\w@.+\[\]()$~-]+(?:/[\w@.+\[\]()$~-]+)*")
_WITH_END = lazy.pattern(r"[^\s/]\.[A-Za-z]\w{0,9}$")
# A path, and then what in that file is meant: a.py:load, a.rs Foo::new, a.ts (getStats).
_IN_FILE = lazy.pattern(
    r"(?P<path>[\w@./+\[\]$-]*[\w\]]\.[A-Za-z]\w{0,7}?)(?P<mark>::|[:#]|\s+[@>→-]*\s*|\s*(?=\())(?P<rest>\S.*)$"
)
_SYMBOL = lazy.pattern(
    r"\(?(?:the\s+|fn\s+|function\s+|class\s+|method\s+|export(?:ed)?\s+)?"
    r"(?P<name>[A-Za-z_$][\w$]*(?:(?:\.|::|#)[A-Za-z_$][\w$]*)*)(?:\(\))?"
    r"(?:\s+(?:function|method|class|helper|hook|handler|component|struct|command))?\)?"
)
_NAME = lazy.pattern(r"[A-Za-z_$][\w$]*")
_LONGEST_LIST = 12
_MOST_FILES = 300


class Ends(Struct, frozen=True, kw_only=True):
    """The files that a link comes from, with their texts by path.

    `stretch` is the part of the only source that is meant, in characters. With `any_file` one of
    the sources is enough, as for a folder. `unsure` says what of the source was not understood.
    """

    sources: tuple[str, ...]
    texts: dict[str, str]
    stretch: tuple[int, int] | None = None
    any_file: bool = False
    unsure: str = ""


class NoEnds(Struct, frozen=True, kw_only=True):
    """Why a link has no source to look at, and what that makes of the claim."""

    state: State
    why: str


class _Meant(Struct, frozen=True, kw_only=True):
    """The files that one end means, or why none."""

    files: tuple[str, ...] = ()
    symbol: str = ""
    any_file: bool = False
    unsure: str = ""
    state: State = "UNPROVEN"
    why: str = ""


def ends_of(check: PatternCheck, root: Path) -> Ends | NoEnds:
    """Find the files that a key link's `source` means."""
    source = _meant(check.source, root)
    if not source.files:
        return NoEnds(state=source.state, why=source.why)
    texts = _texts(source.files, root)
    sources = tuple(path for path in source.files if path in texts)
    if not sources:
        return NoEnds(state="UNPROVEN", why=f"{check.source} is no text")
    stretch, unsure = None, source.unsure
    if source.symbol:
        stretch = _stretch(source.symbol, sources[0], texts[sources[0]])
        if stretch is None:
            unsure = f"{source.symbol} is not found as a name of {sources[0]}"
    return Ends(
        sources=sources,
        texts=texts,
        stretch=stretch,
        any_file=source.any_file,
        unsure=unsure,
    )


def targets_of(check: PatternCheck, root: Path) -> dict[str, str]:
    """Find the files that a key link's `target` means, with their texts by path."""
    return _texts(_meant(check.target, root).files, root)


def lost_target(check: PatternCheck, root: Path) -> str:
    """Return the target when it is plainly a source file that is not there, else ""."""
    words = check.target.strip()
    plain = bool(_PATH.fullmatch(words) and language_of(words)) and not is_made(words)
    return words if plain and _meant(words, root).state == "REFUTED" else ""


def _texts(files: Sequence[str], root: Path) -> dict[str, str]:
    found = {path: text_at(root, path) for path in files[:_MOST_FILES]}
    return {path: text for path, text in found.items() if text is not None}


def _meant(words: str, root: Path) -> _Meant:  # noqa: PLR0911 - rules, the first that fits
    words = words.strip().strip("`").strip()
    if not words:
        return _Meant(why="the key link does not say where it comes from")
    place, why = inside(root, words)
    if place is None:
        return _Meant(why=why)
    if place.is_file():
        spelled = spelled_otherwise(root, words)
        if spelled:
            told = f"{words} does not exist, but {spelled} does"
            return _Meant(state="REFUTED", why=told)
        return _Meant(files=(PurePosixPath(words).as_posix(),))
    if place.is_dir():
        files = tuple(path for path in files_of(root, words) if not _is_data(path))
        told = f"{words} is a folder without files that could be searched"
        return _Meant(files=files[:_MOST_FILES], any_file=True, why=told)
    if is_several(words) and " " not in words:
        found = matching(root, words)[:_MOST_FILES]
        return _Meant(files=tuple(found), why=f"no file is {words}")
    return _by_words(words, root)


def _by_words(words: str, root: Path) -> _Meant:  # noqa: PLR0911 - as above
    if _PATH.fullmatch(words):
        if _WITH_END.search(words):
            return _by_name(words, root)
        return _by_stem(words, root)
    if "," in words and len(pieces := words.split(",")) <= _LONGEST_LIST:
        listed = [_meant(piece, root) for piece in pieces]
        if all(one.files and not one.symbol and not one.unsure for one in listed):
            return _Meant(files=tuple(path for one in listed for path in one.files))
    inner = _IN_FILE.fullmatch(words)
    if inner is None:
        return _Meant(why=f"{words!r} names no single file")
    file = _meant(inner["path"], root)
    if len(file.files) != 1:
        return file if not file.files else _Meant(why=f"{words!r} names no single file")
    symbol = _SYMBOL.fullmatch(inner["rest"].strip())
    if symbol:
        return _Meant(files=file.files, symbol=symbol["name"])
    unsure = f"what is meant by {inner['rest'].strip()!r} in {file.files[0]} can't be told"
    return _Meant(files=file.files, unsure=unsure)


def _by_name(words: str, root: Path) -> _Meant:
    """Find a file by the end of its path, when only one has it."""
    missing = _Meant(state="REFUTED", why=f"{words} does not exist")
    head, _, rest = words.partition("/")
    if rest and (root / head).is_dir():
        return missing
    found = [path for path in files_of(root) if path.endswith("/" + words)]
    if len(found) > 1:
        told = f"{words} may be any of {', '.join(found[:3])}"
        return _Meant(why=told)
    return _Meant(files=tuple(found)) if found else missing


def _by_stem(words: str, root: Path) -> _Meant:
    """Find the source file that a name without an end means: FeedScreen is in FeedScreen.kt."""
    none = _Meant(why=f"{words!r} names no file")
    if "/" not in words and not (_NAME.fullmatch(words) and words[:1].isupper()):
        return none
    like = [
        path
        for path in files_of(root)
        if PurePosixPath(path).with_suffix("").as_posix().endswith("/" + words)
        or PurePosixPath(path).with_suffix("").as_posix() == words
    ]
    code = [path for path in like if language_of(path) and not _is_test(path)]
    return _Meant(files=tuple(code)) if len(code) == 1 else none


def _is_test(path: str) -> bool:
    return bool(re.search(r"[._-](?:test|spec)\.|(?:^|/)(?:tests?|__tests__)/|_test\.", path))


def _is_data(path: str) -> bool:
    return PurePosixPath(path).suffix.lower() in {
        ".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico", ".woff", ".woff2", ".pdf", ".zip",
        ".lock",
    }  # fmt: skip


def _stretch(symbol: str, path: str, text: str) -> tuple[int, int] | None:
    """Return the characters of a definition, or None when the file has no such name."""
    file = outline(path, text)
    plain = re.sub(r"::|#", ".", symbol)
    if file is None:
        return None
    exact = [one for one in file.definitions if one.name == plain]
    last = plain.rpartition(".")[2]
    found = exact or [one for one in file.definitions if one.name.rpartition(".")[2] == last]
    if not found:
        return None
    lines = text.splitlines(keepends=True)
    # Of several with this name (an overload, a default export), all together.
    first, after = min(one.line for one in found), max(one.end for one in found)
    if len({one.line for one in found}) > 1 and not exact:
        return None
    return sum(map(len, lines[: first - 1])), sum(map(len, lines[:after]))
