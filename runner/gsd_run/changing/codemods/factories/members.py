"""Members of enums that do not exist: which one may be meant."""

import difflib
from collections.abc import Iterator, Mapping, Sequence

import libcst as cst
from msgspec import Struct

from gsd_run.changing.codemods.factories.decisions import Decisions
from gsd_run.changing.codemods.factories.guards import guard_around, guards_of
from gsd_run.changing.codemods.factories.keywords import words_of
from gsd_run.changing.codemods.factories.schema import ColumnType, Schema
from gsd_run.changing.codemods.factories.source import Source, code, nodes, qualified
from gsd_run.changing.codemods.factories.suite import Made, Suite

ALIKE = 0.6  # how alike names are that may be meant
CLEAR = 0.1  # by how much the best of them must be better than the others


def decide_texts(made: Made, suite: Suite, plan: Decisions) -> None:
    """Do the same for texts that are given to an enum's column and that it does not know."""
    for name, value in made.keywords.items():
        column = suite.schema.column(made.model, name)
        if column is None or not column.type.texts or not isinstance(value, cst.SimpleString):
            continue
        text = str(value.evaluated_value)
        if text in column.type.texts:
            continue
        candidates, best = alike(text, column.type.texts)
        line = made.source.line(value)
        said = f"{column.key} of {made.model.name} knows no {code(value)}"
        whole = made.function.node if made.function is not None else made.source.tree
        others = [n for n in nodes(whole, cst.SimpleString) if n.evaluated_value in {text, best}]
        if plan.guesses and best and others == [value]:
            plan.replaced[value] = f'"{best}"'
            plan.guessed("member", made.source.path, line, f'{said}; "{best}" taken instead')
        else:
            plan.open(made.source.path, line, said, tuple(f'"{one}"' for one in candidates))


class Missing(Struct, frozen=True, eq=False):
    """An attribute of an enum that the enum does not have."""

    node: cst.Attribute
    enum: str
    name: str
    candidates: tuple[str, ...]
    best: str  # "" where none stands out


def decide_members(source: Source, suite: Suite, plan: Decisions) -> None:
    """Propose a member for each that does not exist; with guesses, put it in its place."""
    for one in missing_members(source, suite):
        line = source.line(one.node)
        shown = tuple(f"{code(one.node.value)}.{name}" for name in one.candidates)
        said = f"{one.enum} has no member {one.name}"
        if plan.guesses and one.best and not _is_used_beside(source, one, suite):
            instead = f"{code(one.node.value)}.{one.best}"
            plan.replaced[one.node] = instead
            plan.guessed("member", source.path, line, f"{said}; {instead} taken instead")
        else:
            plan.open(source.path, line, said, shown)


def missing_members(source: Source, suite: Suite) -> Iterator[Missing]:
    """Yield each place where a file names a member that an enum of a column does not have."""
    enums = _enums(suite.schema)
    for node in nodes(source.tree, cst.Attribute):
        kind = _enum_of(source, node, enums)
        name = node.attr.value
        if kind is None or kind.enum is None or name in kind.attributes or name.startswith("_"):
            continue
        parent = source.parents[node]
        shouted = all(value.isupper() for value in kind.values)
        called = isinstance(parent, cst.Call) and parent.func is node
        if called or (shouted and not name.isupper()) or _is_expected(source, node, suite):
            continue
        candidates, best = alike(name, kind.values)
        yield Missing(node, kind.enum.name, name, candidates, best)


def _enums(schema: Schema) -> dict[str, ColumnType]:
    return {
        f"{column.type.enum.module}.{column.type.enum.name}": column.type
        for model in schema.models.values()
        for column in model.columns
        if column.type.enum is not None
    }


def _enum_of(
    source: Source, node: cst.Attribute, enums: Mapping[str, ColumnType]
) -> ColumnType | None:
    name = qualified(source, node.value)
    if name is None:
        return None
    if name in enums:
        return enums[name]
    # Packages hand their enums on under shorter names.
    root, last = name.split(".")[0], name.rpartition(".")[2]
    found = [
        k for key, k in enums.items() if key.split(".")[0] == root and key.endswith(f".{last}")
    ]
    return found[0] if len(found) == 1 else None


def _is_expected(source: Source, node: cst.CSTNode, suite: Suite) -> bool:
    """Tell whether a test wants to see that there is no such member."""
    function = suite.around(source, node)
    guard = guard_around(function, guards_of(function), node) if function else None
    return guard is not None and not guard.database


def _is_used_beside(source: Source, one: Missing, suite: Suite) -> bool:
    """Tell whether the function names the member already, which would then mean two things."""
    function = suite.around(source, one.node)
    whole = function.node if function is not None else source.tree
    wanted = f"{code(one.node.value)}.{one.best}"
    return any(code(node) == wanted for node in nodes(whole, cst.Attribute))


def alike(name: str, values: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Return the values that may be meant by a name, and the one that stands out, or ""."""
    holding = [v for v in values if words_of(name) <= words_of(v) or words_of(v) <= words_of(name)]
    if len(holding) == 1:
        return tuple(holding), holding[0]
    scored = sorted(
        (
            (difflib.SequenceMatcher(None, name.lower(), value.lower()).ratio(), value)
            for value in values
        ),
        key=lambda pair: (-pair[0], pair[1]),
    )
    near = [(score, value) for score, value in scored if score >= ALIKE]
    if not near:
        return tuple(holding) or tuple(values), ""
    clear = len(near) == 1 or near[0][0] - near[1][0] >= CLEAR
    return tuple(value for _, value in near), near[0][1] if clear and not holding else ""
