"""The whole transformation of a set of test files: each assertion where it stands, then classes.

The rules, by the ids under which their applications are logged:

* assert: an assertion is a plain assert statement
* raises: an expected error is expected by pytest.raises
* outcome: fail and skipTest are pytest.fail and pytest.skip
* class: a class that needs nothing of unittest is a plain one
* import: an import of unittest that nothing uses any more is gone
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from gsd_run.changing import options as option_values
from gsd_run.changing.codemods.pytest_asserts.assertions import (
    OLD_NAMES,
    RULES,
    Left,
    asserted,
    bound,
)
from gsd_run.changing.codemods.pytest_asserts.classes import plain_classes
from gsd_run.changing.codemods.pytest_asserts.contexts import (
    RAISES,
    Splice,
    called,
    caught,
    managed,
)
from gsd_run.changing.codemods.pytest_asserts.expressions import alone
from gsd_run.changing.codemods.pytest_asserts.layout import laid_out
from gsd_run.changing.codemods.pytest_asserts.source import Source
from gsd_run.changing.codemods.pytest_asserts.unused import without_unittest
from gsd_run.changing.failure import StepFailure
from gsd_run.changing.places import existing_text, matching_files
from gsd_run.changing.python_merge import merge_python
from gsd_run.domain.change import Applied, Edit, StepResult, Undecided
from gsd_run.outside.project import Project

_OUTCOMES: Mapping[str, tuple[str, tuple[str, ...], int]] = {
    "fail": ("fail", ("msg",), 0),
    "skipTest": ("skip", ("reason",), 1),
}
_KEPT = {"subTest": "pytest has no such thing; parametrize the test", "addTypeEqualityFunc": ""}


class Converted(Struct, frozen=True):
    """What takes the place of pieces of a text, and the imports that it needs."""

    rule: str
    message: str
    splices: tuple[Splice, ...]
    imports: tuple[str, ...] = ()


def transform(options: Mapping[str, Any], project: Project) -> StepResult:
    """Return what the codemod would do to the tests."""
    paths = [
        path
        for path in matching_files(project, option_values.texts(options, "tests"))
        if path.endswith(".py")
    ]
    texts = {path: existing_text(project, path) for path in paths}
    sources = _parsed(texts)
    own = frozenset(name for source in sources for name in _methods(source))
    plain = option_values.flag(options, "classes")
    edits: list[Edit] = []
    applied: list[Applied] = []
    undecided: list[Undecided] = []
    for source in sources:
        before = texts[source.path]
        after, done, left = _rewritten(source, own)
        if plain:
            after, more, kept = plain_classes(project, Source(source.path, after))
            done, left = [*done, *more], [*left, *kept]
        if done:
            after, gone = without_unittest(Source(source.path, after))
            done += gone
            ended = after.replace("\n", "\r\n") if "\r\n" in before else after
            edits.append(Edit(path=source.path, before=before, after=ended))
        applied += done
        undecided += left
    return StepResult(
        edits=tuple(edits),
        applied=tuple(sorted(applied, key=lambda one: (one.path, one.line))),
        undecided=tuple(sorted(undecided, key=lambda one: (one.path, one.line, one.message))),
    )


def _parsed(texts: Mapping[str, str]) -> list[Source]:
    """Parse all files, or name every one that can't be."""
    sources, mistakes = [], []
    for path, text in texts.items():
        plain = text.replace("\r\n", "\n")
        if "\r" in plain or ("\r\n" in text and text.count("\n") != text.count("\r\n")):
            mistakes.append(f"{path}: has line ends of several kinds; settle for one first")
            continue
        try:
            sources.append(Source(path, plain))
        except StepFailure as failure:
            mistakes.append(str(failure))
    if mistakes:
        raise StepFailure("\n".join(mistakes))
    return sources


def _methods(source: Source) -> Iterator[str]:
    """Yield the assertions that classes of a file define themselves, whatever they mean there."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (
                name.id
                for name in node.targets
                if isinstance(name, ast.Name) and name.id == "failureException"
            )
        elif isinstance(node, ast.Attribute) and node.attr == "addTypeEqualityFunc":
            yield from ("assertEqual", "assertEquals")


def _rewritten(source: Source, own: frozenset[str]) -> tuple[str, list[Applied], list[Undecided]]:
    """Return the text with its assertions as pytest has them, what was done, and what is left.

    Context managers come first: statements below them may use what they caught.
    """
    imports: list[str] = []
    applied: list[Applied] = []
    undecided: list[Undecided] = []
    for managers in (True, False):
        splices: list[Splice] = []
        left_names = _left_names(source, own) if managers else {}
        calls = _calls(source)
        for call in calls:
            if isinstance(source.parents[call], ast.withitem) != managers:
                continue
            try:
                made = _converted(source, call, own, left_names)
            except Left as left:
                undecided.append(_left(source, call, str(left)))
                continue
            splices += made.splices
            imports += made.imports
            applied.append(
                Applied(rule=made.rule, path=source.path, line=call.lineno, message=made.message)
            )
        source = Source(source.path, _spliced(source.text, splices))
    text = source.text
    for line in sorted(set(imports)):
        statement = line if line.startswith("from ") else f"import {line}"
        text, _ = merge_python(text, f"{statement}\n")
    return text, applied, undecided


def _left(source: Source, call: ast.Call, reason: str) -> Undecided:
    said = f"self.{_name(call)} is left: {reason}"
    return Undecided(path=source.path, line=call.lineno, message=said)


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _calls(source: Source) -> list[ast.Call]:
    """Return the calls of unittest's methods on self, in their order."""
    found = [
        node
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "self"
        and (node.func.attr.startswith("assert") or node.func.attr in {*_OUTCOMES, *_KEPT})
    ]
    return sorted(found, key=lambda call: (call.lineno, call.col_offset))


