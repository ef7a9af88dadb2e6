"""Where an import of TypeScript or JavaScript leads: relative, by alias, or into a workspace."""

import json
import posixpath
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from gsd_run.checking.files.places import text_at
from gsd_run.domain import lazy

_ENDS = (".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".json", ".vue",
         ".svelte", ".astro", ".css", ".scss")  # fmt: skip
# What TypeScript writes for a file that will only be there once it is compiled.
_COMPILED = {".js": (".ts", ".tsx"), ".mjs": (".mts",), ".cjs": (".cts",), ".jsx": (".tsx",)}
_MOST_EXTENDED = 5
_WORKSPACES = ("pnpm-workspace.yaml", "lerna.json", "nx.json", "rush.json", "turbo.json")
_JSON_NOISE = lazy.pattern(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/|,(?=\s*[}\]])', re.DOTALL)


def resolve(module: str, path: str, root: Path) -> str | None:
    """Return the file that an import in `path` means, or None when it is none of the project's."""
    return next((found for place in _places(module, path, root)
                 if (found := as_file(place, root)) is not None), None)  # fmt: skip


def as_file(place: str, root: Path) -> str | None:
    """Return the file that a path without its end, or of a folder, stands for."""
    place = posixpath.normpath(place)
    if place.startswith(("../", "/")) or place == "..":
        return None
    stem, end = posixpath.splitext(place)
    compiled = _COMPILED.get(end, ())
    tries = [place, *(place + one for one in _ENDS), *(stem + one for one in compiled),
             *(f"{place}/index{one}" for one in _ENDS)]  # fmt: skip
    return next((one for one in tries if (root / one).is_file()), None)


def is_local(module: str) -> bool:
    """Tell whether an import can only mean a file of the project."""
    return module.startswith(("./", "../", "/", "@/", "~/", "#", "$lib")) or module in {".", ".."}


def _places(module: str, path: str, root: Path) -> Iterator[str]:
    folder = PurePosixPath(path).parent.as_posix()
    module = module.partition("?")[0]
    if module.startswith(".") and (module in {".", ".."} or module.startswith(("./", "../"))):
        yield posixpath.join(folder, module)
        return
    yield from _aliased(module, folder, root)
    for mark in ("@/", "~/", "$lib/"):
        if module.startswith(mark):
            rest = module.removeprefix(mark)
            usual = ("src/lib",) if mark == "$lib/" else ("src", ".", "app")
            for base in _above(folder):
                if (root / base / "package.json").is_file():
                    yield from (posixpath.join(base, one, rest) for one in usual)
    yield from _packaged(module, root)


def _above(folder: str) -> Iterator[str]:
    """Return a folder and those around it, up to the project's root."""
    yield folder
    for one in PurePosixPath(folder).parents if folder != "." else ():
        yield one.as_posix()


def _aliased(module: str, folder: str, root: Path) -> Iterator[str]:
    """Follow `paths` and `baseUrl` of the closest tsconfig.json or jsconfig.json."""
    for base in _above(folder):
        for name in ("tsconfig.json", "jsconfig.json", "tsconfig.app.json", "tsconfig.base.json"):
            if (root / base / name).is_file():
                yield from _by_config(module, posixpath.join(base, name), root)


def _by_config(module: str, config: str, root: Path) -> Iterator[str]:
    for _ in range(_MOST_EXTENDED):
        settings = _json(text_at(root, config) or "")
        options = settings.get("compilerOptions")
        options = options if isinstance(options, dict) else {}
        base = posixpath.join(posixpath.dirname(config), str(options.get("baseUrl", ".")))
        paths = options.get("paths")
        for pattern, places in paths.items() if isinstance(paths, dict) else ():
            before, star, after = str(pattern).partition("*")
            long_enough = len(module) >= len(before) + len(after)
            fits = module.startswith(before) and module.endswith(after) and long_enough
            if module == pattern or (star and fits):
                middle = module[len(before) : len(module) - len(after)] if star else ""
                for place in places if isinstance(places, list) else ():
                    yield posixpath.join(base, str(place).replace("*", middle))
        if "baseUrl" in options:
            yield posixpath.join(base, module)
        further = settings.get("extends")
        if not isinstance(further, str) or not further.startswith("."):
            return
        config = posixpath.normpath(posixpath.join(posixpath.dirname(config), further))
        config = config if config.endswith(".json") else config + ".json"


def _packaged(module: str, root: Path) -> Iterator[str]:
    """Follow the name of a package of the workspace to its source."""
    parts = module.split("/")
    name = "/".join(parts[: 2 if module.startswith("@") else 1])
    rest = module[len(name) :].lstrip("/")
    for folder, package in packages(root):
        if package.get("name") != name:
            continue
        if rest:
            yield from _exported(package, f"./{rest}", folder)
            yield from (posixpath.join(folder, "src", rest), posixpath.join(folder, rest))
        else:
            entries = [package.get(key) for key in ("source", "types", "module", "main")]
            yield from _exported(package, ".", folder)
            yield from (one for entry in entries if isinstance(entry, str)
                        for one in _sources(folder, entry))  # fmt: skip
            yield from (posixpath.join(folder, "src"), folder)


def _exported(package: dict[str, Any], name: str, folder: str) -> Iterator[str]:
    exports = package.get("exports")
    entry = exports.get(name) if isinstance(exports, dict) else (exports if name == "." else None)
    while isinstance(entry, dict) and entry:
        entry = entry.get("import") or entry.get("types") or next(iter(entry.values()))
    if isinstance(entry, str):
        yield from _sources(folder, entry)


def _sources(folder: str, entry: str) -> Iterator[str]:
    """Return what an entry point is made from: `dist/index.js` comes from `src/index.ts`."""
    stem = re.sub(r"\.(?:d\.ts|[cm]?js|[cm]?ts)$", "", entry)
    yield posixpath.join(
        folder, re.sub(r"(^|/)(?:dist|lib|build|out)/(?:esm/|cjs/)?", r"\1src/", stem)
    )
    yield posixpath.join(folder, entry)


def packages(root: Path) -> list[tuple[str, dict[str, Any]]]:
    """Return the packages of a workspace: their folders and what package.json says."""
    found: list[tuple[str, dict[str, Any]]] = []
    whole = _json(text_at(root, "package.json") or "")
    if "workspaces" not in whole and not any((root / one).is_file() for one in _WORKSPACES):
        return []
    for place in ("package.json", *_package_files(root)):
        text = text_at(root, place)
        if text:
            found.append((posixpath.dirname(place), _json(text)))
    return found


def _package_files(root: Path) -> list[str]:
    # Workspaces stand one or two folders deep, whatever their globs are.
    found = [*root.glob("*/package.json"), *root.glob("*/*/package.json")]
    return [one.relative_to(root).as_posix() for one in sorted(found)
            if "node_modules" not in one.parts]  # fmt: skip


@lru_cache(maxsize=64)
def _json(text: str) -> dict[str, Any]:
    """Return a JSON object that may have comments and trailing commas; {} when it is none."""
    try:
        value = json.loads(_JSON_NOISE.sub(lambda match: match[1] or "", text))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
