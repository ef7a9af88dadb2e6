"""A file of tests, read by its grammar: each test with what it asserts and whether it runs."""

import re
from collections.abc import Iterator

from ast_grep_py import SgNode
from msgspec import Struct

from gsd_run.checking.integrity.assertions import (
    Assertion,
    assertions_in,
    assigned,
    leaves,
    recovers,
)
from gsd_run.checking.integrity.dialects import Dialect, dialect_of, grammar_of
from gsd_run.checking.integrity.parameters import cases
from gsd_run.domain import lazy
from gsd_run.outside.grammars import root_of

_MARKS = frozenset({"decorator", "attribute_item", "attribute_list", "modifiers", "comment"})
_MARKS_MORE = frozenset({"line_comment", "block_comment", "unary_operator", "annotation"})
_BODIES = frozenset(
    {"block", "statement_block", "function_body", "compound_statement", "body_statement"}
    | {"do_block", "arrow_function", "function_expression", "anonymous_function", "closure"}
    | {"lambda", "brace_block", "function_declaration", "func_literal"}
)
_NAME_KINDS = frozenset({"identifier", "simple_identifier", "name", "constant", "type_identifier"})
_CLASSES = frozenset(
    {"class_definition", "class_declaration", "mod_item", "class", "module", "impl_item"}
)
_DELEGATES = lazy.pattern(
    r"\b(?:_?(?:assert|expect|check|verify|ensure|validate|should)\w*)\s*[(!]"
)


class TestBody(Struct, frozen=True, kw_only=True):
    """One test: its name within the file, its lines (counted from 1), and what its body does.

    `skipped` and `focused` are the marks that keep it, or every other test, from being run.
    `calls` are the names of the functions that it calls, `assigned` those that it gives a
    stand-in; `leaves` counts what may end it before its last assertion. `cases` tells over how
    many sets of parameters it runs, 0 if that can't be told; `text` is what stands in its body.
    """

    __test__ = False

    name: str
    line: int
    assertions: tuple[Assertion, ...] = ()
    skipped: str = ""
    focused: str = ""
    calls: frozenset[str] = frozenset()
    assigned: frozenset[str] = frozenset()
    leaves: int = 0
    cases: int = 1
    text: str = ""

    @property
    def sound(self) -> int:
        """Return how many of its assertions can fail."""
        return sum(not one.hollow for one in self.assertions)


class TestFile(Struct, frozen=True, kw_only=True):
    """The tests of a file, and how many assertions each of its other functions makes."""

    __test__ = False

    tests: tuple[TestBody, ...]
    functions: dict[str, int]

    def asserting(self, test: TestBody) -> int:
        """Return the assertions of a test with those of the file's functions that it calls."""
        return test.sound + sum(self.functions.get(name, 0) for name in test.calls)


def test_file(text: str, path: str) -> TestFile | None:
    """Return the tests of a file, or None when its name or language is of no known tests."""
    dialect = dialect_of(path)
    if dialect is None:
        return None
    root = root_of(text, grammar_of(dialect, path))
    reading = _Reading(dialect)
    reading.walk(root, (), "")
    return TestFile(tests=tuple(reading.tests), functions=reading.functions)


test_file.__test__ = False  # type: ignore[attr-defined]  # pytest would take it for a test


