"""Whether each test that expects an error, and that `codemod: factories` rewrote, can fail.

For each block that expects a database error in a test that the codemod changed, a mutant is made:
the value that violates something is taken out, so that the factory gives a valid one. The test
must then fail because nothing was raised. Prints a table; the exit status is 1 if a mutant
survives.

    uv run python runner/benchmarks/raises_mutations.py
    uv run python runner/benchmarks/raises_mutations.py ROOT --tests tests [--in FOLDER]

Without ROOT this is the bundled plan: its code base with the steps of its run file. ROOT is a
project whose tests have not been rewritten yet; it is copied, and pytest runs in FOLDER of it.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import libcst as cst
from gsd_run.changing.codemods.factories.contexts import with_contexts
from gsd_run.changing.codemods.factories.functions import Function, functions_of
from gsd_run.changing.codemods.factories.guards import Guard, guards_of
from gsd_run.changing.codemods.factories.source import Source, code, nodes, own_nodes, parse
from gsd_run.changing.codemods.testing import apply_edits
from gsd_run.changing.steps import plan_step
from gsd_run.domain.change import Facts
from gsd_run.domain.run_file import Step
from gsd_run.outside.project import Project
from gsd_run.reading.run_file import read_run_file
from msgspec import Struct

ROOT = Path(__file__).parents[2]
PLAN = ROOT / ".planning/phases/12-tier-1-coverage-push"
RUN_FILE = PLAN / "12-tier-1-coverage-push-GAP-01-RUN.yaml"
IGNORED = shutil.ignore_patterns("__pycache__", "*.db", ".git", ".venv", ".coverage*")
FACTORY = re.compile(r"([Ff]actory|\bFake\w*)(\.(create|build))?$")
UNRAISED = re.compile(r"DID NOT RAISE|not raised")
KEPT = "_session"


class Mutant(Struct, frozen=True, eq=False):
    """A test that has lost its violation.

    `test` is dotted, classes and function; `caught` tells that `try` or `suppress` took the error,
    where the test's own words follow; `new` are the nodes that change, None for those removed.
    """

    path: str
    test: str
    line: int
    violation: str
    change: str
    caught: bool
    new: dict[cst.CSTNode, cst.CSTNode | None]


class Round(Struct, frozen=True, eq=False):
    """Mutants of different tests, which can be run together, and the files that they make."""

    mutants: tuple[Mutant, ...]
    texts: dict[str, str]


class Outcome(Struct, frozen=True, eq=False):
    """What became of a mutant: `killed` if its test failed because nothing was raised."""

    mutant: Mutant
    killed: bool
    said: str


def main() -> None:
    """Rewrite, mutate, run, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("root", type=Path, nargs="?")
    parser.add_argument("--tests", nargs="+", default=["tests"])
    parser.add_argument("--in", dest="folder", default=".")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "project"
        if given.root is None:
            outcomes = of_bundled_plan(copy)
        else:
            shutil.copytree(given.root, copy, ignore=IGNORED)
            outcomes = of_project(copy, given.tests, given.folder)
    print(table(outcomes))
    sys.exit(any(not one.killed for one in outcomes) or not outcomes)


def of_bundled_plan(place: Path) -> list[Outcome]:
    """Carry out the bundled plan's steps up to the codemod below a folder, and run its mutants."""
    shutil.copytree(ROOT / "backend", place / "backend", ignore=IGNORED)
    changes = read_run_file(RUN_FILE.read_bytes(), RUN_FILE.name).changes
    return outcomes_of(place, (*changes[1], *changes[2]), "backend")


def of_project(root: Path, tests: Sequence[str], folder: str = ".") -> list[Outcome]:
    """Rewrite a project's tests where they are, and run their mutants."""
    options = {"tests": list(tests)}
    step = Step(kind="codemod", subject="factories", line=1, options=options)
    return outcomes_of(root, [step], folder)


def outcomes_of(root: Path, steps: Sequence[Step], folder: str) -> list[Outcome]:
    """Apply steps, the codemod last; return what became of the mutants of what that changed."""
    project = Project(root=root, venv=Path(sys.prefix))
    for step in steps:
        result = plan_step(step, None, project, Facts())
        if result.failure is not None:
            raise SystemExit(result.failure)
        apply_edits(project.root, result)
    edits = [e for e in result.edits if e.before is not None and e.after is not None]
    before = {edit.path: edit.before or "" for edit in edits}
    after = {edit.path: edit.after or "" for edit in edits}
    return run(rounds(before, after, root), root, folder)


