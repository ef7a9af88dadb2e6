"""Factories for models that have none, and the source of the module that holds them."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import PurePosixPath

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.changing.codemods.factories.fields import Field, models_with_parents, required_fields
from gsd_run.changing.codemods.factories.layout import Layout
from gsd_run.changing.codemods.factories.schema import Declared, Factory, Schema

MODULE = "generated"
OWN_BASE = "SQLAlchemyModelFactory"
SESSION_BASE = "SessionFactory"
SESSION_MODULE = "session_factory.py"


class Home(Struct, frozen=True):
    """Where new factories go: the module, its file, and the class that they inherit from.

    `keeps` is the name of the session that they keep for themselves, as those beside them do.
    """

    module: str
    path: str
    base: Factory
    package: str | None  # path of the package's __init__.py, if it is one
    keeps: str | None = None


def home_of_factories(schema: Schema, layout: Layout, bound: Collection[str]) -> Home | None:
    """Choose where new factories go; None when there is no factory to go by.

    In a package of factories a module of its own; else the file that holds the others.
    """
    concrete = [f for f in schema.factories.values() if f.model]
    abstract = {f.key: f for f in schema.factories.values() if not f.model}
    nearest = [next((b for b in f.bases if b in abstract), None) for f in concrete]
    bases = Counter(b for b in nearest if b) or Counter(abstract)
    if not bases:
        return _beside(concrete, bound, layout)
    base = abstract[bases.most_common(1)[0][0]]
    modules = Counter(f.module for f in concrete) or Counter([base.module])
    main = modules.most_common(1)[0][0]
    package = main.rpartition(".")[0]
    place = layout.file_of(package) if package else None
    is_package = place is not None and place.name == "__init__.py"
    if place is not None and is_package and "factor" in package.rpartition(".")[2]:
        path = layout.relative(place.parent / f"{MODULE}.py")
        return Home(f"{package}.{MODULE}", path, base, layout.relative(place))
    own = layout.file_of(main)
    return Home(main, layout.relative(own), base, None) if own is not None else None


def _beside(concrete: Sequence[Factory], bound: Collection[str], layout: Layout) -> Home | None:
    """Return the file that holds most factories, whose bases are factory_boy's own."""
    modules = Counter(f.module for f in concrete)
    main = modules.most_common(1)[0][0] if modules else ""
    place = layout.file_of(main) if main else None
    if place is None:
        return None
    path = layout.relative(place)
    beside = [f for f in concrete if f.module == main and f.key in bound]
    names = [name.rpartition(".") for f in beside for name in f.sessions]
    keeps = next((plain for module, _, plain in names if module == main), None)
    if beside and keeps is None:
        return None
    base_path = (PurePosixPath(path).parent / SESSION_MODULE).as_posix()
    base = base_of_factories(
        *(
            ("factory.alchemy", OWN_BASE, "")
            if beside
            else (layout.module_of(base_path), SESSION_BASE, base_path)
        )
    )
    return Home(main, path, base, None, keeps)


def base_of_factories(module: str, name: str, path: str) -> Factory:
    """Return a base class that takes a session, or factory_boy's own."""
    return Factory(
        key=f"{module}:{name}",
        name=name,
        module=module,
        file=path,
        model=None,
        bases=(),
        declared={},
        abstract=True,
        passes=name != OWN_BASE,
        overrides=name != OWN_BASE,
    )


def with_new_factories(schema: Schema, models: Sequence[str], home: Home) -> Schema:
    """Return the schema as it will be once the models and their parents have factories."""
    order = models_with_parents(schema, models)
    named = _names(schema, order)
    keys = {model: f"{home.module}:{named[model]}" for model in order}
    found = {key: _parent_factory(schema, key).key for key in schema.by_model} | keys
    factories = dict(schema.factories)
    for key in order:
        fields = required_fields(schema, schema.models[key]).fields
        factories[keys[key]] = Factory(
            key=keys[key],
            name=named[key],
            module=home.module,
            file=home.path,
            model=key,
            bases=(home.base.key,),
            declared={f.name: Declared("", found.get(f.parent or "")) for f in fields},
            hidden=tuple(f.name for f in fields if f.hidden),
            passes=home.base.passes,
        )
    return replace(schema, factories=factories)


