"""The relationships of a mapped class by its source."""

import ast
from collections.abc import Mapping, Sequence

from msgspec import Struct

from gsd_run.changing.codemods.factories.declared_classes import Member
from gsd_run.changing.codemods.factories.declared_modules import keywords, last_name, plain
from gsd_run.changing.codemods.factories.schema import Column, Relationship

RELATIONS = frozenset({"relationship", "Relationship", "dynamic_loader"})
MANY = frozenset({"list", "List", "set", "Set", "Sequence", "Collection"})


class Related(Struct, frozen=True, eq=False):
    """A relationship as it is written: its target's class name, and what the call says."""

    key: str
    target: str
    many: bool | None
    given: Mapping[str, ast.expr]


def written_relation(member: Member) -> Related | None:
    """Return the relationship that a member of a class declares, or None."""
    call = member.value
    if not isinstance(call, ast.Call) or last_name(call) not in RELATIONS:
        return None
    given = keywords(call)
    named = call.args[0] if call.args else given.get("argument")
    note = _read(member.annotation)
    if isinstance(note, ast.Subscript) and last_name(note).endswith("Mapped"):
        note = _read(note.slice)
    many = last_name(note) in MANY if note is not None else None
    told = plain(given.get("uselist"))
    names = [_class_name(named)] if named is not None else _names(note)
    names = [name for name in names if name]
    if not names:
        return None
    return Related(member.name, names[-1], told if isinstance(told, bool) else many, given)


def _read(node: ast.expr | None) -> ast.expr | None:
    """Return an annotation that is written as text as the expression that it is."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            return ast.parse(node.value, mode="eval").body
        except SyntaxError:
            return None
    return node


def _class_name(node: ast.expr) -> str:
    node = node.body if isinstance(node, ast.Lambda) else node
    text = plain(node)
    return text.rpartition(".")[2] if isinstance(text, str) else last_name(node)


def _names(node: ast.expr | None) -> list[str]:
    """Return the class names in an annotation, without what only wraps them."""
    node = _read(node)
    if node is None:
        return []
    if isinstance(node, ast.BinOp):
        return [*_names(node.left), *_names(node.right)]
    if isinstance(node, ast.Subscript):
        return _names(node.slice)
    name = last_name(node)
    return [] if name in {*MANY, "Optional", ""} else [name]


def relationship_of(
    one: Related,
    target: str,
    mine: Sequence[Column],
    others: Sequence[Column],
    me: Sequence[str],
) -> Relationship:
    """Return a relationship with its direction and the columns on both sides.

    `mine` are the columns of the class, `others` those of the target; `me` are the keys of the
    class and of those that it derives from.
    """
    told = {n.id for n in ast.walk(one.given["foreign_keys"]) if isinstance(n, ast.Name)} | {
        str(plain(n)).rpartition(".")[2].strip("[] ")
        for n in ast.walk(one.given["foreign_keys"])
        if isinstance(n, ast.Constant)
    } if "foreign_keys" in one.given else set()  # fmt: skip
    carrying = [c for c in mine if any(to == target for to, _ in c.targets)]
    if told and any(c.key in told for c in carrying):
        carrying = [c for c in carrying if c.key in told]
    back = [c for c in others if any(to in me for to, _ in c.targets)]
    itself = target in me
    inward = bool(carrying) and one.many is not True and (not itself or "remote_side" in one.given)
    many_to_many = "secondary" in one.given or "link_model" in one.given
    direction = "MANYTOONE" if inward else "ONETOMANY"
    plain_keys = [key for c in carrying for to, key in c.targets if to == target]
    single = len(carrying) == 1 or len(set(plain_keys)) == len(carrying)
    far = tuple(dict.fromkeys(key for c in back for to, key in c.targets if to in me))
    local = tuple(c.key for c in carrying) if inward and single else ()
    local = local if inward else far
    populated = plain(one.given.get("back_populates"))
    return Relationship(
        key=one.key,
        target=target,
        direction="MANYTOMANY" if many_to_many else direction,
        viewonly=plain(one.given.get("viewonly")) is True,
        local=() if many_to_many else local,
        remote=() if many_to_many else tuple(plain_keys if inward else (c.key for c in back)),
        reverse=(populated,) if isinstance(populated, str) else (),
        uselist=one.many if one.many is not None else not inward,
    )


def reverse_of(one: Relationship, name: str, target: str) -> Relationship:
    """Return the relationship that a `backref` makes on the other side."""
    turned = {"MANYTOONE": "ONETOMANY", "ONETOMANY": "MANYTOONE"}
    return Relationship(
        key=name,
        target=target,
        direction=turned.get(one.direction, one.direction),
        viewonly=one.viewonly,
        local=one.remote,
        remote=one.local,
        reverse=(one.key,),
        uselist=one.direction == "MANYTOONE",
    )


def backref_name(one: Related) -> str | None:
    """Return the name of the relationship that is made on the other side, if one is."""
    given = one.given.get("backref")
    named = given.args[0] if isinstance(given, ast.Call) and given.args else given
    text = plain(named)
    return text if isinstance(text, str) else None