class _Reading:
    """What has been found while the tree is walked."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.tests: list[TestBody] = []
        self.functions: dict[str, int] = {}

    def walk(self, node: SgNode, names: tuple[str, ...], marks: str) -> None:
        """Go through what stands below a node; marks of a class or group hold for its tests."""
        before: list[str] = [marks]
        for child in node.children():
            kind = child.kind()
            if kind in _MARKS or kind in _MARKS_MORE:
                before.append(child.text())
                continue
            given = "\n".join(before)
            if kind in self.dialect.functions:
                self._function(child, names, given)
            elif kind in self.dialect.calls and self._call(child, names, given):
                pass
            else:
                within = (*names, _name(child)) if kind in _CLASSES else names
                own = f"{given}\n{_modifiers(child)}" if kind in _CLASSES else given
                kept = own if kind in _CLASSES | {"decorated_definition"} else marks
                self.walk(child, within, kept if kind != "decorated_definition" else given)
            if child.is_named() and kind != "decorated_definition":
                before = [marks, *self._for_all(child)]

    def _for_all(self, statement: SgNode) -> Iterator[str]:
        """Return a mark that holds for what follows: pytestmark, @moduletag."""
        text = statement.text()
        if text.startswith(("pytestmark", "@moduletag", "@tag")):
            yield text.split("=", 1)[-1].strip(" [")

    def _function(self, node: SgNode, names: tuple[str, ...], marks: str) -> None:
        name = _name(node)
        told = f"{marks}\n{_modifiers(node)}\n{name}"
        if self.dialect.named is not None and self.dialect.named.search(told):
            self._test(node, (*names, name), told, node)
            return
        self.functions[name] = sum(not one.hollow for one in assertions_in(node, self.dialect))
        body = _body(node)
        if body is not None:
            self.walk(body, names, marks)

    def _call(self, node: SgNode, names: tuple[str, ...], marks: str) -> bool:
        head = node.text()[:400]
        dialect = self.dialect
        block = _block_of(node)
        if block is None:
            return False
        title = _title(node)
        own = f"{marks}\n{_head(node, block)}"
        if dialect.called is not None and dialect.called.match(head) and title:
            self._test(node, (*names, title), own, block)
            return True
        if dialect.groups is not None and dialect.groups.match(head):
            self.walk(block, (*names, title) if title else names, own)
            return True
        return False

    def _test(self, node: SgNode, names: tuple[str, ...], marks: str, body: SgNode) -> None:
        dialect = self.dialect
        assertions = tuple(assertions_in(body, dialect))
        calls = frozenset(_called(body))
        if recovers(body):
            assertions = tuple(
                Assertion(line=one.line, text=one.text, hollow="its failure is recovered from")
                for one in assertions
            )
        skipped = _mark(dialect.skips, marks) or _called_mark(dialect, body)
        self.tests.append(
            TestBody(
                name=" > ".join(names),
                line=node.range().start.line + 1,
                assertions=assertions,
                skipped=skipped,
                focused=_mark(dialect.focuses, marks),
                calls=calls,
                assigned=assigned(body),
                leaves=leaves(body, max((one.line for one in assertions), default=0)),
                cases=cases(marks),
                text=" ".join((_body(body) or body).text().split()),
            )
        )


def _mark(pattern: re.Pattern[str] | None, marks: str) -> str:
    if pattern is None:
        return ""
    for mark in marks.split("\n"):
        found = pattern.match(mark.strip())
        if found:
            return mark.strip()[:80]
    return ""


def _called_mark(dialect: Dialect, body: SgNode) -> str:
    """Return the call in a test's body by which it skips itself."""
    for node in _all(body):
        if node.kind() in dialect.calls and dialect.skips.match(node.text()):
            return node.text().split("\n")[0][:80]
    return ""


def _called(body: SgNode) -> Iterator[str]:
    for node in _all(body):
        found = re.match(r"(?:await )?(?:[\w$]+\.)*(\w+)!?\(", node.text()[:200])
        if found and ("call" in node.kind() or "invocation" in node.kind()):
            yield found[1]


def _all(node: SgNode) -> Iterator[SgNode]:
    for child in node.children():
        yield child
        yield from _all(child)


def _name(node: SgNode) -> str:
    named = node.field("name")
    if named is not None:
        return named.text()
    return next((one.text() for one in node.children() if one.kind() in _NAME_KINDS), "")


def _modifiers(node: SgNode) -> str:
    kinds = {"modifiers", "attribute_list", "annotation"}
    return "\n".join(one.text() for one in node.children() if one.kind() in kinds)


def _body(node: SgNode) -> SgNode | None:
    return next((one for one in node.children() if one.kind() in _BODIES), None)


def _block_of(call: SgNode) -> SgNode | None:
    """Return the function or block that a call is given, also through `it(…)->skip()`."""
    for child in call.children():
        if child.kind() in {"do_block", "block"}:
            return child
        if child.kind() in {"arguments", "argument_list", "argument"}:
            for given in child.children():
                if given.kind() in _BODIES:
                    return given
                if given.kind() == "argument" and (inner := _block_of_argument(given)):
                    return inner
    inner_call = next((one for one in call.children() if "call" in one.kind()), None)
    return _block_of(inner_call) if inner_call is not None else None


def _block_of_argument(argument: SgNode) -> SgNode | None:
    return next((one for one in argument.children() if one.kind() in _BODIES), None)


def _head(call: SgNode, block: SgNode) -> str:
    """Return a call's text without the body that it is given."""
    text, inner = call.text(), block.text()
    return " ".join(text.replace(inner, "", 1).split())


def _title(call: SgNode) -> str:
    """Return the first string that a call is given."""
    for node in _all(call):
        if node.kind() in {"string", "template_string", "string_literal", "encapsed_string"}:
            return node.text().strip("\"'`")
        if node.kind() in _BODIES:
            return ""
    return ""


def delegates(test: TestBody) -> bool:
    """Tell whether a test leaves asserting to a function that by its name asserts."""
    return any(_DELEGATES.match(f"{name}(") for name in test.calls)
