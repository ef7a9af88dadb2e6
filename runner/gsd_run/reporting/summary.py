"""SUMMARY.md in GSD's format, rendered from a report."""

import re
from typing import Any

import msgspec

from gsd_run.domain.claim import Evidence
from gsd_run.domain.event import Template
from gsd_run.domain.report import ClaimRow, Report, TaskRow
from gsd_run.outside.templates import rendered, source
from gsd_run.outside.users_templates import rendered_apart

_SHORT = 160  # characters of a claim's text that a table cell bears
_BUILT_IN = "summary.md.j2"
_UNDECIDED = "no program check is known for"  # how the reason of a claim without checks begins
_STATUS = {"PROVEN": "pass", "REFUTED": "fail", "UNPROVEN": "unknown"}


def summary_text(report: Report, template: Template | None = None) -> str:
    """Return the whole SUMMARY.md, by a project's own template or the built-in one.

    GSD reads of it the frontmatter, the first bold line after the title, and the heading
    Self-Check, which must come last and be followed by no word of failure.

    Raises:
        UsageError: the project's template is off.
    """
    values = summary_values(report)
    if template is not None:
        return rendered_apart(template.path, template.text, values)
    return rendered("gsd_run.reporting", _BUILT_IN, values)


def built_in_template() -> str:
    """Return the text of the built-in template, a beginning for one's own."""
    return source("gsd_run.reporting", _BUILT_IN)


def summary_values(report: Report) -> dict[str, Any]:
    """Return what a summary's template is given: plain values, as JSON has them, by name.

    * report: the whole Report
    * headline: the run in one line
    * created, modified: the files that the run made, and those that it changed
    * counts: how many claims are PROVEN, REFUTED, UNPROVEN
    * kinds: of each kind of claim its title, how many there are and how many are PROVEN
    * told: the tasks of which more is to be told than the files they made
    * truths: the claims that are the plan's truths
    * off: all other claims that are not simply PROVEN
    * vacuous: the claims that held at the base commit too
    * decisions: what persons decided, and corrections of the plan, "summary: rationale"
    * coverage: GSD's coverage entries, one for each truth
    """
    created, modified = _touched(report)
    rows = [(claim, _row(claim)) for claim in report.claims]
    return {
        "report": msgspec.to_builtins(report),
        "created": created,
        "modified": modified,
        "headline": _headline(report),
        "counts": {state: report.count(state) for state in ("PROVEN", "REFUTED", "UNPROVEN")},
        "kinds": _kinds(report),
        "told": [msgspec.to_builtins(task) for task in report.tasks if _is_told(task)],
        "truths": [row for claim, row in rows if claim.kind == "truth"],
        "off": [row for claim, row in rows if claim.kind != "truth" and not _is_clean(claim)],
        "vacuous": [row for claim, row in rows if claim.note == "vacuous"],
        "decisions": _decisions(report),
        "coverage": [_covered(claim) for claim in report.claims if claim.kind == "truth"],
    }


def _touched(report: Report) -> tuple[list[str], list[str]]:
    """Return the files that the run made, and those that it changed, of those still there."""
    existed: dict[str, bool] = {}
    there: dict[str, bool] = {}
    for task in report.tasks:
        for paths, before, after in (
            (task.added, False, True),
            (task.modified, True, True),
            (task.deleted, True, False),
        ):
            for path in paths:
                existed.setdefault(path, before)
                there[path] = after
    left = sorted(path for path in there if there[path])
    return [one for one in left if not existed[one]], [one for one in left if existed[one]]


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
    answered = [task.unseen for task in report.tasks if task.outcome == "ANSWERED"]
    seen, unseen = answered.count(False), answered.count(True)
    by_person = f", {seen} answered by a person" if seen else ""
    by_nobody = f", {unseen} approved without anybody looking" if unseen else ""
    told.append(f"{done} of {len(report.tasks)} tasks passed{by_person}{by_nobody}")
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


def _is_told(task: TaskRow) -> bool:
    """Tell whether more is to be said of a task than that it wrote files."""
    fixed = any(rule != "write" for rule, _, _ in task.fixes)
    return bool(fixed or task.decision or task.failures or task.deleted or task.undecided)


_TITLES = {
    "verify": "task checks",
    "acceptance": "acceptance criteria",
    "done": "done",
    "truth": "truths",
    "artifact": "artifacts",
    "key_link": "key links",
    "verification": "plan's verification list",
    "criterion": "success criteria",
}


def _kinds(report: Report) -> list[dict[str, Any]]:
    kinds = []
    for kind, title in _TITLES.items():
        states = [claim.state for claim in report.claims if claim.kind == kind]
        if states:
            proven = states.count("PROVEN")
            kinds.append({"kind": kind, "title": title, "all": len(states), "PROVEN": proven})
    return kinds


def _is_clean(claim: ClaimRow) -> bool:
    """Tell whether nothing is to be said of a claim but that it is PROVEN."""
    # Where else the plan proves it is no reason to look twice; what was changed or added is.
    odd = any("amended" in mark or "supplied" in mark for mark in claim.marks)
    return claim.state == "PROVEN" and not claim.note and not odd


def _row(claim: ClaimRow) -> dict[str, Any]:
    """Return a claim's values, with `short` and `shown_by` fit for a table's cell."""
    evidence = [short(one.check) for one in claim.evidence[:1]]
    reason = _UNDECIDED[: -len(" for")] if claim.reason.startswith(_UNDECIDED) else claim.reason
    values: dict[str, Any] = msgspec.to_builtins(claim)
    repeated = evidence and evidence[0] in {short(claim.text), short(reason)}
    return values | {
        "short": short(claim.text),
        "shown_by": " — ".join([reason, *([] if repeated else evidence)]),
    }


def _covered(claim: ClaimRow) -> dict[str, Any]:
    """Return GSD's coverage entry of a truth: what a program showed, and what is left to people."""
    checks = [
        {"kind": _kind(one), "ref": short(one.check) or claim.id, "status": _STATUS[claim.state]}
        for one in claim.evidence
    ]
    nothing = {"kind": "other", "ref": claim.id, "status": _STATUS[claim.state]}
    return {
        "id": claim.id,
        "description": claim.text,
        "verification": checks or [nothing],
        "human_judgment": claim.state != "PROVEN",
        "rationale": claim.reason,
    }


_KINDS = (
    ("e2e", re.compile(r"\b(?:e2e|end[-_]to[-_]end|playwright|cypress)\b", re.IGNORECASE)),
    ("integration", re.compile(r"\bintegration\b", re.IGNORECASE)),
    (
        "unit",
        re.compile(
            r"\b(?:unit|pytest|unittest|jest|vitest|mocha|(?:go|cargo) test|rspec|phpunit|junit)\b",
            re.IGNORECASE,
        ),
    ),
)


def _kind(evidence: Evidence) -> str:
    """Return which of GSD's kinds a check is, by the words of its command; else other."""
    return next((kind for kind, words in _KINDS if words.search(evidence.check)), "other")


def short(text: str) -> str:
    """Return the beginning of a text, on one line."""
    line = " ".join(text.replace("⟦project⟧/", "").replace("⟦project⟧", ".")
                    .replace("⟦tmp⟧", "/tmp").split())  # fmt: skip
    return line if len(line) <= _SHORT else f"{line[: _SHORT - 1]}…"
