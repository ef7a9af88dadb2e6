"""What GSD's tools and the run's figures ask of a SUMMARY.md that a project's template made."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from gsd_run.domain import lazy
from gsd_run.domain.report import Report

if TYPE_CHECKING:
    import yaml

_REQUIRED = ("phase", "plan", "subsystem", "tags", "duration", "completed")
_SELF_CHECK = lazy.pattern(r"##\s*(?:Self[- ]?Check|Verification|Quality Check)", re.IGNORECASE)
_FAILURE = lazy.pattern(r"fail|✗|❌|incomplete|blocked", re.IGNORECASE)
_COUNTED = lazy.pattern(
    r"\b(?P<count>\d+)(?: claims?)? (?P<state>proven|refuted|unproven)\b", re.IGNORECASE
)
_TESTS = lazy.pattern(r"\b(?P<count>\d+) of (?P<all>\d+) tests? (?:pass|passed)\b", re.IGNORECASE)
_TASKS = lazy.pattern(r"\b(?P<count>\d+) of (?P<all>\d+) tasks? passed\b", re.IGNORECASE)
_COMMIT = lazy.pattern(r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,40}\b")


class Shortcoming(Struct, frozen=True, kw_only=True):
    """Something that a summary lacks or says wrongly, at its line.

    It is `false` where the summary says what the run did not find.
    """

    line: int
    told: str
    false: bool = False


def shortcomings(text: str, report: Report) -> tuple[Shortcoming, ...]:
    """Return what is wrong with a summary of this run, in the order of its lines."""
    found = [*_frontmatter(text, report), *_self_check(text), *_figures(text, report)]
    return tuple(sorted(found, key=lambda one: one.line))


def _frontmatter(text: str, report: Report) -> Iterator[Shortcoming]:
    from yaml import YAMLError  # noqa: PLC0415 - only the projects with a template need it

    matter = re.match(r"---\n(.*?)\n---(?:\n|$)", text, re.DOTALL)
    if matter is None:
        yield Shortcoming(line=1, told="no frontmatter: a line `---`, fields, a line `---`")
        return
    try:
        fields = _fields(matter[1])
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = str(getattr(error, "problem", "") or error).splitlines()[0]
        yield Shortcoming(line=(mark.line + 2 if mark else 1), told=f"no YAML: {problem}")
        return
    except RecursionError:
        yield Shortcoming(line=1, told="no frontmatter that can be read: nested too deep")
        return
    missing = [name for name in _REQUIRED if name not in fields]
    if missing:
        told = f"GSD asks for these fields of the frontmatter: {', '.join(missing)}"
        yield Shortcoming(line=1, told=told)
    for name, wanted in (("phase", report.phase), ("plan", report.number)):
        line, value = fields.get(name, (1, wanted))
        if str(value) != wanted:
            yield Shortcoming(line=line, told=f"{name} is {value}, of {wanted}", false=True)
    line, met = fields.get("requirements-completed", (1, []))
    for name in met if isinstance(met, list) else ():
        if name not in report.requirements:
            told = f"requirements-completed names {name}, which the plan does not"
            yield Shortcoming(line=line, told=told, false=True)
    line, status = fields.get("status", (1, "complete"))
    if status == "halted":
        told = "status: halted keeps plans that depend on this from beginning; it is complete"
        yield Shortcoming(line=line, told=told, false=True)
    yield from _counted_fields(fields, report)
    yield from _coverage(fields, report)


def _fields(matter: str) -> dict[str, tuple[int, Any]]:
    """Return the fields with the line of each in the summary, values as YAML reads them."""
    import yaml  # noqa: PLC0415

    node = yaml.compose(matter, Loader=yaml.BaseLoader)
    if not isinstance(node, yaml.MappingNode):
        return {}
    build = yaml.BaseLoader("")
    return {
        str(key.value): (key.start_mark.line + 2, _built(build, value)) for key, value in node.value
    }


def _built(loader: "yaml.BaseLoader", node: "yaml.Node") -> object:
    return loader.construct_object(node, deep=True)


def _counted_fields(fields: dict[str, tuple[int, Any]], report: Report) -> Iterator[Shortcoming]:
    line, actuals = fields.get("actuals", (1, {}))
    commits = sum(bool(task.commit) for task in report.tasks)
    for name, wanted in (("tasks", len(report.tasks)), ("commits", commits)):
        value = actuals.get(name) if isinstance(actuals, dict) else None
        if value is not None and str(value) != str(wanted):
            told = f"actuals say {value} {name}; the run has {wanted}"
            yield Shortcoming(line=line, told=told, false=True)
    line, files = fields.get("key-files", (1, {}))
    for kind in ("created", "modified") if isinstance(files, dict) else ():
        touched = {path for task in report.tasks for path in (*task.added, *task.modified)}
        named = files.get(kind)
        for path in named if isinstance(named, list) else ():
            if path not in touched:
                told = f"key-files name {path}, which the run did not change"
                yield Shortcoming(line=line, told=told, false=True)


def _coverage(fields: dict[str, tuple[int, Any]], report: Report) -> Iterator[Shortcoming]:
    """Find what is passed on as shown by a program and is not PROVEN."""
    line, entries = fields.get("coverage", (1, []))
    states = {claim.id: claim.state for claim in report.claims}
    for entry in entries if isinstance(entries, list) else ():
        if not isinstance(entry, dict) or states.get(name := str(entry.get("id"))) == "PROVEN":
            continue
        checks = entry.get("verification")
        passed = any(
            isinstance(one, dict) and one.get("status") == "pass"
            for one in (checks if isinstance(checks, list) else ())
        )
        if passed or str(entry.get("human_judgment")).lower() == "false":
            found = f"it is {states[name]}" if name in states else "the run has no such claim"
            told = f"coverage has {name} as shown by a program; {found}"
            yield Shortcoming(line=line, told=told, false=True)


def _self_check(text: str) -> Iterator[Shortcoming]:
    """Find what GSD's verify-summary takes for a failure: it reads from one heading to the end."""
    found = _SELF_CHECK.search(text)
    if found is None:
        last = text.count("\n") + 1
        told = "no heading `## Self-Check: PASSED`; GSD looks for it, as the last one"
        yield Shortcoming(line=last, told=told)
    elif word := _FAILURE.search(text, found.end()):
        told = f"after {found[0].strip()} GSD takes {word[0]!r} for a failure; put Self-Check last"
        yield Shortcoming(line=_line(text, word.start()), told=told)


