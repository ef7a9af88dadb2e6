"""What Rust files offer, use and declare as modules."""

from typing import TYPE_CHECKING

from msgspec.structs import replace

from gsd_run.checking.languages.hollow import stub_of
from gsd_run.checking.languages.nodes import below, child, end_line_of, line_of, named, span
from gsd_run.checking.languages.outline import (
    Definition,
    Import,
    Kind,
    Outline,
    Passed,
    Visibility,
)  # fmt: skip
from gsd_run.checking.languages.rust_uses import used

if TYPE_CHECKING:
    from ast_grep_py import SgNode

Seen = tuple[Visibility, str]
_KINDS: dict[str, Kind] = {
    "function_item": "function",
    "function_signature_item": "function",
    "struct_item": "class",
    "enum_item": "type",
    "union_item": "class",
    "trait_item": "type",
    "type_item": "type",
    "const_item": "value",
    "static_item": "value",
    "mod_item": "module",
    "macro_definition": "function",
    "associated_type": "type",
}
_NEUTRAL = frozenset({*_KINDS, "impl_item", "use_declaration", "attribute_item",
                      "inner_attribute_item", "extern_crate_declaration"})  # fmt: skip
_MEMBERS = ("field_declaration", "enum_variant")


def outline_of(root: "SgNode", path: str) -> Outline:  # noqa: ARG001 - as for every language
    """Return what a file defines, passes on and uses; `mod x;` is an import of `self::x`."""
    imports = [_import(node, tree) for node in root.find_all(kind="use_declaration")
               for tree in used(node)]  # fmt: skip
    modules = [_declared(node) for node in root.find_all(kind="mod_item")
               if node.field("body") is None]  # fmt: skip
    public = [node for node in named(root)
              if node.kind() == "use_declaration" and _visible(node)[0] == "public"]  # fmt: skip
    passed = [
        Passed(name=name, original=path_.rpartition("::")[2] if name != "*" else "*",
               module=path_.rpartition("::")[0] if name != "*" else path_,
               line=line_of(node), start=span(node)[0])
        for node in public
        for name, path_ in used(node)
    ]  # fmt: skip
    definitions = _items(root, "", trait=False)
    hidden = {one.name: one for one in definitions if one.visibility != "public"}
    return Outline(
        definitions=tuple(_as_seen(one, hidden) for one in definitions),
        passed=tuple(passed),
        imports=(*imports, *modules),
        work=next((line_of(one) for one in named(root) if one.kind() not in _NEUTRAL), 0),
    )


def _as_seen(one: Definition, hidden: dict[str, Definition]) -> Definition:
    """What an impl adds to a type is as visible as that is."""
    owner = hidden.get(one.name.rpartition(".")[0])
    if owner is None or one.visibility != "public":
        return one
    label = f"{owner.name} is {owner.label}"
    return replace(one, visibility=owner.visibility, label=label)


def _items(node: "SgNode", owner: str, *, trait: bool) -> list[Definition]:
    """Return the items of a file, module, impl or trait; what only tests see is left out."""
    found: list[Definition] = []
    attributes: list[str] = []
    for one in named(node):
        kind = one.kind()
        if kind == "attribute_item":
            attributes.append("".join(one.text().split()))
            continue
        hidden = any("cfg(test)" in text for text in attributes)
        if not hidden and kind == "impl_item":
            found += _implemented(one, owner)
        elif not hidden and kind in _KINDS:
            found += _item(one, owner, attributes, trait=trait)
        attributes = []
    return found


def _item(node: "SgNode", owner: str, attributes: list[str], *, trait: bool) -> list[Definition]:
    name = node.field("name")
    if name is None:
        return []
    kind = _KINDS[node.kind()]
    seen: Seen = ("public", "") if trait else _visible(node)
    if node.kind() == "macro_definition":
        exported = any("macro_export" in text for text in attributes)
        seen = ("public", "") if exported else ("package", "without #[macro_export]")
    if not owner and name.text() == "main":
        seen = "public", ""
    full = f"{owner}.{name.text()}" if owner else name.text()
    one = _place(node, full, kind, seen)
    body = node.field("body")
    if kind == "function":
        if body is None:
            return [replace(one, abstract=True)]
        stub, empty = stub_of(body) if node.kind() == "function_item" else ("", False)
        return [replace(one, stub=stub, empty=empty, abstract=trait and not stub)]
    inside = node.kind() in {"mod_item", "trait_item"} and body is not None
    members = _items(body, full, trait=node.kind() == "trait_item") if inside and body else []
    for member in below(body, _MEMBERS) if body and not inside else ():
        called = member.field("name")
        open_: Seen = ("public", "")
        shown = _visible(member) if member.kind() == "field_declaration" else open_
        if called is not None:
            members.append(_place(member, f"{full}.{called.text()}", "value", shown))
    if seen[0] != "public":
        members = [replace(m, visibility=seen[0], label=seen[1]) for m in members]
    return [one, *members]


def _implemented(node: "SgNode", owner: str) -> list[Definition]:
    """Return the functions of an impl; those of a trait are as visible as the trait."""
    target, body = node.field("type"), node.field("body")
    if target is None or body is None:
        return []
    name = target.text().partition("<")[0].rpartition("::")[2]
    return _items(body, f"{owner}.{name}" if owner else name,
                  trait=node.field("trait") is not None)  # fmt: skip


def _visible(node: "SgNode") -> Seen:
    word = child(node, "visibility_modifier")
    if word is None:
        return "private", "not pub"
    return ("private", word.text()) if "self" in word.text() else ("public", "")


def _place(node: "SgNode", name: str, kind: Kind, seen: Seen) -> Definition:
    return Definition(
        name=name, kind=kind, line=line_of(node), end=end_line_of(node), start=span(node)[0],
        visibility=seen[0], label=seen[1],
    )  # fmt: skip


def _import(node: "SgNode", tree: tuple[str, str]) -> Import:
    name, path = tree
    start, end = span(node)
    names = () if name in {"*", "_"} else (name,)
    return Import(
        module=path, line=line_of(node), start=start, end=end, names=names,
        items=("*",) if name == "*" else (path.rpartition("::")[2],),
        passes=child(node, "visibility_modifier") is not None,
    )  # fmt: skip


def _declared(node: "SgNode") -> Import:
    start, end = span(node)
    name = node.field("name")
    return Import(
        module=f"self::{name.text() if name else ''}", line=line_of(node), start=start, end=end,
        items=("mod",),
    )  # fmt: skip
