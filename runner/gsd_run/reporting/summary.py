"""SUMMARY.md in GSD's format, rendered from a report."""

from gsd_run.domain.report import ClaimRow, Report
from gsd_run.outside.templates import rendered

_SHORT = 160  # characters of a claim's text that a table cell bears


def summary_text(report: Report) -> str:
    """Return the whole SUMMARY.md.

    GSD reads of it the frontmatter, the first bold line after the title, and the heading
    Self-Check, which must come last and be followed by no word of failure.
    """
    created = sorted({path for task in report.tasks for path in task.added})
    modified = sorted({path for task in report.tasks for path in task.modified} - set(created))
    values = {
        "report": report,
        "created": created,
        "modified": modified,
        "headline": _headline(report),
        "groups": _groups(report),
        "short": short,
        "decisions": _decisions(report),
    }
    return rendered("gsd_run.reporting", "summary.md.j2", values)


def _headline(report: Report) -> str:
    """Return the run in one line, figures first."""
    told = []
    if report.tests:
        after = report.tests.after
        if report.tests.before:
            told.append(
                f"{report.tests.before.passed} → {after.passed} of {after.collected} tests pass"
            )
        else:
            told.append(f"{after.passed} of {after.collected} tests pass")
    done = sum(task.outcome == "PASSED" for task in report.tasks)
    answered = sum(task.outcome == "ANSWERED" for task in report.tasks)
    by_person = f", {answered} answered by a person" if answered else ""
    told.append(f"{done} of {len(report.tasks)} tasks passed{by_person}")
    told.append(
        f"{report.count('PROVEN')} claims proven, {report.count('REFUTED')} refuted, "
        f"{report.count('UNPROVEN')} unproven"
    )
    return "; ".join(told)


def _decisions(report: Report) -> list[str]:
    """Return decisions and corrections as GSD's key decisions: summary, colon, rationale."""
    decided = [f"{task.decision}: {task.by}" for task in report.tasks if task.decision]
    return decided + [
        f"{one.where} {one.kind}: {one.reason}"
        for one in report.deviations
        if one.kind in {"amendment", "mend"}
    ]


_TITLES = {
    "verify": "Task checks",
    "done": "Done",
    "acceptance": "Acceptance criteria",
    "truth": "Truths",
    "artifact": "Artifacts",
    "key_link": "Key links",
    "verification": "Plan's own verification list",
    "criterion": "Success criteria",
}


def _groups(report: Report) -> list[tuple[str, list[ClaimRow]]]:
    groups = [
        (title, [claim for claim in report.claims if claim.kind == kind])
        for kind, title in _TITLES.items()
    ]
    return [(title, claims) for title, claims in groups if claims]


def short(text: str) -> str:
    """Return the beginning of a text, on one line."""
    line = " ".join(text.replace("⟦project⟧/", "").replace("⟦project⟧", ".")
                    .replace("⟦tmp⟧", "/tmp").split())  # fmt: skip
    return line if len(line) <= _SHORT else f"{line[: _SHORT - 1]}…"