def _names(schema: Schema, order: Sequence[str]) -> dict[str, str]:
    taken = {factory.name for factory in schema.factories.values()}
    ending = _usual_ending(schema)
    named: dict[str, str] = {}
    for key in order:
        name = f"{schema.models[key].name}{ending}"
        while name in taken:
            name = f"Generated{name}"
        taken.add(name)
        named[key] = name
    return named


def _usual_ending(schema: Schema) -> str:
    """Return what the factories of a suite are called behind their model's name."""
    endings = Counter(
        factory.name.removeprefix(schema.models[factory.model].name)
        for factory in schema.factories.values()
        if factory.model in schema.models
        and factory.name.startswith(schema.models[factory.model].name)
    )
    ending, times = endings.most_common(1)[0] if endings else ("", 0)
    return ending if ending and times > 1 else "Factory"


def main_factory(schema: Schema, model: str) -> tuple[Factory | None, tuple[Factory, ...]]:
    """Return the factory to use for a model, or None and those between which it is open.

    `XFactory` for the model X, else the only one that no other one of the model derives from.
    """
    every = schema.by_model.get(model, ())
    for factory in every:
        if factory.name == f"{schema.models[model].name}Factory":
            return factory, ()
    keys = {factory.key for factory in every}
    roots = [f for f in every if not keys & set(f.bases)]
    return (roots[0], ()) if len(roots) == 1 else (None, tuple(roots))


def _parent_factory(schema: Schema, model: str) -> Factory:
    """Return the factory that makes parents; where it is open which, any will do."""
    made, candidates = main_factory(schema, model)
    return made or candidates[0]


def factory_source(
    schema: Schema, factory: Factory, source_name: Mapping[str, str], keeps: str | None = None
) -> str:
    """Return the class statement of a new factory; `source_name` names the parents' factories.

    `keeps` is the session that it keeps for itself.
    """
    model = schema.models[factory.model or ""]
    fields = required_fields(schema, model).fields
    lines = [
        f"class {factory.name}({factory.bases[0].rpartition(':')[2]}):",
        "    class Meta:",
        f"        model = {model.name}",
        *([f"        sqlalchemy_session = {keeps}"] if keeps else []),
    ]
    hidden = [f for f in fields if f.hidden]
    if hidden:
        lines += ["", "    class Params:", *(f"        {_line(f, source_name)}" for f in hidden)]
    shown = [f for f in fields if not f.hidden]
    if shown:
        lines += ["", *(f"    {_line(f, source_name)}" for f in shown)]
    return "\n".join(lines) + "\n"


def _line(field: Field, source_name: Mapping[str, str]) -> str:
    value = field.source
    if field.parent is not None:
        value = value.format(source_name[field.parent])
    return f"{field.name} = {value}"


def module_source(schema: Schema, new: Sequence[Factory], home: Home) -> str:
    """Return a Python block with new factories and all imports that they need."""
    names = {f.model: f.name for f in new if f.model}
    imports: set[tuple[str, str]] = {(home.base.module, home.base.name)}
    for factory in new:
        model = schema.models[factory.model or ""]
        imports.add((model.module, model.name))
        for field in required_fields(schema, model).fields:
            imports |= set(field.imports)
            if field.parent is not None and field.parent not in names:
                made = _parent_factory(schema, field.parent)
                names[field.parent] = made.name
                imports.add((made.module, made.name))
    mine = {factory.name for factory in new}
    lines = import_lines(
        {pair for pair in imports if pair[0] != home.module and pair[1] not in mine}
    )
    classes = [factory_source(schema, factory, names, home.keeps) for factory in new]
    return "\n\n\n".join(["\n".join(lines), *(c.rstrip("\n") for c in classes)]) + "\n"


STANDARD = frozenset({"datetime", "decimal", "uuid"})


def import_lines(imports: set[tuple[str, str]]) -> list[str]:
    """Return import statements in three groups: the standard library, factory_boy, the project."""
    by_module: dict[str, list[str]] = {}
    for module, name in sorted(imports):
        by_module.setdefault(module, []).append(name)
    standard = [_import(m, names) for m, names in by_module.items() if m in STANDARD]
    own = [_import(m, names) for m, names in by_module.items() if m not in STANDARD]
    groups = [group for group in (standard, ["import factory"], own) if group]
    return "\n\n".join("\n".join(group) for group in groups).split("\n")


def _import(module: str, names: list[str], width: int = 88) -> str:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= width:
        return line
    inner = "".join(f"    {name},\n" for name in names)
    return f"from {module} import (\n{inner})"
