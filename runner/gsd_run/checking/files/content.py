"""Whether there is any work in a file yet: empty, only comments, only placeholders, only stubs."""

import re

from gsd_run.checking.languages.hollow import PLACEHOLDER
from gsd_run.checking.languages.outline import Outline
from gsd_run.checking.languages.reading import code, outline
from gsd_run.domain import lazy
from gsd_run.domain.claim import State

_EMPTY_BY_NATURE = lazy.pattern(
    r"(?:^|/)(?:__init__\.pyi?|py\.typed|conftest\.py|mod\.rs|\.\w+(?:keep|ignore)|\.nojekyll|"
    r"robots\.txt|CNAME)$"
)
# Stand-ins for others in tests do as little as they can; declarations have no bodies.
_DOUBLES = lazy.pattern(
    r"(?:^|/)(?:__mocks__|mocks?|fakes?|stubs?|doubles?|fixtures?|testdata|typings)/"
    r"|(?:^|[/_.-])(?:mock|fake|stub|dummy|noop)s?[_.A-Z-]|\.d\.[cm]?ts$|\.pyi$",
)
_TODO_TEST = lazy.pattern(r"\b(?:it|test)\.todo\s*\(")
_TEST = lazy.pattern(r"\b(?:it|test)(?:\.each[^(]*|\.only|\.concurrent)?\s*\(")
_TESTS = {
    (".py",): lazy.pattern(r"^\s*(?:async\s+)?def\s+test_?\w*\s*\(", re.MULTILINE),
    (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts"): _TEST,
    (".go",): lazy.pattern(r"^func\s+Test\w*\s*\(", re.MULTILINE),
    (".rs",): lazy.pattern(r"#\[(?:\w+::)*test\b[^\]]*\]"),
    (".java", ".kt"): lazy.pattern(r"@(?:Test|ParameterizedTest|RepeatedTest)\b"),
    (".cs",): lazy.pattern(r"\[(?:Fact|Theory|Test|TestMethod|TestCase)\b"),
    (".rb",): lazy.pattern(r"^\s*(?:it\s|specify\s|test\s|def\s+test_)", re.MULTILINE),
    (".php",): lazy.pattern(
        r"function\s+test\w*\s*\(|^\s*(?:it|test)\s*\(|#\[Test\]", re.MULTILINE
    ),
    (".swift",): lazy.pattern(r"func\s+test\w*\s*\(|@Test\b"),
}
_HERE = lazy.pattern(r"\W+")


def undone(  # noqa: PLR0911 - rules, the first that fits
    path: str, text: str
) -> tuple[State | None, str]:
    """Say why there is no work in a file yet: REFUTED when it says so itself, else UNPROVEN.

    None when there is work in it, or nothing that could be told.
    """
    if _EMPTY_BY_NATURE.search(path):
        return None, ""
    if not text.strip():
        return "REFUTED", "is empty"
    shown = code(path, text)
    if shown.bare is not None and not shown.spoken.strip():
        return "REFUTED", "holds nothing but comments"
    lines = [line.strip() for line in shown.spoken.splitlines() if line.strip()]
    written = [line for line in lines if _HERE.sub("", line)]
    if shown.bare is None and len(written) <= 3 and _is_placeholder(written):  # noqa: PLR2004
        return "REFUTED", f"holds nothing but a placeholder: {written[-1][:60]}"
    if is_double(path):
        return None, ""
    if _TODO_TEST.search(shown.spoken) and not _TEST.search(shown.bare or shown.spoken):
        return "REFUTED", "does nothing yet: every test in it is a todo"
    file = outline(path, text)
    return _hollow(file) if file else (None, "")


def is_double(path: str) -> bool:
    """Tell whether a file stands in for another one in tests, or only declares it."""
    return bool(_DOUBLES.search(path))


def tests_in(path: str, text: str) -> int | None:
    """Return the number of tests that a file writes out, or None when its language is not known."""
    fitting = next((one for ends, one in _TESTS.items() if path.endswith(ends)), None)
    shown = code(path, text)
    return len(fitting.findall(shown.bare or shown.spoken)) if fitting else None


def written_lines(path: str, text: str) -> int:
    """Return the number of lines with something on them besides comments."""
    return sum(1 for line in code(path, text).spoken.splitlines() if line.strip())


def _is_placeholder(lines: list[str]) -> bool:
    """Tell whether all lines are placeholders; a heading above them may say what for."""
    below = [line for line in lines if not line.startswith(("# ", "## ", "<h1", "title:"))]
    plain = [re.sub(r"<[^>]*>|^#+\s*", "", line).strip() for line in below or lines]
    return bool(plain) and all(PLACEHOLDER.fullmatch(line) for line in plain)


def _hollow(file: Outline) -> tuple[State | None, str]:
    """Tell whether a file has functions, and none of them does anything."""
    functions = [one for one in file.definitions if one.kind == "function" and not one.abstract]
    if file.work or file.broken >= 0 or not functions:
        return None, ""
    stubs = [one for one in functions if one.stub]
    if not all(one.stub or one.empty for one in functions):
        return None, ""
    if stubs:
        first = min(stubs, key=lambda one: one.start)
        told = f"does nothing yet: line {first.line} is a stub ({first.stub})"
        return "REFUTED", told + ("" if len(functions) == 1 else ", and nothing else does more")
    return "UNPROVEN", f"every function in it is empty, the first at line {functions[0].line}"
