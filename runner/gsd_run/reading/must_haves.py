"""The must_haves of a frontmatter, in all the shapes that plans give them."""

import re
from typing import Any

from gsd_run.domain import lazy
from gsd_run.domain.plan import Artifact, KeyLink, MustHaves, Prohibition, Truth
from gsd_run.reading.codes import Code
from gsd_run.reading.fields import (
    every,
    field_name,
    is_flag,
    note_added_up,
    number_of,
    strings_of,
    text_of,
    the,
    truth_of,
    whole,
)
from gsd_run.reading.must_have_keys import (
    ABSENT,
    ANY_CASE,
    CONTAINS,
    FLAGS,
    LACKS,
    LISTS,
    MATCHES,
    NEGATED,
    NUMBERS,
    OF_ARTIFACTS,
    OF_LINKS,
    PATH,
    PRESENT,
    REMARKS,
    STATEMENT,
    unnumbered,
)
from gsd_run.reading.notes import Notes
from gsd_run.reading.yaml_nodes import (
    Mapping,
    Node,
    Pair,
    Scalar,
    Sequence,
    kind_of,
    one_line,
    plain_value,
)

_PATH = lazy.pattern(r"`?([\w.@~/\\\[\](){}*+-]*[\w\])}*])`?(?=$|[\s,:;(])")
_ARROW = lazy.pattern(r"\s*(?:-->|->|=>|→|⟶)\s*")


def read_must_haves(pairs: list[Pair], notes: Notes) -> MustHaves:
    """Return the must-haves of all `must_haves` keys together."""
    lists: dict[str, list[Node]] = {name: [] for name in LISTS}
    unknown: dict[str, Any] = {}
    for pair in pairs:
        node = pair.value
        if isinstance(node, Mapping):
            for name in LISTS:
                lists[name].extend(one.value for one in every(node, name, notes))
            unknown |= _unknown(node, frozenset(LISTS), "must_haves", notes)
        elif one_line(node).strip():
            by_kind = _sorted(node)
            how = "sorted by their keys" if by_kind.keys() - {"truths"} else "truths"
            said = f"must_haves should hold truths, artifacts and key_links; its items are {how}"
            notes.at(node, said, Code.MUST_HAVES_UNSORTED)
            for name, some in by_kind.items():
                lists[name].append(some)
    items = {
        name: [item for node in nodes for item in _items(node, notes, name)]
        for name, nodes in lists.items()
    }
    return MustHaves(
        truths=tuple(_truth(item, notes) for item in items["truths"]),
        artifacts=tuple(_artifact(item, notes) for item in items["artifacts"]),
        key_links=tuple(_link(item, notes) for item in items["key_links"]),
        prohibitions=tuple(_prohibition(item, notes) for item in items["prohibitions"]),
        unknown=unknown,
    )


def _sorted(node: Node) -> dict[str, Node]:
    """Return the items of one list by kind: those with a path are artifacts, with from: links."""
    if not isinstance(node, Sequence):
        return {"truths": node}
    found: dict[str, list[Node]] = {}
    for item in node.items:
        keys = {field_name(pair.key) for pair in item.pairs} if isinstance(item, Mapping) else set()
        lists = keys & set(LISTS)
        if isinstance(item, Mapping) and lists == keys and lists:  # - truths: […]
            for pair in item.pairs:
                inner = pair.value.items if isinstance(pair.value, Sequence) else (pair.value,)
                found.setdefault(field_name(pair.key), []).extend(inner)
        elif {"from", "to"} <= keys:
            found.setdefault("key_links", []).append(item)
        else:
            found.setdefault("artifacts" if keys & set(PATH) else "truths", []).append(item)
    return {name: Sequence(tuple(items), items[0].line) for name, items in found.items()}


def _items(node: Node, notes: Notes, name: str) -> tuple[Node, ...]:
    if isinstance(node, Sequence):
        return tuple(item for item in node.items if one_line(item).strip())
    if isinstance(node, Scalar):
        if not node.text.strip() or node.text.strip().lower() in ("[]", "none", "~", "null", "n/a"):
            return ()
        said = f"{name} should be a list; its text is taken as the one item"
        notes.at(node, said, Code.MUST_HAVES_NO_LIST)
    elif {field_name(pair.key) for pair in node.pairs} & {"path", "from", "statement"}:
        said = f"{name} should be a list; its mapping is taken as the one item"
        notes.at(node, said, Code.MUST_HAVES_NO_LIST)
    else:
        said = f"{name} should be a list; each of its keys is taken as an item"
        notes.at(node, said, Code.MUST_HAVES_NO_LIST)
        return tuple(_of_key(pair) for pair in node.pairs)
    return (node,)


