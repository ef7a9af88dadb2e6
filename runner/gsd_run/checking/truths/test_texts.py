"""A test that ran, found in its file: what it says of itself, and whether it asserts anything."""

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache, partial
from pathlib import Path, PurePosixPath

from msgspec import Struct

from gsd_run.checking.files.places import files_of, text_at
from gsd_run.checking.integrity.bodies import TestBody, TestFile, test_file
from gsd_run.checking.integrity.dialects import dialect_of
from gsd_run.checking.languages.outline import Outline
from gsd_run.checking.languages.reading import outline
from gsd_run.checking.truths.matching import TestWords
from gsd_run.domain import lazy
from gsd_run.domain.measurement import TestCase

_PARTS = lazy.pattern(r" > |::| › |/(?=\S)")
_PARAMETERS = lazy.pattern(r"\[.*\]$")
_WORD = lazy.pattern(r"[A-Za-z_$][\w$]*")
_FRAMES = frozenset(
    {"expect", "describe", "it", "test", "assert", "pytest", "vi", "jest", "unittest", "suite"}
)
# In these a test sees what stands in its package, without an import.
_WITHOUT_IMPORTS = (".go", ".rs", ".java", ".kt", ".cs", ".swift", ".php", ".rb", ".exs")
# These only show that something is there, not what it does.
_IS_THERE = lazy.pattern(
    r"\bis not None\b|toBeDefined\(|toBeTruthy\(|not\.toBeNull\(|not\.toBeUndefined\(|callable\(|"
    r"hasattr\(|assertIsNotNone\(|isinstance\(|typeof\b|toBeInstanceOf\(|not\.toThrow\(\)|"
    r"assert\.ok\(\w+\)|^assert \w+$|toBeInTheDocument\(|toMatchSnapshot\(|toMatchInlineSnapshot\("
)


class Ran(Struct, frozen=True, kw_only=True):
    """One test that a command ran, the cases of a parametrized one together.

    `path` is its file in the project, "" if unknown; `names` its groups and title, outermost first.
    """

    case: TestCase
    path: str
    names: tuple[str, ...]
    runner: str
    outcomes: tuple[str, ...]


class Body(Struct, frozen=True, kw_only=True):
    """The body of a test as `text`, and why it can't show anything, "" if it can.

    `beside` names its file's folder and the modules that it uses.
    """

    line: int
    text: str
    beside: str
    why: str = ""


def names_in(case: TestCase) -> tuple[str, ...]:
    """Return the groups and the title by which a runner names a test; parameters are left out."""
    name = case.name.removeprefix(f"{case.file}::") if case.file else case.name
    if re.match(r"Test\w*/", name):  # Go's subtests, their blanks made underscores
        return tuple(name.split("/"))
    if "::" in name:
        name = _PARAMETERS.sub("", name)
        return tuple(part for part in name.split("::") if part)
    return tuple(part for part in re.split(r" > | › ", name) if part)


_JAVASCRIPT = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts")
_ENDS: dict[str, tuple[str, ...]] = {
    "vitest": _JAVASCRIPT, "jest": _JAVASCRIPT, "node:test": _JAVASCRIPT,
    "pytest": (".py",), "go test": ("_test.go",),
}  # fmt: skip


@lru_cache(maxsize=1024)
def _written(path: str, text: str) -> tuple[str, ...]:
    file = test_file(text, path)
    return tuple(one.name for one in file.tests) if file else ()


class Files:
    """The project's files with tests, each looked up and read once for one judgement."""

    def __init__(self, root: Path) -> None:
        self.text = cache(partial(text_at, root))
        self.paths = tuple(path for path in files_of(root) if dialect_of(path) is not None)
        self.told = cache(self._told)

    def path_of(self, case: TestCase, names: Sequence[str]) -> str:
        """Return a test's file, "" where several could be it."""
        if case.file and (path := self.told(case.file)):
            return path
        written = names[0] if _is_go(names) else names[-1] if names else ""
        fitting = [path for path in self.paths if written and self._writes(path, written)]
        return fitting[0] if len(fitting) == 1 else ""

    def written_for(self, runner: str) -> tuple[TestCase, ...]:
        """Return the tests that the files of a runner's language write out, run or not."""
        ends = _ENDS.get(runner, ())
        return tuple(
            TestCase(name=name, outcome="skipped", file=path)
            for path in self.paths
            if path.endswith(ends)
            for name in _written(path, self.text(path) or "")
        )

    def _writes(self, path: str, name: str) -> bool:
        return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", self.text(path) or "") is not None

    def _told(self, file: str) -> str:
        """Return the path of a file as a runner names it: from elsewhere, or dotted."""
        told = file.replace("\\", "/").removeprefix("./")
        if told in self.paths:
            return told
        dotted = told.replace(".", "/") if "/" not in told else told
        fitting = [
            path
            for path in self.paths
            if path.endswith(f"/{told}")
            or told.endswith(f"/{path}")
            or PurePosixPath(path).with_suffix("").as_posix() == dotted
        ]
        return fitting[0] if len(fitting) == 1 else ""


