"""Coverage reports by their formats: lcov, Istanbul, Cobertura, JaCoCo and Go profiles."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from gsd_run.checking.coverage_results.lines import Tally, placed, tallied
from gsd_run.checking.coverage_results.unreadable import Unreadable
from gsd_run.checking.coverage_results.xml import elements
from gsd_run.domain import lazy
from gsd_run.domain.measurement import FileCoverage

_GO_BLOCK = lazy.pattern(
    r"(?P<file>\S+\.go):(?P<block>\d+\.\d+,\d+\.\d+) (?P<size>\d+) (?P<times>\d+)"
)


def from_document(
    document: bytes, *, place: Path, folders: tuple[Path, ...], root: Path
) -> list[FileCoverage] | None:
    """Read a coverage report of any known format, None if it is of another.

    `place` is where it lay, `folders` are where the commands ran that may have written it.

    Raises:
        Unreadable: the format is known, and the report is damaged.
    """
    bases = (root, *folders, *above(place, root))
    text = document[:4096].decode("utf-8", errors="replace").lstrip("\ufeff \r\n\t")
    if text.startswith("mode: "):
        return list(placed(go_profile(document, above(place, root)), bases, root))
    if re.search(r"^(?:TN:|SF:)", text, re.MULTILINE):
        return list(placed(lcov(document), (*above(place, root), *bases), root))
    if text.startswith("{") and "statementMap" in document.decode("utf-8", errors="replace"):
        return list(placed(istanbul(document), bases, root))
    if re.search(r"<coverage\b[^>]*\bline-rate=", text):
        tallies, sources = cobertura(document)
        return list(placed(tallies, (*(root / one for one in sources), *bases), root))
    if re.search(r"<report\b[^>]*\bname=", text) and b"<sourcefile " in document:
        return list(placed(jacoco(document), _source_folders(bases), root))
    return None


def above(place: Path, root: Path) -> tuple[Path, ...]:
    """Return the folders that a report lies in, the nearest first, up to the root."""
    return tuple(one for one in place.resolve().parents if one.is_relative_to(root))


def lcov(document: bytes) -> list[Tally]:
    """Read `SF:` and `DA:` records; a file that several tests covered counts once."""
    return tallied(_lcov_lines(document.decode("utf-8", errors="replace")))


def _lcov_lines(text: str) -> Iterator[tuple[str, str, int]]:
    path = ""
    for line in text.splitlines():
        kind, _, rest = line.partition(":")
        if kind == "SF":
            path = rest.strip()
        elif kind == "DA" and path:
            number, _, times = rest.partition(",")
            count = times.split(",")[0].strip()
            yield path, number, int(count) if count.lstrip("-").isdigit() else 0


def istanbul(document: bytes) -> list[Tally]:
    """Read `coverage-final.json`, in which each statement has a number and a count.

    Raises:
        Unreadable: it has not that form.
    """
    try:
        files = json.loads(document)
        return tallied(
            (str(file.get("path", name)), statement, int(times))
            for name, file in files.items()
            for statement, times in file["s"].items()
        )
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise Unreadable(f"the coverage report can't be read: {error}") from error


def cobertura(document: bytes) -> tuple[list[Tally], list[str]]:
    """Read the lines of each class, and the folders that their paths may be relative to.

    Raises:
        Unreadable: it is no XML.
    """
    sources, hits, path, seen = list[str](), list[tuple[str, str, int]](), "", set[str]()
    in_methods = False  # whose lines are listed again behind them, with those of the signatures
    for name, attributes in elements(document):
        if name in {"methods", "/methods"}:
            in_methods = name == "methods"
        elif name == "source" and attributes.get("path"):
            sources.append(attributes["path"])
        elif name == "class":
            path = attributes.get("filename", "")
            seen.add(path)
        elif name == "line" and path and not in_methods:
            hits.append((path, attributes.get("number", ""), _whole(attributes.get("hits", "0"))))
    tallies = tallied(hits)
    empty = seen - {one.path for one in tallies} - {""}
    return [*tallies, *(Tally(one, 0, 0) for one in sorted(empty))], sources


def jacoco(document: bytes) -> list[Tally]:
    """Read the line counters of each source file, by its path below a folder of sources.

    Raises:
        Unreadable: it is no XML.
    """
    found, package, path = list[Tally](), "", ""
    for name, attributes in elements(document):
        if name == "package":
            package = attributes.get("name", "")
        elif name == "class":
            path = ""  # its own counters precede those of the file
        elif name == "sourcefile":
            path = f"{package}/{attributes.get('name', '')}".lstrip("/")
        elif name == "counter" and path and attributes.get("type") == "LINE":
            missed, covered = (_whole(attributes.get(one, "0")) for one in ("missed", "covered"))
            found.append(Tally(path, missed + covered, missed))
            path = ""
    return found


def _source_folders(bases: tuple[Path, ...]) -> list[Path]:
    inner = ("src/main/java", "src/main/kotlin", "src", "app/src/main/java", "app/src/main/kotlin")
    modules = [*bases, *(one for base in bases[:1] for one in sorted(base.glob("*/")))]
    return [base / folder for base in modules for folder in inner]


def _whole(text: str) -> int:
    return int(text) if text.isdigit() else 0


def go_profile(document: bytes, folders: tuple[Path, ...]) -> list[Tally]:
    """Read the blocks of a profile; a package's path begins with that of the module in go.mod."""
    blocks: dict[tuple[str, str], tuple[int, bool]] = {}
    for line in document.decode("utf-8", errors="replace").splitlines():
        found = _GO_BLOCK.fullmatch(line.strip())
        if found:
            key = (_below_module(found["file"], folders), found["block"])
            ran = found["times"] != "0" or blocks.get(key, (0, False))[1]
            blocks[key] = (int(found["size"]), ran)
    files: dict[str, tuple[int, int]] = {}
    for (path, _), (size, ran) in blocks.items():
        whole, missing = files.get(path, (0, 0))
        files[path] = (whole + size, missing + size * (not ran))
    return [Tally(path, *figures) for path, figures in files.items()]


def _below_module(path: str, folders: tuple[Path, ...]) -> str:
    for folder in folders:
        module = folder / "go.mod"
        if module.is_file():
            said = re.search(r"^module\s+(\S+)", module.read_text(errors="replace"), re.MULTILINE)
            name = said[1].strip('"') if said else ""
            if name and path.startswith(f"{name}/"):
                return str(folder / path.removeprefix(f"{name}/"))
    return path
