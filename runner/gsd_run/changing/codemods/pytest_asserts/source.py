"""A test file as Python sees it, and the pieces of its text.

Assertions are replaced by splicing text at the places of Python's own parser, so that everything
else stays as it is to the byte.
"""

import ast
import io
import tokenize
from collections.abc import Iterator
from functools import cached_property

from gsd_run.changing.failure import StepFailure

_NARROWEST, _WIDEST = 88, 120


class Source:
    """The text of a file, with LF line ends, and its syntax tree; positions count characters."""

    def __init__(self, path: str, text: str) -> None:
        try:
            self.tree = ast.parse(text)
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None) or 1
            raise StepFailure(f"{path}:{line}: no valid Python: {error.args[0]}") from error
        self.path = path
        self.text = text
        self.lines = text.split("\n")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """Return the node around each node."""
        return {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield the nodes around a node, innermost first."""
        while (outer := self.parents.get(node)) is not None:
            yield outer
            node = outer

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Return where a node's text begins and ends."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return (
            self._offset(node.lineno, node.col_offset),
            self._offset(node.end_lineno, node.end_col_offset),
        )

    def _offset(self, line: int, column: int) -> int:
        return self.starts[line - 1] + len(self.lines[line - 1].encode()[:column].decode())

    def code(self, node: ast.expr) -> str:
        """Return a node's text, its further lines moved left with the line that it begins on."""
        start, end = self.span(node)
        text = self.text[start:end]
        if "\n" not in text:
            return text
        statement = next(one for one in self.above(node) if isinstance(one, ast.stmt))
        surplus = self.indent(node.lineno) - self.indent(statement.lineno)
        return moved_left(text, surplus)

    def indent(self, line: int) -> int:
        """Return how many blanks a line begins with."""
        text = self.lines[line - 1]
        return len(text) - len(text.lstrip(" \t"))

    @cached_property
    def widest(self) -> int:
        """Return how long the lines of this file may be, going by those that there are."""
        longest = max((len(line.rstrip()) for line in self.text.splitlines()), default=0)
        return min(max(longest, _NARROWEST), _WIDEST)

    def comments(self, node: ast.stmt) -> list[tuple[int, str]]:
        """Return the comments within a statement's text, with their offsets."""
        start, end = self.span(node)
        try:
            tokens = list(tokenize.generate_tokens(io.StringIO(self.text[start:end]).readline))
        except tokenize.TokenError:
            return []
        lines = self.text[start:end].splitlines(keepends=True)
        begin = [0]
        for line in lines:
            begin.append(begin[-1] + len(line))
        return [
            (start + begin[token.start[0] - 1] + token.start[1], token.string)
            for token in tokens
            if token.type == tokenize.COMMENT
        ]


def moved_left(text: str, columns: int) -> str:
    """Return a text whose lines but the first have less indentation, those in strings excepted."""
    inside = _lines_in_strings(text)
    lines = text.split("\n")
    for number, line in enumerate(lines[1:], 2):
        if number not in inside and columns > 0:
            blank = len(line) - len(line.lstrip(" \t"))
            lines[number - 1] = line[min(blank, columns) :]
    return "\n".join(lines)


def _lines_in_strings(text: str) -> set[int]:
    """Return the lines of an expression that begin within a string."""
    found: set[int] = set()
    depth, begun = 0, 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(f"(\n{text}\n)").readline):
            name = tokenize.tok_name[token.type]
            first, last = token.start[0] - 1, token.end[0] - 1
            if name == "STRING":
                found |= set(range(first + 1, last + 1))
            elif name == "FSTRING_START":
                begun = first if depth == 0 else begun
                depth += 1
            elif name == "FSTRING_END":
                depth -= 1
                if depth == 0:
                    found |= set(range(begun + 1, last + 1))
    except tokenize.TokenError:
        return set(range(2, text.count("\n") + 2))
    return found
