"""By which names a file knows factories, and where it imports them from."""

# ruff: noqa: N802  libcst asks for these names

import ast
import re
from collections.abc import Mapping, Sequence

import libcst as cst
from msgspec import Struct

from gsd_run.changing.codemods.factories.schema import Factory, Schema
from gsd_run.changing.codemods.factories.source import (
    Source,
    absolute,
    code,
    line_width,
    nodes,
    qualified,
)
from gsd_run.changing.python_import_names import aliases, bound_name, drop_names
from gsd_run.changing.python_imports import (
    import_from,
    import_parts,
    insert_import,
    is_import,
    source_of,
    unite,
)


class Known(Struct, frozen=True, eq=False):
    """The names of classes in one file: by key, as they are written; and modules by prefix."""

    classes: Mapping[str, str]
    modules: Mapping[str, str]


WORD = re.compile(r"[A-Za-z_]\w*")


def known_names(source: Source, schema: Schema) -> Known:
    """Return the models and factories that a file imports at its top, and modules with such."""
    classes: dict[str, str] = {}
    modules: dict[str, str] = {}
    holders = {name.rpartition(".")[0] for name in schema.names}
    for item in (part for line in source.tree.body for part in import_parts(line)):
        if isinstance(item, cst.ImportFrom) and not isinstance(item.names, cst.ImportStar):
            base = absolute(source, source_of(item))
            for alias in item.names:
                whole = f"{base}.{alias.evaluated_name}"
                if whole in schema.names:
                    classes[schema.names[whole]] = bound_name(alias)
                elif whole in holders:
                    modules[whole] = bound_name(alias)
        elif isinstance(item, cst.Import):
            for alias in item.names:
                if alias.evaluated_name in holders:
                    spelt = bound_name(alias) if alias.asname else alias.evaluated_name
                    modules[alias.evaluated_name] = spelt
    return Known(classes, modules)


def known_class(
    source: Source, schema: Schema, stars: Sequence[str], node: cst.BaseExpression
) -> str | None:
    """Return the key of the model or factory that an expression names."""
    name = qualified(source, node)
    if name is not None:
        return schema.names.get(name)
    if isinstance(node, cst.Name):
        found = (schema.names.get(f"{module}.{node.value}") for module in stars)
        return next((key for key in found if key), None)
    return None


def spelling(
    factory: Factory, source: Source, known: Known, schema: Schema
) -> tuple[str, tuple[str, str] | None]:
    """Return how a file writes a factory's name, and the import that it needs for that, if any."""
    if factory.key in known.classes:
        return known.classes[factory.key], None
    by_name = any(key in schema.factories for key in known.classes)
    for module, prefix in known.modules.items():
        if not by_name and schema.names.get(f"{module}.{factory.name}") == factory.key:
            return f"{prefix}.{factory.name}", None
    return factory.name, (place_to_import(factory, source, schema), factory.name)


def place_to_import(factory: Factory, source: Source, schema: Schema) -> str:
    """Return the module from which a file imports a factory: its habit, else the shortest way."""
    ways = [n.rpartition(".")[0] for n, key in schema.names.items() if key == factory.key]
    used = {
        absolute(source, source_of(item))
        for item in nodes(source.tree, cst.ImportFrom)
        if any(
            schema.names.get(f"{absolute(source, source_of(item))}.{name}") in schema.factories
            for name in _names(item)
        )
    }
    habits = [way for way in ways if way in used]
    return min([*(habits or ways), *([] if ways else [factory.module])], key=lambda w: (len(w), w))


def _names(item: cst.ImportFrom) -> list[str]:
    if isinstance(item.names, cst.ImportStar):
        return []
    return [alias.evaluated_name for alias in item.names]


def with_imports(
    source: Source, after: cst.Module, needed: Sequence[tuple[str, str]], schema: Schema
) -> cst.Module:
    """Return a rewritten file with the imports that it needs, without models it uses no more."""
    body: list[cst.CSTNode] = list(after.body)
    relative = _relative_habit(source)
    bound = {name for line in body if is_import(line) for name in _bound(line)}
    for module in dict.fromkeys(module for module, _ in needed):
        names = [name for place, name in needed if place == module and name not in bound]
        if names:
            body = unite(body, import_from(relative.get(module, module), names)) or body
    before, width = set(after.body), line_width(source)
    body = [line if line in before else _fitted(line, width) for line in body]
    trimmed = after.with_changes(body=body)
    gone = _spent(source, trimmed, schema)
    if not gone:
        return trimmed
    dropper = _Dropper(source, schema, gone)
    if any(part.lstrip() != part and "import" in part for part in source.text.splitlines()):
        return trimmed.visit(dropper)
    kept: list[cst.CSTNode] = []
    owed: Sequence[cst.EmptyLine] = ()
    for node in trimmed.body:
        left = node.visit(dropper) if is_import(node) else node
        # An import that has lost all its names comes back as an empty line.
        if isinstance(left, cst.CSTNode) and (not is_import(node) or import_parts(left)):
            above = getattr(left, "leading_lines", None)
            # The space after the docstring stays where the first import goes.
            kept.append(left.with_changes(leading_lines=owed) if owed and above == () else left)
            owed = ()
        elif len(kept) <= 1:
            owed = getattr(node, "leading_lines", ())
    return trimmed.with_changes(body=kept)


