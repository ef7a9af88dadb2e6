"""Findings as people and programs read them: lines of text, JSON, and the rules behind them."""

import json
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import get_args

from gsd_run.domain.plan import Finding
from gsd_run.domain.rule import Rule, Severity

WIDTH = 88  # of an explanation, in characters
SEVERITIES: tuple[Severity, ...] = get_args(Severity)


Rules = Mapping[str, Rule]
"""Rules by their codes."""


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
    groups = [
        (title, [rule for code, rule in rules.items() if code.startswith(letter)])
        for letter, title in letters.items()
    ]
    return rendered("gsd_run.reporting", "lint-rules.md.j2", {"groups": groups})
