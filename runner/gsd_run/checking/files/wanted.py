"""What a plan means by an entry of `exports`: a name, of what kind, perhaps a member."""

import re

from msgspec import Struct

from gsd_run.checking.languages.outline import Kind
from gsd_run.domain import lazy

_KINDS: dict[str, frozenset[Kind]] = {
    "class": frozenset({"class", "type", "module"}),
    "struct": frozenset({"class", "type"}),
    "record": frozenset({"class", "type"}),
    "object": frozenset({"class", "value", "module"}),
    "function": frozenset({"function", "value"}),
    "value": frozenset({"value", "function", "class"}),
    "type": frozenset({"type", "class"}),
    "module": frozenset({"module", "class"}),
}
_WORDS = {
    "class": "class", "struct": "struct", "record": "record", "actor": "class", "object": "object",
    "function": "function", "func": "function", "fn": "function", "fun": "function",
    "def": "function", "method": "function", "hook": "function", "component": "value",
    "macro": "function", "const": "value", "let": "value", "var": "value", "val": "value",
    "constant": "value", "variable": "value", "static": "value",
    "type": "type", "interface": "type", "enum": "type", "trait": "type", "protocol": "type",
    "typealias": "type", "alias": "type", "mod": "module", "module": "module",
    "namespace": "module",
}  # fmt: skip
_MODIFIERS = lazy.pattern(
    r"^(?:(?:export|declare|async|pub(?:\([^)]*\))?|public|abstract|final|sealed|open|data|unsafe|"
    r"named|internal|override|static(?=\s+(?:\w+\s+)*\w+\())\s+)*"
)
_METHOD = lazy.pattern(r"(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\s+/\S*")
_DEFAULT = lazy.pattern(
    r"(?:export\s+)?default(?:\s+export)?(?:\s*[:(]?\s*(?:as\s+)?(?:(?:async\s+)?function\*?|class)?"
    r"\s*(?P<name>[A-Za-z_$][\w$]*)?.*)?"
)
_AS_DEFAULT = lazy.pattern(r"(?P<name>[A-Za-z_$][\w$]*)\s*(?:\(default[^)]*\)|(?:as )?default)")
_NAME = lazy.pattern(
    r"(?P<name>[A-Za-z_$@][\w$]*(?:(?:\.|::|#|->|/)[A-Za-z_$][\w$]*)*[?!]?)"
    r"(?P<rest>\s*(?:<.*>|\[.*\])?\s*(?:\(.*\))?\s*(?:(?::|->|=>|=).*)?"
    r"|\s*\((?:type|class|function|default|interface|const|enum|component|hook)\w*\)"
    r"|\s+(?:type|class|function|interface|enum|component|hook|constant|method|struct|trait))",
    re.DOTALL,
)


class Wanted(Struct, frozen=True, kw_only=True):
    """A name that a plan asks for; parts are joined by dots, `kinds` is empty for any kind.

    `local` is the name that a default export has in its file, if the plan says it. A `route`
    may be served by other means than a function of that name.
    """

    name: str
    kinds: frozenset[Kind] = frozenset()
    local: str = ""
    route: bool = False


def wanted(entry: str) -> tuple[Wanted, ...] | None:
    """Return the names that an entry means, or None when it names nothing."""
    entry = entry.strip().strip("`'\"").strip()
    listed = re.fullmatch(r"(?:export\s*)?\{(.*)\}", entry, re.DOTALL)
    pieces = _pieces(listed[1] if listed else entry)
    found = [_one(piece) for piece in pieces]
    if not found or any(one is None for one in found):
        return None
    return tuple(one for one in found if one is not None)


def _one(piece: str) -> Wanted | None:
    if route := _METHOD.fullmatch(piece):
        return Wanted(name=route[1], kinds=_KINDS["function"], route=True)
    if default := _DEFAULT.fullmatch(piece) or _AS_DEFAULT.fullmatch(piece):
        return Wanted(name="default", local=default["name"] or "")
    piece = piece.removeprefix("module.").removeprefix("exports.")
    rest = _MODIFIERS.sub("", piece, count=1)
    word, _, name = rest.partition(" ")
    kind = _WORDS.get(word.rstrip(":"), "") if name.strip() else ""
    if kind:
        rest = name.strip()
        inner, _, further = rest.partition(" ")
        if inner in _WORDS and further.strip():  # const fn, enum class
            kind, rest = _WORDS[inner], further.strip()
    match = _NAME.fullmatch(rest)
    if match is None:
        return None
    plain = re.sub(r"::|#|->", ".", match["name"].rstrip("!"))
    if "/" in plain or plain == "exports":
        return None
    return Wanted(name=plain.lstrip("@"), kinds=_KINDS.get(kind, frozenset()))


def _pieces(text: str) -> list[str]:
    """Cut at commas that stand in no bracket."""
    depth, pieces = 0, [""]
    for number, character in enumerate(text):
        arrow = character == ">" and text[number - 1 : number] in {"=", "-"}
        if character in "([{<":
            depth += 1
        elif character in ")]}>" and not arrow:
            depth -= 1
        if character == "," and depth <= 0:
            pieces.append("")
        else:
            pieces[-1] += character
    return [piece.strip().strip("`'\"") for piece in pieces if piece.strip()]