def _of_key(pair: Pair) -> Node:
    """Return the item that stands under a key of its own: a number, a name, or its path."""
    if re.fullmatch(r"\w{0,12}\d+", pair.key.strip()):
        return pair.value
    if isinstance(pair.value, Mapping):
        inner = pair.value
        if {field_name(one.key) for one in inner.pairs} & {*PATH, "from", *STATEMENT}:
            return inner
        path = Pair("path", Scalar(pair.key, pair.line, column=pair.column), pair.line, pair.column)
        return Mapping((path, *inner.pairs), pair.line, pair.column)
    return Mapping((pair,), pair.line, pair.column)


def _truth(item: Node, notes: Notes) -> Truth:
    if isinstance(item, Mapping) and (pair := _statement(item)):
        return Truth(
            statement=one_line(pair.value).strip(),
            line=item.line,
            verification=text_of(the(item, "verification", notes), notes, "verification"),
            unknown=_unknown(item, frozenset((field_name(pair.key), "verification"))),
        )
    return Truth(statement=_sentence(item, notes), line=item.line)


def _prohibition(item: Node, notes: Notes) -> Prohibition:
    if not isinstance(item, Mapping) or (pair := _statement(item)) is None:
        return Prohibition(statement=_sentence(item, notes), line=item.line)
    known = ("status", "verification", "check_target")
    status, verification, target = (text_of(the(item, key, notes), notes, key) for key in known)
    return Prohibition(
        statement=one_line(pair.value).strip(),
        line=item.line,
        status=status,
        verification=verification,
        check_target=target,
        unknown=_unknown(item, frozenset((field_name(pair.key), *known))),
    )


def _statement(item: Mapping) -> Pair | None:
    by_name = {field_name(pair.key): pair for pair in reversed(item.pairs)}
    return next((by_name[name] for name in STATEMENT if name in by_name), None)


def _sentence(item: Node, notes: Notes) -> str:
    """Return a statement; a mapping without one is a sentence whose colon YAML took for a key."""
    if isinstance(item, Scalar):
        return whole(item, notes)
    statement = one_line(item)
    said = f"a colon made this truth a mapping; read as {statement!r}"
    if isinstance(item, Sequence):
        said = f"a truth should be a text, not a list; read as {statement!r}"
    notes.at(item, said, Code.TRUTH_WITH_COLON)
    return statement


def _artifact(item: Node, notes: Notes) -> Artifact:
    if not isinstance(item, Mapping):
        return _artifact_of_text(one_line(item).strip(), item, notes)
    names = [field_name(pair.key) for pair in item.pairs]
    path_key = next((key for key in PATH if key in names), None)
    if path_key is None:
        return _artifact_without_path(item, notes)
    path = text_of(the(item, path_key, notes), notes, "path").strip("`")
    return Artifact(
        path=path,
        line=item.line,
        provides=text_of(the(item, "provides", notes), notes, "provides"),
        status=text_of(the(item, "status", notes), notes, "status"),
        min_lines=number_of(the(item, "min_lines", notes), notes, "min_lines"),
        contains=_texts(item, CONTAINS, notes),
        exports=_texts(item, ("exports",), notes, split=True),
        unknown=_unknown(item, OF_ARTIFACTS | {path_key}, f"the artifact {path}", notes),
        max_lines=number_of(the(item, "max_lines", notes), notes, "max_lines"),
        exact_lines=_exact_lines(item, notes),
        min_tests=number_of(the(item, "min_tests", notes), notes, "min_tests"),
        lacks=_texts(item, LACKS, notes),
        matches=_texts(item, MATCHES, notes),
        absent=_is_absent(item, notes),
        ignore_case=_any_case(item, notes),
    )


def _artifact_without_path(item: Mapping, notes: Notes) -> Artifact:
    first = item.pairs[0] if item.pairs else None
    if first is not None and ("/" in first.key or "." in first.key or len(item.pairs) == 1):
        said = f"this artifact names no path:; {first.key!r} is taken for it"
        notes.at(item, said, Code.ARTIFACT_BY_KEY)  # `- src/a.py: what it is`
        provides = one_line(first.value)
        unknown = _unknown(Mapping(item.pairs[1:], item.line), frozenset())
        path = first.key.strip("`")
        return Artifact(path=path, line=item.line, provides=provides, unknown=unknown)
    said = f"the artifact {one_line(item)!r} names no path; write - path: …"
    notes.at(item, said, Code.ARTIFACT_WITHOUT_PATH)
    return Artifact(path="", line=item.line, unknown=_unknown(item, frozenset()))


def _artifact_of_text(text: str, item: Node, notes: Notes) -> Artifact:
    """Take the path that opens a text; the rest is what it provides."""
    match = _PATH.match(text)
    if match is None or not ("/" in match[1] or "." in match[1]):
        said = f"the artifact {text!r} names no path; write - path: …"
        notes.at(item, said, Code.ARTIFACT_WITHOUT_PATH)
        return Artifact(path="", line=item.line, provides=text)
    rest = text[match.end() :].strip().lstrip("-\u2013\u2014:,; ")
    return Artifact(path=match[1], line=item.line, provides=rest)


