"""Where an import leads, in each language whose imports name a file."""

import posixpath
import re
from pathlib import Path, PurePosixPath

from gsd_run.checking.files.places import text_at
from gsd_run.checking.linking import ecmascript, python, rust
from gsd_run.domain import lazy
from gsd_run.outside.grammars import language_of

_SCRIPTS = frozenset({"typescript", "tsx", "javascript"})
_COMPONENTS = (".vue", ".svelte", ".astro", ".mdx")
_MODULE = lazy.pattern(r"^module\s+(\S+)", re.MULTILINE)


def resolve(  # noqa: PLR0911 - a table of languages
    module: str, path: str, root: Path
) -> str | None:
    """Return the file (Go: the folder) that an import in `path` means, or None if it can't be told.

    `module` is as the outline has it; the result is relative to the root.
    """
    language = language_of(path)
    if language in _SCRIPTS or path.endswith(_COMPONENTS):
        return ecmascript.resolve(module, path, root)
    match language:
        case "python":
            return python.resolve(module, path, root)
        case "rust":
            return rust.resolve(module, path, root)
        case "go":
            return _go(module, path, root)
        case "ruby":
            return _ruby(module, path, root)
        case "php":
            return _beside(module, path, root, "")
    return None


def _go(module: str, path: str, root: Path) -> str | None:
    for folder in PurePosixPath(path).parents:
        declared = _MODULE.search(text_at(root, (folder / "go.mod").as_posix()) or "")
        if declared is None:
            continue
        own = declared[1].strip('"')
        if module != own and not module.startswith(own + "/"):
            return None
        place = posixpath.normpath(posixpath.join(folder.as_posix(), module[len(own) + 1 :]))
        return place if (root / place).is_dir() else None
    return None


def _ruby(module: str, path: str, root: Path) -> str | None:
    if module.startswith("./"):
        return _beside(module, path, root, ".rb")
    for base in ("lib", "app/models", "app", ".", "spec", "test"):
        place = posixpath.normpath(posixpath.join(base, module))
        for one in (place, place + ".rb"):
            if (root / one).is_file():
                return one
    return None


def _beside(module: str, path: str, root: Path, end: str) -> str | None:
    if "\\" in module or not module:
        return None
    place = posixpath.normpath(posixpath.join(posixpath.dirname(path), module.lstrip("/")
                                              if module.startswith("/") else module))  # fmt: skip
    if place.startswith(".."):
        return None
    return next((one for one in (place, place + end) if (root / one).is_file()), None)
