"""Where a plan's paths lead: always inside the project, spelled as they are there."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from gsd_run.domain import lazy
from gsd_run.outside.project_files import read_within

# Folders whose content is made, not written; a plan does not mean files in them.
_MADE = frozenset(
    {"node_modules", "__pycache__", "venv", "site-packages", "target", "dist", "build", "vendor",
     "coverage", "Pods", "DerivedData", "obj"}
)  # fmt: skip
_HIDDEN_BUT_WRITTEN = frozenset({".github", ".planning", ".claude", ".husky", ".vscode"})
_WILDCARD = lazy.pattern(r"[*?]|\{[^{}]*,[^{}]*\}")
_WILDCARDS = r"(\*\*/?|\{[^{}]*,[^{}]*\})"
_MOST_FILES = 50_000
_LONGEST_SHOWN = 60  # letters of a path that is too long


def inside(root: Path, path: str) -> tuple[Path | None, str]:
    """Return the place of a plan's path, or None and why it is none of the project's."""
    place = root / path
    try:
        real = place.resolve()
        within = real.is_relative_to(root.resolve())
        place.lstat()  # only now a path that is too long is an error
    except (FileNotFoundError, NotADirectoryError):
        pass
    except RuntimeError:
        return None, f"{path} can't be looked up: its links lead in a circle"
    except (OSError, ValueError) as error:
        told = getattr(error, "strerror", None) or str(error)
        return None, f"{_cut(path)} can't be looked up: {told}"
    if Path(path).is_absolute() or path.startswith("~") or not within:
        return None, f"{path} leads outside the project"
    if any(part.casefold() == ".git" for part in real.relative_to(root.resolve()).parts):
        return None, f"{path} is git's own, no file of the project"
    return place, ""


def _cut(path: str) -> str:
    return path if len(path) <= _LONGEST_SHOWN else f"{path[:_LONGEST_SHOWN]}…"


def spelled_otherwise(root: Path, path: str) -> str:
    """Return how a path is spelled on disk when that differs in case, else "".

    A file system may find `User.ts` under the name `user.ts`; another one will not.
    """
    folder, found = root, list[str]()
    for part in Path(path).parts:
        if part == "..":
            return ""
        try:
            names = [one.name for one in folder.iterdir()]
        except OSError:
            return ""
        like = [name for name in names if name.lower() == part.lower()]
        if part not in like and not like:
            return ""
        found.append(part if part in like else min(like))
        folder /= found[-1]
    spelled = "/".join(found)
    return "" if spelled == "/".join(Path(path).parts) else spelled


def text_at(root: Path, path: str) -> str | None:
    """Return the text of a file of the project, or None when there is none, or it is no text."""
    place, _ = inside(root, path)
    if place is None:
        return None
    try:
        content = read_within(root, path)
    except OSError:
        return None
    if content is None or b"\0" in content[:8192]:
        return None
    return content.decode("utf-8", errors="replace").replace("\r\n", "\n")


def files_of(root: Path, below: str = "") -> Iterator[str]:
    """Return the paths of the project's files, as far as people write them."""
    number = 0
    for folder, folders, names in os.walk(root / below):
        folders[:] = sorted(name for name in folders if _is_written(name))
        at = os.path.relpath(folder, root).replace(os.sep, "/")
        before = "" if at == "." else f"{at}/"
        for name in sorted(names):
            number += 1
            if number > _MOST_FILES:
                return
            yield before + name


def is_made(path: str) -> bool:
    """Tell whether a path leads to what tools make, so that it may come and go."""
    return not _MADE.isdisjoint(path.split("/"))


def is_several(path: str) -> bool:
    """Tell whether a path has wildcards, so that it means any number of files."""
    return bool(_WILDCARD.search(path))


def matching(root: Path, path: str) -> list[str]:
    """Return the files that a path with wildcards means; brackets are a part of names here."""
    pieces = _WILDCARD.split(path)
    fixed = pieces[0].rpartition("/")[0]
    expression = re.compile("".join(_expression(one) for one in re.split(_WILDCARDS, path)))
    found = files_of(root, fixed) if (root / fixed).is_dir() else iter(())
    return [one for one in found if expression.fullmatch(one)]


def _expression(piece: str) -> str:
    if piece in {"**/", "**"}:
        return "(?:[^/]+/)*" if piece == "**/" else ".*"
    if piece.startswith("{") and "," in piece:
        words = piece[1:-1].split(",")
        return f"(?:{'|'.join(_inner(one.strip()) for one in words)})"
    return _inner(piece)


def _inner(piece: str) -> str:
    return re.escape(piece).replace(r"\*", "[^/]*").replace(r"\?", "[^/]")


def _is_written(folder: str) -> bool:
    return folder not in _MADE and (not folder.startswith(".") or folder in _HIDDEN_BUT_WRITTEN)
