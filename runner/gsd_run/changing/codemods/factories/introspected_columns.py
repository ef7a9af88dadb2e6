"""Describes mapped columns as JSON; a part of `introspection`, in the project's interpreter."""

# ruff: noqa: ANN401  what is described here has any type

import datetime as dt
import enum
from typing import Any


def is_mapped(value: Any) -> bool:
    """Tell whether a class is mapped to a table."""
    return isinstance(value, type) and "__mapper__" in vars(value)


def key_of(cls: type) -> str:
    """Return a name that no other class has."""
    return f"{cls.__module__}:{cls.__qualname__}"


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
        for fk in sorted(getattr(col, "foreign_keys", ()), key=own_key_first)
        for other in sorted(mapper.registry.mappers, key=lambda one: key_of(one.class_))
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
        "on_update": fills_on_update(col),
    }


def own_key_first(fk: Any) -> tuple[int, str]:
    """Return a sort key for foreign keys, which come in no order: those of few columns first."""
    return len(getattr(fk.constraint, "elements", ())), str(fk.target_fullname)


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

    if not isinstance(col, Column) or is_kept_by_mapper(mapper, prop):
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


def is_kept_by_mapper(mapper: Any, prop: Any) -> bool:
    """Tell whether the mapper itself fills a column: with the kind of row, or its version."""
    kept = [mapper.version_id_col]
    if mapper.polymorphic_identity is not None:
        kept.append(mapper.polymorphic_on)
    return any(c is one for c in prop.columns for one in kept if one is not None)


def default_of(col: Any) -> dict[str, Any] | None:
    """Return a plain default value as Python source, or where an enum's member is from."""
    default = getattr(col, "default", None)
    if default is None or not getattr(default, "is_scalar", False):
        return None
    return written(default.arg)


def written(value: Any) -> dict[str, Any] | None:
    """Return a plain value as Python source, an enum's member with the module of its class."""
    if isinstance(value, enum.Enum):
        cls = type(value)
        return {"source": f"{cls.__qualname__}.{value.name}", "module": cls.__module__}
    if isinstance(value, (str, int, float, bool, type(None))):
        return {"source": literal(value), "module": ""}
    return None


def fills_on_update(col: Any) -> bool:
    """Tell whether a column gets a value when its row changes."""
    given = (getattr(col, "onupdate", None), getattr(col, "server_onupdate", None))
    return any(value is not None for value in given)


def enum_attributes(cls: Any) -> list[str]:
    """Return all names that an enum has: members, their other names, methods."""
    return sorted({*cls.__members__, *(name for name in dir(cls) if not name.startswith("_"))})


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
            answer["attributes"] = enum_attributes(cls)
        if plain is kind and not getattr(plain, "validate_strings", False):
            answer["texts"] = [str(value) for value in plain.enums]
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
