"""Imports of other languages: what a file lacks is added, in the order and layout that it has."""

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from gsd_run.changing.failure import StepFailure
from gsd_run.changing.grammar_units import Unit, read_source
from gsd_run.outside.grammars import root_of

if TYPE_CHECKING:
    from ast_grep_py import SgNode

Done = list[tuple[str, str]]
_ECMASCRIPT = frozenset({"typescript", "tsx", "javascript"})


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


def with_import(text: str, statement: str, language: str, done: Done) -> str:
    """Return the text with everything that an import statement of the block imports.

    Raises:
        StepFailure: the file uses a name of it for something else.
    """
    if language in _ECMASCRIPT:
        after = _ecmascript(text, statement, language)
    elif language == "go":
        after = _go(text, statement)
    elif language == "rust":
        after = _rust(text, statement)
    else:
        after = _line(text, " ".join(statement.split()), language)
    if after != text:
        done.append(("", f"imports united: {' '.join(statement.split())}"))
    return after


def _imports(text: str, language: str) -> list[Unit]:
    units = read_source(text, language, "the file").units
    inner = [unit for unit in units if unit.spread]
    held = [unit for unit in units if unit.form == "import"]
    if not held and len(inner) == 1:
        held = [unit for unit in inner[0].members or () if unit.form == "import"]
    return held


def _plain(text: str) -> str:
    return " ".join(text.split()).rstrip(";").rstrip()


def _line(text: str, statement: str, language: str) -> str:
    """Add an import that is a line of its own, unless the file has it."""
    held = _imports(text, language)
    lines = [_plain(text[one.code : one.end].partition("//")[0]) for one in held]
    mine = _plain(statement)
    if mine in lines:
        return text
    name = _bound(mine)
    clash = next((one for one in lines if name and _bound(one) == name and _kind(one) ==
                  _kind(mine)), None)  # fmt: skip
    if clash is not None and language in {"java", "kotlin", "php"}:
        raise StepFailure(f"the file has `{clash}` already, and the block `{mine}`")
    return _added(text, statement, held, lines, language)


def _kind(line: str) -> tuple[str, ...]:
    return tuple(word for word in ("static", "function", "const") if f" {word} " in f" {line} ")


def _bound(line: str) -> str:
    last = re.split(r"[.\\\s]", line)[-1]
    return "" if last in {"*", "_"} else last


def _added(text: str, statement: str, held: list[Unit], lines: list[str], language: str) -> str:
    """Put an import into its place: in order where the imports of its form are in order."""
    mine = _plain(statement)
    form = [at for at, line in enumerate(lines) if _form(line) == _form(mine)]
    names = [lines[at] for at in form]
    after = form[-1] if form else len(held) - 1
    if form and names == sorted(names):
        smaller = [at for at in form if lines[at] < mine]
        if not smaller:
            first = held[form[0]]
            at = text.rfind("\n", 0, first.start) + 1
            return f"{text[:at]}{text[at : first.start]}{statement}\n{text[at:]}"
        after = smaller[-1]
    if held:
        beside = held[after]
        indent = text[text.rfind("\n", 0, beside.start) + 1 : beside.start]
        return f"{text[: beside.end]}\n{indent}{statement}{text[beside.end :]}"
    return _first(text, statement, language)


def _form(line: str) -> str:
    return re.split(r"[\s\"'(]", line)[0] + str(_kind(line))


def _first(text: str, statement: str, language: str) -> str:
    """Put an import into a file that has none: below its package, or at the top of its code."""
    units = read_source(text, language, "the file").units
    fixed = [unit for unit in units if unit.form == "fixed"]
    if fixed:
        end = fixed[-1].end
        return f"{text[:end]}\n\n{statement}{text[end:]}"
    if language == "php":
        tag = re.match(r"\s*<\?php[^\n]*\n?", text)
        end = tag.end() if tag else 0
        return f"{text[:end]}\n{statement}\n{text[end:]}"
    top = text.rfind("\n", 0, units[0].start) + 1 if units else len(text)
    return f"{text[:top]}{statement}\n\n{text[top:]}"


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


def _ecmascript(text: str, statement: str, language: str) -> str:
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
        return _first(text, _like(text, statement), language)
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
    held = [match for match in re.finditer(r"(?:type\s+)?[\w$*]+(?:\s+as\s+[\w$]+)?", _code(inside))]
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


