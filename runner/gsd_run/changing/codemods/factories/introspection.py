"""Describes mapped classes and factories as JSON.

This file is run as a script by the project's own interpreter, which has SQLAlchemy and
factory_boy; gsd-run's may have neither. It reads a request from stdin ({"paths": […],
"modules": […]}) and opens no database connection.
"""

# ruff: noqa: ANN401, SLF001  what is described here has any type, and is described through and through

import datetime as dt
import enum
import importlib
import inspect
import json
import sys
import traceback
from typing import Any


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
    from factory.alchemy import SQLAlchemyModelFactory  # noqa: PLC0415
    from sqlalchemy.orm import configure_mappers  # noqa: PLC0415

    configure_mappers()
    factories = [c for c in below(SQLAlchemyModelFactory) if not c.__module__.startswith("factory")]
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
    }


def below(cls: Any) -> list[Any]:
    """Return all subclasses, each once, the nearer ones first."""
    found: list[Any] = []
    for sub in cls.__subclasses__():
        found += [c for c in [sub, *below(sub)] if c not in found]
    return found


def is_mapped(value: Any) -> bool:
    """Tell whether a class is mapped to a table."""
    return isinstance(value, type) and "__mapper__" in vars(value)


def key_of(cls: type) -> str:
    """Return a name that no other class has."""
    return f"{cls.__module__}:{cls.__qualname__}"


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


def attribute(mapper: Any, col: Any) -> str | None:
    """Return the attribute that holds a column, if there is one."""
    from sqlalchemy.orm.exc import UnmappedColumnError  # noqa: PLC0415

    try:
        return str(mapper.get_property_by_column(col).key)
    except UnmappedColumnError:
        return None


def column(mapper: Any, prop: Any, uniques: list[tuple[str, ...]]) -> dict[str, Any]:
    """Describe one mapped column."""
    col = prop.columns[0]
    targets = [
        [key_of(other.class_), attribute(other, fk.column)]
        for fk in getattr(col, "foreign_keys", ())
        for other in mapper.registry.mappers
        if owns(other, fk.column)
    ]
    return {
        "key": prop.key,
        "required": is_required(mapper, prop, col),
        "nullable": bool(getattr(col, "nullable", True)),
        "primary_key": bool(getattr(col, "primary_key", False)),
        "unique": (prop.key,) in uniques,
        "targets": targets,
        "type": type_of(col.type),
        "default": default_of(col),
        "generated": has_default(mapper, prop, col),
    }


def owns(mapper: Any, col: Any) -> bool:
    """Tell whether a mapped class brings a column in itself, not by inheritance."""
    inherited = mapper.inherits is not None and col.table in mapper.inherits.tables
    return col.table in mapper.tables and not inherited and attribute(mapper, col) is not None


def is_required(mapper: Any, prop: Any, col: Any) -> bool:
    """Tell whether a row can't be stored unless somebody gives this column a value."""
    from sqlalchemy import Column  # noqa: PLC0415

    if not isinstance(col, Column) or col.nullable or has_default(mapper, prop, col):
        return False
    identified = mapper.polymorphic_identity is not None
    if identified and mapper.polymorphic_on is not None and mapper.polymorphic_on is col:
        return False
    return not (mapper.inherits is not None and len(prop.columns) > 1)


def has_default(mapper: Any, prop: Any, col: Any) -> bool:
    """Tell whether something fills the column when nobody gives a value."""
    from sqlalchemy import Column, Integer  # noqa: PLC0415

    if not isinstance(col, Column):
        return True
    field = getattr(mapper.class_, "__dataclass_fields__", {}).get(prop.key)
    if field is not None and field.default is not field.default_factory and field.init is False:
        return True
    counted = (
        col.primary_key
        and isinstance(col.type, Integer)
        and col.table is not None
        and col.table.autoincrement_column is col
    )
    return bool(
        col.default is not None
        or col.server_default is not None
        or col.identity is not None
        or col.computed is not None
        or counted
    )


