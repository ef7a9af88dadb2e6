"""A source text as the definitions in it, with where each stands and what belongs to it."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.changing.failure import StepFailure
from gsd_run.changing.grammar_shapes import COMMENTS, SHAPES, Shape
from gsd_run.outside.grammars import parsed

if TYPE_CHECKING:
    from ast_grep_py import SgNode

# Calls that define something in a file of tests, or in a Ruby class, by their first argument.
_TESTS = frozenset(
    {"describe", "context", "suite", "feature", "it", "test", "specify", "scenario", "before",
     "after", "beforeEach", "afterEach", "beforeAll", "afterAll", "let", "let!", "subject",
     "around", "shared_examples", "RSpec.describe"}
)  # fmt: skip
_GROUPS = frozenset(
    {"describe", "context", "suite", "feature", "RSpec.describe", "shared_examples"}
)
_GO_GROUPS = frozenset({"const_declaration", "var_declaration", "type_declaration"})
SECTIONS = frozenset({"private", "protected", "public"})
# Definitions that are values when they stand on one line: they need no blank lines around them.
_LINES = frozenset(
    {"public_field_definition", "field_definition", "property_signature", "index_signature",
     "property_declaration", "const_item", "static_item", "type_item", "associated_type",
     "use_declaration", "const_spec", "var_spec", "type_spec", "type_alias"}
)  # fmt: skip
_DOC = ("/**", "///")
_TOKEN = re.compile(r"\w+|[^\w\s]")


class Unit(Struct, frozen=True, kw_only=True):
    """One definition. Positions count characters; `members` is None if it has no body of its own.

    `start` is where what belongs to it begins, `code` where it does without the comments above,
    `bare` without `export` and the like; `head` is where its body begins, `inside` the stretch
    between the body's braces. `signature` tells overloads apart. `form` says how its name is to be
    placed: import, value, code, fixed or statement. `section` is the visibility that Ruby gives
    it by a word above.
    """

    key: str
    label: str
    line: int
    start: int
    code: int
    bare: int
    end: int
    form: str
    names: frozenset[str] = frozenset()
    signature: tuple[str, ...] | None = None
    members: "tuple[Unit, ...] | None" = None
    head: int = 0
    inside: tuple[int, int] = (0, 0)
    spread: bool = False
    section: str = ""


class Source(Struct, frozen=True, kw_only=True):
    """A text with its definitions; `loose` are the stretches of texts that span several lines."""

    text: str
    language: str
    units: tuple[Unit, ...]
    loose: tuple[tuple[int, int], ...] = ()


def read_source(text: str, language: str, called: str) -> Source:
    """Return the definitions of a text.

    Raises:
        StepFailure: the text can't be parsed without errors; says at which line.
    """
    root = parsed(text, language)
    if root is None:
        raise StepFailure(f"{called} is too large to be parsed")
    if (wrong := first_error(root)) is not None:
        line, near = wrong
        raise StepFailure(f"{called} is no valid {language} at line {line}: {near!r}")
    shape = SHAPES[language]
    units = tuple(_coalesced(_units(root, shape, text), shape))
    return Source(text=text, language=language, units=units, loose=tuple(_loose(root)))


def first_error(root: "SgNode") -> tuple[int, str] | None:
    """Return the line and text of the first place that is no valid source, None without one."""
    wrong = [*root.find_all(kind="ERROR")]
    if wrong:
        first = min(wrong, key=lambda node: node.range().start.index)
        return _line(first), " ".join(first.text().split())[:40]
    for node in _below(root):
        # What a grammar had to make up in order to go on has no text.
        if not node.children() and node.text() == "" and not _may_be_empty(node):
            return _line(node), f"{node.kind()} is missing"
    return None


def _below(node: "SgNode") -> "Iterator[SgNode]":
    for child in node.children():
        yield child
        yield from _below(child)


def _may_be_empty(node: "SgNode") -> bool:
    """Tell whether a node without text is no sign of an error."""
    kind = node.kind()
    return node.is_named() and kind not in {"identifier", "type_identifier", "simple_identifier"}


def _line(node: "SgNode") -> int:
    return node.range().start.line + 1


def _span(node: "SgNode") -> tuple[int, int]:
    place = node.range()
    end = place.end.index
    text = node.text()
    return place.start.index, end - (len(text) - len(text.rstrip("\r\n")))


def _loose(root: "SgNode") -> Iterator[tuple[int, int]]:
    """Yield where texts that span lines stand: their lines must not be indented anew."""
    words = ("string", "template", "heredoc", "text_block")
    for node in _below(root):
        if any(word in node.kind() for word in words) and "\n" in node.text():
            yield _span(node)


def _units(holder: "SgNode", shape: Shape, text: str) -> list[Unit]:
    found: list[Unit] = []
    above: list[SgNode] = []
    section = ""
    for node in _children(holder):
        kind = node.kind()
        start, end = _span(node)
        if kind in COMMENTS and found and _same_line(text, found[-1].end, start):
            found[-1] = _grown(found[-1], end)
        elif kind in COMMENTS or kind in shape.attached:
            if kind in COMMENTS and start == 0 and not node.text().startswith(_DOC):
                continue  # what heads a file belongs to the file
            above = [*above, node] if above and _touches(text, above[-1], node) else [node]
        elif kind in {"php_tag", "php_end_tag", "hash_bang_line"}:
            above = []
        elif not node.is_named():
            if kind in {";", ","} and found and not text[found[-1].end : start].strip():
                found[-1] = _grown(found[-1], end)
        else:
            if above and not _touches(text, above[-1], node):
                above = []
            unit = _unit(node, above, shape, text)
            if unit.key in SECTIONS:
                section = "" if unit.key == "public" else unit.key
            found.append(_with_section(unit, section))
            above = []
    return found


def _children(holder: "SgNode") -> "Iterator[SgNode]":
    for node in holder.children():
        if node.kind() in {"import_list", "body_statement", "statement_list", "block_body"}:
            yield from _children(node)
        else:
            yield node


def _with_section(unit: Unit, section: str) -> Unit:
    return _changed(unit, section=section) if section else unit


def _grown(unit: Unit, end: int) -> Unit:
    return _changed(unit, end=end)


def _changed(unit: Unit, **values: object) -> Unit:
    return replace(unit, **values)


def _same_line(text: str, end: int, start: int) -> bool:
    return "\n" not in text[end:start]


def _touches(text: str, one: "SgNode", other: "SgNode") -> bool:
    return text[_span(one)[1] : _span(other)[0]].count("\n") <= 1


def _unit(node: "SgNode", above: "Sequence[SgNode]", shape: Shape, text: str) -> Unit:
    inner = _inner(node, shape)
    start, end = _span(node)
    first = _span(above[0])[0] if above else start
    marks = [one for one in above if one.kind() not in COMMENTS]
    form, key, names = _identity(node, inner, shape)
    body = _body(inner, shape, form)
    members: tuple[Unit, ...] | None = None
    span = (0, 0)
    if body is not None:
        span = _inside(inner, body, text)
        members = tuple(_coalesced(_units(body, shape, text), shape))
    return Unit(
        key=key,
        label=key.partition(":")[2] or key,
        line=_line(node),
        start=first,
        code=_span(marks[0])[0] if marks else start,
        bare=_span(inner)[0],
        end=end,
        form=form,
        names=names,
        signature=_signature(inner, shape),
        members=members,
        head=span[0],
        inside=span,
        spread=inner.kind() in shape.spread,
    )


def _inner(node: "SgNode", shape: Shape) -> "SgNode":
    """Return the definition inside `export`, `declare` and the like."""
    if node.kind() in shape.wrappers:
        held = node.field("declaration") or node.field("value") or next(
            (one for one in node.children() if one.kind() in shape.spaces), None
        )  # fmt: skip
        return _inner(held, shape) if held is not None else node
    if node.kind() == "expression_statement":
        module = [one for one in node.children() if one.kind() in {"internal_module", "module"}]
        return module[0] if module else node
    return node


def _identity(
    node: "SgNode", inner: "SgNode", shape: Shape
) -> tuple[str, str, frozenset[str]]:
    """Return the form of a unit, the key by which it is found again, and all names it defines."""
    kind = inner.kind()
    plain = " ".join(node.text().split())
    if kind in shape.imports or _is_ruby_import(inner):
        return "import", f"import:{plain}", frozenset()
    if kind in shape.fixed and not (kind == "namespace_definition" and inner.field("body")):
        return "fixed", f"{kind}:{plain}", frozenset()
    if kind in shape.spaces:
        names = _names(inner, shape)
        name = names[0] if names else ""
        if not name and " default " in f" {plain} ":
            name = "default"
        name = name or plain
        plain_value = kind in shape.values or kind in _LINES
        form = "value" if plain_value and "\n" not in inner.text() else "code"
        space = shape.spaces[kind]
        return form, f"{space}:{name}", frozenset(f"{space}:{one}" for one in names)
    if node.kind() == "export_statement":
        default = node.text().startswith("export default")
        return "statement", "export:default" if default else f"export:{plain}", frozenset()
    return _statement(inner, shape, plain)


def _statement(inner: "SgNode", shape: Shape, plain: str) -> tuple[str, str, frozenset[str]]:
    """Return what a statement outside of definitions is known by: its call or its target."""
    if inner.kind() not in shape.statements:
        return "other", f"text:{plain}", frozenset()
    part = inner
    if inner.kind() == "expression_statement":
        part = next((one for one in inner.children() if one.is_named()), inner)
    if part.kind() in {"assignment_expression", "assignment"}:
        left = part.field("left")
        name = left.text() if left else plain
        return ("value" if "\n" not in plain else "code"), f"set:{name}", frozenset()
    if (callee := _callee(part)) in _TESTS:
        return "code", f"call:{callee} {_first_argument(part)}".rstrip(), frozenset()
    if shape.around and shape.around[1] == "end" and part.kind() in {"call", "identifier"}:
        if plain in SECTIONS:
            return "value", plain, frozenset()
        return "value", f"call:{callee} {_first_argument(part)}".rstrip(), frozenset()
    return "other", f"text:{plain}", frozenset()


def _callee(node: "SgNode") -> str:
    if node.kind() == "call_expression":
        called = node.field("function")
        return called.text().partition(".")[0] if called else ""
    if node.kind() == "call":
        receiver, method = node.field("receiver"), node.field("method")
        name = method.text() if method else ""
        return f"{receiver.text()}.{name}" if receiver else name
    return node.text() if node.kind() == "identifier" else ""


def _first_argument(node: "SgNode") -> str:
    given = node.field("arguments")
    held = [one for one in given.children() if one.is_named()] if given else []
    if not held or "\n" in held[0].text():
        return ""
    return held[0].text()


def _is_ruby_import(node: "SgNode") -> bool:
    return node.kind() == "call" and _callee(node) in {"require", "require_relative"}


def _names(node: "SgNode", shape: Shape) -> list[str]:
    kind = node.kind()
    if kind in shape.declarators:
        return _declared(node, shape)
    if kind in shape.values:
        found = [name for one in _declarators(node, shape) for name in _declared(one, shape)]
        return found or ([_own_name(node, shape)] if _own_name(node, shape) else [])
    name = _own_name(node, shape)
    if kind == "impl_item" or (kind == "class_declaration" and _word(node) == "extension"):
        return [_extended(node)]
    if kind == "method_declaration" and (receiver := node.field("receiver")) is not None:
        owner = re.search(r"(\w+)(?:\[[^\]]*\])?\s*\)$", receiver.text())
        return [f"({owner[1] if owner else ''}).{name}"]
    if kind == "function_declaration" and (of := _child(node, "receiver_type")) is not None:
        return [f"{of.text()}.{name}"]
    words = {one.text() for one in node.children() if not one.is_named() or "modif" in one.kind()}
    special = [word for word in ("get", "set", "static") if word in words]
    if kind == "method_definition" and special:
        return [" ".join([*special, name])]
    return [name] if name else []


def _declarators(node: "SgNode", shape: Shape) -> "Iterator[SgNode]":
    for child in node.children():
        if child.kind() in shape.declarators:
            yield child
        elif child.kind() not in shape.bodies:
            yield from _declarators(child, shape)


def _declared(node: "SgNode", shape: Shape) -> list[str]:
    if node.kind() in {"const_spec", "var_spec"}:
        return [one.text() for one in node.children() if one.kind() == "identifier"]
    name = node.field("name") or _child(node, *shape.names)
    return [name.text() if name is not None else node.text()]


def _own_name(node: "SgNode", shape: Shape) -> str:
    for word, kind in (
        ("init", "init_declaration"), ("deinit", "deinit_declaration"),
        ("subscript", "subscript_declaration"), ("constructor", "secondary_constructor"),
        ("companion", "companion_object"), ("init", "anonymous_initializer"),
        ("this", "indexer_declaration"), ("static", "class_static_block"),
    ):  # fmt: skip
        if node.kind() == kind:
            return word
    if node.kind() in {"operator_declaration", "conversion_operator_declaration"}:
        return re.split(r"\(", node.text().partition("operator")[2], maxsplit=1)[0].strip()
    if node.kind() in {"index_signature", "call_signature", "construct_signature"}:
        return re.split(r"[)\]]", node.text(), maxsplit=1)[0]
    if node.kind() == "singleton_method":
        return f"self.{_text_of(node.field('name'))}"
    if node.kind() == "singleton_class":
        return f"class << {_text_of(node.field('value'))}"
    if node.kind() == "use_declaration":
        return " ".join(node.text().split())
    name = node.field("name") or _child(node, *shape.names)
    return _text_of(name).strip("`")


def _text_of(node: "SgNode | None") -> str:
    return node.text() if node is not None else ""


def _child(node: "SgNode", *kinds: str) -> "SgNode | None":
    return next((one for one in node.children() if one.kind() in kinds), None)


def _word(node: "SgNode") -> str:
    words = [one.text() for one in node.children() if not one.is_named()]
    return next((word for word in words if word == "extension"), "")


def _extended(node: "SgNode") -> str:
    """Return what a block of members is for: `impl Trait for Type`, `extension Type: Protocol`."""
    body = _child(node, "declaration_list", "class_body")
    head = node.text()[: body.range().start.index - node.range().start.index] if body else ""
    head = re.sub(r"\bwhere\b.*", "", head, flags=re.DOTALL)
    return " ".join(_TOKEN.findall(re.sub(r"^[^{]*?\b(?=(?:impl|extension)\b)", "", head)))


def _body(inner: "SgNode", shape: Shape, form: str) -> "SgNode | None":
    if inner.kind() in _GO_GROUPS:
        return _child(inner, "var_spec_list") or (inner if _child(inner, "(") else None)
    if inner.kind() in shape.containers:
        body = inner.field("body")
        if body is not None and body.kind() in shape.bodies:
            return body
        held = _child(inner, *shape.bodies)
        # An empty body of Ruby is no node at all; the class itself holds what there is.
        return held if held is not None else (inner if _child(inner, "end") else None)
    if form != "code" or inner.kind() not in shape.statements:
        return None
    part = inner
    if inner.kind() == "expression_statement":
        part = next((one for one in inner.children() if one.is_named()), inner)
    if _callee(part) not in _GROUPS:
        return None
    if block := _child(part, "do_block"):
        return block
    given = part.field("arguments")
    last = [one for one in given.children() if one.is_named()][-1:] if given else []
    return last[0].field("body") if last and "function" in last[0].kind() else None


def _inside(inner: "SgNode", body: "SgNode", text: str) -> tuple[int, int]:
    if inner.kind() in _GO_GROUPS:
        opening, closing = (_child(body, sign) for sign in "()")
        assert opening is not None and closing is not None
        return _span(opening)[1], _span(closing)[0]
    start, end = _span(body)
    if text[start : start + 1] == "{":
        return start + 1, end - 1
    if body.kind() == "do_block":
        first = _child(body, "block_parameters") or _child(body, "do")
        last = _child(body, "end")
        assert first is not None and last is not None
        return _span(first)[1], _span(last)[0]
    named = [inner.field("superclass"), inner.field("name"), inner.field("value")]
    head = next(one for one in named if one is not None)
    closing = _child(inner, "end")
    assert closing is not None
    return _span(head)[1], _span(closing)[0]


def _signature(node: "SgNode", shape: Shape) -> tuple[str, ...] | None:
    """Return the types of a function's parameters, where they tell overloads apart."""
    if not shape.overloads:
        return None
    if shape.spaces.get(node.kind()) not in {"method", "fun", "func"}:
        return None
    lists = [one for one in node.children() if one.kind() in shape.parameters]
    if lists and lists[0].kind() == "parameter":  # Swift's labels are a part of the name
        return tuple("".join(_labelled(one.text())) for one in lists)
    return tuple(_type_of(one) for held in lists for one in held.children() if one.is_named())


def _labelled(parameter: str) -> tuple[str, str]:
    names, _, kind = parameter.partition("=")[0].partition(":")
    return f"{names.split()[0]}:", "".join(kind.split())


def _type_of(parameter: "SgNode") -> str:
    kind = parameter.field("type")
    text = kind.text() if kind is not None else parameter.text().partition("=")[0]
    if kind is None and ":" in text:
        text = text.partition(":")[2]
    if parameter.kind() == "spread_parameter":
        text = parameter.text().rpartition(" ")[0]
    return "".join(text.split())


def _coalesced(units: Sequence[Unit], shape: Shape) -> list[Unit]:
    """Join the signatures of an overloaded function with its body, as one definition."""
    if not shape.signatures:
        return list(units)
    joined: list[Unit] = []
    for unit in units:
        last = joined[-1] if joined else None
        if last is not None and last.key == unit.key and last.form == unit.form == "code":
            unit = _changed(unit, start=last.start, code=last.code, bare=last.bare, line=last.line)
            joined.pop()
        joined.append(unit)
    return joined


def tokens(text: str) -> list[str]:
    """Return a text's words and signs."""
    return _TOKEN.findall(text)
