"""Describes mapped classes and factories as JSON.

This file and `introspected_columns` are run as one script by the project's own interpreter, which
has SQLAlchemy and factory_boy; gsd-run's may have neither. It reads a request from stdin
({"paths": […], "modules": […]}) and opens no database connection.
"""

# ruff: noqa: ANN401, SLF001  what is described here has any type, and is described through and through

import importlib
import importlib.util
import inspect
import json
import sys
import traceback
from typing import Any

from gsd_run.changing.codemods.factories.introspected_columns import (
    attribute,
    column,
    is_mapped,
    key_of,
    written,
)
from gsd_run.changing.codemods.factories.introspected_rules import checks_of


def main() -> None:
    """Import the modules that are asked for and print what is mapped and what makes rows."""
    request = json.load(sys.stdin)
    sys.path[:] = request["paths"] + [path for path in sys.path if path]
    try:
        modules = {}
        for name in request["modules"]:
            modules[name] = importlib.import_module(name)
        answer = described(modules)
    except BaseException as error:  # noqa: BLE001  whatever a project's module raises is the answer
        frames = traceback.extract_tb(error.__traceback__)
        inside = [f for f in frames if not f.filename.startswith("<")]
        last = inside[-1] if inside else frames[-1]
        place = f"{last.filename}:{last.lineno}"
        if isinstance(error, SyntaxError) and error.filename:
            place = f"{error.filename}:{error.lineno}"
        answer = {"error": f"{place}: {type(error).__name__}: {error}"}
    # The modules may have put something else in the place of stdout.
    print("\n@@gsd-run@@" + json.dumps(answer), file=sys.__stdout__)


def described(modules: dict[str, Any]) -> dict[str, Any]:
    """Return models and factories by key, and the names by which modules know them."""
    from sqlalchemy.orm import configure_mappers  # noqa: PLC0415

    configure_mappers()
    factories = known_factories()
    classes: dict[str, type] = {}
    names: dict[str, str] = {}
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", None) not in modules:
            continue
        for name, value in list(vars(module).items()):
            if isinstance(value, type) and (is_mapped(value) or value in factories):
                names[f"{module.__name__}.{name}"] = key_of(value)
                classes[key_of(value)] = value
    registries = {vars(c)["__mapper__"].registry for c in classes.values() if is_mapped(c)}
    models = {m.class_ for registry in registries for m in registry.mappers}
    models |= {c for c in classes.values() if is_mapped(c)}
    for made in [c._meta.model for c in factories if is_mapped(c._meta.model)]:
        models |= {m.class_ for m in made.__mapper__.registry.mappers}
    return {
        "names": names,
        "models": {key_of(c): model(c) for c in models},
        "factories": {key_of(c): factory_of(c) for c in factories},
        "doubled": doubled_indexes(models),
        "factory_boy": importlib.util.find_spec("factory") is not None,
    }


def doubled_indexes(models: set[Any]) -> list[str]:
    """Return the names of indexes that a table declares twice, which makes `create_all` fail."""
    tables = {table for c in models for table in c.__mapper__.registry.metadata.tables.values()}
    named = [[str(index.name) for index in table.indexes if index.name] for table in tables]
    return sorted({name for names in named for name in names if names.count(name) > 1})


def known_factories() -> list[Any]:
    """Return the project's factories; none where factory_boy is not installed."""
    try:
        from factory.alchemy import SQLAlchemyModelFactory  # noqa: PLC0415
    except ModuleNotFoundError:
        return []
    return [c for c in below(SQLAlchemyModelFactory) if not c.__module__.startswith("factory.")]


def below(cls: Any) -> list[Any]:
    """Return all subclasses, each once, the nearer ones first."""
    found: list[Any] = []
    for sub in cls.__subclasses__():
        found += [c for c in [sub, *below(sub)] if c not in found]
    return found


def model(cls: Any) -> dict[str, Any]:
    """Describe one mapped class."""
    mapper = cls.__mapper__
    uniques = composite_uniques(mapper)
    return {
        "key": key_of(cls),
        "name": cls.__name__,
        "module": cls.__module__,
        "bases": [key_of(b) for b in cls.__mro__[1:] if is_mapped(b)],
        "known": [n for n in dir(cls) if not n.startswith("_")],
        "init": own_init(cls),
        "columns": [column(mapper, prop, uniques) for prop in mapper.column_attrs],
        "uniques": [list(group) for group in uniques if len(group) > 1],
        "primary_key": [mapper.get_property_by_column(c).key for c in mapper.primary_key],
        "relationships": [relationship(mapper, prop) for prop in mapper.relationships],
        "checks": checks_of(mapper),
    }


