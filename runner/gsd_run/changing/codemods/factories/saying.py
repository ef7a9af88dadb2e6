"""What assertions say: of which expression, and whether it is a value, or any, or none."""

from collections.abc import Iterator, Mapping
from typing import Literal

import libcst as cst
import libcst.matchers as m

from gsd_run.changing.codemods.factories.functions import Function
from gsd_run.changing.codemods.factories.source import code, own_nodes, qualified

Sort = Literal["is", "present", "absent"]
Said = tuple[cst.BaseExpression, Sort, str]

# With one argument: what unittest's methods say of it.
OF_ONE: Mapping[str, tuple[Sort, str]] = {
    "assertTrue": ("present", ""),
    "assertFalse": ("absent", ""),
    "assertIsNotNone": ("present", ""),
    "assertIsNone": ("is", "None"),
}
OF_TWO = frozenset({"assertEqual", "assertEquals", "assertIs"})
PLAIN_CALLS = frozenset({"Decimal", "date", "datetime", "timedelta", "time", "UUID"})
WORDS = frozenset({"True", "False", "None"})


def statements(function: Function) -> Iterator[tuple[cst.CSTNode, cst.BaseExpression, Sort, str]]:
    """Yield where a function asserts something, of what, which sort, and the value's source."""
    for node in own_nodes(function.node.body, cst.Assert):
        for part in _parts(node.test):
            for said in _of_test(part, function):
                yield node, *said
    for call in own_nodes(function.node.body, cst.Call):
        for said in _of_method(call, function):
            yield call, *said


def _of_method(call: cst.Call, function: Function) -> Iterator[Said]:
    name = code(call.func)
    args = [a.value for a in call.args if a.keyword is None]
    if not name.startswith("self.") or not args:
        return
    method = name.removeprefix("self.")
    if method in OF_ONE:
        yield args[0], *OF_ONE[method]
    elif method in OF_TWO and len(args) > 1:
        yield from _either(args[0], args[1], function)


def _either(
    one: cst.BaseExpression, other: cst.BaseExpression, function: Function
) -> Iterator[Said]:
    for subject, value in ((one, other), (other, one)):
        if is_constant(value, function):
            yield subject, "is", code(value)


def _parts(test: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    if isinstance(test, cst.BooleanOperation) and isinstance(test.operator, cst.And):
        yield from _parts(test.left)
        yield from _parts(test.right)
    else:
        yield test


def _of_test(test: cst.BaseExpression, function: Function) -> Iterator[Said]:
    if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
        yield test.expression, "absent", ""
    elif isinstance(test, cst.Attribute):
        yield test, "present", ""
    elif isinstance(test, cst.Comparison) and len(test.comparisons) == 1:
        operator, right = test.comparisons[0].operator, test.comparisons[0].comparator
        if isinstance(operator, (cst.Equal, cst.Is)):
            yield from _either(test.left, right, function)
        elif isinstance(operator, (cst.IsNot, cst.NotEqual)) and m.matches(right, m.Name("None")):
            yield test.left, "present", ""
    elif m.matches(test, m.Call(func=m.Name("isinstance"))):
        yield cst.ensure_type(test, cst.Call).args[0].value, "present", ""


def is_constant(value: cst.BaseExpression, function: Function) -> bool:
    """Tell whether an expression has the same value wherever it stands in the function's file."""

    def all_of(*parts: cst.BaseExpression) -> bool:
        return all(is_constant(part, function) for part in parts)

    answer = False
    match value:
        case cst.SimpleString() | cst.Integer() | cst.Float() | cst.ConcatenatedString():
            answer = True
        case cst.UnaryOperation(operator=cst.Minus(), expression=inner):
            answer = all_of(inner)
        case cst.Name() | cst.Attribute():
            answer = code(value) in WORDS or _is_constant_name(value, function)
        case cst.Call(func=func, args=args):
            plain = code(func).split(".")[-1] in PLAIN_CALLS
            answer = plain and all_of(*(a.value for a in args))
        case cst.Dict(elements=elements):
            pairs = [e for e in elements if isinstance(e, cst.DictElement)]
            parts = [part for pair in pairs for part in (pair.key, pair.value)]
            answer = len(pairs) == len(elements) and all_of(*parts)
        case cst.List(elements=elements) | cst.Tuple(elements=elements):
            answer = all_of(*(e.value for e in elements))
    return answer


def _is_constant_name(value: cst.BaseExpression, function: Function) -> bool:
    """Tell whether a name is bound outside of functions, and written like a constant's."""
    bound = {code(target.target) for target in own_nodes(function.node.body, cst.AssignTarget)}
    first, *_, last = [*code(value).split("."), code(value).split(".")[-1]]
    local = first in function.parameters or first in bound
    return qualified(function.source, value) is not None and not local and last.isupper()
