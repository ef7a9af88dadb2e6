"""Imports of TypeScript and JavaScript: names that join those of the same module."""

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from gsd_run.changing.failure import StepFailure
from gsd_run.changing.grammar_import_lines import first_import
from gsd_run.outside.grammars import root_of

if TYPE_CHECKING:
    from ast_grep_py import SgNode


class Line(Struct, frozen=True, kw_only=True):
    """One import statement of TypeScript or JavaScript, taken apart."""

    source: str
    types: bool
    default: str
    whole: str  # `* as name`
    names: tuple[str, ...]
    start: int = 0
    end: int = 0
    braces: tuple[int, int] | None = None

    @property
    def bound(self) -> dict[str, str]:
        """Return the names that it binds, each with what it is bound to."""
        found = {self.default: "default"} if self.default else {}
        if self.whole:
            found[self.whole.split()[-1]] = "*"
        for name in self.names:
            words = name.removeprefix("type ").split()
            found[words[-1]] = words[0]
        return found


def _lines_of(text: str, language: str) -> list[Line]:
    return [_taken_apart(node) for node in root_of(text, language).children()
            if node.kind() == "import_statement"]  # fmt: skip


def _taken_apart(node: "SgNode") -> Line:
    held: dict[str, list[SgNode]] = {}
    for one in node.children():
        held.setdefault(one.kind(), []).append(one)
        if one.kind() == "import_clause":
            for part in one.children():
                held.setdefault(f"clause {part.kind()}", []).append(part)
    named = held.get("clause named_imports", [])
    specifiers = [one for one in named[0].children() if one.is_named()] if named else []
    place = node.range()
    source = node.field("source")
    return Line(
        source=source.text().strip("'\"") if source is not None else node.text(),
        types="type" in held,
        default="".join(one.text() for one in held.get("clause identifier", [])),
        whole="".join(one.text() for one in held.get("clause namespace_import", [])),
        names=tuple(" ".join(one.text().split()) for one in specifiers if "import" in one.kind()),
        start=place.start.index,
        end=place.end.index,
        braces=(named[0].range().start.index, named[0].range().end.index) if named else None,
    )


def with_ecmascript(text: str, statement: str, language: str) -> str:
    """Return the text with what a statement imports and it lacks.

    Raises:
        StepFailure: it imports a name of it from elsewhere, or as a type only.
    """
    mine = _lines_of(statement, language)[0]
    lines = _lines_of(text, language)
    for line in lines:
        for name, what in mine.bound.items():
            there = line.bound.get(name)
            if there is not None and (line.source, there) != (mine.source, what):
                raise StepFailure(
                    f"the file imports {name} from {line.source} already, the block from "
                    f"{mine.source}"
                )
            if there is not None and _only_type(line, name) and not _only_type(mine, name):
                raise StepFailure(f"the file imports {name} as a type only, the block as a value")
    same = [line for line in lines if line.source == mine.source]
    if not mine.bound:
        return text if same else _written(text, statement, lines, language)
    known = {name for line in same for name in line.bound}
    missing = [one for one in mine.names if one.removeprefix("type ").split()[-1] not in known]
    default = mine.default if mine.default not in known else ""
    whole = mine.whole if mine.whole and mine.whole.split()[-1] not in known else ""
    target = next((one for one in same if one.braces and one.types == mine.types), None)
    if missing and target is not None:
        text = _with_names(text, target, missing)
        missing = []
    if not (missing or default or whole):
        return text
    braces = f"{{ {', '.join(missing)} }}" if missing else ""
    parts = ", ".join(part for part in (default, whole, braces) if part)
    if (default, whole, tuple(missing)) == (mine.default, mine.whole, mine.names):
        fresh = statement
    else:
        quote = "'" if "'" in statement.rpartition("from")[2] else '"'
        end = ";" if statement.rstrip().endswith(";") else ""
        word = "import type" if mine.types else "import"
        fresh = f"{word} {parts} from {quote}{mine.source}{quote}{end}"
    return _written(text, fresh, _lines_of(text, language), language)


def _only_type(line: Line, name: str) -> bool:
    return line.types or any(
        one.startswith("type ") and one.split()[-1] == name for one in line.names
    )


def _written(text: str, statement: str, lines: list[Line], language: str) -> str:
    if not lines:
        return first_import(text, _like(text, statement), language)
    end = lines[-1].end
    rest = text[end:]
    last = text[lines[-1].start : end]
    comment = re.match(r"[^\S\n]*//[^\n]*", rest)
    end += comment.end() if comment else 0
    quoted = _like(last, statement)
    if not last.rstrip().endswith(";"):
        quoted = quoted.rstrip(";")
    return f"{text[:end]}\n{quoted}{text[end:]}"


def _like(text: str, statement: str) -> str:
    """Return an import with the quotes that the text's imports have."""
    found = re.search(r"""^import\b[^'"]*(['"])""", text, re.MULTILINE)
    if found is None:
        return statement
    return re.sub(r"""(['"])([^'"]*)\1""", lambda one: f"{found[1]}{one[2]}{found[1]}", statement)


def _with_names(text: str, line: Line, missing: list[str]) -> str:
    """Put names between the braces of an import, in order where its names are in order."""
    assert line.braces is not None
    start, end = line.braces
    inside = text[start + 1 : end - 1]
    plain = [name.removeprefix("type ") for name in line.names]
    ordered = next((key for key in (str.lower, str) if plain == sorted(plain, key=key)), None)
    for name in missing:
        inside = _with_name(inside, name, ordered is not None)
    return f"{text[: start + 1]}{inside}{text[end - 1 :]}"


def _with_name(inside: str, name: str, ordered: bool) -> str:
    held = list(re.finditer(r"(?:type\s+)?[\w$*]+(?:\s+as\s+[\w$]+)?", _code(inside)))
    if not held:
        return f" {name} "
    key = name.removeprefix("type ").lower()
    later = [one for one in held if one[0].removeprefix("type ").lower() > key] if ordered else []
    several = "\n" in inside
    if later:
        at = later[0].start()
        indent = inside[inside.rfind("\n", 0, at) + 1 : at] if several else ""
        between = f",\n{indent}" if several and not indent.strip() else ", "
        return f"{inside[:at]}{name}{between}{inside[at:]}"
    last = held[-1]
    at = last.end()
    indent = inside[inside.rfind("\n", 0, last.start()) + 1 : last.start()]
    if several and not indent.strip():
        return f"{inside[:at]},\n{indent}{name}{inside[at:]}"
    return f"{inside[:at]}, {name}{inside[at:]}"


def _code(text: str) -> str:
    """Return a text with its comments blanked."""
    return re.sub(r"//[^\n]*|/\*.*?\*/", lambda one: " " * len(one[0]), text, flags=re.DOTALL)