def own_init(cls: Any) -> dict[str, Any] | None:
    """Return the parameters of a constructor that is not SQLAlchemy's own."""
    function = next((vars(b)["__init__"] for b in cls.__mro__ if "__init__" in vars(b)), None)
    code = getattr(function, "__code__", None)
    plain = code is not None and function.__module__.startswith("sqlalchemy.")
    signature = inspect.signature(cls.__init__)
    parameters = list(signature.parameters.values())[1:]
    wildcard = any(p.kind is p.VAR_KEYWORD for p in parameters)
    if plain or (wildcard and len(parameters) == 1 and "kwargs" in signature.parameters and plain):
        return None
    original = getattr(function, "__wrapped__", function)
    if getattr(original, "__module__", "").startswith("sqlalchemy."):
        return None
    return {
        "names": [
            p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
        ],
        "wildcard": wildcard,
    }


def composite_uniques(mapper: Any) -> list[tuple[str, ...]]:
    """Return the groups of attributes that must be unique together, single ones included."""
    from sqlalchemy import Index, PrimaryKeyConstraint, UniqueConstraint  # noqa: PLC0415

    groups: list[tuple[str, ...]] = []
    for table in mapper.tables:
        rules: list[Any] = [
            r for r in table.constraints if isinstance(r, (UniqueConstraint, PrimaryKeyConstraint))
        ]
        rules += [
            i
            for i in table.indexes
            if isinstance(i, Index)
            and i.unique
            and not any(
                key.endswith("_where") and value is not None
                for key, value in i.dialect_kwargs.items()
            )
        ]
        for rule in rules:
            keys = [attribute(mapper, c) for c in rule.columns]
            if keys and all(keys):
                groups.append(tuple(str(key) for key in keys))
    return sorted(set(groups))


def relationship(mapper: Any, prop: Any) -> dict[str, Any]:
    """Describe one relationship by the attributes on both sides."""
    return {
        "key": prop.key,
        "target": key_of(prop.mapper.class_),
        "direction": prop.direction.name,
        "viewonly": bool(prop.viewonly),
        "uselist": bool(prop.uselist),
        "local": [attribute(mapper, c) for c in sorted(prop.local_columns, key=str)],
        "remote": [
            attribute(prop.mapper, c)
            for c in sorted(prop.remote_side, key=str)
            if prop.secondary is None
        ],
        "reverse": sorted(other.key for other in prop._reverse_property),
    }


def factory_of(cls: Any) -> dict[str, Any]:
    """Describe one factory: its model, and what it fills by which kind of declaration."""
    from factory.declarations import SubFactory  # noqa: PLC0415

    meta = cls._meta
    declared = {}
    for name, value in meta.declarations.items():
        target, given = None, []
        if isinstance(value, SubFactory):
            target = key_of(value.get_factory())  # type: ignore[no-untyped-call]
            given = sorted(str(key) for key in getattr(value, "_defaults", ()))
        kind, plain = type(value).__name__, written(value)
        declared[name] = {"kind": kind, "target": target, "given": given, "value": plain}
    return {
        "key": key_of(cls),
        "name": cls.__name__,
        "module": cls.__module__,
        "file": inspect.getsourcefile(cls) or "",
        "model": key_of(meta.model) if is_mapped(meta.model) and not meta.abstract else None,
        "bases": [
            key_of(b)
            for b in cls.__mro__[1:]
            if b.__module__.partition(".")[0] not in {"factory", "typing", "builtins"}
        ],
        "declared": declared,
        "hidden": sorted({*meta.exclude, *meta.parameters}),
        "abstract": bool(meta.abstract),
        "once": [str(name) for name in getattr(meta, "sqlalchemy_get_or_create", ())],
        **session_style(cls),
    }


def session_style(cls: Any) -> dict[str, Any]:
    """Tell where a factory gets its session from: as `_session`, or under which names by itself."""
    functions = [
        getattr(value, "__func__", value)
        for b in cls.__mro__
        if not b.__module__.startswith("factory.") and b is not object
        for name, value in vars(b).items()
        if name in {"_create", "_generate", "_save", "create", "_adjust_kwargs"}
    ]
    own = cls._meta.sqlalchemy_session
    return {
        "passes": any("_session" in constants(getattr(f, "__code__", None)) for f in functions),
        "overrides": bool(functions),
        "sessions": sorted(
            f"{module.__name__}.{name}"
            for module in list(sys.modules.values())
            if own is not None and isinstance(getattr(module, "__name__", None), str)
            for name, value in list(getattr(module, "__dict__", {}).items())
            if value is own
        ),
    }


def constants(code: Any) -> set[Any]:
    """Return the texts that a function's code holds, those inside it included."""
    found: set[Any] = set()
    for value in getattr(code, "co_consts", ()):
        found |= constants(value) if hasattr(value, "co_consts") else {str(value)}
    return found


if __name__ == "__main__":
    main()
