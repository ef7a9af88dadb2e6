"""How the test frameworks of each language write tests, assertions and skips.

The syntax comes from the language's grammar; what is listed here are the names that frameworks
give to things, as their documentation has them.
"""

import re
from pathlib import PurePosixPath

from msgspec import Struct

from gsd_run.domain import lazy


class Dialect(Struct, frozen=True, kw_only=True):
    """How one language's tests look in its syntax tree.

    A test is a function of one of the kinds `functions` whose marks (decorators, attributes,
    modifiers, a comment above) and name fit `named`; or a call, of the kinds `calls`, of something
    that fits `called`, with its body as an argument. `groups` are calls that hold tests.
    `asserts`, `skips` and `focuses` are matched with the beginning of a call's text, and the
    latter two with marks, too. `catches` are the kinds of clauses that catch exceptions, and
    `broad` tells of a clause that it catches a failed assertion.
    """

    grammar: str
    calls: frozenset[str]
    asserts: re.Pattern[str]
    skips: re.Pattern[str]
    functions: frozenset[str] = frozenset()
    named: re.Pattern[str] | None = None
    called: re.Pattern[str] | None = None
    groups: re.Pattern[str] | None = None
    focuses: re.Pattern[str] | None = None
    catches: frozenset[str] = frozenset()
    broad: re.Pattern[str] = lazy.pattern(r"")


