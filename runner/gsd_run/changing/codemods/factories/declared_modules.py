"""The project's modules as text: which class a name stands for, without importing anything."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

HOPS = 6  # so often a name may be handed on from module to module


class Module(Struct, frozen=True, dict=True, eq=False):
    """One file: its dotted name, whether it is a package, and its syntax tree."""

    name: str
    package: bool
    tree: ast.Module

    @cached_property
    def imports(self) -> dict[str, str]:
        """Return the names that are imported, with what they stand for."""
        found: dict[str, str] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    plain = alias.name.partition(".")[0]
                    found[alias.asname or plain] = alias.name if alias.asname else plain
            elif isinstance(node, ast.ImportFrom):
                base = self._base(node)
                for alias in node.names:
                    found[alias.asname or alias.name] = f"{base}.{alias.name}"
        return found

    @cached_property
    def stars(self) -> tuple[str, ...]:
        """Return the modules of which everything is imported."""
        return tuple(
            self._base(node)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.ImportFrom) and any(a.name == "*" for a in node.names)
        )

    @cached_property
    def bound(self) -> dict[str, ast.expr | ast.ClassDef]:
        """Return what is bound at the module's top: classes, and the values of assignments."""
        found: dict[str, ast.expr | ast.ClassDef] = {}
        for node in _top(self.tree.body):
            if isinstance(node, ast.ClassDef):
                found[node.name] = node
            elif isinstance(node, ast.Assign):
                found |= {t.id: node.value for t in node.targets if isinstance(t, ast.Name)}
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                found |= {node.target.id: node.value} if node.value is not None else {}
        return found

    def _base(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.name.split(".")
        kept = parts[: len(parts) - node.level + self.package]
        return ".".join([*kept, *([node.module] if node.module else [])])


def _top(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        yield node
        if isinstance(node, ast.If | ast.Try):
            yield from _top([*node.body, *node.orelse])


class Code(Struct, frozen=True, eq=False):
    """All modules of the project by their dotted names."""

    modules: Mapping[str, Module]

    def dotted(self, module: Module, node: ast.AST | None) -> str:
        """Return the full name of what an expression stands for, followed to its definition."""
        if isinstance(node, ast.Name):
            return self.origin(f"{module.name}.{node.id}")
        if isinstance(node, ast.Attribute):
            return self.origin(f"{self.dotted(module, node.value)}.{node.attr}")
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return self.origin(f"{module.name}.{node.value}")
        if isinstance(node, ast.Subscript):
            return self.dotted(module, node.value)
        return ""

    def origin(self, name: str, hops: int = HOPS) -> str:
        """Return the name under which something is defined that a module only hands on."""
        owner, _, plain = name.rpartition(".")
        module = self.modules.get(owner)
        if module is None or plain in module.bound or not hops:
            return name
        if plain in module.imports:
            return self.origin(module.imports[plain], hops - 1)
        for star in module.stars:
            found = self.origin(f"{star}.{plain}", hops - 1)
            home, _, last = found.rpartition(".")
            if home in self.modules and last in self.modules[home].bound:
                return found
        return name

    def value(self, name: str) -> tuple[Module, ast.expr | ast.ClassDef] | None:
        """Return the module and the node that define a dotted name."""
        owner, _, plain = name.rpartition(".")
        module = self.modules.get(owner)
        if module is None or plain not in module.bound:
            return None
        return module, module.bound[plain]


def module_of(name: str, text: str, *, package: bool) -> Module | None:
    """Parse a file; None when it is no valid Python."""
    try:
        return Module(name, package, ast.parse(text))
    except (SyntaxError, ValueError):
        return None


def keywords(call: ast.Call) -> dict[str, ast.expr]:
    """Return the named arguments of a call."""
    return {k.arg: k.value for k in call.keywords if k.arg}


def last_name(node: ast.AST | None) -> str:
    """Return the last part of a name: `Column` of `db.Column` and of `Column(…)`."""
    match node:
        case ast.Call(func=func):
            return last_name(func)
        case ast.Attribute(attr=attr):
            return attr
        case ast.Name(id=name):
            return name
        case ast.Subscript(value=value):
            return last_name(value)
    return ""


def plain(node: ast.AST | None) -> object:
    """Return the value of a literal, or None for anything else."""
    try:
        return ast.literal_eval(node) if isinstance(node, ast.expr) else None
    except (ValueError, TypeError, SyntaxError):
        return None
