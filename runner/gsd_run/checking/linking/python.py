"""Where an import of Python leads: relative, or absolute from a source root."""

import posixpath
from pathlib import Path, PurePosixPath


def resolve(module: str, path: str, root: Path) -> str | None:
    """Return the file of the module that an import in `path` means, or None.

    Source roots are the folders above the importing file, the project's root and its `src`.
    """
    folder = PurePosixPath(path).parent
    dots = len(module) - len(module.lstrip("."))
    rest = module[dots:].replace(".", "/")
    if dots:
        base = folder
        for _ in range(dots - 1):
            base = base.parent
        return _file(posixpath.join(base.as_posix(), rest) if rest else base.as_posix(), root)
    bases = [*(one.as_posix() for one in folder.parents), "src"]
    bases += [one.relative_to(root).as_posix() for one in sorted(root.glob("*/src"))]
    bases.append(folder.as_posix())  # where a script is run from
    places = (posixpath.join(base, rest) for base in dict.fromkeys(bases))
    return next((found for one in places if (found := _file(one, root)) is not None), None)


def _file(place: str, root: Path) -> str | None:
    place = posixpath.normpath(place)
    if place.startswith(".."):
        return None
    tries = (f"{place}.py", f"{place}/__init__.py", f"{place}.pyi")
    found = next((one for one in tries if (root / one).is_file()), None)
    return posixpath.normpath(found) if found else None
