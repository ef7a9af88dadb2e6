"""Where a suite's Python code lives: folders for sys.path, module names, conftests, factories."""

import configparser
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from gsd_run.outside.project import Project

CONFIGS = ("pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg", "setup.py")
FACTORY_BASE = re.compile(r"\bSQLAlchemyModelFactory\b")
FACTORY_CLASS = re.compile(r"^class \w+\(.*Factory.*\):", re.MULTILINE)
SKIPPED = frozenset({"__pycache__", "node_modules", "site-packages", "venv", "env", "build"})


class Layout(Struct, frozen=True):
    """The folders that hold importable code, absolute, and the nearest configuration's folder."""

    root: Path
    home: Path
    paths: tuple[Path, ...]

    def module_of(self, path: str) -> str:
        """Return the dotted name under which a file (relative to the root) is imported."""
        place = self.root / path
        inside = [p for p in self.paths if place.is_relative_to(p)]
        start = inside[0] if inside else self.root
        parts = place.relative_to(start).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def file_of(self, module: str) -> Path | None:
        """Return the file of a module below one of the folders, or None."""
        for folder in self.paths:
            place = folder.joinpath(*module.split("."))
            for candidate in (place.with_suffix(".py"), place / "__init__.py"):
                if candidate.is_file():
                    return candidate
        return None

    def relative(self, place: Path) -> str:
        """Return a path relative to the project root."""
        return place.relative_to(self.root).as_posix()


def layout_of(project: Project, test_path: str, given: tuple[str, ...]) -> Layout:
    """Find the folders from which a test file imports, as pytest would; `given` come first."""
    root = project.root.resolve()
    place = root / test_path
    folders = [f for f in place.parents if f.is_relative_to(root)]
    home = next((f for f in folders if any((f / name).is_file() for name in CONFIGS)), root)
    # pytest's default import mode starts from the first folder upwards that is no package.
    start = next((f for f in folders if not (f / "__init__.py").is_file()), root)
    named = [root / path for path in given]
    paths = [*named, *_python_path(home), start, *_conftest_starts(folders), home, home / "src"]
    present = dict.fromkeys(p.resolve() for p in paths if p.is_dir())
    return Layout(root, home, tuple(present))


def _conftest_starts(folders: list[Path]) -> list[Path]:
    holding = [f for f in folders if (f / "conftest.py").is_file()]
    return [
        next((p for p in (f, *f.parents) if not (p / "__init__.py").is_file()), f) for f in holding
    ]


def _python_path(home: Path) -> list[Path]:
    """Return pytest's own setting `pythonpath`."""
    written = ""
    try:
        for name, section in (
            ("pytest.ini", "pytest"),
            ("tox.ini", "pytest"),
            ("setup.cfg", "tool:pytest"),
        ):
            parser = configparser.ConfigParser(interpolation=None)
            parser.read(home / name, encoding="utf-8")
            written = written or parser.get(section, "pythonpath", fallback="")
        if not written and (home / "pyproject.toml").is_file():
            tables = tomllib.loads((home / "pyproject.toml").read_text("utf-8"))
            options = tables.get("tool", {}).get("pytest", {}).get("ini_options", {})
            value = options.get("pythonpath", "")
            written = value if isinstance(value, str) else " ".join(map(str, value))
    except (configparser.Error, tomllib.TOMLDecodeError, UnicodeDecodeError):
        return []
    return [home / entry for entry in written.split()]


def conftests(layout: Layout, test_path: str) -> tuple[str, ...]:
    """Return the conftest files that hold for a test file, the nearest first."""
    place = layout.root / test_path
    above = [f / "conftest.py" for f in place.parents if f.is_relative_to(layout.root)]
    return tuple(layout.relative(c) for c in above if c.is_file())


def factory_files(layout: Layout) -> tuple[str, ...]:
    """Return the files that define factories: those with the base, and others in its package."""
    found: dict[str, None] = {}
    for place in _python_files(layout.home):
        if FACTORY_BASE.search(_text(place)):
            found[layout.relative(place)] = None
            if "factor" in place.parent.name:
                beside = [p for p in _python_files(place.parent) if FACTORY_CLASS.search(_text(p))]
                found.update(dict.fromkeys(layout.relative(p) for p in beside))
    return tuple(sorted(found))


def python_texts(layout: Layout) -> Iterator[str]:
    """Yield the text of every Python file of the project."""
    for place in _python_files(layout.home):
        yield _text(place)


def python_files(layout: Layout) -> Iterator[Path]:
    """Yield every Python file of the project, those in folders for sys.path elsewhere, too."""
    seen: set[Path] = set()
    for folder in (layout.home, *layout.paths):
        for place in _python_files(folder):
            if place not in seen:
                seen.add(place)
                yield place


def _python_files(folder: Path) -> Iterator[Path]:
    for place in sorted(folder.rglob("*.py")):
        parts = place.relative_to(folder).parts
        if not any(part in SKIPPED or part.startswith(".") for part in parts):
            yield place


def _text(place: Path) -> str:
    return place.read_text("utf-8", errors="replace")
