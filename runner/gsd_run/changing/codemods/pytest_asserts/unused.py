"""Imports of unittest that nothing uses any more."""

import ast

from gsd_run.changing.codemods.pytest_asserts.source import Source
from gsd_run.domain.change import Applied


def without_unittest(source: Source) -> tuple[str, list[Applied]]:
    """Return the text without top-level imports of unittest whose names stand nowhere in it."""
    used = {node.id for node in ast.walk(source.tree) if isinstance(node, ast.Name)}
    # A name in a text may be meant for what reads it: __all__, annotations in quotes.
    used |= {
        node.value
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    lines = source.text.splitlines(keepends=True)
    done: list[Applied] = []
    for node in source.tree.body:
        if not isinstance(node, ast.Import | ast.ImportFrom) or not _is_unittest(node):
            continue
        kept = [one for one in node.names if (one.asname or one.name).partition(".")[0] in used]
        whole = lines[node.lineno - 1].strip().startswith(("import ", "from "))
        end = node.end_lineno or node.lineno
        text = "".join(lines[node.lineno - 1 : end])
        if len(kept) == len(node.names) or not whole or ";" in text or "#" in text:
            continue
        said = "unittest is not needed any more"
        done.append(Applied(rule="import", path=source.path, line=node.lineno, message=said))
        shorter = type(node)(**{**dict(ast.iter_fields(node)), "names": kept})
        lines[node.lineno - 1 : end] = [
            f"{ast.unparse(shorter)}\n" if kept else "", *[""] * (end - node.lineno)
        ]  # fmt: skip
    return _without_gap("".join(lines), bool(done)), done


def _is_unittest(node: ast.Import | ast.ImportFrom) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == "unittest" and node.level == 0
    return all(one.name == "unittest" for one in node.names)


def _without_gap(text: str, changed: bool) -> str:
    return text.lstrip("\n") if changed else text