_PYTHON = Dialect(
    grammar="python",
    functions=frozenset({"function_definition"}),
    named=lazy.pattern(r"(?:^|\n)test"),
    calls=frozenset({"call", "assert_statement"}),
    asserts=lazy.pattern(
        r"assert\b|(?:self|cls)\.(?:assert|fail\b)|[\w.\[\]()]*\.assert_\w+\(|assert\w*\(|"
        r"pytest\.(?:raises|warns|fail|deprecated_call)\b|expect\("
    ),
    skips=lazy.pattern(
        r"@?(?:pytest\.mark\.(?:skip|xfail)|(?:unittest\.)?(?:skip|skipIf|skipUnless|"
        r"expectedFailure)\b|mark\.(?:skip|xfail))|pytest\.(?:skip|xfail|importorskip)\(|"
        r"self\.skipTest\("
    ),
    catches=frozenset({"except_clause", "except_group_clause"}),
    broad=lazy.pattern(r"except\s*(?::|\(?[^:]*\b(?:Exception|BaseException|AssertionError)\b)"),
)
_JAVASCRIPT_TEST = r"(?:it|test|specify|Deno\.test|fit|xit|xtest|t\.test)"
_JAVASCRIPT = Dialect(
    grammar="typescript",
    calls=frozenset({"call_expression"}),
    called=lazy.pattern(rf"{_JAVASCRIPT_TEST}(?:\.\w+)*(?:\s*[(<]|$)"),
    groups=lazy.pattern(r"(?:describe|context|suite|fdescribe|xdescribe)(?:\.\w+)*(?:\s*[(<]|$)"),
    asserts=lazy.pattern(
        r"expect(?:\.soft)?\s*(?:<[^>]*>)?\(.*\)\s*\.\s*\w|expect\.(?:assertions|hasAssertions)|"
        r"assert\b|(?:chai\.|sinon\.)assert|expectTypeOf\(|t\.(?:is|not|deepEqual|equal|ok|true|"
        r"false|truthy|falsy|throws|throwsAsync|pass|fail|same|match|rejects|like|regex)\(|"
        r"(?:cy|page|screen)\..*\.should\(|.*\.should\.\w",
        re.DOTALL,
    ),
    skips=lazy.pattern(
        r"(?:describe|it|test|suite|context|specify|Deno\.test)(?:\.\w+)*\.(?:skip|todo|fixme|"
        r"fails|failing|ignore)\b|x(?:it|test|describe)\b|(?:this|t|ctx|context)\.skip\(|pending\("
    ),
    focuses=lazy.pattern(
        r"(?:describe|it|test|suite|context|specify|Deno\.test)(?:\.\w+)*\.only\b|f(?:it|describe)\b"
    ),
    catches=frozenset({"catch_clause"}),
)
_GO = Dialect(
    grammar="go",
    functions=frozenset({"function_declaration", "method_declaration"}),
    named=lazy.pattern(r"(?:^|\n)(?:Test|Fuzz)(?:[A-Z_\d]|$)"),
    calls=frozenset({"call_expression"}),
    asserts=lazy.pattern(
        r"\w+\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow)\(|(?:require|assert|is|must|qt|td|cmp|"
        r"check|suite|s)\.\w+\(|\w+\.(?:Require|Assert)\(\)\.|(?:Expect|Ω|Eventually)\(.*\)\.\w",
        re.DOTALL,
    ),
    skips=lazy.pattern(r"\w+\.(?:Skip|Skipf|SkipNow)\("),
)
_RUST = Dialect(
    grammar="rust",
    functions=frozenset({"function_item"}),
    named=lazy.pattern(r"#\[(?:[\w:]*\b)?(?:test|rstest|test_case|quickcheck|proptest)\b"),
    calls=frozenset({"macro_invocation", "call_expression"}),
    asserts=lazy.pattern(
        r"(?:\w+::)*(?:debug_|prop_|pretty_)?assert\w*!|(?:\w+::)*assert_\w+\(|panic!|"
        r"unreachable!|.*\.(?:unwrap|expect|unwrap_err|expect_err)\(",
        re.DOTALL,
    ),
    skips=lazy.pattern(r"#\[(?:ignore|should_panic|cfg_attr\([^]]*ignore)"),
)
_TEST_ATTRIBUTE = r"@(?:\w+\.)*(?:Test|ParameterizedTest|RepeatedTest|TestFactory|Theory)\b"
_JAVA = Dialect(
    grammar="java",
    functions=frozenset({"method_declaration"}),
    named=lazy.pattern(rf"{_TEST_ATTRIBUTE}|(?:^|\n)test[A-Z_]"),
    calls=frozenset({"method_invocation", "assert_statement"}),
    asserts=lazy.pattern(
        r"(?:[\w.]+\.)?(?:assert\w*|fail|verify\w*|expect\w*|then|andExpect)\b|.*\.(?:andExpect|"
        r"should\w*|expectStatus|expectBody|isEqualTo|verifyComplete)\(",
        re.DOTALL,
    ),
    skips=lazy.pattern(r"@(?:\w+\.)*(?:Disabled|Ignore)\w*|(?:Assumptions?\.)?assum\w+\("),
    catches=frozenset({"catch_clause"}),
    broad=lazy.pattern(r"catch\s*\([^)]*\b(?:Throwable|Exception|Error|AssertionError)\b"),
)
_KOTLIN = Dialect(
    grammar="kotlin",
    functions=frozenset({"function_declaration"}),
    named=_JAVA.named,
    calls=frozenset({"call_expression", "infix_expression"}),
    asserts=lazy.pattern(
        r"(?:[\w.]+\.)?(?:assert\w*|fail|verify\w*|expect\w*|coVerify)\b|.*\bshould\w*\b", re.DOTALL
    ),
    skips=_JAVA.skips,
    catches=frozenset({"catch_block"}),
    broad=_JAVA.broad,
)
_CSHARP = Dialect(
    grammar="csharp",
    functions=frozenset({"method_declaration"}),
    named=lazy.pattern(r"\[\s*(?:Fact|Theory|Test|TestMethod|TestCase|DataTestMethod)\b"),
    calls=frozenset({"invocation_expression"}),
    asserts=lazy.pattern(
        r"(?:[\w.]*Assert|Verify\w*|Expect)\b|.*\.(?:Should\w*|Verify\w*|Received\w*)\(", re.DOTALL
    ),
    skips=lazy.pattern(
        r"\[\s*Ignore\b|\[[^]]*\bSkip\s*=|Assert\.(?:Ignore|Inconclusive|Skip)\w*\("
    ),
    catches=frozenset({"catch_clause"}),
    broad=lazy.pattern(r"catch\s*(?:\{|\(\s*(?:System\.)?(?:Exception|\w*Assert\w*)\b)"),
)
_SWIFT = Dialect(
    grammar="swift",
    functions=frozenset({"function_declaration"}),
    named=lazy.pattern(r"@Test\b|(?:^|\n)test"),
    calls=frozenset({"call_expression", "macro_invocation"}),
    asserts=lazy.pattern(r"XCT(?:Assert|Fail|Unwrap)|#(?:expect|require)\b|expect\(|Issue\.record"),
    skips=lazy.pattern(r"@Test\([^)]*\.disabled\b|XCTSkip|.*\.disabled\("),
    catches=frozenset({"catch_block"}),
)
_PHP = Dialect(
    grammar="php",
    functions=frozenset({"method_declaration"}),
    named=lazy.pattern(r"#\[(?:\w+\\)*(?:Test|TestWith)\b|@test\b|(?:^|\n)test"),
    calls=frozenset(
        {"member_call_expression", "scoped_call_expression", "function_call_expression"}
    ),
    called=lazy.pattern(r"(?:it|test|todo)\s*\("),
    groups=lazy.pattern(r"describe\s*\("),
    asserts=lazy.pattern(
        r"(?:\$this->|self::|static::|Assert::|parent::)(?:assert|expect|fail)|"
        r"expect\s*\(.*\)\s*->|.*->(?:assert\w+|should\w+)\(",
        re.DOTALL,
    ),
    skips=lazy.pattern(
        r"(?:\$this->|self::|static::)markTest(?:Skipped|Incomplete)|.*->(?:skip|todo)\(", re.DOTALL
    ),
    focuses=lazy.pattern(r".*->only\(", re.DOTALL),
    catches=frozenset({"catch_clause"}),
    broad=lazy.pattern(r"catch\s*\(\s*\\?(?:Throwable|Exception|Error|\w*Assert\w*)\b"),
)
_RUBY = Dialect(
    grammar="ruby",
    functions=frozenset({"method"}),
    named=lazy.pattern(r"(?:^|\n)test_"),
    calls=frozenset({"call"}),
    called=lazy.pattern(r"(?:it|specify|test|scenario|example|fit|xit|xspecify|should)\b"),
    groups=lazy.pattern(r"(?:RSpec\.)?(?:describe|context|feature|fdescribe|xdescribe)\b"),
    asserts=lazy.pattern(
        r"expect\b.*\)\.(?:to|not_to|to_not)\b|expect\s*(?:\{|do).*\.(?:to|not_to)|"
        r"(?:assert|refute|flunk|must_|wont_)\w*|is_expected\b|.*\.(?:should|must_\w+)\b",
        re.DOTALL,
    ),
    skips=lazy.pattern(
        r"(?:skip|pending)\b|x(?:it|specify|describe|context)\b|[^{]*\bskip: ?(?!false)"
    ),
    focuses=lazy.pattern(r"f(?:it|describe|context)\b|[^{]*\bfocus: ?true|[^{]*, :focus\b"),
    catches=frozenset({"rescue"}),
)
_ELIXIR = Dialect(
    grammar="elixir",
    calls=frozenset({"call"}),
    called=lazy.pattern(r"(?:test|property)\s*\(?\s*\""),
    groups=lazy.pattern(r"describe\b"),
    asserts=lazy.pattern(r"(?:assert|refute|flunk)\w*"),
    skips=lazy.pattern(r"@(?:module|describe)?tag\s+:?skip\b"),
    catches=frozenset({"rescue_block", "catch_block"}),
)
_DART = Dialect(
    grammar="dart",
    calls=frozenset({"call_expression"}),
    called=lazy.pattern(r"(?:test|testWidgets|blocTest)\b"),
    groups=lazy.pattern(r"group\b"),
    asserts=lazy.pattern(r"expect\w*\(|verify\w*\(|fail\("),
    skips=lazy.pattern(r".*\bskip:\s*(?!false)|markTestSkipped\(", re.DOTALL),
    focuses=lazy.pattern(r".*\bsolo:\s*true", re.DOTALL),
    catches=frozenset({"catch_clause"}),
)

