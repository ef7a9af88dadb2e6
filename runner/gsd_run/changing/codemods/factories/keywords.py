"""Keywords that are no columns: what they stand for, where only one thing is possible."""

import difflib
import re
from collections.abc import Mapping, Sequence

import libcst as cst
from msgspec import Struct
from msgspec.structs import replace

from gsd_run.changing.codemods.factories.functions import Function
from gsd_run.changing.codemods.factories.guards import guard_around, guards_of
from gsd_run.changing.codemods.factories.origins import Origins, origins_of
from gsd_run.changing.codemods.factories.schema import Column, Model, Schema
from gsd_run.changing.codemods.factories.source import Source
from gsd_run.changing.codemods.factories.suite import SESSION, Alias, Made

ABOUT_CALLS = frozenset({"TypeError", "AttributeError", "Exception", "BaseException"})
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
ALIKE = 0.75  # how alike two names must be for one to be a guess for the other

TEXTS = frozenset({"text", "enum", "uuid", "json", ""})
FITTING: Mapping[type[cst.CSTNode], frozenset[str]] = {
    cst.SimpleString: TEXTS,
    cst.FormattedString: TEXTS,
    cst.Integer: frozenset({"int", "float", "decimal", "json", ""}),
    cst.Float: frozenset({"float", "decimal", "json", ""}),
    cst.Dict: frozenset({"json", ""}),
    cst.List: frozenset({"json", "list", ""}),
}


class Reading(Struct, frozen=True, eq=False):
    """How a keyword can be read: as one thing, or else as one of some candidates.

    `alike` are columns that only have a similar name.
    """

    alias: Alias | None = None
    candidates: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()


def unknown_keywords(made: Made) -> tuple[str, ...]:
    """Return the keywords that neither the model nor the factory knows."""
    known = set(made.model.known) | {SESSION}
    init = made.model.init
    if init is not None and init.wildcard:
        return ()
    known |= set(init.names) if init is not None else set()
    if made.factory is not None:
        known |= {"size", *made.factory.declared, *made.factory.hidden}
    # A factory hands `team__name` on to the one that makes the team.
    return tuple(name for name in made.keywords if name.split("__", maxsplit=1)[0] not in known)


def with_aliases(
    made: Mapping[cst.Call, Made],
    functions: Mapping[cst.FunctionDef, Function],
    schema: Schema,
    around: Sequence[Source],
    *,
    guesses: bool,
) -> dict[cst.Call, Made]:
    """Return the same calls, knowing what their keywords stand for that are no columns.

    `around` are files with fixtures that may hand parents in; with `guesses` a single name that
    is nearly the same is taken, too.
    """
    asking = [one for one in made.values() if unknown_keywords(one) and not is_about_the_call(one)]
    if not asking:
        return dict(made)
    origins = origins_of(made, functions, schema, around)
    found = dict(made)
    for one in asking:
        aliases: dict[str, Alias] = {}
        for keyword in unknown_keywords(one):
            reading = read(one, keyword, origins, taken=[a.name for a in aliases.values()])
            if reading.alias is None and guesses and len(reading.alike) == 1:
                value = one.written[keyword]
                aliases[keyword] = Alias(reading.alike[0], value, "the nearest name", guessed=True)
            elif reading.alias is not None:
                aliases[keyword] = reading.alias
        found[one.call] = replace(one, aliases=aliases) if aliases else one
    return found


def is_about_the_call(made: Made) -> bool:
    """Tell whether a call stands where an error about its very keywords is expected."""
    if made.function is None:
        return False
    guard = guard_around(made.function, guards_of(made.function), made.call)
    return guard is not None and (not guard.database or bool(ABOUT_CALLS & set(guard.errors)))


def read(made: Made, keyword: str, origins: Origins, taken: Sequence[str] = ()) -> Reading:
    """Work out what a keyword stands for.

    That is the only foreign key to the table of the parent that it is given, or else the only
    column whose name holds all words of the keyword.
    """
    schema, model = origins.schema, made.model
    value = made.written[keyword]
    free = [c for c in model.columns if not _is_given(c, made, schema, taken)]
    parent = origins.model_of(value, made.function)
    key = _parent_of_key(value, made, origins)
    if parent is not None or key is not None:
        target = parent or key
        assert target is not None
        keys = [c for c in free if _points_at(c, target, schema)]
        wanted = [c for c in keys if words_of(keyword) <= words_of(c.key) | {"id"}]
        chosen = keys if len(keys) == 1 else wanted
        if len(chosen) == 1:
            how = f"the only foreign key to {target.name}"
            if len(keys) > 1:
                how = f"the only foreign key to {target.name} that holds its words"
            alias = _for_parent(model, chosen[0], value, schema, is_object=parent is not None)
            return Reading(replace(alias, how=how))
        if keys or parent is not None:
            return Reading(candidates=tuple(sorted(c.key for c in keys)))
    holding = [c for c in free if words_of(keyword) <= words_of(c.key) and _fits(value, c)]
    if len(holding) == 1 and not (holding[0].targets and isinstance(value, cst.Name)):
        how = "the only column that holds all its words"
        return Reading(Alias(holding[0].key, value, how))
    named = holding or [c for c in free if words_of(keyword) <= words_of(c.key)]
    if named:
        return Reading(candidates=tuple(sorted(c.key for c in named)))
    return Reading(alike=_alike(keyword, [c for c in free if _fits(value, c)]))


def _is_given(column: Column, made: Made, schema: Schema, taken: Sequence[str]) -> bool:
    names = {column.key, *(r.key for r in schema.parent_of(made.model, column.key))}
    return bool(names & {*made.values, *taken})


def _parent_of_key(value: cst.BaseExpression, made: Made, origins: Origins) -> Model | None:
    """Return the model whose key a value such as `x.id` is."""
    if not isinstance(value, cst.Attribute):
        return None
    model = origins.model_of(value.value, made.function)
    return model if model is not None and value.attr.value in model.primary_key else None


def _points_at(column: Column, parent: Model, schema: Schema) -> bool:
    family = {parent.key, *parent.bases}
    return any(
        target in family or (target in schema.models and parent.key in schema.models[target].bases)
        for target, _ in column.targets
    )


def _for_parent(
    model: Model, column: Column, value: cst.BaseExpression, schema: Schema, *, is_object: bool
) -> Alias:
    if not is_object:
        return Alias(column.key, value, "")
    relations = schema.parent_of(model, column.key)
    if len(relations) == 1:
        return Alias(relations[0].key, value, "")
    key = cst.Attribute(value=value, attr=cst.Name(column.targets[0][1]))
    return Alias(column.key, key, "")


def words_of(name: str) -> frozenset[str]:
    """Return the words of which a name is made, in small letters."""
    return frozenset(word.lower() for word in WORD.findall(name))


def _fits(value: cst.BaseExpression, column: Column) -> bool:
    """Tell whether a column takes a value, so far as a literal tells what it is."""
    if isinstance(value, cst.Name) and value.value in {"True", "False"}:
        return column.type.kind in {"bool", "json", ""}
    return column.type.kind in FITTING.get(type(value), {column.type.kind})


def _alike(keyword: str, columns: Sequence[Column]) -> tuple[str, ...]:
    keys = [c.key for c in columns]
    return tuple(difflib.get_close_matches(keyword, keys, n=3, cutoff=ALIKE))
