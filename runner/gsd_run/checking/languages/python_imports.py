"""What Python modules import."""

from typing import TYPE_CHECKING

from gsd_run.checking.languages.nodes import child, line_of, named, span
from gsd_run.checking.languages.outline import Import

if TYPE_CHECKING:
    from ast_grep_py import SgNode

IMPORTS = ("import_statement", "import_from_statement")


def imports_of(node: "SgNode") -> list[Import]:
    """Return what one import statement imports; `items` are the names in that module, or "*".

    `module` keeps its dots: `..a.b`. `import a.b` binds `a`; its item is "", the module itself.
    """
    start, end = span(node)
    line = line_of(node)
    source = node.field("module_name")
    pairs = [
        _names(one)
        for one in named(node)
        if one.kind() in {"dotted_name", "aliased_import"}
        and (source is None or span(one) != span(source))
    ]
    if source is None:
        return [
            Import(module=item, line=line, start=start, end=end, names=(name,), items=("",))
            for name, item in pairs
        ]
    module = "".join(source.text().split())
    if child(node, "wildcard_import"):
        return [Import(module=module, line=line, start=start, end=end, items=("*",))]
    return [
        Import(
            module=module,
            line=line,
            start=start,
            end=end,
            names=tuple(name for name, _ in pairs),
            items=tuple(item for _, item in pairs),
        )
    ]


def _names(node: "SgNode") -> tuple[str, str]:
    name, alias = node.field("name"), node.field("alias")
    item = name.text() if name else node.text()
    return (alias.text() if alias else item), item
