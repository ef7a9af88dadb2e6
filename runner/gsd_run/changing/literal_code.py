"""Whether a code block of a plan is what it would have to be: a whole file, or definitions.

Everything here refuses when in doubt: a block that leaves something out must never be applied.
"""

import ast
import io
import json
import re
import tokenize
import tomllib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from msgspec import Struct

from gsd_run.outside.grammars import language_of, nodes, parsed

if TYPE_CHECKING:
    from ast_grep_py import SgNode


class Doubt(Struct, frozen=True):
    """Why a block is not taken, and the line of the block (from 1) that shows it."""

    line: int
    message: str


_COMMENTS = frozenset(
    {"comment", "line_comment", "block_comment", "multiline_comment", "html_comment"}
)
# Comments that stand for code, or that say that the code below is not meant to be taken as it is.
_ELISION = re.compile(
    r"\.\.\.|…|^\W*(?:(?:keep|all|the|your|and|plus|leave|any) )*"
    r"(?:existing|previous|current|original|old|other|same|remaining|unchanged)\b.{0,40}\b(?:code|fields?|methods?|imports?|functions?|props?|content|logic|tests?|cases?"
    r"|entries|members?|lines?|above|below|before|as)\b"
    r"|^\W*(?:(?:keep|all|the) )*existing\b|\bdo not (?:modify|change|touch)\b"
    r"|\b(?:rest|remainder) of\b|\bunchanged\b|\bomitted\b|\belided\b|\betc\.?$|\band so on\b"
    r"|\b(?:implement(?:ation)?|code|logic|body|content|fields?|methods?|tests?|details?)"
    r" (?:goes |go |comes? )?here\b|\byour \w+ here\b|\bplaceholder\b|\bpseudo-?code\b"
    r"|^\W*(?:TODO|FIXME|TBD)\b|^\W*\(?(?:before|after|old|new|current|was|existing|bad|wrong"
    r"|good|correct|incorrect|example|option [a-z0-9]|add|add to|add (?:this|these|after|before|at"
    r"|in|inside)\b.*|change|change (?:from|to)|replace|replace with|from|to|in|inside|then|or"
    r"|instead of|at the top|at top|near)\)?:?\W*$"
    r"|^\W*(?:add|insert|place|put|append|replace|remove|delete|change|update|move|modify)"
    r" (?:this|these|here|after|before|to|in|inside|at|near|alongside|the following)\b"
    r"|^\W*(?:in|inside|within) (?:the )?\S+(?:\(\)| (?:function|class|method|component|block"
    r"|constructor|handler|module|file|struct|impl))\b|\bas before\b|\bsimilar(?:ly)?\b",
    re.IGNORECASE,
)
_LINE_ELISION = re.compile(
    r"^\s*(?:[-*+]\s+)?(?:\.{3}|…|\[(?:\.{3}|…)[^\]]*\]|\((?:\.{3}|…)[^)]*\)|\{(?:\.{3}|…)\})\s*$"
    r"|\[(?:\.{3}|…)\]",
    re.MULTILINE,
)
_GAP = re.compile(
    r"<(?:your|insert|the|fill|actual|paste|describe|narrative|add)\b[^<>\n]{0,80}>"
    r"|\[(?:your|insert|fill|actual|paste|describe|add|TODO|TBD)\b[^\]\n]{0,80}\](?!\()"
    r"|\b(?:YOUR|REPLACE|INSERT)_[A-Z_]+\b|\{(?:your|insert|actual)[ _][^{}\n]{0,60}\}",
)
_DIFF_LINES = re.compile(r"^(?:@@ -\d|diff --git |\+\+\+ [ab]/|<{7} |>{7} )", re.MULTILINE)

