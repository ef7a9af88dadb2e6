"""Factories that are missing, or that leave out what the schema requires: what to write where."""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.changing.codemods.factories.decisions import Decisions
from gsd_run.changing.codemods.factories.factory_base import (
    BASE,
    base_source,
    first_home,
    session_base_path,
    with_session_base,
)
from gsd_run.changing.codemods.factories.fields import Field, covered, required_fields
from gsd_run.changing.codemods.factories.generate import (
    SESSION_BASE,
    Home,
    home_of_factories,
    main_factory,
    module_source,
    with_new_factories,
)
from gsd_run.changing.codemods.factories.layout import Layout
from gsd_run.changing.codemods.factories.names import with_exports
from gsd_run.changing.codemods.factories.schema import Declared, Factory, Model, Schema
from gsd_run.changing.codemods.factories.styles import Styles, root_of
from gsd_run.changing.codemods.factories.suite import Made, Suite, given_columns
from gsd_run.changing.places import text_of
from gsd_run.changing.python_merge import merge_python
from gsd_run.domain.change import Applied, Edit, StepResult, Undecided
from gsd_run.outside.project import Project


class Grown(Struct, frozen=True):
    """The schema with all factories that there will be, and which of them are new or completed."""

    schema: Schema
    home: Home | None
    new: tuple[str, ...] = ()
    exported: bool = False
    completed: dict[str, tuple[Field, ...]] = {}
    unknown: tuple[tuple[str, str], ...] = ()  # (model, column) that nothing could be thought of


def new_factories(
    schema: Schema, made: Sequence[Made], layout: Layout, test_path: str, styles: Styles
) -> Grown:
    """Plan factories for the models that are constructed, and what existing ones lack."""
    home = home_of_factories(schema, layout, styles.bound) or first_home(layout, test_path)
    wanted = {m.model.key for m in made if m.kind == "constructor"}
    grown = with_new_factories(schema, sorted(wanted), home)
    new = tuple(key for key in grown.factories if key not in schema.factories)
    package = home.module.rpartition(".")[0]
    exported = home.package is not None and any(
        schema.names.get(f"{package}.{f.name}") == f.key for f in schema.factories.values()
    )
    names = dict(grown.names)
    for key in new:
        names[f"{home.module}.{grown.factories[key].name}"] = key
        if exported:
            names[f"{package}.{grown.factories[key].name}"] = key
    grown = replace(grown, names=names)
    completions = _completions(schema, grown, made)
    for key, fields in completions.items():
        factory = grown.factories[key]
        more = {f.name: Declared("", _parent_key(grown, f)) for f in fields}
        hidden = (*factory.hidden, *(f.name for f in fields if f.hidden))
        fuller = replace(factory, declared={**factory.declared, **more}, hidden=hidden)
        grown = replace(grown, factories={**grown.factories, key: fuller})
    unknown = [
        (grown.factories[key].model or "", column)
        for key in new
        for column in required_fields(grown, grown.models[grown.factories[key].model or ""]).unknown
    ]
    return Grown(grown, home, new, exported, completions, tuple(unknown))


def _parent_key(schema: Schema, field: Field) -> str | None:
    if field.parent is None:
        return None
    made, candidates = main_factory(schema, field.parent)
    found = made or (candidates[0] if candidates else None)
    return found.key if found else None


def _completions(
    schema: Schema, grown: Schema, made: Sequence[Made]
) -> dict[str, tuple[Field, ...]]:
    """Return what existing factories must fill on top, because calls of them leave it out.

    Those that only make parents for others are called with nothing but what the others give.
    """
    calls: list[tuple[Factory, frozenset[str]]] = []
    for one in made:
        factory = one.factory or main_factory(grown, one.model.key)[0]
        if one.kind != "built" and factory is not None and not one.open_ended:
            calls.append((factory, frozenset(given_columns(one))))
    found: dict[str, dict[str, Field]] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    while calls:
        factory, given = calls.pop()
        model = grown.models[factory.model or ""]
        if (factory.key, given) in seen:
            continue
        seen.add((factory.key, given))
        calls += [
            (grown.factories[declared.target], frozenset(declared.given))
            for declared in factory.declared.values()
            if declared.target in grown.factories
        ]
        lacking = {c.key for c in model.columns if c.required} - given - covered(factory, grown)
        if not lacking or factory.key not in schema.factories:
            continue
        for field in required_fields(grown, model).fields:
            parent = grown.factories.get(_parent_key(grown, field) or "")
            if _columns_of(field, model) & lacking and (parent or field.parent is None):
                found.setdefault(factory.key, {})[field.name] = field
                calls += [(parent, frozenset())] if parent else []
    return {key: tuple(fields.values()) for key, fields in found.items()}


def _columns_of(field: Field, model: Model) -> set[str]:
    """Return the columns that a field of a factory fills, itself or by relationship."""
    relations = [r for r in model.relationships if r.key == field.name]
    by_relation = {key for r in relations for key in r.local if key}
    hidden = {f"{field.name}_id", field.name.removesuffix("_parent")} if field.hidden else set()
    return {field.name} | by_relation | hidden


