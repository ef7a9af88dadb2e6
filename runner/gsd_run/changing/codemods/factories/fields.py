"""What a factory must fill so that a row can be stored: worked out from the mapped class."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from gsd_run.changing.codemods.factories.schema import (
    Column,
    Declared,
    Factory,
    Model,
    Relationship,
    Schema,
)

# Numbers take so many digits in a sequence that a test run will not go beyond them.
DIGITS = 5


class Field(Struct, frozen=True):
    """One attribute of a factory.

    `source` is Python; `parent` is the model of a SubFactory, whose class name replaces `{}`;
    `hidden` ones are parameters; `imports` are (module, name), with "" for a plain import.
    """

    name: str
    source: str
    parent: str | None = None
    hidden: bool = False
    imports: tuple[tuple[str, str], ...] = ()


class Fields(Struct, frozen=True):
    """The attributes of a factory, and the columns for which no value could be thought of."""

    fields: tuple[Field, ...]
    unknown: tuple[str, ...] = ()


def required_fields(schema: Schema, model: Model) -> Fields:
    """Return what a factory for a model must fill: required columns without a default."""
    fields: dict[str, Field] = {}
    unknown: list[str] = []
    for column in model.columns:
        if not column.required:
            continue
        made = (
            _parent_fields(schema, model, column)
            if column.targets
            else _plain_fields(model, column)
        )
        if not made:
            unknown.append(column.key)
        fields.update((field.name, field) for field in made)
    return Fields(tuple(fields.values()), tuple(unknown))


def covered(factory: Factory, schema: Schema) -> frozenset[str]:
    """Return the columns of its model that a factory fills, by themselves or by relationship."""
    model = schema.models[factory.model or ""]
    names = set(factory.declared)
    for relation in model.relationships:
        if relation.key in names and relation.direction == "MANYTOONE":
            names |= {key for key in relation.local if key}
    return frozenset(names - set(factory.hidden))


def parent_slot(factory: Factory, schema: Schema, column: str) -> str | None:
    """Return the name under which a factory makes the parent that a foreign key points at."""
    model = schema.models[factory.model or ""]
    for relation in schema.parent_of(model, column):
        if factory.declared.get(relation.key, Declared("")).target:
            return relation.key
    targets = {target for target, _ in _targets(schema, model, column)}
    for name in factory.hidden:
        made = factory.declared.get(name, Declared("")).target
        parent = schema.factories[made].model if made in schema.factories else None
        if parent in targets and name in {column.removesuffix("_id"), f"{column}_parent"}:
            return name
    return None


def _targets(schema: Schema, model: Model, column: str) -> tuple[tuple[str, str], ...]:
    found = schema.column(model, column)
    return found.targets if found else ()


def _parent_fields(schema: Schema, model: Model, column: Column) -> list[Field]:
    relation = _parent_relation(model, column)
    target = relation.target if relation else column.targets[0][0]
    if target == model.key or _needs(schema, target, model.key):
        return []
    source = "factory.SubFactory({})"
    if relation is not None:
        return [Field(relation.key, source, parent=target)]
    through = _through(model, column)
    if through is not None:
        return [Field(column.key, f'factory.SelfAttribute("{through}", default=None)')]
    stem = column.key.removesuffix("_id")
    slot = stem if stem != column.key and stem not in model.known else f"{column.key}_parent"
    attribute = f'factory.SelfAttribute("{slot}.{column.targets[0][1]}")'
    return [Field(slot, source, parent=target, hidden=True), Field(column.key, attribute)]


def _parent_relation(model: Model, column: Column) -> Relationship | None:
    holding = [
        r
        for r in model.relationships
        if r.direction == "MANYTOONE" and column.key in r.local and not r.viewonly
    ]
    stem = column.key.removesuffix("_id")
    holding.sort(key=lambda r: (len(r.local), r.key != stem, r.key))
    return holding[0] if holding else None


def _through(model: Model, column: Column) -> str | None:
    """Return `parent.column` where another parent's row holds the same key already.

    `(tenant_id, account_id)` points at an account: the tenant of the row is the account's.
    """
    required = {c.key for c in model.columns if c.required}
    for target, attribute in column.targets[1:]:
        for relation in model.relationships:
            local = {key for key in relation.local if key}
            usable = relation.direction == "MANYTOONE" and not relation.viewonly
            if usable and relation.target == target and local and local <= required:
                return f"{relation.key}.{attribute}"
    return None


def _needs(schema: Schema, start: str, wanted: str) -> bool:
    """Tell whether making one model's row requires a row of another, over any number of steps."""
    seen, todo = set(), [start]
    while todo:
        key = todo.pop()
        if key == wanted:
            return True
        if key not in seen and key in schema.models:
            seen.add(key)
            required = [c for c in schema.models[key].columns if c.required and c.targets]
            todo += [target for c in required for target, _ in c.targets[:1]]
    return False


