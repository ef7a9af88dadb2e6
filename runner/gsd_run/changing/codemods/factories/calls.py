"""How a single call changes: what is called, with which values on top, and why."""

import libcst as cst
from msgspec import Struct

from gsd_run.changing.codemods.factories.contradictions import contradictions
from gsd_run.changing.codemods.factories.decisions import Decisions, NewCall
from gsd_run.changing.codemods.factories.expectations import Expectation
from gsd_run.changing.codemods.factories.guards import guard_around
from gsd_run.changing.codemods.factories.members import decide_texts
from gsd_run.changing.codemods.factories.names import spelling
from gsd_run.changing.codemods.factories.parents import Parents
from gsd_run.changing.codemods.factories.pins import asserted_pins
from gsd_run.changing.codemods.factories.registered import ask_for, fixture_of
from gsd_run.changing.codemods.factories.scene import Scene
from gsd_run.changing.codemods.factories.schema import Factory
from gsd_run.changing.codemods.factories.source import code, own_nodes
from gsd_run.changing.codemods.factories.suite import SESSION, Made, Suite
from gsd_run.changing.codemods.factories.values import missing_on_purpose, pinned


class Change(Struct, frozen=True, eq=False):
    """A call that changes. Without a `session` it only builds.

    `about_error` ones are made or stored in a block that expects an error; `said` is what the
    test says of objects.
    """

    made: Made
    factory: Factory
    parents: Parents
    session: str | None
    about_error: bool
    said: tuple[Expectation, ...] = ()


def decide_call(change: Change, scene: Scene, suite: Suite, plan: Decisions) -> None:
    """Decide on a call and note each rule that was applied to it."""
    made, factory, parents = change.made, change.factory, change.parents
    last: dict[str, str] = {}
    if made.kind == "constructor":
        last |= _kept(change, scene, suite, plan)
    last |= _asserted(change, suite, plan)
    last |= parents.added
    for slot in parents.skipped:
        last[slot] = "SKIP"
        plan.imports.add(("factory.declarations", "SKIP"))
        plan.done("no-second-parent", *made.where, f"{factory.name} makes no {slot} here")
    given = SESSION in made.keywords or factory.key in suite.styles.bound
    if change.session is not None and not given:
        last[SESSION] = change.session
    func = None
    if made.kind == "constructor":
        func = _factory_name(change, suite, plan)
        plan.done("constructor", *made.where, f"{made.model.name} is made by {func}")
    elif change.session is None:
        func = _building(code(made.call.func))
        plan.done("session", *made.where, f"{factory.name} only builds, the test stores")
    elif SESSION in last:
        plan.done("session", *made.where, f"{factory.name} gets the session {change.session}")
    for old, (new, value) in parents.renamed.items():
        plan.done("parent-object", *made.where, f"{old} is given as {new}={code(value)}")
    renamed = _renamed(made, parents, plan)
    if func or renamed or last:
        plan.calls[made.call] = NewCall(func, renamed, None, tuple(last.items()))


def _building(called: str) -> str:
    """Return what builds only, in place of a factory or of its `create` or `create_batch`."""
    if called.endswith(".create_batch"):
        return f"{called.removesuffix('.create_batch')}.build_batch"
    return f"{called.removesuffix('.create')}.build"


def _renamed(
    made: Made, parents: Parents, plan: Decisions
) -> dict[str, tuple[str, cst.BaseExpression]]:
    """Return the new names and values of keywords as they are written, and note those resolved."""
    renamed = dict(parents.renamed)
    for old, alias in made.aliases.items():
        renamed[old] = renamed.pop(alias.name, (alias.name, alias.value))
        said = f"{made.model.name} has no attribute {old}: given as {renamed[old][0]}, {alias.how}"
        if alias.guessed:
            plan.guessed("keyword", *made.where, said)
        else:
            plan.done("keyword", *made.where, said)
        read = f"{made.name}.{old}"
        for node in own_nodes(made.function.node.body, cst.Attribute) if made.function else ():
            if made.name and code(node) == read:
                line = made.source.line(node)
                left = f"{read} is read, and {made.model.name} has no attribute {old}"
                plan.open(made.source.path, line, left, (f"{made.name}.{alias.name}",))
    return renamed


def _asserted(change: Change, suite: Suite, plan: Decisions) -> dict[str, str]:
    """Return the values that a test asserts and nothing else gives; some are only proposed."""
    made, factory = change.made, change.factory
    found: dict[str, str] = {}
    if change.about_error:
        return found
    decide_texts(made, suite, plan)
    for name, value in asserted_pins(made, factory, change.said, suite.schema).items():
        found[name] = value
        plan.done("pin", *made.where, f"{name} is what the test says of it")
    # What is only built has none of its defaults yet.
    stored = change.session is not None
    for guess in contradictions(made, factory, change.said, suite.schema) if stored else ():
        line = made.source.line(guess.node)
        given = f"{guess.column}={guess.value} where {made.name or made.model.name} is made"
        if plan.guesses and guess.value:
            found[guess.column] = guess.value
            plan.imports |= set(guess.imports)
            plan.guessed(guess.rule, made.source.path, line, f"{guess.said}; {given}")
        else:
            shown = (given, *guess.otherwise) if guess.value else guess.otherwise
            plan.open(made.source.path, line, guess.said, shown)
    return found


def _factory_name(change: Change, suite: Suite, plan: Decisions) -> str:
    source = change.made.source
    fixture = fixture_of(change.factory, change.made.function, suite.styles)
    if fixture is not None and change.made.function is not None:
        ask_for(fixture, change.made.function, plan)
        return fixture if change.session is not None else f"{fixture}.build"
    name, needed = spelling(change.factory, source, suite.known[source.path], suite.schema)
    if needed is not None:
        plan.imports.add(needed)
    return name if change.session is not None else f"{name}.build"


def _kept(change: Change, scene: Scene, suite: Suite, plan: Decisions) -> dict[str, str]:
    """Return what a constructor said by leaving it out: errors on purpose, and defaults."""
    made, factory = change.made, change.factory
    guard = guard_around(scene.function, scene.guards, made.call)
    kept: dict[str, str] = {}
    if change.about_error or scene.expected or (guard is not None and guard.database):
        kept = missing_on_purpose(made, factory, scene.made, scene.flow, suite.schema)
        if "SKIP" in kept.values():
            plan.imports.add(("factory.declarations", "SKIP"))
        for name in kept:
            plan.done("keep-missing", *made.where, f"{name} stays missing, as the test needs it")
    for name, default in pinned(made, factory, scene.function, suite.schema, change.said).items():
        if name not in kept:
            kept[name] = default.source
            if default.module:
                plan.imports.add((default.module, default.source.split(".", maxsplit=1)[0]))
            plan.done("pin", *made.where, f"{name} keeps the model's own default")
    return kept
