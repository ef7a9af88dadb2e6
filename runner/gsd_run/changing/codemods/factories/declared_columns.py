"""The columns of a mapped class by its source."""

import ast
from collections.abc import Mapping

from msgspec import Struct

from gsd_run.changing.codemods.factories.declared_classes import Class, Member, own_value
from gsd_run.changing.codemods.factories.declared_modules import Code, keywords, last_name, plain
from gsd_run.changing.codemods.factories.schema import ColumnType, Default, EnumClass

COLUMNS = frozenset({"Column", "mapped_column", "Field"})
MAPPED = frozenset({"Mapped", "WriteOnlyMapped", "DynamicMapped"})
KINDS: Mapping[str, str] = {
    **dict.fromkeys(("Integer", "BigInteger", "SmallInteger", "INTEGER", "BIGINT", "int"), "int"),
    **dict.fromkeys(("String", "Text", "Unicode", "UnicodeText", "VARCHAR", "CHAR", "str"), "text"),
    **dict.fromkeys(("TEXT", "AutoString", "EmailStr"), "text"),
    **dict.fromkeys(("Boolean", "BOOLEAN", "bool"), "bool"),
    **dict.fromkeys(("Float", "FLOAT", "REAL", "Double", "float"), "float"),
    **dict.fromkeys(("Numeric", "DECIMAL", "NUMERIC", "Decimal"), "decimal"),
    **dict.fromkeys(("DateTime", "TIMESTAMP", "DATETIME", "datetime"), "datetime"),
    **dict.fromkeys(("Date", "DATE", "date"), "date"),
    **dict.fromkeys(("Time", "TIME", "time"), "time"),
    **dict.fromkeys(("Interval", "INTERVAL", "timedelta"), "interval"),
    **dict.fromkeys(("Uuid", "UUID"), "uuid"),
    **dict.fromkeys(("LargeBinary", "BLOB", "BYTEA", "bytes"), "bytes"),
    **dict.fromkeys(("JSON", "JSONB", "PickleType", "dict", "Dict"), "json"),
    **dict.fromkeys(("ARRAY", "list", "List"), "list"),
}
FILLING = ("default", "server_default", "default_factory", "insert_default", "sa_column_kwargs")
ENUMS = frozenset({"Enum", "IntEnum", "StrEnum", "Flag"})


class Written(Struct, frozen=True, eq=False):
    """A column as it is written: `target` is what its foreign key points at, if it has one."""

    key: str
    name: str
    owner: Class
    type: ColumnType
    nullable: bool
    primary_key: bool
    unique: bool
    filled: bool
    target: ast.expr | None
    default: Default | None
    on_update: bool
    counted: bool  # it may count itself up


def written_column(
    member: Member, code: Code, types_by_note: Mapping[str, ast.expr]
) -> Written | None:
    """Return the column that a member of a class declares, or None.

    `types_by_note` are the types that the base class gives to annotations.
    """
    annotation, call = _unwrapped(member, code)
    if member.name.startswith("__") or (call is None and annotation is None):
        return None
    if call is not None and last_name(call) not in COLUMNS:
        return None
    given = _given(call)
    types = _types(call, given)
    key = next((a for a in _arguments(call) if last_name(a) == "ForeignKey"), None)
    target = key.args[0] if isinstance(key, ast.Call) and key.args else given.get("foreign_key")
    noted = types_by_note.get(ast.unparse(_bare(annotation))) if annotation is not None else None
    kind = _type(types[0] if types else noted or annotation, member, code)
    if not kind.kind and annotation is not None:
        kind = _type(annotation, member, code)
    primary = plain(given.get("primary_key")) is True
    optional = annotation is not None and _is_optional(annotation)
    nullable = not primary and (optional if annotation is not None else True)
    told = plain(given.get("nullable"))
    default = next((given[n] for n in ("default", "insert_default") if n in given), None)
    if call is not None and last_name(call) == "Field" and call.args:
        default = call.args[0] if plain(call.args[0]) is not ... else default
    filled = any(name in given for name in FILLING) or default is not None or _computed(call)
    names = [plain(a) for a in _arguments(call) if isinstance(a, ast.Constant)]
    texts = [name for name in names if isinstance(name, str)]
    return Written(
        key=member.name,
        name=texts[0] if texts else member.name,
        owner=member.owner,
        type=kind,
        nullable=told if isinstance(told, bool) else nullable,
        primary_key=primary,
        unique=plain(given.get("unique")) is True,
        filled=filled and not _is_none(default),
        target=target,
        default=_default(default, member, code),
        on_update="onupdate" in given,
        counted=plain(given.get("autoincrement")) is not False,
    )


