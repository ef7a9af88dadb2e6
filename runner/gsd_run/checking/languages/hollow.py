"""Bodies of functions that say that they do nothing yet.

A body is a stub when each of its statements is one that only stands in for work (it throws "not
implemented", returns nothing, shows "coming soon") and at least one of them, or a comment beside
them, says so. A body without any statement is empty, which says less: some are meant to be.
"""

import re
from typing import TYPE_CHECKING

from gsd_run.checking.languages.nodes import below
from gsd_run.domain import lazy

if TYPE_CHECKING:
    from ast_grep_py import SgNode

# Longer bodies do something, whatever is said in them.
_MOST_STATEMENTS = 3
_LONGEST_BODY = 1500
_LONGEST = 400  # characters of a statement that stands in for work
_PLAIN = lazy.pattern(
    r"pass;?|\.\.\.|todo!\(.*\);?|unimplemented!\(.*\);?|TODO\(.*\)"
    r"|raise\s+NotImplementedError\b.*|(?:throw|raise)\b.*\bNotImplemented(?:Error|Exception)?\b.*",
    re.DOTALL,
)
_THROWS = lazy.pattern(
    r"(?:return\s+)?(?:throw|raise|panic|fatalError|preconditionFailure|abort|die|exit|error"
    r"|Promise\.reject|(?:errors\.New|fmt\.Errorf|Err)\()",
)
_UNDONE = lazy.pattern(
    r"\bnot[ _-]?(?:yet[ _-]?)?(?:been[ _-]?)?implemented|\bunimplemented\b|\bto[ -]?do\b"
    r"|\bimplement (?:me|this)|\bcoming soon\b",
    re.IGNORECASE,
)
_RETURNS_NOTHING = lazy.pattern(
    r"return\b\s*\(?\s*(?:null|undefined|None|nil|NULL|false|False|true|True|0|-1|\"\"|''|\[\]|"
    r"\{\}|Ok\(\(\)\)|default|Vec::new\(\)|String::new\(\)|None\b.*)?\s*\)?;?"
    r"|(?:null|nil|None|undefined|Ok\(\(\)\))",
)
PLACEHOLDER = lazy.pattern(
    r"\W*(?:todo|fixme|tbd|placeholder|coming soon|not (?:yet )?implemented(?: yet)?"
    r"|under construction|lorem ipsum)\b.{0,60}",
    re.IGNORECASE | re.DOTALL,
)
_COMMENT_SAYS = lazy.pattern(
    r"\b(?:TODO|FIXME|TBD|STUB)\b|\bplaceholder\b|\bnot (?:yet )?implemented\b|\bstub\b"
    r"|\bimplement (?:this|me|later)\b",
)
_SHOWS = lazy.pattern(r"(?:return\b|console\.|print|println|echo|puts|log\b|logger|fmt\.Print)")
_COMMENTS = frozenset({"comment", "line_comment", "block_comment", "multiline_comment"})
_WRAPPERS = frozenset(
    {"statement_list", "statements", "body_statement", "block", "statement_block"}
)
_CODE = frozenset(
    {"arrow_function", "function_expression", "method_definition", "lambda", "func_literal",
     "closure_expression", "lambda_expression", "lambda_literal", "block", "statement_block"}
)  # fmt: skip
_STRINGS = frozenset(
    {"string_fragment", "string_content", "interpreted_string_literal_content", "jsx_text",
     "string_literal_content", "line_str_text"}
)  # fmt: skip


def statements_of(body: "SgNode") -> "list[SgNode]":
    """Return the statements of a body, without comments and a leading docstring."""
    found = [one for one in body.children() if one.is_named()]
    found = [one for one in found if not one.kind().endswith("comment")]
    if len(found) == 1 and found[0].kind() in _WRAPPERS:
        return statements_of(found[0])
    return found[1:] if found and _is_text(found[0]) else found


def _is_text(statement: "SgNode") -> bool:
    """Tell whether a statement is a lone string: a docstring, or "use server"."""
    parts = [one for one in statement.children() if one.is_named()]
    return statement.kind() == "expression_statement" and [one.kind() for one in parts] == [
        "string"
    ]


def stub_of(body: "SgNode", *, component: bool = False) -> tuple[str, bool]:
    """Return what a body says to be a stub ("" if it does something), and whether it is empty.

    `component` marks a component of a user interface, which shows nothing if it returns null.
    """
    statements = statements_of(body)
    if len(statements) > _MOST_STATEMENTS or len(body.text()) > _LONGEST_BODY:
        return "", False
    said = _undone_comment(body)
    if not statements:
        return said, True
    for statement in statements:
        text = statement.text().strip()
        if len(text) > _LONGEST:
            return "", False
        if _PLAIN.fullmatch(text) or _throws_undone(text) or _shows_placeholder(statement, text):
            said = said or text
        elif not _RETURNS_NOTHING.fullmatch(text):
            return "", False
        elif component and re.search(r"\bnull\b", text):
            said = said or text
    return " ".join(said.split())[:60], all(_leaves(one) for one in statements)


def _leaves(statement: "SgNode") -> bool:
    return re.fullmatch(r"return\s*;?", statement.text().strip()) is not None


def expression_stub_of(value: "SgNode", *, component: bool = False) -> str:
    """Return what the value of an arrow function or expression body says to be a stub."""
    text = value.text().strip()
    if len(text) > _LONGEST:
        return ""
    if (
        _PLAIN.fullmatch(text)
        or _throws_undone(text)
        or _shows_placeholder(value, "return " + text)
    ):
        return " ".join(text.split())[:60]
    return text if component and text in {"null", "(null)"} else ""


def _throws_undone(text: str) -> bool:
    return bool(_THROWS.match(text) and _UNDONE.search(text))


def _undone_comment(body: "SgNode") -> str:
    # Python's and Ruby's grammars leave a comment at the start outside of the body.
    around = body.parent()
    beside = [one for one in around.children() if one.kind() in _COMMENTS] if around else []
    texts = [one.text() for one in (*beside, *below(body, _COMMENTS))]
    return next((" ".join(text.split())[:60] for text in texts if _COMMENT_SAYS.search(text)), "")


def _shows_placeholder(statement: "SgNode", text: str) -> bool:
    """Tell whether a statement only returns or prints a text that stands in for something."""
    if not _SHOWS.match(text):
        return False
    shown = [one for one in below(statement, ("jsx_text",)) if one.text().strip()]
    if shown:
        code = list(below(statement, ("jsx_expression",)))
        joined = " ".join(one.text().strip() for one in shown)
        return not code and bool(PLACEHOLDER.fullmatch(joined))
    if any(below(statement, _CODE)):
        return False
    strings = [one.text() for one in below(statement, _STRINGS)]
    return any(_UNDONE.search(one) and PLACEHOLDER.fullmatch(one) for one in strings)
