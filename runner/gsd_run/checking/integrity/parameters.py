"""Over how many sets of parameters a test runs, told from the marks that stand before it."""

import ast
import re

from gsd_run.domain import lazy

_PYTEST = lazy.pattern(r"@(?:\w+\.)*parametrize\s*\(")
_OTHERS = lazy.pattern(
    r"\.each\b|\.for\b|#\[(?:\w+::)*(?:rstest|test_case|case)\b|@(?:\w+\.)*(?:ParameterizedTest|"
    r"CsvSource|ValueSource|MethodSource)\b|\[\s*(?:Theory|TestCase|InlineData)\b|@dataProvider|"
    r"DataProvider|TestWith|->with\("
)


def cases(marks: str) -> int:
    """Return how often a test runs: 1 without parameters, 0 when that can't be told."""
    number = 1
    for found in _PYTEST.finditer(marks):
        number *= _of_pytest(marks[found.start() + 1 :])
    return 0 if _OTHERS.search(marks) else number


def _of_pytest(text: str) -> int:
    """Return the length of the list that stands in the call at the start of a text."""
    for end in (place.end() for place in re.finditer(r"\)", text)):
        try:
            call = ast.parse(text[:end], mode="eval").body
        except SyntaxError:
            continue
        given = call.args[1] if isinstance(call, ast.Call) and len(call.args) > 1 else None
        return len(given.elts) if isinstance(given, ast.List | ast.Tuple | ast.Set) else 0
    return 0
