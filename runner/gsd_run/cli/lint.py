"""`gsd-run lint`: say what is wrong with plans before anything runs."""

import argparse
import difflib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from gsd_run.domain.errors import UsageError
from gsd_run.domain.plan import Finding
from gsd_run.domain.visible import visible
from gsd_run.reading.locating import all_plans, find_root, is_archived, is_complete, locate
from gsd_run.reading.phases import phase_plans
from gsd_run.reading.plan_names import is_plan_file
from gsd_run.reporting.findings import (
    Rules,
    by_code,
    closing_line,
    condensed,
    explanation,
    json_text,
    line_of,
    rules_page,
    severity_of,
)
from gsd_run.running.looking.linting import RULES, Linted, lint_files

CLEAN, FOUND, UNREADABLE = 0, 1, 2  # exit statuses
FORMATS = ("text", "json", "sarif", "github")
_NOT_LOOKED_INTO = frozenset({".git", "node_modules", ".venv", "__pycache__"})


def main(arguments: argparse.Namespace) -> int:
    """Run the command."""
    rules = by_code(RULES)
    if arguments.explain:
        print(_explained(arguments.explain, rules), end="")
        return CLEAN
    selected = _codes(arguments.select, rules) or ("",)
    ignored = _codes(arguments.ignore, rules)
    plans = tuple(dict.fromkeys(_plans(arguments.paths, every=arguments.all)))
    if arguments.fix:
        _fix(plans)
    linted = lint_files(plans)
    findings = tuple(
        replace(finding, path=seen_from_here(one.root, finding.path))
        for one in linted
        for finding in one.findings
        if finding.code.startswith(selected) and not (ignored and finding.code.startswith(ignored))
    )
    findings = tuple(sorted(findings, key=lambda one: (one.path, one.line, one.column, one.code)))
    sys.stdout.write(visible(told(findings, rules, arguments.format)))
    print(closing_line(findings, rules, len(plans)), file=sys.stderr)
    return _status(linted, findings, rules)


def told(findings: Sequence[Finding], rules: Rules, form: str) -> str:
    """Return findings in one of FORMATS."""
    if form == "json":
        return json_text(findings, rules)
    if form == "sarif":
        from gsd_run.reporting.sarif import sarif_text  # noqa: PLC0415 - seldom asked for

        return sarif_text(findings, rules)
    if form == "github":
        from gsd_run.reporting.github import github_text  # noqa: PLC0415 - seldom asked for

        return github_text(condensed(findings, rules), rules)
    return "".join(f"{line_of(finding)}\n" for finding in condensed(findings, rules))


def seen_from_here(root: Path, path: str) -> str:
    """Return a path below `root` as it is written from the current folder."""
    place, here = root / path, Path.cwd()
    if place.is_relative_to(here):
        return place.relative_to(here).as_posix()
    return os.path.relpath(place, here) if here.is_relative_to(root) else str(place)


def _status(linted: Sequence[Linted], findings: Sequence[Finding], rules: Rules) -> int:
    if not all(one.readable for one in linted):
        return UNREADABLE
    failed = any(severity_of(finding, rules) == "error" for finding in findings)
    return FOUND if failed else CLEAN


def _plans(names: Sequence[str], *, every: bool) -> Iterator[Path]:
    """Return the plan files that the words of the call mean.

    Raises:
        UsageError: a word means none.
    """
    if not names:
        root = find_root(Path.cwd())
        for plan in all_plans(root):
            if every or not (is_archived(plan, root) or is_complete(plan)):
                yield plan
    for name in names:
        path = Path.cwd() / name
        if path.is_dir():
            found = sorted(_plans_below(path))
            if not found:
                raise UsageError(f"{name}: no *-PLAN.md file lies in this folder")
            yield from found
        elif path.is_file():
            yield path.resolve()
        else:
            yield from _by_id(name)


def _by_id(name: str) -> tuple[Path, ...]:
    """Return the plan that goes by an id, or else all plans of the phase that does."""
    root, here = find_root(Path.cwd()), Path.cwd()
    try:
        return (locate(name, root, here).resolve(),)
    except UsageError as no_plan:
        try:
            return phase_plans(name, root, here)
        except UsageError:
            raise no_plan from None


def _plans_below(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder.resolve()):
        folders[:] = [name for name in folders if name not in _NOT_LOOKED_INTO]
        yield from (Path(place, name) for name in files if is_plan_file(name))


def _codes(words: Sequence[str], rules: Rules) -> tuple[str, ...]:
    """Return codes and beginnings of codes, parted by commas.

    Raises:
        UsageError: no rule's code begins like one of them.
    """
    wanted = [code.strip().upper() for word in words for code in word.split(",") if code.strip()]
    for code in wanted:
        if not any(known.startswith(code) for known in rules):
            raise UsageError(_unknown(code, rules))
    return tuple(wanted)


def _unknown(word: str, rules: Rules) -> str:
    known = {**{rule.name: code for code, rule in rules.items()}, **{code: code for code in rules}}
    near = difflib.get_close_matches(word, known, 3, cutoff=0.5)
    close = ", ".join(dict.fromkeys(f"{known[one]} {rules[known[one]].name}" for one in near))
    hint = f"; close are {close}" if close else ""
    return f"no rule of lint has the code {word}{hint}; `gsd-run lint --explain all` lists them"


def _explained(word: str, rules: Rules) -> str:
    if word.lower() == "all":
        return rules_page(rules)
    found = [
        rule
        for code, rule in rules.items()
        if code.startswith(word.upper()) or rule.name == word.lower()
    ]
    if not found:
        raise UsageError(_unknown(word, rules))
    return "\n".join(map(explanation, found))


def _fix(plans: Sequence[Path]) -> None:
    """Write what amendments there are for plans, and show them."""
    from gsd_run.running.looking.fixing import fix_files  # noqa: PLC0415 - only where it is asked for

    for written in fix_files(plans):
        shown = seen_from_here(written.root, written.path)
        if written.by_hand:
            told = f"{shown}: nothing can be added to its amend as it is written; write there:"
            print(visible(f"{told}\n{written.by_hand}"), end="", file=sys.stderr)
            continue
        for amendment in written.amendments:
            told = f"{shown}: {amendment.claim} amended: {amendment.reason}"
            print(visible(told), file=sys.stderr)
        sys.stderr.write(visible(_difference(shown, written.before, written.after)))


def _difference(path: str, before: str | None, after: str) -> str:
    old = (before or "").splitlines(keepends=True)
    new = after.splitlines(keepends=True)
    source = "/dev/null" if before is None else path
    return "".join(difflib.unified_diff(old, new, source, path))
