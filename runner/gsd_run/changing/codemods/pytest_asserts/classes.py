"""Classes that are unittest.TestCases and need nothing of that any more."""

import ast
from collections.abc import Iterator

from gsd_run.changing.codemods.pytest_asserts.source import Source
from gsd_run.domain.change import Applied, Undecided
from gsd_run.outside.project import Project

# What pytest calls before and after the tests of a plain class.
_RENAMED = {
    "setUp": "setup_method", "tearDown": "teardown_method", "setUpClass": "setup_class",
    "tearDownClass": "teardown_class",
}  # fmt: skip
_OF_UNITTEST = frozenset(
    {
        "subTest", "addCleanup", "doCleanups", "addClassCleanup", "doClassCleanups", "id", "fail",
        "shortDescription", "skipTest", "run", "debug", "countTestCases", "defaultTestResult",
        "enterContext", "enterClassContext", "addTypeEqualityFunc", "maxDiff", "longMessage",
        "failureException", "setUp", "tearDown", "setUpClass", "tearDownClass", "_testMethodName",
        "_outcome", "enterAsyncContext", "addAsyncCleanup",
    }
)  # fmt: skip
_SETTINGS = ("pytest.ini", "pyproject.toml", "setup.cfg", "tox.ini", "pytest.toml")


def plain_classes(project: Project, source: Source) -> tuple[str, list[Applied], list[Undecided]]:
    """Return the text with plain classes where that is possible, and why it is not elsewhere."""
    lines = source.text.split("\n")
    applied: list[Applied] = []
    undecided: list[Undecided] = []
    for node in source.tree.body:
        if not isinstance(node, ast.ClassDef) or not _is_test_case(source, node):
            continue
        reason = next(_needs(project, source, node), "")
        if reason:
            said = f"class {node.name} stays a unittest.TestCase: {reason}"
            undecided.append(Undecided(path=source.path, line=node.lineno, message=said))
            continue
        _make_plain(source, node, lines)
        said = f"{node.name} is a plain class"
        applied.append(Applied(rule="class", path=source.path, line=node.lineno, message=said))
    return "\n".join(lines), applied, undecided


def _is_test_case(source: Source, node: ast.ClassDef) -> bool:
    known = {"unittest.TestCase"}
    for one in source.tree.body:
        if isinstance(one, ast.ImportFrom) and one.module == "unittest":
            known |= {alias.asname or alias.name for alias in one.names if alias.name == "TestCase"}
    return any(ast.unparse(base) in known for base in node.bases)


def _needs(project: Project, source: Source, node: ast.ClassDef) -> Iterator[str]:
    """Yield why a class needs unittest."""
    yield from _need_of_head(source, node)
    if any("python_classes" in text or "python_functions" in text for text in _settings(project)):
        yield "the project decides itself what pytest takes for a test"
    if any(isinstance(one, ast.Name) and one.id == node.name for one in ast.walk(source.tree)):
        yield "its name is used elsewhere in the file"
    for inner in ast.walk(node):
        yield from _need(inner)
    for member in node.body:
        if isinstance(member, ast.AsyncFunctionDef):
            yield f"{member.name} is async"
        elif isinstance(member, ast.FunctionDef):
            yield from _need_of_method(member)
        elif isinstance(member, ast.Assign | ast.AnnAssign):
            names = {ast.unparse(one) for one in getattr(member, "targets", ())}
            if names & _OF_UNITTEST:
                yield f"line {member.lineno} sets what only unittest knows"


def _need_of_head(source: Source, node: ast.ClassDef) -> Iterator[str]:
    if len(node.bases) != 1 or node.keywords:
        yield "it has other bases, too"
    if not node.name.startswith("Test"):
        yield "pytest would not find it by its name; it has to start with Test"
    if any("unittest" in ast.unparse(one) for one in node.decorator_list):
        yield f"a decorator of unittest is on it, in line {node.decorator_list[0].lineno}"
    head = source.lines[node.lineno - 1].split("#")[0]
    if not head.rstrip().endswith(":") or head.count("(") != 1:
        yield "the line of its head is unusual"


def _need(inner: ast.AST) -> Iterator[str]:
    if isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name):
        of_case = inner.attr in _OF_UNITTEST or inner.attr.startswith("assert")
        if inner.value.id in {"self", "cls"} and of_case:
            yield f"line {inner.lineno} uses {inner.value.id}.{inner.attr}"
    if isinstance(inner, ast.Name) and inner.id == "super":
        yield f"line {inner.lineno} uses super()"


def _need_of_method(method: ast.FunctionDef) -> Iterator[str]:
    if method.name in {"__init__", "run", "id", "setup_method", "teardown_method"}:
        yield f"it defines {method.name}"
    if method.name.startswith("test") and (len(method.args.args) != 1 or method.args.defaults):
        yield f"{method.name} takes arguments, which pytest would take for fixtures"
    if method.name in _RENAMED:
        marks = [ast.unparse(one) for one in method.decorator_list]
        of_class = method.name.endswith("Class")
        if len(method.args.args) != 1 or marks != (["classmethod"] if of_class else []):
            yield f"{method.name} is not as unittest has it"
        if any(isinstance(one, ast.Yield | ast.YieldFrom) for one in ast.walk(method)):
            yield f"{method.name} is a generator"
    if any("unittest" in ast.unparse(one) for one in method.decorator_list):
        yield f"a decorator of unittest is on {method.name}"


def _settings(project: Project) -> Iterator[str]:
    for name in _SETTINGS:
        text = project.read(name)
        if text is not None:
            yield text


def _make_plain(source: Source, node: ast.ClassDef, lines: list[str]) -> None:
    """Take the base off a class, and give what is done before and after tests pytest's names."""
    del source
    head = lines[node.lineno - 1]
    opening, closing = head.index("("), head.index(")")
    lines[node.lineno - 1] = head[:opening] + head[closing + 1 :]
    for method in node.body:
        if isinstance(method, ast.FunctionDef) and method.name in _RENAMED:
            line = lines[method.lineno - 1]
            new = f"def {_RENAMED[method.name]}"
            lines[method.lineno - 1] = line.replace(f"def {method.name}", new, 1)
