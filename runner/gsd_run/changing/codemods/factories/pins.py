"""Values that a test asserts and a factory would choose by chance: they are given explicitly."""

from collections.abc import Sequence

from gsd_run.changing.codemods.factories.expectations import Expectation
from gsd_run.changing.codemods.factories.schema import Declared, Factory, Model, Schema
from gsd_run.changing.codemods.factories.suite import Made, given_columns

RANDOM = frozenset({"Faker", "Sequence", "Iterator", "LazyFunction"})


def asserted_pins(
    made: Made, factory: Factory, said: Sequence[Expectation], schema: Schema
) -> dict[str, str]:
    """Return the keywords for what a test says of an object and its factory leaves to chance.

    What a constructor left out although its table requires it is filled by the factory as it
    likes, so that counts as chance, too. Attributes of a parent are given as `parent__name`.
    """
    pins: dict[str, str] = {}
    given = given_columns(made)
    for one in said:
        if one.made is not made or made.kind == "built" or made.open_ended:
            continue
        name, _, inner = one.path.partition(".")
        if name in given:
            continue
        if not inner:
            value = _value(one, made.model, name, schema)
            required = made.kind == "constructor" and _is_required(made.model, name, schema)
            declared = factory.declared.get(name)
            if value and declared is not None and (is_random(declared) or required):
                pins[name] = value
            continue
        parent = schema.factories.get(factory.declared.get(name, Declared("")).target or "")
        keys = {key for r in made.model.relationships if r.key == name for key in r.local}
        path = f"{name}__{inner}"
        if parent is None or parent.model is None or keys & set(given) or path in given:
            continue
        value = _value(one, schema.models[parent.model], inner, schema)
        declared = parent.declared.get(inner)
        if value and declared is not None and is_random(declared):
            pins[path] = value
    return pins


def is_random(declared: Declared) -> bool:
    """Tell whether a declaration yields another value each time."""
    return declared.kind in RANDOM or declared.kind.startswith("Fuzzy")


def _is_required(model: Model, name: str, schema: Schema) -> bool:
    column = schema.column(model, name)
    return column is not None and column.required and not column.targets


def _value(one: Expectation, model: Model, name: str, schema: Schema) -> str:
    """Return the value that an attribute must have, "" if several will do."""
    column = schema.column(model, name)
    if column is None:
        return ""
    if one.sort == "is":
        return one.value
    if column.type.kind == "bool":
        return "True" if one.sort == "present" else "False"
    return ""
