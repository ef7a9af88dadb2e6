"""What a test's body asserts: what counts, what always holds, and what nothing comes of."""

import re
from collections.abc import Iterator

from ast_grep_py import SgNode
from msgspec import Struct

from gsd_run.checking.integrity.dialects import Dialect
from gsd_run.domain import lazy

_RETURNS = frozenset({"return_statement", "return_expression", "return", "jump_expression"})
_BRANCHES = frozenset({"if_statement", "if_expression", "if"})
_NEVER = lazy.pattern(r"\(?\s*(?:False|false|0|None|nil|null)\s*\)?")
_RAISES = lazy.pattern(
    r"\b(?:raise|throw|rethrow|fail\w*|flunk|panic|assert\w*|expect\w*|refute|verify|abort|exit|"
    r"Fatal\w*|Errorf?|XCT\w+|t\.fail|done|reject)\b"
)
_RECOVERS = lazy.pattern(
    r"recover\(\)|catch_unwind|(?:contextlib\.)?suppress\(.*(?:Exception|Error)"
    r"|(?:\braises|\bassertRaises)\(\s*(?:Exception|BaseException|AssertionError)\s*[,)]"
)
_EXPECTS_ERROR = lazy.pattern(r"(?:\w+\.)*(?:raises|assertRaises)\(")
_EMPTY = lazy.pattern(r"\[\]|\(\)|\{\}|range\(0\)|(?:set|dict|list|tuple)\(\)|new (?:Map|Set)\(\)")
_LOOPS = frozenset({"for_statement", "for_in_statement", "while_statement"})
_ARGUMENTS = frozenset({"arguments", "argument_list", "value_arguments", "token_tree"})
_ALWAYS = lazy.pattern(
    r"(?:True|true|YES|1|:ok|not False|!false|\"[^\"]+\"|'[^']+')"
    r"|.*(?:\bor True|\|\| true)|len\([^()]*\) >= 0|.*\.(?:length|size|count)(?:\(\))? >= 0",
    re.DOTALL,
)
_SAME = lazy.pattern(r"(?P<one>[^()]+?)\s*(?:===?|==|\bis\b|>=|<=|\beql?\b)\s*(?P<other>[^()]+)")
_EQUALS = lazy.pattern(
    r"equal|same|\beq\b|_eq!|_eq\b|toBe\b|Equal|\bis\(|\bEqual\(|shouldBe|isEqualTo|Be\(", re.ASCII
)
# What a call is named that wants one thing to be true.
_TRUTH = lazy.pattern(
    r"(?:assert_?|is_?|to_?be_?|xctassert|be_)?(?:true|ok|truthy|defined)|assert!?|XCTAssert|expect|"
    r"require",
    re.IGNORECASE,
)


class Assertion(Struct, frozen=True, kw_only=True):
    """One assertion: its line in the file, its text on one line, and why it says nothing, if so."""

    line: int
    text: str
    hollow: str = ""


def assertions_in(body: SgNode, dialect: Dialect) -> Iterator[Assertion]:
    """Return the assertions of a test's body in their order; dead code has none."""
    yield from _within(body, dialect, swallowed="")


def _within(node: SgNode, dialect: Dialect, swallowed: str) -> Iterator[Assertion]:
    for child in node.children():
        kind = child.kind()
        if kind in dialect.calls and dialect.asserts.match(child.text()):
            yield _assertion(child, swallowed)
            # a block that is given to it (pytest.raises, assert_raises do … end) asserts on its own
            yield from _blocks(child, dialect, swallowed)
            continue
        if (kind in _BRANCHES and _never(child)) or (kind in _LOOPS and _over_nothing(child)):
            continue
        caught = swallowed or _swallows(child, dialect)
        yield from _within(child, dialect, caught)
        if kind in _RETURNS and node.kind() != "program":
            return


def _blocks(node: SgNode, dialect: Dialect, swallowed: str) -> Iterator[Assertion]:
    for child in node.children():
        if "block" in child.kind() or "function" in child.kind() or child.kind() in _ARGUMENTS:
            yield from _within(child, dialect, swallowed)


def _assertion(node: SgNode, swallowed: str) -> Assertion:
    text = " ".join(node.text().split())
    if _EXPECTS_ERROR.match(text):
        swallowed = ""  # it asserts by itself; what stands inside it is what comes to nothing
    hollow = swallowed or ("always holds" if _always(node, text) else "")
    return Assertion(line=node.range().start.line + 1, text=text[:200], hollow=hollow)


def _never(branch: SgNode) -> bool:
    condition = branch.field("condition")
    return condition is not None and _NEVER.fullmatch(condition.text()) is not None


