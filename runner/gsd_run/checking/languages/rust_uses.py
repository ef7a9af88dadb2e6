"""The paths of Rust's `use` declarations, taken out of their nesting."""

from typing import TYPE_CHECKING

from gsd_run.checking.languages.nodes import named

if TYPE_CHECKING:
    from ast_grep_py import SgNode


def used(node: "SgNode") -> list[tuple[str, str]]:
    """Return each name that a `use` binds ("*" for all of a module) with its whole path."""
    argument = node.field("argument")
    return _tree(argument, "") if argument else []


def _tree(node: "SgNode", prefix: str) -> list[tuple[str, str]]:
    match node.kind():
        case "scoped_use_list":
            path, inner = node.field("path"), node.field("list")
            start = _joined(prefix, path.text() if path else "")
            return [pair for one in named(inner) for pair in _tree(one, start)] if inner else []
        case "use_list":
            return [pair for one in named(node) for pair in _tree(one, prefix)]
        case "use_as_clause":
            path, alias = node.field("path"), node.field("alias")
            whole = _joined(prefix, path.text() if path else "")
            return [(alias.text() if alias else whole.rpartition("::")[2], whole)]
        case "use_wildcard":
            inside = named(node)
            return [("*", _joined(prefix, inside[0].text() if inside else ""))]
        case "self":
            return [(prefix.rpartition("::")[2], prefix)]
    whole = _joined(prefix, node.text())
    return [(whole.rpartition("::")[2], whole)]


def _joined(prefix: str, path: str) -> str:
    whole = "::".join(part for part in (prefix, path) if part)
    return "".join(whole.split())