def rounds(before: Mapping[str, str], after: Mapping[str, str], root: Path) -> list[Round]:
    """Return a mutant for each block that expects a database error in a rewritten test.

    Of a test with several such blocks, each has its turn in another round.
    """

    def module(name: str) -> Source | None:
        places = [p for p in root.rglob(f"{name.replace('.', '/')}.py") if ".venv" not in p.parts]
        return parse(str(places[0]), name, places[0].read_text()) if places else None

    turns: dict[int, list[tuple[Source, Mutant]]] = {}
    for path, text in sorted(after.items()):
        old = {f.name: code(f.node) for f in functions_of(parse(path, "test", before[path]))}
        source = with_contexts([parse(path, "test", text)], module)[0]
        functions = functions_of(source)
        for function in functions:
            if code(function.node) != old.get(function.name) and function.kind == "test":
                for turn, mutant in enumerate(_of_function(source, function, functions)):
                    turns.setdefault(turn, []).append((source, mutant))
    found: list[Round] = []
    for pairs in turns.values():
        new: dict[Source, dict[cst.CSTNode, cst.CSTNode | None]] = {}
        for source, mutant in pairs:
            new.setdefault(source, {}).update(mutant.new)
        texts = {s.path: s.tree.visit(_Replacing(nodes)).code for s, nodes in new.items()}
        found.append(Round(tuple(mutant for _, mutant in pairs), texts))
    return found


def _of_function(
    source: Source, function: Function, functions: Sequence[Function]
) -> Iterator[Mutant]:
    for guard in guards_of(function):
        if not guard.database:
            continue
        calls = subjects(source, function, guard, functions)
        new: dict[cst.CSTNode, cst.CSTNode | None] = {}
        said, told = list[str](), list[str]()
        exact = {call: violating(call, function) for call in calls}
        for call in [c for c in calls if exact[c]] or calls:
            gone = exact[call] or {a.keyword.value if a.keyword else "**" for a in call.args}
            kept = [a for a in call.args if (a.keyword.value if a.keyword else "**") not in gone]
            lost = [a for a in call.args if a not in kept]
            kept += [a for a in lost if a.keyword and a.keyword.value == KEPT]
            new[call] = call.with_changes(args=kept)
            said.append(_said(lost, exact=bool(exact[call])))
            told.append(code(new[call]))
            new |= dict.fromkeys(_assignments(function, call))
        if new:
            yield Mutant(
                path=source.path,
                test=function.name.removeprefix("test."),
                line=source.line(guard.node),
                violation="; ".join(said),
                change=" ".join("; ".join(told).split()),
                caught=isinstance(guard.node, cst.Try) or _is_suppressed(guard.node),
                new=new,
            )


def _is_suppressed(block: cst.CSTNode) -> bool:
    items = block.items if isinstance(block, cst.With) else ()
    calls = [item.item for item in items if isinstance(item.item, cst.Call)]
    return any(code(call.func).split(".")[-1] == "suppress" for call in calls)


def _said(lost: Sequence[cst.Arg], *, exact: bool) -> str:
    shown = [code(a.with_changes(comma=cst.MaybeSentinel.DEFAULT)) for a in lost]
    named = ", ".join(one for one in shown if not one.startswith(KEPT))
    return named if exact else f"among {named or 'nothing given'}"


def subjects(
    source: Source, function: Function, guard: Guard, functions: Sequence[Function]
) -> list[cst.Call]:
    """Return the calls of factories that can make the error of a block.

    Those in it, or those of helpers that it calls, or what was built before it.
    """
    inside = [c for c in nodes(guard.body, cst.Call) if _is_factory(c)]
    if inside:
        return inside
    called = {code(c.func).split(".")[-1] for c in own_nodes(guard.body, cst.Call)}
    helping = [f for f in functions if f.called in called]
    inside = [c for f in helping for c in own_nodes(f.node.body, cst.Call) if _is_factory(c)]
    if inside:
        return inside
    before = [
        c
        for c in own_nodes(function.node.body, cst.Call)
        if _is_factory(c) and source.before(c, guard.node)
    ]
    built = [c for c in before if code(c.func).endswith(".build")]
    called = {code(c.func) for c in own_nodes(function.node.body, cst.Call)}
    helping = [f for f in functions if f.called in called and f.kind == "helper"]
    returned = [c for f in helping for c in own_nodes(f.node.body, cst.Call) if _is_factory(c)]
    return built or returned or before


def _is_factory(call: cst.Call) -> bool:
    return FACTORY.search(code(call.func)) is not None


