"""The must-haves of a phase, the roadmap's and its plans', with what is known of each."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from gsd_run.domain.plan import Plan
from gsd_run.domain.report import ClaimRow
from gsd_run.domain.verification import (
    EarlierReport,
    Item,
    ItemKind,
    ItemState,
    JudgedPlan,
    Override,
    RoadmapPhase,
)
from gsd_run.reporting.summary import short

MUST_HAVES: dict[str, ItemKind] = {
    "truth": "truth",
    "artifact": "artifact",
    "key_link": "key_link",
}
_STATES: dict[str, ItemState] = {
    "PROVEN": "VERIFIED",
    "REFUTED": "FAILED",
    "UNPROVEN": "UNCERTAIN",
}
_WORST: tuple[ItemState, ...] = ("FAILED", "UNCERTAIN", "VERIFIED")


class PhaseFacts(Struct, frozen=True, kw_only=True):
    """What a phase's verification is made from, all of it read or judged before."""

    folder: str
    number: str
    verified_at: str
    roadmap: RoadmapPhase
    requirements: dict[str, str]
    plans: tuple[JudgedPlan, ...]
    earlier: EarlierReport | None
    covered: tuple[str, ...]
    digest: str
    version: str


def items_of(facts: PhaseFacts, overrides: Sequence[Override]) -> tuple[Item, ...]:
    """Return the must-haves of the phase, each once, in the roadmap's order and the plans'."""
    return tuple(_overridden(one, overrides) for one in _items(facts))


def _items(facts: PhaseFacts) -> Iterator[Item]:
    """Give the must-haves of the phase: the roadmap's first, then what the plans add to them."""
    own = [item for one in facts.plans for item in _items_of(one)]
    truths = [one for one in own if one.kind == "truth"]
    contract = set()
    for number, criterion in enumerate(facts.roadmap.criteria, 1):
        same = [one for one in truths if wording(one.text) == wording(criterion)]
        contract.add(wording(criterion))
        yield Item(
            kind="truth",
            text=criterion,
            source=" = ".join([f"ROADMAP criterion {number}", *(one.source for one in same)]),
            state=_worst(same),
            evidence="; ".join(one.evidence for one in same)
            or "no truth of a plan says the same, so nothing was measured for it",
        )
    yield from (one for one in own if one.kind != "truth" or wording(one.text) not in contract)


def _worst(items: Sequence[Item]) -> ItemState:
    found = {one.state for one in items} or {"UNCERTAIN"}
    return next(state for state in _WORST if state in found)


def _items_of(judged: JudgedPlan) -> Iterator[Item]:
    plan = judged.plan
    rows = judged.report.claims if judged.report else ()
    if judged.report is None:
        told = f"not judged: {judged.standing}"
        wanted = plan.must_haves
        texts: list[tuple[ItemKind, str]] = [("truth", one.statement) for one in wanted.truths]
        texts += [("artifact", one.path) for one in wanted.artifacts]
        texts += [("key_link", f"{one.source} → {one.target}") for one in wanted.key_links]
        numbers = dict.fromkeys(("truth", "artifact", "key_link"), 0)
        for kind, text in texts:
            numbers[kind] += 1
            source = f"{plan.id} {kind}.{numbers[kind]}"
            subject = _subject(plan, kind, numbers[kind])
            yield Item(kind=kind, text=text, source=source, state="UNCERTAIN", evidence=told,
                       subject=subject)  # fmt: skip
    for row in rows:
        if row.kind in MUST_HAVES:
            yield Item(
                kind=MUST_HAVES[row.kind],
                text=row.text,
                source=f"{plan.id} {row.id}",
                state=_STATES[row.state],
                evidence=_evidence(row),
                subject=_subject(plan, row.kind, int(row.id.rpartition(".")[2])),
            )
    for number, prohibition in enumerate(plan.must_haves.prohibitions, 1):
        yield Item(
            kind="prohibition",
            text=prohibition.statement,
            source=f"{plan.id} prohibition.{number}",
            state="UNCERTAIN",
            evidence="an unverified prohibition: that something must not be is for a person to say",
        )


def _subject(plan: Plan, kind: str, number: int) -> tuple[str, ...]:
    """Return the files and words of an artifact or key link, by its number in the plan."""
    wanted = plan.must_haves
    if kind == "artifact" and number <= len(wanted.artifacts):
        artifact = wanted.artifacts[number - 1]
        return (artifact.path, artifact.provides)
    if kind == "key_link" and number <= len(wanted.key_links):
        link = wanted.key_links[number - 1]
        return (link.source, link.target, link.via or link.pattern)
    return ()


def _evidence(row: ClaimRow) -> str:
    seen = "".join(f" — {short(one.check)}" for one in row.evidence[:1])
    marks = f" ({', '.join(row.marks)})" if row.marks else ""
    note = "; it held before the work, too" if row.note == "vacuous" else ""
    return f"{row.reason}{seen}{note}{marks}"


def _overridden(item: Item, overrides: Sequence[Override]) -> Item:
    """Take a person's word for a must-have that does not hold, where it is just that one."""
    if item.state == "VERIFIED":
        return item
    for one in overrides:
        if wording(one.must_have) == wording(item.text):
            told = f"Override: {one.reason} — accepted by {one.accepted_by} on {one.accepted_at}"
            return Item(kind=item.kind, text=item.text, source=item.source, state="OVERRIDDEN",
                        evidence=f"{told} (measured: {item.evidence})",
                        subject=item.subject)  # fmt: skip
    return item


def undecided(judged: JudgedPlan) -> tuple[ClaimRow, ...]:
    """Return the claims beside the must-haves that no check decides, human checks left out."""
    by_hand = {
        (task.number, check.test or check.text)
        for task in judged.plan.tasks
        for check in task.human_checks
    }
    return tuple(
        row
        for row in (judged.report.claims if judged.report else ())
        if row.state == "UNPROVEN" and row.kind not in MUST_HAVES
        if not any(row.task == task and told in row.text for task, told in by_hand)
    )


def wording(text: str) -> str:
    """Return a text by which two wordings count as the same: all of it but how it is dressed."""
    # Two stars around words dress them; within an expression they are an operator.
    stars = r"(?<!\S)\*\*(?=\S)|(?<=\S)\*\*(?=$|[\s.,;:!?])"
    plain = re.sub(rf"`|{stars}|\\(?=\|)", "", text.replace("&lt;", "<"))
    return " ".join(plain.split()).rstrip(".;: ")
