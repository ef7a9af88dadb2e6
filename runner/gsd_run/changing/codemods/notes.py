"""`notes`: a comment in each test that changed since the base commit, saying what changed."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gsd_run.changing import options as option_values
from gsd_run.changing.failure import StepFailure
from gsd_run.changing.options import Option
from gsd_run.changing.places import contained, existing_text
from gsd_run.domain.change import Applied, Edit, Facts, StepResult
from gsd_run.outside.project import Project

if TYPE_CHECKING:  # libcst takes its time to load
    import libcst as cst

OPTIONS: Mapping[str, Option] = {
    "in": Option("texts", required=True),  # the test files
    "tag": Option("text"),  # what stands in brackets behind each note
}

MARK = "# FIXED:"
LONGEST = 66  # letters that a list of factories may take
CLASS_NAME = re.compile(r"^[A-Z][A-Za-z0-9]*$")


def wants(options: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the files: their tests are compared with what they were."""
    return option_values.texts(options, "in")


def may_touch(options: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the files."""
    return option_values.texts(options, "in")


def apply(options: Mapping[str, Any], project: Project, facts: Facts) -> StepResult:
    """Put a note into each test whose code is not what it was, and update notes of before."""
    tag = f" ({options['tag']})" if options.get("tag") else ""
    edits: list[Edit] = []
    applied: list[Applied] = []
    for name in option_values.texts(options, "in"):
        path = contained(project, name)
        if name not in facts.base_texts:
            raise StepFailure(f"{path}: its text at the base commit is not known")
        now = existing_text(project, path)
        after, notes = noted(path, facts.base_texts[name] or "", now, tag)
        if after != now:
            edits.append(Edit(path=path, before=now, after=after))
            applied += notes
    return StepResult(edits=tuple(edits), applied=tuple(applied))


def noted(path: str, base: str, now: str, tag: str) -> tuple[str, list[Applied]]:
    """Return a file's text with its notes, and what was done.

    Raises:
        StepFailure: one of the texts is no valid Python.
    """
    import libcst as cst  # noqa: PLC0415

    try:
        old = dict(_tests(cst.parse_module(base).body))
        module = cst.parse_module(now)
    except cst.ParserSyntaxError as error:
        raise StepFailure(f"{path}:{error.raw_line}: no valid Python: {error.message}") from error
    notes: dict[cst.FunctionDef, str] = {}
    applied: list[Applied] = []
    seen: Counter[str] = Counter()
    for name, test in _tests(module.body):
        seen[test.name.value] += 1
        if name in old and _bare(old[name]) != _bare(test):
            notes[test] = f"{MARK} {_what(old[name], test)}{tag}"
            line = _line(now, test.name.value, seen[test.name.value])
            applied.append(Applied(rule="note", path=path, line=line, message=notes[test]))

    class Writer(cst.CSTTransformer):
        def leave_FunctionDef(  # noqa: N802  the name that libcst asks for
            self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
        ) -> cst.FunctionDef:
            note = notes.get(original_node)
            return (
                updated_node.with_changes(body=_with_note(updated_node.body, note))
                if note
                else updated_node
            )

    return module.visit(Writer()).code, applied


def _tests(
    body: Sequence["cst.CSTNode"], prefix: str = ""
) -> Iterator[tuple[str, "cst.FunctionDef"]]:
    import libcst as cst  # noqa: PLC0415

    for node in body:
        if isinstance(node, cst.FunctionDef) and node.name.value.startswith("test"):
            yield f"{prefix}{node.name.value}", node
        elif isinstance(node, cst.ClassDef):
            yield from _tests(node.body.body, f"{prefix}{node.name.value}.")


def _bare(test: "cst.FunctionDef") -> str:
    """Return a test's code without notes and without what stands above it."""
    import libcst as cst  # noqa: PLC0415

    text = cst.Module(body=[test.with_changes(leading_lines=[])]).code
    return "\n".join(line for line in text.splitlines() if not line.strip().startswith(MARK))


def _what(old: "cst.FunctionDef", new: "cst.FunctionDef") -> str:
    """Say in a few words what changed: classes that are made no more, and what makes them now."""
    before, after = _calls(old), _calls(new)
    factories = [name for name in after - before if name.endswith("Factory")]
    gone = [n for n in (before - after).elements() if not n.endswith("Factory")]
    if factories and gone:
        many = "manual constructors" if len(gone) > 1 else "a manual constructor"
        said = f"{_and(factories)} instead of {many}"
        return said if len(said) <= LONGEST else f"factories instead of {many}"
    if "_session=" in _bare(new) and _bare(old).count("_session=") < _bare(new).count("_session="):
        return "factories use the session of the test"
    return "reworked"


def _calls(test: "cst.FunctionDef") -> Counter[str]:
    """Count the calls of classes, by name."""
    import libcst as cst  # noqa: PLC0415

    found: Counter[str] = Counter()

    class Calls(cst.CSTVisitor):
        def visit_Call(self, node: cst.Call) -> None:  # noqa: N802  the name that libcst asks for
            names = [
                part.strip() for part in cst.Module(body=[]).code_for_node(node.func).split(".")
            ]
            classes = [name for name in names if CLASS_NAME.match(name)]
            if classes and names[-1] in {classes[-1], "create", "create_batch", "build"}:
                found[classes[-1]] += 1

    test.body.visit(Calls())
    return found


def _and(names: Sequence[str]) -> str:
    listed = sorted(names)
    return " and ".join([", ".join(listed[:-1]), listed[-1]] if len(listed) > 1 else listed)


def _with_note(body: "cst.BaseSuite", note: str) -> "cst.BaseSuite":
    import libcst as cst  # noqa: PLC0415

    from gsd_run.changing.python_imports import is_docstring  # noqa: PLC0415

    if not isinstance(body, cst.IndentedBlock):
        first = cst.SimpleStatementLine(body=list(body.body))  # type: ignore[arg-type]
        return _with_note(cst.IndentedBlock(body=[first]), note)
    line = cst.EmptyLine(comment=cst.Comment(note))
    at = 1 if is_docstring(body.body[0]) else 0
    if at == len(body.body):
        return body.with_changes(footer=[line, *_without_notes(body.footer)])
    statement = body.body[at]
    lead = _without_notes(getattr(statement, "leading_lines", ()))
    blank = next((i for i, one in enumerate(lead) if one.comment is not None), len(lead))
    fresh = statement.with_changes(leading_lines=[*lead[:blank], line, *lead[blank:]])
    return body.with_changes(body=[*body.body[:at], fresh, *body.body[at + 1 :]])


def _without_notes(lines: Sequence["cst.EmptyLine"]) -> list["cst.EmptyLine"]:
    return [line for line in lines if not (line.comment and line.comment.value.startswith(MARK))]


def _line(text: str, name: str, nth: int) -> int:
    """Return the line on which a function of that name begins for the nth time."""
    lines = enumerate(text.splitlines(), 1)
    found = [i for i, line in lines if re.match(rf"\s*(async )?def {name}\b", line)]
    return found[nth - 1] if nth <= len(found) else 1
