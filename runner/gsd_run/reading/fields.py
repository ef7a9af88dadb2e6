"""Frontmatter nodes as typed values; what can't be typed is told at its line."""

import re
from functools import lru_cache

from gsd_run.domain import lazy
from gsd_run.reading.codes import Code
from gsd_run.reading.notes import Notes
from gsd_run.reading.yaml_nodes import Mapping, Node, Pair, Scalar, Sequence, kind_of, one_line

_NOTHING = frozenset(("", "none", "null", "~", "n/a", "na", "[]", "{}", "-", "nothing"))
_YES = frozenset(("true", "yes", "on", "1", "y"))
_NO = frozenset(("false", "no", "off", "0", "n"))
_PLAN_KEYS = frozenset(("plan", "plans", "id", "ids", "plan_id", "plan_ids"))
_PHASE_KEYS = frozenset(("phase", "phases", "phase_id"))
_BETWEEN = lazy.pattern(r"[,;\n]|(?<=[ \t])(?:and|und|et|y|[+&])(?=[ \t])")
_COMMA = lazy.pattern(r"[,\n](?![^(\n]{0,200}\))")  # not one between the parentheses of a call


@lru_cache(4096)
def field_name(key: str) -> str:
    """Return a key as GSD writes it: lower case, with underscores."""
    return key.strip().lower().replace("-", "_").replace(" ", "_")


def lines_of(node: Node, prefix: str = "") -> dict[str, int]:
    """Return the line of every key and item below a node: `a.2` is the second item of key `a`.

    Keys are named as by `field_name`; of one given twice the last stands, as in `plain_mapping`.
    """
    found: dict[str, int] = {}
    open_nodes = [(node, prefix)]
    while open_nodes:
        node, prefix = open_nodes.pop()
        if isinstance(node, Mapping):
            inner = [(field_name(pair.key), pair.line, pair.value) for pair in node.pairs]
        elif isinstance(node, Sequence):
            inner = [(str(i), item.line, item) for i, item in enumerate(node.items, 1)]
        else:
            continue
        for key, line, value in inner:
            found[prefix + key] = line
            if not isinstance(value, Scalar):
                open_nodes.append((value, f"{prefix}{key}."))
    return found


def the(mapping: Mapping, name: str, notes: Notes) -> Node | None:
    """Return the value of a field that can be given once; of several the last, with a note."""
    pairs = [pair for pair in mapping.pairs if field_name(pair.key) == name]
    if len(pairs) > 1:
        lines = ", ".join(str(pair.line) for pair in pairs[:-1])
        said = f"{name} is given again (first: line {lines}); the last counts"
        notes.at(pairs[-1], said, Code.KEY_REPEATED)
    return pairs[-1].value if pairs else None


def every(mapping: Mapping, name: str, notes: Notes) -> list[Pair]:
    """Return all pairs of a field whose repeated values add up, with a note where they do."""
    pairs = [pair for pair in mapping.pairs if field_name(pair.key) == name]
    note_added_up(pairs, name, notes)
    return pairs


def note_added_up(pairs: list[Pair], name: str, notes: Notes) -> None:
    """Note the pairs of a key that is given several times."""
    if len(pairs) > 1:
        lines = ", ".join(str(pair.line) for pair in pairs[:-1])
        said = f"{name} is given again (also: line {lines}); all of them count"
        notes.at(pairs[-1], said, Code.KEYS_ADDED_UP)


def text_of(node: Node | None, notes: Notes, name: str) -> str:
    """Return a text; a list or mapping becomes one line, with a note."""
    if node is None:
        return ""
    if not isinstance(node, Scalar):
        text = one_line(node)
        if text:
            said = f"{name} should be a text, not {kind_of(node)}; read as {text!r}"
            notes.at(node, said, Code.WRONG_KIND)
        return text
    return whole(node, notes)


def whole(node: Scalar, notes: Notes) -> str:
    """Return a scalar's text with the `#…` that YAML cut off where it was no comment.

    A `#` that a space follows opens a comment for people too; `#12` does not.
    """
    cut = node.cut.strip()
    if not cut or not re.match(r"#[\w{(\[]", cut):
        return node.text.strip()
    text = f"{node.text}{node.cut}".strip()
    notes.at(node, f"{cut.split()[0]} is kept as text; quote the value", Code.HASH_KEPT)
    return text