def _left_names(source: Source, own: frozenset[str]) -> dict[ast.AST, str]:
    """Return context managers that stay, because another of the same name in a function does."""
    found: dict[ast.AST, str] = {}
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    groups: dict[tuple[ast.AST, str], list[ast.withitem]] = {}
    for item in (node for node in ast.walk(source.tree) if isinstance(node, ast.withitem)):
        if isinstance(item.optional_vars, ast.Name) and isinstance(item.context_expr, ast.Call):
            scope = next((one for one in source.above(item) if isinstance(one, functions)), None)
            if scope is not None:
                groups.setdefault((scope, item.optional_vars.id), []).append(item)
    for (_, name), items in groups.items():
        reasons = [reason for item in items if (reason := _why_left(source, item, own))]
        if reasons:
            found |= {item.context_expr: f"{name} also stands for another one" for item in items}
    return found


def _why_left(source: Source, item: ast.withitem, own: frozenset[str]) -> str:
    call = item.context_expr
    assert isinstance(call, ast.Call)
    called_name = _name(call)
    if called_name not in RAISES or called_name in own:
        return "is no assertRaises"
    try:
        managed(source, call, called_name)
        caught(source, item)
    except Left as left:
        return str(left)
    return ""


def _converted(
    source: Source, call: ast.Call, own: frozenset[str], left_names: Mapping[ast.AST, str]
) -> Converted:
    """Return what takes an assertion's place.

    Raises:
        Left: it stays, and why.
    """
    name = _name(call)
    if any(one is not call and call in source.above(one) for one in _calls(source)):
        raise Left("another assertion stands in its arguments")
    if name in own or "failureException" in own:
        raise Left("these tests define what it means themselves")
    around = source.parents[call]
    if isinstance(around, ast.withitem) and name in RAISES:
        splices = managed(source, call, name)
        taken = caught(source, around)
        if taken is not None and call in left_names:
            raise Left(left_names[call])
        splices += taken[1] if taken is not None else []
        needs = _imports(source, ("pytest",))
        return Converted("raises", f"{name} is pytest.raises", tuple(splices), needs)
    if name in _KEPT or (name not in RULES and name not in {*OLD_NAMES, *RAISES, *_OUTCOMES}):
        raise Left(_KEPT.get(name) or "there is no plain assertion that means the same")
    if not isinstance(around, ast.Expr):
        raise Left("it is no statement of its own")
    return _statement(source, around, call, name)


def _statement(source: Source, statement: ast.Expr, call: ast.Call, name: str) -> Converted:
    start, end = source.span(statement)
    own_line = not source.lines[statement.lineno - 1][: statement.col_offset].strip()
    after = source.text[end : (source.text + "\n").index("\n", end)].strip()
    comments = source.comments(statement)
    if name in RAISES:
        alone_there = own_line and (not after or after.startswith("#")) and not comments
        if len(call.args) <= (1 if name == "assertRaises" else 2):
            raise Left("it is given nothing to call")
        text = called(source, statement, call, name, own_line=alone_there)
        return Converted(
            "raises",
            f"{name} is pytest.raises",
            ((start, end, text),),
            _imports(source, ("pytest",)),
        )
    if name in _OUTCOMES:
        text = _outcome(source, call, name)
        said = f"{name} is {text.partition('(')[0]}"
        return Converted("outcome", said, ((start, end, text),), _imports(source, ("pytest",)))
    test, message = asserted(source, name, call)
    text = laid_out(source, statement, test, message)
    # A comment within an argument stays there, all others go above.
    lost = [comment for _, comment in comments if comment not in text]
    if lost:
        if not own_line:
            raise Left("there are comments in it, and other code on its line")
        indent = source.lines[statement.lineno - 1][: statement.col_offset]
        text = f"\n{indent}".join([*lost, text])
    needs = _imports(source, test.imports)
    return Converted("assert", f"{name} is a plain assert", ((start, end, text),), needs)


def _outcome(source: Source, call: ast.Call, name: str) -> str:
    outcome, parameters, needed = _OUTCOMES[name]
    if any(isinstance(one, ast.Try | ast.With | ast.AsyncWith) for one in source.above(call)):
        raise Left(f"what is around it may catch it, and does not catch pytest.{outcome}")
    given = bound(call, parameters, needed)
    return f"pytest.{outcome}({', '.join(alone(source, one) for one in given.values())})"


def _imports(source: Source, needed: Sequence[str]) -> tuple[str, ...]:
    """Return the imports, unless a name that they bring means something else in the file.

    Raises:
        Left: it does.
    """
    for line in needed:
        name = line.rpartition(" ")[2]
        for node in ast.walk(source.tree):
            stored = isinstance(node, ast.Name) and node.id == name
            if (
                (stored and not isinstance(node.ctx, ast.Load))  # type: ignore[attr-defined]
                or (isinstance(node, ast.arg) and node.arg == name)
                or (isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name)
                or (isinstance(node, ast.alias) and _means_other(node, name, line))
            ):
                raise Left(f"{name} means something else in this file")
    return tuple(needed)


def _means_other(alias: ast.alias, name: str, line: str) -> bool:
    bound_name = alias.asname or alias.name.partition(".")[0]
    return bound_name == name and alias.name not in {name, line}


def _spliced(text: str, splices: Sequence[Splice]) -> str:
    for start, end, new in sorted(set(splices), reverse=True):
        text = text[:start] + new + text[end:]
    return text
