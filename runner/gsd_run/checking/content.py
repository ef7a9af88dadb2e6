"""What a file holds: the names that a module defines, and whether there is any work in it."""

import ast
import re
from collections.abc import Iterable, Iterator

# The line comments of languages, by the ends of their files' names.
_COMMENTS = {
    "#": (".py", ".rb", ".sh", ".bash", ".ex", ".exs", ".pl", ".r", ".nix"),
    "//": (
        ".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".go", ".rs", ".java", ".kt", ".cs",
        ".swift", ".php", ".c", ".h", ".cpp", ".dart", ".scala", ".zig",
    ),
    "--": (".sql", ".lua", ".hs", ".elm"),
}  # fmt: skip
_EMPTY_BY_NATURE = re.compile(r"(?:^|/)(?:__init__\.py|py\.typed|\.\w+keep|\.nojekyll)$")
_PLACEHOLDER = re.compile(
    r"\W*(?:todo|fixme|tbd|placeholder|stub|coming soon|not (?:yet )?implemented|lorem ipsum)\b.*",
    re.IGNORECASE,
)
_NOT_IMPLEMENTED = re.compile(
    r"throw new \w*(?:Error|Exception)\([\"'`](?:todo|not (?:yet )?implemented)|"
    r"\b(?:todo|unimplemented)!\(|panic\(\"(?:todo|not implemented)",
    re.IGNORECASE,
)


def stub(path: str, text: str) -> str:
    """Say why there is no work in a file yet, or ""."""
    if _EMPTY_BY_NATURE.search(path):
        return ""
    lines = [line.strip() for line in text.splitlines()]
    written = [line for line in lines if line and not _is_comment(path, line)]
    if not written:
        return "is empty" if not any(lines) else "holds nothing but comments"
    if all(_PLACEHOLDER.fullmatch(line.strip("# ")) for line in written):
        return f"holds nothing but a placeholder: {written[0][:60]}"
    if path.endswith(".py") and (line := _python_stub(text)):
        return f"does nothing yet: line {line} is a stub, and nothing else is there"
    thrown = next((line for line in written if _NOT_IMPLEMENTED.search(line)), "")
    calls = [line for line in written if re.search(r"\w\(.*\)|=", line) and line != thrown]
    if thrown and not any(not _opens(line) for line in calls):
        return f"does nothing yet: {thrown[:60]}"
    return ""


def _opens(line: str) -> bool:
    """Tell whether a line only opens a function, class or import."""
    return line.endswith("{") or line.startswith(("import ", "use ", "package ", "using "))


def _is_comment(path: str, line: str) -> bool:
    for mark, suffixes in _COMMENTS.items():
        if path.endswith(suffixes):
            block = mark == "//" and (line.startswith(("/*", "*/", "* ")) or line == "*")
            return line.startswith(mark) or block
    return path.endswith((".html", ".vue", ".md", ".xml")) and bool(
        re.fullmatch(r"<!--.*-->", line)
    )


def _python_stub(text: str) -> int:
    """Return the line of a stub in a module that has nothing besides stubs, otherwise 0."""
    try:
        body = ast.parse(text).body
    except SyntaxError:
        return 0
    imports = (ast.Import, ast.ImportFrom)
    rest = [node for node in body if not isinstance(node, imports) and not _is_words(node)]
    works = [node for node in rest if not _does_nothing(node)]
    return 0 if works or not rest else _first_stub(rest)


def _first_stub(nodes: Iterable[ast.stmt]) -> int:
    return next(node.lineno for node in nodes)


def _is_words(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _does_nothing(node: ast.stmt) -> bool:
    match node:
        case ast.Pass():
            return True
        case ast.Raise(exc=ast.Name(id=name) | ast.Call(func=ast.Name(id=name))):
            return name == "NotImplementedError"
        case ast.FunctionDef(body=body) | ast.AsyncFunctionDef(body=body):
            return all(_does_nothing(inner) for inner in body)
        case ast.ClassDef(body=body):
            methods = [one for one in body if not _is_words(one)]
            defined = [one for one in methods if isinstance(one, ast.FunctionDef)]
            return bool(defined) and all(_does_nothing(inner) for inner in methods)
    return _is_words(node)


def python_names(text: str) -> set[str] | None:
    """Return the names that a Python module defines at its top level, and `Class.member`.

    None when it can't be told: the text is no Python, or it imports everything from elsewhere.
    """
    try:
        body = ast.parse(text).body
    except SyntaxError:
        return None
    names = set(_names_of(body))
    return None if "*" in names else names


def _names_of(body: Iterable[ast.stmt]) -> Iterator[str]:
    for node in body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield node.name
            case ast.ClassDef():
                yield node.name
                yield from (f"{node.name}.{name}" for name in _names_of(node.body))
            case ast.Assign(targets=targets):
                for target in targets:
                    names = (one for one in ast.walk(target) if isinstance(one, ast.Name))
                    yield from (one.id for one in names)
            case ast.AnnAssign(target=ast.Name(id=name), value=value):
                yield from [name] if value is not None else []
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                yield from (alias.asname or alias.name for alias in aliases)
            case ast.If() | ast.Try() | ast.With():
                yield from _names_of(node.body)
                yield from _names_of(getattr(node, "orelse", []))


def without_comments(path: str, text: str) -> str:
    """Return a text with its comments blanked, as far as the language's are known.

    Lines keep their numbers. Of Python a docstring is a comment, too.
    """
    if path.endswith(".py"):
        return _python_without_comments(text)
    if not path.endswith(_COMMENTS["//"]):
        return text
    # Strings first, so that "http://…" in one opens no comment.
    token = re.compile(
        r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|//[^\n]*|/\*.*?\*/",
        re.DOTALL,
    )
    return token.sub(lambda match: _blank(match[0]) if match[0][0] == "/" else match[0], text)


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _python_without_comments(text: str) -> str:
    import io  # noqa: PLC0415 - only key links into Python need these
    import tokenize  # noqa: PLC0415

    lines = text.splitlines(keepends=True)
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
        words = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.stmt)]
    except (SyntaxError, tokenize.TokenError):
        return text
    for one in tokens:
        if one.type == tokenize.COMMENT:
            (row, start), (_, end) = one.start, one.end
            line = lines[row - 1]
            lines[row - 1] = line[:start] + " " * (end - start) + line[end:]
    for node in words:
        if _is_words(node):
            for row in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                lines[row - 1] = _blank(lines[row - 1])
    return "".join(lines)
