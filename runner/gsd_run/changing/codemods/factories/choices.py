"""Which factory a call gets, or why it stays as it is."""

from collections.abc import Iterator, Mapping, Sequence

import libcst as cst

from gsd_run.changing.codemods.factories.awaiting import Left, async_reasons, settled_async
from gsd_run.changing.codemods.factories.enforcement import lapse
from gsd_run.changing.codemods.factories.fields import covered
from gsd_run.changing.codemods.factories.flow import calls_held, stored
from gsd_run.changing.codemods.factories.generate import main_factory
from gsd_run.changing.codemods.factories.guards import (
    Later,
    Move,
    guard_around,
    made_before,
    near_guard,
    settle,
)
from gsd_run.changing.codemods.factories.keywords import read, unknown_keywords
from gsd_run.changing.codemods.factories.later import built_first, open_columns
from gsd_run.changing.codemods.factories.origins import Origins
from gsd_run.changing.codemods.factories.parents import (
    Parents,
    parent_changes,
    with_keys_of_only_children,
    without_parents,
)
from gsd_run.changing.codemods.factories.reach import Reach, holds_async, obstacle
from gsd_run.changing.codemods.factories.scene import Scene, Settled
from gsd_run.changing.codemods.factories.schema import Factory
from gsd_run.changing.codemods.factories.source import code, nodes, own_nodes
from gsd_run.changing.codemods.factories.suite import SESSION, Made, Suite, given_columns
from gsd_run.changing.codemods.factories.unstored import read_unstored
from gsd_run.changing.codemods.factories.violations import violation
from gsd_run.domain.change import Undecided


def settled(scene: Scene, suite: Suite, reach: Reach) -> tuple[Settled, list[Undecided]]:
    """Choose a factory for each call of a function; the second value tells of those that stay."""
    chosen: dict[Made, tuple[Factory, Parents]] = {}
    undecided: list[Undecided] = []
    for made in scene.made:
        if made.kind == "built":
            continue
        left = next(_reasons(made, scene, suite, reach), None)
        factory = made.factory or main_factory(suite.schema, made.model.key)[0]
        if left is None and factory is not None:
            foreign = suite.foreign(scene.function)
            parents = parent_changes(made, factory, suite.schema, scene.flow, suite.made, foreign)
            if parents.problem is None:
                chosen[made] = (factory, parents)
                continue
            left = Left(parents.problem)
        path, line = made.where
        why = left or Left(f"{made.model.name} has no factory, and none could be made for it")
        undecided.append(
            Undecided(path=path, line=line, message=why.why, candidates=why.candidates)
        )
    built, moves = _about_errors(scene, suite, chosen)
    _keep_keys(scene, suite, chosen, built | {m for move in moves for m in move.objects})
    held_back = _held_back(scene, suite, reach, chosen, {m for move in moves for m in move.objects})
    if holds_async(reach, scene.function):
        return settled_async(scene, chosen, built, moves), undecided
    return Settled(scene, chosen, frozenset(built), frozenset(held_back), tuple(moves)), undecided


def _keep_keys(
    scene: Scene, suite: Suite, chosen: dict[Made, tuple[Factory, Parents]], about: set[Made]
) -> None:
    """Leave keys as keys where the parent object would take the place of another child's.

    A parent with a single child lets go of it when it gets another: no key would be there twice.
    """
    for made, (factory, parents) in chosen.items():
        guard = guard_around(scene.function, scene.guards, made.call)
        if made in about or (guard is not None and guard.database):
            kept = with_keys_of_only_children(made, factory, parents, suite.schema)
            chosen[made] = (factory, kept)


def _held_back(
    scene: Scene,
    suite: Suite,
    reach: Reach,
    chosen: dict[Made, tuple[Factory, Parents]],
    moved: set[Made],
) -> set[Made]:
    """Return what is built and stored later, and let its factory leave alone what comes later."""
    factories = {made: factory for made, (factory, _) in chosen.items() if made not in moved}
    later = built_first(scene, factories, suite.schema, reach)
    for made, columns in later.items():
        factory, parents = chosen[made]
        chosen[made] = (factory, without_parents(parents, factory, suite.schema, columns))
    return set(later)


def _reasons(made: Made, scene: Scene, suite: Suite, reach: Reach) -> Iterator[Left]:
    """Yield the reasons for which a call must stay as it is."""
    if holds_async(reach, scene.function):
        yield from async_reasons(made, suite, scene.function)
    unknown = unknown_keywords(made)
    guard = guard_around(scene.function, scene.guards, made.call)
    if unknown and (guard is None or guard.database):
        known = _columns_meant(made, unknown, suite)
        yield Left(f"{made.model.name} has no attribute {', '.join(unknown)}", known)
    yield from _without_error(made, scene, suite)
    factory = made.factory or main_factory(suite.schema, made.model.key)[0]
    if factory is not None and factory.key in suite.styles.mute:
        yield Left(f"{factory.name} makes its rows in a way of its own and takes no _session")
    bound = factory is not None and factory.key in suite.styles.bound
    if SESSION not in made.keywords and not bound:
        why = obstacle(reach, scene.function)
        if why is not None:
            yield Left(f"no session can be handed to this call: {why}")
    if made.factory is None:
        yield from _constructor_reasons(made, scene, suite)


