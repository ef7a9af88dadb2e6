"""The classes of a project's modules by source: their bases, and which of them are mapped."""

import ast
import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from gsd_run.changing.codemods.factories.declared_modules import (
    Code,
    Module,
    keywords,
    last_name,
    plain,
)

ROOTS = frozenset({"DeclarativeBase", "DeclarativeBaseNoMeta", "AsyncAttrs", "Model", "SQLModel"})
MAKING_ROOTS = frozenset({"declarative_base", "generate_base", "automap_base", "SQLAlchemy"})
WORD_ENDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Class(Struct, frozen=True, eq=False):
    """A class: its key, where it is, and the dotted names of its bases."""

    key: str
    module: Module
    node: ast.ClassDef
    bases: tuple[str, ...]


class Member(Struct, frozen=True, eq=False):
    """What a class body binds to a name: the value and the annotation, as far as there are any."""

    name: str
    value: ast.expr | None
    annotation: ast.expr | None
    owner: Class


def classes_of(code: Code) -> dict[str, Class]:
    """Return the classes at the top of all modules by their dotted names."""
    found: dict[str, Class] = {}
    for module in code.modules.values():
        for name, node in module.bound.items():
            if isinstance(node, ast.ClassDef):
                bases = tuple(code.dotted(module, base) for base in node.bases)
                found[f"{module.name}.{name}"] = Class(f"{module.name}:{name}", module, node, bases)
    return found


def lineage(one: Class, classes: Mapping[str, Class]) -> list[Class]:
    """Return a class and those it derives from, the nearest first, each once."""
    found: list[Class] = []
    todo = [one]
    while todo:
        cls = todo.pop(0)
        if cls not in found:
            found.append(cls)
            todo += [classes[base] for base in cls.bases if base in classes]
    return found


def is_mapped(one: Class, classes: Mapping[str, Class], code: Code) -> bool:
    """Tell whether a class is mapped to a table, as far as its source tells."""
    if plain(own_value(one, "__abstract__")) is True:
        return False
    family = lineage(one, classes)
    if not any(_is_root(base, code) for cls in family for base in cls.bases):
        return False
    if is_sqlmodel(one, classes):
        return plain(keywords_of_class(one).get("table")) is True
    if _declares_base(one):
        return False
    named = any(member.name in {"__tablename__", "__table__"} for member in members(one, classes))
    flask = any(base.endswith(".Model") for cls in family for base in cls.bases)
    return named or (flask and any(_makes_column(m) for m in members(one, classes)))


def is_sqlmodel(one: Class, classes: Mapping[str, Class]) -> bool:
    """Tell whether a class is one of SQLModel's."""
    return any(b.endswith("SQLModel") for cls in lineage(one, classes) for b in cls.bases)


def keywords_of_class(one: Class) -> dict[str, ast.expr]:
    """Return what a class statement is given by name."""
    return {k.arg: k.value for k in one.node.keywords if k.arg}


def _is_root(base: str, code: Code) -> bool:
    if base.rpartition(".")[2] in ROOTS:
        return True
    found = code.value(base)
    return found is not None and last_name(found[1]) in MAKING_ROOTS


def _declares_base(one: Class) -> bool:
    return any(base.rpartition(".")[2].startswith("DeclarativeBase") for base in one.bases)


def _makes_column(member: Member) -> bool:
    return last_name(member.value) in {"Column", "mapped_column"}


def table_name(one: Class, classes: Mapping[str, Class]) -> str:
    """Return the name of a class's own table, or that of the one it shares."""
    for cls in lineage(one, classes):
        given = plain(own_value(cls, "__tablename__"))
        if isinstance(given, str):
            return given
        if any(_makes_column(m) for m in own_members(cls)) and cls is one:
            break
    if is_sqlmodel(one, classes):
        return one.node.name.lower()
    return WORD_ENDS.sub("_", one.node.name).lower()


def own_value(one: Class, name: str) -> ast.expr | None:
    """Return what a class body binds to a name itself."""
    return next((m.value for m in own_members(one) if m.name == name), None)


def own_members(one: Class) -> Iterator[Member]:
    """Yield what a class body binds, the results of `declared_attr` methods included."""
    for node in one.node.body:
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
                yield Member(name, value, annotation, one)
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    if isinstance(target, ast.Name):
                        yield Member(target.id, value, None, one)
            case ast.FunctionDef(name=name, decorator_list=marks, body=body, returns=returns):
                told = [n for n in ast.walk(ast.Module(body, [])) if isinstance(n, ast.Return)]
                if told and any("declared_attr" in ast.unparse(mark) for mark in marks):
                    yield Member(name, told[-1].value, returns, one)


def members(one: Class, classes: Mapping[str, Class]) -> list[Member]:
    """Return what a class and its bases bind, the bases' first; nearer ones take their place."""
    found: dict[str, Member] = {}
    for cls in reversed(lineage(one, classes)):
        found |= {member.name: member for member in own_members(cls)}
    return list(found.values())


def attributes(one: Class, classes: Mapping[str, Class]) -> frozenset[str]:
    """Return all names that a class has, as far as its source tells."""
    found = {member.name for member in members(one, classes)} | {"metadata", "registry"}
    for cls in lineage(one, classes):
        found |= {
            n.name for n in cls.node.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
        }
    return frozenset(name for name in found if not name.startswith("_"))


def annotation_types(one: Class, classes: Mapping[str, Class]) -> dict[str, ast.expr]:
    """Return the types that a base class gives to annotations, by the annotations' source."""
    for cls in lineage(one, classes):
        given = own_value(cls, "type_annotation_map")
        if isinstance(given, ast.Dict):
            pairs = zip(given.keys, given.values, strict=True)
            return {ast.unparse(key): value for key, value in pairs if key is not None}
    return {}


def table_arguments(one: Class, classes: Mapping[str, Class]) -> list[ast.Call]:
    """Return the constraints and indexes that a class gives its table."""
    for cls in lineage(one, classes):
        given = own_value(cls, "__table_args__")
        if isinstance(given, ast.Tuple):
            return [e for e in given.elts if isinstance(e, ast.Call)]
    return []


def named_columns(call: ast.Call) -> list[str]:
    """Return the columns that a constraint names, without the name of an index."""
    given = [plain(a) if isinstance(a, ast.Constant) else last_name(a) for a in call.args]
    start = 1 if last_name(call) == "Index" else 0
    return [str(name) for name in given[start:] if name]


def unique_groups(one: Class, classes: Mapping[str, Class]) -> list[tuple[str, ...]]:
    """Return the columns that a table wants to be unique together."""
    return [
        tuple(named_columns(call))
        for call in table_arguments(one, classes)
        if last_name(call) == "UniqueConstraint"
        or (last_name(call) == "Index" and plain(keywords(call).get("unique")) is True)
    ]
