"""The whole transformation: read, ask, decide, rewrite.

The rules, by the ids under which their applications are logged:

* constructor: a model's constructor becomes its factory, with the session
* session: a call of a factory gets the session
* session-parameter, session-argument: functions that lack the session get it, and hand it on
* no-add: what a factory has stored is not added any more
* parent-object: a foreign key given by id becomes the parent object
* no-second-parent: a factory is told to leave a relationship alone whose key is given
* into-raises: an object that violates a constraint is made where the error is expected
* keep-missing: a required column left out on purpose stays empty
* keep-committed: what a factory used to commit is committed before a rollback
* stored-later: an object that gets its parent later, or is added later on purpose, is built only
* pin: a default that a test looks at stays the model's own; what it says of a value that the
  factory leaves to chance is given to the factory
* keyword: a keyword that is no column becomes the only one that it can stand for
* guess-keyword, guess-member, guess-on-update, guess-expectation: only with the option `guesses`
* new-factory, complete-factory: factories fill what the schema requires
* session-base: factories that could not be given a session get a base class that takes it
* factory-fixture: a test asks for the fixture under which pytest-factoryboy knows a factory
* isolated-session: a fixture's session works in a transaction that is rolled back after the test
* index-once: an index that a model declares twice is made once
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import libcst as cst
from msgspec.structs import replace

from gsd_run.changing import options as option_values
from gsd_run.changing.codemods.factories.contexts import with_contexts
from gsd_run.changing.codemods.factories.databases import database_of
from gsd_run.changing.codemods.factories.decide import decide
from gsd_run.changing.codemods.factories.decisions import Decisions
from gsd_run.changing.codemods.factories.declared_schema import declared_schema
from gsd_run.changing.codemods.factories.functions import (
    Function,
    bases_of,
    fixture_mark,
    fixture_name,
    functions_of,
    inherited,
    target_name,
)
from gsd_run.changing.codemods.factories.grow import completed, new_factories
from gsd_run.changing.codemods.factories.isolating import Isolated, isolated
from gsd_run.changing.codemods.factories.keywords import with_aliases
from gsd_run.changing.codemods.factories.layout import (
    FACTORY_CLASS,
    Layout,
    conftests,
    factory_files,
    layout_of,
    python_texts,
)
from gsd_run.changing.codemods.factories.names import known_names, with_imports
from gsd_run.changing.codemods.factories.reach import reach_of
from gsd_run.changing.codemods.factories.rewrite import rewritten
from gsd_run.changing.codemods.factories.schema import Schema, read_schema
from gsd_run.changing.codemods.factories.sessions import session_fixtures
from gsd_run.changing.codemods.factories.source import (
    Source,
    forget,
    imported_modules,
    named_imports,
    nodes,
    parse,
)
from gsd_run.changing.codemods.factories.styles import styles_of, with_sessions
from gsd_run.changing.codemods.factories.suite import Suite, made_in
from gsd_run.changing.failure import StepFailure
from gsd_run.changing.places import existing_text, matching_files
from gsd_run.domain.change import Applied, Edit, StepResult, Undecided
from gsd_run.outside.project import Project

TEST_FILE = re.compile(r"^(test_.*|.*_test|conftest)\.py$")
SESSION_LIKE = "session"


def transform(options: Mapping[str, Any], project: Project) -> StepResult:
    """Return what the codemod would do to the tests and the factories."""
    given = option_values.texts(options, "tests")
    paths = _test_files(project, given)
    layout = layout_of(project, paths[0], option_values.texts(options, "path"))
    paths = _with_helpers(project, layout, paths, matching_files(project, given))
    texts = {path: existing_text(project, path) for path in paths}
    sources = with_contexts(_parsed(layout, texts), lambda n: _module(layout, project, n))
    modules = _modules(layout, sources, option_values.texts(options, "factories"), project)
    schema, notes = _schema(project, layout, modules)
    functions = {f.node: f for source in sources for f in functions_of(source)}
    near = {s.path: _conftest_sources(layout, project, s, sources) for s in sources}
    around = tuple({s.path: s for one in near.values() for s in one}.values())
    styles = styles_of(schema, (*sources, *(s for s in around if s not in sources)))
    schema = with_sessions(schema, styles)
    made = {
        call: one for s in sources for call, one in made_in(s, schema, functions, styles).items()
    }
    made = with_aliases(
        made, functions, schema, around, guesses=option_values.flag(options, "guesses")
    )
    grown = new_factories(schema, tuple(made.values()), layout, paths[0], styles)
    if grown.home is not None and grown.home.keeps:
        styles = replace(styles, bound=styles.bound | set(grown.new))
    suite = Suite(
        sources,
        grown.schema,
        functions,
        {s.path: session_fixtures((s, *near[s.path])) for s in sources},
        made,
        {s.path: _distant(near[s.path], paths) for s in sources},
        {s.path: known_names(s, grown.schema) for s in sources},
        _helper_calls(sources, functions),
        styles,
        database_of([s.text for s in (*sources, *around)], python_texts(layout)),
    )
    reach = reach_of(suite, options.get("session"), _outside(layout, suite))
    plans = decide(suite, reach, guesses=option_values.flag(options, "guesses"))
    edits = [_edit(source, plans[source.path], suite.schema) for source in sources]
    more = completed(project, layout, grown, suite, plans)
    changed = {edit.path: edit for edit in edits if edit is not None}
    every = tuple({s.path: s for s in (*sources, *around)}.values())
    lone = isolated(
        every,
        {path: edit.after or "" for path, edit in changed.items()},
        lambda name: _module(layout, project, name),
        schema.doubled,
    )
    for source in every:
        if source.path in lone.texts:
            after = lone.texts[source.path]
            changed[source.path] = Edit(path=source.path, before=source.text, after=after)
    forget()
    done = _result(tuple(changed.values()), plans, more, lone)
    return replace(done, deviations=(*notes, *done.deviations))


def _schema(
    project: Project, layout: Layout, modules: Sequence[str]
) -> tuple[Schema, tuple[str, ...]]:
    """Ask the project's interpreter about its classes; where it can't tell, read their source."""
    try:
        schema = read_schema(project, [str(path) for path in layout.paths], modules)
    except StepFailure as failure:
        schema = declared_schema(layout)
        if not schema.models:
            raise
        return schema, (f"models and factories were read from their source: {failure}",)
    lacking = f"{project.python} has no factory_boy; install it before the tests run"
    return schema, () if schema.factory_boy else (lacking,)


def _test_files(project: Project, given: tuple[str, ...]) -> tuple[str, ...]:
    """Return the files that are named, and of folders those with tests and fixtures."""
    named = set(given)
    found = matching_files(project, given)
    return tuple(path for path in found if path in named or TEST_FILE.match(Path(path).name))


def _with_helpers(
    project: Project, layout: Layout, paths: tuple[str, ...], given: Sequence[str]
) -> tuple[str, ...]:
    """Return the tests and the modules in the given folders that they import, without factories."""
    found = list(paths)
    for path in found:
        for name in named_imports(existing_text(project, path), layout.module_of(path), path):
            place = layout.file_of(name)
            other = layout.relative(place) if place is not None else ""
            text = existing_text(project, other) if other in given and other not in found else ""
            if text and not FACTORY_CLASS.search(text):
                found.append(other)
    return tuple(found)


def _parsed(layout: Layout, texts: Mapping[str, str]) -> tuple[Source, ...]:
    """Parse all files, or name every one that is no valid Python."""
    sources, mistakes = [], []
    for path, text in texts.items():
        try:
            sources.append(parse(path, layout.module_of(path), text))
        except StepFailure as failure:
            mistakes.append(str(failure))
    if mistakes:
        raise StepFailure("\n".join(mistakes))
    return tuple(sources)


def _module(layout: Layout, project: Project, name: str) -> Source | None:
    """Return one of the project's modules by its dotted name."""
    place = layout.file_of(name) if name else None
    if place is None:
        return None
    path = layout.relative(place)
    return parse(path, name, existing_text(project, path))


