"""The factories of a project by their source."""

import ast
from collections.abc import Mapping

from msgspec.structs import replace

from gsd_run.changing.codemods.factories.declared_classes import (
    Class,
    lineage,
    own_members,
    own_value,
)
from gsd_run.changing.codemods.factories.declared_modules import (
    Code,
    Module,
    keywords,
    last_name,
    plain,
)
from gsd_run.changing.codemods.factories.schema import Declared, Factory, Model

BASE = "SQLAlchemyModelFactory"
MAKING = frozenset({"_create", "_generate", "_save", "create", "_adjust_kwargs"})


def factories_of(
    classes: Mapping[str, Class], models: Mapping[str, Model], code: Code, files: Mapping[str, str]
) -> dict[str, Factory]:
    """Return the factories by key; `files` are the paths of modules."""
    found: dict[str, Factory] = {}
    for one in classes.values():
        family = lineage(one, classes)
        if any(base.rpartition(".")[2] == BASE for cls in family for base in cls.bases):
            factory = _factory(one, family, classes, models, code)
            found[factory.key] = replace(factory, file=files.get(factory.module, ""))
    return found


def _factory(
    one: Class,
    family: list[Class],
    classes: Mapping[str, Class],
    models: Mapping[str, Model],
    code: Code,
) -> Factory:
    declared: dict[str, Declared] = {}
    hidden: set[str] = set()
    for cls in reversed(family):
        declared |= {
            member.name: _declared(member.value, cls, classes, code)
            for member in own_members(cls)
            if member.value is not None and not member.name.startswith("_")
        }
        params = inner(cls, "Params")
        if params is not None:
            more = {m.name: _declared(m.value, cls, classes, code) for m in own_members(params)}
            declared, hidden = declared | more, hidden | set(more)
    excluded = plain(_meta(family, "exclude"))
    hidden |= set(excluded) if isinstance(excluded, tuple | list) else set()
    once = plain(_meta(family, "sqlalchemy_get_or_create"))
    functions = [
        node
        for cls in family
        for node in cls.node.body
        if isinstance(node, ast.FunctionDef) and node.name in MAKING
    ]
    texts = {n.value for f in functions for n in ast.walk(f) if isinstance(n, ast.Constant)}
    own = inner(one, "Meta")
    abstract = own is not None and plain(own_value(own, "abstract")) is True
    held = next((c for c in family if _meta([c], "sqlalchemy_session") is not None), one)
    model = code.dotted(held_module(family, "model"), _meta(family, "model"))
    home, _, name = model.rpartition(".")
    session = code.dotted(held.module, _meta(family, "sqlalchemy_session"))
    node = _meta(family, "sqlalchemy_session")
    known = f"{held.module.name}.{node.id}" if isinstance(node, ast.Name) else ""
    return Factory(
        key=one.key,
        name=one.node.name,
        module=one.module.name,
        file="",
        model=f"{home}:{name}" if f"{home}:{name}" in models and not abstract else None,
        bases=tuple(cls.key for cls in family[1:]),
        declared=declared,
        hidden=tuple(sorted(hidden)),
        abstract=abstract,
        passes="_session" in texts,
        overrides=bool(functions),
        sessions=tuple(sorted({session, known} - {""})),
        once=tuple(map(str, once)) if isinstance(once, tuple | list) else (),
    )


def held_module(family: list[Class], name: str) -> Module:
    """Return the module of the class whose Meta gives a value."""
    return next((cls.module for cls in family if _meta([cls], name) is not None), family[0].module)


def inner(one: Class, name: str) -> Class | None:
    """Return a class inside another."""
    for node in one.node.body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            return Class(f"{one.key}.{name}", one.module, node, ())
    return None


def _meta(family: list[Class], name: str) -> ast.expr | None:
    """Return what the nearest Meta gives a name."""
    for cls in family:
        meta = inner(cls, "Meta")
        value = own_value(meta, name) if meta is not None else None
        if value is not None:
            return value
    return None


def _declared(
    value: ast.expr | None, owner: Class, classes: Mapping[str, Class], code: Code
) -> Declared:
    if not isinstance(value, ast.Call):
        return Declared(type(plain(value)).__name__)
    kind = last_name(value)
    if kind != "SubFactory" or not value.args:
        return Declared(kind)
    text = plain(value.args[0])
    named = text if isinstance(text, str) else code.dotted(owner.module, value.args[0])
    found = classes.get(code.origin(named))
    return Declared(kind, found.key if found else None, tuple(sorted(keywords(value))))
