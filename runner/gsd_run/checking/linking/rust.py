"""Where a path of Rust leads: within its crate, or into another crate of the workspace."""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from gsd_run.checking.files.places import text_at
from gsd_run.domain import lazy

_NAME = lazy.pattern(r'^\s*name\s*=\s*"([^"]+)"', re.MULTILINE)


def resolve(module: str, path: str, root: Path) -> str | None:
    """Return the file of the deepest module that a path names, or None outside of the project.

    The last parts of a path may be an item of the module: `crate::a::b::Item` is in `a/b.rs`.
    """
    crate = _crate_of(path, root)
    if crate is None:
        return None
    head, *rest = module.split("::")
    own = _module_of(path, crate)
    if head == "crate":
        return _file(crate, rest, root)
    if head == "self":
        return _file(crate, [*own, *rest], root)
    if head == "super":
        above = own[:-1]
        while rest and rest[0] == "super":
            above, rest = above[:-1], rest[1:]
        return _file(crate, [*above, *rest], root)
    for folder, name in _crates(root):
        if name.replace("-", "_") == head:
            return _file(posixpath.join(folder, "src"), rest, root)
    inner = _file(crate, [*own, head, *rest], root)  # a module declared in this very file
    here = _file(crate, own, root)
    return inner if inner != here else None


def _crate_of(path: str, root: Path) -> str | None:
    """Return the folder of the crate's sources around a file."""
    for folder in PurePosixPath(path).parents:
        if (root / folder / "Cargo.toml").is_file():
            source = (folder / "src").as_posix()
            return source if path.startswith(source + "/") else folder.as_posix()
    # Without a manifest, the folder called src is the crate.
    parts = PurePosixPath(path).parts
    return "/".join(parts[: parts.index("src") + 1]) if "src" in parts else None


def _module_of(path: str, crate: str) -> list[str]:
    parts = list(PurePosixPath(posixpath.relpath(path, crate)).with_suffix("").parts)
    return parts[:-1] if parts[-1] in {"mod", "lib", "main"} else parts


def _file(crate: str, parts: list[str], root: Path) -> str | None:
    for length in range(len(parts), -1, -1):
        inner = "/".join(parts[:length])
        tries = [f"{inner}.rs", f"{inner}/mod.rs"] if inner else ["lib.rs", "main.rs"]
        for one in tries:
            place = posixpath.normpath(posixpath.join(crate, one))
            if (root / place).is_file():
                return place
    return None


def _crates(root: Path) -> Iterator[tuple[str, str]]:
    found = [*root.glob("Cargo.toml"), *root.glob("*/Cargo.toml"), *root.glob("*/*/Cargo.toml")]
    for manifest in sorted(found):
        place = manifest.relative_to(root).as_posix()
        name = _NAME.search(text_at(root, place) or "")
        if name:
            yield posixpath.dirname(place), name[1]