def _go(text: str, statement: str) -> str:
    for spec in _go_specs(statement):
        text = _with_go(text, spec[0])
    return text


def _go_specs(text: str) -> list[tuple[str, int, int, bool]]:
    """Return the imports of a text with their places, and whether each stands in a group."""
    found = []
    for node in root_of(text, "go").find_all(kind="import_spec"):
        parent = node.parent()
        grouped = parent is not None and parent.kind() == "import_spec_list"
        place = node.range()
        found.append((" ".join(node.text().split()), place.start.index, place.end.index, grouped))
    return found


def _with_go(text: str, spec: str) -> str:
    held = _go_specs(text)
    path = spec.split()[-1]
    for one in held:
        if one[0] == spec:
            return text
        if one[0].split()[-1] == path:
            raise StepFailure(f"the file imports {one[0]} already, and the block {spec}")
    grouped = [one for one in held if one[3]]
    if not grouped:
        if not held:
            return _first(text, f"import {spec}", "go")
        return f"{text[: held[-1][2]]}\nimport {spec}{text[held[-1][2] :]}"
    akin = _akin_in_go(text, grouped, path)
    smaller = [one for one in akin if one[0].split()[-1] < path]
    beside = (smaller or akin)[-1] if smaller else akin[0]
    line = text.rfind("\n", 0, beside[1]) + 1
    indent = text[line : beside[1]]
    if smaller:
        end = text.find("\n", beside[2])
        return f"{text[:end]}\n{indent}{spec}{text[end:]}"
    return f"{text[:line]}{indent}{spec}\n{text[line:]}"


def _akin_in_go(
    text: str, held: list[tuple[str, int, int, bool]], path: str
) -> list[tuple[str, int, int, bool]]:
    """Return the group of imports that one belongs to: those of the library, or the others."""
    groups = [[held[0]]]
    for one in held[1:]:
        if text[groups[-1][-1][2] : one[1]].count("\n") > 1:
            groups.append([])
        groups[-1].append(one)
    top = path.strip('"').split("/")[0]
    for group in groups:
        tops = {one[0].split()[-1].strip('"').split("/")[0] for one in group}
        if top in tops and "." in top:
            return group
    for group in groups:
        if any(("." in one[0].split()[-1].split("/")[0]) == ("." in top) for one in group):
            return group
    return groups[-1]


def _rust(text: str, statement: str) -> str:
    visible, _, used = statement.strip().rstrip(";").partition("use ")
    held = _imports(text, "rust")
    known = {leaf for one in held for leaf in _leaves(_used(text[one.code : one.end]))}
    missing = [leaf for leaf in _leaves(used) if leaf not in known]
    bound = {_bound_in_rust(leaf): leaf for leaf in known}
    for leaf in missing:
        clash = bound.get(_bound_in_rust(leaf))
        if clash is not None and _bound_in_rust(leaf) not in {"*", "_"}:
            raise StepFailure(f"the file uses {clash} already, and the block {leaf}")
    if not missing:
        return text
    if len(missing) == len(_leaves(used)):
        fresh = [statement.strip()]
    else:
        fresh = [f"{visible}use {leaf};" for leaf in missing]
    for line in fresh:
        held = _imports(text, "rust")
        text = _added(text, line, held, [_plain(text[one.code : one.end]) for one in held], "rust")
    return text


def _used(statement: str) -> str:
    return statement.partition("use ")[2].strip().rstrip(";")


def _bound_in_rust(leaf: str) -> str:
    name = re.split(r"::|\s+as\s+", leaf)
    return name[-2] if name[-1] == "self" and len(name) > 1 else name[-1]


def _leaves(used: str) -> list[str]:
    """Return the paths that a `use` names, each in full."""
    used = " ".join(used.split())
    head, brace, rest = used.partition("{")
    if not brace:
        return [used]
    inner = rest.rpartition("}")[0]
    parts, depth, start = [], 0, 0
    for at, letter in enumerate(inner):
        depth += (letter == "{") - (letter == "}")
        if letter == "," and depth == 0:
            parts.append(inner[start:at])
            start = at + 1
    parts.append(inner[start:])
    return [head + leaf for part in parts if part.strip() for leaf in _leaves(part.strip())]