def violating(call: cst.Call, function: Function) -> set[str]:
    """Return the keywords of a call that violate something for certain.

    That is None given on purpose, or what an earlier call of the same factory was given, too.
    """
    given = {a.keyword.value: a.value for a in call.args if a.keyword and a.keyword.value != KEPT}
    left = {name for name, value in given.items() if code(value) in {"None", "SKIP"}}
    # A parent left alone because its key is given is no violation by itself.
    others = set(given) - left
    alone = {name for name in left if not any(key.startswith(f"{name}_") for key in others)}
    if alone:
        return alone
    source = function.source
    for earlier in own_nodes(function.node.body, cst.Call):
        if not _is_factory(earlier) or not source.before(earlier, call):
            continue
        theirs = {a.keyword.value: code(a.value) for a in earlier.args if a.keyword}
        parent = source.parents[earlier]
        name = code(parent.targets[0].target) if isinstance(parent, cst.Assign) else ""
        twice = {
            key
            for key, value in given.items()
            if code(value) in {theirs.get(key, ""), f"{name}.{key}"}
        }
        if twice and code(earlier.func).split(".")[0] == code(call.func).split(".")[0]:
            return twice | left
    return set()


def _assignments(function: Function, call: cst.Call) -> Iterator[cst.CSTNode]:
    """Yield the statements that give attributes to what a call makes."""
    parent = function.source.parents[call]
    name = code(parent.targets[0].target) if isinstance(parent, cst.Assign) else ""
    for line in own_nodes(function.node.body, cst.SimpleStatementLine):
        for part in line.body:
            target = part.targets[0].target if isinstance(part, cst.Assign) else None
            if isinstance(target, cst.Attribute) and name and code(target.value) == name:
                yield line


class _Replacing(cst.CSTTransformer):
    def __init__(self, new: Mapping[cst.CSTNode, cst.CSTNode | None]) -> None:
        super().__init__()
        self.new = new

    def on_leave(self, original_node, updated_node):  # noqa: ANN001, ANN202  any node at all
        if original_node in self.new:
            instead = self.new[original_node]
            return cst.RemoveFromParent() if instead is None else instead
        return super().on_leave(original_node, updated_node)


def run(found: Sequence[Round], root: Path, folder: str) -> list[Outcome]:
    """Run the tests of the mutants, and no others; a round goes in one run."""
    outcomes: list[Outcome] = []
    for one in found:
        usual = {path: (root / path).read_text("utf-8") for path in one.texts}
        for path, text in one.texts.items():
            (root / path).write_text(text, "utf-8")
        try:
            outcomes += _outcomes(one.mutants, root, folder)
        finally:
            for path, text in usual.items():
                (root / path).write_text(text, "utf-8")
    return outcomes


def _outcomes(mutants: Sequence[Mutant], root: Path, folder: str) -> Iterator[Outcome]:
    places = [(root / one.path).relative_to(root / folder).as_posix() for one in mutants]
    named = ["::".join([p, *m.test.split(".")]) for p, m in zip(places, mutants, strict=True)]
    with tempfile.NamedTemporaryFile(suffix=".xml") as report:
        argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore"]
        subprocess.run(
            [*argv, "-o", "junit_family=xunit1", f"--junitxml={report.name}", *named],
            cwd=root / folder,
            capture_output=True,
            check=False,
        )
        text = Path(report.name).read_text("utf-8")
    said: dict[tuple[str, str], list[str]] = {}
    for case in ET.fromstring(text).iter("testcase") if text else ():
        name = case.get("name", "").partition("[")[0]
        failure = case.find("failure")
        key = (case.get("file", ""), f"{case.get('classname')}.{name}")
        told = str(failure.get("message", "")) if failure is not None else "passed"
        said.setdefault(key, []).append(told)
    for place, mutant in zip(places, mutants, strict=True):
        dotted = f"{place.removesuffix('.py').replace('/', '.')}.{mutant.test}"
        results = said.get((place, dotted), [])
        killed = bool(results) and all(_is_killed(mutant, one) for one in results)
        yield Outcome(mutant, killed, results[0].splitlines()[0] if results else "no result")


def _is_killed(mutant: Mutant, told: str) -> bool:
    words = re.match(r"assert|AssertionError|Failed", told) if mutant.caught else None
    return UNRAISED.search(told) is not None or words is not None


def table(outcomes: Sequence[Outcome]) -> str:
    """Return one line for each mutant, and a count."""
    rows = [("test", "violation", "mutant", "result")]
    for one in outcomes:
        test = f"{one.mutant.path}:{one.mutant.line} {one.mutant.test.split('.')[-1]}"
        result = one.said if one.killed else f"SURVIVED: {one.said}"
        rows.append((test, one.mutant.violation, one.mutant.change, result))
    killed = sum(one.killed for one in outcomes)
    lines = ["\n    ".join(row) for row in rows]
    return "\n".join([*lines, f"{killed} of {len(outcomes)} mutants make their test fail"])


if __name__ == "__main__":
    main()
