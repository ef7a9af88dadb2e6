"""Names that stand for expected errors: helpers around `raises`, and tuples of errors."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import libcst as cst
from msgspec.structs import replace

from gsd_run.changing.codemods.factories.source import (
    Source,
    absolute,
    code,
    nodes,
    own_nodes,
)
from gsd_run.changing.python_imports import source_of

RAISES = frozenset({"raises", "assertRaises", "assertRaisesRegex"})
GIVEN = "*"  # the errors are those that the helper is called with


def with_contexts(
    sources: Sequence[Source], module: Callable[[str], Source | None]
) -> tuple[Source, ...]:
    """Return the same files, knowing their helpers around `raises`, also those they import.

    `module` returns one of the project's modules by its dotted name.
    """
    every = {source.module: contexts_of(source) for source in sources}
    known: list[Source] = []
    for source in sources:
        found = dict(every[source.module])
        for name in _imported(source):
            if name not in every:
                other = module(name)
                every[name] = contexts_of(other) if other is not None else {}
            found = {**every[name], **found}
        known.append(replace(source, contexts=found) if found else source)
    return tuple(known)


def _imported(source: Source) -> Iterator[str]:
    for item in nodes(source.tree, cst.ImportFrom):
        base = absolute(source, source_of(item))
        yield base
        if not isinstance(item.names, cst.ImportStar):
            yield from (f"{base}.{alias.evaluated_name}" for alias in item.names)


def contexts_of(source: Source) -> dict[str, tuple[str, ...]]:
    """Return the errors that helpers of a file expect, by the helpers' names."""
    found: dict[str, tuple[str, ...]] = {}
    for assign in nodes(source.tree, cst.Assign):
        errors = tuple(_of_value(assign.value))
        for target in assign.targets if errors else ():
            found[code(target.target).split(".")[-1]] = errors
    for function in nodes(source.tree, cst.FunctionDef):
        named = [n for name in _of_function(function) for n in found.get(name, (name,))]
        errors = tuple(dict.fromkeys(named))
        if errors:
            found[function.name.value] = errors
        running = tuple(dict.fromkeys(_run_by(function, found)))
        if running:
            found[f"{function.name.value}()"] = running
    for owner in nodes(source.tree, cst.ClassDef):
        ends = [f for f in nodes(owner.body, cst.FunctionDef) if f.name.value == "__exit__"]
        named = [
            n.value for f in ends for n in nodes(f.body, cst.Name) if n.value.endswith("Error")
        ]
        if named:
            found[owner.name.value] = tuple(dict.fromkeys(named))
    return found


def _of_value(value: cst.BaseExpression) -> Iterator[str]:
    """Yield the errors of `raises(…)`, or of a tuple of errors."""
    if isinstance(value, cst.Tuple):
        names = [code(element.value).split(".")[-1] for element in value.elements]
        if names and all(name.endswith(("Error", "Violation")) for name in names):
            yield from names
    elif isinstance(value, cst.Call) and code(value.func).split(".")[-1] in RAISES and value.args:
        yield from error_names(value.args[0].value, {})


def _of_function(function: cst.FunctionDef) -> Iterator[str]:
    parameters = {p.name.value for p in nodes(function.params, cst.Param)}
    managed = any(code(d.decorator).endswith("contextmanager") for d in function.decorators)
    names: list[str] = []
    for returned in own_nodes(function.body, cst.Return):
        names += _of_value(returned.value) if returned.value else ()
    for block in own_nodes(function.body, cst.With) if managed else ():
        if next(own_nodes(block.body, cst.Yield), None) is not None:
            names += [name for item in block.items for name in _of_value(item.item)]
    for attempt in own_nodes(function.body, cst.Try) if managed else ():
        if next(own_nodes(attempt.body, cst.Yield), None) is not None:
            names += [name for kind in caught(attempt) for name in error_names(kind, {})]
    yield from (GIVEN if name in parameters else name for name in names)


def caught(attempt: cst.Try) -> list[cst.BaseExpression]:
    """Return what a block catches for good: an error that is raised again is not expected."""
    return [
        handler.type
        for handler in attempt.handlers
        if handler.type is not None and next(own_nodes(handler.body, cst.Raise), None) is None
    ]


def _run_by(function: cst.FunctionDef, known: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Yield the errors that a helper expects of what it is given to run."""
    parameters = {p.name.value for p in nodes(function.params, cst.Param)}
    for block in own_nodes(function.body, cst.With):
        called = {code(call.func) for call in own_nodes(block.body, cst.Call)}
        if called & parameters:
            for item in block.items:
                yield from expected_errors(item.item, known)


def running_errors(call: cst.Call, contexts: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the errors that a call expects of what it runs, as `raises(Error, action)` does."""
    name = code(call.func).split(".")[-1]
    if name in RAISES and len(call.args) > 1 and call.args[1].keyword is None:
        return error_names(call.args[0].value, contexts)
    return contexts.get(f"{name}()", ()) if call.args else ()


def expected_errors(
    item: cst.BaseExpression, contexts: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """Return the errors that a context manager expects; none if it is not about errors."""
    called = item.func if isinstance(item, cst.Call) else item
    args = item.args if isinstance(item, cst.Call) else ()
    name = code(called).split(".")[-1]
    if name in RAISES:
        return error_names(args[0].value, contexts) if args else ()
    if name == "suppress":
        # Whoever suppresses any Exception at all doesn't tell that one of the database comes.
        told = [error for a in args for error in error_names(a.value, contexts)]
        return tuple(error for error in told if error != "Exception")
    errors = contexts.get(name, ())
    given = (
        tuple(e for a in args for e in error_names(a.value, contexts)) if GIVEN in errors else ()
    )
    return tuple(e for e in (*errors, *given) if e != GIVEN)


def error_names(
    expression: cst.BaseExpression, contexts: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """Return the last names of one error, or of several in a tuple."""
    if isinstance(expression, cst.Tuple):
        parts = [error_names(element.value, contexts) for element in expression.elements]
        return tuple(name for part in parts for name in part)
    name = code(expression).split(".")[-1]
    return contexts.get(name, (name,))
