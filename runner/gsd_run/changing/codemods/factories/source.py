"""A parsed Python file, with what libcst knows of names, parents and positions."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

import libcst as cst
from libcst.metadata import (
    CodeRange,
    MetadataWrapper,
    PositionProvider,
    QualifiedNameSource,
    Scope,
    ScopeProvider,
)
from msgspec import Struct

from gsd_run.changing.failure import StepFailure
from gsd_run.changing.python_imports import source_of

USUAL_WIDTH, WIDEST = 88, 120

N = TypeVar("N", bound=cst.CSTNode)


class Source(Struct, frozen=True, eq=False):
    """One file: its path from the project root, its dotted name, and its tree with metadata."""

    path: str
    module: str
    package: str
    text: str
    tree: cst.Module
    parents: Mapping[cst.CSTNode, cst.CSTNode]
    positions: Mapping[cst.CSTNode, CodeRange]
    scopes: Mapping[cst.CSTNode, Scope | None]
    contexts: Mapping[str, tuple[str, ...]] = {}  # helpers that expect errors, and which errors

    def line(self, node: cst.CSTNode) -> int:
        """Return the line on which a node begins."""
        return self.positions[node].start.line

    def before(self, one: cst.CSTNode, other: cst.CSTNode) -> bool:
        """Tell whether a node begins before another."""
        a, b = self.positions[one].start, self.positions[other].start
        return (a.line, a.column) < (b.line, b.column)

    def above(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """Yield the parents of a node, the nearest first."""
        while node in self.parents:
            node = self.parents[node]
            yield node


def parse(path: str, module: str, text: str) -> Source:
    """Parse a file.

    Raises:
        StepFailure: the file is no valid Python.
    """
    try:
        # A tree fresh from the parser has no node twice, which is what copying guards against.
        wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
    except cst.ParserSyntaxError as error:
        raise StepFailure(f"{path}:{syntax_mistake(text, error)}") from error
    wrapper.resolve_many([PositionProvider, ScopeProvider])
    package = module if path.endswith("__init__.py") else module.rpartition(".")[0]
    return Source(
        path,
        module,
        package,
        text,
        wrapper.module,
        _parents(wrapper.module),
        wrapper.resolve(PositionProvider),
        wrapper.resolve(ScopeProvider),
    )


def syntax_mistake(text: str, error: cst.ParserSyntaxError) -> str:
    """Return the line of a mistake and what it is; Python itself tells it more exactly."""
    try:
        compile(text, "", "exec", flags=ast.PyCF_ONLY_AST)
    except SyntaxError as own:
        return f"{own.lineno}: no valid Python: {own.msg}"
    return f"{error.raw_line}: no valid Python: {error.message}"


def line_width(source: Source) -> int:
    """Return how long a file's lines may get: as long as its longest, within reason."""
    longest = max(map(len, source.text.splitlines()), default=0)
    return min(max(USUAL_WIDTH, longest), WIDEST)


def code(node: cst.CSTNode) -> str:
    """Return a node's source text."""
    return cst.Module(body=[]).code_for_node(node)


@lru_cache(maxsize=1_000_000)
def _children(node: cst.CSTNode) -> tuple[cst.CSTNode, ...]:
    # libcst finds children by visiting each time; every rule asks for the same ones again.
    # Spaces and commas are left out: no rule looks for them.
    return tuple(
        child
        for child in node.children
        if not isinstance(child, (cst.BaseParenthesizableWhitespace, cst.EmptyLine, cst.Comma))
    )


def _parents(tree: cst.Module) -> dict[cst.CSTNode, cst.CSTNode]:
    """Return the parent of each node; the children are remembered for the rules."""
    return {child: node for node in every_node(tree) for child in _children(node)}


def forget() -> None:
    """Let go of the trees that were looked at."""
    _children.cache_clear()


def nodes(root: cst.CSTNode, kind: type[N]) -> Iterator[N]:
    """Yield a node and everything below it that is of a kind, in the order of the source."""
    if isinstance(root, kind):
        yield root
    for child in _children(root):
        yield from nodes(child, kind)


def every_node(root: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Yield a node and everything below it."""
    yield root
    for child in _children(root):
        yield from every_node(child)


def own_nodes(root: cst.CSTNode, kind: type[N]) -> Iterator[N]:
    """Yield what is of a kind below a node, without what belongs to functions inside it."""
    for child in _children(root):
        if isinstance(child, kind):
            yield child
        if not isinstance(child, (cst.FunctionDef, cst.ClassDef)):
            yield from own_nodes(child, kind)


def qualified(source: Source, node: cst.CSTNode) -> str | None:
    """Return the full dotted name of what an expression refers to, if its import tells."""
    scope = source.scopes.get(node)
    if scope is None:
        return None
    names = scope.get_qualified_names_for(node)
    for name in sorted(names, key=lambda n: n.name):
        if name.source is QualifiedNameSource.IMPORT:
            return absolute(source, name.name)
        if name.source is QualifiedNameSource.LOCAL:
            return f"{source.module}.{name.name}"
    return None


def absolute(source: Source, name: str) -> str:
    """Return a dotted name without the dots of a relative import."""
    dots = len(name) - len(name.lstrip("."))
    if not dots:
        return name
    parts = source.package.split(".") if source.package else []
    kept = parts[: len(parts) - (dots - 1)]
    return ".".join([*kept, name.lstrip(".")] if name.lstrip(".") else kept)


def star_modules(source: Source) -> tuple[str, ...]:
    """Return the modules whose names a star import takes in."""
    return tuple(
        absolute(source, source_of(item))
        for item in nodes(source.tree, cst.ImportFrom)
        if isinstance(item.names, cst.ImportStar)
    )


def named_imports(text: str, module: str, path: str) -> tuple[str, ...]:
    """Return every dotted name that a text imports or takes names from; none of invalid Python."""
    package = module if path.endswith("__init__.py") else module.rpartition(".")[0]
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return ()
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".") if node.level else []
            kept = parts[: len(parts) - node.level + 1]
            base = ".".join(part for part in [*kept, node.module or ""] if part)
            found += [base, *(f"{base}.{alias.name}" for alias in node.names)]
    return tuple(dict.fromkeys(name for name in found if name))


def imported_modules(source: Source) -> tuple[str, ...]:
    """Return every dotted name that an import statement may import as a module."""
    found: list[str] = []
    for item in nodes(source.tree, cst.ImportFrom):
        base = absolute(source, source_of(item))
        found.append(base)
        aliases: Sequence[cst.ImportAlias] = (
            () if isinstance(item.names, cst.ImportStar) else item.names
        )
        found += [f"{base}.{alias.evaluated_name}" for alias in aliases]
    for plain in nodes(source.tree, cst.Import):
        found += [alias.evaluated_name for alias in plain.names]
    return tuple(dict.fromkeys(found))
