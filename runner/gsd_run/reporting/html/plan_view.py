"""A run as its part of a page wants it: sections, rows and figures, nothing of their form."""

from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec import Struct

from gsd_run.domain.claim import Claim, PartVerdict
from gsd_run.domain.event import Measured
from gsd_run.domain.report import ClaimRow
from gsd_run.domain.run import RunState
from gsd_run.reporting.html.diffs import Marking
from gsd_run.reporting.html.material import Material
from gsd_run.reporting.html.plan_lines import PlanExcerpt, excerpts_of
from gsd_run.reporting.html.stage_view import StageView, measured_in, stages_of
from gsd_run.reporting.html.tests_by_name import FATES, TestsOf, compared_tests
from gsd_run.reporting.html.timeline import Timeline, timeline_of

KINDS = {
    "truth": "Truths",
    "artifact": "Artifacts",
    "key_link": "Key links",
    "verify": "Task checks",
    "acceptance": "Acceptance criteria",
    "done": "Done",
    "verification": "Verification",
    "criterion": "Success criteria",
    "summary": "What the summary states",
}
# Words that a claim's verdict is filtered by; a vacuous one is no plain PROVEN.
SORTS = ("proven", "vacuous", "refuted", "unproven")


class PartView(Struct, frozen=True, kw_only=True):
    """A part of a claim with the rule that gave its check, and where its evidence was measured."""

    verdict: PartVerdict
    seen: tuple[tuple[str, str, str], ...]  # check, what was found, id of the measurement or ""


class ClaimView(Struct, frozen=True, kw_only=True):
    """A claim; `sort` is the word of SORTS, `history` its states: (moment, state)."""

    row: ClaimRow
    sort: str
    parts: tuple[PartView, ...]
    excerpt: PlanExcerpt | None
    history: tuple[tuple[str, str], ...]
    amended: str


class PlanView(Struct, frozen=True, kw_only=True):
    """One run, with all of its sections. `anchor` begins the ids of all that is in it."""

    anchor: str
    material: Material
    timeline: Timeline
    claims: tuple[tuple[str, tuple[ClaimView, ...]], ...]
    counts: Mapping[str, int]
    stages: tuple[StageView, ...]
    tests: tuple[TestsOf, ...]
    fates: Mapping[str, int]
    usage: Mapping[str, float]


def plan_view(material: Material, anchor: str, marking: Marking) -> PlanView:
    """Return the view of a run; `marking` bounds how much source is marked on the page."""
    timeline = timeline_of(material.records)
    state = material.state
    measured = measured_in(material, timeline, anchor)
    rows = {row.id: row for row in material.report.claims}
    # of one script at one tree, what was measured last
    places = {one.measurement.key: one.anchor for one in measured.values()}
    excerpts = excerpts_of(state.claims, state.plan, material.plan_text)
    claims = [
        _claim(material, claim, rows[claim.id], places, excerpts[claim.id])
        for claim in state.claims
    ]
    tests = compared_tests(
        [record.event for record in material.records if isinstance(record.event, Measured)],
        material.wholes,
        state.started.base_tree,
        state.ended.tree if state.ended and material.is_judged else None,
    )
    return PlanView(
        anchor=anchor,
        material=material,
        timeline=timeline,
        claims=tuple(
            (title, found)
            for kind, title in KINDS.items()
            if (found := tuple(one for one in claims if one.row.kind == kind))
        ),
        counts={sort: sum(one.sort == sort for one in claims) for sort in SORTS},
        stages=stages_of(material, timeline, measured, anchor, marking),
        tests=tests,
        fates=_fates(tests),
        usage=_usage(state),
    )


def _fates(tests: Sequence[TestsOf]) -> dict[str, int]:
    """Return how many tests met which fate, each counted once, by the largest script it is in."""
    counted: dict[tuple[str, str], str] = {}
    for one in tests:
        for test in one.tests:
            counted.setdefault((test.file, test.name), test.fate)
    found = Counter(counted.values())
    return {fate: found[fate] for fate in FATES}


def _usage(state: RunState) -> dict[str, float]:
    """Return what agents used over the whole run; {} where none was called."""
    usages = [ended.usage for task in state.tasks.values() for _, ended in task.calls]
    if not usages:
        return {}
    return {
        "calls": len(usages),
        "tokens": sum((one.input_tokens or 0) + (one.output_tokens or 0) for one in usages),
        "cost": sum(one.cost or 0 for one in usages),
    }


def _claim(
    material: Material,
    claim: Claim,
    row: ClaimRow,
    places: Mapping[str, str],
    excerpt: PlanExcerpt | None,
) -> ClaimView:
    state = material.state
    verdict = state.end_verdicts[claim.id]
    parts = tuple(
        PartView(
            verdict=part,
            seen=tuple(
                (one.check, one.found, places.get(one.measurement, "")) for one in part.evidence
            ),
        )
        for part in verdict.parts
    )
    moments = (
        ("at the base", state.base_verdicts),
        ("before its task", state.before_verdicts),
        ("with its tests alone", state.red_verdicts),
        ("after its task", state.task_verdicts),
    )
    history = [(moment, known[claim.id].state) for moment, known in moments if claim.id in known]
    if material.is_judged:
        history.append(("at the end", verdict.state))
    return ClaimView(
        row=row,
        sort="vacuous" if row.note == "vacuous" else row.state.lower(),
        parts=parts,
        excerpt=excerpt,
        history=tuple(history),
        amended=claim.amended,
    )
