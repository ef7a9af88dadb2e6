"""The assertions of unittest that are one expression for pytest, by their names.

A rule takes the arguments and returns the expression, or a Left with the reason why not.
"""

import ast
import math
from collections.abc import Callable, Mapping
from fractions import Fraction

from msgspec import Struct

from gsd_run.changing.codemods.pytest_asserts.expressions import (
    alone,
    has_effects,
    is_simple,
    number,
    operand,
)
from gsd_run.changing.codemods.pytest_asserts.source import Source


class Left(Exception):
    """An assertion stays as it is; the text says why."""


class Test(Struct, frozen=True):
    """An expression to assert: one text, or the two sides around an operator."""

    left: str
    operator: str = ""
    right: str = ""
    imports: tuple[str, ...] = ()


Given = dict[str, ast.expr]  # arguments by their names in unittest
Rule = Callable[[Source, Given], Test]


def _compared(operator: str) -> Rule:
    def rule(source: Source, given: Given) -> Test:
        left, right = given["first"], given["second"]
        if operator.startswith("is") and any(
            isinstance(one, ast.Constant) and isinstance(one.value, str | bytes | int | float)
            and not isinstance(one.value, bool)
            for one in (left, right)
        ):  # fmt: skip
            raise Left("compares the identity of a literal, which Python warns of")
        return Test(operand(source, left), operator, operand(source, right))

    return rule


def _true(source: Source, given: Given) -> Test:
    if isinstance(given["expr"], ast.Tuple) and given["expr"].elts:
        raise Left("asserts a tuple, which is always true")
    return Test(alone(source, given["expr"]))


def _false(source: Source, given: Given) -> Test:
    return Test(f"not {operand(source, given['expr'])}")


def _none(operator: str) -> Rule:
    def rule(source: Source, given: Given) -> Test:
        return Test(operand(source, given["obj"]), operator, "None")

    return rule


def _instance(lead: str) -> Rule:
    def rule(source: Source, given: Given) -> Test:
        obj, cls = alone(source, given["obj"]), alone(source, given["cls"])
        return Test(f"{lead}isinstance({obj}, {cls})")

    return rule


def _matched(lead: str) -> Rule:
    def rule(source: Source, given: Given) -> Test:
        pattern, text = given["regex"], given["text"]
        if isinstance(pattern, ast.Constant) and not pattern.value:
            raise Left("an empty pattern matches everything")
        if has_effects(pattern) and has_effects(text):
            raise Left("text and pattern would change places, and both call something")
        found = f"re.search({alone(source, pattern)}, {alone(source, text)})"
        return Test(f"{lead}{found}", imports=("re",))

    return rule


_LITERALS: Mapping[str, tuple[type[ast.expr], ...]] = {
    "list": (ast.List, ast.ListComp),
    "tuple": (ast.Tuple,),
    "str": (ast.JoinedStr,),
}
_OF_KIND = {
    "dict": ((ast.Dict, ast.DictComp), "dict"),
    "set": ((ast.Set, ast.SetComp), "(set, frozenset)"),
}


def _same_kind(kind: str) -> Rule:
    """Compare two lists, tuples or texts; unittest also asserts that both are of that kind.

    A literal is equal to none of another kind, so that with one of them `==` says it all.
    """

    def rule(source: Source, given: Given) -> Test:
        sides = (given["first"], given["second"])
        literal = any(
            isinstance(one, _LITERALS[kind])
            or (kind == "str" and isinstance(one, ast.Constant) and isinstance(one.value, str))
            for one in sides
        )
        if not literal:
            raise Left(f"also asserts that both are of type {kind}; neither is a literal")
        return Test(operand(source, sides[0]), "==", operand(source, sides[1]))

    return rule


def _mapping_or_set(kind: str) -> Rule:
    """Compare dicts or sets: views and proxies equal them, so the kind is asserted as well."""

    def rule(source: Source, given: Given) -> Test:
        kinds, name = _OF_KIND[kind]
        sides = (given["first"], given["second"])
        others = [one for one in sides if not isinstance(one, kinds)]
        equal = Test(operand(source, sides[0]), "==", operand(source, sides[1]))
        if not others:
            return equal
        if len(others) > 1 or not is_simple(others[0]):
            raise Left(f"also asserts that both are of type {kind}, which can't be told here")
        left = f"isinstance({alone(source, others[0])}, {name}) and {equal.left}"
        return Test(left, "==", equal.right)

    return rule


