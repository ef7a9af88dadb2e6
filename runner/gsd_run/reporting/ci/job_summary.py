"""Results as a page of Markdown, the summary that GitHub shows of a job."""

from collections.abc import Sequence

from gsd_run.domain import lazy
from gsd_run.domain.report import ClaimRow
from gsd_run.domain.visible import visible
from gsd_run.outside.templates import rendered
from gsd_run.reporting.ci.result import FINISHED, INTERRUPTED, WAITING, PlanResult, reports_in
from gsd_run.reporting.summary import short
from gsd_run.reporting.verdicts import STATES, counted

MOST_ROWS = 200  # claims of one plan that are listed; the reports have them all
MOST_BYTES = 900 * 1024  # GitHub refuses a step's summary above 1 MiB
_MARKS = {WAITING: "⏸️", INTERRUPTED: "⏸️"}
_ACTING = lazy.pattern(r"[\\`*_\[\]>|~!#$]")  # what makes Markdown of a text


def job_summary(results: Sequence[PlanResult]) -> str:
    """Return the page: what came of each plan, what is refuted and unproven, tests and tasks."""
    whole = _rendered(results, MOST_ROWS)
    return whole if len(whole.encode()) <= MOST_BYTES else _rendered(results, 0)


def _rendered(results: Sequence[PlanResult], most: int) -> str:
    values = {
        "results": results,
        "counts": counted(reports_in(results)),
        "states": STATES,
        "mark": mark,
        "open_claims": lambda one: _open(one, most),
        "left_out": lambda one: max(0, len(_open(one, len(one.claims))) - most),
        "short": short,
        "say": say,
    }
    return rendered("gsd_run.reporting", "job-summary.md.j2", values)


def mark(result: PlanResult) -> str:
    """Return a sign for how a plan fared; only one of which all is PROVEN looks so."""
    states = {row.state for row in result.claims}
    if "REFUTED" in states:
        return "❌"
    if result.status in _MARKS:
        return _MARKS[result.status]
    if result.status != FINISHED:
        return "❌"
    return "✅" if states == {"PROVEN"} else "❔"


def say(text: object) -> str:
    """Return a text on one line, as Markdown and HTML show it as it is and call nobody."""
    line = " ".join(visible(str(text)).split())
    plain = _ACTING.sub(r"\\\g<0>", line.replace("&", "&amp;").replace("<", "&lt;"))
    return plain.replace("@", "@&#8203;").replace("://", ":&#8203;//")


def _open(result: PlanResult, most: int) -> list[ClaimRow]:
    """Return the claims that are not proven, or vacuous: REFUTED first."""
    order = ("REFUTED", "UNPROVEN", "PROVEN")
    rows = [row for row in result.claims if row.state != "PROVEN" or row.note == "vacuous"]
    return sorted(rows, key=lambda row: order.index(row.state))[:most]