def _over_nothing(loop: SgNode) -> bool:
    """Tell whether a loop goes over nothing, as it is written."""
    over = loop.field("right")
    return _never(loop) or (over is not None and _EMPTY.fullmatch(over.text()) is not None)


def _swallows(node: SgNode, dialect: Dialect) -> str:
    """Say how a failure inside a node comes to nothing, "" if it does not."""
    clauses = [child for child in node.children() if child.kind() in dialect.catches]
    for clause in clauses:
        if dialect.broad.match(clause.text()) and not _RAISES.search(_after_head(clause.text())):
            return f"its failure is caught at line {clause.range().start.line + 1}"
    if node.kind() == "with_statement" and _RECOVERS.search(node.text().split(":\n")[0]):
        return f"its failure is suppressed at line {node.range().start.line + 1}"
    return ""


def _after_head(clause: str) -> str:
    """Return what a clause does, without the exceptions that it names."""
    head = re.match(r"[^{:\n]*[{:\n]", clause)
    return clause[head.end() :] if head else clause


def leaves(body: SgNode, last: int) -> int:
    """Return how many statements before line `last` may end a test before it asserts."""
    number = 0
    for child in body.children():
        kind = child.kind()
        if "function" in kind or "lambda" in kind or kind == "class_definition":
            continue
        if kind in _RETURNS and child.range().start.line + 1 < last and child.is_named():
            number += 1
        number += leaves(child, last)
    return number


_STANDS_IN = lazy.pattern(
    r"^\s*(?:const |let |var |val )?(\w+)\s*:?=\s*(?:(?:\w+\.)*(?:Magic|Async)?Mock\(|lambda\b"
    r"|(?:jest|vi|sinon|mock)\.\w+\(|\([^()]*\)\s*=>)",
    re.MULTILINE,
)


def assigned(body: SgNode) -> frozenset[str]:
    """Return the names to which a test's body gives a stand-in: a mock, or a function it made."""
    return frozenset(_STANDS_IN.findall(body.text()))


def recovers(body: SgNode) -> bool:
    """Tell whether a body takes up panics, so that nothing in it can fail."""
    return re.search(r"\brecover\(\)|catch_unwind\(", body.text()) is not None


def _always(node: SgNode, text: str) -> bool:
    """Tell whether an assertion holds whatever the code does."""
    if node.kind() == "assert_statement":
        condition = next((child for child in node.children() if child.is_named()), None)
        return condition is not None and (
            condition.kind() == "tuple"
            or _holds(" ".join(condition.text().split()))
            or _with_itself(condition)
        )
    given = _given(node)
    if len(given) > 1 and given[0] in {"t", "s.T()", "suite.T()"}:
        given = given[1:]
    if not given:
        return False
    if len(given) > 1 and given[0] == given[1] and "(" not in given[0]:
        return _EQUALS.search(text) is not None
    return _TRUTH.fullmatch(_last_name(node)) is not None and _holds(given[0])


def _with_itself(condition: SgNode) -> bool:
    """Tell whether something is compared with the very same, `f(1) == f(1)`."""
    sides = condition.children()
    return (
        condition.kind() == "comparison_operator"
        and len(sides) == 3  # noqa: PLR2004 - left, operator, right
        and sides[1].text() == "=="
        and sides[0].text() == sides[2].text()
    )


def _last_name(node: SgNode) -> str:
    """Return the name that is called: the last of a chain such as `expect(a).toBe`."""
    ends = [one for one in node.children() if one.kind() in {*_ARGUMENTS, "call_suffix"}]
    callee = node.text()[: ends[-1].range().start.index - node.range().start.index] if ends else ""
    found = re.search(r"\w+!?\s*$", callee)
    return found[0].strip() if found else ""


def _holds(condition: str) -> bool:
    if _ALWAYS.fullmatch(condition):
        return True
    same = _SAME.fullmatch(condition)
    return same is not None and same["one"].strip() == same["other"].strip()


def _given(node: SgNode) -> list[str]:
    """Return what a call is given, after what the call that it hangs on is given (`expect(a)`)."""
    found: list[str] = []
    for child in node.children():
        if child.kind() in _ARGUMENTS:
            found += _parts(child)
        elif child.is_named() and not found:
            found += _given(child)
    return found


def _parts(arguments: SgNode) -> list[str]:
    if arguments.kind() == "token_tree":
        inner = arguments.text()[1:-1]
        return [] if "(" in inner else [part.strip() for part in inner.split(",")]
    return [" ".join(one.text().split()) for one in arguments.children() if one.is_named()]
