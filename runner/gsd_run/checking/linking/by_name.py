"""Ties by the names of types: where a package or module is shared, files use each other unseen."""

import posixpath
import re
from pathlib import Path

from gsd_run.checking.languages.outline import Outline
from gsd_run.checking.languages.reading import code, outline
from gsd_run.outside.grammars import language_of

_RAILS = ("config/application.rb", "config/environment.rb")


def used_by_name(source: str, text: str, target: str, target_text: str, root: Path) -> str:
    """Say where a file uses a type that the target defines and that it can see, "" if nowhere."""
    own, other = outline(source, text), outline(target, target_text)
    if own is None or other is None:
        return ""
    bare = code(source, text).bare
    if bare is None:
        return ""
    for one in other.definitions:
        if "." in one.name or one.visibility == "private" or (
            one.kind == "function" and language_of(source) == "php"
        ):  # fmt: skip
            continue
        name = _visible_as(one.name, own, other, source, target, root)
        if not name or any(mine.name == one.name for mine in own.definitions):
            continue
        imports = [(i.start, i.end) for i in own.imports]
        for match in re.finditer(rf"(?<![\w$]){re.escape(name)}(?![\w$])", bare):
            if not any(start <= match.start() < end for start, end in imports):
                line = bare.count("\n", 0, match.start()) + 1
                return f"{source}:{line} uses {one.name} of {target}"
    return ""


def _visible_as(  # noqa: PLR0911 - a table of languages
    name: str, own: Outline, other: Outline, source: str, target: str, root: Path
) -> str:
    """Return the name by which the source sees a type of the target, "" if it does not."""
    match language_of(source):
        case "swift":
            return name if _module(source) == _module(target) else ""
        case "ruby":
            return name if any((root / one).is_file() for one in _RAILS) else ""
        case "csharp":
            seen = own.package == other.package or own.package.startswith(other.package + ".")
            used = any(one.module == other.package for one in own.imports)
            return name if seen or used else ""
        case "php":
            full = f"{other.package}\\{name}" if other.package else name
            for one in own.imports:
                if one.module == full and one.names:
                    return one.names[0]
            return name if own.package == other.package else ""
    full = f"{other.package}.{name}" if other.package else name
    for one in own.imports:
        if one.module == full:
            return one.names[0] if one.names else name
        if one.items == ("*",) and one.module == other.package:
            return name
    return name if own.package == other.package else ""


def _module(path: str) -> str:
    """Return the Swift module of a file: the folder below Sources or Tests, else the first one."""
    parts = posixpath.dirname(path).split("/")
    for mark in ("Sources", "Tests"):
        if mark in parts and parts.index(mark) + 1 < len(parts):
            return "/".join(parts[: parts.index(mark) + 2])
    return parts[0]
