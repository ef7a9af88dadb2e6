"""The must_haves of a frontmatter, in all the shapes that plans give them."""

import re
from typing import Any

from gsd_run.domain.plan import Artifact, KeyLink, MustHaves, Truth
from gsd_run.reading.fields import every, field_name, number_of, strings_of, text_of, the, whole
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

_ARTIFACT_KEYS = frozenset(("path", "provides", "status", "min_lines", "contains", "exports"))
_LINK_KEYS = frozenset(("from", "to", "via", "pattern"))
_STATEMENT_KEYS = ("statement", "truth", "description", "text", "criterion")
_PATH = re.compile(r"`?([\w.@~/\\\[\](){}*+-]*[\w\])}*])`?(?=$|[\s,:;(])")
_ARROW = re.compile(r"\s*(?:-->|->|=>|→|⟶)\s*")


def read_must_haves(pairs: list[Pair], notes: Notes) -> MustHaves:
    """Return the must-haves of all `must_haves` keys together."""
    truths: list[Truth] = []
    artifacts: list[Artifact] = []
    links: list[KeyLink] = []
    for pair in pairs:
        node = pair.value
        if isinstance(node, Sequence):
            truths += _truths(node, notes)
        elif isinstance(node, Mapping):
            for one in every(node, "truths", notes):
                truths += _truths(one.value, notes)
            for one in every(node, "artifacts", notes):
                artifacts += _artifacts(one.value, notes)
            for one in every(node, "key_links", notes):
                links += _links(one.value, notes)
        elif one_line(node).strip():
            notes.add(node.line, "must_haves should hold truths, artifacts and key_links")
            truths += _truths(node, notes)
    return MustHaves(truths=tuple(truths), artifacts=tuple(artifacts), key_links=tuple(links))


def _items(node: Node, notes: Notes, name: str) -> tuple[Node, ...]:
    if isinstance(node, Sequence):
        return tuple(item for item in node.items if one_line(item).strip())
    if isinstance(node, Scalar):
        if not node.text.strip() or node.text.strip() in ("[]", "none", "~", "null"):
            return ()
        notes.add(node.line, f"{name} should be a list; its text is taken as the one item")
    elif name == "truths" or not {field_name(p.key) for p in node.pairs} & {"path", "from"}:
        notes.add(node.line, f"{name} should be a list; each of its keys is taken as an item")
        return tuple(Mapping((pair,), pair.line) for pair in node.pairs)
    else:
        notes.add(node.line, f"{name} should be a list; its mapping is taken as the one item")
    return (node,)


def _truths(node: Node, notes: Notes) -> list[Truth]:
    found = []
    for item in _items(node, notes, "truths"):
        if isinstance(item, Scalar):
            statement = whole(item, notes)
        elif isinstance(item, Mapping):
            statement = _stated(item, notes)
        else:
            statement = text_of(item, notes, "a truth")
        found.append(Truth(statement=statement, line=item.line))
    return found


def _stated(item: Mapping, notes: Notes) -> str:
    """Return the statement of a mapping, or the sentence whose colon YAML took for a key."""
    for name in _STATEMENT_KEYS:
        for pair in item.pairs:
            if field_name(pair.key) == name:
                return one_line(pair.value).strip()
    statement = one_line(item)
    notes.add(item.line, f"a colon made this truth a mapping; read as {statement!r}")
    return statement


def _artifacts(node: Node, notes: Notes) -> list[Artifact]:
    return [
        _artifact(item, notes)
        if isinstance(item, Mapping)
        else _artifact_of_text(one_line(item).strip(), item.line, notes)
        for item in _items(node, notes, "artifacts")
    ]


def _artifact(item: Mapping, notes: Notes) -> Artifact:
    names = [field_name(pair.key) for pair in item.pairs]
    path_key = next((key for key in ("path", "file", "name") if key in names), None)
    if path_key is None:
        if len(item.pairs) == 1:  # `- src/a.py: what it is`
            only = item.pairs[0]
            notes.add(item.line, f"this artifact names no path:; {only.key!r} is taken for it")
            return Artifact(path=only.key.strip("`"), line=item.line, provides=one_line(only.value))
        notes.add(item.line, f"the artifact {one_line(item)!r} names no path; write - path: …")
        return Artifact(path="", line=item.line, unknown=_unknown(item, frozenset()))
    contains = [
        text
        for pair in every(item, "contains", notes)
        for text in strings_of(pair.value, notes, "contains", split=False)
    ]
    exports = [
        text
        for pair in every(item, "exports", notes)
        for text in strings_of(pair.value, notes, "exports")
    ]
    path = text_of(the(item, path_key, notes), notes, "path").strip("`")
    return Artifact(
        path=path,
        line=item.line,
        provides=text_of(the(item, "provides", notes), notes, "provides"),
        status=text_of(the(item, "status", notes), notes, "status"),
        min_lines=number_of(the(item, "min_lines", notes), notes, "min_lines"),
        contains=tuple(contains),
        exports=tuple(exports),
        unknown=_unknown(item, _ARTIFACT_KEYS | {path_key}),
    )


def _artifact_of_text(text: str, line: int, notes: Notes) -> Artifact:
    """Take the path that opens a text; the rest is what it provides."""
    match = _PATH.match(text)
    if match is None or not ("/" in match[1] or "." in match[1]):
        notes.add(line, f"the artifact {text!r} names no path; write - path: …")
        return Artifact(path="", line=line, provides=text)
    rest = text[match.end() :].strip().lstrip("-\u2013\u2014:,; ")
    return Artifact(path=match[1], line=line, provides=rest)


def _links(node: Node, notes: Notes) -> list[KeyLink]:
    return [_link(item, notes) for item in _items(node, notes, "key_links")]


def _link(item: Node, notes: Notes) -> KeyLink:
    names = [field_name(pair.key) for pair in item.pairs] if isinstance(item, Mapping) else []
    if isinstance(item, Mapping) and ("from" in names or "to" in names):
        for name in ("from", "to"):
            if name not in names:
                notes.add(item.line, f"a key link without {name}:")
        return KeyLink(
            source=text_of(the(item, "from", notes), notes, "from"),
            target=text_of(the(item, "to", notes), notes, "to"),
            line=item.line,
            via=text_of(the(item, "via", notes), notes, "via"),
            pattern=text_of(the(item, "pattern", notes), notes, "pattern"),
            unknown=_unknown(item, _LINK_KEYS),
        )
    text = one_line(item).strip()
    source, *targets = _ARROW.split(text, maxsplit=1)
    if not targets:
        notes.add(item.line, f"the key link {text!r} is {kind_of(item)}; write from:, to: and via:")
        return KeyLink(source="", target="", line=item.line, via=text)
    target = re.match(r"(\S+)\s*(.*)", targets[0], re.DOTALL)
    via = target[2].strip("()\u2013\u2014-: ") if target else ""
    return KeyLink(
        source=source.strip("`"),
        target=target[1].strip("`,:") if target else "",
        line=item.line,
        via=via,
    )


def _unknown(item: Mapping, known: frozenset[str] | set[str]) -> dict[str, Any]:
    return {
        pair.key: plain_value(pair.value)
        for pair in item.pairs
        if field_name(pair.key) not in known
    }