def _link(item: Node, notes: Notes) -> KeyLink:
    names = {field_name(pair.key) for pair in item.pairs} if isinstance(item, Mapping) else set()
    if not isinstance(item, Mapping) or not names & {"from", "to"}:
        return _link_of_text(item, notes)
    for name in ("from", "to"):
        if name not in names:
            notes.at(item, f"a key link without {name}:", Code.LINK_WITHOUT_END)
    source = text_of(the(item, "from", notes), notes, "from")
    pattern = text_of(the(item, "pattern", notes), notes, "pattern")
    lacks = _texts(item, LACKS, notes)
    negated = _flag(item, NEGATED, notes)
    return KeyLink(
        source=source,
        target=text_of(the(item, "to", notes), notes, "to"),
        line=item.line,
        via=text_of(the(item, "via", notes), notes, "via"),
        pattern="" if negated else pattern,
        unknown=_unknown(item, OF_LINKS, f"the key link from {source}", notes),
        lacks=(pattern, *lacks) if negated and pattern else lacks,
        absent=_is_absent(item, notes),
        ignore_case=_any_case(item, notes),
    )


def _link_of_text(item: Node, notes: Notes) -> KeyLink:
    text = " ".join(one_line(item).split())
    source, *targets = _ARROW.split(text, maxsplit=1)
    target = re.match(r"(\S+)\s*(.*)", targets[0], re.DOTALL) if targets else None
    if target is None:
        said = f"the key link {text!r} is {kind_of(item)}; write from:, to: and via:"
        notes.at(item, said, Code.LINK_AS_TEXT)
        return KeyLink(source="", target="", line=item.line, via=text)
    via = target[2].strip("()\u2013\u2014-: ")
    return KeyLink(source=source.strip("`"), target=target[1].strip("`,:"), line=item.line, via=via)


def _texts(
    item: Mapping, names: tuple[str, ...], notes: Notes, *, split: bool = False
) -> tuple[str, ...]:
    """Return what all keys of one meaning ask for together; `contains2` counts as `contains`."""
    pairs = [pair for pair in item.pairs if unnumbered(pair.key) in names]
    given: dict[str, list[Pair]] = {}
    for pair in pairs:
        given.setdefault(field_name(pair.key), []).append(pair)
    for name, repeated in given.items():
        note_added_up(repeated, name, notes)
    return tuple(
        text
        for pair in pairs
        for text in strings_of(pair.value, notes, field_name(pair.key), split=split)
    )


def _exact_lines(item: Mapping, notes: Notes) -> int | None:
    """Return the number of `lines`, where that is one; `lines: 10-20` names a place instead."""
    node = the(item, "exact_lines", notes) or the(item, "lines", notes)
    if node is None or not _is_number(node):
        return None
    return number_of(node, notes, "lines")


def _is_number(node: Node) -> bool:
    return re.fullmatch(r"\d{1,9}", one_line(node).strip()) is not None


def _flag(item: Mapping, names: tuple[str, ...], notes: Notes, *, default: bool = False) -> bool:
    """Return whether one of the flags says what is not the default."""
    if not any(field_name(pair.key) in names for pair in item.pairs):
        return False
    given = [the(item, name, notes) for name in names]
    return any(
        truth_of(node, notes, "", default=default) is not default
        for node in given
        if node is not None and is_flag(node)
    )


def _is_absent(item: Mapping, notes: Notes) -> bool:
    return _flag(item, ABSENT, notes) or _flag(item, PRESENT, notes, default=True)


def _any_case(item: Mapping, notes: Notes) -> bool:
    flags = the(item, "flags", notes)
    return _flag(item, ANY_CASE, notes) or (flags is not None and "i" in one_line(flags).lower())


def _unknown(
    item: Mapping, known: frozenset[str], what: str = "", notes: Notes | None = None
) -> dict[str, Any]:
    """Return the pairs with other keys or values; those that may ask for a check are told."""
    found = {}
    for pair in item.pairs:
        name = field_name(pair.key)
        said_otherwise = (name in FLAGS and not is_flag(pair.value)) or (
            name in NUMBERS and not _is_number(pair.value)
        )
        if (name in known or unnumbered(pair.key) in known) and not said_otherwise:
            continue
        found[pair.key] = plain_value(pair.value)
        if notes is not None and name not in REMARKS and name not in NUMBERS:
            said = f"{pair.key} of {what or 'this item'} is kept, but no check is known for it"
            notes.at(pair, said, Code.MUST_HAVES_UNKNOWN_KEY)
    return found
