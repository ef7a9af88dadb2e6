"""Source files read by their grammars: their outline, and their text without what is no code."""

import re
from collections.abc import Iterable
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.checking.languages.outline import Import, Outline
from gsd_run.domain import lazy
from gsd_run.outside.grammars import language_of, nodes, parsed

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_KEPT = 256  # texts; a plan names some dozen files, at two or three states
_OUTLINES = {
    "typescript": "ecmascript", "tsx": "ecmascript", "javascript": "ecmascript",
    "python": "python", "go": "go", "rust": "rust", "java": "java", "csharp": "csharp",
    "php": "php", "ruby": "ruby", "swift": "swift", "kotlin": "kotlin",
}  # fmt: skip
_COMMENTS = frozenset(
    {"comment", "line_comment", "block_comment", "multiline_comment", "js_comment"}
)
_STRINGS = frozenset(
    {"string_fragment", "string_content", "interpreted_string_literal_content",
     "raw_string_literal_content", "raw_string_content", "string_literal_content",
     "verbatim_string_literal", "multiline_string_fragment", "character_literal", "char_literal",
     "rune_literal", "heredoc_content", "heredoc_body", "line_str_text", "multi_line_str_text",
     "escape_sequence", "jsx_text", "regex_pattern", "nowdoc_body"}
)  # fmt: skip
_SPREAD = frozenset(
    {"import_statement", "import_from_statement", "export_statement", "use_declaration",
     "import_declaration", "namespace_use_declaration", "call_expression", "call",
     "jsx_opening_element", "jsx_self_closing_element", "macro_invocation", "method_invocation",
     "invocation_expression", "function_call_expression", "member_call_expression",
     "lexical_declaration"}
)  # fmt: skip
_MOST_LINES = 30
_MOST_CHARACTERS = 1200
_CONDITIONS = frozenset({"if_statement", "if_expression", "if", "preproc_if"})
_NEVER = lazy.pattern(r"\(?\s*(?:false|False|0|nil|null|None)\s*\)?")
# The scripts of single-file components, and the leading block of Astro's.
_SCRIPTS = lazy.pattern(r"<script\b[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_FRONT = lazy.pattern(r"\A---\n(.*?)\n---", re.DOTALL)
_COMPONENTS = (".vue", ".svelte", ".astro")
_MARKUP = (*_COMPONENTS, ".md", ".mdx", ".html", ".htm", ".xml", ".svg", ".razor", ".cshtml",
           ".csproj", ".props", ".targets")  # fmt: skip
_MARKUP_COMMENT = lazy.pattern(r"<!--.*?-->|@\*.*?\*@|\{/\*.*?\*/\}", re.DOTALL)
# Languages without a grammar here, by the mark of their line comments.
_LINE_COMMENTS = {
    "#": (".toml", ".ini", ".cfg", ".r", ".pl", ".env", ".example", ".mk", ".cmake", ".tcl"),
    "--": (".sql", ".elm"),
    "//": (".zig", ".proto", ".scss", ".less", ".jsonc", ".json5", ".groovy", ".gradle"),
}
_BY_NAME = ("Makefile", "Dockerfile", "Gemfile", ".gitignore", ".dockerignore", "Justfile")
_QUOTES = ("'", '"', "`", "/*", "*/", "#if", "<!--")


class Code(Struct, frozen=True, kw_only=True):
    """A text with what is no code blanked; positions and lines are those of the text.

    `spoken` has strings, but neither comments nor parts that never run; `bare` has no content of
    strings either, and is None when that can't be told. `strings` are the stretches of those.
    """

    spoken: str
    bare: str | None = None
    strings: tuple[tuple[int, int], ...] = ()


@lru_cache(maxsize=_KEPT)
def outline(path: str, text: str) -> Outline | None:
    """Return what a file offers and imports, or None when no grammar here can tell."""
    language, source = _source(path, text)
    if language not in _OUTLINES:
        return None
    root = parsed(source, language)
    if root is None:
        return None
    module = import_module(f"gsd_run.checking.languages.{_OUTLINES[language]}")
    found: Outline = module.outline_of(root, path)
    errors = root.find_all(kind="ERROR")
    broken = min((one.range().start.index for one in errors), default=-1)
    dead = _never_run(root, language)
    imports = tuple(one for one in found.imports if not _within(one.start, dead))
    return replace(found, broken=broken, imports=imports)


@lru_cache(maxsize=_KEPT)
def code(path: str, text: str) -> Code:
    """Return a file's text without comments and without what never runs."""
    language, source = _source(path, text)
    root = parsed(source, language) if language else None
    if root is None:
        return Code(spoken=_plainly(path, text))
    comments = [_span(one) for one in nodes(root, language, _COMMENTS)]
    comments += _never_run(root, language)
    if language == "python":
        comments += _docstrings(root)
    strings = [_span(one) for one in nodes(root, language, _STRINGS)]
    spoken = blanked(text, comments)
    if source != text:
        return Code(spoken=_plainly(path, spoken))
    if language not in _OUTLINES or _quotes_in(root.find_all(kind="ERROR")):
        return Code(spoken=spoken)
    return Code(spoken=spoken, bare=blanked(spoken, strings), strings=tuple(sorted(strings)))


def is_used(one: Import, path: str, text: str, names: Iterable[str] | None = None) -> bool:
    """Tell whether a name that an import binds (one of `names`) stands elsewhere in the code."""
    shown = code(path, text)
    source = shown.bare or shown.spoken
    rest = source[: one.start] + source[one.end :]
    if path.endswith(_COMPONENTS):  # <user-card> in a template is UserCard
        rest += re.sub(
            r"<([a-z][\w-]+)", lambda tag: " " + tag[1].title().replace("-", "") + " ", rest
        )
    wanted = one.names if names is None else names
    return any(re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", rest) for name in wanted)


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return a text with blanks in place of these stretches; line ends stay."""
    parts: list[str] = []
    at = 0
    for first, end in sorted(spans):
        if end > at:
            start = max(first, at)
            parts += [text[at:start], re.sub(r"[^\n]", " ", text[start:end])]
            at = end
    return "".join([*parts, text[at:]])


def _source(path: str, text: str) -> tuple[str, str]:
    """Return the language of a file and what of it is in that language, the rest blanked."""
    if not path.endswith(_COMPONENTS):
        return language_of(path), text
    kept = [one.span(1) for one in (*_FRONT.finditer(text), *_SCRIPTS.finditer(text))]
    edges = [0, *(edge for pair in sorted(kept) for edge in pair), len(text)]
    return "typescript", blanked(text, zip(edges[::2], edges[1::2], strict=True))


def _plainly(path: str, text: str) -> str:
    """Blank comments of a file that no grammar reads, as far as they can be told by their marks."""
    if path.endswith(_MARKUP):
        return blanked(text, (one.span() for one in _MARKUP_COMMENT.finditer(text)))
    name = path.rpartition("/")[2]
    marks = [mark for mark, ends in _LINE_COMMENTS.items() if path.endswith(ends)]
    if name.startswith(_BY_NAME):
        marks.append("#")
    for mark in marks:
        found = re.compile(rf"^[ \t]*{re.escape(mark)}.*$", re.MULTILINE).finditer(text)
        text = blanked(text, (one.span() for one in found))
    return text


def _never_run(root: "SgNode", language: str) -> list[tuple[int, int]]:
    """Return the bodies of conditions that are false as they stand there."""
    found = []
    for one in nodes(root, language, _CONDITIONS):
        # In C#, what a condition of the preprocessor includes stands beside it, in no field.
        inside = [child for child in one.children() if child.is_named()]
        condition = one.field("condition") or (inside[0] if inside else None)
        body = one.field("consequence") or (inside[1] if len(inside) > 1 else None)
        if condition is None or body is None or not _NEVER.fullmatch(condition.text()):
            continue
        beside = one.kind() == "preproc_if"
        found.append((_span(condition)[1], _span(one)[1]) if beside else _span(body))
    return found


def _docstrings(root: "SgNode") -> list[tuple[int, int]]:
    found = root.find_all(kind="string", inside={"kind": "expression_statement"})
    return [_span(one) for one in found]


@lru_cache(maxsize=_KEPT)
def spread(path: str, text: str) -> tuple[tuple[int, str], ...]:
    """Return what stands on several lines but is one thing, on one line each, with its first line.

    These are imports, calls and opening tags; a pattern for one line fits them, too.
    """
    language, source = _source(path, text)
    root = parsed(source, language) if language in _OUTLINES else None
    if root is None:
        return ()
    spoken = code(path, text).spoken
    found = []
    for one in nodes(root, language, _SPREAD):
        first, last = one.range().start.line, one.range().end.line
        start, end = _span(one)
        if 0 < last - first <= _MOST_LINES and end - start <= _MOST_CHARACTERS:
            found.append((first + 1, " ".join(spoken[start:end].split())))
    return tuple(found)


def _quotes_in(errors: "Iterable[SgNode]") -> bool:
    """Tell whether what could not be parsed may have turned code into text, or text into code."""
    return any(mark in one.text() for one in errors for mark in _QUOTES)


def _within(position: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start <= position < end for start, end in spans)


def _span(node: "SgNode") -> tuple[int, int]:
    place = node.range()
    return place.start.index, place.end.index