def _plain_fields(model: Model, column: Column) -> list[Field]:
    source, imports = _value(column, counted=_counted(model, column))
    return [Field(column.key, source, imports=imports)] if source else []


def _counted(model: Model, column: Column) -> bool:
    """Tell whether each row needs another value.

    Of the columns that are unique together, the first free one is counted, so that rows of the
    same parent don't meet.
    """
    if column.unique:
        return True
    for group in model.uniques:
        free = [
            c.key
            for c in model.columns
            if c.key in group and c.required and not c.targets and c.type.kind in COUNTABLE
        ]
        if free[:1] == [column.key]:
            return True
    return False


COUNTABLE = frozenset({"text", "int", "float", "decimal", "bytes", "date", "datetime"})

Value = tuple[str, tuple[tuple[str, str], ...]]

FIXED: Mapping[str, Value] = {
    "int": ("1", ()),
    "float": ("1.0", ()),
    "decimal": ('Decimal("1")', (("decimal", "Decimal"),)),
    "bool": ("False", ()),
    "date": ("factory.LazyFunction(date.today)", (("datetime", "date"),)),
    "datetime": ("factory.LazyFunction(datetime.now)", (("datetime", "datetime"),)),
    "time": ("time(12)", (("datetime", "time"),)),
    "interval": ("timedelta(hours=1)", (("datetime", "timedelta"),)),
    "uuid": ("factory.LazyFunction(uuid4)", (("uuid", "uuid4"),)),
    "bytes": ('b"bytes"', ()),
    "json": ("factory.LazyFunction(dict)", ()),
    "list": ("factory.LazyFunction(list)", ()),
}
COUNTED: Mapping[str, Value] = {
    "int": ("factory.Sequence(lambda n: n + 1)", ()),
    "float": ("factory.Sequence(lambda n: n + 1.0)", ()),
    "decimal": ("factory.Sequence(lambda n: Decimal(n + 1))", (("decimal", "Decimal"),)),
    "bytes": ("factory.Sequence(lambda n: str(n).encode())", ()),
    "date": (
        "factory.Sequence(lambda n: date(2020, 1, 1) + timedelta(days=n))",
        (("datetime", "date"), ("datetime", "timedelta")),
    ),
    "datetime": (
        "factory.Sequence(lambda n: datetime(2020, 1, 1) + timedelta(minutes=n))",
        (("datetime", "datetime"), ("datetime", "timedelta")),
    ),
}


def _value(column: Column, *, counted: bool) -> Value:
    kind = column.type.kind
    if kind == "text":
        return _text(column, counted=counted), ()
    if kind == "enum":
        return _member(column)
    if kind == "uuid" and column.type.as_text:
        return "factory.LazyFunction(lambda: str(uuid4()))", (("uuid", "uuid4"),)
    if kind == "datetime" and column.type.aware and not counted:
        source = "factory.LazyFunction(lambda: datetime.now(timezone.utc))"
        return source, (("datetime", "datetime"), ("datetime", "timezone"))
    table = COUNTED if counted and kind in COUNTED else FIXED
    return table.get(kind, ("", ()))


def _member(column: Column) -> Value:
    if not column.type.values:
        return "", ()
    first = column.type.values[0]
    if column.type.enum is None:
        return first, ()
    name = column.type.enum.name
    return f"{name}.{first}", ((column.type.enum.module, name.split(".")[0]),)


def _text(column: Column, *, counted: bool) -> str:
    room = column.type.length or 10_000
    word = column.key.replace("_", "-")
    ending = "@example.com" if "email" in column.key else ""
    if not counted:
        whole = f"{column.key.replace('_', ' ')}{ending}"
        return f'"{whole[:room]}"'
    if len(word) + 1 + DIGITS + len(ending) > room:
        return 'factory.Sequence(lambda n: f"{n}")'
    return f'factory.Sequence(lambda n: f"{word}-{{n}}{ending}")'


def models_with_parents(schema: Schema, keys: Iterable[str]) -> list[str]:
    """Return models that lack a factory, and parents of theirs that do; parents come first."""
    ordered: list[str] = []

    def visit(key: str) -> None:
        if key in ordered or key in schema.by_model or key not in schema.models:
            return
        for field in required_fields(schema, schema.models[key]).fields:
            if field.parent is not None:
                visit(field.parent)
        ordered.append(key)

    for key in sorted(keys):
        visit(key)
    return ordered
