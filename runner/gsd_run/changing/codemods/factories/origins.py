"""Which model the object behind an expression is of, as far as the suite shows."""

from collections.abc import Iterator, Mapping, Sequence

import libcst as cst
from msgspec import Struct

from gsd_run.changing.codemods.factories.flow import flow_of
from gsd_run.changing.codemods.factories.functions import (
    Function,
    fixture_mark,
    fixture_name,
    functions_of,
)
from gsd_run.changing.codemods.factories.names import known_class
from gsd_run.changing.codemods.factories.schema import Model, Schema
from gsd_run.changing.codemods.factories.source import Source, code, own_nodes
from gsd_run.changing.codemods.factories.suite import Made, made_in

DEPTH = 5  # fixtures that stand on fixtures, and names on names


def origins_of(
    made: Mapping[cst.Call, Made],
    functions: Mapping[cst.FunctionDef, Function],
    schema: Schema,
    around: Sequence[Source],
) -> "Origins":
    """Return the origins of a suite's objects, with the fixtures of files around it."""
    seen = {function.source.path for function in functions.values()}
    every, calls = dict(functions), dict(made)
    for source in around:
        if source.path not in seen:
            mine = {f.node: f for f in functions_of(source)}
            every |= mine
            calls |= made_in(source, schema, mine)
    return Origins(calls, every, schema)


class Origins(Struct, frozen=True, eq=False):
    """All calls that make rows, with the functions and fixtures in which they stand."""

    made: Mapping[cst.Call, Made]
    functions: Mapping[cst.FunctionDef, Function]
    schema: Schema

    def model_of(
        self, value: cst.BaseExpression, function: Function | None, depth: int = DEPTH
    ) -> Model | None:
        """Return the model of the object that an expression yields, or None if it can't be told."""
        if isinstance(value, cst.Call):
            one = self.made.get(value)
            batch = isinstance(value.func, cst.Attribute) and value.func.attr.value.endswith(
                "batch"
            )
            return one.model if one is not None and not batch else None
        if function is None or depth == 0 or not isinstance(value, (cst.Name, cst.Attribute)):
            return None
        found = {
            model.key if model else ""
            for model in self._models_of_name(code(value), function, depth - 1)
        }
        return self.schema.models.get(found.pop()) if len(found) == 1 else None

    def _models_of_name(self, name: str, function: Function, depth: int) -> Iterator[Model | None]:
        held = flow_of(function, ()).bound.get(name, ())
        for part, each in held:
            yield None if each else self.model_of(part, function, depth)
        if name in function.parameters and not held:
            yield from self._of_parameter(name, function, depth)
        elif name.startswith("self.") and function.owner is not None and not held:
            for other in self.functions.values():
                if other.owner is function.owner and other is not function:
                    for part, each in flow_of(other, ()).bound.get(name, ()):
                        yield None if each else self.model_of(part, other, depth)
        elif function.outer is not None and not held:
            yield from self._models_of_name(name, self.functions[function.outer], depth)

    def _of_parameter(self, name: str, function: Function, depth: int) -> Iterator[Model | None]:
        parameters = function.node.params
        for parameter in (*parameters.params, *parameters.kwonly_params):
            if parameter.name.value == name and parameter.annotation is not None:
                annotated = parameter.annotation.annotation
                key = known_class(function.source, self.schema, (), annotated)
                if key in self.schema.models:
                    yield self.schema.models[key]
                    return
        fixtures = [
            f
            for f in self.functions.values()
            if fixture_mark(f.node) is not None and fixture_name(f.node) == name
        ]
        near = [f for f in fixtures if f.source is function.source] or fixtures
        for fixture in near if function.takes_fixtures else ():
            body = fixture.node.body
            given = [*(r.value for r in own_nodes(body, cst.Return))]
            given += [
                y.value for y in own_nodes(body, cst.Yield) if not isinstance(y.value, cst.From)
            ]
            for value in given:
                if value is not None:
                    yield self.model_of(value, fixture, depth)
