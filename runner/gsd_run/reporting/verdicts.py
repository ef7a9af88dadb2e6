"""Verdicts on plans' claims as JSON, for other programs."""

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from gsd_run.domain.claim import State
from gsd_run.domain.measurement import TestRun
from gsd_run.domain.report import Report, TaskRow, TestsRow
from gsd_run.reporting.ci.result import PlanResult, reports_in
from gsd_run.reporting.summary import short

STATES: tuple[State, ...] = ("PROVEN", "REFUTED", "UNPROVEN")


def verdicts_json(results: Sequence[PlanResult]) -> str:
    """Return the verdicts as JSON: `counts` by state and `plans`, each with its claims.

    Of a plan it gives the exit status (`exit`), why it stopped (`stopped`, null if it came to its
    end), the mistakes that keep it from being read, and its tasks. Of a claim it gives id, kind,
    task, line, text, state, reason, `before` (its state at the base commit, null if not judged
    there), note, marks, evidence and `places`: where in the code it shows that it is refuted. Of
    each command that ran tests it gives the counts before and after, and the tests that were fixed
    and that broke, by name. What a summary states are the claims `summary.N`, with the lines of
    the file `summary`. All paths are relative to the project.
    """
    whole = {"counts": counted(reports_in(results)), "plans": [_plan(one) for one in results]}
    return json.dumps(msgspec.to_builtins(whole), indent=2, ensure_ascii=False) + "\n"


def counted(reports: Sequence[Report]) -> dict[State, int]:
    """Return how many claims have which verdict."""
    return {state: sum(report.count(state) for report in reports) for state in STATES}


def _plan(result: PlanResult) -> dict[str, Any]:
    report = result.report
    return {
        "plan": result.plan,
        "path": result.path,
        "summary": result.summary or None,
        "exit": result.status,
        "stopped": result.told or None,
        "mistakes": [
            {"path": one.path, "line": one.line, "message": one.message} for one in result.mistakes
        ],
        **(_judged(report, result) if report else {"claims": []}),
    }


def _judged(report: Report, result: PlanResult) -> dict[str, Any]:
    return {
        "run": report.run,
        "base": report.base or None,
        "branch": report.branch or None,
        "started": report.started_at,
        "seconds": report.seconds,
        "counts": {state: report.count(state) for state in STATES},
        "tasks": [_task(row) for row in report.tasks],
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
                "places": [
                    {"path": one.path, "line": one.line, "what": one.what}
                    for one in result.places.get(row.id, ())
                ],
            }
            for row in report.claims
        ],
        "tests": [_tests(row) for row in report.all_tests],
        "coverage": report.coverage,
        "deviations": report.deviations,
    }


def _task(row: TaskRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "name": row.name,
        "outcome": row.outcome or None,
        "attempts": row.attempts,
        "seconds": row.seconds,
        "commit": row.commit or None,
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
