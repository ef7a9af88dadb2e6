"""Findings as SARIF 2.1.0, the form in which code scanning services take them."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from gsd_run import __version__
from gsd_run.domain.plan import Finding
from gsd_run.domain.rule import Rule
from gsd_run.domain.visible import visible
from gsd_run.reporting.findings import Place, PlacedFinding, Rules, severity_of

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT = "%SRCROOT%"
_RAN = frozenset({0, 1, 10})  # exit statuses of calls that told what they were to tell


def sarif_text(
    findings: Sequence[Finding],
    rules: Rules,
    root: str = "where gsd-run was called",
    status: int | None = None,
) -> str:
    """Return a SARIF log of one run.

    Relative paths are relative to %SRCROOT%, of which `root` says what it is; `status` is the
    exit status of the call, if that is to be told.
    """
    places = {rule.code: number for number, rule in enumerate(rules.values())}
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "gsd-run",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(rule) for rule in rules.values()],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": root}}},
        "results": [_result(finding, rules, places) for finding in findings],
    }
    if status is not None:
        run["invocations"] = [{"executionSuccessful": status in _RAN, "exitCode": status}]
        run["automationDetails"] = {"id": "gsd-run/"}
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.about},
        "fullDescription": {"text": rule.why},
        "help": {
            "text": f"{rule.why}\n\n{rule.mend}",
            "markdown": f"**Why:** {rule.why}\n\n**Mend:** {rule.mend}",
        },
        "defaultConfiguration": {"level": rule.severity},
        "properties": {"tags": ["gsd", "plan"], "problem.severity": _problem(rule)},
    }


def _problem(rule: Rule) -> str:
    """Return the severity in the words of GitHub's code scanning."""
    return "recommendation" if rule.severity == "note" else rule.severity


def _result(finding: Finding, rules: Rules, places: dict[str, int]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "level": severity_of(finding, rules),
        "message": {"text": finding.message},
        "partialFingerprints": {"gsdRunFinding/v1": _fingerprint(finding)},
    }
    if finding.path:
        where = _physical(finding.path, finding.line, finding.column)
        result["locations"] = [{"physicalLocation": where}]
    if isinstance(finding, PlacedFinding) and finding.related:
        result["relatedLocations"] = [
            _related(number, place) for number, place in enumerate(finding.related, 1)
        ]
    if finding.code:
        result["ruleId"] = finding.code
    if finding.code in places:
        result["ruleIndex"] = places[finding.code]
    return result


def _related(number: int, place: Place) -> dict[str, Any]:
    return {
        "id": number,
        "message": {"text": visible(place.message)},
        "physicalLocation": _physical(place.path, place.line, 1),
    }


def _physical(path: str, line: int, column: int) -> dict[str, Any]:
    return {
        "artifactLocation": _artifact(path),
        "region": {"startLine": line, "startColumn": column},
    }


def _artifact(path: str) -> dict[str, str]:
    posix = PurePosixPath(path)
    if posix.is_absolute():
        return {"uri": posix.as_uri()}
    return {"uri": quote(posix.as_posix()), "uriBaseId": ROOT}


def _fingerprint(finding: Finding) -> str:
    """Return what stays the same of a finding when lines above it come or go."""
    told = f"{finding.path}\n{finding.code}\n{finding.message}"
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:32]
