"""Models and factories read from source, where the project's interpreter can't import them."""

import ast
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from gsd_run.changing.codemods.factories.declared_classes import (
    Class,
    annotation_types,
    attributes,
    classes_of,
    is_mapped,
    lineage,
    members,
    named_columns,
    own_value,
    table_arguments,
    table_name,
    unique_groups,
)
from gsd_run.changing.codemods.factories.declared_columns import Written, written_column
from gsd_run.changing.codemods.factories.declared_factories import factories_of
from gsd_run.changing.codemods.factories.declared_modules import (
    Code,
    Module,
    last_name,
    module_of,
    plain,
)
from gsd_run.changing.codemods.factories.declared_relations import (
    Related,
    backref_name,
    relationship_of,
    reverse_of,
    written_relation,
)
from gsd_run.changing.codemods.factories.layout import Layout, python_files
from gsd_run.changing.codemods.factories.schema import Column, Init, Model, Relationship, Schema

Tables = Mapping[str, tuple[str, Mapping[str, str]]]  # by table: a model, its columns' attributes


def declared_schema(layout: Layout) -> Schema:
    """Read all Python files of a project for models and factories; nothing is imported."""
    modules: dict[str, Module] = {}
    files: dict[str, str] = {}
    for place in python_files(layout):
        path = layout.relative(place)
        name = layout.module_of(path)
        text = place.read_text("utf-8", errors="replace")
        module = module_of(name, text, package=place.name == "__init__.py")
        if module is not None:
            modules[name], files[name] = module, path
    code = Code(modules)
    classes = classes_of(code)
    mapped = {name: cls for name, cls in classes.items() if is_mapped(cls, classes, code)}
    models = _models(mapped, classes, code)
    factories = factories_of(classes, models, code, files)
    keys = {name: cls.key for name, cls in classes.items() if cls.key in {*models, *factories}}
    return Schema(_names(code, keys), models, factories, _doubled(mapped, classes))


def _names(code: Code, keys: Mapping[str, str]) -> dict[str, str]:
    """Return all dotted names under which modules know models and factories."""
    found = dict(keys)
    for module in code.modules.values():
        for name in module.imports:
            whole = f"{module.name}.{name}"
            if (origin := code.origin(whole)) in keys:
                found[whole] = keys[origin]
        for star in module.stars:
            held = [known for known in found if known.rpartition(".")[0] == star]
            found |= {f"{module.name}.{n.rpartition('.')[2]}": found[n] for n in held}
    return found


def _models(
    mapped: Mapping[str, Class], classes: Mapping[str, Class], code: Code
) -> dict[str, Model]:
    written = {
        cls.key: {
            c.key: c
            for m in members(cls, classes)
            if (c := written_column(m, code, annotation_types(cls, classes))) is not None
        }
        for cls in mapped.values()
    }
    tables: dict[str, tuple[str, dict[str, str]]] = {}
    for cls in mapped.values():
        names = {c.name: c.key for c in written[cls.key].values()}
        if not any(base in mapped for base in cls.bases) or _own_table(cls):
            tables[table_name(cls, classes)] = (cls.key, names)
    columns = {
        cls.key: _columns(cls, written[cls.key], tables, mapped, classes, code)
        for cls in mapped.values()
    }
    columns = {key: _typed(mine, columns) for key, mine in columns.items()}
    models = {cls.key: _model(cls, columns[cls.key], mapped, classes) for cls in mapped.values()}
    return _with_relations(models, mapped, classes, code)


def _typed(mine: Sequence[Column], columns: Mapping[str, Sequence[Column]]) -> tuple[Column, ...]:
    """Return columns whose type is that of the column that they point at, where they name none."""
    found: list[Column] = []
    for column in mine:
        far = [c for to, key in column.targets for c in columns.get(to, ()) if c.key == key]
        plain_type = column.type.length is None and column.type.enum is None
        known = far and plain_type and column.type.kind in {"", far[0].type.kind}
        found.append(replace(column, type=far[0].type) if known else column)
    return tuple(found)


def _own_table(cls: Class) -> bool:
    return own_value(cls, "__tablename__") is not None


def _columns(
    cls: Class,
    written: Mapping[str, Written],
    tables: Tables,
    mapped: Mapping[str, Class],
    classes: Mapping[str, Class],
    code: Code,
) -> tuple[Column, ...]:
    groups = unique_groups(cls, classes)
    keys = [column.key for column in written.values() if column.primary_key]
    discriminators = _discriminators(cls, classes)
    found: list[Column] = []
    for column in written.values():
        target = _target(column, tables, mapped, code)
        inherited = any(base in mapped for base in cls.bases) and column.primary_key
        whole = column.primary_key and len(keys) == 1
        counted = whole and column.counted and column.type.kind == "int" and target is None
        generated = column.filled or counted or column.key in discriminators
        found.append(
            Column(
                key=column.key,
                required=not (column.nullable or generated or inherited),
                nullable=column.nullable,
                primary_key=column.primary_key,
                unique=column.unique or whole or (column.name,) in groups,
                generated=generated or inherited,
                targets=(target,) if target is not None else (),
                type=column.type,
                default=column.default,
                on_update=column.on_update,
            )
        )
    return _with_composite_keys(cls, found, tables, classes)