def _figures(text: str, report: Report) -> Iterator[Shortcoming]:
    """Find figures and commits that are not the run's."""
    for found in _COUNTED.finditer(text):
        state = found["state"].upper()
        known = {report.count(state)} | {  # type: ignore[arg-type]
            sum(claim.state == state and claim.kind == kind for claim in report.claims)
            for kind in {claim.kind for claim in report.claims}
        }
        if int(found["count"]) not in known:
            yield _false(text, found, f"{report.count(state)} claims are {state}")  # type: ignore[arg-type]
    rows = (*report.all_tests, *((report.tests,) if report.tests else ()))
    runs = [run for row in rows for run in (row.before, row.after) if run]
    tests = {(run.passed, run.collected) for run in runs}
    for found in _TESTS.finditer(text):
        if (int(found["count"]), int(found["all"])) not in tests:
            yield _false(text, found, "no test run of this plan had that result")
    passed = sum(task.outcome == "PASSED" for task in report.tasks)
    for found in _TASKS.finditer(text):
        if (int(found["count"]), int(found["all"])) != (passed, len(report.tasks)):
            yield _false(text, found, f"{passed} of {len(report.tasks)} tasks passed")
    commits = re.search(r"^## Task Commits$.*?(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    known_commits = [report.base, *report.mends]
    known_commits += [one for task in report.tasks for one in (task.commit, task.red_commit) if one]
    for found in _COMMIT.finditer(commits[0]) if commits else ():
        if not any(one.startswith(found[0]) for one in known_commits):
            at = commits.start() + found.start() if commits else 0
            told = f"{found[0]} is no commit of this run"
            yield Shortcoming(line=_line(text, at), told=told, false=True)


def _false(text: str, found: re.Match[str], right: str) -> Shortcoming:
    told = f"says “{found[0]}”; {right}"
    return Shortcoming(line=_line(text, found.start()), told=told, false=True)


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
