"""A parsed Python file, with what libcst knows of names, parents and positions."""

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, cached_property, partial
from typing import TypeVar, cast

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
V = TypeVar("V")


class _WhenAsked(Mapping[cst.CSTNode, V]):
    """What is known of nodes, found out when first asked for: of most files nobody asks."""

    def __init__(self, find: Callable[[], Mapping[cst.CSTNode, V]]) -> None:
        self._find = find

    @cached_property
    def _found(self) -> Mapping[cst.CSTNode, V]:
        return self._find()

    def __getitem__(self, node: cst.CSTNode) -> V:
        return self._found[node]

    def __contains__(self, node: object) -> bool:
        return node in self._found

    def __iter__(self) -> Iterator[cst.CSTNode]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


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
    package = module if path.endswith("__init__.py") else module.rpartition(".")[0]
    return Source(
        path,
        module,
        package,
        text,
        wrapper.module,
        _WhenAsked(partial(_parents, wrapper.module)),
        _WhenAsked(lambda: wrapper.resolve(PositionProvider)),
        _WhenAsked(lambda: wrapper.resolve(ScopeProvider)),
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


# Spaces and commas are no children here: no rule looks for them.
_NO_CHILDREN = (cst.BaseParenthesizableWhitespace, cst.EmptyLine, cst.Comma)
# By identity, since libcst's own hash of a node is a call; the node stays alive with its children.
_known: dict[int, tuple[cst.CSTNode, tuple[cst.CSTNode, ...]]] = {}


def _children(node: cst.CSTNode) -> tuple[cst.CSTNode, ...]:
    # libcst finds children by visiting each time; every rule asks for the same ones again.
    known = _known.get(id(node))
    if known is None:
        found = tuple(one for one in node.children if not _is(type(one), _NO_CHILDREN))
        known = _known[id(node)] = (node, found)
    return known[1]


@cache
def _is(kind: type[cst.CSTNode], wanted: type[cst.CSTNode] | tuple[type[cst.CSTNode], ...]) -> bool:
    # `isinstance` asks the abstract classes of libcst each time, which takes longer than the rest.
    return issubclass(kind, wanted)


def _parents(tree: cst.Module) -> dict[cst.CSTNode, cst.CSTNode]:
    """Return the parent of each node; the children are remembered for the rules."""
    return {child: node for node in every_node(tree) for child in _children(node)}


def forget() -> None:
    """Let go of the trees that were looked at."""
    _known.clear()


def nodes(root: cst.CSTNode, kind: type[N]) -> Iterator[N]:
    """Yield a node and everything below it that is of a kind, in the order of the source."""
    for node in every_node(root):
        if _is(type(node), kind):
            yield cast("N", node)


def every_node(root: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Yield a node and everything below it, in the order of the source."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(_children(node))


def own_nodes(root: cst.CSTNode, kind: type[N]) -> Iterator[N]:
    """Yield what is of a kind below a node, without what belongs to functions inside it."""
    waiting = [*reversed(_children(root))]
    while waiting:
        node = waiting.pop()
        if _is(type(node), kind):
            yield cast("N", node)
        if not _is(type(node), (cst.FunctionDef, cst.ClassDef)):
            waiting += reversed(_children(node))


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