def _is_none(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _unwrapped(member: Member, code: Code) -> tuple[ast.expr | None, ast.Call | None]:
    """Return the annotated type without `Mapped`, and the call that declares the column."""
    call = member.value if isinstance(member.value, ast.Call) else None
    note = member.annotation
    if isinstance(note, ast.Constant) and isinstance(note.value, str):
        note = ast.parse(note.value, mode="eval").body
    inner = note.slice if isinstance(note, ast.Subscript) and last_name(note) in MAPPED else None
    if inner is None:
        field = call is not None and last_name(call) == "Field"
        wanted = note if field or _is_sqlmodel_field(member) else None
        return wanted, call
    if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
        inner = ast.parse(inner.value, mode="eval").body
    found = code.value(code.dotted(member.owner.module, inner))
    alias = found[1] if found is not None else inner
    if isinstance(alias, ast.Subscript) and last_name(alias) == "Annotated":
        parts = alias.slice.elts if isinstance(alias.slice, ast.Tuple) else [alias.slice]
        inner = parts[0]
        call = call or next((p for p in parts[1:] if isinstance(p, ast.Call)), None)
    return inner, call


def _is_sqlmodel_field(member: Member) -> bool:
    """Tell whether a plain annotated attribute is a column: only SQLModel has such."""
    return "table" in {k.arg for k in member.owner.node.keywords} or any(
        base.endswith("SQLModel") for base in member.owner.bases
    )


def _given(call: ast.Call | None) -> dict[str, ast.expr]:
    return keywords(call) if call is not None else {}


def _arguments(call: ast.Call | None) -> list[ast.expr]:
    return list(call.args) if call is not None else []


def _computed(call: ast.Call | None) -> bool:
    return any(last_name(a) in {"Identity", "Computed", "Sequence"} for a in _arguments(call))


def _types(call: ast.Call | None, given: Mapping[str, ast.expr]) -> list[ast.expr]:
    """Return the types that a column's call names."""
    if call is not None and last_name(call) == "Field":
        return [given["sa_type"]] if "sa_type" in given else []
    other = {"ForeignKey", "Identity", "Computed", "Sequence", "CheckConstraint"}
    named = [a for a in _arguments(call) if not isinstance(a, ast.Constant)]
    named = [a for a in named if last_name(a) not in other and last_name(a)]
    return [*named, *([given["type_"]] if "type_" in given else [])]


def _is_optional(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return _is_optional(node.left) or _is_optional(node.right)
    return (isinstance(node, ast.Constant) and node.value is None) or last_name(node) == "Optional"


def _bare(node: ast.expr) -> ast.expr:
    """Return a type without the None that it may be."""
    if isinstance(node, ast.BinOp):
        sides = [s for s in (node.left, node.right) if not isinstance(s, ast.Constant)]
        return _bare(sides[0]) if sides else node
    if isinstance(node, ast.Subscript) and last_name(node) == "Optional":
        return _bare(node.slice)
    return node


def _type(node: ast.expr | None, member: Member, code: Code) -> ColumnType:
    if node is None:
        return ColumnType("", "")
    node = _bare(node)
    name = last_name(node)
    arguments = node.args if isinstance(node, ast.Call) else []
    if isinstance(node, ast.Call) and name == "Enum":
        found = _enum(arguments[0], member, code) if arguments else None
        texts = [plain(a) for a in arguments]
        values = tuple(f'"{text}"' for text in texts if isinstance(text, str))
        return found or ColumnType("Enum", "enum", values=values)
    found = _enum(node, member, code) or _decorated(node, member, code)
    if found is not None:
        return found
    given = keywords(node) if isinstance(node, ast.Call) else {}
    length = plain(arguments[0]) if arguments else plain(given.get("length"))
    sized = plain(
        _given(member.value if isinstance(member.value, ast.Call) else None).get("max_length")
    )
    kind = KINDS.get(name, "")
    return ColumnType(
        name,
        kind,
        length=length
        if isinstance(length, int) and kind == "text"
        else sized
        if isinstance(sized, int)
        else None,
        aware=plain(given.get("timezone")) is True,
        as_text=kind == "uuid" and plain(given.get("as_uuid")) is False,
    )


def _decorated(node: ast.expr, member: Member, code: Code) -> ColumnType | None:
    """Return the type that a type of the project's own is made of."""
    named = node.func if isinstance(node, ast.Call) else node
    found = code.value(code.dotted(member.owner.module, named))
    if found is None or not isinstance(found[1], ast.ClassDef):
        return None
    owner = Class("", found[0], found[1], ())
    value = own_value(owner, "impl")
    return _type(value, Member("impl", None, None, owner), code) if value is not None else None


def _enum(node: ast.expr, member: Member, code: Code) -> ColumnType | None:
    """Return the type of an enum class of the project, if the expression names one."""
    found = code.value(code.dotted(member.owner.module, node))
    if found is None or not isinstance(found[1], ast.ClassDef):
        return None
    module, cls = found[0], found[1]
    if not any(last_name(base) in ENUMS for base in cls.bases):
        return None
    names = tuple(
        target.id
        for line in cls.body
        if isinstance(line, ast.Assign)
        for target in line.targets
        if isinstance(target, ast.Name) and not target.id.startswith("_")
    )
    enum = EnumClass(module.name, cls.name)
    return ColumnType("Enum", "enum", enum=enum, values=names, attributes=names)


def _default(node: ast.expr | None, member: Member, code: Code) -> Default | None:
    """Return a plain default: a literal, or an enum's member."""
    if isinstance(node, ast.Constant) and node.value is not ...:
        return Default(_literal(node.value), "")
    if isinstance(node, ast.Attribute) and _enum(node.value, member, code) is not None:
        found = code.value(code.dotted(member.owner.module, node.value))
        module = found[0].name if found is not None else ""
        return Default(f"{last_name(node.value)}.{node.attr}", module)
    return None


def _literal(value: object) -> str:
    """Return a plain value as Python source, texts in double quotes."""
    source = repr(value)
    if isinstance(value, str) and source.startswith("'") and '"' not in source:
        return f'"{source[1:-1]}"'
    return source