def _counted(source: Source, given: Given) -> Test:
    sides = (given["first"], given["second"])
    if not any(_of_constants(one) for one in sides):
        raise Left("elements may be such that can't be counted")
    texts = [
        f"Counter({alone(source, one)})"
        if isinstance(one, ast.List | ast.Tuple | ast.Set | ast.ListComp)
        else f"Counter(list({alone(source, one)}))"
        for one in sides
    ]
    return Test(texts[0], "==", texts[1], imports=("from collections import Counter",))


def _of_constants(node: ast.expr) -> bool:
    if not isinstance(node, ast.List | ast.Tuple | ast.Set):
        return False
    return all(
        isinstance(one, ast.Constant) or (isinstance(one, ast.Tuple) and _of_constants(one))
        for one in node.elts
    )


def _almost(operator: str) -> Rule:
    """Compare with a tolerance, by `pytest.approx` where that means the same to the last bit."""

    def rule(source: Source, given: Given) -> Test:
        first, second = given["first"], given["second"]
        if any(
            isinstance(one, ast.List | ast.Tuple | ast.Dict | ast.Set) for one in (first, second)
        ):
            raise Left("compares what has no tolerance")
        if "delta" in given:
            if "places" in given:
                raise Left("gives both places and delta")
            return _within(source, given, operator)
        places = _places(given.get("places"))
        tolerance = float(f"5e-{places + 1}")
        if Fraction(tolerance) <= Fraction(1, 2 * 10**places):
            return _approximate(source, first, second, operator, f"{tolerance!r}")
        left, right = operand(source, first), _factor(source, second)
        rounded = f"round(abs({left} - {right}), {places})"
        if operator == "==":
            return Test(rounded, "==", "0")
        if not (is_simple(first) and is_simple(second)):
            raise Left(f"no tolerance of pytest.approx is exactly that of {places} places")
        return Test(
            f"{operand(source, first)} != {operand(source, second)} and {rounded}", "!=", "0"
        )

    return rule


def _places(node: ast.expr | None) -> int:
    if node is None:
        return 7
    if isinstance(node, ast.Constant) and type(node.value) is int and 0 <= node.value <= 15:  # noqa: PLR2004
        return node.value
    raise Left("the number of places is no plain number from 0 to 15")


def _within(source: Source, given: Given, operator: str) -> Test:
    delta, first, second = given["delta"], given["first"], given["second"]
    value = number(delta, source)
    if value is not None and value >= 0 and math.isfinite(value):
        return _approximate(source, first, second, operator, alone(source, delta))
    called = ast.unparse(delta.func).rpartition(".")[2] if isinstance(delta, ast.Call) else ""
    if called == "timedelta" and operator == "==":
        apart = f"abs({_factor(source, first)} - {_factor(source, second)})"
        return Test(apart, "<=", operand(source, delta))
    raise Left("pytest.approx takes only numbers, and delta can't be told to be one")


def _factor(source: Source, node: ast.expr) -> str:
    """Return an expression's text as the right side of a subtraction."""
    text = operand(source, node)
    loose = isinstance(node, ast.BinOp) and not isinstance(node.op, ast.Mult | ast.Div | ast.Pow)
    return f"({text})" if loose else text


def _approximate(
    source: Source, first: ast.expr, second: ast.expr, operator: str, tolerance: str
) -> Test:
    right = f"pytest.approx({alone(source, second)}, abs={tolerance})"
    return Test(operand(source, first), operator, right, imports=("pytest",))


TWO = ("first", "second", "msg")
_ALMOST = ("first", "second", "places", "msg", "delta")