_BY_SUFFIX: dict[str, Dialect] = {
    ".py": _PYTHON, ".go": _GO, ".rs": _RUST, ".java": _JAVA, ".kt": _KOTLIN, ".kts": _KOTLIN,
    ".cs": _CSHARP, ".swift": _SWIFT, ".php": _PHP, ".rb": _RUBY, ".exs": _ELIXIR, ".dart": _DART,
    **dict.fromkeys((".ts", ".mts", ".cts", ".js", ".mjs", ".cjs", ".tsx", ".jsx"), _JAVASCRIPT),
}  # fmt: skip
_TEST_FILE = lazy.pattern(
    r"(?:^|[._\-/])(?:tests?|specs?|__tests__|e2e)(?:[._\-/]|$)|(?:Tests?|Spec|IT)\.\w+$",
)


def dialect_of(path: str) -> Dialect | None:
    """Return how tests look in a file of this name, None if it is not known to hold any."""
    dialect = _BY_SUFFIX.get(PurePosixPath(path).suffix)
    # Rust's tests stand beside the code that they test.
    if dialect is None or dialect is _RUST or _TEST_FILE.search(path):
        return dialect
    return None


def grammar_of(dialect: Dialect, path: str) -> str:
    """Return the grammar to read a file by: JSX has one of its own."""
    if dialect is not _JAVASCRIPT:
        return dialect.grammar
    return "typescript" if path.endswith(("ts",)) else "tsx"
