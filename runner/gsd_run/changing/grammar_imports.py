"""Imports of other languages: what a file lacks is added, in the order and layout that it has."""

import re

from gsd_run.changing.failure import StepFailure
from gsd_run.changing.grammar_import_lines import (
    added_import,
    first_import,
    imports_of,
    plain_import,
    with_line,
)
from gsd_run.changing.grammar_import_names import with_ecmascript
from gsd_run.outside.grammars import root_of

Done = list[tuple[str, str]]


_ECMASCRIPT = frozenset({"typescript", "tsx", "javascript"})


def with_import(text: str, statement: str, language: str, done: Done) -> str:
    """Return the text with everything that an import statement of the block imports.

    Raises:
        StepFailure: the file uses a name of it for something else.
    """
    if language in _ECMASCRIPT:
        after = with_ecmascript(text, statement, language)
    elif language == "go":
        after = _go(text, statement)
    elif language == "rust":
        after = _rust(text, statement)
    else:
        after = with_line(text, " ".join(statement.split()), language)
    if after != text:
        done.append(("", f"imports united: {' '.join(statement.split())}"))
    return after


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
    path = spec.rsplit(maxsplit=1)[-1]
    if any(one[0] == spec for one in held):
        return text
    for one in held:
        if one[0].split()[-1] == path:
            raise StepFailure(f"the file imports {one[0]} already, and the block {spec}")
    grouped = [one for one in held if one[3]]
    if not grouped:
        if not held:
            return first_import(text, f"import {spec}", "go")
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
    held = imports_of(text, "rust")
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
        held = imports_of(text, "rust")
        lines = [plain_import(text[one.code : one.end]) for one in held]
        text = added_import(text, line, held, lines, "rust")
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
