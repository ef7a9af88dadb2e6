"""Source text with its words marked, line by line, as HTML."""

import html
from functools import cache
from typing import TYPE_CHECKING, Any

from gsd_run.domain.visible import visible

if TYPE_CHECKING:
    from pygments.lexer import Lexer  # type: ignore[import-untyped]

LONGEST_LINE = 2000  # characters; beyond that a file is no source that anybody reads
_AMBIGUOUS = frozenset({"txt", "in", "cfg", "conf", "lock"})  # there the whole name counts
_CLASSES = (  # the first kind of token that fits gives the class
    ("Token.Comment", "c"),
    ("Token.Literal.String", "s"),
    ("Token.Literal.Number", "m"),
    ("Token.Keyword", "k"),
    ("Token.Operator.Word", "k"),
    ("Token.Name.Function", "f"),
    ("Token.Name.Class", "f"),
    ("Token.Name.Tag", "f"),
    ("Token.Name.Builtin", "b"),
    ("Token.Name.Decorator", "b"),
    ("Token.Name.Attribute", "b"),
    ("Token.Generic.Heading", "f"),
    ("Token.Generic.Subheading", "f"),
)


def plain_lines(text: str) -> list[str]:
    """Return a text's lines as markup in which nothing is marked."""
    return [html.escape(visible(line), quote=False) for line in text.split("\n")]


def marked_lines(text: str, path: str) -> list[str]:
    """Return a text's lines as markup, its words marked as the language of the file asks."""
    name = path.rpartition("/")[2]
    stem, dot, ending = name.rpartition(".")
    lexer = _lexer(f"a.{ending}" if stem and dot and ending not in _AMBIGUOUS else name)
    if lexer is None or "\r" in text or any(len(one) > LONGEST_LINE for one in text.split("\n")):
        return plain_lines(text)
    lines: list[list[tuple[str, str]]] = [[]]
    for kind, value in lexer.get_tokens(text):
        first, *rest = value.split("\n")
        name = _class_of(kind)
        _append(lines[-1], name, first)
        for piece in rest:
            lines.append([])
            _append(lines[-1], name, piece)
    wanted = text.count("\n") + 1
    if "\n".join("".join(piece for _, piece in one) for one in lines[:wanted]) != text:
        return plain_lines(text)  # a lexer that loses text is not to be trusted with it
    return ["".join(map(_markup, pieces)) for pieces in lines[:wanted]]


def _append(pieces: list[tuple[str, str]], name: str, text: str) -> None:
    if not text:
        return
    if pieces and pieces[-1][0] == name:
        pieces[-1] = (name, pieces[-1][1] + text)
    else:
        pieces.append((name, text))


def _markup(piece: tuple[str, str]) -> str:
    name, text = piece
    shown = html.escape(visible(text), quote=False)
    return f"<b class={name}>{shown}</b>" if name else shown


@cache
def _class_of(kind: Any) -> str:  # noqa: ANN401 - pygments has no types
    told = f"{kind}."
    return next((name for part, name in _CLASSES if told.startswith(f"{part}.")), "")


@cache
def _lexer(name: str) -> "Lexer | None":
    from pygments.lexers import (  # type: ignore[import-untyped]  # noqa: PLC0415 - 60 ms
        get_lexer_for_filename,
    )
    from pygments.util import ClassNotFound  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        return get_lexer_for_filename(name, stripnl=False, ensurenl=False, stripall=False)
    except ClassNotFound:
        return None
