"""Verdicts on a plan's claims for other programs: JSON, JUnit XML, findings at the plan's lines."""

from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree as ET

import msgspec

from gsd_run.domain.claim import State
from gsd_run.domain.measurement import TestRun
from gsd_run.domain.plan import Finding
from gsd_run.domain.report import ClaimRow, Report, TestsRow
from gsd_run.domain.rule import Rule
from gsd_run.domain.visible import visible
from gsd_run.reporting.summary import short

STATES: tuple[State, ...] = ("PROVEN", "REFUTED", "UNPROVEN")
RULES = (
    Rule(
        code="REFUTED",
        name="refuted-claim",
        severity="error",
        about="A check of the claim ran, and showed otherwise.",
        why="The plan says of the work what does not hold.",
        mend="Mend the work; or, if the check itself is wrong, amend it in the run file.",
    ),
    Rule(
        code="UNPROVEN",
        name="unproven-claim",
        severity="warning",
        about="No check is known that decides the claim, or none could tell.",
        why="Whether it holds is for a person to judge.",
        mend="Give the plan a command that shows it, or the run file a proof.",
    ),
    Rule(
        code="VACUOUS",
        name="vacuous-claim",
        severity="note",
        about="The claim held at the base commit already.",
        why="That it holds says nothing about the work.",
        mend="Claim what only the work makes true.",
    ),
)


def verdicts_json(reports: Sequence[Report], summaries: Sequence[str]) -> str:
    """Return the verdicts as JSON: `counts` by state and `plans`, each with its claims.

    Of a claim it gives id, kind, task, line, text, state, reason, `before` (its state at the base
    commit, null if not judged there), note, marks and evidence; of each command that ran tests
    the counts before and after, and the tests that were fixed and that broke, by name. What a
    summary states are the claims `summary.N`, with the lines of the file `summary`.
    """
    plans = [_plan(report, path) for report, path in zip(reports, summaries, strict=True)]
    whole = {"counts": counted(reports), "plans": plans}
    return msgspec.json.format(msgspec.json.encode(whole), indent=2).decode() + "\n"


def counted(reports: Sequence[Report]) -> dict[State, int]:
    """Return how many claims have which verdict."""
    return {state: sum(report.count(state) for report in reports) for state in STATES}


def _plan(report: Report, summary: str) -> dict[str, Any]:
    return {
        "plan": report.plan,
        "path": report.path,
        "summary": summary or None,
        "base": report.base or None,
        "counts": {state: report.count(state) for state in STATES},
        "claims": [
            {
                "id": row.id,
                "kind": row.kind,
                "task": row.task,
                "line": row.line,
                "text": short(row.text),
                "state": row.state,
                "reason": row.reason,
                "before": row.before or None,
                "note": row.note or None,
                "marks": row.marks,
                "evidence": [{"check": one.check, "found": one.found} for one in row.evidence],
            }
            for row in report.claims
        ],
        "tests": [_tests(row) for row in report.all_tests],
        "coverage": report.coverage,
        "deviations": report.deviations,
    }


def _tests(row: TestsRow) -> dict[str, Any]:
    return {
        "command": short(row.command),
        "before": _counts(row.before) if row.before else None,
        "after": _counts(row.after),
        "fixed": row.fixed,
        "broken": row.broken,
    }


def _counts(run: TestRun) -> dict[str, int]:
    return {
        "collected": run.collected,
        "passed": run.passed,
        "failed": run.failed,
        "errors": run.errors,
        "skipped": run.skipped,
    }


def verdicts_junit(reports: Sequence[Report]) -> str:
    """Return JUnit XML: a suite for each plan, a case for each claim.

    A REFUTED claim is a failure. An UNPROVEN one is skipped: it passes nowhere as passed.
    """
    root = ET.Element("testsuites", name="gsd-run")
    for report in reports:
        suite = ET.SubElement(
            root,
            "testsuite",
            name=report.plan,
            tests=str(len(report.claims)),
            failures=str(report.count("REFUTED")),
            errors="0",
            skipped=str(report.count("UNPROVEN")),
            time=f"{report.seconds:.3f}",
            timestamp=report.started_at,
        )
        for row in report.claims:
            _case(suite, report, row)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ET.Element, report: Report, row: ClaimRow) -> None:
    name = f"{row.id}: {short(row.text)}"
    case = ET.SubElement(
        suite, "testcase", classname=report.plan, name=_allowed(name), file=report.path,
        line=str(row.line), time="0",
    )  # fmt: skip
    seen = "\n".join(f"{one.check}\n  {one.found}" for one in row.evidence)
    if row.state == "REFUTED":
        ET.SubElement(case, "failure", message=_allowed(row.reason)).text = _allowed(seen)
    elif row.state == "UNPROVEN":
        ET.SubElement(case, "skipped", message=_allowed(f"UNPROVEN: {row.reason}"))
    elif seen:
        ET.SubElement(case, "system-out").text = _allowed(seen)


def _allowed(text: str) -> str:
    """Return a text without the characters that XML has no way to write."""
    return "".join(
        one if one in "\t\n" or (one >= " " and one not in "\x7f￾￿") else "�"
        for one in visible(text)
    )


def verdict_findings(report: Report, summary: str) -> list[Finding]:
    """Return what is REFUTED, UNPROVEN or vacuous, at the line of the plan or the summary."""
    found = []
    for row in report.claims:
        code = row.state if row.state != "PROVEN" else "VACUOUS" if row.note == "vacuous" else ""
        if code:
            told = f"{row.id} is {'PROVEN, and was at the base' if code == 'VACUOUS' else code}: "
            place = summary if row.kind == "summary" else report.path
            message = told + row.reason
            found.append(Finding(path=place, line=row.line, message=message, code=code))
    return found