def _discriminators(cls: Class, classes: Mapping[str, Class]) -> set[str]:
    """Return the column that tells which class a row belongs to."""
    found: set[str] = set()
    for one in lineage(cls, classes):
        given = own_value(one, "__mapper_args__")
        for key, value in (
            zip(given.keys, given.values, strict=True) if isinstance(given, ast.Dict) else ()
        ):
            if plain(key) == "polymorphic_on":
                text = plain(value)
                found.add(text if isinstance(text, str) else last_name(value))
    return found


def _target(
    column: Written, tables: Tables, mapped: Mapping[str, Class], code: Code
) -> tuple[str, str] | None:
    """Return the model and the attribute that a foreign key points at."""
    text = plain(column.target)
    if isinstance(text, str):
        table, _, name = text.rpartition(".")
        model, names = tables.get(table) or tables.get(table.rpartition(".")[2]) or ("", {})
        return (model, names.get(name, name)) if model else None
    if isinstance(column.target, ast.Attribute):
        other = mapped.get(code.dotted(column.owner.module, column.target.value))
        return (other.key, column.target.attr) if other is not None else None
    return None


def _with_composite_keys(
    cls: Class, columns: Sequence[Column], tables: Tables, classes: Mapping[str, Class]
) -> tuple[Column, ...]:
    found = {column.key: column for column in columns}
    for call in table_arguments(cls, classes):
        sides = [plain(a) for a in call.args[:2]]
        if last_name(call) != "ForeignKeyConstraint" or not all(
            isinstance(s, list | tuple) for s in sides
        ):
            continue
        for name, far in zip(*sides, strict=False):
            table, _, other = str(far).rpartition(".")
            if table in tables and name in found:
                target = (tables[table][0], tables[table][1].get(other, other))
                found[name] = replace(found[name], targets=(*found[name].targets, target))
    return tuple(found.values())


def _model(
    cls: Class,
    columns: tuple[Column, ...],
    mapped: Mapping[str, Class],
    classes: Mapping[str, Class],
) -> Model:
    family = {c.key for c in mapped.values()}
    primary = tuple(c.key for c in columns if c.primary_key)
    singles = [(c.key,) for c in columns if c.unique]
    groups = {*unique_groups(cls, classes), *singles, *([primary] if primary else [])}
    return Model(
        key=cls.key,
        name=cls.node.name,
        module=cls.module.name,
        bases=tuple(c.key for c in lineage(cls, classes)[1:] if c.key in family),
        known=attributes(cls, classes),
        columns=columns,
        uniques=tuple(sorted(g for g in groups if len(g) > 1)),
        primary_key=primary,
        relationships=(),
        init=_init(cls, classes),
    )


def _init(cls: Class, classes: Mapping[str, Class]) -> Init | None:
    for one in lineage(cls, classes):
        for node in one.node.body:
            if isinstance(node, ast.FunctionDef) and node.name == "__init__":
                held = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs][1:]
                return Init(tuple(a.arg for a in held), node.args.kwarg is not None)
    return None


def _with_relations(
    models: Mapping[str, Model],
    mapped: Mapping[str, Class],
    classes: Mapping[str, Class],
    code: Code,
) -> dict[str, Model]:
    by_name = {model.name: model.key for model in models.values()}
    found: dict[str, list[Relationship]] = {key: [] for key in models}
    for cls in mapped.values():
        for related in (written_relation(m) for m in members(cls, classes)):
            other = _related_model(related, cls, mapped, by_name, code)
            if related is None or other is None:
                continue
            mine = models[cls.key]
            kin = (cls.key, *mine.bases)
            one = relationship_of(related, other, mine.columns, models[other].columns, kin)
            name = backref_name(related)
            if name is not None and not any(models[b].known & {related.key} for b in mine.bases):
                one = replace(one, reverse=(name,))
                found[other].append(reverse_of(one, name, cls.key))
            found[cls.key].append(one)
    for key, model in models.items():
        known = {r.key for r in found[key]}
        found[key] += [r for b in model.bases for r in found[b] if r.key not in known]
    return {
        key: replace(
            model,
            relationships=tuple(found[key]),
            known=model.known | {r.key for r in found[key]},
        )
        for key, model in models.items()
    }


def _related_model(
    related: Related | None,
    cls: Class,
    mapped: Mapping[str, Class],
    by_name: Mapping[str, str],
    code: Code,
) -> str | None:
    if related is None:
        return None
    direct = mapped.get(code.origin(f"{cls.module.name}.{related.target}"))
    return direct.key if direct is not None else by_name.get(related.target)


def _doubled(mapped: Mapping[str, Class], classes: Mapping[str, Class]) -> tuple[str, ...]:
    """Return the indexes that a table declares twice: by `index=True`, and by their usual name."""
    found: list[str] = []
    for cls in mapped.values():
        table = table_name(cls, classes)
        single = {
            f"ix_{table}_{m.name}"
            for m in members(cls, classes)
            if isinstance(m.value, ast.Call)
            and any(k.arg == "index" and plain(k.value) is True for k in m.value.keywords)
        }
        names = [
            str(plain(call.args[0]))
            for call in table_arguments(cls, classes)
            if last_name(call) == "Index" and call.args and named_columns(call)
        ]
        found += [n for n in names if n in single or names.count(n) > 1]
    return tuple(sorted(set(found)))