def completed(
    project: Project, layout: Layout, grown: Grown, suite: Suite, plans: Mapping[str, Decisions]
) -> StepResult:
    """Return the edits that write new factories and complete old ones, as far as they are used."""
    used = _used(grown, suite, plans)
    texts = Texts(project)
    applied: list[Applied] = []
    home = grown.home
    new = [grown.schema.factories[key] for key in grown.new if key in used]
    if home is not None and new:
        _write_new(grown, home, new, texts)
        for factory in new:
            said = f"{factory.name} made from the mapped class {factory.model}"
            line = _line_of(texts.now[home.path], factory.name)
            applied.append(Applied(rule="new-factory", path=home.path, line=line, message=said))
    applied += _write_session_bases(layout, grown, suite, used, texts)
    for key, fields in grown.completed.items():
        if key in used:
            factory = grown.schema.factories[key]
            place = layout.file_of(factory.module)
            path = layout.relative(place) if place else factory.file
            texts.merge(path, _completion(grown, factory, fields))
            said = f"{factory.name} fills {', '.join(f.name for f in fields)}, too"
            line = _line_of(texts.now[path], factory.name)
            applied.append(Applied(rule="complete-factory", path=path, line=line, message=said))
    undecided = [
        Undecided(
            path=home.path if home else "",
            line=1,
            message=f"no value could be thought of for {model.rpartition(':')[2]}.{column}",
        )
        for model, column in grown.unknown
        if any(factory.model == model for factory in new)
    ]
    return StepResult(edits=texts.edits(), applied=tuple(applied), undecided=tuple(undecided))


class Texts:
    """Files that several changes go to, one after the other."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.before: dict[str, str | None] = {}
        self.now: dict[str, str] = {}

    def read(self, path: str) -> str | None:
        """Return a file's text as it is by now."""
        if path not in self.before:
            self.before[path] = text_of(self.project, path)
        return self.now.get(path, self.before[path])

    def merge(self, path: str, block: str) -> None:
        """Merge a block into a file."""
        self.now[path], _ = merge_python(self.read(path) or "", block)

    def edits(self) -> tuple[Edit, ...]:
        """Return what has changed."""
        return tuple(
            Edit(path=path, before=self.before[path], after=text)
            for path, text in self.now.items()
            if text != self.before[path]
        )


def _used(grown: Grown, suite: Suite, plans: Mapping[str, Decisions]) -> set[str]:
    """Return the factories that calls will use, and those that these make parents with."""
    todo: list[str] = []
    for made in suite.made.values():
        change = plans[made.source.path].calls.get(made.call)
        if made.factory is not None:
            todo.append(made.factory.key)
        elif change is not None and change.func is not None:
            factory, _ = main_factory(grown.schema, made.model.key)
            todo += [factory.key] if factory else []
    found: set[str] = set()
    while todo:
        key = todo.pop()
        if key not in found and key in grown.schema.factories:
            found.add(key)
            declared = grown.schema.factories[key].declared.values()
            todo += [d.target for d in declared if d.target]
    return found


def _write_new(grown: Grown, home: Home, new: Sequence[Factory], texts: Texts) -> None:
    block = module_source(grown.schema, new, home)
    if texts.read(home.path) is None and home.base.file == home.path:
        title = "Factories made from the mapped classes: each fills what its table requires."
        texts.now[home.path] = base_source(BASE, title)
        texts.merge(home.path, block)
    elif texts.read(home.path) is None:
        title = '"""Factories made from the mapped classes: each fills what its table requires."""'
        ends = "\r\n" if "\r\n" in (texts.read(home.package or "") or "") else "\n"
        texts.now[home.path] = f"{title}\n\n{block}".replace("\n", ends)
    else:
        texts.merge(home.path, block)
    if grown.exported and home.package is not None:
        package = home.module.rpartition(".")[0]
        names = sorted(factory.name for factory in new)
        held = texts.read(home.package) or ""
        texts.now[home.package] = with_exports(held, package, home.module, names)


def _write_session_bases(
    layout: Layout, grown: Grown, suite: Suite, used: set[str], texts: Texts
) -> list[Applied]:
    """Let the factories that are used take the test's session, by a base class of their own."""
    roots = [suite.schema.factories[key] for key in suite.styles.roots]
    kin = {root_of(suite.schema, suite.schema.factories[key]) for key in used}
    fresh = any(suite.schema.factories[key].name for key in grown.new if key in used)
    wanted = fresh and grown.home is not None and grown.home.base.name == SESSION_BASE
    if grown.home is None or not (wanted or kin & set(suite.styles.roots)):
        return []
    path = session_base_path(grown.home.path)
    module = layout.module_of(path)
    title = "The session of a test for the factories that it calls."
    texts.read(path)
    texts.now[path] = base_source(SESSION_BASE, title)
    applied: list[Applied] = []
    for root in roots:
        place = layout.file_of(root.module)
        if place is None:
            continue
        held = layout.relative(place)
        names = [r.name for r in roots if r.module == root.module]
        texts.now[held] = with_session_base(texts.read(held) or "", names, module)
        said = f"{root.name} takes the session of the test as _session"
        line = _line_of(texts.now[held], root.name)
        applied.append(Applied(rule="session-base", path=held, line=line, message=said))
    return applied


def _completion(grown: Grown, factory: Factory, fields: Sequence[Field]) -> str:
    """Return a block with more attributes; parents are named by text: no import goes in a ring."""
    shown: list[str] = []
    hidden: list[str] = []
    imports: set[tuple[str, str]] = set()
    for field in fields:
        value = field.source
        if field.parent is not None:
            parent = grown.schema.factories[_parent_key(grown.schema, field) or ""]
            value = value.format(f'"{parent.module}.{parent.name}"')
        (hidden if field.hidden else shown).append(f"{field.name} = {value}")
        imports |= set(field.imports)
    block = ["import factory", *(f"from {m} import {n}" for m, n in sorted(imports))]
    block += [f"class {factory.name}:"]
    block += ["    class Params:", *(f"        {line}" for line in hidden)] if hidden else []
    block += [f"    {line}" for line in shown]
    return "\n".join(block) + "\n"


def _line_of(text: str, name: str) -> int:
    tree = text.splitlines()
    return next((i for i, line in enumerate(tree, 1) if line.startswith(f"class {name}")), 1)
