"""Findings as people and programs read them: lines of text, JSON, and the rules behind them."""

import json
import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import get_args

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.domain.plan import Finding
from gsd_run.domain.rule import Rule, Severity

WIDTH = 88  # of an explanation, in characters
SEVERITIES: tuple[Severity, ...] = get_args(Severity)


Rules = Mapping[str, Rule]
"""Rules by their codes."""


class Place(Struct, frozen=True, kw_only=True):
    """A place that has to do with a finding; `message` says what."""

    path: str
    line: int
    message: str


class PlacedFinding(Finding, frozen=True, kw_only=True):
    """A finding with other places that have to do with it."""

    related: tuple[Place, ...] = ()


def by_code(rules: Iterable[Rule]) -> Rules:
    """Return rules by their codes, in the order of these."""
    return {rule.code: rule for rule in sorted(rules, key=lambda rule: rule.code)}


def severity_of(finding: Finding, rules: Rules) -> Severity:
    """Return how much a finding weighs: its own severity, else its rule's, else error."""
    if finding.severity:
        return finding.severity
    rule = rules.get(finding.code)
    return rule.severity if rule else "error"


def line_of(finding: Finding) -> str:
    """Return a finding on one line, as `file:line:column: CODE message`."""
    place = f"{finding.path}:{finding.line}:{finding.column}:"
    return " ".join(filter(None, (place, finding.code, *finding.message.split())))


def condensed(findings: Sequence[Finding], rules: Rules) -> tuple[Finding, ...]:
    """Return findings for a reader's eyes: of a plan's notes by one rule only the first.

    It says how many more there are, and where. Errors and warnings stand each for itself, and
    so do those that became notes because the run file amends them.
    """
    alike: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        alike.setdefault((finding.path, finding.code), []).append(finding)
    kept = []
    for finding in findings:
        rule = rules.get(finding.code)
        same = alike[finding.path, finding.code]
        if rule is None or rule.severity != "note" or finding.severity or len(same) == 1:
            kept.append(finding)
        elif finding is same[0]:
            lines = ", ".join(str(line) for line in dict.fromkeys(one.line for one in same[1:]))
            told = f"{finding.message} (and {len(same) - 1} more like it: line {lines})"
            kept.append(replace(finding, message=told))
    return tuple(kept)


def closing_line(findings: Sequence[Finding], rules: Rules, files: int) -> str:
    """Return how many findings of which severity are in how many of the files."""
    concerned = len({finding.path for finding in findings})
    looked = "1 plan" if files == 1 else f"{files} plans"
    if not findings:
        return f"nothing found in {looked}"
    weights = [severity_of(finding, rules) for finding in findings]
    counts = [(weights.count(severity), severity) for severity in SEVERITIES]
    told = ", ".join(
        f"{count} {severity}{'' if count == 1 else 's'}" for count, severity in counts if count
    )
    return f"{told} in {looked}" if files == 1 else f"{told} in {concerned} of {looked}"


def json_text(findings: Sequence[Finding], rules: Rules) -> str:
    """Return the findings as a JSON list.

    Each item has `path`, `line` and `column` (from 1), `code` ("" if none), `severity` (error,
    warning or note), `message`, and `mend`: what its rule says to write instead ("" if none).
    """
    items = [
        {
            "path": finding.path,
            "line": finding.line,
            "column": finding.column,
            "code": finding.code,
            "severity": severity_of(finding, rules),
            "message": finding.message,
            "mend": rules[finding.code].mend if finding.code in rules else "",
        }
        for finding in findings
    ]
    return json.dumps(items, indent=2, ensure_ascii=False) + "\n"


def explanation(rule: Rule) -> str:
    """Return all that is to be said of a rule, wrapped for a terminal."""
    parts = [f"{rule.code} {rule.name} ({rule.severity})", rule.about]
    parts += [f"Why: {rule.why}", f"Mend: {rule.mend}"]
    return "\n\n".join(_wrapped(part) for part in parts) + "\n"


def _wrapped(text: str) -> str:
    """Wrap each line of a text; an indented one is code and stays as it is."""
    return "\n".join(
        line
        if line.startswith(" ")
        else textwrap.fill(line, WIDTH, break_long_words=False, break_on_hyphens=False)
        for line in text.splitlines()
    )


def rules_page(rules: Rules) -> str:
    """Return the page about all rules, as Markdown."""
    from gsd_run.outside.templates import rendered  # noqa: PLC0415 - only this page needs Jinja2

    letters = {
        "F": "Frontmatter",
        "T": "Tags and tasks",
        "M": "Must-haves",
        "V": "Verify commands",
        "C": "Claims and their words",
        "D": "Dependencies and order",
        "R": "References to files",
        "S": "Safety",
        "L": "Lint itself",
    }
    shown = {code: _in_markdown(rule) for code, rule in rules.items()}
    groups = [
        (title, [rule for code, rule in shown.items() if code.startswith(letter)])
        for letter, title in letters.items()
    ]
    return rendered("gsd_run.reporting", "lint-rules.md.j2", {"groups": groups})


def _in_markdown(rule: Rule) -> Rule:
    """Return a rule whose texts Markdown shows as they are; what stands in backticks is safe."""

    def shown(text: str) -> str:
        pieces = re.split(r"(`+[^`].*?`+)", text, flags=re.DOTALL)
        plain = (re.sub(r"([<*])", r"\\\1", piece) for piece in pieces[::2])
        code = (*pieces[1::2], "")
        return "".join(piece for pair in zip(plain, code, strict=True) for piece in pair)

    return replace(rule, about=shown(rule.about), why=shown(rule.why), mend=shown(rule.mend))