def _without_error(made: Made, scene: Scene, suite: Suite) -> Iterator[Left]:
    """Yield why the error that a test expects of a call can't come."""
    if scene.expected or _is_alone_near_guard(made, scene, suite):
        found = lapse(made, scene.made, scene.flow, suite.schema, suite.database)
        if found is not None:
            yield Left(f"no error can come of this: {found.why}", found.candidates)


def _is_alone_near_guard(made: Made, scene: Scene, suite: Suite) -> bool:
    """Tell whether a call stands where an error is expected, and nothing else there violates."""
    near = [
        one
        for one in scene.made
        if near_guard(scene.function, scene.guards, one.call, scene.sessions)
    ]
    others = [one for one in near if one is not made]
    return (
        made in near
        and _only_stores(scene)
        and not any(
            violation(one, made_before(scene.made, one), scene.flow, suite.schema) for one in others
        )
    )


def _only_stores(scene: Scene) -> bool:
    """Tell whether blocks that expect an error do nothing but make objects and store them."""
    making = {one.call for one in scene.made}
    roots = {session.split(".")[0] for session in scene.sessions}
    return all(
        call in making or code(call.func).split(".")[0] in roots
        for guard in scene.guards
        if guard.database and guard.takes_statements
        for call in own_nodes(guard.body, cst.Call)
    )


def _constructor_reasons(made: Made, scene: Scene, suite: Suite) -> Iterator[Left]:
    name = made.model.name
    if any(a.keyword is None and not a.star for a in made.call.args):
        yield Left(f"{name} is given values by position, factories take names")
    if any(
        made.call in nodes(call, cst.Call)
        or any(made.call in calls_held(scene.flow, a.value) for a in call.args)
        for call in scene.flow.others
    ):
        yield Left(f"{name} is handed to merge or a bulk call, which stores it in its own way")
    factory, candidates = main_factory(suite.schema, made.model.key)
    expected = scene.expected or near_guard(scene.function, scene.guards, made.call, scene.sessions)
    if factory is not None:
        yield from _factory_reasons(made, factory, scene, suite, expected=expected)
    if made.open_ended and factory is not None:
        open_keys = ", ".join(open_columns(made, factory, suite.schema))
        if open_keys:
            yield Left(f"what {name} is given can't be read off: {open_keys} may be among it")
        if expected:
            yield Left(f"what {name} is given can't be read off, and an error is expected here")
    if factory is None and candidates:
        names = tuple(f"{f.module}.{f.name}" for f in candidates)
        yield Left(f"there are several factories for {name}", names)


def _factory_reasons(
    made: Made, factory: Factory, scene: Scene, suite: Suite, *, expected: bool
) -> Iterator[Left]:
    """Yield why this very factory can't stand for a constructor."""
    name = made.model.name
    kind = violation(made, made_before(scene.made, made), scene.flow, suite.schema)
    if factory.once and expected and kind in {"duplicate", ""}:
        same = ", ".join(factory.once)
        yield Left(f"{factory.name} makes no second row of the same {same}, but finds the first")
    given = given_columns(made).keys()
    parents = {key for key, one in factory.declared.items() if one.target} - given
    filled = covered(factory, suite.schema) - given
    for empty in read_unstored(made, scene, filled, parents):
        yield Left(f"the test looks at {empty} of a {name} that is given none and not stored")


def _columns_meant(made: Made, unknown: Sequence[str], suite: Suite) -> tuple[str, ...]:
    """Return the columns that unknown keywords may stand for; all columns if nothing tells."""
    origins = Origins(suite.made, suite.functions, suite.schema)
    meant: list[str] = []
    for keyword in unknown:
        reading = read(made, keyword, origins)
        meant += reading.candidates or reading.alike
    return tuple(dict.fromkeys(meant)) or tuple(sorted(c.key for c in made.model.columns))


def _about_errors(
    scene: Scene, suite: Suite, chosen: Mapping[Made, tuple[Factory, Parents]]
) -> tuple[set[Made], list[Move]]:
    """Return what is only built, and what moves into a block that expects an error."""
    built: set[Made] = set()
    moves: list[Move] = []
    converted = {made.call for made in chosen}

    def only_adds(statement: cst.CSTNode) -> bool:
        calls = set(nodes(statement, cst.Call))
        adds = [add for add in scene.flow.adds if add.call in calls]
        return bool(adds) and all(
            stored(scene.flow, add.given, converted.__contains__) for add in adds
        )

    known = [made for made in scene.made if made in chosen]
    for guard in scene.guards:
        if guard.database:
            found = settle(guard, scene.flow, known, suite.schema, scene.sessions, only_adds)
            built |= set(found.objects) if isinstance(found, Later) else set()
            moves += [found] if isinstance(found, Move) else []
    return built, moves
