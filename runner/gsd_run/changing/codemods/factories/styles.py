"""In which way a suite's factories get their session, and under which fixtures pytest knows them.

Factories that keep the session of the test themselves are called without one; to the others it is
given as `_session`, for which their base grows the means where it has none.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

import libcst as cst
from msgspec import Struct
from msgspec.structs import replace

from gsd_run.changing.codemods.factories.functions import fixture_mark, functions_of
from gsd_run.changing.codemods.factories.names import known_class
from gsd_run.changing.codemods.factories.schema import Factory, Schema
from gsd_run.changing.codemods.factories.source import Source, code, nodes, qualified, star_modules

WORD_ENDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Styles(Struct, frozen=True):
    """How calls of factories are written, by the factories' keys.

    `bound` ones have the test's session already; `mute` ones can't be given any; `roots` are the
    classes whose base has to change so that others can; `registered` are pytest-factoryboy's
    fixtures, with the fixtures that hand out a row as `rows`.
    """

    bound: frozenset[str] = frozenset()
    mute: frozenset[str] = frozenset()
    roots: tuple[str, ...] = ()
    registered: Mapping[str, str] = {}


def styles_of(schema: Schema, sources: Sequence[Source]) -> Styles:
    """Look at the factories and at the fixtures around the tests."""
    bound = frozenset(_bound(schema, sources))
    open_keys = {key for key, f in schema.factories.items() if not f.passes and key not in bound}
    roots = {key: root_of(schema, schema.factories[key]) for key in open_keys}
    mute = {
        key
        for key, root in roots.items()
        if schema.factories[key].overrides or schema.factories[root].overrides
    }
    grown = sorted({root for key, root in roots.items() if key not in mute})
    registered = dict(_registered(schema, sources))
    return Styles(bound, frozenset(mute), tuple(grown), registered)


def with_sessions(schema: Schema, styles: Styles) -> Schema:
    """Return the schema as it will be once the bases take a session."""
    passing = {
        key: replace(factory, passes=True)
        for key, factory in schema.factories.items()
        if root_of(schema, factory) in styles.roots and key not in styles.mute
    }
    return replace(schema, factories={**schema.factories, **passing})


def root_of(schema: Schema, factory: Factory) -> str:
    """Return the key of the project's class from which a factory derives in the end."""
    return next((key for key in reversed(factory.bases) if key in schema.factories), factory.key)


def _bound(schema: Schema, sources: Sequence[Source]) -> Iterator[str]:
    """Yield the factories whose own session the fixtures set, or hand out themselves."""
    every = list(schema.factories.values())
    for source in sources:
        for assign in nodes(source.tree, cst.Assign):
            for target in assign.targets:
                held = code(target.target)
                if held.endswith("._meta.sqlalchemy_session"):
                    owner = cst.ensure_type(target.target, cst.Attribute).value
                    named = cst.ensure_type(owner, cst.Attribute).value
                    key = known_class(source, schema, star_modules(source), named)
                    yield from [key] if key in schema.factories else [f.key for f in every]
        for function in functions_of(source):
            if fixture_mark(function.node) is not None or function.kind == "set-up":
                used = {qualified(source, name) for name in nodes(function.node.body, cst.Name)} | {
                    qualified(source, name) for name in nodes(function.node.body, cst.Attribute)
                }
                yield from (f.key for f in every if used & set(f.sessions))


def _registered(schema: Schema, sources: Sequence[Source]) -> Iterator[tuple[str, str]]:
    """Yield the factories that pytest-factoryboy makes fixtures of, with the fixtures' names."""
    for source in sources:
        stars = star_modules(source)
        named = [call for call in nodes(source.tree, cst.Call) if call.args]
        marked = [
            (decorator.decorator, node)
            for node in nodes(source.tree, cst.ClassDef)
            for decorator in node.decorators
        ]
        for call in named:
            if qualified(source, call.func) == "pytest_factoryboy.register":
                key = known_class(source, schema, stars, call.args[0].value)
                if key in schema.factories:
                    yield key, snake_case(schema.factories[key].name)
        for decorator, node in marked:
            if qualified(source, decorator) == "pytest_factoryboy.register":
                key = schema.names.get(f"{source.module}.{node.name.value}")
                if key in schema.factories:
                    yield key, snake_case(schema.factories[key].name)


def snake_case(name: str) -> str:
    """Return the name of a fixture that stands for a class."""
    return WORD_ENDS.sub("_", name).lower()