def _result(
    edits: Sequence[Edit], plans: Mapping[str, Decisions], more: StepResult, lone: Isolated
) -> StepResult:
    applied: list[Applied] = [*more.applied, *lone.applied]
    undecided: list[Undecided] = [*more.undecided, *lone.undecided]
    deviations: list[str] = []
    for plan in plans.values():
        applied += plan.applied
        undecided += plan.undecided
        deviations += plan.deviations
    return StepResult(
        edits=tuple(sorted((*edits, *more.edits), key=lambda edit: edit.path)),
        applied=tuple(sorted(applied, key=lambda a: (a.path, a.line, a.rule))),
        undecided=tuple(sorted(undecided, key=lambda u: (u.path, u.line, u.message))),
        deviations=tuple(dict.fromkeys(deviations)),
    )


def _edit(source: Source, plan: Decisions, schema: Schema) -> Edit | None:
    after = rewritten(source, plan)
    if plan.applied:
        after = with_imports(source, after, sorted(plan.imports), schema)
    text = after.code
    return None if text == source.text else Edit(path=source.path, before=source.text, after=text)


def _modules(
    layout: Layout, sources: Sequence[Source], given: tuple[str, ...], project: Project
) -> tuple[str, ...]:
    """Return the modules to ask about: what the tests import from the project, and factories."""
    files = matching_files(project, given) if given else factory_files(layout)
    tests = {s.module for s in sources if TEST_FILE.match(Path(s.path).name)}
    names = [layout.module_of(path) for path in files]
    names += [name for source in sources for name in imported_modules(source)]
    present = [n for n in names if layout.file_of(n) is not None]
    packages = [n.rpartition(".")[0] for n in present]
    present += [p for p in packages if p and layout.file_of(p) is not None]
    return tuple(n for n in dict.fromkeys(present) if n not in tests)


