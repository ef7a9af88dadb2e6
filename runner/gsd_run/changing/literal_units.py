"""What a code block defines at its top level, and whether it can be put into a file as it is."""

import ast
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from gsd_run.changing.literal_code import Doubt
from gsd_run.outside.grammars import language_of, parsed

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_CONSTANT = re.compile(r"_{0,2}[A-Z][A-Z0-9_]*$")


class Units(Struct, frozen=True):
    """The names that a block defines at its top level, and why it can't be merged."""

    names: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def units_of(path: str, code: str, text: str) -> Units:
    """Return what a block that parses would put into the file at `path`, which holds `text`."""
    language = language_of(path)
    if language == "python":
        return _python_units(code)
    if language in _JOINED:
        return _units(code, language, text)
    return Units(doubts=(Doubt(1, f"{path} is no file that definitions can be merged into"),))


def _python_units(code: str) -> Units:
    names: list[str] = []
    doubts: list[Doubt] = []
    for node in ast.parse(code).body:
        match node:
            case ast.Import() | ast.ImportFrom():
                pass
            case ast.ClassDef():
                names.append(node.name)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                names.append(node.name)
                first = [*node.args.posonlyargs, *node.args.args][:1]
                if first and first[0].arg in {"self", "cls"}:
                    doubts.append(Doubt(node.lineno, f"{node.name} is a method without its class"))
            case (
                ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name))
            ) if _CONSTANT.match(name):
                names.append(name)
            case _:
                said = ast.unparse(node).partition("\n")[0][:50]
                doubts.append(Doubt(node.lineno, f"is more than definitions ({said})"))
    return Units(tuple(names), tuple(doubts))


# Top-level nodes that stand for themselves wherever they are put: types, which no function holds.
_TYPES = frozenset(
    {
        "class_declaration", "abstract_class_declaration", "interface_declaration",
        "type_alias_declaration", "enum_declaration", "struct_item", "enum_item", "trait_item",
        "type_declaration", "struct_declaration", "record_declaration", "object_declaration",
    }
)  # fmt: skip
_IMPORTS = frozenset(
    {
        "import_statement", "import_declaration", "use_declaration", "import_header",
        "import_list", "package_clause", "using_directive", "comment", "line_comment",
        "block_comment", "multiline_comment", ";",
    }
)  # fmt: skip


def _script(node: "SgNode", text: str) -> Doubt | None:
    """Doubt a function of JavaScript that may belong into another one of the file."""
    if node.kind() == "export_statement":
        return None
    name = _name(node)
    if node.kind() in {"function_declaration", "lexical_declaration"} and name:
        constant = node.kind() == "lexical_declaration" and _CONSTANT.match(name)
        known = re.search(
            rf"^(?:export )?(?:async )?(?:function\*?|const|let) {name}\b", text, re.MULTILINE
        )
        if constant or known:
            return None
        return Doubt(_line(node), f"{name} may belong into a function: it is not exported, and new")
    return Doubt(
        _line(node), f"is more than definitions ({node.text().partition(chr(10))[0][:50]})"
    )


def _plain(node: "SgNode", text: str) -> Doubt | None:
    """Take functions of a language that has none inside of others."""
    del text
    if node.kind() in {"function_declaration", "method_declaration", "const_declaration"}:
        return None
    return Doubt(
        _line(node), f"is more than definitions ({node.text().partition(chr(10))[0][:50]})"
    )


def _never(node: "SgNode", text: str) -> Doubt | None:
    del text
    said = node.text().partition("\n")[0][:50]
    return Doubt(_line(node), f"may belong into a type or module of the file ({said})")


_JOINED: Mapping[str, Callable[["SgNode", str], Doubt | None]] = {
    "typescript": _script, "tsx": _script, "javascript": _script, "go": _plain, "rust": _never,
    "java": _never, "kotlin": _never, "csharp": _never, "swift": _never,
}  # fmt: skip


def _units(code: str, language: str, text: str) -> Units:
    root = parsed(code, language)
    names: list[str] = []
    doubts: list[Doubt] = []
    for node in root.children() if root is not None else ():
        if node.kind() in _IMPORTS:
            continue
        names.append(_name(node) or node.text())
        if node.kind() not in _TYPES and (doubt := _JOINED[language](node, text)) is not None:
            doubts.append(doubt)
    return Units(tuple(names), tuple(doubts))


def _name(node: "SgNode") -> str:
    """Return the name that a declaration gives, with the receiver of a method of Go."""
    inner = node.field("declaration") or node.field("value") or node
    if (named := inner.field("name")) is not None:
        receiver = inner.field("receiver")
        return f"{receiver.text()} {named.text()}" if receiver is not None else str(named.text())
    for child in inner.children():
        if (named := child.field("name")) is not None:
            return str(named.text())
    return ""


def _line(node: "SgNode") -> int:
    return int(node.range().start.line) + 1