RULES: Mapping[str, tuple[tuple[str, ...], int, Rule]] = {
    # the names of the parameters, how many are needed, and the rule
    "assertEqual": (TWO, 2, _compared("==")),
    "assertNotEqual": (TWO, 2, _compared("!=")),
    "assertTrue": (("expr", "msg"), 1, _true),
    "assertFalse": (("expr", "msg"), 1, _false),
    "assertIs": (("expr1", "expr2", "msg"), 2, _compared("is")),
    "assertIsNot": (("expr1", "expr2", "msg"), 2, _compared("is not")),
    "assertIsNone": (("obj", "msg"), 1, _none("is")),
    "assertIsNotNone": (("obj", "msg"), 1, _none("is not")),
    "assertIn": (("member", "container", "msg"), 2, _compared("in")),
    "assertNotIn": (("member", "container", "msg"), 2, _compared("not in")),
    "assertIsInstance": (("obj", "cls", "msg"), 2, _instance("")),
    "assertNotIsInstance": (("obj", "cls", "msg"), 2, _instance("not ")),
    "assertGreater": (("a", "b", "msg"), 2, _compared(">")),
    "assertGreaterEqual": (("a", "b", "msg"), 2, _compared(">=")),
    "assertLess": (("a", "b", "msg"), 2, _compared("<")),
    "assertLessEqual": (("a", "b", "msg"), 2, _compared("<=")),
    "assertAlmostEqual": (_ALMOST, 2, _almost("==")),
    "assertNotAlmostEqual": (_ALMOST, 2, _almost("!=")),
    "assertRegex": (("text", "expected_regex", "msg"), 2, _matched("")),
    "assertNotRegex": (("text", "unexpected_regex", "msg"), 2, _matched("not ")),
    "assertCountEqual": (TWO, 2, _counted),
    "assertListEqual": (("list1", "list2", "msg"), 2, _same_kind("list")),
    "assertTupleEqual": (("tuple1", "tuple2", "msg"), 2, _same_kind("tuple")),
    "assertMultiLineEqual": (TWO, 2, _same_kind("str")),
    "assertDictEqual": (("d1", "d2", "msg"), 2, _mapping_or_set("dict")),
    "assertSetEqual": (("set1", "set2", "msg"), 2, _mapping_or_set("set")),
}
# Names of earlier Pythons.
OLD_NAMES: Mapping[str, str] = {
    "assertEquals": "assertEqual", "assertNotEquals": "assertNotEqual", "assert_": "assertTrue",
    "assertAlmostEquals": "assertAlmostEqual", "assertNotAlmostEquals": "assertNotAlmostEqual",
    "assertRegexpMatches": "assertRegex", "assertNotRegexpMatches": "assertNotRegex",
    "assertItemsEqual": "assertCountEqual", "assertRaisesRegexp": "assertRaisesRegex",
}  # fmt: skip
_COMMON = {
    "expr1": "first", "expr2": "second", "member": "first", "container": "second", "a": "first",
    "b": "second", "list1": "first", "list2": "second", "tuple1": "first", "tuple2": "second",
    "d1": "first", "d2": "second", "set1": "first", "set2": "second", "expected_regex": "regex",
    "unexpected_regex": "regex",
}  # fmt: skip


def asserted(source: Source, name: str, call: ast.Call) -> tuple[Test, ast.expr | None]:
    """Return the expression that a call of unittest asserts, and its message.

    Raises:
        Left: it can't be said in the same meaning.
    """
    parameters, needed, rule = RULES[OLD_NAMES.get(name, name)]
    given = bound(call, parameters, needed)
    message = given.pop("msg", None)
    test = rule(source, {_COMMON.get(key, key): value for key, value in given.items()})
    return test, message


def bound(call: ast.Call, parameters: tuple[str, ...], needed: int) -> Given:
    """Return the arguments of a call by the names of its parameters, None given as msg left out.

    Raises:
        Left: they are not known, or do not fit.
    """
    if any(isinstance(one, ast.Starred) for one in call.args) or any(
        one.arg is None for one in call.keywords
    ):
        raise Left("its arguments are spread from a list")
    given = dict(zip(parameters, call.args, strict=False))
    for keyword in call.keywords:
        if keyword.arg is not None and keyword.arg not in given:
            given[keyword.arg] = keyword.value
    fits = len(call.args) + len(call.keywords) == len(given) and set(given) <= set(parameters)
    if not fits or any(name not in given for name in parameters[:needed]):
        raise Left("its arguments do not fit")
    optional = parameters[needed:]
    return {
        name: value
        for name, value in given.items()
        if not (name in optional and isinstance(value, ast.Constant) and value.value is None)
    }
