"""Whether one file of a project is tied to another: by its imports, else by naming its path."""

import posixpath
import re
from pathlib import Path, PurePosixPath

from msgspec import Struct

from gsd_run.checking.files.places import text_at
from gsd_run.checking.languages.outline import Import, Outline
from gsd_run.checking.languages.reading import code, is_used, outline
from gsd_run.checking.linking.by_name import used_by_name
from gsd_run.checking.linking.ecmascript import is_local
from gsd_run.checking.linking.resolving import resolve
from gsd_run.domain import lazy
from gsd_run.domain.claim import State
from gsd_run.outside.grammars import language_of

_BY_FILE = frozenset({"typescript", "tsx", "javascript", "python", "rust", "go", "ruby"})
_BY_NAME = frozenset({"java", "kotlin", "csharp", "php", "swift", "ruby"})
_SCRIPTS = frozenset({"typescript", "tsx", "javascript"})
_MENTION = lazy.pattern(r"[\w@.~$\[\]()*+-]*(?:/[\w@.$\[\]()*+-]+)*[\w\])]")
_FARTHEST = 4  # modules that pass a name on to each other


class Tie(Struct, frozen=True, kw_only=True):
    """Whether two files are tied, in words that name the place."""

    state: State
    told: str


def links(source: str, target: str, root: Path) -> Tie:
    """Judge whether `source` imports, requires, includes or names `target`."""
    text = text_at(root, source)
    if text is None:
        return Tie(state="UNPROVEN", told=f"{source} can't be read")
    file = outline(source, text)
    if file is None:
        return _mentioned(source, text, target)
    for one in file.imports:
        if tie := _imported(one, source, text, target, root):
            return tie
    if language_of(source) in _BY_NAME and language_of(source) == language_of(target):
        told = used_by_name(source, text, target, text_at(root, target) or "", root)
        if told:
            return Tie(state="PROVEN", told=told)
    return _not_imported(file, source, text, target, root)


def _imported(one: Import, source: str, text: str, target: str, root: Path) -> Tie | None:
    names = _reached(one, source, target, root)
    if names is None:
        return None
    at = f"{source}:{one.line}"
    bound = names & set(one.names) if names else set(one.names)
    if bound and not one.passes and not is_used(one, source, text, bound):
        told = f"{at} imports {', '.join(sorted(bound))} from {target}, but nothing uses it"
        return Tie(state="UNPROVEN", told=told)
    return Tie(state="PROVEN", told=f"{at} imports {target}")


def _reached(one: Import, source: str, target: str, root: Path) -> set[str] | None:
    """Return the names by which an import reaches the target; None when it does not.

    An import may name a module's file, a module of a package, or a file that passes on from it.
    """
    language = language_of(source)
    if language == "python":
        return _reached_python(one, source, target, root)
    file = resolve(one.module, source, root)
    if file is None:
        return None
    if language == "go":
        return _reached_go(one, file, target)
    if file == target:
        return set()
    reached = {
        name
        for name, item in zip(one.names, one.items, strict=False)
        if item not in {"*", ""} and _passes_on(file, item, target, root, 0)
    }
    return reached or None


def _reached_python(one: Import, source: str, target: str, root: Path) -> set[str] | None:
    file = resolve(one.module, source, root)
    if file == target:
        return set()
    reached = set()
    dotted = one.module if one.module.endswith(".") else f"{one.module}."
    for name, item in zip(one.names, one.items, strict=False):
        if not item or item == "*":
            continue
        inner = resolve(f"{dotted}{item}", source, root)
        if inner == target or (file and _passes_on(file, item, target, root, 0)):
            reached.add(name)
    return reached or None


def _reached_go(one: Import, folder: str, target: str) -> set[str] | None:
    if posixpath.dirname(target) == folder or target.rstrip("/") == folder:
        return set(one.names)
    return None


def _passes_on(file: str, item: str, target: str, root: Path, depth: int) -> bool:
    """Tell whether a file passes on a name that it has from the target."""
    text = text_at(root, file)
    found = outline(file, text) if text is not None and depth < _FARTHEST else None
    for passed in found.passed if found else ():
        if passed.name not in {item, "*"}:
            continue
        origin = resolve(passed.module, file, root)
        if origin is None:
            continue
        if origin == target:
            return passed.name == item or _defines(target, item, root)
        inner = item if passed.name == "*" else passed.original
        if _passes_on(origin, inner, target, root, depth + 1):
            return True
    return False


def _defines(target: str, item: str, root: Path) -> bool:
    file = outline(target, text_at(root, target) or "")
    return file is not None and any(one.name == item for one in file.definitions)


def _not_imported(file: Outline, source: str, text: str, target: str, root: Path) -> Tie:
    """Say that nothing ties two files: certain only if all imports that could are understood."""
    told = f"{source} does not import {target}"
    named_so = PurePosixPath(target).stem
    if language_of(source) not in _BY_FILE or file.broken >= 0 or file.open:
        return Tie(state="UNPROVEN", told=f"nothing shows that {source} uses {target}")
    if language_of(target) != language_of(source) and not _same_family(source, target):
        return _mentioned(source, text, target)
    if named_so in text:
        return Tie(state="UNPROVEN", told=f"{told}, but mentions {named_so}")
    open_ = [one for one in file.imports
             if is_local(one.module) and resolve(one.module, source, root) is None]  # fmt: skip
    if open_:
        where = f"{source}:{open_[0].line}"
        return Tie(state="UNPROVEN", told=f"{told} as far as seen; {where} can't be resolved")
    if language_of(source) in {"go", "rust"}:
        return Tie(state="UNPROVEN", told=f"nothing shows that {source} uses {target}")
    return Tie(state="REFUTED", told=told)


def _same_family(source: str, target: str) -> bool:
    return language_of(source) in _SCRIPTS and language_of(target) in _SCRIPTS


def _mentioned(source: str, text: str, target: str) -> Tie:
    """Look for the target's path, as seen from the project or from the source's folder."""
    spoken = code(source, text).spoken
    folder = posixpath.dirname(source)
    wanted = {target.rstrip("/"), posixpath.splitext(target)[0]}
    for match in _MENTION.finditer(spoken):
        for word in {match[0], *re.split(r"[()\[\]]+", match[0])}:
            if PurePosixPath(target).stem not in word:
                continue
            plain = word.lstrip("@/")
            seen = {posixpath.normpath(plain), posixpath.normpath(posixpath.join(folder, plain))}
            # Code names files without their ends; elsewhere a word alone is just a word.
            if seen & wanted and (posixpath.splitext(word)[1] or "/" in word):
                line = spoken.count("\n", 0, match.start()) + 1
                return Tie(state="PROVEN", told=f"{source}:{line} names {target}")
    return Tie(state="UNPROVEN", told=f"nothing in {source} names the path {target}")
