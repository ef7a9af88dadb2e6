"""What a call is given by `**values`, where the file says what `values` holds."""

from collections.abc import Iterator

import libcst as cst
import libcst.matchers as m

from gsd_run.changing.codemods.factories.source import Source, code, every_node, nodes, own_nodes

CHANGING = frozenset({"update", "pop", "popitem", "setdefault", "clear"})

Values = dict[str, cst.BaseExpression]


def spread_values(source: Source, call: cst.Call) -> tuple[Values, bool]:
    """Return the values that a call is given by name or in dictionaries, and whether that is all.

    It isn't where a value is given by position, or a dictionary can't be read off.
    """
    found: Values = {}
    complete = True
    for argument in call.args:
        if argument.star == "**":
            values = _held(source, argument.value)
            found |= values or {}
            complete &= values is not None
        elif argument.star or argument.keyword is None:
            complete = False
    return found, complete


def _held(source: Source, value: cst.BaseExpression) -> Values | None:
    match value:
        case cst.Dict():
            return _of_dict(source, value)
        case cst.Call(func=cst.Name("dict")):
            more, complete = spread_values(source, value)
            named = {a.keyword.value: a.value for a in value.args if a.keyword}
            return named | more if complete else None
        case cst.Name() | cst.Attribute():
            bound = _binding(source, value)
            return _held(source, bound) if isinstance(bound, (cst.Dict, cst.Call)) else None
    return None


def _of_dict(source: Source, value: cst.Dict) -> Values | None:
    found: Values = {}
    for element in value.elements:
        if isinstance(element, cst.StarredDictElement):
            more = _held(source, element.value)
            if more is None:
                return None
            found |= more
        elif isinstance(element, cst.DictElement) and isinstance(element.key, cst.SimpleString):
            found[str(element.key.evaluated_value)] = element.value
        else:
            return None
    return found


def _binding(source: Source, name: cst.Name | cst.Attribute) -> cst.BaseExpression | None:
    """Return what a name is bound to, if that is one thing that nothing changes afterwards."""
    if isinstance(name, cst.Name):
        places = _scopes(source, name)
        wanted = name.value
    elif code(name.value) in {"self", "cls"}:
        places = (n.body for n in source.above(name) if isinstance(n, cst.ClassDef))
        wanted = name.attr.value
    else:
        return None
    for place in places:
        held = [
            assign.value
            for assign in own_nodes(place, cst.Assign)
            if any(code(target.target) == wanted for target in assign.targets)
        ]
        if held:
            return held[0] if len(held) == 1 and not _changed(place, code(name)) else None
        if _is_bound_otherwise(source, place, wanted):
            return None
    return None


def _scopes(source: Source, name: cst.Name) -> Iterator[cst.CSTNode]:
    yield from (n.body for n in source.above(name) if isinstance(n, cst.FunctionDef))
    yield source.tree


def _is_bound_otherwise(source: Source, body: cst.CSTNode, name: str) -> bool:
    """Tell whether a name is a parameter of the function with this body, or of a loop in it."""
    function = source.parents.get(body)
    if isinstance(function, cst.FunctionDef):
        held = [p.name.value for p in nodes(function.params, cst.Param)]
        if name in held:
            return True
    loops = (n for loop in own_nodes(body, cst.For) for n in nodes(loop.target, cst.Name))
    return any(n.value == name for n in loops)


def _changed(place: cst.CSTNode, name: str) -> bool:
    """Tell whether a dictionary of that name is changed."""
    for node in every_node(place):
        match node:
            case cst.Call(func=cst.Attribute(value=value, attr=attr)):
                hit = attr.value in CHANGING and code(value) == name
            case cst.AssignTarget(target=cst.Subscript(value=value)):
                hit = code(value) == name
            case cst.AugAssign(target=target):
                hit = code(target) == name
            case cst.Del():
                hit = bool(m.findall(node, m.Subscript())) and code(node.target).startswith(name)
            case _:
                hit = False
        if hit:
            return True
    return False