FIELDS_OF_REQUEST = frozenset(
    {"Field", "Query", "Path", "Body", "Header", "Form", "File", "Cookie", "Param", "mapped_column"}
)
# Names under which grammars know what is left out; TypeScript's grammar also reads declarations
# of functions that have no body.
_BODILESS = {
    "typescript": frozenset({"function_signature"}),
    "tsx": frozenset({"function_signature"}),
    "rust": frozenset({"function_signature_item"}),
}
_WITH_COMMENTS = re.compile(r"tsconfig|jsconfig|\.vscode/|devcontainer|\.jsonc$")
_METHODS = {
    "kotlin": frozenset({"function_declaration"}),
    "java": frozenset({"method_declaration"}),
    "csharp": frozenset({"method_declaration"}),
}
_CLOSING = frozenset({"}", ")", "]", '"', "'", "`"})


def doubts(path: str, code: str) -> list[Doubt]:
    """Return why a block can't stand in a file of this name as it is, in the order of its lines."""
    if not code.strip():
        return [Doubt(1, "the block is empty")]
    if "\0" in code or _DIFF_LINES.search(code) or _is_signed(code):
        return [Doubt(1, "the block is a diff")]
    found = [
        *_matches(_LINE_ELISION, code, "leaves something out"),
        *_matches(_GAP, code, "holds a gap to be filled"),
    ]
    language = language_of(path)
    if language == "python":
        found += _python(code)
    elif language:
        found += _parsed(path, code, language)
    found += _data(path, code)
    return sorted(found, key=lambda one: one.line)


def _matches(pattern: re.Pattern[str], code: str, what: str) -> list[Doubt]:
    return [
        Doubt(code.count("\n", 0, match.start()) + 1, f"{what} ({_short(match[0])})")
        for match in pattern.finditer(code)
    ]


def _is_signed(code: str) -> bool:
    """Tell whether most lines begin with + or -, and are no list."""
    lines = [line for line in code.splitlines() if line.strip()]
    signed = [line for line in lines if line[0] in "+-"]
    lists = [line for line in signed if line.startswith(("- ", "+ "))]
    return (any(line[0] == "+" for line in signed) and len(signed) > len(lists)) or (
        bool(signed) and {line[0] for line in signed} == {"+", "-"}
    )


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 60 else f"{words[:57]}…"  # noqa: PLR2004  a line of a message


def _python(code: str) -> list[Doubt]:
    try:
        tree = ast.parse(code)
        tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
    except (SyntaxError, tokenize.TokenError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        return [Doubt(line, f"is no valid Python: {error.args[0]}")]
    found = [
        Doubt(token.start[0], f"leaves something out ({_short(token.string)})")
        for token in tokens
        if token.type == tokenize.COMMENT and _ELISION.search(token.string)
    ]
    allowed = _meant_ellipses(tree)
    return found + [
        Doubt(node.lineno, "leaves something out (...)")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value is Ellipsis and node not in allowed
    ]


def _meant_ellipses(tree: ast.Module) -> set[ast.AST]:
    """Return the ellipses that Python means: in types, for required fields, as stubs' bodies."""
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript):
            found |= set(ast.walk(node.slice))
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func).rpartition(".")[2]
            if called in FIELDS_OF_REQUEST:
                found |= set(node.args)
        elif isinstance(node, ast.ClassDef):
            bases = {ast.unparse(base).partition("[")[0].rpartition(".")[2] for base in node.bases}
            if "Protocol" in bases:
                found |= {inner for one in ast.walk(node) for inner in _bodies(one)}
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            marks = {ast.unparse(one).rpartition(".")[2] for one in node.decorator_list}
            if marks & {"overload", "abstractmethod"}:
                found |= set(_bodies(node))
    return found


def _bodies(node: ast.AST) -> list[ast.AST]:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return []
    return [one.value for one in node.body if isinstance(one, ast.Expr)]


