"""The report of a run as Markdown for people and as JSON for programs."""

from collections.abc import Sequence
from typing import Any

import msgspec

from gsd_run.outside.templates import rendered
from gsd_run.reporting.ci.result import FAILED, FINISHED, WAITING, PlanResult
from gsd_run.reporting.html.diffs import Marking
from gsd_run.reporting.html.material import Material
from gsd_run.reporting.html.plan_view import plan_view
from gsd_run.reporting.html.tests_by_name import FATES
from gsd_run.reporting.summary import short
from gsd_run.reporting.verdicts import verdicts_json


def markdown_of(materials: Sequence[Material]) -> str:
    """Return the reports of runs, one below the other."""
    return "\n".join(_markdown(one) for one in materials)


def _markdown(material: Material) -> str:
    view = plan_view(material, "", Marking(0))
    values = {
        "report": material.report,
        "standing": material.standing,
        "judged": material.is_judged,
        "counts": view.counts,
        "seconds": view.timeline.seconds,
        "tests": view.tests,
        "fates": FATES,
        "short": short,
    }
    return rendered("gsd_run.reporting", "report/report.md.j2", values)


def json_of(materials: Sequence[Material]) -> str:
    """Return the reports of runs as JSON, in the form of `check --format json`.

    Each plan has besides `standing` (word, reason, way_on, task), `started_at`, `ended_at`,
    `worked` (seconds without pauses), `environment`, and `tests_by_name`: of each script its
    tests with what became of them.
    """
    whole = msgspec.json.decode(verdicts_json([_result(one) for one in materials]))
    for told, material in zip(whole["plans"], materials, strict=True):
        told.update(_more(material))
    return msgspec.json.format(msgspec.json.encode(whole), indent=2).decode() + "\n"


def _result(material: Material) -> PlanResult:
    word = material.standing.word
    status = FAILED if word == "stopped" or material.report.count("REFUTED") else (
        FINISHED if word == "complete" else WAITING
    )  # fmt: skip
    return PlanResult(
        plan=material.report.plan,
        path=material.report.path,
        status=status,
        told=material.standing.reason,
        report=material.report,
    )


def _more(material: Material) -> dict[str, Any]:
    report = material.report
    view = plan_view(material, "", Marking(0))
    return {
        "standing": material.standing,
        "started_at": report.started_at,
        "ended_at": report.ended_at,
        "worked": round(view.timeline.seconds, 3),
        "environment": report.environment,
        "tests_by_name": [
            {"command": short(one.script), "whole": one.whole, "tests": one.tests}
            for one in view.tests
        ],
    }
