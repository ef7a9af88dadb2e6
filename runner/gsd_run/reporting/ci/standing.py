"""A run that stopped, as far as it came: the state that a report of it is made from."""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from gsd_run.domain.claim import Claim, Verdict
from gsd_run.domain.event import (
    AttemptStarted,
    Ended,
    Judged,
    PlanRead,
    Record,
    RunStarted,
    TaskEnded,
)
from gsd_run.domain.run import RunState, folded
from gsd_run.domain.undo import Undone

NOT_JUDGED = "not judged: the run stopped before"


def as_it_stands(records: Iterable[Record]) -> RunState:
    """Return a run's state with a verdict on every claim, whether the run has ended or not.

    A claim counts as it was judged last in the attempt that its task has come to, or at the end;
    what was not judged since then is UNPROVEN. There must be one record or more.
    """
    records = list(records)
    state = folded(records)
    if state.ended is not None and all(one.id in state.end_verdicts for one in state.claims):
        return state
    known = _newest(records, {claim.id: claim for claim in state.claims})
    verdicts = {
        claim.id: known.get(claim.id)
        or Verdict(claim=claim.id, state="UNPROVEN", reason=NOT_JUDGED)
        for claim in state.claims
    }
    tree = _last_tree(records) or state.started.base_tree
    ended = state.ended or Ended(tree=tree, seconds=0)
    at = state.ended_at or state.last_at
    return replace(state, end_verdicts=verdicts, ended=ended, ended_at=at)


def _newest(records: Iterable[Record], claims: Mapping[str, Claim]) -> dict[str, Verdict]:
    """Return the verdicts that were given last and not overtaken by a new attempt or plan."""
    found: dict[str, Judged] = {}
    current: dict[str, Claim] = {}
    for record in records:
        match record.event:
            case RunStarted(read=read):
                current = {one.id: one for one in read.claims}
            case AttemptStarted(task=number):
                found = {one: it for one, it in found.items() if claims[one].task != number}
            case Undone(from_task=first):
                found = {one: it for one, it in found.items() if _before(claims[one], first)}
            case PlanRead(claims=read):  # a verdict belongs to the claim as it was
                same = {one.id for one in read if _same(one, current.get(one.id))}
                found = {one: it for one, it in found.items() if one in same}
                current = {one.id: one for one in read}
            case Judged(moment="end", tree=tree) as event if event.verdict.claim in claims:
                # The last check of the whole plan begins anew on another tree.
                found = {o: it for o, it in found.items() if it.moment != "end" or it.tree == tree}
                found[event.verdict.claim] = event
            case Judged(moment="task") as event if event.verdict.claim in claims:
                found[event.verdict.claim] = event
            case _:
                pass
    return {claim: event.verdict for claim, event in found.items()}


def _before(claim: Claim, task: int) -> bool:
    return claim.task is not None and claim.task < task


def _same(one: Claim, other: Claim | None) -> bool:
    return other is not None and replace(one, line=0) == replace(other, line=0)


def _last_tree(records: Iterable[Record]) -> str:
    trees = [
        record.event.tree
        for record in records
        if isinstance(record.event, (TaskEnded, Ended))
        or (isinstance(record.event, Judged) and record.event.moment in {"task", "end"})
    ]
    return trees[-1] if trees else ""