def _parsed(path: str, code: str, language: str) -> list[Doubt]:
    root = parsed(code, language)
    if root is None:
        return [Doubt(1, f"can't be read as {language}")]
    found = [
        Doubt(_line(node), f"is no valid {language} ({_short(node.text())})")
        for node in root.find_all(kind="ERROR")
    ][:1]
    if (missing := _missing(root)) is not None:
        found.append(
            Doubt(_line(missing), f"is no valid {language}: a {missing.kind()} is missing")
        )
    found += [
        Doubt(_line(node), f"leaves something out ({_short(node.text())})")
        for node in nodes(root, language, _COMMENTS)
        if any(_ELISION.search(line) for line in node.text().splitlines())
        and not node.text().startswith("/**")
    ]
    if language == "rust":
        found += [
            Doubt(_line(node), "leaves something out (...)")
            for node in root.find_all(regex=r"^\{\s*(\.\.\.|todo!\(.*\);?|\.\.)\s*\}$")
        ][:1]
    found += [
        Doubt(_line(node), f"has no body ({_short(node.text())})")
        for node in nodes(root, language, _METHODS.get(language, frozenset()))
        if not _has_body(node) and not _is_abstract(node)
    ]
    found += [
        Doubt(_line(node), f"has no body ({_short(node.text())})")
        for node in nodes(root, language, _BODILESS.get(language, frozenset()))
        if not path.endswith(".d.ts") and not _declared(node)
    ]
    return found


def _has_body(node: "SgNode") -> bool:
    return any("body" in child.kind() or "block" in child.kind() for child in node.children()) or (
        any("arrow" in child.kind() for child in node.children())
    )


def _is_abstract(node: "SgNode") -> bool:
    """Tell whether a method may be without a body: abstract, foreign, or of an interface."""
    head = node.text().partition("(")[0]
    if re.search(r"\b(?:abstract|native|extern|external|expect|partial)\b", head):
        return True
    for outer in node.ancestors():
        if outer.kind() in {"class_declaration", "interface_declaration", "record_declaration"}:
            return (
                re.search(r"\binterface\b|@interface", outer.text().partition("{")[0]) is not None
            )
    return False


def _declared(node: "SgNode") -> bool:
    """Tell whether a function without a body may be so: ambient, of a trait, or overloaded."""
    above = {one.kind() for one in node.ancestors()}
    if above & {"ambient_declaration", "trait_item", "foreign_mod_item", "extern_crate"}:
        return True
    name, here = node.field("name"), node.parent()
    outer = here if here is not None and here.kind() == "export_statement" else node
    after = outer.next()
    while after is not None and name is not None:
        own = [after, *after.children()]
        called = [one.field("name") for one in own if one.kind().startswith("function_")]
        if not any(one is not None and one.text() == name.text() for one in called):
            return False
        if any(one.kind() == "function_declaration" for one in own):
            return True
        after = after.next()
    return False


def _missing(root: "SgNode") -> "SgNode | None":
    """Return a closing mark that the grammar had to add, if there is one."""
    stack = [root]
    while stack:
        node = stack.pop()
        if node.kind() in _CLOSING and not node.text():
            return node
        stack.extend(node.children())
    return None


def _line(node: "SgNode") -> int:
    return int(node.range().start.line) + 1


def _data(path: str, code: str) -> list[Doubt]:
    """Return why a file of data can't be read as such."""
    suffix = PurePosixPath(path).suffix.lower()
    try:
        if suffix == ".json" and not _WITH_COMMENTS.search(path):
            json.loads(code)
        elif suffix == ".toml":
            tomllib.loads(code)
        elif suffix in {".yml", ".yaml"} and "{{" not in code:
            return _yaml(code)
    except ValueError as error:
        return [Doubt(1, f"is no valid {suffix[1:].upper()}: {_short(str(error))}")]
    return []


def _yaml(code: str) -> list[Doubt]:
    import yaml  # noqa: PLC0415  few tasks need it

    try:
        list(yaml.parse(code, Loader=yaml.CSafeLoader))
    except yaml.YAMLError as error:
        return [Doubt(1, f"is no valid YAML: {_short(str(error))}")]
    return []
