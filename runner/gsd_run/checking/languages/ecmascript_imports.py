"""What modules of TypeScript and JavaScript import: `import`, `require`, `import()`, re-exports."""

from typing import TYPE_CHECKING

from gsd_run.checking.languages.nodes import above, child, line_of, named, span, unquoted
from gsd_run.checking.languages.outline import Import

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_REQUIRES = "^(require|import)$"
# What may stand between a call and the variable that it is given to.
_PASSED_THROUGH = frozenset({"await_expression", "parenthesized_expression", "as_expression"})


def imports_of(root: "SgNode") -> tuple[Import, ...]:
    """Return the imports of a module; `items` are the names there: a name, "default", or "*"."""
    found: list[Import] = []
    for node in root.find_all(kind="import_statement"):
        found += _statement(node)
    for node in root.find_all(kind="export_statement"):
        source = node.field("source")
        module = unquoted(source) if source else None
        if module is not None:
            found.append(_import(node, module, [], passes=True))
    for node in root.find_all(
        kind="call_expression", has={"field": "function", "regex": _REQUIRES}
    ):
        found += _call(node)
    return tuple(found)


def bindings(pattern: "SgNode") -> list[tuple[str, str]]:
    """Return the names that a pattern binds, each with the property that it comes from."""
    kind = pattern.kind()
    if kind in {"identifier", "shorthand_property_identifier_pattern"}:
        return [(pattern.text(), pattern.text())]
    if kind == "pair_pattern":
        key, value = pattern.field("key"), pattern.field("value")
        inner = bindings(value) if value else []
        simple = value is not None and value.kind() == "identifier" and key is not None
        return [(name, key.text() if simple and key else item) for name, item in inner]
    if kind in {"object_assignment_pattern", "assignment_pattern"}:
        left = pattern.field("left")
        return bindings(left) if left else []
    return [pair for one in named(pattern) for pair in bindings(one)]


def _statement(node: "SgNode") -> list[Import]:
    source = node.field("source") or child(node, "string")
    clause = child(node, "import_clause", "import_require_clause")
    if source is None and clause is not None:
        source = child(clause, "string")
    module = unquoted(source) if source else None
    if module is None:
        return []
    pairs: list[tuple[str, str]] = []
    for one in named(clause) if clause else []:
        match one.kind():
            case "identifier":
                pairs.append((one.text(), "default"))
            case "namespace_import":
                pairs += [(name.text(), "*") for name in named(one)]
            case "named_imports":
                pairs += [_specifier(specifier) for specifier in named(one)]
    return [_import(node, module, pairs)]


def _specifier(node: "SgNode") -> tuple[str, str]:
    name, alias = node.field("name"), node.field("alias")
    original = name.text() if name else node.text()
    return (alias.text() if alias else original), original


def _call(node: "SgNode") -> list[Import]:
    arguments = node.field("arguments")
    first = named(arguments)[0] if arguments and named(arguments) else None
    if first is None or first.kind() not in {"string", "template_string"}:
        return []
    module = unquoted(first)
    if module is None:
        return []
    for outer in above(node):
        if outer.kind() == "variable_declarator":
            name = outer.field("name")
            pairs = bindings(name) if name else []
            whole = name is not None and name.kind() == "identifier"
            return [_import(node, module, [(own, "*") for own, _ in pairs] if whole else pairs)]
        if outer.kind() not in _PASSED_THROUGH:
            break
    return [_import(node, module, [])]


def _import(
    node: "SgNode", module: str, pairs: list[tuple[str, str]], *, passes: bool = False
) -> Import:
    start, end = span(node)
    return Import(
        module=module,
        line=line_of(node),
        start=start,
        end=end,
        names=tuple(name for name, _ in pairs),
        items=tuple(item for _, item in pairs),
        passes=passes,
    )