def _conftest_sources(
    layout: Layout, project: Project, source: Source, sources: Sequence[Source]
) -> tuple[Source, ...]:
    known = {s.path: s for s in sources}
    return tuple(
        known.get(path) or parse(path, layout.module_of(path), existing_text(project, path))
        for path in conftests(layout, source.path)
    )


def _helper_calls(
    sources: Sequence[Source], functions: Mapping[cst.FunctionDef, Function]
) -> dict[cst.Call, str]:
    known = {f.name for f in functions.values() if f.outer is None and f.kind == "helper"}
    families = {name: bases for source in sources for name, bases in bases_of(source).items()}
    found: dict[cst.Call, str] = {}
    for source in sources:
        for call in nodes(source.tree, cst.Call):
            name = inherited(target_name(source, call.func), known, families)
            if name is not None:
                found[call] = name
    return found


def _distant(near: Sequence[Source], paths: Sequence[str]) -> frozenset[str]:
    """Return the fixtures of conftests that stay as they are and do without the test's session."""
    found: set[str] = set()
    for source in near:
        if source.path in paths:
            continue
        sessions = session_fixtures([source])
        found |= {
            fixture_name(f.node)
            for f in functions_of(source)
            if fixture_mark(f.node) is not None
            and fixture_name(f.node) not in sessions
            and not any(SESSION_LIKE in p.lower() or p == "db" for p in f.parameters)
        }
    return frozenset(found)


def _outside(layout: Layout, suite: Suite) -> dict[str, str]:
    """Return the helpers of the suite that files outside of it import, and from where."""
    helpers = [f for f in suite.functions.values() if f.kind == "helper" and f.owner is None]
    mine = {layout.root / source.path for source in suite.sources}
    found: dict[str, str] = {}
    for place in sorted(layout.home.rglob("*.py")) if helpers else ():
        if place in mine or any(
            part.startswith(".") for part in place.relative_to(layout.home).parts
        ):
            continue
        text = place.read_text("utf-8", errors="replace")
        for function in helpers:
            if _imports(text, function, place):
                found[function.name] = layout.relative(place)
    return found


def _imports(text: str, function: Function, place: Path) -> bool:
    del place
    module = function.source.module.rpartition(".")[2]
    return module in text and f"{function.called}(" in text and "import" in text