def strings_of(node: Node | None, notes: Notes, name: str, *, split: bool = True) -> list[str]:
    """Return a list of texts from a list, or from a text of comma-separated ones.

    Without `split` a text is one item to the letter, even where it reads "none" or "-".
    """
    if node is None:
        return []
    if isinstance(node, Scalar):
        text = whole(node, notes)
        if _says_nothing(node, text, literally=not split):
            return []
        if not split:
            return [text]
        if text.startswith("[") and text.endswith("]"):
            text = text[1:-1]
        return [part.strip().strip("'\"") for part in _COMMA.split(text) if part.strip()]
    if isinstance(node, Sequence):
        items = []
        for item in node.items:
            if isinstance(item, Scalar):
                text = whole(item, notes)
                items += [] if _says_nothing(item, text, literally=not split) else [text]
            else:
                items.append(one_line(item))
                said = f"{name}: an item is {kind_of(item)}; read as {items[-1]!r}"
                notes.at(item, said, Code.WRONG_KIND)
        return items
    notes.at(node, f"{name} should be a list, not a mapping; its lines are taken", Code.WRONG_KIND)
    pairs = [(pair.key, one_line(pair.value).strip()) for pair in node.pairs]
    return [f"{key}: {value}" if value else key for key, value in pairs]


def _says_nothing(node: Scalar, text: str, *, literally: bool) -> bool:
    if literally:
        return text in ("", "null", "~") if node.plain else not text
    return text.lower() in _NOTHING


def number_of(node: Node | None, notes: Notes, name: str) -> int | None:
    """Return a whole number; of a longer text the number in it, with a note."""
    if node is None:
        return None
    text = one_line(node).strip()
    if text.lower() in _NOTHING:
        return None
    if re.fullmatch(r"\d{1,9}", text):
        return int(text)
    digits = re.findall(r"(?<![\w.])\d{1,9}(?![\w.])", text.replace(",", ""))
    if len(digits) == 1 or (digits and text.startswith(digits[0])):
        notes.at(node, f"{name}: {text!r} is read as {digits[0]}", Code.NUMBER_FOUND)
        return int(digits[0])
    notes.at(node, f"{name}: {text!r} is no whole number; left out", Code.NUMBER_UNREAD)
    return None


def is_flag(node: Node) -> bool:
    """Tell whether a node is a yes or a no."""
    word = one_line(node).strip().lower()
    return word in _YES or word in _NO


def truth_of(node: Node | None, notes: Notes, name: str, *, default: bool) -> bool:
    """Return a yes or no; what is neither gives the default, with a note."""
    if node is None:
        return default
    word = one_line(node).strip().lower()
    if word in _YES or word in _NO:
        return word in _YES
    if word not in _NOTHING:
        spelled = str(default).lower()
        said = f"{name}: {word!r} is neither true nor false; {spelled} is assumed"
        notes.at(node, said, Code.NEITHER_TRUE_NOR_FALSE)
    return default


def dependencies_of(node: Node | None, notes: Notes) -> list[str]:
    """Return the entries of depends_on; of a mapping its plan, else its phase, else its keys."""
    if isinstance(node, Scalar):
        text = whole(node, notes).strip("[]")
        entries = [part.strip().strip("'\"") for part in _BETWEEN.split(text)]
    elif isinstance(node, Sequence):
        entries = [entry for item in node.items for entry in dependencies_of(item, notes)]
    elif isinstance(node, Mapping):
        entries = _dependencies_named(node)
        said = f"depends_on: {one_line(node)!r} is read as {', '.join(map(repr, entries))}"
        notes.at(node, said, Code.DEPENDENCY_AS_MAPPING)
    else:
        entries = []
    return [entry for entry in entries if entry.lower() not in _NOTHING]


def _dependencies_named(node: Mapping) -> list[str]:
    plans: list[str] = []
    phases: list[str] = []
    for pair in node.pairs:
        name = field_name(pair.key)
        into = plans if name in _PLAN_KEYS else phases if name in _PHASE_KEYS else None
        if into is not None:
            values = pair.value.items if isinstance(pair.value, Sequence) else (pair.value,)
            into.extend(one_line(value).strip() for value in values)
    if len(plans) == len(phases) == 1 and not plans[0].startswith(phases[0]):
        return [f"{phases[0]}-{plans[0]}"]
    return plans or phases or [pair.key.strip() for pair in node.pairs]
