"""Findings as workflow commands: GitHub shows each beside its line of the pull request."""

from collections.abc import Sequence

from gsd_run.domain.plan import Finding
from gsd_run.domain.visible import visible
from gsd_run.reporting.findings import Rules, severity_of

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def github_text(findings: Sequence[Finding], rules: Rules) -> str:
    """Return one workflow command for each finding, a line each."""
    return "".join(f"{_command(finding, rules)}\n" for finding in findings)


def _command(finding: Finding, rules: Rules) -> str:
    rule = rules.get(finding.code)
    title = " ".join(filter(None, ("gsd-run", finding.code, rule.name if rule else "")))
    place = {"file": finding.path, "line": str(finding.line), "col": str(finding.column)}
    properties = {**(place if finding.path else {}), "title": title}
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[severity_of(finding, rules)]} {told}::{_data(finding.message)}"


def _data(text: str) -> str:
    # The percent sign first: it is what the others are escaped with.
    return visible(text).replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