def _fitted(line: cst.CSTNode, width: int) -> cst.CSTNode:
    """Return an import that has got longer than the file's lines with a name on each line."""
    parts = import_parts(line)
    part = parts[0] if len(parts) == 1 else None
    if not isinstance(line, cst.SimpleStatementLine) or not isinstance(part, cst.ImportFrom):
        return line
    one_line = cst.Module(body=[line.with_changes(leading_lines=())]).code.rstrip()
    if part.lpar is not None or isinstance(part.names, cst.ImportStar) or len(one_line) <= width:
        return line
    names = [code(alias.with_changes(comma=cst.MaybeSentinel.DEFAULT)) for alias in part.names]
    spread = "\n    ".join([f"from {source_of(part)} import (", *(f"{name}," for name in names)])
    wrapped = cst.ensure_type(cst.parse_statement(f"{spread}\n)\n"), cst.SimpleStatementLine)
    return line.with_changes(body=wrapped.body)


def _relative_habit(source: Source) -> dict[str, str]:
    """Return how a file spells the modules that it imports relatively."""
    items = nodes(source.tree, cst.ImportFrom)
    return {absolute(source, source_of(i)): source_of(i) for i in items if i.relative}


def _bound(line: cst.CSTNode) -> list[str]:
    found: list[str] = []
    for item in import_parts(line):
        names = () if isinstance(item.names, cst.ImportStar) else item.names
        found += [bound_name(alias) for alias in names]
    return found


def _spent(source: Source, after: cst.Module, schema: Schema) -> set[str]:
    """Return the names of models that the file used before and does not use any more."""
    holders = {
        name.rpartition(".")[0] for name, key in schema.names.items() if key in schema.models
    }
    models: set[str] = set()
    for item in nodes(source.tree, cst.ImportFrom):
        base = absolute(source, source_of(item))
        models |= {
            bound_name(alias)
            for alias in aliases(item)
            if schema.names.get(f"{base}.{alias.evaluated_name}") in schema.models
            or f"{base}.{alias.evaluated_name}" in holders
        }
    return models & (_used(source.text) - _used(after.code))


def _used(text: str) -> set[str]:
    """Return the names that a file refers to outside of its imports, also in quoted annotations."""
    found: set[str] = set()
    quoted: list[ast.expr | None] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, (ast.arg, ast.AnnAssign)):
            quoted.append(node.annotation)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            quoted.append(node.returns)
    for annotation in filter(None, quoted):
        for part in ast.walk(annotation):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                found |= set(WORD.findall(part.value))
    return found


class _Dropper(cst.CSTTransformer):
    def __init__(self, source: Source, schema: Schema, gone: set[str]) -> None:
        super().__init__()
        self.source, self.schema, self.gone = source, schema, gone

    def leave_ImportFrom(
        self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom
    ) -> cst.ImportFrom | cst.RemovalSentinel:
        del original_node
        if isinstance(updated_node.names, cst.ImportStar):
            return updated_node
        base = absolute(self.source, source_of(updated_node))
        holders = {name.rpartition(".")[0] for name in self.schema.names}
        mine = {
            bound_name(alias)
            for alias in updated_node.names
            if self.schema.names.get(f"{base}.{alias.evaluated_name}") in self.schema.models
            or f"{base}.{alias.evaluated_name}" in holders
        }
        return drop_names(updated_node, mine & self.gone) or cst.RemoveFromParent()


def with_exports(text: str, package: str, module: str, names: Sequence[str]) -> str:
    """Return a package's `__init__` that hands new factories on as it does the others."""
    tree = cst.parse_module(text)
    body: list[cst.CSTNode] = list(tree.body)
    froms = [item for line in body if is_import(line) for item in nodes(line, cst.ImportFrom)]
    relative = any(item.relative for item in froms)
    spelt = f".{module.removeprefix(package + '.')}" if relative else module
    line = import_from(spelt, names)
    body = unite(body, line) or body
    if not froms:
        body = insert_import(tree.body, line)
    return tree.with_changes(body=[_with_all(node, names) for node in body]).code


def _with_all(node: cst.CSTNode, names: Sequence[str]) -> cst.CSTNode:
    """Add names to `__all__`, in order if it is in order."""
    if not isinstance(node, cst.SimpleStatementLine) or len(node.body) != 1:
        return node
    part = node.body[0]
    if not isinstance(part, (cst.Assign, cst.AnnAssign)) or part.value is None:
        return node
    target = part.targets[0].target if isinstance(part, cst.Assign) else part.target
    held = part.value
    listed = isinstance(target, cst.Name) and target.value == "__all__"
    if not listed or not isinstance(held, (cst.List, cst.Tuple)) or not held.elements:
        return node
    old = [e.value.evaluated_value for e in held.elements if isinstance(e.value, cst.SimpleString)]
    elements = list(held.elements)
    keys = list(old)
    ordered = keys == sorted(keys, key=str)
    for name in names:
        if name in keys:
            continue
        at = (
            next((i for i, k in enumerate(keys) if str(k) > name), len(keys))
            if ordered
            else len(keys)
        )
        quoted = cst.SimpleString(f'"{name}"')
        comma = (
            elements[0].comma
            if len(elements) > 1
            else cst.Comma(cst.SimpleWhitespace(""), cst.SimpleWhitespace(" "))
        )
        if at == len(elements):
            last = elements[-1]
            elements[-1] = last.with_changes(comma=comma)
            elements.append(cst.Element(quoted, comma=last.comma))
        else:
            elements.insert(at, cst.Element(quoted, comma=comma))
        keys.insert(at, name)
    return node.with_changes(body=[part.with_changes(value=held.with_changes(elements=elements))])