def words_in(ran: Ran, files: Files) -> TestWords:
    """Return what a test says of itself: its title, its docstring, its groups and file."""
    titles = [ran.names[-1] if ran.names else ""]
    if ran.path.endswith(".py"):
        titles.append(_docstring(files.text(ran.path) or "", ran.names))
    stem = PurePosixPath(ran.path).name.partition(".")[0]
    return TestWords(titles=tuple(filter(None, titles)), around=(*ran.names[:-1], stem))


def _docstring(text: str, names: Sequence[str]) -> str:
    """Return the first paragraph of a test function's docstring."""
    found = _docstrings(text).get(".".join(names), "")
    return " ".join(found.strip().partition("\n\n")[0].split())


@lru_cache(maxsize=64)
def _docstrings(text: str) -> dict[str, str]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return {}
    return dict(_of_functions(tree, ""))


def _of_functions(node: ast.AST, above: str) -> Iterator[tuple[str, str]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{above}{child.name}", ast.get_docstring(child) or ""
        elif isinstance(child, ast.ClassDef):
            yield from _of_functions(child, f"{above}{child.name}.")


def body_of(ran: Ran, files: Files) -> Body | None:
    """Return the body of a test as its file has it, None where it is not in just one place."""
    text = files.text(ran.path) if ran.path else None
    file = test_file(text, ran.path) if text is not None else None
    if text is None or file is None:
        return None
    title = ran.names[0] if _is_go(ran.names) else ran.names[-1]
    fitting = [one for one in file.tests if one.name.split(" > ")[-1] == title]
    whole = [one for one in fitting if tuple(one.name.split(" > ")) == ran.names]
    fitting = whole or fitting
    if len(fitting) != 1:
        return None
    body = fitting[0]
    stretch = _stretch(body, file, text)
    seen = outline(ran.path, text)
    why = _hollow(body, file, stretch, seen, ran.path)
    words = set(_WORD.findall(stretch))
    used = [one.module for one in (seen.imports if seen else ()) if words & set(one.names)]
    file_of_code = PurePosixPath(ran.path).stem if ran.path.endswith(".rs") else ""
    beside = " ".join((PurePosixPath(ran.path).parent.name, file_of_code, *used))
    return Body(line=body.line, text=stretch, beside=beside, why=why)


def _is_go(names: Sequence[str]) -> bool:
    """Tell whether names are those of a Go test, whose subtests stand in the body of the first."""
    return len(names) > 1 and re.fullmatch(r"Test\w*", names[0]) is not None and " " not in names[1]


def _stretch(body: TestBody, file: TestFile, text: str) -> str:
    """Return the lines of a test, up to the next one."""
    lines = text.splitlines()
    later = [one.line for one in file.tests if one.line > body.line]
    return "\n".join(lines[body.line - 1 : min(later) - 1 if later else len(lines)])


def _hollow(body: TestBody, file: TestFile, stretch: str, seen: Outline | None, path: str) -> str:
    if body.skipped:
        return f"is skipped: {body.skipped}"
    if not file.asserting(body):
        return "asserts nothing that could be false"
    sound = [one for one in body.assertions if not one.hollow]
    if (
        sound
        and all(_IS_THERE.search(one.text) for one in sound)
        and len(sound) == file.asserting(body)
    ):
        return f"asserts only that something is there: `{sound[0].text.splitlines()[0][:60]}`"
    if not _reaches(body, file, stretch, seen, path):
        return "uses nothing but what it makes itself"
    return ""


def _reaches(body: TestBody, file: TestFile, stretch: str, seen: Outline | None, path: str) -> bool:
    """Tell whether a test uses anything from outside: an import, a fixture, another function."""
    words = set(_WORD.findall(stretch))
    imported = {name for one in (seen.imports if seen else ()) for name in one.names}
    if (imported - _FRAMES) & words or body.calls & set(file.functions):
        return True
    if path.endswith(".py"):
        given = re.search(r"def \w+\s*\(([^)]*)\)", stretch)
        fixtures = set(_WORD.findall(given[1])) if given else set()
        return bool(fixtures - {"self", "cls"})
    if path.endswith(_WITHOUT_IMPORTS):
        return bool(body.calls)
    return bool(re.search(r"\b(?:import|require)\(", stretch))