def default_of(col: Any) -> dict[str, Any] | None:
    """Return a plain default value as Python source, or where an enum's member is from."""
    default = getattr(col, "default", None)
    if default is None or not getattr(default, "is_scalar", False):
        return None
    value = default.arg
    if isinstance(value, enum.Enum):
        cls = type(value)
        return {"source": f"{cls.__qualname__}.{value.name}", "module": cls.__module__}
    if isinstance(value, (str, int, float, bool, type(None))):
        return {"source": literal(value), "module": ""}
    return None


def literal(value: Any) -> str:
    """Return a plain value as Python source, texts in double quotes."""
    source = repr(value)
    if isinstance(value, str) and source.startswith("'") and '"' not in source:
        return f'"{source[1:-1]}"'
    return source


def type_of(kind: Any) -> dict[str, Any]:
    """Describe a column's type by the Python values that it takes."""
    import sqlalchemy as sa  # noqa: PLC0415

    plain = kind
    # Some of SQLAlchemy's own types are decorators, too, and say more than what they decorate.
    while isinstance(plain, sa.types.TypeDecorator) and not isinstance(
        plain, (sa.Interval, sa.PickleType)
    ):
        plain = plain.impl_instance if hasattr(plain, "impl_instance") else plain.impl
    answer: dict[str, Any] = {"name": type(kind).__name__, "kind": "", "length": None}
    if isinstance(plain, sa.Enum):
        answer["kind"] = "enum"
        cls = plain.enum_class
        answer["values"] = [literal(value) for value in plain.enums]
        if cls is not None:
            answer["enum"] = {"module": cls.__module__, "name": cls.__qualname__}
            answer["values"] = [member.name for member in cls]
        return answer
    table: list[tuple[str, tuple[Any, ...]]] = [
        ("json", (sa.JSON, sa.PickleType)),
        ("list", (sa.ARRAY,)),
        ("text", (sa.String,)),
        ("bool", (sa.Boolean,)),
        ("int", (sa.Integer,)),
        ("datetime", (sa.DateTime,)),
        ("date", (sa.Date,)),
        ("time", (sa.Time,)),
        ("interval", (sa.Interval,)),
        ("uuid", (sa.Uuid,)),
        ("bytes", (sa.LargeBinary,)),
    ]
    answer["kind"] = next((name for name, kinds in table if isinstance(plain, kinds)), "")
    if not answer["kind"] and isinstance(plain, sa.Numeric):
        answer["kind"] = "decimal" if plain.asdecimal else "float"
    if answer["kind"] == "":
        answer["kind"] = by_python_type(plain)
    answer["length"] = getattr(plain, "length", None)
    answer["aware"] = bool(getattr(plain, "timezone", False))
    answer["as_text"] = answer["kind"] == "uuid" and not plain.as_uuid
    return answer


def by_python_type(kind: Any) -> str:
    """Return the kind of a type that only says which Python type it takes."""
    try:
        python = kind.python_type
    except NotImplementedError:
        return ""
    known = {
        str: "text",
        int: "int",
        float: "float",
        bool: "bool",
        bytes: "bytes",
        dict: "json",
        list: "list",
        dt.datetime: "datetime",
        dt.date: "date",
    }
    return known.get(python, "")


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
        declared[name] = {"kind": type(value).__name__, "target": target, "given": given}
    return {
        "key": key_of(cls),
        "name": cls.__name__,
        "module": cls.__module__,
        "file": inspect.getsourcefile(cls) or "",
        "model": key_of(meta.model) if is_mapped(meta.model) and not meta.abstract else None,
        "bases": [
            key_of(b)
            for b in cls.__mro__[1:]
            if not b.__module__.startswith("factory") and b is not object
        ],
        "declared": declared,
        "hidden": sorted({*meta.exclude, *meta.parameters}),
    }


if __name__ == "__main__":
    main()
