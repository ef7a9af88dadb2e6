"""The names that a statement of Python binds, wherever in it; and what shares names with it."""

from collections.abc import Iterator

import libcst as cst

from gsd_run.changing.failure import StepFailure
from gsd_run.changing.python_imports import is_import
from gsd_run.changing.python_placement import Body, code, lead

Done = list[tuple[str, str]]
COMPOUND = (cst.If, cst.Try, cst.TryStar, cst.With, cst.For, cst.While)


def bound(node: cst.CSTNode) -> frozenset[str]:
    """Return the names that a statement binds where it stands, under conditions included."""
    names: set[str] = set()
    for one in statements(node):
        match one:
            case cst.FunctionDef() | cst.ClassDef():
                names.add(one.name.value)
            case cst.SimpleStatementLine():
                names |= {name for part in one.body for name in _bound_by(part)}
    return frozenset(names)


def statements(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Yield the statements that a statement consists of: itself, or those under its conditions."""
    if not isinstance(node, COMPOUND):
        yield node
        return
    suites = [node.body, getattr(node, "orelse", None), getattr(node, "finalbody", None)]
    suites += [handler.body for handler in getattr(node, "handlers", ())]
    for suite in suites:
        if isinstance(suite, cst.If):  # elif
            yield from statements(suite)
            continue
        block = suite.body if isinstance(suite, (cst.Else, cst.Finally)) else suite
        if isinstance(block, cst.IndentedBlock):
            for one in block.body:
                yield from statements(one)
        elif isinstance(block, cst.SimpleStatementSuite):
            yield cst.SimpleStatementLine(body=block.body)


def _bound_by(part: cst.CSTNode) -> Iterator[str]:
    match part:
        case cst.Assign():
            for one in part.targets:
                yield from _targets(one.target)
        case cst.AnnAssign(target=target) | cst.AugAssign(target=target):
            yield from _targets(target)
        case cst.TypeAlias(name=name):
            yield name.value
        case cst.Import(names=names) | cst.ImportFrom(names=names):
            for alias in names if not isinstance(names, cst.ImportStar) else ():
                yield code(alias.asname.name) if alias.asname else code(alias.name).split(".")[0]


def _targets(target: cst.CSTNode) -> Iterator[str]:
    match target:
        case cst.Tuple(elements=elements) | cst.List(elements=elements):
            for one in elements:
                yield from _targets(one.value)
        case _:
            yield code(target)


def with_shared(body: Body, unit: cst.CSTNode, done: Done, prefix: str) -> Body | None:
    """Return the body with a definition in the place of a statement that binds its name, too.

    Such a statement stands under a condition, or binds several names. None if there is none.

    Raises:
        StepFailure: it binds other names that the unit does not, or binds the name several times.
    """
    names = bound(unit)
    held = [at for at, node in enumerate(body) if _shares(node, unit, names)]
    if not names or not held:
        return None
    if len(held) > 1:
        places = " and ".join(repr(_first_line(body[at])) for at in held)
        raise StepFailure(f"{_listed(names)} is defined by {places}; it can't be told which")
    old = body[held[0]]
    if isinstance(old, COMPOUND) and not isinstance(unit, COMPOUND):
        new = _under_condition(old, unit, names)
    else:
        if not bound(old) <= names:
            raise StepFailure(
                f"{_first_line(old)!r} of the file defines {_listed(bound(old) - names)} together "
                f"with {_listed(bound(old) & names)}; give all of it, or use replace"
            )
        new = unit.with_changes(leading_lines=lead(old, unit))
    if code(old) != code(new):
        done.append((f"{prefix}{_listed(names)}", f"{prefix}{_listed(names)} replaced"))
    return [*body[: held[0]], new, *body[held[0] + 1 :]]


def _shares(node: cst.CSTNode, unit: cst.CSTNode, names: frozenset[str]) -> bool:
    if is_import(node) or not bound(node) & names:
        return False
    if isinstance(node, COMPOUND):
        return True
    several = isinstance(node, cst.SimpleStatementLine) and len(bound(node)) > 1
    return several or (isinstance(unit, COMPOUND) and not isinstance(node, COMPOUND))


def _under_condition(old: cst.CSTNode, unit: cst.CSTNode, names: frozenset[str]) -> cst.CSTNode:
    inside = [one for one in statements(old) if bound(one) & names]
    if len(inside) != 1 or is_import(inside[0]):
        raise StepFailure(
            f"{_listed(names)} is defined under a condition, {_first_line(old)!r}, "
            f"{len(inside)} times; give the whole statement"
        )
    if not bound(inside[0]) <= names:
        others = _listed(bound(inside[0]) - names)
        raise StepFailure(
            f"the file defines {others} together with {_listed(names)}; give them all"
        )
    new = old.deep_replace(inside[0], unit.with_changes(leading_lines=lead(inside[0], unit)))
    assert isinstance(new, cst.CSTNode)
    return new


def _first_line(node: cst.CSTNode) -> str:
    return code(node).split("\n", 1)[0]


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))
